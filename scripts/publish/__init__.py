"""`python -m scripts.publish [RELEASE] --to TARGET`: put a built release into a catalogue.

In: a release's folder; a folder or a bucket.
Out: its files there, and the index that lists it, each written by compare-and-swap.
"""
