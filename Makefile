# Used by people and by CI alike. PORT=8600 make app, PYTHON=python3.12 make setup, …
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: app setup index test lint evaluate bench audit fuzz soak

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

test: setup $(VENV)/.milvus
	$(RUN) -m pytest

# only an index in Milvus needs it
$(VENV)/.milvus: requirements-milvus.txt | setup
	$(RUN) -m pip install --quiet --requirement requirements-milvus.txt
	touch $@

lint: setup
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

## the project's own question sets; leaves with an error when a figure has fallen
evaluate: setup
	$(RUN) -m retrieval evaluate tests/questions/digests.jsonl --seeds seeds \
		--out index/evaluation/digests --min R@1=0.78 --min nDCG@10=0.90 --min quoted=0.78
	$(RUN) -m retrieval evaluate tests/questions/held-out.jsonl --seeds seeds \
		--out index/evaluation/held-out --min R@1=0.74 --min nDCG@10=0.84 --min quoted=0.76
	$(RUN) -m retrieval evaluate tests/questions/words.jsonl --seeds seeds \
		--out index/evaluation/words --min R@1=0.75 --min auroc=0.96 --min refused=0.80

bench: setup
	$(RUN) -m pytest bench/speed.py --benchmark-sort=name --benchmark-columns=min,median,max,rounds

# what only these targets need is kept out of .venv
CHECKS := $(VENV)/checks

## known vulnerabilities of everything installed; a package that cannot be looked up is an error, too
audit: setup
	$(PYTHON) -m venv $(CHECKS)/audit
	$(CHECKS)/audit/bin/python -m pip install --quiet --requirement requirements-audit.txt
	$(CHECKS)/audit/bin/pip-audit --strict --path $$($(RUN) -c 'import site; print(site.getsitepackages()[0])')

## FUZZ_SECONDS on each of the readers, the splitter, the manifest and question sets
FUZZ_SECONDS ?= 30
FUZZED := docx html jsonl md pdf txt splitter manifest questions
fuzz: setup
	$(RUN) -m pip install --quiet --target $(CHECKS)/fuzz --requirement requirements-fuzz.txt
	for target in $(FUZZED); do \
		PYTHONPATH=.:$(CHECKS)/fuzz $(RUN) -m tests.fuzzing.run $$target $(FUZZ_SECONDS) || exit 1; \
	done

## SOAK_SECONDS of builds killed at any moment while readers ask
SOAK_SECONDS ?= 600
soak: setup
	SOAK_SECONDS=$(SOAK_SECONDS) $(RUN) -m pytest -m soak
