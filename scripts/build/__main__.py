"""Runs the room as a command."""

import sys

from scripts.build.run import main

sys.exit(main())
