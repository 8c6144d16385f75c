"""Tests, each named after the harm that it prevents."""
