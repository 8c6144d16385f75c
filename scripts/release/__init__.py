"""`python -m scripts.release --to TARGET`: from the tables to the catalogue, in one go.

In: the package, and the catalogue with the version before.
Out: `dist/<version>/` with change log, wheel, sdist and zip; the same, published.
"""
