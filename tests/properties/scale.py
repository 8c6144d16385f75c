"""How many examples a law gets whose examples are dear."""

from __future__ import annotations

from hypothesis import settings


def examples(short: int) -> settings:
    """So many in the profile "short"; in another as many times more as a cheap law gets there.

    Called when a test module is imported: by then pytest has loaded the profile it was told.
    """
    times = settings().max_examples / settings.get_profile("short").max_examples
    return settings(max_examples=max(1, round(short * times)))
