# make release and make test need Python 3.11 or newer and make; each sets up .venv itself.
PYTHON ?= python3
TO ?= catalogue
SHOW ?= article-models
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: help release test fast check clean
.DEFAULT_GOAL := help

help:
	@echo "make release  validate, build, compare and publish to $(TO), then print a comparison"
	@echo "make test     all tests; STRICT=1 makes a skipped test a failure"
	@echo "make fast     the tests that take seconds"
	@echo "make check    ruff, mypy, who imports whom, the generated files, the tables"
	@echo "make clean    remove what can be made again (never $(TO)/)"

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" sh scripts/setup.sh $(VENV)

release: $(READY)
	@$(BIN)/python -m scripts.release --to $(TO)
	@echo
	@$(BIN)/python -m hikaku show $(SHOW)

test: $(READY) check
	@$(BIN)/python -m pytest -q -n 2 $(if $(STRICT),--strict-skips)

fast: $(READY)
	@$(BIN)/python -m pytest -q -n 2 -m "not slow"

check: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/python -m scripts.generate --check
	@$(BIN)/python -m scripts.validate
	@$(BIN)/python -m scripts.labels check

clean:
	@rm -rf $(VENV) dist src/hikaku/data .pytest_cache .mypy_cache .ruff_cache .hypothesis
