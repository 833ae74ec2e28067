"""Ratios, measured in one run on one machine: ``python -m tests.benchmarks [page] [routes] [totals] [--quick]``."""

from __future__ import annotations

import argparse

from tests.benchmarks import page, routes, totals

SUBJECTS = {"page": lambda quick: page.run(), "routes": routes.run, "totals": lambda quick: totals.run()}

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="all where none is named")
parser.add_argument("--quick", action="store_true", help="fewer routes: the same checks, rougher ratios")
chosen = parser.parse_args()
for subject in chosen.subjects or SUBJECTS:
    SUBJECTS[subject](chosen.quick)
