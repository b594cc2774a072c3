#!/bin/sh
# pick-python.sh MODULE...: print the path of the first python3 that can import all of these modules.
# Order: $PYTHON, the python3 on PATH (a virtual environment's or a module system's), the system's own.
for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    path=$(command -v "$candidate") || continue
    "$path" -W ignore -c 'import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]' "$@" \
        2>/dev/null || continue
    echo "$path"
    exit 0
done
echo "no python3 can import all of: $* (name one: PYTHON=/path/to/python3)" >&2
exit 1
