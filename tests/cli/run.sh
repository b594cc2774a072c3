#!/bin/bash
# Commands against the text that they must print.
#   run.sh ENTENTE [--update] CASE...
# A case is a text file of blocks; what stands between them is for the reader:
#   $ entente rnu x.yaml          the command, run by bash in an empty folder that has the files of tests/cli/files in it,
#   ...                           then what it prints,
#   2> entente: error: ...        what it prints on stderr,
#   => 2                          and its exit code, which ends the block.
# --update writes what comes into the case: look at it with git diff.
set -u
here=$(cd "$(dirname "$0")" && pwd)
entente=$(realpath "$1"); shift
[ -x "$entente" ] || { echo "run.sh: there is no program $entente" >&2; exit 2; }
update=no
if [ "${1:-}" = --update ]; then update=yes; shift; fi
if [ $# -eq 0 ]; then set -- "$here"/cases/*.txt; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$entente" "$work/bin/entente"
export PATH="$work/bin:$PATH" LC_ALL=C.UTF-8 TERM=dumb OMP_NUM_THREADS=2 REPOSITORY="$here/../.."

# Print a case with its commands run anew.
rerun() {
    local line in_block=no
    while IFS= read -r line || [ -n "$line" ]; do
        if [ $in_block = yes ]; then
            case $line in "=> "*) in_block=no ;; esac
            continue
        fi
        printf '%s\n' "$line"
        case $line in
        '$ '*)
            in_block=yes
            timeout 60 bash -o pipefail -c "${line#??}" >"$work/out" 2>"$work/err" </dev/null
            code=$?
            cat "$work/out"
            sed 's/^/2> /' "$work/err"
            printf '=> %d\n' $code
            ;;
        esac
    done <"$1"
}

failed=0
for case in "$@"; do
    rm -rf "$work/folder"
    cp -r "$here/files" "$work/folder"
    (cd "$work/folder" && rerun "$(cd - >/dev/null && realpath "$case")") >"$work/now" || exit 1
    if [ $update = yes ]; then
        cp "$work/now" "$case"
    elif ! diff -u --label "expected: $case" --label "printed" "$case" "$work/now"; then
        failed=1
    fi
done
exit $failed
