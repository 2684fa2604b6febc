# Each command sets up by itself what it needs, on a fresh machine too; a second run starts at once.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test bench screenshots format texts topics words voices lock models set-up clean

PY := .venv/bin/python
SOURCES := app installer tests
export PYTHON

help:
	@echo 'make run          the sample company and call, end to end (window, or text where there is no display)'
	@echo 'make test         style, types, layers and all tests'
	@echo 'make bench        measure and print the figures with the machine; ONLY="speech window" for some of them'
	@echo 'make screenshots  draw docs/images anew'
	@echo 'make format       put the source in order'
	@echo 'make texts        collect the texts into resources/i18n, compile the English ones, list the errors'
	@echo 'make topics       train the model of topics anew from installer/topics'
	@echo 'make words        count the words of calls anew, by which misheard ones are spelled'
	@echo 'make voices       round the model of voices to 8 bits anew; FROM=the published one'
	@echo 'make lock         pin the newest packages that pyproject.toml allows'

set-up:
	@bash installer/set_up.sh

models: set-up
	@$(PY) -m app setup --asr base --llm qwen2.5-coder-1.5b

run: models
	@bash installer/run.sh

test: models
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m 'not slow' -n auto --dist loadscope
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m slow

bench: models
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.bench $(ONLY) --json build/bench.json

screenshots: models
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.gui.screenshots docs/images

format: set-up
	$(PY) -m ruff check --fix $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

texts: set-up
	$(PY) -m installer.texts
	$(PY) -m tests.architecture.error_codes --write

topics: set-up
	$(PY) -m installer.train_topics

words: set-up
	$(PY) -m installer.train_words

voices: set-up
	$(PY) -m installer.round_voices $(FROM)

lock: set-up
	$(PY) -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-config --no-header --no-emit-index-url --quiet --output-file requirements.lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
