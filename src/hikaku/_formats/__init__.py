"""One strict reader for each format of a release; it knows nothing of opening one.

In: bytes or text, and what errors call them.
Out: plain values, or DamagedStore with what is wrong, where, and what to do.
"""
