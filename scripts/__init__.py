"""From `tables/` to a published release: a room is a command; `python -m scripts` lists them.

In: `datapackage.json`, `tables/`, `translations/`.
Out: findings, generated files, `dist/`, a catalogue. May import `hikaku`; never the reverse.
"""
