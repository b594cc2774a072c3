#!/bin/bash
# readme_excerpt.sh ENTENTE README SCENARIO...: what the README shows of a run and of a score must be what they print, line by
# line.
set -u
entente=$1 readme=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LC_ALL=C.UTF-8 "$entente" run "$@" -o "$work/scenarios.h5" >"$work/printed" || exit 1
forecast=$(dirname "$readme")/experiments/forecast/experiment.yaml
LC_ALL=C.UTF-8 "$entente" score "$forecast" -o "$work/score.h5" >>"$work/printed" || exit 1
sed -n '/^<!-- excerpt -->$/,/^<!-- end excerpt -->$/p' "$readme" | grep -vE '^<!--|^`+$|^ *…$|^$' >"$work/shown"
[ "$(wc -l <"$work/shown")" -gt 20 ] || { echo "no excerpt found in $readme"; exit 1; }
n_wrong=0
while IFS= read -r line; do
    grep -qxF -- "$line" "$work/printed" || { echo "not printed: $line"; n_wrong=$((n_wrong + 1)); }
done <"$work/shown"
echo "$(wc -l <"$work/shown") lines of the README, $n_wrong of them not printed"
[ $n_wrong -eq 0 ]
