# Two commands for a fresh machine: `make demo` and `make test`. Everything else is for those who work on the ledger.
PYTHON ?= python3
PYTEST_ARGS ?=
PARTS ?=
GOLD ?=
SCORER ?=
FOLDS ?=
NETWORKS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test faults lint check bench format generate clean

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make demo PYTHON=python3.12" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable '.[accurate]'
	touch $@

.venv/installed-dev: .venv/installed
	$(PIP) --editable '.[dev]'
	touch $@

demo: .venv/installed  ## ingest the seed articles into figures.ledger, print totals, write the workbook
	$(BIN)/ledger ingest seeds
	$(BIN)/ledger totals --by actor --by field
	$(BIN)/ledger export exports/figures.xlsx

test: .venv/installed-dev  ## the fast suite; PYTEST_ARGS="-m ''" for all of it
	$(BIN)/python -m pytest $(PYTEST_ARGS)

faults: .venv/installed-dev  ## what a user, a file, a decision or a text can do wrong, all of it
	$(BIN)/python -m pytest tests/faults -m '' $(PYTEST_ARGS)
	$(BIN)/python -m benchmarks.faults --seeds 10000

lint: .venv/installed-dev  ## format, lint, types, import contracts, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.generated --compare

check: lint test

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: .venv/installed-dev  ## write what is generated and committed again
	$(BIN)/python -m tests.generated

# speed and quality against peers; PARTS=speed for one part, GOLD=FOLDER SCORER=FILE for scores
bench: .venv/installed-dev
	$(BIN)/python -m benchmarks $(PARTS) $(if $(GOLD),--gold $(GOLD)) $(if $(SCORER),--scorer $(SCORER)) \
		$(if $(FOLDS),--folds $(FOLDS)) $(if $(NETWORKS),--networks $(NETWORKS))

clean:
	rm -rf .venv build dist
