"""The documents that values were printed in.

In: a repository, a commit and a path; a locator.
Out: the bytes of the document; what stands at the place.
"""
