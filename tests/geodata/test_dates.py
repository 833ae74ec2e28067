import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.dates import FIRST_DAY, LAST_DAY, span, spans

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
    with pytest.raises(ValueError, match=r"not an EDTF date|ends before it begins|names no day"):
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


@given(st.dates())
def test_every_day_means_itself(day: DAY) -> None:
    assert span(day.isoformat()) == (day, day)
    assert spans(pd.Series([day.isoformat()])).iloc[0].map(lambda stamp: stamp.date()).tolist() == [day, day]
