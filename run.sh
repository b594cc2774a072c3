#!/bin/sh
# run.sh            install what is missing, build, run the scenarios in configs/scenarios/ and show a summary
# run.sh ARGUMENT.. install what is missing, build, then do `entente ARGUMENT..` in the current folder: ./run.sh help
set -eu
root=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tools/setup.sh
. "$root/tools/setup.sh"

here=$PWD
cd "$root"
install_missing look_for_build_tools
is_configured release || { say "Building Entente (once) ..."; configure release -DENTENTE_TESTS=OFF; }
build release --target entente

if [ $# -gt 0 ]; then
    cd "$here"
    exec "$root/build/release/entente" "$@"
fi
mkdir -p results
set -- run configs/scenarios/*.yaml -o results/scenarios.h5 --force
say "+ entente $*"
exec build/release/entente "$@"
