.DEFAULT_GOAL := help
unit: ; @tools/setup && . tools/env.sh && pytest tests/unit
setup: ; @tools/setup
