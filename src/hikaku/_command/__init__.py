"""The command `hikaku`. Imported only when it is called.

In: the arguments, and the installed data or a release.
Out: what was asked for, as a table for people, or as CSV, JSON or Markdown.
"""
