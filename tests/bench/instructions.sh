#!/bin/sh
# instructions.sh BENCH_TWINS FILE: instructions a run, core and scalar twin, by callgrind: repeatable where times are not.
# Two sizes of ensemble, so that reading the configuration cancels out.
set -eu
bench=$1 file=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
count() {
    valgrind --tool=callgrind --callgrind-out-file="$folder/out" "$bench" "$1" "$file" "$2" 2>&1 |
        sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'
}
for way in core scalar; do
    few=$(count "$way" 64) many=$(count "$way" 192)
    echo "$way: $(((many - few) / 128)) instructions a run"
done
