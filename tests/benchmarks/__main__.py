"""Ratios, measured in one run on one machine: ``python -m tests.benchmarks [evidence] [page] [totals]``."""

from __future__ import annotations

import argparse

from tests.benchmarks import evidence, page, totals

SUBJECTS = {"evidence": evidence.run, "page": page.run, "totals": totals.run}

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="all where none is named")
for subject in parser.parse_args().subjects or SUBJECTS:
    SUBJECTS[subject]()
