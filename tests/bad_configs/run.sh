#!/bin/bash
# Bad input against the full text of what must be said of it.
#   run.sh ENTENTE [--update] [CASE...]
# A case is a folder with scenario.yaml, expected.txt, and, where it needs them:
#   set.txt   a value of --set a line
#   make.sh   run in a copy of the folder, makes what does not belong into a repository: large files, pipes
# `entente check CASE/scenario.yaml` must print exactly expected.txt on stderr and nothing else, exit with 2, and leave
# no file. --update writes what comes into expected.txt: look at it with git diff.
set -u
here=$(cd "$(dirname "$0")" && pwd)
entente=$(realpath "$1"); shift
[ -x "$entente" ] || { echo "run.sh: there is no program $entente" >&2; exit 2; }
update=no
if [ "${1:-}" = --update ]; then update=yes; shift; fi
export LC_ALL=C.UTF-8 TERM=dumb

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here" "$work/cases"
cd "$work/cases" || exit 2
if [ $# -eq 0 ]; then set -- */; fi

n=0 n_failed=0
for case in "$@"; do
    case=${case%/}
    [ "$case" = base ] && continue
    if [ -f "$case/make.sh" ]; then (cd "$case" && bash -e make.sh) || exit 2; fi
    arguments=()
    if [ -f "$case/set.txt" ]; then
        while IFS= read -r line; do arguments+=(--set "$line"); done <"$case/set.txt"
    fi
    find . | sort >"$work/before"
    timeout 20 "$entente" check "$case/scenario.yaml" "${arguments[@]}" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    find . | sort >"$work/after"
    if [ $update = yes ]; then cp "$work/err" "$here/$case/expected.txt"; cp "$work/err" "$case/expected.txt"; fi
    failed=no
    diff -u --label "expected: $case/expected.txt" --label printed "$case/expected.txt" "$work/err" || failed=yes
    diff -u --label "files before" --label "files after" "$work/before" "$work/after" || failed=yes
    [ ! -s "$work/out" ] || { echo "$case: prints on stdout: $(head -c 200 "$work/out")"; failed=yes; }
    [ $code -eq 2 ] || { echo "$case: exits with $code, not with 2"; failed=yes; }
    n=$((n + 1))
    [ $failed = no ] || n_failed=$((n_failed + 1))
done
echo "$n bad configurations, $n_failed of them not refused as expected"
[ $n_failed -eq 0 ]
