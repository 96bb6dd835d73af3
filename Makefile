# `make run` serves the product, `make test` checks it; both work on a fresh machine.
PORT ?= 8501
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup setup-dev run test unit lint browser bench screenshots

setup: $(VENV)/.runtime

$(VENV)/.runtime: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps -r requirements.txt
	touch $@

setup-dev: $(VENV)/.dev

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-dev.txt
	touch $@

run: setup
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: setup-dev
	$(BIN)/python -m pytest tests --ignore=tests/browser

browser: setup-dev
	sh tests/browser/install-chromium.sh
	$(BIN)/python -m pytest tests/browser -p no:randomly --force-enable-socket

test: lint unit browser

bench: setup-dev
	sh tests/browser/install-chromium.sh
	$(BIN)/python -m benchmarks

screenshots: setup-dev
	sh tests/browser/install-chromium.sh
	$(BIN)/python docs/screenshots.py
