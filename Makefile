# The two commands of this project, on a machine with Python >= 3.10, make and git:
#
#   make lab    open JupyterLab with Cell Profiler on examples/01-first-profile.ipynb
#   make test   run every test
#
# Everything else they get themselves, into .venv and node_modules; a second run
# redoes only what changed. Nothing outside this folder is touched, except that
# Chromium is installed for the browser tests where the machine has none, and that the
# JupyterLab of `make lab` keeps its history of runs in Jupyter's data directory.
#
#   make lint  make test-python  make test-other-pythons  make test-typescript
#   make test-browser   its stages
#   make test-differential  cells under every profiler, on every road
#   make test-pythons   all Python tests on each Python 3.10-3.13 of the machine
#   make wheel          a wheel in dist/, built from nothing
#   make test-long      a cell of five minutes; CELL_PROFILER_LONG is its length in seconds
#   make bench          measure (see bench/)
#   make format         put Python, TypeScript, CSS and JSON into their form
#   make clean          remove everything that was made here
#
# LAB_ARGS are passed on to JupyterLab, PYTEST_ARGS, JEST_ARGS and PLAYWRIGHT_ARGS
# to the runners; PYTHON and CHROMIUM name the ones to use.

SHELL := /bin/sh
VENV := .venv
STAMPS := $(VENV)/stamps
RUN := sh scripts/run.sh
STAGE := sh scripts/stage.sh
QUIETLY := sh scripts/quietly.sh
PIP_INSTALL := $(QUIETLY) $(RUN) python -m pip install
LABEXTENSION := jupyterlab_cell_profiler/labextension

export PYTHON CHROMIUM

# A virtual environment knows its own path: one that was moved, or whose Python is
# gone, is made anew.
ifneq ($(shell cat $(STAMPS)/venv 2>/dev/null && $(VENV)/bin/python -c '' 2>&1),$(CURDIR))
$(shell rm -f $(STAMPS)/venv)
endif

FRONT_END := $(shell find src style schema -type f ! -path '*/__tests__/*') package.json tsconfig.json

.PHONY: lab install test lint test-differential test-python test-pythons test-other-pythons test-typescript \
	test-browser test-long wheel bench format clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

lab: install
	@sh scripts/lab.sh $(LAB_ARGS)

install: $(STAMPS)/package

test: lint test-python test-other-pythons test-typescript test-browser
	@printf '\n==> All tests passed\n'

# -- what is needed ----------------------------------------------------------

$(STAMPS)/venv:
	@sh scripts/make-venv.sh $(VENV)
	@mkdir -p $(STAMPS)
	@echo $(CURDIR) > $@

# The lower bounds of jupyterlab and notebook are what is supported. The last five
# are the build system of pyproject.toml: with them pip need not fetch them each time.
$(STAMPS)/jupyter: $(STAMPS)/venv Makefile
	@echo 'Installing JupyterLab and the build tools'
	@$(PIP_INSTALL) 'jupyterlab>=4.2,<5' 'notebook>=7.2,<8' 'ipykernel>=6.29' \
		'hatchling>=1.5.0' 'hatch-nodejs-version>=0.3.2' 'jupyter-builder>=1.2.0,<2' 'hatch-jupyter-builder>=0.5' editables
	@touch $@

$(STAMPS)/node: $(STAMPS)/venv scripts/ensure-node.sh
	@sh scripts/ensure-node.sh
	@touch $@

# jlpm comes with the build tools.
node_modules/.installed: yarn.lock package.json .yarnrc.yml | $(STAMPS)/jupyter $(STAMPS)/node
	@echo 'Installing the packages of the front end'
	@$(QUIETLY) $(RUN) jlpm install --immutable
	@touch $@

ui-tests/node_modules/.installed: ui-tests/yarn.lock ui-tests/package.json | $(STAMPS)/jupyter $(STAMPS)/node
	@echo 'Installing the packages of the browser tests'
	@cd ui-tests && sh ../scripts/quietly.sh sh ../scripts/run.sh jlpm install --immutable
	@touch $@

bench/node_modules/.installed: bench/yarn.lock bench/package.json | $(STAMPS)/jupyter $(STAMPS)/node
	@echo 'Installing what the flame graph is compared with'
	@cd bench && sh ../scripts/quietly.sh sh ../scripts/run.sh jlpm install --immutable
	@touch $@

$(LABEXTENSION)/package.json: $(FRONT_END) node_modules/.installed
	@echo 'Building the front end'
	@$(QUIETLY) $(RUN) jlpm build
	@touch $@

$(STAMPS)/package: pyproject.toml package.json install.json jupyter-config/server-config/jupyterlab_cell_profiler.json scripts/link-package.sh $(STAMPS)/jupyter | $(LABEXTENSION)/package.json
	@echo 'Installing Cell Profiler into $(VENV)'
	@sh scripts/link-package.sh
	@touch $@

# The package is there already: this adds what its extras name.
$(STAMPS)/test: pyproject.toml $(STAMPS)/package
	@echo 'Installing what the tests need'
	@$(PIP_INSTALL) 'jupyterlab-cell-profiler[lint,test]'
	@touch $@

# What the benchmarks compare with; they go on without what cannot be had.
$(STAMPS)/bench: Makefile $(STAMPS)/test
	@echo 'Installing the tools to compare with'
	@missing=; for tool in 'pyinstrument>=5' 'scalene>=1.5' 'snakeviz>=2.2'; do \
		$(PIP_INSTALL) "$$tool" || { missing=yes; \
		echo "$$tool cannot be had: the benchmarks go on without it" >&2; }; done; \
		test -n "$$missing" || touch $@

# The links above are normal prerequisites of nothing: a rebuilt front end needs no
# second install. It is named here, so that each target below has the newest.
install test-python test-browser test-long bench: $(LABEXTENSION)/package.json

# -- the stages of the tests -------------------------------------------------

lint: $(STAMPS)/test node_modules/.installed
	@$(STAGE) 'ruff check' ruff check .
	@$(STAGE) 'ruff format' ruff format --check .
	@$(STAGE) 'mypy --strict' mypy
	@$(STAGE) 'src/document.ts is what the schema says' jlpm document:check
	@$(STAGE) 'tsc --strict' jlpm tsc -p tsconfig.test.json
	@$(STAGE) 'eslint' jlpm eslint:check
	@$(STAGE) 'prettier' jlpm prettier:check
	@$(STAGE) 'stylelint' jlpm stylelint:check

DIFFERENTIAL := jupyterlab_cell_profiler/tests/test_differential.py
test-python: $(STAMPS)/test
	@sh scripts/pytest.sh pytest python $(PYTEST_ARGS)

test-typescript: node_modules/.installed
	@$(STAGE) 'jest' jlpm test $(JEST_ARGS)

test-browser: $(STAMPS)/test ui-tests/node_modules/.installed
	@$(STAGE) 'tsc --strict, browser tests' jlpm tsc -p ui-tests
	@chromium=$$(sh scripts/find-chromium.sh) && \
		CHROMIUM="$$chromium" $(STAGE) 'browser tests' sh -c 'cd ui-tests && exec jlpm test "$$@"' sh $(PLAYWRIGHT_ARGS)

test-pythons: $(LABEXTENSION)/package.json
	@sh scripts/test-pythons.sh $(PYTEST_ARGS)

# What differs from one Python to the next is how lines are counted, hooks come and
# go, and processes are looked into; the rest of the tests need one Python only. Of the
# other Pythons the oldest and the newest one; `make test-pythons` has all.
test-other-pythons: $(STAMPS)/test
	@sh scripts/test-pythons.sh --ends $(addprefix jupyterlab_cell_profiler/tests/,\
		test_exactness.py test_self_time.py test_cleanup.py \
		test_functions.py test_prun.py test_sampling.py test_stacks.py \
		test_overview.py test_interrupts.py test_libraries.py test_stacks_inside.py test_memory_lines.py test_objects.py)

# These two are not part of `make test`.
test-differential: $(STAMPS)/test
	@$(STAGE) 'pytest, every road' python -m pytest --every-road \
		$(DIFFERENTIAL) $(PYTEST_ARGS)

test-long: $(STAMPS)/test
	@$(STAGE) 'pytest, five minutes' python -m pytest -m long -s $(PYTEST_ARGS)

# -- the rest ----------------------------------------------------------------

bench: $(STAMPS)/bench node_modules/.installed \
		ui-tests/node_modules/.installed bench/node_modules/.installed
	@set -e; CHROMIUM="$$(sh scripts/find-chromium.sh)"; export CHROMIUM; \
		for script in $(filter-out bench/kernel.py bench/lab.py bench/paired.py,$(wildcard bench/*.py)); do \
		$(STAGE) "$$script" python "$$script"; done

# A stale front end would be packed unnoticed: build it anew.
wheel: $(STAMPS)/jupyter $(STAMPS)/node node_modules/.installed
	@rm -rf $(LABEXTENSION) lib tsconfig.tsbuildinfo
	@$(QUIETLY) $(RUN) python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist .

format: $(STAMPS)/test node_modules/.installed
	@$(RUN) ruff check --fix-only --quiet .
	@$(RUN) ruff format --quiet .
	@$(RUN) jlpm lint

clean:
	rm -rf $(VENV) .venv-* node_modules ui-tests/node_modules bench/node_modules lib $(LABEXTENSION) dist \
		tsconfig.tsbuildinfo .eslintcache .stylelintcache .mypy_cache .ruff_cache .pytest_cache \
		ui-tests/test-results ui-tests/playwright-report jupyterlab_cell_profiler/_version.py
