"""Runs the room as a command."""

import sys

from scripts.diff.run import main

sys.exit(main())
