#!/bin/bash
# Completion and manual pages, as shells and man read them.
#   shell.sh ENTENTE
set -u
entente=$(realpath "$1") n_failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What bash offers for the words of a line, the last of which is being written.
complete_words() {
    bash --norc -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _entente
        printf "%s\n" "${COMPREPLY[@]}"' - "$work/bash" "$@" 2>&1
}
expect() { # WANTED WORD...
    local wanted=$1; shift
    complete_words "$@" | grep -qxF -- "$wanted" && return
    echo "bash does not offer '$wanted' for: $*"; complete_words "$@" | head -5
    n_failed=$((n_failed + 1))
}
refuse() { # UNWANTED WORD...
    local unwanted=$1; shift
    complete_words "$@" | grep -qxF -- "$unwanted" || return
    echo "bash offers '$unwanted' for: $*"; n_failed=$((n_failed + 1))
}

"$entente" completion bash >"$work/bash" || n_failed=$((n_failed + 1))
expect run entente r
expect calibrate entente cal
refuse run entente s
expect --replicates entente run --rep
expect --pool entente compare x.h5 --p
refuse --pool entente run --p
expect agenda.stride= entente run x.yaml --set agenda.
expect sensitivity entente help sens
expect --color entente show --col
expect never entente show x.h5 --color n
for shell in zsh fish; do
    "$entente" completion $shell >"$work/$shell" || n_failed=$((n_failed + 1))
    command -v $shell >/dev/null || continue
    $shell -n "$work/$shell" || { echo "$shell does not read its completion"; n_failed=$((n_failed + 1)); }
done
# Every option has a description in either, and quotes are even: bash can read zsh's words.
[ "$(grep -c -- '-l replicates' "$work/fish")" -ge 4 ] || { echo "fish is not told of --replicates"; n_failed=$((n_failed + 1)); }
for shell in bash zsh fish; do
    grep -q "auto always never" "$work/$shell" || { echo "$shell is not told what --color can say"; n_failed=$((n_failed + 1)); }
done
[ $(($(tr -cd "'" <"$work/zsh" | wc -c) % 2)) = 0 ] || { echo "zsh has a quote too many"; n_failed=$((n_failed + 1)); }

"$entente" help --man >"$work/entente.1" && "$entente" help --man config >"$work/entente-config.5" || n_failed=$((n_failed + 1))
if command -v groff >/dev/null; then
    for page in "$work"/*.[15]; do
        said=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
        [ -z "$said" ] || { echo "groff of $page: $said"; n_failed=$((n_failed + 1)); }
    done
    groff -man -Tascii "$work/entente.1" | sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' | grep -q -e '--replicates N' || { echo "the page does not show --replicates N"; n_failed=$((n_failed + 1)); }
fi
exit $((n_failed > 0))
