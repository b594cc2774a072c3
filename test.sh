#!/bin/sh
# test.sh            install what is missing, build, and run all the tests: under the address and undefined behaviour
#                    sanitizers, under valgrind, compiled by clang without a warning, and in full as users build it
# test.sh ARGUMENT.. only the last of these, handing the arguments to ctest: ./test.sh -R unit/test_trade
set -eu
root=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tools/setup.sh
. "$root/tools/setup.sh"

cd "$root"
install_missing look_for_build_tools look_for_test_tools

configure_and_build() {
    say "Building $1 ..."
    configure "$1" -DENTENTE_TESTS=ON -DENTENTE_WERROR=ON "-DPython3_EXECUTABLE=$PYTHON"
    build "$1"
}

configure_and_build release
if [ $# = 0 ]; then
    configure_and_build clang
    configure_and_build asan

    say "Unit and command tests under the sanitizers ..."
    logged build/asan.test.log ctest --preset asan
    tail -n 5 build/asan.test.log

    say "The same bits from gcc and clang, optimized and not, in batches of 4, 8 and 16 ..."
    for preset in lanes-4 lanes-16 native plain; do
        configure "$preset"
        build "$preset" --target entente
    done
    logged build/bits.log "$PYTHON" -W ignore tests/invariants/pairs.py build/release/entente build/clang/entente \
        build/asan/entente build/lanes-4/entente build/lanes-16/entente build/native/entente build/plain/entente

    say "Are clang's loops over lanes vectorized, too? ..."
    logged build/clang.test.log ctest --preset clang -R '^(vectorized|math)/'

    say "A short run under valgrind ..."
    logged build/valgrind.log env OMP_NUM_THREADS=2 valgrind --quiet --error-exitcode=99 --leak-check=full \
        --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        build/release/entente run configs/scenarios/history.yaml -n 9 --years 2001:2005 \
        -o build/valgrind.h5 --force
fi
say "All the tests ..."
exec ctest --preset release "$@"
