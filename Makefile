# make run    the window with the sample pair, loaded and scored (without a display: the command line and a picture)
# make check  everything that has to hold: format, lint, types, directions of imports, tests
# make format, make test, make bench, make picture, make clean

PYTHON_IN := .venv/bin/
PREPARED := .venv/.prepared
# One thread a process: two would only fight over the cores. No window on the screen of whoever runs the tests.
TESTING := OMP_NUM_THREADS=1 QT_QPA_PLATFORM=offscreen

.PHONY: run check format lint types imports test bench picture clean
.DEFAULT_GOAL := check

$(PREPARED): pyproject.toml constraints.txt .ci/prepare
	@bash .ci/prepare

run: $(PREPARED)
	@bash .ci/show

check: lint types imports test

format: $(PREPARED)
	$(PYTHON_IN)ruff format .
	$(PYTHON_IN)ruff check --fix .

lint: $(PREPARED)
	$(PYTHON_IN)ruff format --check .
	$(PYTHON_IN)ruff check .

types: $(PREPARED)
	$(PYTHON_IN)mypy

imports: $(PREPARED)
	$(PYTHON_IN)lint-imports

test: $(PREPARED)
	$(TESTING) $(PYTHON_IN)pytest -n auto --dist loadfile

bench: $(PREPARED)
	$(PYTHON_IN)python -m benchmarks

# The pictures in the README, of the samples as the shipped weights judge them.
picture: $(PREPARED)
	SIGVERIFY_HOME=$$(mktemp -d) QT_QPA_PLATFORM=offscreen $(PYTHON_IN)sigverify window --samples --picture docs/window.png
	SIGVERIFY_HOME=$$(mktemp -d) QT_QPA_PLATFORM=offscreen $(PYTHON_IN)sigverify window --picture docs/cheque.png \
	  resources/samples/cheque.jpg resources/samples/specimen_*.png

clean:
	rm -rf .venv build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
