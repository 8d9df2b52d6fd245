# Used by people and by CI alike. PORT=8600 make app, PYTHON=python3.12 make setup, …
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: app setup index test lint evaluate bench

## open the app; the index is built first if there is none or the seeds have changed
app: setup index
	$(RUN) -m retrieval serve --port $(PORT)

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Shutten needs Python 3.11 or newer; name one: make PYTHON=python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --requirement requirements.txt
	touch $@

## exit code 4: built, but some documents were left out and named; the app opens all the same
index: setup
	$(RUN) -m retrieval build || [ $$? -eq 4 ]

test: setup
	$(RUN) -m pytest

lint: setup
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

## the project's own question sets; leaves with an error when a figure has fallen
evaluate: setup
	$(RUN) -m retrieval evaluate tests/questions/digests.jsonl --seeds seeds \
		--out index/evaluation/digests --min R@1=0.74 --min nDCG@10=0.88
	$(RUN) -m retrieval evaluate tests/questions/held-out.jsonl --seeds seeds \
		--out index/evaluation/held-out --min R@1=0.69 --min nDCG@10=0.81

bench: setup
	$(RUN) -m pytest bench/speed.py --benchmark-sort=name --benchmark-columns=min,median,max,rounds
