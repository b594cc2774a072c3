#!/bin/bash
# The tables of ODD.md, between `<!-- generated: NAME -->` and `<!-- end generated -->`, against what the program says.
#   odd_tables.sh ENTENTE ODD.md            fails if they differ
#   odd_tables.sh ENTENTE ODD.md --update   writes them
set -eu
entente=$1 odd=$2 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$entente" describe --format markdown >"$work/tables"

# First read the tables, then replace those of the text.
awk '
    /^<!-- generated: .* -->$/ { name = $3 }
    NR == FNR { if (name != "") table[name] = table[name] $0 "\n"; if (/^<!-- end generated -->$/) name = ""; next }
    /^<!-- generated: .* -->$/ {
        if (!(name in table)) { print "odd_tables: there is no table \"" name "\"" > "/dev/stderr"; exit 1 }
        printf "%s", table[name]; n_replaced++
    }
    name == "" { print }
    /^<!-- end generated -->$/ { name = "" }
    END { if (name != "") { print "odd_tables: the table \"" name "\" does not end" > "/dev/stderr"; exit 1 }
          if (n_replaced < 2) { print "odd_tables: the markers of two tables are missing" > "/dev/stderr"; exit 1 } }
' "$work/tables" "$odd" >"$work/odd"

if [ "${3:-}" = --update ]; then
    cmp -s "$work/odd" "$odd" || cat "$work/odd" >"$odd"
elif ! diff -u --label "$odd" --label "what the program says" "$odd" "$work/odd"; then
    echo "odd_tables: the tables are not those of the program; cmake --build <folder> --target odd writes them" >&2
    exit 1
fi
