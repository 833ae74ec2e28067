"""Measure subjects in one run on one machine: ``python -m tests.benchmarks [SUBJECT …] [--quick]``."""

from __future__ import annotations

import argparse
from importlib import import_module

SUBJECTS = (
    "cluster",
    "downloads",
    "evidence",
    "export",
    "join",
    "page",
    "player",
    "routes",
    "totals",
    "truth",
)
"""Modules of this package; each has a `run` that prints its tables."""

if __name__ == "__main__":  # processes of a cluster import this module again
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="all where none is named")
    parser.add_argument("--quick", action="store_true", help="less of everything: do the answers agree?")
    chosen = parser.parse_args()
    for subject in chosen.subjects or SUBJECTS:
        # A subject is imported when it is asked for: each has peers of its own.
        import_module(f"tests.benchmarks.{subject}").run(chosen.quick)
