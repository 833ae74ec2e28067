"""How much a run does: all, or on an ordinary day (`bash tests/run --quick`) a tenth of the examples of each law."""

import os

__all__ = ["QUICK", "examples"]

QUICK = os.environ.get("QUICK") == "1"


def examples(number: int) -> int:
    """Return how many to draw where a whole run draws `number`."""
    return max(number // 10, 4) if QUICK else number
