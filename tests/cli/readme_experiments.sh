#!/bin/bash
# The experiments that the documents show, and those that are shipped, hold.
#   readme_experiments.sh ENTENTE PROJECT
set -u
entente=$(realpath "$1") project=$(realpath "$2") n_failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

hold() { "$entente" check "$1" || n_failed=$((n_failed + 1)); }

for experiment in "$project"/experiments/*/experiment.yaml; do hold "$experiment"; done
# The first YAML block of a document that varies something; paths in it are those of the document's folder.
for document in README.md experiments/README.md; do
    folder=$(dirname "$project/$document")
    awk '/^```yaml/ {inside = 1; block = ""; next} /^```/ {if (inside && block ~ /vary:/) {print block; exit} inside = 0} inside {block = block $0 "\n"}' \
        "$project/$document" | sed "s#\(\.\./\)\{0,1\}configs/#$project/configs/#g" >"$work/$(basename "$folder").yaml"
    [ -s "$work/$(basename "$folder").yaml" ] || { echo "$document shows no experiment"; n_failed=$((n_failed + 1)); }
    hold "$work/$(basename "$folder").yaml"
done
exit $((n_failed > 0))
