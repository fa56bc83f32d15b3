# Every target sets up what it needs. Settings such as PORT and DATABASE_URL can follow: make run PORT=9000
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
AT_A_TIME := -n auto --dist worksteal
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/run ## serve on http://127.0.0.1:8000 with demo content
	@$(BIN)/python manage.py prepare
	@exec env WATCH_TEMPLATES=$${WATCH_TEMPLATES:-1} $(BIN)/python manage.py serve

sign-in-link: .venv/run ## print a new one-time sign-in link for the owner
	@$(BIN)/python manage.py sign_in_link

setup: .venv/test ## install what development needs: packages into .venv, servers and a browser with apt (sudo may ask)
	@e2e/install-servers --ask

hooks: .venv/test ## let git run the linters before each commit
	@$(BIN)/pre-commit install

# The number of tests at a time, and how long they wait, follow the machine: see e2e/patience.py. A test that needs a server or
# a browser is tried twice, and named at the end (-rR); unit tests are tried once.
# All tests are one run, so that no core is without work at its end; what the linters print beside it is shown when they end.
test: .venv/test servers ## check everything: lint, types, templates, all tests
	$(MAKE) --jobs=2 --output-sync=target --keep-going lint tests
	$(BIN)/python -m e2e.chaos --seconds 20

tests:
	$(PYTEST) $(AT_A_TIME) -rRs e2e/stories e2e/live feeds/tests

lint: .venv/test ## style, types, import order and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=.:site $(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/test ## put code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command "make lock"

lock: .venv/test ## write requirements*.txt after a change to the dependencies in pyproject.toml
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) --group test --constraints requirements.txt --output-file requirements-test.txt
	$(LOCK) --group mutants --constraints requirements-test.txt --output-file requirements-mutants.txt

messages: .venv/test ## update the catalogs in locale/ from the sources, and compile them
	$(BIN)/python manage.py messages

unit: .venv/test ## models, forms, views: seconds, no server
	$(PYTEST) $(AT_A_TIME) feeds/tests

live: .venv/test servers ## the live protocol through real Daphne, Redis and PostgreSQL
	$(PYTEST) $(AT_A_TIME) -rR e2e/live

# More in docs/qa.md. OPTIONS=… are any of pytest, pytest-playwright, pytest-html and pytest-split.
STORIES = $(PYTEST) $(if $(or $(HEADED),$(SLOWMO)),-n 0,$(AT_A_TIME)) -rRs e2e/stories $(if $(STORY),-k "$(STORY)") \
  $(addprefix --deployment ,$(DEPLOYMENT)) $(addprefix --browser ,$(BROWSER)) $(if $(HEADED),--headed) \
  $(if $(SLOWMO),--slowmo $(SLOWMO)) $(if $(VIDEO),--video on) $(if $(URL),--base-url $(URL)) $(if $(POSTING),--posting) \
  $(if $(EVENT),--event $(EVENT)) $(OPTIONS)

e2e: .venv/test $(if $(URL),,servers) ## people in real browsers: make e2e STORY=removal DEPLOYMENT=nginx HEADED=1, or URL=https://…
	$(STORIES)

webkit: .venv/test ## ten stories in Debian's WebKit, the engine of Safari
	@e2e/install-servers --webkit
	xvfb-run -a $(PYTEST) -rs e2e/webkit

codegen: .venv/test ## Playwright's recorder beside an event of a fresh server, signed in as its host
	$(BIN)/python -m e2e.codegen

e2e-repeat: .venv/test servers ## browser stories repeatedly, a line for each run: make e2e-repeat TIMES=20
	$(BIN)/python -m e2e.repeat --times $(or $(TIMES),20) $(if $(STORY),--story "$(STORY)")

storm: .venv/test servers ## break everything for a while and compare every page: make storm SECONDS=120 SEED=7
	$(BIN)/python -m e2e.chaos --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED)) $(if $(READERS),--readers $(READERS)) $(if $(PLAN),--plan)

histories: .venv/test ## 10,000 steps of histories that hypothesis thinks out, every open page compared with a fresh one: make histories STEPS=2000
	STEPS=$(or $(STEPS),10000) $(PYTEST) --timeout 7200 feeds/tests/timeline/test_histories.py

mutants: .venv/mutants ## put small faults into copies, and name those that no fast test notices: make mutants COUNT=200 SEED=1 ROOM=models/post
	$(BIN)/python -m e2e.mutants $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED)) $(if $(ROOM),--only $(ROOM))

chaos: storm histories ## a storm, 10,000 steps of histories, and then failures that last: minutes without Redis or PostgreSQL, 500 readers returning, one that never reads, a flood
	$(PYTEST) -rP e2e/chaos

bench: .venv/test servers ## measure and compare with peers, into bench/RESULTS.md: half an hour on a quiet machine (QUICK=1: minutes, printed only)
	$(BIN)/python -m bench $(if $(QUICK),--quick) $(foreach name,$(ONLY),--only $(name))

costs: .venv/test ## measure the most expensive texts within the limits: fails above 50 ms of CPU
	$(BIN)/python -m bench.costs

audit: .venv/test servers ## axe on every page in every state, on a phone and a desktop, and Lighthouse (needs npm)
	EVERY_SCREEN=1 $(PYTEST) $(AT_A_TIME) e2e/stories/test_axe.py
	$(BIN)/python -m e2e.lighthouse

docs: .venv/test ## write the lists in docs/ that are made from the code: modules, and names for templates
	$(BIN)/python docs/list_modules.py
	$(BIN)/python docs/list_names.py

screenshot: .venv/test servers ## take the pictures in docs/event.png and docs/screenshots/ again (ONLY=wall: one page)
	$(BIN)/python -m e2e.screenshot $(ONLY)

gallery: .venv/test servers ## compare how every template of /design/ looks, in every theme, with the last commit, or BASE=main
	$(if $(BASE),BASE=$(BASE)) $(PYTEST) -n 2 --dist worksteal -rs e2e/gallery/test_gallery.py

states: .venv/test servers ## axe and contrast for each state of /design/, in THEME_DIR or our own look: the gallery shows what is found (ONLY=partials/entry/: some)
	$(BIN)/python -m e2e.gallery.axe $(ONLY)

gallery-proof: .venv/test servers ## prove that pictures report 20 small changes, and nothing in 5 repeats: a quarter of an hour or more
	$(PYTEST) -n 2 --dist worksteal -rP e2e/gallery/test_mutations.py

servers:
	@e2e/install-servers

# Only what is locked, each file with the hash that it had when it was locked.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes

.venv/run: requirements.txt
	@$(PYTHON) -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Commentary needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv). PYTHON=… names another one."; exit 1; }
	@test -x $(BIN)/pip || { echo "Setting up .venv (once, about a minute)"; rm -rf .venv; $(PYTHON) -m venv .venv; }
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/test: .venv/run requirements-test.txt
	@$(INSTALL) -r requirements-test.txt
	@touch $@

.venv/mutants: .venv/test requirements-mutants.txt
	@$(INSTALL) -r requirements-mutants.txt
	@touch $@

.PHONY: help hooks setup lock docs run sign-in-link test tests lint format messages unit live e2e codegen e2e-repeat storm histories mutants chaos bench costs audit screenshot gallery gallery-proof servers states
