"""Opening a release, wherever it lies; imported only when something is opened.

In: a path or an address, and which version of a catalogue.
Out: a verified store, and the address that opens it again.
"""
