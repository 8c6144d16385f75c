"""`python -m scripts.diff OLD NEW`: what changed between two releases, cell by cell.

In: two folders, each a release or the root of a package.
Out: a `Diff`: rows added and removed, cells changed, changes of the contract.
"""
