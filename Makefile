# `make` alone lists what there is. Nothing outside this folder is touched, but for `make test`,
# which installs Chromium and PostgreSQL where they are missing and it may.

PYTHON ?= python3
PYTEST_ARGS ?= -n 2
BENCH_ARGS ?=
PINS_ARGS ?=

PY := .venv/bin/python
PYBABEL := $(PY) -m babel.messages.frontend
PIP_INSTALL := $(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: .venv/.run-installed $(CATALOGUES) ## Set up all that is missing and serve on 127.0.0.1:$PORT (8000)
	@RELIRE_SETUP=1 exec $(PY) -m gunicorn --config gunicorn.conf.py

.PHONY: install
install: .venv/.run-installed $(CATALOGUES) ## Make ready to be served by a user who may write nothing here
	@$(PY) -m compileall -q app

.PHONY: test
test: check $(CATALOGUES) ## Check the code, then run every test (PYTEST_ARGS="-k cloze" for a few)
	@$(PY) -m tests.support.install
	@RELIRE_NO_SKIPS=1 exec $(PY) -m pytest $(PYTEST_ARGS)

.PHONY: attack
attack: .venv/.dev-installed .venv/attack/.installed $(CATALOGUES) ## Let scanners loose on a server of their own, for some minutes
	@exec $(PY) -m tests.attack

.PHONY: faults
faults: .venv/.dev-installed $(CATALOGUES) ## Break it for long: kills, restarts, full disks, clocks (make test breaks it briefly)
	@$(PY) -m tests.support.install
	@RELIRE_NO_SKIPS=1 RELIRE_FAULTS=long exec $(PY) -m pytest tests/faults tests/browser/test_faults.py

.PHONY: bench
bench: .venv/.dev-installed $(CATALOGUES) ## Measure, and keep the figures (BENCH_ARGS=--render writes docs/performance.md)
	@exec $(PY) -m benchmarks $(BENCH_ARGS)

.PHONY: check
check: .venv/.dev-installed ## Style, types and architecture, without running a test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) .venv/bin/lint-imports

.PHONY: format
format: .venv/.dev-installed ## Put the code in order
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

.PHONY: translations
translations: .venv/.run-installed ## Collect what is to be translated, and compile (LOCALE=de adds a language)
	@$(PYBABEL) extract --mapping-file=pyproject.toml --add-location=file --sort-by-file \
		--keywords='_ N_ translate ngettext:1,2 translate_plural:1,2' --add-comments=Translators: --strip-comments \
		--project=Relire --copyright-holder='the Relire authors' \
		--output-file=app/translations/messages.pot .
	@$(if $(LOCALE),$(PYBABEL) init -i app/translations/messages.pot -d app/translations -l $(LOCALE))
	@$(PYBABEL) update --width=100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		-i app/translations/messages.pot -d app/translations
	@$(MAKE) --no-print-directory catalogues

.PHONY: catalogues
catalogues: $(CATALOGUES)

# A catalogue that is marked fuzzy compiles to nothing, and readers would see it in another language.
%.mo: %.po | .venv/.run-installed
	@$(PYBABEL) compile --input-file=$< --output-file=$@
	@test -e $@ || { echo '$<: remove "#, fuzzy" from its first entry' >&2; exit 1; }

.PHONY: pins
pins: ## Pin new lines of requirements/*.in (PINS_ARGS=--upgrade for new versions of everything)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo \
		'Pin with the oldest Python we support, which needs the most: make pins PYTHON=python3.11' >&2; exit 1; }
	@rm -rf .venv/pins && $(PYTHON) -m venv .venv/pins
	@.venv/pins/bin/python -m pip install --quiet --quiet --disable-pip-version-check pip-tools==7.6.2
	@for list in run dev; do \
		CUSTOM_COMPILE_COMMAND='make pins' .venv/pins/bin/pip-compile --quiet --no-config --generate-hashes \
			--strip-extras --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
			$(PINS_ARGS) --output-file=requirements/$$list.txt requirements/$$list.in || exit 1; \
	done
	@rm -rf .venv/pins

.PHONY: clean
clean: ## Remove all that make made; instance/ holds your data and stays
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache shots
	rm -f app/translations/messages.pot $(CATALOGUES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- The environment. A stamp stands for an installed list, so that nothing is installed twice.

# Stamps of a Python that is gone (the system was upgraded) count for nothing.
$(if $(wildcard $(PY)),,$(shell rm -f .venv/.run-installed .venv/.dev-installed))

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		'Relire needs Python 3.11 or newer. If you have one: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
		'Python cannot make environments here. On Debian and Ubuntu: sudo apt install python3-venv' >&2; exit 1; }
	@echo 'Setting up Python in .venv, once. It takes a minute.'
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }

.venv/.run-installed: requirements/run.txt | $(PY)
	@$(PIP_INSTALL) -r $<
	@touch $@

.venv/.dev-installed: requirements/dev.txt .venv/.run-installed
	@$(PIP_INSTALL) -r $<
	@touch $@

# Scanners want other versions than the server does, so they live apart.
.venv/attack/.installed: requirements/attack.txt | $(PY)
	@$(PY) -m venv --clear .venv/attack
	@.venv/attack/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
