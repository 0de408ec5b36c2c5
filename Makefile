# make run    everything on this machine, with an invented world in it
# make test   every test, against real services
# make help   the rest
#
# Needs Python 3.11 or newer and make; nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
SERVICES := $(PY) -m samenhier.services
# More for pytest: make test ARGS="tests/groups -k invitation"
ARGS ?=
# More than there are cores: some tests wait, for a worker or a clock.
WORKERS ?= 3
# make test BROWSER=no  leaves the browser tests out; BROWSER=only  does only those.
BROWSER ?= yes

.PHONY: help install run reset test check lock screenshots translations

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

install: ## .venv from the lock; instant when nothing changed
	@python=; for candidate in "$${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  if [ -n "$$candidate" ] && command -v "$$candidate" >/dev/null 2>&1 \
	    && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python=$$candidate; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "There is no Python 3.11 or newer here. Install one, or name it: PYTHON=/path/to/python3 make" >&2; exit 1; fi; \
	"$$python" samenhier/services/install.py

run: install ## start everything (PORT, DATA_DIR; DATABASE_URL, REDIS_URL, EMAIL_URL to use your own)
	@exec $(SERVICES) run

reset: install ## wipe the data of `make run`
	@exec $(SERVICES) reset

test: install ## all tests, with coverage (ARGS="…", BROWSER=no or only)
	@$(PY) manage.py translations compile >/dev/null
	@unset PYTHONDONTWRITEBYTECODE; : "many processes start; only the first needs to compile"; \
	if [ "$(BROWSER)" != no ]; then CHROMIUM=$$($(PY) -m samenhier.services.chromium) || exit 1; export CHROMIUM; fi; \
	worst=5; \
	part() { echo "== $$1"; shift; $(SERVICES) with -- $(PY) -m pytest -n $(WORKERS) --dist worksteal "$$@" $(ARGS); \
	  case $$? in 0) if [ $$worst = 5 ]; then worst=0; fi;; 5) ;; 2) exit 2;; *) worst=1;; esac; }; \
	if [ "$(BROWSER)" != only ]; then rm -f .coverage; part "without a browser" --browser=no --cov --cov-report=; \
	  : "pytest-cov would work it out twice"; [ ! -f .coverage ] || $(PY) -m coverage report --skip-covered; fi; \
	if [ "$(BROWSER)" != no ]; then part "in a browser" --browser=only; fi; \
	exit $$worst

check: install ## style, types, templates, imports, migrations, translations, deployment
	@failed=; \
	try() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed, $$name"; }; \
	try "ruff check" .venv/bin/ruff check --quiet; \
	try "ruff format" .venv/bin/ruff format --check --quiet; \
	try "types (mypy)" .venv/bin/mypy --no-error-summary; \
	try "templates (djade)" sh -c 'find . -path ./.venv -prune -o -path "*/templates/*" -name "*.html" -print0 \
	  | xargs -0 .venv/bin/djade --target-version 5.2 --check'; \
	try "imports (lint-imports)" .venv/bin/lint-imports --no-logo; \
	try "migrations" $(SERVICES) with -- $(PY) manage.py makemigrations --check --dry-run; \
	try "translations" $(PY) manage.py translations check; \
	try "deployment (check --deploy)" env DJANGO_SETTINGS_MODULE=samenhier.settings.prod \
	  SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	  MASTER_KEYS="$$($(PY) -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
	  ALLOWED_HOSTS=samenhier.example SITE_URL=https://samenhier.example \
	  DATABASE_URL=postgres://samenhier@db.example/samenhier REDIS_URL=redis://broker.example/0 \
	  EMAIL_URL=smtp+tls://mail.example:587 \
	  $(PY) manage.py check --deploy --fail-level WARNING; \
	if [ -n "$$failed" ]; then echo "Failed:$${failed#,}" >&2; exit 1; fi; echo "All checks passed."

lock: install ## requirements/*.txt anew from pyproject.toml
	@compile() { .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$$@" >/dev/null; }; \
	compile pyproject.toml -o requirements/prod.txt && \
	compile pyproject.toml --extra embedded --extra dev -c requirements/prod.txt -o requirements/dev.txt && \
	echo aiosmtpd | compile - -c requirements/dev.txt -o requirements/catcher.txt
	@$(MAKE) install

screenshots: install ## the pictures in docs/screenshots
	@CHROMIUM=$$($(PY) -m samenhier.services.chromium) || exit 1; export CHROMIUM; \
	exec $(SERVICES) with -- $(PY) manage.py screenshots

translations: install ## catalogues anew from the code, and what still lacks a translation
	@$(PY) manage.py translations update && $(PY) manage.py translations check
