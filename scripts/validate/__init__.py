"""`python -m scripts.validate`: are the tables as the contract and the rules say?

In: `datapackage.json` and `tables/`.
Out: findings, each with its file, row and column.
"""
