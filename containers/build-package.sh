#!/bin/sh
# Build the Debian package of the source that this script is part of, into a folder, on a bare Debian or Ubuntu:
#   containers/build-package.sh FOLDER
# The steps that the container recipes share.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
out=$(mkdir -p "$1" && cd "$1" && pwd -P)
# shellcheck source=tools/setup.sh
. "$root/tools/setup.sh"

look_for_packaging_tools() {
    lacks dpkg-dev -- command -v dpkg-shlibdeps
    lacks file -- command -v file
    lacks git -- command -v git # the outputs name the commit
}

# git reads the commit although the files may be another user's
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$root"

cd "$root"
install_missing look_for_build_tools look_for_packaging_tools
configure release -DENTENTE_TESTS=OFF
build release
cd build/release
logged build/package.log cpack -B "$root/build/package"
cp "$root"/build/package/*.deb "$out"
