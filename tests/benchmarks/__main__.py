"""Ratios, measured in one run on one machine: ``python -m tests.benchmarks [SUBJECT ...] [--quick]``."""

from __future__ import annotations

import argparse

from tests.benchmarks import join, page, totals

SUBJECTS = {"join": join.run, "page": page.run, "totals": totals.run}

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="all where none is named")
parser.add_argument("--quick", action="store_true", help="join: a minute, on fewer points")
arguments = parser.parse_args()
for subject in arguments.subjects or SUBJECTS:
    if arguments.quick and subject == "join":
        join.run(quick=True)
    else:
        SUBJECTS[subject]()
