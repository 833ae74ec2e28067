import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.dates import FIRST_DAY, LAST_DAY, REMEDY, advice, span, spans
from tests.examples import examples

DAY = dt.date


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-12-13", DAY(2025, 12, 13), DAY(2025, 12, 13)),
        ("2025-12-13~", DAY(2025, 12, 13), DAY(2025, 12, 13)),
        ("2025-09", DAY(2025, 9, 1), DAY(2025, 9, 30)),
        ("2024-02?", DAY(2024, 2, 1), DAY(2024, 2, 29)),
        ("2025", DAY(2025, 1, 1), DAY(2025, 12, 31)),
        ("202X", DAY(2020, 1, 1), DAY(2029, 12, 31)),
        ("2024-07/2025-12", DAY(2024, 7, 1), DAY(2025, 12, 31)),
        ("../2025-12", FIRST_DAY, DAY(2025, 12, 31)),
        ("2025-12-13/", DAY(2025, 12, 13), LAST_DAY),
        ("/2025-12", FIRST_DAY, DAY(2025, 12, 31)),
        ("0099", DAY(99, 1, 1), DAY(99, 12, 31)),
        ("19XX", DAY(1900, 1, 1), DAY(1999, 12, 31)),
        ("1XXX-02", DAY(1000, 2, 1), DAY(1999, 2, 28)),
        ("000X", DAY(1, 1, 1), DAY(9, 12, 31)),
        ("2025-XX", DAY(2025, 1, 1), DAY(2025, 12, 31)),
        ("2025-XX-XX", DAY(2025, 1, 1), DAY(2025, 12, 31)),
        ("2025-XX-15", DAY(2025, 1, 15), DAY(2025, 12, 15)),
        ("2025-XX-30", DAY(2025, 1, 30), DAY(2025, 12, 30)),
        ("2025-1X", DAY(2025, 10, 1), DAY(2025, 12, 31)),
        ("2025-02-2X%", DAY(2025, 2, 20), DAY(2025, 2, 28)),
        ("2025-02-X9", DAY(2025, 2, 9), DAY(2025, 2, 19)),
        ("19XX-02-29", DAY(1904, 2, 29), DAY(1996, 2, 29)),
        # Spring is March to June in the north and September to December in the south; a winter may begin in
        # the December before, and a southern summer end in the March after.
        ("2025-21", DAY(2025, 3, 1), DAY(2025, 12, 23)),
        ("2025-22", DAY(2024, 12, 1), DAY(2026, 3, 21)),
        ("2025-23", DAY(2025, 3, 1), DAY(2025, 12, 23)),
        ("2025-24~", DAY(2024, 12, 1), DAY(2026, 3, 21)),
        ("2025-25", DAY(2025, 3, 1), DAY(2025, 6, 22)),
        ("2025-28", DAY(2024, 12, 1), DAY(2026, 3, 21)),
        ("2025-29", DAY(2025, 9, 1), DAY(2025, 12, 23)),
        ("2025-32", DAY(2025, 6, 1), DAY(2025, 9, 24)),
        ("2025-33", DAY(2025, 1, 1), DAY(2025, 3, 31)),
        ("2025-36", DAY(2025, 10, 1), DAY(2025, 12, 31)),
        ("2025-38", DAY(2025, 5, 1), DAY(2025, 8, 31)),
        ("2025-40", DAY(2025, 1, 1), DAY(2025, 6, 30)),
        ("0001-24", FIRST_DAY, DAY(2, 3, 21)),
        ("9999-24", DAY(9998, 12, 1), LAST_DAY),
        ("2019-21/2020-22", DAY(2019, 3, 1), DAY(2021, 3, 21)),
    ],
)
def test_a_text_means_these_days(text: str, earliest: DAY, latest: DAY) -> None:
    assert span(text) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "today",
        "13.12.2025",
        "03/04/2020",
        "2025-02-30",
        "2025-13",
        "2025-12-13T10:00",
        "20251213",
        "2025-12/2025-09",
        "../..",
        "/",
        "{2025,2024}",
        "Y20250",
        "2025-W03",
        "0000",
        "２０２５",
    ],
)
def test_what_is_no_date_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an EDTF date|ends before it begins"):
        span(text)


def test_a_column_is_read_like_its_single_values() -> None:
    texts = pd.Series(["2025-12-13", "2025-09", "", "2025-02-30", "nonsense"], index=list("abcde"))
    found = spans(texts)
    assert found["earliest"].dt.strftime("%Y-%m-%d").fillna("NaT").tolist() == [
        "2025-12-13",
        "2025-09-01",
        "NaT",
        "NaT",
        "NaT",
    ]
    assert found["latest"].dt.strftime("%Y-%m-%d").fillna("NaT").tolist() == [
        "2025-12-13",
        "2025-09-30",
        "NaT",
        "NaT",
        "NaT",
    ]
    assert list(found.index) == list("abcde")


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("2020-01-01T10:30:00Z", "it has a time of day", "write the day alone, as it was where it happened: 2020-01-01"),
        ("1942-05-26 00:00:00", "it has a time of day", "write the day alone, as it was where it happened: 1942-05-26"),
        ("5/26/1942", "the year comes last", "write 1942-05-26"),
        ("26.5.1942", "the year comes last", "write 1942-05-26"),
        ("01.02.2020", "the year comes last", "write 2020-01-02 if the month comes first, or 2020-02-01 if the day comes first"),
        ("05/05/2020", "the year comes last", "write 2020-05-05"),
        ("5/6/42", "the year has two digits", "write the year in full and first, like 2025-12-13"),
        ("1565578338", "it looks like seconds since 1970", "write the day, as it was where it happened (by universal time 2019-08-12)"),
        ("43831", "it looks like the number that a spreadsheet keeps of a day", "write the day that the spreadsheet shows, like 2020-01-01, in a column of text"),
        ("January 2020", "the month is a word", "write 2020-01"),
        ("Tuesday, May 7, 2019", "the month is a word", "write 2019-05-07"),
        ("7th Sept 2019", "the month is a word", "write 2019-09-07"),
        ("c. 1750", "about is a mark at the end", "write 1750~"),
        ("before 1750-03", "it has no beginning", "write ../1750-03"),
        ("since 1750", "it has no end", "write 1750/.."),
        ("2020-W05", "it is a week", "write 2020-01-27/2020-02-02"),
        ("2019.0", "a year has no decimals", "write 2019"),
        ("1940s", "it is a decade", "write 194X"),
        ("20251213", "there are no hyphens", "write 2025-12-13"),
        ("2025/12/1", "month and day have two digits each, with hyphens between", "write 2025-12-01"),
        ("2025-13-12", "there is no such month", "write 2025-12-13 if the day comes before the month"),
        ("2025-02-30", "there is no such day", "correct the month or the day"),
        ("2025-13", "there is no such month", "correct the month"),
        ("2025-12?-13", "a mark holds for the whole date and comes last", "write 2025-12-13?"),
        ("19xx", "unspecified digits are capitals", "write 19XX"),
        ("2019-20", "it looks like more than one year", "write 2019/2020 for a year over two calendar years, or its months, like 2019-04/2020-03"),
        ("1999–00", "it looks like more than one year", "write 1999/2000 for a year over two calendar years, or its months, like 1999-04/2000-03"),
        ("1941-1945", "it looks like more than one year", "write 1941/1945"),
        ("Y20250", "it lies outside the years 1 to 9999", "give a day of these years, or leave it out"),
        ("-0044-03-15", "it lies outside the years 1 to 9999", "give a day of these years, or leave it out"),
        ("XXXX-12", "it names no year", "write the digits of the year that are known, like 19XX, or an open interval, like ../1945"),
        ("{2025,2024}", "it is a set", "write the interval from the first to the last of its days"),
        (" 2025", "there are blanks around it", "remove them"),
        ("../..", "it names no day at all", "give at least one of its ends"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_with_what_to_write(text: str, message: str, remedy: str) -> None:
    assert advice(text) == (f"{text!r} is not an EDTF date: {message}", remedy)
    with pytest.raises(ValueError, match=re.escape(message)):
        span(text)
    for written in re.findall(
        r"(?<![\w.])(?:\.\./)?[0-9]{3}[0-9X](?:-[0-9X]{2}){0,2}[?~%]?(?:/[0-9.-]+)?", remedy
    ):
        span(written)


@pytest.mark.parametrize("text", ["2020-21", "2022-23?", "1923-24", "2024-25", "2040-41"])
def test_what_may_be_a_season_or_a_fiscal_year_is_asked_about(text: str) -> None:
    message, remedy = advice(text)
    year = text[:4]
    assert message == (
        f"{text!r} has two meanings: it is a season in EDTF, and elsewhere a year over two calendar years"
    )
    assert f"write {year}/{int(year) + 1} for a year" in remedy
    assert f"a season by its months, like {year}-03/{year}-06" in remedy
    assert spans(pd.Series([text])).isna().to_numpy().all()


def test_of_an_interval_the_end_that_is_wrong_is_named() -> None:
    assert advice("2025-12/1.2.2026")[0] == "'1.2.2026' is not an EDTF date: the year comes last"
    assert advice("2020-21/2025")[0].startswith("'2020-21' has two meanings")
    assert advice("soon/2025") == ("'soon' is not an EDTF date", REMEDY)
    assert advice("2025-12/2025-09") == (
        "'2025-12/2025-09' ends before it begins",
        "swap its ends, or correct them",
    )


@given(st.text(alphabet="0123456789XxTWY-/.?~% cadesunj{[", max_size=14))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        earliest, latest = span(text)
    except ValueError as error:
        reason = str(error)
    else:
        assert FIRST_DAY <= earliest <= latest <= LAST_DAY
        return
    assert reason == advice(text)[0]


def matches(digits: str, number: int) -> bool:
    return all(digit in ("X", own) for digit, own in zip(digits, f"{number:0{len(digits)}}", strict=True))


@settings(max_examples=examples(300))
@given(st.from_regex(r"[0-9X]{4}(-[01X][0-9X](-[0-3X][0-9X])?)?", fullmatch=True), st.dates())
def test_unspecified_digits_mean_every_day_that_they_fit_and_no_other(text: str, day: DAY) -> None:
    """Whatever day is picked: where it fits the text it lies within the span, and the ends fit it, too."""
    parts = text.split("-")
    fits = [matches(part, number) for part, number in zip(parts, day.timetuple()[:3], strict=False)]
    try:
        earliest, latest = span(text)
    except ValueError:
        assert not all(fits) or parts[0] == "XXXX"
        return
    assert not all(fits) or earliest <= day <= latest
    for end in (earliest, latest):
        assert all(matches(part, number) for part, number in zip(parts, end.timetuple()[:3], strict=False))


def test_every_year_of_the_calendar_is_read_alone_and_in_a_column() -> None:
    years = range(1, 10_000)
    for form, first, last in (
        ("{:04}", (1, 1), (12, 31)),
        ("{:04}-06", (6, 1), (6, 30)),
        ("{:04}-06-15", (6, 15), (6, 15)),
        ("{:04}-33", (1, 1), (3, 31)),
    ):
        texts = [form.format(year) for year in years]
        kept = [k for k, year in enumerate(years) if form != "{:04}-33" or (year + 1) % 100 != 33]
        wanted = [(DAY(years[k], *first), DAY(years[k], *last)) for k in kept]
        assert [span(texts[k]) for k in kept] == wanted
        found = spans(pd.Series(texts, dtype=str))
        assert (found.dtypes == "datetime64[s]").all()
        days = found.to_numpy(dtype="datetime64[D]")[kept]
        assert (days == np.array(wanted, dtype="datetime64[D]")).all()
        assert found["earliest"].isna().sum() == len(years) - len(kept)


@pytest.mark.parametrize("text", ["2025-12-13", "2025-09~", "1863", "0099", "202X", "19XX", "2025-XX", "2025-09-XX", "2025-33", "2025-38", "2025-41"])  # fmt: skip
def test_the_library_of_the_standard_s_implementers_reads_the_same(text: str) -> None:
    parsed = parse_edtf(text)
    assert (DAY(*parsed.lower_strict()[:3]), DAY(*parsed.upper_strict()[:3])) == span(text)


@given(st.dates())
def test_every_day_means_itself(day: DAY) -> None:
    assert span(day.isoformat()) == (day, day)
    assert spans(pd.Series([day.isoformat()])).iloc[0].map(lambda stamp: stamp.date()).tolist() == [day, day]
