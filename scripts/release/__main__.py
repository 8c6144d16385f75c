"""Runs the room as a command."""

import sys

from scripts.release.run import main

sys.exit(main())
