# shellcheck shell=sh
# Sourced by run.sh and test.sh: find out what is missing, install it, configure, build. Say what is done; be silent where
# there is nothing to do. What counts is what works, not which package it came in: a cluster's modules are as good.

: "${root:?}" # the project's folder, set by the caller

say() { printf '%s\n' "$@" >&2; }
die() { say "$@"; exit 1; }

has_header() { printf '#include <%s>\n' "$1" | "${CC:-cc}" -E -o /dev/null - 2>/dev/null; }
has_library() {
    for name in "$@"; do
        pkg-config --exists "$name" 2>/dev/null && return
    done
    return 1
}
has_python() {
    PYTHON=$("$root/tools/pick-python.sh" "$@" 2>/dev/null) && export PYTHON # scripts of the tests use the same one
}

# lacks PACKAGE... -- COMMAND...: if the command fails, the packages (Debian's names) are missing
lacks() {
    packages=
    while [ "$1" != -- ]; do packages="$packages $1"; shift; done
    shift
    "$@" >/dev/null 2>&1 || missing="$missing$packages"
}

# Fills `missing` with what building needs and does not find.
look_for_build_tools() {
    missing=
    lacks gcc -- command -v "${CC:-cc}"
    lacks libc6-dev -- has_header stdio.h
    lacks cmake -- command -v cmake
    command -v make >/dev/null || lacks ninja-build -- command -v ninja
    lacks pkg-config -- command -v pkg-config
    lacks libgsl-dev -- has_library gsl
    lacks libyaml-dev -- has_library yaml-0.1
    command -v h5cc >/dev/null || lacks libhdf5-dev -- has_library hdf5-serial hdf5
    lacks librandom123-dev -- has_header Random123/philox.h
    lacks libxxhash-dev -- has_header xxhash.h
}

# Likewise what testing needs beyond that.
look_for_test_tools() {
    lacks ninja-build -- command -v ninja
    lacks libcmocka-dev -- has_library cmocka
    lacks libmpfr-dev -- has_library mpfr
    lacks clang libomp-dev -- clang_can_build
    lacks valgrind -- command -v valgrind
    lacks netcdf-bin -- command -v ncdump
    lacks hdf5-tools -- command -v h5dump
    lacks python3-xarray python3-netcdf4 python3-h5py python3-numpy python3-yaml -- \
        has_python xarray netCDF4 h5py numpy yaml
    # without it the test of the JSON Schema is skipped
    ! can_install_silently || lacks python3-jsonschema -- can_judge_schemas
    # without these the tests of pictures and notebooks are skipped; they take 360 MB of disk (Debian's matplotlib needs SciPy)
    ! can_install_silently || lacks python3-matplotlib python3-nbconvert python3-ipykernel -- can_draw
    # likewise: the header in C++, numbers with commas, and packages in a bare system, which only root can make
    ! can_install_silently || lacks g++ -- command -v g++
    ! can_install_silently || lacks locales -- has_commas
    [ "$(id -u)" != 0 ] || ! can_install_silently || lacks mmdebstrap dpkg-dev file -- can_package
    # likewise the notebook in R; R takes 61 MB of disk
    ! can_install_silently || lacks r-base-core r-cran-ncdf4 r-cran-irkernel -- has_r ncdf4 IRkernel
    # without these the test of the documentation site is skipped; they take 53 MB of disk
    ! can_install_silently || lacks python3-sphinx python3-myst-parser furo -- can_document
    # without a browser a test of reports is skipped; Debian's Chromium takes 357 MB of disk and more for what it needs
    ! can_install_silently || lacks chromium -- has_browser
    # without Slurm a test is skipped, so nobody is asked for a password for it
    ! can_install_silently || lacks slurm-wlm munge -- has_slurm
}

# In a subshell first: where it fails, PYTHON stays the one that has the rest.
can_judge_schemas() { (judges_schemas) && judges_schemas; }
judges_schemas() { has_python xarray netCDF4 h5py numpy yaml jsonschema; }
can_draw() { (draws) && draws; }
draws() { has_python xarray netCDF4 h5py numpy yaml matplotlib nbconvert ipykernel; }

has_commas() { command -v localedef && [ -f /usr/share/i18n/locales/de_DE ]; }

can_package() { command -v mmdebstrap && command -v dpkg-shlibdeps && command -v file; }

has_r() {
    for name in "$@"; do
        R --slave -e "loadNamespace('$name')" 2>/dev/null || return
    done
}
has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

can_document() { "$root/tools/pick-python.sh" sphinx myst_parser furo xarray netCDF4; }

has_slurm() { (PATH=$PATH:/usr/sbin:/sbin && command -v munged && command -v slurmctld && command -v slurmd); }

clang_can_build() { printf '#include <omp.h>\n#include <stdio.h>\n' | clang -fopenmp -E -o /dev/null -; }

# install_missing LOOK...: call the functions that look for things, install what they miss, and look again.
install_missing() {
    look "$@"
    [ -n "$missing" ] || return 0
    command="apt-get install -y --no-install-recommends$missing"
    say "Missing (Debian's package names):$missing"
    command -v apt-get >/dev/null || die "There is no apt-get here: please install them another way and call again."
    as_root=
    if [ "$(id -u)" != 0 ]; then
        can_use_sudo || die "Installing needs root. Please run" "    apt-get update && $command" "and call again."
        as_root=sudo
    fi
    mkdir -p "$root/build"
    say "Installing them with apt-get (log: build/install.log) ..."
    # shellcheck disable=SC2086 # words on purpose
    { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive $command; } \
        >"$root/build/install.log" 2>&1 </dev/null || {
        tail -n 20 "$root/build/install.log" >&2
        die "Installing failed. The command was: apt-get update && $command"
    }
    look "$@"
    [ -z "$missing" ] || die "Installed, and still not usable:$missing"
}

can_install_silently() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }
can_use_sudo() { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }

look() { for look_for in "$@"; do "$look_for"; done; }

# logged LOG COMMAND...: run quietly; if it fails, show the end of the log (without a compiler's progress) and stop.
logged() {
    log=$root/$1
    shift
    mkdir -p "${log%/*}"
    "$@" >"$log" 2>&1 || {
        grep -v '^\[[0-9]*/[0-9]*\] ' "$log" | tail -n 60 >&2
        die "Failed (log: $log): $*"
    }
}

# configure PRESET [OPTION...]: prepare build/PRESET, anew if the folder was moved here from elsewhere.
configure() {
    preset=$1
    shift
    cache=$root/build/$preset/CMakeCache.txt
    if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
        rm -rf "${cache%/*}"
    fi
    [ -f "$cache" ] || ! command -v ninja >/dev/null || export CMAKE_GENERATOR=Ninja
    logged "build/$preset.configure.log" cmake --preset "$preset" "$@"
}

is_configured() {
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$root/build/$1/CMakeCache.txt" 2>/dev/null &&
        { [ -f "$root/build/$1/build.ninja" ] || [ -f "$root/build/$1/Makefile" ]; }
}

# build PRESET [OPTION...]
build() {
    preset=$1
    shift
    logged "build/$preset.log" cmake --build "$root/build/$preset" --parallel "$(getconf _NPROCESSORS_ONLN)" "$@"
}
