"""Ratios, measured in one run on one machine: ``python -m tests.benchmarks [--quick] [page] [totals] [cluster]``."""

from __future__ import annotations

import argparse

from tests.benchmarks import cluster, page, totals

SUBJECTS = {"page": page.run, "totals": totals.run, "cluster": cluster.run}

if __name__ == "__main__":  # processes of a cluster import this module again
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less data; done in a minute")
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="all where none is named")
    chosen = parser.parse_args()
    for subject in chosen.subjects or SUBJECTS:
        SUBJECTS[subject](chosen.quick)
