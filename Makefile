# Everything that people of this project type. `make` alone prints the list.
# Without make (Windows): the README names the same commands for uv.

PYTHON  ?= python3
YEAR    ?= 2025
WORKERS ?= logical

BIN    := .venv/bin
STAMP  := .venv/.set-up
UV     := $(BIN)/uv
CM     := $(BIN)/cmreview

# Behind a company's proxy only the system's certificates hold; where there are none, uv brings its own.
CERTS := $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem)
export UV_SYSTEM_CERTS ?= $(if $(CERTS),true,false)

.DEFAULT_GOAL := help
.PHONY: help setup packets test lint format types notebooks bench lock upgrade clean
# a half-made target is never taken for a finished one
.DELETE_ON_ERROR:

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make or refresh .venv from the lock (the others do it by themselves)

# The virtual environment is made once. uv lands in it by pip, at the version of the lock; from then on uv
# keeps it equal to the lock, so a package that leaves the lock leaves the environment too. The stamp bears
# the time when the set-up began, so a change of the lock meanwhile is seen by the next make.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or later must be there as '$(PYTHON)'. Install it, or name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(BIN)/python -c '' 2>/dev/null || { \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "'$(PYTHON)' can't make a virtual environment: its venv part is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }; \
	  echo "making .venv" && $(PYTHON) -m venv --clear .venv; }
	@touch .venv/.begun
	@$(UV) --version >/dev/null 2>&1 || { \
	  awk '/^[a-z0-9]/ { uv = /^uv==/ } uv' requirements.lock > .venv/uv.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt; }
	@echo '-e .' > .venv/project.txt
	$(UV) pip sync --quiet --python $(BIN)/python requirements.lock .venv/project.txt
	@mv .venv/.begun $@

packets: $(STAMP) ## the example company's records and its review packets: outputs/<year>/index.html
	$(CM) example --out outputs/example
	$(CM) packets --year $(YEAR) --records outputs/example
	@echo "Open outputs/$(YEAR)/index.html in a browser. The records it was made from lie in outputs/example."

test: $(STAMP) ## the whole test suite with the notebooks
	$(BIN)/python tests/everything.py --workers $(WORKERS)

lint: $(STAMP) ## ruff: rules and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP) ## mypy
	$(BIN)/mypy

notebooks: $(STAMP) ## run the stored notebooks anew and store them
	$(CM) notebooks

bench: $(STAMP) ## all benchmarks
	@for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

# The lock holds versions and hashes for every system, and no address: a test looks for one.
LOCK = $(UV) pip compile --quiet --python $(BIN)/python pyproject.toml --all-extras --universal \
       --fork-strategy fewest --generate-hashes --no-header --no-annotate --output-file requirements.lock

lock: $(STAMP) ## after a change of pyproject.toml: the lock again, versions kept where they still fit
	$(LOCK)
	@$(MAKE) --no-print-directory constraints.txt setup

upgrade: $(STAMP) ## the lock again, with the newest versions that pyproject.toml allows
	$(LOCK) --upgrade
	@$(MAKE) --no-print-directory constraints.txt setup

constraints.txt: requirements.lock
	awk '/^[a-z0-9]/ { sub(/ *\\$$/, ""); print }' requirements.lock > $@

clean: ## remove .venv and caches (outputs/ stays: it is yours)
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find cmreview tests benchmarks notebooks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
