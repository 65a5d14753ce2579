# Bare `make` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

FILE ?= workbooks/samples/linyi.xlsx
OUT ?= results
PY := .venv/bin/python
# Stamps: a set-up is repeated only when what it depends on has changed. The dev set-up includes the plain one.
RUN := .venv/.ready-run
DEV := .venv/.ready-dev
ADDIN := .venv/.ready-addin

.PHONY: addins kit help assess test lint docs bench samples soak mutation clean distclean office

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

assess: $(RUN) ## assess the sample county, or FILE=your.xlsx; results go to OUT=results
	@.venv/bin/qbe-xl assess "$(FILE)" --out-dir "$(OUT)" --exit-zero

test: $(DEV) office ## everything: set-up, lint, types, generated pages, all tests
	@$(MAKE) lint
	@$(PY) scripts/docs.py --check
	@$(PY) -m pytest -n 2

lint: $(DEV) ## ruff on everything, mypy on the package
	@$(PY) -m ruff check .
	@$(PY) -m mypy

docs: $(DEV) ## write the generated pages of docs/ anew
	@$(PY) scripts/docs.py
	@$(PY) scripts/udfs.py

bench: $(DEV) office ## measure the figures that README shows
	@$(PY) -m benchmarks

samples: $(DEV) ## write the template and the sample workbooks anew
	@$(PY) scripts/samples.py

addins: $(ADDIN) ## build what Excel and LibreOffice load into dist/
	@$(PY) udfs/build_oxt.py
	@$(PY) udfs/build_xlam.py

kit: $(ADDIN) ## the install kit for Windows into dist/; PYTHON_EMBED=archive.zip puts Python in
	@$(PY) scripts/kit.py $(if $(PYTHON_EMBED),--embed "$(PYTHON_EMBED)") $(if $(PYTHON_EMBED_SHA256),--embed-sha256 "$(PYTHON_EMBED_SHA256)")

soak: $(DEV) office ## the long run: every property in full, the seeded errors and the mutation run
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest -n 2
	@$(PY) -m benchmarks.seeded
	@$(MAKE) mutation

mutation: $(DEV) ## plant small faults and see whether the tests notice; writes docs/quality-mutation.md
	@nice -n 15 $(PY) scripts/mutation.py

clean: ## remove results, build products and caches
	@rm -rf results build dist qbe_xl.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## also remove the environment .venv
	@rm -rf .venv

office: # checks each time: a stamp would not notice that LibreOffice was removed
	@scripts/setup_office.sh

$(RUN): pyproject.toml scripts/setup_venv.sh
	@scripts/setup_venv.sh -e .
	@touch $(RUN)

$(ADDIN): pyproject.toml scripts/setup_venv.sh
	@scripts/setup_venv.sh -e '.[addin]'
	@touch $(RUN) $(ADDIN)

$(DEV): pyproject.toml scripts/setup_venv.sh
	@scripts/setup_venv.sh -e '.[dev]'
	@touch $(RUN) $(ADDIN) $(DEV)
