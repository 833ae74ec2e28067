"""How a selection is cited."""

from pathlib import Path

from geodata import Filters, load, select
from geodata.files.citing import bibtex, citation
from tests.worlds import worked_case, write_world


def test_a_citation_names_dataset_version_and_filters(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    found = select(dataset, Filters(event=("e",), status=("done",), t="2025-12-13", tab="share"))
    said = f"Dataset world@{dataset.hash}, filtered by event=e&status=done&basis=adopted"
    assert citation(found) == f"World (2025). {said}. Prisoner Transfer Map."
    entry = bibtex(found)
    assert entry.startswith(f"@misc{{world-{dataset.hash},\n  title = {{World}},\n  year = {{2025}},")
    assert r"filtered by event=e\&status=done\&basis=adopted" in entry
    assert entry.count("{") - entry.count("\\{") == entry.count("}") - entry.count("\\}")
    assert citation(dataset) == f"World (2025). Dataset world@{dataset.hash}. Prisoner Transfer Map."
    assert f"  note = {{Dataset world@{dataset.hash}}}," in bibtex(dataset)


def test_an_open_end_of_publication_is_no_year(tmp_path: Path) -> None:
    sources = [{"source_id": k, "publisher": k, "published": k} for k in ("2024-05/..", "../2023", "2021")]
    assert citation(load(write_world(tmp_path / "world", sources=sources))).startswith("World (2024). ")
