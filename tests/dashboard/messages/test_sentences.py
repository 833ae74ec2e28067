"""Sentences: whole for every case, and each number the table's."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.components.cells import Cell
from dashboard.messages import headline as module
from dashboard.messages.coverage import coverage
from dashboard.messages.doubts import doubts
from dashboard.messages.figures import OUTCOME_WORDS
from dashboard.messages.headline import headline
from dashboard.messages.phrases import joined, text_of
from dashboard.messages.places import place_in_sentence
from geodata import Dataset, Filters, Selection, country_totals, honour, load, people, select
from geodata.model.counts import Count
from geodata.model.schema import EVENT_KINDS
from tests.examples import examples
from tests.worlds import COUNTRIES, FIRST_VERSION, claim, event, leg, worked_case, write_world

EVIL = "</p><script>alert(1)</script> 99 people [x](javascript:x) \u0661"

PLACES = [
    *COUNTRIES,
    *(
        {"location_id": code.lower(), "name": code, "kind": "country", "precision": "country", "country_code": code}
        for code in ("US", "NL", "DE", "LV", "EE", "GE")
    ),
    {
        "location_id": "bridge",
        "name": "Bridge",
        "kind": "crossing",
        "precision": "exact",
        "longitude": 30.2,
        "latitude": 40.0,
    },
    {
        "location_id": "sea",
        "name": "Somewhere",
        "kind": "city",
        "precision": "exact",
        "longitude": -30.0,
        "latitude": 0.0,
    },
]  # fmt: skip
REMAINED = "“Remained” means as last reported."


def chosen(dataset: Dataset, query: str = "") -> tuple[Selection, pd.DataFrame]:
    filters, _ = honour(Filters.parse(query)[0], dataset)
    selection = select(dataset, filters)
    return selection, country_totals(selection)


def said(dataset: Dataset, query: str = "") -> tuple[str, list[str]]:
    """Return the headline and the doubts of a query."""
    selection, totals = chosen(dataset, query)
    return text_of(headline(selection, totals)), doubts(selection, totals)


@pytest.fixture(scope="module")
def belarus() -> Dataset:
    return load(FIRST_VERSION)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load(worked_case(tmp_path_factory.mktemp("worlds") / "world"))


def world(folder: Path, **tables: Any) -> Dataset:
    return load(write_world(folder / "world", locations=PLACES, **tables))


def test_the_first_view_says_what_happened_on_13_december(belarus: Dataset) -> None:
    assert said(belarus, belarus.featured) == (
        "123 people were released in Belarus on 13 December 2025; 89 remained in Poland, 29 in Lithuania and 5 in "
        "Ukraine.",
        [
            "Everybody is counted once, although 109 arrived in Ukraine and passed on.",
            REMAINED,
            "Sources differ on 3 figures; the adopted ones are shown.",
        ],
    )


def test_everything_is_one_sentence_too(belarus: Dataset) -> None:
    sentence, remarks = said(belarus)
    # 322–336 in events without a destination: 4–18 in July 2024; 30, 30, 37, 31, 32, 29, 23, 1, 42, 16, 25 and 22.
    # 224 were taken out of Belarus: 3, 14, 51, 2, 31 and 123; one of 52 was refused; 26 were exchanged in Ankara.
    assert sentence == (
        "573–587 people were released, exchanged or pardoned in 20 events in Belarus and Türkiye between 3 July 2024 "
        "and 30 December 2025; the same person may be in more than one event; 97 remained in Lithuania, 89 in Poland, "
        "36 in Ukraine, 13 in Germany and others in 3 more places."
    )
    assert remarks[0] == (
        "Within an event a person is counted once, although 109 arrived in Ukraine and passed on."
    )
    assert "Planned, attempted and superseded transfers are drawn and not counted." in remarks


EVERYBODY = "Everybody is counted once, although 109 arrived in Ukraine and passed on."


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("event=e&status=done", "123 people were released in Belarus on 13 December 2025; 89 remained in Poland, 29 in Lithuania and 5 in Ukraine."),
        ("event=e&status=done&basis=all", "123 people were released in Belarus on 13 December 2025; 89–95 remained in Poland, 28–29 in Lithuania and 0–6 in Ukraine."),
        ("event=e&basis=two", "123 people were released in Belarus on 13 December 2025; 62–122 remained in Ukraine and 1–61 in Lithuania."),
        ("to=LT&status=done", "29 people moved to Lithuania between 13 and 18 December 2025; 29 remained in Lithuania."),
        ("to=PL&status=done", "89 people moved from Ukraine to Poland on 18 December 2025; 89 remained in Poland."),
        ("date=2025-12-18&status=done", "109 people moved from Ukraine on 18 December 2025; 89 remained in Poland and 20 in Lithuania."),
        ("from=UA&to=PL,LT&status=done", "109 people moved from Ukraine to Lithuania or Poland on 18 December 2025; 89 remained in Poland and 20 in Lithuania."),
        ("status=planned", "Only plans that have been superseded match, and nobody is counted."),
        ("status=attempted", "No movement matches."),
        ("event=e&date=2031", "No movement matches."),
    ],
)  # fmt: skip
def test_the_headline_follows_the_filters(worked: Dataset, query: str, sentence: str) -> None:
    assert said(worked, query)[0] == sentence


def test_nothing_chosen_says_what_to_do(worked: Dataset, tmp_path: Path) -> None:
    assert said(worked, "event=e&date=2031") == (
        "No movement matches.",
        ["Remove one of the filters: date, event."],
    )
    assert said(world(tmp_path)) == ("No movement matches.", ["The dataset has no events."])


@pytest.mark.parametrize(
    ("count", "begins"),
    [
        (claim("e", 0), "0 people were released"),
        (claim("e", 1), "1 person was released"),
        (claim("e", 0, 1), "0–1 people were released"),
        (claim("e", 2), "2 people were released"),
        (claim("e", 62, 122), "62–122 people were released"),
        (claim("e", 1, ""), "At least 1 person was released"),
        (claim("e", 89, ""), "At least 89 people were released"),
        (claim("e", 20061), "20,061 people were released"),
        (claim("e", 999, 1000), "999–1,000 people were released"),
        (claim("e", 1234567, ""), "At least 1,234,567 people were released"),
        (claim("e", 5, standing="conflicting"), "An unreported number of people were released"),
    ],
)
def test_the_number_has_its_words(tmp_path: Path, count: dict[str, object], begins: str) -> None:
    dataset = world(tmp_path, events=[event()], claims=[count])
    assert said(dataset)[0] == f"{begins} in Belarus on 13 December 2025."


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("release", "5 people were released in Belarus on 13 December 2025."),
        ("exchange", "5 people were exchanged in Belarus on 13 December 2025."),
        ("pardon", "5 people were pardoned in Belarus on 13 December 2025."),
        ("return", "5 people were returned in an event in Belarus on 13 December 2025."),
    ],
)
def test_an_event_is_called_by_its_kind(tmp_path: Path, kind: str, words: str) -> None:
    assert said(world(tmp_path, events=[event(kind=kind)], claims=[claim("e", 5)]))[0] == words


def test_no_kind_of_event_is_without_words() -> None:
    for words in (module._DEEDS, module._EVENT, module._KINDS):
        assert set(EVENT_KINDS) - {"series"} <= set(words)
    assert set(EVENT_KINDS) - {"series"} <= set(OUTCOME_WORDS)


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2025-12-13", "on 13 December 2025"),
        ("2025-12-13?", "on 13 December 2025 (uncertain)"),
        ("2025-12-13~", "about 13 December 2025"),
        ("2025-09", "in September 2025"),
        ("2025", "in 2025"),
        ("2025-12/..", "from December 2025"),
        ("../2025-12", "until December 2025"),
        ("2025-12-13/2025-12-18", "between 13 and 18 December 2025"),
        ("2024-12-30/2025-01-02", "between 30 December 2024 and 2 January 2025"),
        ("2024-07/2025-12", "between July 2024 and December 2025"),
    ],
)
def test_the_day_has_its_preposition(tmp_path: Path, date: str, words: str) -> None:
    dataset = world(tmp_path, events=[event(date=date)], claims=[claim("e", 5)])
    assert said(dataset)[0] == f"5 people were released in Belarus {words}."


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("2025-12-13", "2025-12-13", "on 13 December 2025"),
        ("2025-12-13", "2025-12-18", "between 13 and 18 December 2025"),
        ("2025-11-20", "2025-12-18", "between 20 November 2025 and 18 December 2025"),
        ("2025-11", "2025-12", "between 1 November 2025 and 31 December 2025"),
        ("2025-11-20", "2025-12/..", "from 20 November 2025 on"),
        ("../2025-11", "2025-12-18", "until 18 December 2025"),
        ("../2025-11", "2025-12/..", ""),
    ],
)
def test_several_events_are_counted_and_dated(tmp_path: Path, first: str, second: str, words: str) -> None:
    dataset = world(
        tmp_path,
        events=[event("a", date=first), event("b", date=second, location_id="us")],
        claims=[claim("a", 5), claim("b", 2, 3)],
    )
    when = f" {words}" if words else ""
    assert said(dataset)[0] == (
        f"7–8 people were released in 2 events in Belarus and the United States{when}; the same person may be in more "
        "than one event."
    )


def stating(dataset: Dataset, **words: str) -> Dataset:
    """Return a dataset whose descriptor states so."""
    for name, word in words.items():
        object.__setattr__(dataset, name, word)
    return dataset


def test_where_people_cannot_recur_nothing_is_said_of_it(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event("a"), event("b", kind="pardon")],
        transfers=[leg("t", "by", "ua", event_id="a"), leg("u", "ua", "nl", event_id="a", follows="t")],
        claims=[claim("a", 5), claim("b", 2), claim("t", 5), claim("u", 1)],
    )
    # Of 7 people 5 went to Ukraine and 1 of them on; nothing is known of the 2.
    once = "although 1 arrived in Ukraine and passed on."
    sentence = (
        "7 people were released or pardoned in 2 events in Belarus on 13 December 2025{}; 4 remained in {}."
    )
    stayed = "Ukraine and 1 in the Netherlands"
    assert said(dataset) == (
        sentence.format("; the same person may be in more than one event", stayed),
        [
            f"Within an event a person is counted once, {once}",
            REMAINED,
            "No source says where 2 people went.",
        ],
    )
    stating(dataset, recurrence="none")
    assert said(dataset)[0] == sentence.format("", stayed)
    assert said(dataset)[1][0] == f"Everybody is counted once, {once}"


def test_events_that_are_chosen_and_transfers_of_others_are_not_called_alike(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event("a", date="2025-11-01"), event("b", date="2025-12-18")],
        transfers=[leg("t", "by", "ua", event_id="a", departed="2025-12-17")],
        claims=[claim("a", 5), claim("b", 2), claim("t", 4)],
    )
    assert said(dataset, "date=2025-12")[0] == (
        "6 people were released or moved in 2 events between 17 and 18 December 2025; the same person may be in more "
        "than one event; 4 remained in Ukraine."
    )


def test_movements_are_never_called_people(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event("a", location_id="us"), event("b", location_id="us")],
        transfers=[leg("t", "us", "nl", event_id="a"), leg("u", "us", "ge", event_id="b")],
        claims=[claim("a", 20061), claim("b", 1), claim("t", 20061), claim("u", 1)],
    )
    stating(dataset, counts="movements")
    sentence, remarks = said(dataset)
    assert sentence == (
        "20,062 movements took place in the United States in 2 events on 13 December 2025; 20,061 ended in the "
        "Netherlands and 1 in Georgia."
    )
    assert remarks == ["Figures count movements, not people.", "Where movements ended is as last reported."]
    assert said(dataset, "to=GE")[0] == (
        "1 movement took place from the United States to Georgia on 13 December 2025; 1 ended in Georgia."
    )
    assert "It counts movements, not people." in coverage(dataset)
    assert dataset.counts == "movements"


@pytest.mark.parametrize(
    ("kind", "first", "onward"),
    [
        ("release", "moved from Belarus to Ukraine", "moved from Ukraine to the Netherlands"),
        ("return", "were returned from Belarus to Ukraine", "moved from Ukraine to the Netherlands"),
    ],
)
def test_transfers_move_people_by_the_verb_of_their_kind(
    tmp_path: Path, kind: str, first: str, onward: str
) -> None:
    dataset = world(
        tmp_path,
        events=[event(kind=kind)],
        transfers=[leg("a", "by", "ua"), leg("b", "ua", "nl", follows="a")],
        claims=[claim("e", 5), claim("a", 5), claim("b", 5)],
    )
    assert said(dataset, "transfer=b")[0] == (
        f"5 people {onward} on 13 December 2025; 5 remained in the Netherlands."
    )
    assert said(dataset, "transfer=a")[0].startswith(f"5 people {first} on 13 December 2025")


def test_who_stays_in_a_country_moves_within_it(tmp_path: Path) -> None:
    dataset = world(
        tmp_path, events=[event()], transfers=[leg("a", "by", "by")], claims=[claim("e", 5), claim("a", 2)]
    )
    assert said(dataset, "transfer=a")[0] == "2 people moved within Belarus on 13 December 2025."


def test_places_in_no_country_are_said_to_be_so(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event("e", location_id="sea"), event("f", location_id="bridge")],
        transfers=[leg("a", "sea", "bridge"), leg("b", "bridge", "sea", event_id="f")],
        claims=[claim("e", 5), claim("f", 2), claim("a", 5), claim("b", 2)],
    )
    assert said(dataset)[0] == (
        "7 people were released in 2 events in a place between countries and a place whose country is not known on "
        "13 December 2025; the same person may be in more than one event; 5 remained in a place between countries and "
        "2 in a place whose country is not known."
    )
    assert said(dataset, "event=e")[0] == (
        "5 people were released on 13 December 2025; 5 remained in a place between countries."
    )


def test_many_places_are_named_up_to_a_number(tmp_path: Path) -> None:
    places = ("ua", "pl", "lt", "na", "us", "nl", "de")
    legs = [leg(place, "by", place) for place in places]

    def everywhere(**last: Any) -> Dataset:
        counts = [claim(place, 20 - k) for k, place in enumerate(places[:5])]
        counts += [claim("nl", 0, 9), claim("de", 0, 9, **last)]
        return world(tmp_path / str(len(last)), events=[event()], transfers=legs, claims=counts)

    assert said(everywhere())[0].endswith(
        "; 20 remained in Ukraine, 19 in Poland, 18 in Lithuania, 17 in Namibia and others in 1–3 more places."
    )
    assert said(everywhere(), "to=NL,DE,UA,PL,LT,NA")[0].startswith(
        "74–92 people moved from Belarus to Germany, Lithuania, Namibia, the Netherlands or 2 more places on"
    )


def test_places_of_whom_nothing_is_certain_are_perhaps(tmp_path: Path) -> None:
    places = ("ua", "pl", "lt", "na", "us", "nl")
    dataset = world(
        tmp_path,
        events=[event()],
        transfers=[leg(place, "by", place) for place in places],
        claims=[claim(place, 0 if k else 7, 9) for k, place in enumerate(places)],
    )
    assert said(dataset)[0].endswith(" and perhaps others in up to 2 more places.")


def test_who_died_did_not_remain(worked: Dataset) -> None:
    selection, totals = chosen(worked, "event=e&status=done")
    died = totals.loc[["UA"]].rename(index={"UA": "died"}).assign(remained_min=1, remained_max=1)
    sentence = headline(selection, pd.concat([totals, died]))
    assert text_of(sentence).endswith(" and 5 in Ukraine; 1 died on the way or in custody.")
    number = sentence[-2]
    assert isinstance(number, Cell)
    assert number == Cell("1", "died.remained", "1 died on the way or in custody: show the claims")


def test_numbers_open_and_say_what_they_are(worked: Dataset) -> None:
    selection, totals = chosen(worked, "event=e&basis=two")
    cells = [part for part in headline(selection, totals) if isinstance(part, Cell)]
    assert [(cell.figure, cell.title) for cell in cells] == [
        ("people", "123 people: show the claims"),
        ("UA.remained", "62–122 remained in Ukraine, as last reported: show the claims"),
        ("LT.remained", "1–61 remained in Lithuania, as last reported: show the claims"),
    ]


def test_what_is_not_reported_is_said_and_never_a_zero(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event()],
        transfers=[leg("a", "by", "lt"), leg("b", "by", "pl")],
        claims=[claim("b", 51, "")],
    )
    assert said(dataset) == (
        "At least 51 people were released in Belarus on 13 December 2025; at least 51 remained in Poland and an "
        "unreported number in Lithuania.",
        [REMAINED, "No source gives a number for 1 transfer."],
    )


def test_several_countries_passed_through_are_not_added_up(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event()],
        transfers=[
            leg("a", "by", "ua"),
            leg("b", "ua", "pl", follows="a"),
            leg("c", "pl", "de", follows="b"),
        ],
        claims=[claim("e", 10), claim("a", 10), claim("b", 10), claim("c", 10)],
    )
    assert said(dataset)[1][0] == (
        "Everybody is counted once, although some arrived in one country and passed on to another."
    )


def test_contradictions_come_first(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event()],
        transfers=[leg("a", "by", "lt")],
        claims=[claim("e", 5), claim("a", 9)],
    )
    assert said(dataset)[1][0] == (
        "The claims on 1 event contradict each other: figures follow the greater ones, and each event or transfer keeps "
        "the number that was claimed."
    )


def test_what_was_known_on_a_day_says_what_it_leaves_out(worked: Dataset) -> None:
    """Of the sources on the release and its transfers one is of the 14th, one of the 17th, one of the 18th, one undated."""
    unsure = "1 source that may have been published later were left out."
    assert said(worked, "asof=2025-12-14")[1][-1] == (
        f"As known on 14 December 2025: 2 sources published later and {unsure}"
    )
    assert said(worked, "asof=2025-12-13")[1][-1] == (
        f"As known on 13 December 2025: 3 sources published later and {unsure}"
    )
    assert said(worked, "asof=2025-12-18")[1][-1] == (
        "As known on 18 December 2025: 1 source that may have been published later was left out."
    )
    assert said(worked, "asof=2025-12-13&basis=two")[1][-1] == "As known on 13 December 2025."


def test_sources_differ_only_where_their_claims_are_known(worked: Dataset) -> None:
    """On the 13th the article alone was known; on the 14th both numbers of two transfers."""

    def differing(query: str) -> list[str]:
        return [remark for remark in said(worked, query)[1] if remark.startswith("Sources differ")]

    assert differing("asof=2025-12-13") == []
    assert differing("asof=2025-12-14") == ["Sources differ on 2 figures; the adopted ones are shown."]
    assert differing("asof=2025-12-18") == ["Sources differ on 2 figures; the adopted ones are shown."]
    assert differing("") == ["Sources differ on 3 figures; the adopted ones are shown."]
    assert differing("basis=all") == ["Sources differ on 3 figures; the widest ranges are shown."]
    assert differing("basis=two") == []


@pytest.mark.parametrize(
    ("standings", "query", "sentence"),
    [
        (("adopted", "conflicting"), "", "Sources differ on 1 figure; the adopted one is shown."),
        (
            ("conflicting", "conflicting"),
            "",
            "Sources differ on 1 figure; none of them is adopted, and none is shown.",
        ),
        (
            ("conflicting", "conflicting"),
            "basis=all",
            "Sources differ on 1 figure; the widest range is shown.",
        ),
        (
            ("conflicting", "corroborating"),
            "asof=2025-12-14",
            "Sources differ on 1 figure; the widest range is shown.",
        ),
    ],
)
def test_an_adopted_number_is_spoken_of_where_there_is_one(
    tmp_path: Path, standings: tuple[str, str], query: str, sentence: str
) -> None:
    claims = [
        claim("e", 5, source_id="one", standing=standings[0]),
        claim("e", 7, source_id="two", standing=standings[1]),
    ]
    dataset = world(tmp_path, events=[event()], claims=claims)
    assert sentence in said(dataset, query)[1]


@pytest.mark.parametrize(
    ("query", "uncounted", "unknown"),
    [
        (
            "",
            "No claim that counts gives a full number for 1 transfer.",
            "No source says where 5 people went.",
        ),
        (
            "basis=two",
            "This source gives no number for 1 transfer.",
            "This source does not say where 1,200 people went.",
        ),
        (
            "asof=2025-12-14",
            "No source known by then gives a number for 1 transfer.",
            "No source known by then says where 1,200 people went.",
        ),
    ],
)
def test_who_is_silent_is_who_was_asked(tmp_path: Path, query: str, uncounted: str, unknown: str) -> None:
    by_two = {"source_id": "two", "standing": "corroborating"}
    dataset = world(
        tmp_path,
        events=[event(), event("f")],
        transfers=[leg("a", "by", "lt"), leg("b", "by", "ua")],
        claims=[
            claim("a", 3, source_id="late"),
            claim("a", 0, "", group="women", **by_two),
            claim("b", 2, standing="conflicting", source_id="late"),
            claim("f", 1200, **by_two),
            claim("f", 5, source_id="late"),
        ],
    )
    remarks = said(dataset, query)[1]
    assert uncounted in remarks
    assert unknown in remarks


ONCE = "Everybody is counted once, although"
GRAVE = {
    "location_id": "grave",
    "name": "Prison",
    "kind": "death",
    "precision": "country",
    "country_code": "UA",
}


@pytest.mark.parametrize(
    ("onward", "query", "sentences"),
    [
        (
            [("b", "grave", 1)],
            "transfer=a",
            ["1 of them died later."],
        ),
        (
            [("b", "grave", 1), ("c", "pl", 3)],
            "transfer=a",
            ["4 of them went on later or died."],
        ),
        (
            [("b", "pl", 3)],
            "transfer=a",
            ["3 of them went on later."],
        ),
        ([("b", "pl", 3)], "source=undated", ["10 of them moved on transfers that the filters leave out."]),
        ([("b", "grave", 1), ("c", "pl", 3)], "transfer=b,c", []),
        ([("b", "grave", 1)], "", [f"{ONCE} 1 arrived in Ukraine and died."]),
    ],
)
def test_who_died_or_moved_on_transfers_that_are_left_out_is_told_so(
    tmp_path: Path, onward: list[tuple[str, str, int]], query: str, sentences: list[str]
) -> None:
    dataset = load(
        write_world(
            tmp_path / "world",
            locations=[*COUNTRIES, GRAVE],
            events=[event()],
            transfers=[leg("a", "by", "ua"), *(leg(name, "ua", end, follows="a") for name, end, _ in onward)],
            claims=[
                claim("e", 10, source_id="undated"),
                claim("a", 10),
                *(claim(name, count) for name, _, count in onward),
            ],
        )
    )
    remarks = said(dataset, query)[1]
    assert [each for each in remarks if " of them " in each or "counted once" in each] == sentences


def test_one_first_departure_that_is_left_out_did_not_go_on_later(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event()],
        transfers=[leg("a", "by", "ua")],
        claims=[claim("e", 1, source_id="undated"), claim("a", 1)],
    )
    assert (
        said(dataset, "source=undated")[1][0] == "1 of them moved on a transfer that the filters leave out."
    )


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ("source=hrw-2025-12-15", "123 of them moved on transfers that the filters leave out."),
        ("group=Poles", "51 of them moved on transfers that the filters leave out."),
        ("from=BY", "109 of them went on later."),
    ],
)
def test_on_the_built_in_data_who_went_on_had_come(belarus: Dataset, query: str, remark: str) -> None:
    assert remark in said(belarus, query)[1]


def test_who_remained_after_some_transfers_is_not_who_is_there(belarus: Dataset) -> None:
    """Of the 224, 20 came to Lithuania by way of Ukraine: 97 are there, 77 of them by the chosen transfers."""
    assert said(belarus, "from=BY")[0] == (
        "224 people moved from Belarus in 6 events between 12 February 2025 and 14 December 2025; the same person may be "
        "in more than one event; after the chosen transfers 77 remained in Lithuania, 36 in Ukraine and 2 in Vatican "
        "City."
    )


def test_nobody_is_called_people_where_movements_are_counted(tmp_path: Path) -> None:
    dataset = world(tmp_path, events=[event()], claims=[claim("e", 5, "", group="women"), claim("e", 0, "")])
    stating(dataset, counts="movements")
    assert said(dataset, "group=women")[1] == [
        "Figures count movements, not people.",
        "No source says where at least 5 movements went.",
        "Chosen by a group; figures count these movements in full.",
    ]


def test_open_ends_of_a_dataset_are_open(tmp_path: Path) -> None:
    def runs(date: str) -> str:
        return coverage(world(tmp_path / date[:4], events=[event(date=date)], claims=[claim("e", 5)]))[0]

    assert runs("2025-12-13") == (
        "This dataset runs from 13 December 2025 to 13 December 2025: 1 event, 0 transfers, 1 claim and 5 sources."
    )
    assert runs("2024-12/..").startswith("This dataset runs from 1 December 2024 on: ")
    assert runs("../2025-12").startswith("This dataset runs until 31 December 2025: ")


def test_names_that_others_wrote_are_in_no_sentence(tmp_path: Path) -> None:
    places: list[Mapping[str, object]] = [{**place, "name": EVIL} for place in COUNTRIES]
    dataset = load(
        write_world(
            tmp_path / "world",
            locations=places,
            events=[event(title=EVIL, summary=EVIL)],
            transfers=[leg("a", "by", "ua", note=EVIL)],
            claims=[claim("e", 5, group=EVIL, claim_id="c"), claim("a", 5, wording=EVIL)],
            people=[{"person_id": "p", "name": EVIL, "source_id": "one", "public": "true"}],
        )
    )
    for query in ("", "transfer=a", f"group={EVIL}", "source=one"):
        sentence, remarks = said(dataset, query)
        assert "99" not in " ".join([sentence, *remarks])
        assert "<" not in " ".join([sentence, *remarks])


@pytest.mark.parametrize(
    ("query", "sentence", "onward"),
    [
        ("from=BY", "123 people moved from Belarus on 13 December 2025; after the chosen transfers 9 remained in Lithuania and 5 in Ukraine.", "109 of them went on later."),
        ("transfer=by-ua", "114 people moved from Belarus to Ukraine on 13 December 2025; after the chosen transfers 5 remained in Ukraine.", "109 of them went on later."),
        ("transfer=ua-pl", "89 people moved from Ukraine to Poland on 18 December 2025; 89 remained in Poland.", ""),
        ("date=2025-12-13", "123 people were released in Belarus on 13 December 2025; after the chosen transfers 9 remained in Lithuania and 5 in Ukraine.", "109 of them went on later."),
        ("from=BY&basis=all", "122–123 people moved from Belarus on 13 December 2025; after the chosen transfers 8–9 remained in Lithuania and 0–6 in Ukraine.", "109–115 of them went on later."),
    ],
)  # fmt: skip
def test_what_became_of_people_does_not_depend_on_the_filters(
    worked: Dataset, query: str, sentence: str, onward: str
) -> None:
    found, remarks = said(worked, query)
    assert found == sentence
    assert [remark for remark in remarks if remark.endswith("later.")] == [onward] * bool(onward)


PLAN = {"status": "planned", "departed": "2026-01-10"}


@pytest.mark.parametrize(
    ("events", "transfers", "claims", "query", "sentence"),
    [
        (
            [event(kind="exchange", date="2026-01-10")],
            [leg("a", "by", "lt", **PLAN)],
            [claim("a", 50)],
            "",
            "Nothing took place: an exchange of 50 people in Belarus was planned for 10 January 2026.",
        ),
        (
            [event(kind="exchange", date="2026-01-10")],
            [leg("a", "by", "lt", **PLAN)],
            [claim("a", 50, "")],
            "status=planned",
            "An exchange of at least 50 people in Belarus was planned for 10 January 2026.",
        ),
        (
            [event(date="2020-09-08")],
            [leg("a", "by", "ua", status="attempted")],
            [claim("e", 1), claim("a", 1)],
            "",
            "Nothing took place: a release of 1 person in Belarus was attempted on 8 September 2020.",
        ),
        (
            [event(date="2020-09-08")],
            [leg("a", "by", "ua", status="denied")],
            [],
            "from=BY",
            "Nothing took place: a transfer of an unreported number of people from Belarus to Ukraine was denied.",
        ),
        (
            [event()],
            [leg("a", "by", "ua"), leg("b", "ua", "pl", **PLAN, follows="a")],
            [claim("e", 123), claim("a", 123), claim("b", 2)],
            "date=2026",
            "Nothing took place: a transfer of 2 people from Ukraine to Poland was planned for 10 January 2026.",
        ),
        (
            [event("e"), event("f", date="2025-12-20", location_id="us")],
            [leg("a", "by", "ua", **PLAN), leg("b", "us", "nl", **PLAN, event_id="f")],
            [claim("e", 5), claim("f", 2)],
            "",
            "Nothing took place: 2 events with 7 people in all were planned in Belarus and the United States for days "
            "between 13 and 20 December 2025; the same person may be in more than one event.",
        ),
        (
            [event("e", date="2025-12"), event("f", date="2026-01-10", location_id="us")],
            [leg("a", "by", "ua", **PLAN), leg("b", "us", "nl", **PLAN, event_id="f")],
            [claim("a", 5), claim("b", 2)],
            "date=2026",
            "Nothing took place: movements of 7 people were planned in 2 events for 10 January 2026; the same person "
            "may be in more than one event.",
        ),
        (
            [event()],
            [leg("a", "by", "ua")],
            [claim("e", 5, standing="withdrawn"), claim("a", 5)],
            "status=denied",
            "No movement matches.",
        ),
    ],
)
def test_what_did_not_take_place_is_said_to_be_so(
    tmp_path: Path, events: Any, transfers: Any, claims: Any, query: str, sentence: str
) -> None:
    dataset = world(tmp_path, events=events, transfers=transfers, claims=claims)
    assert said(dataset, query)[0] == sentence


def test_plans_of_one_event_may_be_alternatives(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event()],
        transfers=[
            leg("d", "by", "ua"),
            leg("p", "ua", "pl", follows="d", status="planned"),
            leg("q", "ua", "lt", follows="d", status="planned"),
        ],
        claims=[claim(subject, 123) for subject in "edpq"],
    )
    assert said(dataset, "status=planned") == (
        "2 transfers from Ukraine of 123–246 people in all were planned.",
        [
            "Plans of one event may be alternatives: at least the largest is counted, and at most all together."
        ],
    )
    assert said(dataset) == (
        "123 people were released in Belarus on 13 December 2025; 123 remained in Ukraine.",
        [REMAINED, "Planned transfers are drawn and not counted."],
    )


def test_events_that_did_not_take_place_are_not_counted_with_those_that_did(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event("e"), event("f", date="2025-12-20")],
        transfers=[leg("a", "by", "ua"), leg("b", "by", "ua", event_id="f", status="denied")],
        claims=[claim("e", 5), claim("a", 5), claim("f", 2), claim("b", 2)],
    )
    assert said(dataset) == (
        "5 people were released in Belarus on 13 December 2025; 5 remained in Ukraine.",
        [
            REMAINED,
            "Denied transfers are drawn and not counted.",
            "1 event did not take place and is not counted.",
        ],
    )


def test_people_of_two_joined_events_are_counted_once(tmp_path: Path) -> None:
    dataset = world(
        tmp_path,
        events=[event("e"), event("f", kind="return", date="2025-12-20", location_id="lt")],
        transfers=[
            leg("a", "by", "lt", departed="2025-12-13"),
            leg("b", "lt", "by", event_id="f", departed="2025-12-20", follows="a"),
        ],
        claims=[claim("e", 5), claim("a", 5), claim("f", 3), claim("b", 3)],
    )
    assert said(dataset)[0] == (
        "5 people were released or returned in 2 events in Belarus and Lithuania between 13 and 20 December 2025; the "
        "same person may be counted in more than one event, unless a transfer of one follows a transfer of the other; "
        "3 remained in Belarus and 2 in Lithuania."
    )
    assert said(dataset)[1][0] == (
        "Within an event, and in events whose transfers follow each other, a person is counted once, although 3 arrived "
        "in Lithuania and passed on."
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("to=LT", "97 people moved to Lithuania in 4 events between 12 February 2025 and 18 December 2025; the same person may be in more than one event; 97 remained in Lithuania."),
        ("transfer=2025-12-13-ua-pl", "89 people moved from Ukraine to Poland on 18 December 2025; 89 remained in Poland."),
        ("basis=dorzeczy-778113", "52 people were released in Belarus on 11 September 2025."),
        ("basis=wikipedia-ankara-2024", "26 people were exchanged in Türkiye on 1 August 2024."),
        ("basis=euronews-2025-12-18", "At least 89 people were released in Belarus on 13 December 2025; 89 remained in Poland."),
        ("status=attempted", "A transfer of 1 person from Belarus to Lithuania was attempted on 11 September 2025."),
        ("country=TR", "26 people were exchanged in Türkiye on 1 August 2024; 13 remained in Germany, 10 in Russia and 3 in the United States."),
    ],
)  # fmt: skip
def test_the_cases_that_were_wrong(belarus: Dataset, query: str, sentence: str) -> None:
    assert said(belarus, query)[0] == sentence


def test_enumerations() -> None:
    assert [joined(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert joined(["a", "b", "c"], "or") == "a, b or c"


MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|spring|summer|"
    "autumn|winter)"
)
DAYS = re.compile(
    rf"between \d{{1,2}} and (?=\d{{1,2}} {MONTH})|(?:\d{{1,2}} )?{MONTH} \d{{4}}| in \d{{4}}\b"
)
NUMBER = re.compile(
    r"(?i)(?P<open>at least )?(?P<low>\d[\d,]*\b)(?:–(?P<high>\d[\d,]*\b))?|an unreported number(?: of)?"
)


def read(text: str) -> list[tuple[Count, str]]:
    """Return every number that a sentence gives beside its days, and what follows it."""
    plain = DAYS.sub("", text)
    found = []
    for number in NUMBER.finditer(plain):
        if number["low"] is None:
            count = Count(0, None)
        else:
            low = int(number["low"].replace(",", ""))
            high = None if number["open"] else int((number["high"] or number["low"]).replace(",", ""))
            count = Count(low, high)
        found.append((count, plain[number.end() :]))
    return found


def check(dataset: Dataset, query: str) -> int:
    """Look up every number of a headline in the tables; return how many there were."""
    selection, totals = chosen(dataset, query)
    text = text_of(headline(selection, totals))
    rows = {place_in_sentence(code): code for code in totals.index}
    everybody = people(selection)
    everybody = everybody if isinstance(everybody, Count) else Count(*everybody)
    events = {*selection.counted_events.index, *selection.counted_transfers["event_id"]}
    counted = read(text)
    seen = 0.0
    for count, rest in counted:
        if re.match(r" (people|person)", rest):
            assert (count.minimum, count.maximum) == (everybody.minimum, everybody.maximum), text
        elif rest.startswith(" events with"):
            assert count.minimum == len(selection.counted_events), text
        elif rest.startswith(" events"):
            assert count.minimum == len(events), text
        elif rest.startswith(" transfers"):
            assert count.minimum == len(selection.counted_transfers), text
        elif re.match(" more places", rest):
            stayed = totals["remained_max"].fillna(1) > 0
            if "others in" in text:
                assert (count.maximum or 0) <= int(stayed.sum()) - 4, text
        else:
            place = re.match(r" (?:remained )?in (.+?)(?:, | and |; |\.$)", rest)
            assert place, (text, rest)
            row = totals.loc[rows[place[1]], ["remained_min", "remained_max"]]
            low, high = row.iloc[0], row.iloc[1]
            assert (count.minimum, count.maximum) == (low, None if pd.isna(high) else high), text
            seen += float(low)
    return len(counted)


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["BY", "UA", "BY,UA", "TR", "PL", "DE"]),
        "to": st.sampled_from(["LT", "UA", "PL,LT", "DE,US,RU", "VA"]),
        "date": st.sampled_from(["2025-12", "2024", "2025-09/2025-12-13", "2024-08-01", "2025-12-18"]),
        "kind": st.sampled_from(["release", "pardon", "exchange", "release,pardon"]),
        "status": st.sampled_from(
            ["done", "planned", "attempted", "done,planned", "denied", "planned,attempted"]
        ),
        "country": st.sampled_from(["BY", "LT", "TR", "UA,PL"]),
        "event": st.sampled_from(["2025-12-13", "2025-09-11", "2025-12-13,2025-11-20"]),
        "basis": st.sampled_from(["all", "article-2025-12", "euronews-2025-12-18", "dorzeczy-778113"]),
        "asof": st.sampled_from(["2025-12-14", "2025-01-01"]),
    },
)


@settings(max_examples=examples(60), deadline=None)
@given(query=QUERIES)
def test_every_number_of_the_headline_is_one_of_the_table(belarus: Dataset, query: dict[str, str]) -> None:
    check(belarus, "&".join(f"{key}={value}" for key, value in query.items()))


def test_the_check_reads_numbers(belarus: Dataset) -> None:
    # People, events, four countries, places.
    assert check(belarus, "") == 7
    assert check(belarus, belarus.featured) == 4


def test_a_source_that_tells_of_plans_alone_does_not_say_that_nothing_took_place(worked: Dataset) -> None:
    found, remarks = said(worked, "basis=plan")
    assert not found.startswith("Nothing took place")
    assert "109 people" in found
    assert "One source alone: what it does not mention is not shown." in remarks
