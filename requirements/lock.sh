#!/usr/bin/env bash
# Locks the dependencies named in pyproject.toml, with hashes and without any download address.
# Needs `uv` (pip install uv). Add --upgrade to take newer releases.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate "$@"
}
lock --group build -o requirements/build.txt "${@}"
lock pyproject.toml -c requirements/build.txt -o requirements/runtime.txt "${@}"
lock --group tests -c requirements/runtime.txt -o requirements/tests.txt "${@}"
lock --group node -o requirements/node.txt "${@}"
