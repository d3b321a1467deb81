# Teman Mutasi. `make` alone says what there is; a clone needs Python 3.11+ and make, nothing else.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Two test processes a core: many tests wait for a lease or a silence to pass, and waiting costs no core.
WORKERS = $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

.DEFAULT_GOAL := help
.PHONY: help setup demo test check page bench soak lock clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name words; do \
		printf '%-14s %s\n' "$$name" "$$words"; done

setup: $(READY) ## make .venv with everything that requirements.lock names

# Done again only when the lock or the project file changed: its time is the stamp's.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12" >&2; exit 1; }
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## start the simulator and the bot with a sample office, and print the page's address
	@$(BIN)/teman-mutasi demo

test: setup ## run every test, on SQLite and on a PostgreSQL of its own
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

check: setup ## look at style, types, imports, dependencies and texts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/pytest -q tests/content/test_texts.py

page: setup ## walk the demo's page in the Chromium on PATH; pictures go to screenshots/
	$(BIN)/pytest tests/page

bench: setup ## measure, print the table and write docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

soak: setup ## run the long campaigns and add their results to docs/soak.md
	$(BIN)/python -m tests.soak

lock: setup ## choose versions anew, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--extra dev pyproject.toml --output-file requirements.lock

clean: ## take away what was made here, the databases aside
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
