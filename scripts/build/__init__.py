"""`python -m scripts.build`: the data of a release, validated first.

In: `tables/`, `translations/`, `datapackage.json`.
Out: `dist/draft/<version>/` with CSV, Parquet, the store, workbooks, descriptions, checksums.
"""
