from pathlib import Path

import pytest

from dashboard.sentences import doubts, headline, text_of
from geodata import Dataset, Filters, country_totals, honour, load, select
from geodata.load import DATA_FOLDER
from tests.worlds import claim, event, leg, worked_case, write_world


def said(dataset: Dataset, query: str = "") -> tuple[str, list[str]]:
    """Return the headline and the doubts of a query."""
    filters, _ = honour(Filters.parse(query)[0], dataset)
    selection = select(dataset, filters)
    totals = country_totals(selection)
    return text_of(headline(selection, totals)), doubts(selection, totals)


@pytest.fixture(scope="module")
def belarus() -> Dataset:
    return load(DATA_FOLDER / "belarus-2024-2025")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load(worked_case(tmp_path_factory.mktemp("worlds") / "world"))


def test_the_first_view_says_what_happened_on_13_december(belarus: Dataset) -> None:
    assert said(belarus, belarus.featured) == (
        "123 people were released in Belarus on 13 December 2025; 89 remained in Poland, 29 in Lithuania and 5 in "
        "Ukraine.",
        [
            "Everybody is counted once, although 109 crossed more than one border.",
            "Sources differ on 3 figures; the adopted one is shown.",
        ],
    )


def test_everything_is_one_sentence_too(belarus: Dataset) -> None:
    sentence, remarks = said(belarus)
    # 322–336 in events without a destination: 4–18 in July 2024; 30, 30, 37, 31, 32, 29, 23, 1, 42, 16, 25 and 22.
    # 224 were taken out of Belarus: 3, 14, 51, 2, 31 and 123; one of 52 was refused; 26 were exchanged in Ankara.
    assert sentence == (
        "573–587 people were released, exchanged or pardoned in Belarus and Türkiye between 3 July 2024 and "
        "30 December 2025; 97 remained in Lithuania, 89 in Poland, 36 in Ukraine, 13 in Germany and others in 3 more "
        "places."
    )
    assert "Of 322–336 people no source says where they went (13 events)." in remarks
    assert "Transfers that are planned and attempted are drawn and not counted." in remarks


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("event=e&status=done&basis=all", "123 people were released in Belarus on 13 December 2025; 89–95 remained in Poland, 28–29 in Lithuania and 0–6 in Ukraine."),
        ("event=e&basis=two", "123 people were released in Belarus on 13 December 2025; 62–122 remained in Ukraine and 1–61 in Lithuania."),
        ("to=LT&status=done", "29 people moved to Lithuania on 13–18 December 2025; 29 remained in Lithuania."),
        ("date=2025-12-18&status=done", "109 people moved on 18 December 2025; 89 remained in Poland and 20 in Lithuania."),
        ("status=attempted", ""),
        ("event=e&date=2031", ""),
    ],
)  # fmt: skip
def test_the_headline_follows_the_filters(worked: Dataset, query: str, sentence: str) -> None:
    assert said(worked, query)[0] == sentence


def test_what_is_not_reported_is_said_and_never_a_nought(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path / "world", events=[event()], transfers=[leg("a", "by", "lt"), leg("b", "by", "pl")],
            claims=[claim("b", 51, "")],
        )
    )  # fmt: skip
    assert said(dataset) == (
        "At least 51 people were released in Belarus on 13 December 2025; ≥ 51 remained in Poland and an unreported "
        "number in Lithuania.",
        ["For 1 transfer no source gives a number."],
    )


def test_plans_are_called_plans(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event(date="2025-09")],
            transfers=[leg("a", "by", "lt", status="planned")],
            claims=[claim("a", 1)],
        )
    )
    assert said(dataset, "status=planned")[0] == "1 transfer of 1 person was planned in September 2025."


def test_a_filter_that_cuts_a_journey_says_so(worked: Dataset) -> None:
    assert (
        "The filters cut 2 journeys: an earlier transfer is left out." in said(worked, "date=2025-12-18")[1]
    )


def test_contradictions_come_first(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event()],
            transfers=[leg("a", "by", "lt")],
            claims=[claim("e", 5), claim("a", 9)],
        )
    )
    assert said(dataset)[1][0] == "The claims on 1 event contradict each other and are shown as they stand."
