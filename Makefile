# Two commands are enough: `make run` serves the blog, `make test` tests it. Both install what is missing.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN = $(VENV)/bin
RUN = $(VENV)/run.stamp
DEV = $(VENV)/dev.stamp
PIP = $(BIN)/python -m pip --disable-pip-version-check
SLIPCOVER = $(BIN)/python -m slipcover
COVERAGE = build/coverage.json
# The least percentage of lines and branches that the tests run. It may only rise. Served processes are not measured.
COVERED = 95
SOURCES = blog tests migrations wsgi.py

.DEFAULT_GOAL := help
.PHONY: help run test test-live bench pictures lighthouse nu translations check format lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(RUN) ## Install what is missing, then serve the blog on http://127.0.0.1:8000
	@exec $(BIN)/blog serve

test: $(DEV) ## Install what is missing, then run every test; ARGS=tests/x.py::test_y runs only that
	@tests/prepare
ifdef ARGS
	@$(BIN)/pytest $(ARGS)
else
	@mkdir -p build
	@$(SLIPCOVER) --json --out $(COVERAGE) --dont-wrap-pytest -m pytest --numprocesses=logical --dist=worksteal
	@$(SLIPCOVER) --merge $(COVERAGE) --out $(COVERAGE) --fail-under $(COVERED) || { \
		echo "The tests run less than $(COVERED) % of the lines and branches of blog/." >&2; exit 2; }
endif

test-live: $(DEV) ## Install and start a real Ghost and a real WordPress, and test against them
	@tests/live/prepare
	@$(BIN)/pytest -m live tests/live $(ARGS)

bench: $(DEV) ## Measure on one core, compared with nginx, and write docs/performance.md (needs wrk and nginx)
	@$(BIN)/python -m tests.bench

pictures: $(DEV) ## Take the pictures of docs/moderation.md anew (needs a Chromium)
	@$(BIN)/python -m tests.pictures

lighthouse: $(DEV) ## Score index, article and tag with Lighthouse; fails below 100
	@tools=$$(tests/quality/prepare) && $(BIN)/python -m tests.quality.lighthouse "$$tools"

nu: $(DEV) ## Check a page of every kind with the Nu HTML checker; fails on an error
	@tools=$$(tests/quality/prepare) && $(BIN)/python -m tests.quality.nu "$$tools"

translations: $(RUN) ## Update the catalogues from the code; NEW=fr adds a language
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F pyproject.toml -k lazy_gettext --add-location=file --sort-by-file --no-wrap \
		--project=headless-blog -o build/messages.pot blog
	@$(BIN)/pybabel -q update -i build/messages.pot -d blog/translations --no-wrap --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date $(if $(NEW),--init-missing --locale $(NEW))

check: $(DEV) ## Format, lint, spelling, templates, types, import rules
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/codespell
	$(BIN)/djlint --lint --quiet blog/templates blog/themes
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## Format the code
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

lock: ## Resolve the dependencies again into the two lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make lock' --extra build \
		pyproject.toml -o requirements.txt $(UV_ARGS)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command 'make lock' --extra build --extra dev \
		-c requirements.txt pyproject.toml -o requirements-dev.txt $(UV_ARGS)

clean: ## Remove the environment and all generated files, but not the instance folder
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or say PYTHON=/path/to/python3." >&2; exit 2; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "No environment could be made. On Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }

$(RUN): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the blog needs …"
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "Installing what the tests need …"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
