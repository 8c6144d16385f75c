"""Runs the room as a command."""

import sys

from scripts.generate.run import main

sys.exit(main())
