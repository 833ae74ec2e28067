"""Colours that can be told apart, classes and dates as readers expect them."""

import datetime as dt
import re

import pytest
from babel.numbers import format_decimal
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.messages.days import between_text, date_text, precision_text, span_text, when_text
from dashboard.messages.figures import (
    MEASURE_WORDS,
    STATUS_WORDS,
    class_labels,
    figure_text,
    measure_text,
    people_text,
)
from dashboard.messages.places import place_text
from dashboard.theme import CLASS_COUNT, DARK, LIGHT, class_limits, class_of
from geodata.model.counts import Count, count_text, number_text
from geodata.model.dates import FIRST_DAY, LAST_DAY, span
from geodata.model.places import BEFORE, DIED, IN_TRANSIT, NOWHERE, UNREPORTED
from geodata.model.schema import STATUSES
from geodata.query.filters import MEASURES
from tests.examples import examples


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@pytest.mark.parametrize("text", ["ink", "muted", "movement", "planned", "refused"])
def test_text_can_be_read_on_paper_and_panel(colors: dict[str, str], text: str) -> None:
    assert contrast(colors[text], colors["panel"]) >= 4.5
    assert contrast(colors[text], colors["paper"]) >= (4.5 if text in ("ink", "muted") else 4.4)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_the_scale_runs_one_way(colors: dict[str, str]) -> None:
    steps = [luminance(colors[f"class{k}"]) for k in range(1, CLASS_COUNT + 1)]
    assert steps == sorted(steps, reverse=colors is LIGHT)


def test_both_themes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_every_term_has_a_word() -> None:
    assert STATUS_WORDS.keys() == set(STATUSES)
    assert MEASURE_WORDS.keys() == set(MEASURES)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([], []),
        ([0, 0], []),
        ([1], [1]),
        ([3], [1, 2]),
        ([5, 29, 89], [1, 5, 10, 20, 50]),
        ([100], [1, 10, 20, 50, 100]),
        ([10_000], [1, 1000, 2000, 5000, 10_000]),
    ],
)
def test_class_limits(values: list[int], limits: list[int]) -> None:
    assert class_limits(values) == limits


def test_classes_leave_no_gap() -> None:
    limits = class_limits([89])
    assert class_labels(limits, 89) == ["1–4", "5–9", "10–19", "20–49", "50–89"]
    assert [class_of(n, limits) for n in (0, 1, 4, 5, 19, 20, 89)] == [0, 1, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("date", "text", "precision"),
    [
        ("2025-12-13", "13 December 2025", "day reported by the source"),
        ("2025-12-13~", "about 13 December 2025", "day approximate"),
        ("2025-12-13?", "13 December 2025 (uncertain)", "day approximate"),
        ("2025-09", "September 2025", "day not reported"),
        ("2025-09-XX", "September 2025", "day not reported"),
        ("2025", "2025", "day not reported"),
        ("202X", "the 2020s", "day not reported"),
        ("19XX", "1900–1999", "day not reported"),
        ("000X", "1–9 AD", "day not reported"),
        ("0079-08-24", "24 August 79 AD", "day reported by the source"),
        ("2025-XX-XX", "2025", "day not reported"),
        ("2025-XX-15", "the 15th of a month of 2025", "month not reported"),
        ("2025-XX-02", "the 2nd of a month of 2025", "month not reported"),
        ("2025-XX-11?", "the 11th of a month of 2025 (uncertain)", "month not reported"),
        ("2025-12-1X", "10–19 December 2025", "day not reported"),
        ("20XX-02-29", "29 February 2000 – 29 February 2096", "day not reported"),
        ("2025-21", "spring 2025", "day and hemisphere not reported"),
        ("2025-25", "spring 2025 in the north", "day not reported"),
        ("2025-30", "summer 2025 in the south", "day not reported"),
        ("2025-33", "the first quarter of 2025", "day not reported"),
        ("2025-39", "the third four months of 2025", "day not reported"),
        ("2025-41~", "about the second half of 2025", "day not reported"),
        ("2025-12-13/2025-12-14", "13–14 December 2025", "on one of these days"),
        ("2025-01-01/2025-01-20", "1–20 January 2025", "on one of these days"),
        ("2025-12-20/2025-12", "20–31 December 2025", "on one of these days"),
        ("2025-12-13/2025-12-13~", "about 13 December 2025", "day approximate"),
        ("2025-11-20/2025-12-18", "20 November – 18 December 2025", "on one of these days"),
        ("../2025-12", "until December 2025", "then or earlier"),
        ("2025-12/..", "from December 2025", "then or later"),
        ("2025-12-13/", "from 13 December 2025", "then or later"),
        ("../..", "at a time that is not reported", "day not reported"),
        ("9999-12-31", "31 December 9999", "day reported by the source"),
    ],
)
def test_dates_keep_their_precision(date: str, text: str, precision: str) -> None:
    assert date_text(date) == text
    assert precision_text(date) == precision


YEARS = st.integers(1, 9999).map("{:04}".format)
FORMS = st.one_of(
    st.dates().map(dt.date.isoformat),
    st.builds("{}-{:02}".format, YEARS, st.one_of(st.integers(1, 12), st.integers(21, 41))),
    YEARS,
    st.from_regex(r"[0-9X]{4}(-[0-9X]{2}){0,2}", fullmatch=True),
)
DATES = st.one_of(
    st.builds("{}{}".format, FORMS, st.sampled_from(["", "?", "~", "%"])),
    st.builds("{}/{}".format, st.one_of(FORMS, st.sampled_from(["", ".."])), FORMS),
    st.builds("{}/{}".format, FORMS, st.sampled_from(["", ".."])),
)


@settings(max_examples=examples(2000))
@given(DATES)
def test_every_date_that_is_taken_has_words_and_no_open_end_is_a_day(date: str) -> None:
    try:
        earliest, latest = span(date)
    except ValueError:
        assume(False)
    words = date_text(date)
    assert when_text(date).endswith(words)
    assert precision_text(date)
    assert not re.search("[X/]|[0-9]-[0-9]", words), "words, and no notation"
    for day, year, open_words in ((earliest, "0001", "1 January 1 AD"), (latest, "9999", "31 December 9999")):
        if day in (FIRST_DAY, LAST_DAY) and year not in date:
            assert open_words not in words


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("2025-12-13", "on 13 December 2025"),
        ("2025-09", "in September 2025"),
        ("2025-09-XX", "in September 2025"),
        ("0099", "in 99 AD"),
        ("2025-XX-15", "on the 15th of a month of 2025"),
        ("2025-12-13~", "about 13 December 2025"),
        ("2025-12-20/2025-12", "on 20–31 December 2025"),
        ("2025-12/2026-01", "in December 2025 – January 2026"),
        ("../2025", "until 2025"),
    ],
)
def test_a_date_stands_in_a_sentence(date: str, text: str) -> None:
    assert when_text(date) == text


def test_open_ends_of_spans_stay_open() -> None:
    day = dt.date(2025, 12, 13)
    assert span_text(FIRST_DAY, day) == between_text(FIRST_DAY, day) == "until 13 December 2025"
    assert span_text(day, LAST_DAY) == between_text(day, LAST_DAY) == "from 13 December 2025"
    assert span_text(FIRST_DAY, LAST_DAY) == "at a time that is not reported"


def test_spans_over_new_year() -> None:
    assert span_text(dt.date(2024, 12, 30), dt.date(2025, 1, 2)) == "30 December 2024 – 2 January 2025"


@given(st.integers(0, 10**9), st.one_of(st.none(), st.integers(0, 10**6)))
def test_a_count_on_the_page_is_its_label_with_thousands_separated(low: int, width: int | None) -> None:
    count = Count(low, None if width is None else low + width)
    assert count_text(count).replace(",", "") == count.label
    assert number_text(low) == format_decimal(low, locale="en")


@pytest.mark.parametrize(
    ("count", "people", "movements"),
    [
        (Count(0, 0), "0 people", "0 movements"),
        (Count(1, 1), "1 person", "1 movement"),
        (Count(0, 1), "0–1 people", "0–1 movements"),
        (Count(1, None), "≥ 1 person", "≥ 1 movement"),
        (Count(2, None), "≥ 2 people", "≥ 2 movements"),
        (Count(20061, 20061), "20,061 people", "20,061 movements"),
        (Count(0, None), "people, number not reported", "movements, number not reported"),
    ],
)
def test_a_count_has_its_noun(count: Count, people: str, movements: str) -> None:
    assert (people_text(count), people_text(count, "movements")) == (people, movements)


def test_measures_of_movements_speak_of_no_people() -> None:
    assert not [measure for measure in MEASURES if "eople" in measure_text(measure, "movements")]
    assert [measure_text(measure) for measure in MEASURES] == [MEASURE_WORDS[measure] for measure in MEASURES]


DAY = dt.date(2025, 12, 13)


@pytest.mark.parametrize(
    ("measure", "row", "text"),
    [
        ("released", "US", " released in the United States"),
        ("remained", "NL", " remained in the Netherlands, as last reported"),
        ("remained", "DIED", " died on the way or in custody"),
        ("arrived", "DIED", " died on the way or in custody"),
        ("passed_on", "UA", " arrived in Ukraine and did not remain"),
        ("present", UNREPORTED, " set in motion by the end of 13 December 2025, on no known transfer"),
        ("arrived", "unlocated", " arrived in a place whose country is not known"),
        ("present", "LT", " in Lithuania at the end of 13 December 2025"),
        ("present", "DIED", " dead by the end of 13 December 2025, on the way or in custody"),
        ("present", "BEFORE", " not yet set in motion at the end of 13 December 2025"),
    ],
)
def test_a_figure_says_what_it_counts(measure: str, row: str, text: str) -> None:
    code = {"DIED": DIED, "BEFORE": BEFORE}.get(row, row)
    assert figure_text(measure, code, DAY) == text


@pytest.mark.parametrize(
    ("measure", "row", "planned", "attempted", "movements"),
    [
        ("departed", "US", " would depart from the United States, as planned", " would have departed from the United States", " out of the United States, attempted"),
        ("arrived", "LT", " would arrive in Lithuania, as planned", " would have arrived in Lithuania", " into Lithuania, attempted"),
        ("arrived", "DIED", " would die, as planned", " would have died", " would have died"),
        ("moved_within", "BY", " would move within Belarus, as planned", " would have moved within Belarus", " within Belarus, attempted"),
        ("present", "LT", " would be in Lithuania at the end of 13 December 2025, as planned", " would have been in Lithuania at the end of 13 December 2025", " would have been in Lithuania at the end of 13 December 2025"),
        ("present", IN_TRANSIT, " would be under way at the end of 13 December 2025, as planned", " would have been under way at the end of 13 December 2025", " would have been under way at the end of 13 December 2025"),
        ("people", "", " whose movement was planned, each counted once", " whose movement was attempted, each counted once", ", attempted, each counted once"),
    ],
)  # fmt: skip
def test_what_did_not_take_place_is_no_fact(
    measure: str, row: str, planned: str, attempted: str, movements: str
) -> None:
    code = DIED if row == "DIED" else row
    assert figure_text(measure, code, DAY, counted="planned") == planned
    assert figure_text(measure, code, DAY, counted="attempted") == attempted
    assert figure_text(measure, code, DAY, counted="denied") == attempted.replace("attempted", "denied")
    assert figure_text(measure, code, DAY, "en", "movements", "attempted") == movements


def test_every_row_that_is_no_country_has_a_name_and_a_figure() -> None:
    for row in (*NOWHERE, IN_TRANSIT, UNREPORTED, BEFORE):
        assert place_text(row)[0].isupper()
        assert "13 December 2025" in figure_text("present", row, DAY)
