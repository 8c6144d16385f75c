"""Runs the room as a command."""

import sys

from scripts.validate.run import main

sys.exit(main())
