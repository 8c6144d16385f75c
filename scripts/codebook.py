"""`python -m scripts.codebook`: the codebook alone, as `python -m scripts.generate codebook`.

The released codebook names this command; it goes when the codebook next changes.
"""

from __future__ import annotations

import sys

from scripts.generate.run import main

if __name__ == "__main__":
    sys.exit(main(["codebook", *sys.argv[1:]]))
