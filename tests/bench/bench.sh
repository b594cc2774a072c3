#!/bin/sh
# bench.sh BENCH_TWINS ENTENTE PYTHON FILE: do the twins agree with the core, and how fast is each?
# The NumPy twin runs before and after the others, since what else the machine does comes and goes.
set -eu
bench=$1 entente=$2 python=$3 file=$4
here=$(dirname "$0")
"$bench" check "$file" 256 | tail -n 1
"$python" -W ignore "$here/twin_numpy.py" "$entente" "$file" 1000 5
"$bench" time "$file"
"$python" -W ignore "$here/twin_numpy.py" "$entente" "$file" 1000 5 | tail -n 1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for size in "64 256 7" "200 32 5"; do
    set -- $size
    "$python" "$here/world.py" "$1" >"$folder/world.yaml"
    "$bench" check "$folder/world.yaml" 8 | tail -n 1
    "$bench" time "$folder/world.yaml" "$2" "$3"
done
if [ "${CALLGRIND:-0}" = 1 ]; then
    sh "$here/instructions.sh" "$bench" "$file"
fi
