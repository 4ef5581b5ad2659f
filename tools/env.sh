# shellcheck shell=sh
# Source this from the checkout's root to get the tools that `make setup` prepared:
#
#     . tools/env.sh
#     pytest tests/unit -k states
#     molecule test -s default
#     ansible-playbook -i examples/inventory/hosts.yml supervisord.fleet.site
#
# FLEET_CORE (2.16, 2.19, 2.21) chooses the ansible-core release; 2.19 unless told otherwise.

FLEET_ROOT=$(git rev-parse --show-toplevel 2>/dev/null || pwd)
FLEET_BUILD=$FLEET_ROOT/.build
FLEET_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/supervisord-fleet
FLEET_CORE=${FLEET_CORE:-2.19}
export FLEET_ROOT FLEET_BUILD FLEET_CACHE FLEET_CORE

# A tree in which Ansible finds this checkout under its collection name.
export ANSIBLE_COLLECTIONS_PATH="$FLEET_BUILD/collections"

# Ansible refuses to start in a locale that is not UTF-8, and sorts by it.
export LC_ALL=C.UTF-8

# Ansible imports much in each of its many short-lived processes, which without compiled files takes a third longer.
unset PYTHONDONTWRITEBYTECODE

# pyenv's shims answer 127 for Pythons that are not selected, which ansible-test takes for a broken Python:
# they leave the PATH, and the Pythons behind them come back by way of .build/pythons.
fleet_path() {
    fleet_rest=$PATH:
    fleet_kept=
    while [ -n "$fleet_rest" ]; do
        fleet_item=${fleet_rest%%:*}
        fleet_rest=${fleet_rest#*:}
        case $fleet_item in
            '' | */shims | "$FLEET_BUILD"/*) ;;
            *) fleet_kept=$fleet_kept:$fleet_item ;;
        esac
    done
    printf '%s/core-%s/bin:%s/pythons%s\n' "$FLEET_BUILD" "$FLEET_CORE" "$FLEET_BUILD" "$fleet_kept"
}
PATH=$(fleet_path)
export PATH
