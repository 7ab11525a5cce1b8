# Everything that people of this project type. `make` alone prints the list.
# Without make (Windows): the README names the same commands for uv.

PYTHON  ?= python3
YEAR    ?= 2025
MOMENTS ?= 100
WORKERS ?=

BIN    := .venv/bin
STAMP  := .venv/.set-up
UV     := $(BIN)/uv
CM     := $(BIN)/cmreview

# Behind a company's proxy only the system's certificates hold; where there are none, uv brings its own.
CERTS := $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem)
export UV_SYSTEM_CERTS ?= $(if $(CERTS),true,false)

.DEFAULT_GOAL := help
.PHONY: help setup packets test lint format types notebooks bench spark faults hostile fuzz audit sbom lock upgrade beside-the-lock clean
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
	$(BIN)/python tests/everything.py $(if $(WORKERS),--workers $(WORKERS))

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

bench: $(STAMP) ## all benchmarks, into benchmarks/RESULTS.md (QUICK=1: small sizes, elsewhere; ROUNDS=1)
	$(BIN)/python -m benchmarks.table $(if $(QUICK),--quick --out outputs/RESULTS.md) $(if $(ROUNDS),--rounds $(ROUNDS))

# PySpark lies beside .venv, since nothing else needs its 450 MB; Java must be there.
spark: $(STAMP) ## the same indicators on local Spark, compared with DuckDB's
	@command -v java >/dev/null || { \
	  echo "Java must be there for Spark. On Debian and Ubuntu: apt-get install default-jre-headless" >&2; exit 2; }
	@cmp -s tests/spark/requirements.txt .venv-spark/installed.txt || { \
	  $(UV) pip install --quiet --python $(BIN)/python --target .venv-spark --require-hashes \
	    --requirement tests/spark/requirements.txt && \
	  cp tests/spark/requirements.txt .venv-spark/installed.txt; }
	CMREVIEW_SPARK=1 PYTHONPATH=.venv-spark $(BIN)/pytest -q tests/spark

faults: $(STAMP) ## break runs and ledgers in every way at MOMENTS=100 moments, and print what came of it
	$(BIN)/python -m tests.faults.table --moments $(MOMENTS)

hostile: $(STAMP) ## meet every attack of tests/hostile and print what came of it
	$(BIN)/python -m tests.hostile.table

# Tools that nobody needs to use or test cmreview have an environment of their own: the lock's packages, and
# those of the group "trust" in pyproject.toml at the versions of trust.lock.
TRUST := .venv-trust/.set-up
MINUTES ?= 10
TARGETS := cells yaml_file headers sheet_xml csv_file ledger_import

$(TRUST): trust.lock $(STAMP)
	$(PYTHON) -m venv --clear .venv-trust
	$(UV) pip install --quiet --python .venv-trust/bin/python --require-hashes -r requirements.lock -r trust.lock
	@touch $@

fuzz: $(TRUST) ## search each target of tests/fuzz for defects, MINUTES=10 minutes each
	@for each in $(TARGETS); do echo "== $$each"; \
	  .venv-trust/bin/python -m tests.fuzz.run $$each --seconds $$(($(MINUTES) * 60)) || exit 1; done

# --strict: a package that the advisories can't be asked for fails the audit instead of being passed over
audit: $(TRUST) ## ask for known holes in the packages of the lock (needs the network)
	.venv-trust/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock $$(awk '!/^#/ && NF { print "--ignore-vuln", $$1 }' tests/known_holes.txt)

sbom: $(STAMP) ## the bill of materials, CycloneDX: outputs/sbom.json
	@mkdir -p outputs
	$(BIN)/python tests/materials.py requirements.lock > outputs/sbom.json

# The lock holds versions and hashes for every system, and no address: a test looks for one.
LOCK = $(UV) pip compile --quiet --python $(BIN)/python pyproject.toml --all-extras --universal \
       --fork-strategy fewest --generate-hashes --no-header --no-annotate --output-file requirements.lock

lock: $(STAMP) ## after a change of pyproject.toml: the lock again, versions kept where they still fit
	$(LOCK)
	@$(MAKE) --no-print-directory beside-the-lock setup

upgrade: $(STAMP) ## the lock again, with the newest versions that pyproject.toml allows
	$(LOCK) --upgrade
	@$(MAKE) --no-print-directory beside-the-lock setup

# What follows from the lock is written with it and only then. Were it made by comparing times, a fresh clone,
# whose files have the times of a checkout, would ask the registry anew for what is locked.
beside-the-lock:
	awk '/^[a-z0-9]/ { sub(/ *\\$$/, ""); print }' requirements.lock > constraints.txt
	$(UV) pip compile --quiet --python $(BIN)/python --group trust --universal --fork-strategy fewest \
	  -c constraints.txt --generate-hashes --no-header --no-annotate --output-file trust.lock

clean: ## remove .venv and caches (outputs/ stays: it is yours)
	rm -rf .venv .venv-trust build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find cmreview tests benchmarks notebooks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
