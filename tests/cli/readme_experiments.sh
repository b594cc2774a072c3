#!/bin/bash
# The experiments that the documents show, and those that are shipped, hold.
#   readme_experiments.sh ENTENTE PROJECT
set -u
entente=$(realpath "$1") project=$(realpath "$2") n_failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

hold() { "$entente" check "$1" || n_failed=$((n_failed + 1)); }

for experiment in "$project"/experiments/*/experiment.yaml; do hold "$experiment"; done
# The YAML blocks of a document that vary something; paths in them are those of the document's folder.
for document in README.md experiments/README.md; do
    name=$(basename "$(dirname "$project/$document")")
    awk -v to="$work/$name" '/^```yaml/ {inside = 1; block = ""; next}
        /^```/ {if (inside && block ~ /vary:/) printf "%s", block > (to "_" ++n ".yaml"); inside = 0}
        inside {block = block $0 "\n"}' "$project/$document"
    for block in "$work/$name"_*.yaml; do
        [ -s "$block" ] || { echo "$document shows no experiment"; n_failed=$((n_failed + 1)); continue; }
        sed -i "s#\(\.\./\)\{0,1\}configs/#$project/configs/#g; s#forecast/#$project/experiments/forecast/#" "$block"
        hold "$block"
    done
done
exit $((n_failed > 0))
