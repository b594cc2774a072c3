#!/bin/sh
# build.sh ENTENTE FOLDER: the documentation site in FOLDER/html. A warning is an error.
# Exit code 77 without Sphinx, MyST, furo, or what the Python package needs.
set -eu
entente=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd -P)
PYTHON=$("${here%/docs/site}/tools/pick-python.sh" sphinx myst_parser furo xarray netCDF4 2>/dev/null) || {
    echo "skipped: no python3 has sphinx, myst_parser, furo, xarray and netCDF4" >&2
    exit 77
}
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 ENTENTE_PROJECT="${here%/docs/site}"
"$PYTHON" -W ignore "$here/assemble.py" "$entente" "$folder/source"
rm -rf "$folder/html"
"$PYTHON" -W ignore -m sphinx -q -W --keep-going -j 2 -b html -c "$here" -d "$folder/doctrees" "$folder/source" "$folder/html"
echo "docs: $folder/html/index.html"
