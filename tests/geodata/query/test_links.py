from dataclasses import replace
from pathlib import Path

import pytest

from geodata import Dataset, Filters, honour, load
from geodata.files.versions import Version
from geodata.query.filters import LinkNotice
from tests.worlds import claim, event, leg, worked_case, write_world


def test_what_the_dataset_does_not_know_is_told_key_by_key(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    asked = Filters.parse("country=ZZ,UA&place=nowhere&transfer=x&group=nobody&source=none,one&event=y")[0]
    filters, notices = honour(asked, dataset)
    assert filters == Filters(data=dataset.reference, country=("UA",), source=("one",))
    others = "the other values of this key"
    assert sorted(notices, key=lambda notice: notice.key) == [
        LinkNotice("country", "ZZ", others, "the dataset has no such country"),
        LinkNotice("event", "y", "every event", "the dataset has no such event"),
        LinkNotice("group", "nobody", "every group", "the dataset has no such group"),
        LinkNotice("place", "nowhere", "every place", "the dataset has no such place"),
        LinkNotice("source", "none", others, "the dataset has no such source"),
        LinkNotice("transfer", "x", "every transfer", "the dataset has no such transfer"),
    ]


@pytest.mark.parametrize(
    ("query", "notices"),
    [
        ("basis=none", ["basis=none was ignored: the dataset has no such source. Shown: the adopted claims."]),
        ("compare=none", ["compare=none was ignored: the dataset has no such source. Shown: one basis alone."]),
        ("compare=adopted", ["compare=adopted was ignored: it is the basis itself. Shown: one basis alone."]),
        ("basis=one&compare=one", ["compare=one was ignored: it is the basis itself. Shown: one basis alone."]),
        ("basis=none&compare=adopted", [
            "basis=none was ignored: the dataset has no such source. Shown: the adopted claims.",
            "compare=adopted was ignored: it is the basis itself. Shown: one basis alone.",
        ]),
        ("figure=XX.remained", ["figure=XX.remained was ignored: the dataset has no such number. Shown: no number open."]),
        ("figure=in_transit.arrived", ["figure=in_transit.arrived was ignored: the dataset has no such number. Shown: no number open."]),
        ("figure=UA.height", ["figure=UA.height was ignored: the dataset has no such number. Shown: no number open."]),
        *((f"figure={figure}", []) for figure in (
            "people", "e", "by-ua", "UA.remained", "died.arrived", "between.departed", "in_transit.present",
            "unreported.present", "before.present", "died.present", "release.outcome",
        )),
        ("data=elsewhere", ["data=elsewhere was ignored: this dataset is not here. Shown: {reference}."]),
        ("from=died&to=between&country=unlocated", []),
    ],
)  # fmt: skip
def test_each_value_that_is_ignored_has_its_notice(tmp_path: Path, query: str, notices: list[str]) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    asked, unread = Filters.parse(query)
    filters, found = honour(asked, dataset)
    assert unread == []
    assert [*map(str, found)] == [notice.format(reference=dataset.reference) for notice in notices]
    assert honour(filters, dataset) == (filters, [])


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Return two events, of 125 people together, of whom 123 were known on 1 December 2025."""
    world = write_world(
        tmp_path_factory.mktemp("worlds") / "world",
        events=[event("e"), event("f"), event("held", kind="series")],
        transfers=[leg("a", "by", "ua")],
        claims=[claim("e", 120), claim("f", 5)],
    )
    events = {"e": (118, 118), "f": (5, 5), "gone": (51, None), "silent": (0, None)}
    return replace(load(world), versions=(Version("0000000a", "2025-12-01", (123, None), events),))


THEN = "the data has changed since this version of 2025-12-01"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", f"{THEN}: at least 123 people then, 125 now"),
        ("event=e", f"{THEN}: 118 people then, 120 now"),
        ("event=e&status=done,planned&lang=uk&t=2025-12-13", f"{THEN}: 118 people then, 120 now"),
        ("event=f", f"{THEN}: 5 people then and now"),
        ("event=gone", f"{THEN}: at least 51 people then, and the event is not there now"),
        ("event=silent", f"{THEN}: an unreported number of people then, and the event is not there now"),
        *(
            (query, f"{THEN}, and the figures of then are not known for these filters")
            for query in (
                "event=e,f",
                "event=other",
                "event=held",
                "status=planned",
                "from=BY",
                "basis=all",
                "asof=2026-01-01",
            )
        ),
    ],
)
def test_a_link_of_a_known_version_says_what_the_figures_were(
    dataset: Dataset, query: str, reason: str
) -> None:
    asked, _ = Filters.parse(f"data=world@0000000a&{query}")
    filters, notices = honour(asked, dataset)
    assert filters.data == dataset.reference
    assert notices[0] == LinkNotice("data", "world@0000000a", dataset.reference, reason)


def test_of_an_unknown_version_the_figures_are_said_to_be_unknown(dataset: Dataset) -> None:
    for known in (dataset, replace(dataset, versions=())):
        _, notices = honour(Filters(data="world@ffffffff"), known)
        assert [notice.reason for notice in notices] == [
            "the data has changed since the link was made, and the figures of then are not known"
        ]
    assert honour(Filters(data=dataset.reference), dataset)[1] == []
    assert honour(Filters(data="world"), dataset)[1] == []


def test_numbers_of_then_have_their_noun_and_thousands(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()], claims=[claim("e", 20061)]))
    dataset = replace(dataset, versions=(Version("0000000a", "2025-12-01", (1, 1), {"e": (1, 1)}),))

    def reason() -> str:
        return honour(Filters(data="world@0000000a"), dataset)[1][0].reason

    assert reason() == f"{THEN}: 1 person then, 20,061 now"
    dataset = replace(dataset, counts="movements")
    assert reason() == f"{THEN}: 1 movement then, 20,061 now"
