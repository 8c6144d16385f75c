"""The command `hikaku`.

In: arguments, and the data set that they ask.
Out: an answer on standard output, for people or for programs.
"""
