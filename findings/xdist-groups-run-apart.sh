#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tests of one xdist_group run at once in several processes, as if --dist=loadgroup had not been given
#
# Package versions: pytest-xdist==3.8.0 with pytest==9.2.0
# Python version: 3.11
# Expected: `pytest -n 2 --dist=loadgroup` sends all tests marked xdist_group("host") to one worker. A verifier of
#   molecule relies on it: what is done to one host must not be done by two processes at the same time.
# Seen: six tests of one group are spread over both workers, without a word. With pytest 8.4.2 one worker runs all six.
# Why: the plugin appends the group to an attribute of the test from which pytest used to take the test's name; this
#   pytest keeps the name elsewhere, so the scheduler never sees a group.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" --version
mkdir "$work/tests"
cat >"$work/tests/test_host.py" <<'EOF'
import os
import time

import pytest


@pytest.mark.xdist_group("host")
@pytest.mark.parametrize("number", range(6))
def test_one_host(number):
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(os.environ["PYTEST_XDIST_WORKER"] + "\n")
    time.sleep(0.3)
EOF

workers() {
    "$python" -m venv "$work/$1"
    "$work/$1/bin/pip" install --quiet --disable-pip-version-check "pytest==$1" pytest-xdist==3.8.0
    SEEN=$work/$1.seen "$work/$1/bin/pytest" -q -p no:cacheprovider -n 2 --dist=loadgroup "$work/tests"
    number=$(sort -u "$work/$1.seen" | wc -l)
    echo "pytest $1: the tests of one group ran in $number process(es)"
}

workers 8.4.2
before=$number
workers 9.2.0
if [[ $before != 1 || $number != 2 ]]; then
    echo "The behaviour has changed: one process with pytest 8.4.2 and two with pytest 9.2.0 were seen before."
    exit 1
fi
