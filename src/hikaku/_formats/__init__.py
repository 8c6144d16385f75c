"""The formats of a release, each read strictly and in one place, by the accessors and the scripts.

In: bytes or text that anybody may have written.
Out: what they say, every name safe to become a path; or an error that says what is wrong where.
"""
