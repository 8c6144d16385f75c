"""Opening: a release opens from wherever it lies, and only if it is what was published."""
