"""`python -m scripts.labels sync | check | stats`: every text in every language.

In: the English of the contract and the tables, the PO files and the glossary of `translations/`.
Out: PO files brought up to date, findings, and the labels that a release holds.
"""
