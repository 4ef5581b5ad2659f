# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-clean test lint sanity unit integration molecule docs docs-lint build release-check awx-check test-more ee bench locks clean

# Passed on when given: make molecule SCENARIO=default CORE=2.21, make unit ARGS="-k states -x"
NARROW = $(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(CORE),--core $(CORE)) $(if $(ARGS),--pytest='$(ARGS)') \
	$(if $(JOBS),--jobs $(JOBS))

help: ## Show this list
	@echo "supervisord.fleet: on a fresh Debian 12 machine, as root, 'make demo' and 'make test' are all you need."
	@echo
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
	@echo
	@echo 'Each target prepares what it needs. To run tools by hand: . tools/env.sh'
	@echo 'Logs of the last run: .build/logs. JOBS=n limits how many checks run at once.'

demo: ## Start two app hosts with Tomcats under Supervisor and show their state
	@tools/demo

test: ## Run everything below that checks something, and sum it up
	@tools/run

demo-clean: ## Remove the hosts of the demo
	@tools/demo clean

setup: ## Install Debian packages and locked Python environments (quick when nothing is to be done)
	@tools/setup hosts

lint: ## Check style, types, shell, licences, old Pythons and the changelog
	@tools/run lint $(NARROW)

sanity: ## Run ansible-test sanity on every ansible-core and Python here; CORE=2.19 picks one
	@tools/run sanity $(NARROW)

unit: ## Run the unit tests; ARGS="-k states -x" goes to pytest
	@tools/run unit $(NARROW)

integration: ## Run the tests against real daemons of four Supervisor releases; ARGS goes to pytest
	@tools/run integration $(NARROW)

molecule: ## Run the scenarios on test hosts; SCENARIO=default and CORE=2.21 pick one
	@tools/run molecule $(NARROW)

docs: ## Build the documentation as a web site into .build/docs
	@tools/setup
	@tools/docs

docs-lint: ## Render the page of every module, plugin and role, and follow its references
	@tools/run docs

build: ## Build the tarball into .build/dist, install it elsewhere and use it there
	@tools/setup
	@mkdir -p .build/dist
	@tools/build .build/dist

release-check: ## Build the tarball, sign it, and look at it as Galaxy's importer and its users would; publishes nothing
	@tools/setup
	@tools/release-check

awx-check: ## Apply playbooks/awx.yml to a strict stand-in for AWX's API, twice, and hold its surveys against the playbooks' variables
	@tools/setup
	@tools/awx check

test-more: ee ## What takes long and is no part of make test: two hours and more
	@FLEET_MORE=true tools/run unit
	@FLEET_MORE=true tools/run sanity
	@FLEET_MORE=true tools/run integration
	@for scenario in default tomcat_app monitor_web supervisor supervisor_user el wishes adopt failures; do \
		FLEET_MORE=true tools/run molecule --scenario $$scenario || failed="$$failed $$scenario"; done; \
		[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

ee: ## Build an execution environment for AWX, and run status, control and rolling_restart in it
	@tools/setup hosts
	@tools/execution-environment

bench: ## Run the benchmarks
	@tools/setup
	@tools/bench

locks: ## Solve the requirements anew and write requirements/*.txt
	@tools/setup
	@tools/locks

clean: demo-clean ## Remove the demo and everything that tools made in this checkout
	rm -rf .build .ansible tests/output
