"""`python -m scripts.generate`: the files that are generated and committed, or --check of them.

In: the contract; for the list of coverage also `docs/coverage.csv` and the tables.
Out: the typed records and stubs of `src/hikaku`, `docs/codebook.md`, `docs/coverage.md`.
"""
