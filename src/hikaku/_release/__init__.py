"""A release wherever it lies: a folder, a zip, an address, one of a catalogue. Verified first.

In: a path or an address; for a catalogue maybe a version or a day.
Out: the store of the release, ready to be asked. Imported only when something is opened.
"""
