"""Reads the CSV of the tables.

In: a table of the contract and the file that it names.
Out: the table in DuckDB with every defect of the file as a finding, or typed rows.
"""
