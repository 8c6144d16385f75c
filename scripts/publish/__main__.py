"""Runs the room as a command."""

import sys

from scripts.publish.run import main

sys.exit(main())
