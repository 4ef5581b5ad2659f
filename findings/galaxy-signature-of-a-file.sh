#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible-galaxy cannot check the signature of a collection that is installed from a file
#
# Package versions: ansible-core 2.19.14 (2.16.19 and 2.21.5 do the same), GnuPG of the system
# Expected: `ansible-galaxy collection install FILE --signature URI --keyring KEYS`, whose help text speaks of "an
#   additional signature source", checks the signature and installs.
# Seen: "Unexpected Exception, this is probably a bug: 'NoneType' object is not iterable", exit code 250, and nothing is
#   installed. It installs only when no signature is named. The command `verify` then checks the same signature.
# Why: signatures are collected for candidates that a Galaxy server offers; one that is a file gets none, and what checks
#   them goes through a list that is not there.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    GNUPGHOME=$work/keys gpgconf --kill all
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ansible-core==2.19.14
PATH=$work/venv/bin:$PATH
export LC_ALL=C.UTF-8 GNUPGHOME=$work/keys

cd "$work"
mkdir -m 700 keys
gpg --batch --quiet --passphrase '' --quick-generate-key nobody@example.com default sign 1d 2>log || { cat log; exit 1; }
gpg --export nobody@example.com >public.gpg

mkdir -p tools/meta
printf 'namespace: acme\nname: tools\nversion: 1.0.0\nreadme: README.md\nauthors: [nobody]\n' >tools/galaxy.yml
printf 'requires_ansible: ">=2.16.0"\n' >tools/meta/runtime.yml
echo tools >tools/README.md
ansible-galaxy collection build --output-path . tools >log
tar -xzf acme-tools-1.0.0.tar.gz MANIFEST.json
gpg --batch --armor --detach-sign --output manifest.asc MANIFEST.json
gpgv --quiet --keyring "$work/public.gpg" manifest.asc MANIFEST.json 2>log || { cat log; exit 1; }

galaxy() { # command and arguments; prints what matters of what it says
    ansible-galaxy collection "$@" --offline >said 2>&1 && code=0 || code=$?
    printf '%s: exit code %s\n' "$1" "$code"
    grep -E "NoneType|internally consistent|was installed" said | head -n 1 || true
}

signed=(--signature "file://$work/manifest.asc" --keyring "$work/public.gpg" --required-valid-signature-count +all)
galaxy install acme-tools-1.0.0.tar.gz -p strict "${signed[@]}"
[[ $code = 250 && ! -e strict/ansible_collections/acme/tools/README.md ]] || { echo "no longer so: with a signature"; exit 1; }
grep -q "'NoneType' object is not iterable" said || { echo "no longer so: the message"; exit 1; }

galaxy install acme-tools-1.0.0.tar.gz -p loose
[[ $code = 0 && -e loose/ansible_collections/acme/tools/README.md ]] || { echo "no longer so: without a signature"; exit 1; }

galaxy verify acme.tools -p loose "${signed[@]}"
[[ $code = 0 ]] || { echo "no longer so: verify"; exit 1; }
echo "As described: a signature of a file is checked by verify, after the installation, and not by install"
