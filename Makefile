# Needs git, make, bash and a Python that tools/cores.txt knows; everything else is installed into .venv by the targets themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The release of ansible-core to test with, for example: make units CORE=2.18
CORE ?= newest
OLDEST := $(shell awk '!/^\#/ {print $$1; exit}' tools/cores.txt)
BETWEEN := 2.18
PARTS := environments units-newest lint,dist,units-oldest,integration-second+sanity,integration-first
MATRIX := $(foreach core,$(OLDEST) $(BETWEEN),$(foreach part,environments sanity units integration,$(part)@$(core)))
ARGS ?=

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Service both nodes of an HA pair on the simulator, from an installed tarball
	@tools/demo $(ARGS)

.PHONY: test
test: ## Run lint, sanity, units, integration and dist for the newest ansible-core
	@$$(tools/core newest | cut -d' ' -f3) tools/suite.py $(PARTS)

.PHONY: test-matrix
test-matrix: ## Run test, and sanity, units and integration for older releases of ansible-core
	@$$(tools/core newest | cut -d' ' -f3) tools/suite.py $(PARTS) $(MATRIX)

.PHONY: environments
environments:
	@tools/environment lint & lint=$$!; (tools/environment eda; tools/environment awx) & eda=$$!; tools/chromium > /dev/null & browser=$$!; tools/environment test $(CORE); status=$$?; \
	wait $$eda; wait $$browser; wait $$lint && exit $$status

.PHONY: sanity
sanity: ## Run all sanity tests (CORE=release, ARGS=arguments of ansible-test)
	@tools/ansible_test $(CORE) sanity $(ARGS)

.PHONY: units
units: ## Run the unit tests on the newest and the oldest Python (CORE, ARGS)
	@tools/ansible_test $(CORE) units $(ARGS)

.PHONY: units-newest units-oldest
units-newest units-oldest:
	@tools/ansible_test $(CORE) $@ $(ARGS)

.PHONY: integration
integration: ## Run the integration targets against the simulator (CORE, ARGS=target)
	@tools/ansible_test $(CORE) integration $(ARGS)

.PHONY: integration-first integration-second
integration-first integration-second:
	@tools/ansible_test $(CORE) $@ $(ARGS)

.PHONY: lint
lint: ## Run ruff, the length gates, mypy, yamllint, ansible-lint, changelog and documentation checks
	@tools/lint

.PHONY: docs
docs: ## Build the pages of the modules and roles into .build/docs
	@tools/docs

.PHONY: bench
bench: ## Measure tasks beside the vendor's collection, and the simulator
	@tools/bench $(ARGS)

.PHONY: dist
dist: ## Build the tarball, install it into an empty path and check it there
	@tools/dist

.PHONY: awx-export
awx-export: ## Write extensions/awx/awx-import.json anew, from the objects of the role awx_setup
	@tools/awx_export

.PHONY: changelog
changelog: ## Release: turn the fragments into CHANGELOG.rst (ARGS=arguments of antsibull-changelog release)
	@tools/changelog $(ARGS)

.PHONY: clean
clean: ## Remove everything that make has made
	rm -rf .venv .build
