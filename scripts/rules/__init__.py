"""The rules: what no row may meet, each an SQL condition with a code.

In: the contract.
Out: checks. `all` lists them; one module a subject; none of them reads anything.
"""
