"""Runs the room as a command."""

import sys

from scripts.labels.run import main

sys.exit(main())
