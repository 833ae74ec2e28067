from pathlib import Path

from geodata import Dataset, Filters, load, select
from geodata.analysis.groups import composition
from geodata.model.counts import labels
from tests.worlds import claim, event, leg, write_world

CLAIMS = [
    claim("e", 123),
    claim("e", 1, group="Americans"),
    claim("e", 6, group="allies"),
    claim("e", 5, group="Ukrainians"),
    claim("a", 114),
    claim("a", 100, "", group="Belarusians"),
]


def world(tmp_path: Path, claims: list[dict[str, object]]) -> Dataset:
    legs = [leg("a", "by", "ua"), leg("b", "by", "lt")]
    return load(write_world(tmp_path / "world", events=[event()], transfers=legs, claims=claims))


def told(dataset: Dataset, filters: Filters) -> list[tuple[str, str, str]]:
    found = composition(select(dataset, filters))
    return list(zip(found["subject_id"], found["group"], labels(found), strict=True))


def test_who_is_not_stated_is_always_there(tmp_path: Path) -> None:
    """Groups may overlap: the six can hold the five and the one, so 111 to 117 of 123 are of no stated group."""
    assert told(world(tmp_path, CLAIMS), Filters()) == [
        ("e", "Americans", "1"),
        ("e", "Ukrainians", "5"),
        ("e", "allies", "6"),
        ("e", "", "111–117"),
        ("a", "Belarusians", "100–114"),
        ("a", "", "0–14"),
    ]


def test_a_group_is_never_carried_over_to_another_place(tmp_path: Path) -> None:
    dataset = world(tmp_path, CLAIMS)
    assert told(dataset, Filters(destination=("LT",)))[-1] == ("e", "", "111–117")
    assert {subject for subject, _, _ in told(dataset, Filters(destination=("LT",)))} == {"e"}


def test_nothing_is_stated_where_no_claim_that_counts_names_a_group(tmp_path: Path) -> None:
    rejected = claim("e", 3, group="allies", standing="conflicting")
    dataset = world(tmp_path, [claim("e", 9), rejected])
    assert told(dataset, Filters()) == []
    assert told(dataset, Filters(basis="all")) == [("e", "allies", "3"), ("e", "", "6")]


def test_of_an_unreported_number_no_upper_bound_is_invented(tmp_path: Path) -> None:
    dataset = world(tmp_path, [claim("e", 2, "", group="women")])
    assert told(dataset, Filters()) == [("e", "women", "≥ 2"), ("e", "", "not reported")]
