"""Measurements beside peers; run by hand, never as tests."""
