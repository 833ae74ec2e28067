"""The page as Streamlit runs it, without a browser: what it says for every kind of link and dataset."""

import datetime as dt
import json
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache
from geodata import Filters
from tests.conftest import ROOT
from tests.geodata.files.test_load import FAULTS, faulty_world
from tests.worlds import FIRST_VERSION, claim, event, leg, worked_case, write_world


def run(monkeypatch: pytest.MonkeyPatch, query: str = "", data: Path = FIRST_VERSION) -> AppTest:
    """Return the page after its first run on a link."""
    monkeypatch.setattr(sys, "argv", ["page.py", "--data", str(data)])
    cache._data_path.cache_clear()
    st.cache_resource.clear()
    page = AppTest.from_file(ROOT / "dashboard" / "page.py", default_timeout=60)
    for key, value in parse_qsl(query, keep_blank_values=True):
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def html(page: AppTest) -> str:
    """Return all HTML of the page, and before it all sentences and tables whose numbers open."""
    return "\n".join([*figures(page).values(), *(element.proto.body for element in page.get("html"))])


def figures(page: AppTest) -> dict[str, str]:
    """Return the text of every sentence and table whose numbers open, by key: rows as lines, cells with bars."""
    found = {}
    for element in page.get("bidi_component"):
        content = json.loads(element.proto.json or "{}")  # the player's data come as tables
        if content.get("kind") == "sentence":
            text = "".join(map(text_of, content["parts"]))
        elif content.get("kind") == "table":
            rows = [content["header"], *content["rows"], [content["caption"]]]
            text = "\n".join(" | ".join(map(text_of, row)) for row in rows)
        else:
            continue
        found[element.proto.id.rpartition("-")[2]] = text
    return found


def text_of(cell: str | dict[str, str]) -> str:
    return cell if isinstance(cell, str) else cell["text"]


def panel(page: AppTest, name: str) -> str:
    """Return all HTML of the page with one of its panels open."""
    page.session_state["tab"] = name
    page.run()
    assert not page.exception
    return html(page)


def link(page: AppTest) -> Filters:
    """Return the filters that the address bar holds."""
    query = urlencode({key: "".join(value) for key, value in page.query_params.items()})
    filters, notices = Filters.parse(query)
    assert notices == []
    return filters


def test_the_first_visit_opens_on_what_the_dataset_features(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch)
    assert "123 people were released in Belarus on 13 December 2025; 89 remained in Poland" in html(page)
    assert (link(page).event, link(page).status) == (("2025-12-13",), ("done",))
    assert [chip.label for chip in page.button] == [
        "Release of 13 December 2025 ✕",
        "took place ✕",
        "Show everything",
    ]


def test_a_link_restores_every_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    query = "v=2&from=BY&to=LT,UA&date=2025-09/2025-12-13&kind=release&status=done&basis=all&measure=arrived"
    page = run(monkeypatch, f"{query}&t=2025-12-13&at=52.9,26.1,4.6")
    assert [widget.value for widget in page.multiselect] == [
        [],
        ["BY"],
        ["LT", "UA"],
        ["release"],
        [],
        [],
    ]
    assert [day.isoformat() for day in page.date_input(key="dates").value] == ["2025-09-01", "2025-12-13"]
    assert [widget.value for widget in page.selectbox] == ["all", "", "arrived", "en"]
    expected = Filters.parse(f"{query}&t=2025-12-13&at=52.9,26.1,4.6&tab=countries")[0]
    assert link(page).query().partition("&from")[2] == expected.query().partition("&from")[2]
    assert link(page).data.startswith("belarus-2024-2025@")


def test_every_change_is_written_to_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "status=done&t=2025-12-13")
    page.multiselect(key="destination").select("LT").run()
    assert link(page).destination == ("LT",)
    assert link(page).t == "", "the day belonged to the selection before"
    page.selectbox(key="measure").select("arrived").run()
    assert link(page).measure == "arrived"
    page.button(key="chip:to:LT").click().run()
    assert link(page).destination == ()
    assert link(page).measure == "arrived"
    page.button(key="everything").click().run()
    assert (link(page).status, link(page).measure) == ((), "arrived")


def test_a_link_that_is_opened_later_in_the_session_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "status=done")
    page.query_params["to"] = "LT"
    page.run()
    assert page.multiselect(key="destination").value == ["LT"]
    assert link(page).destination == ("LT",)


def test_a_link_counts_though_a_widget_changes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "status=done")
    page.query_params["to"] = "LT"
    page.selectbox(key="measure").select("arrived").run()
    assert link(page).destination == ("LT",)


def test_a_widget_counts_though_the_address_lags_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "status=done")
    before = dict(page.query_params)
    page.multiselect(key="destination").select("LT").run()
    page.query_params.clear()
    page.query_params.update(before)
    page.selectbox(key="measure").select("arrived").run()
    assert (link(page).destination, link(page).measure) == (("LT",), "arrived")


@pytest.mark.parametrize(
    "query",
    [
        "event=never&colour=red&status=flown&from=XX&basis=nobody&data=elsewhere@00000000&v=9",
        "at=1,2&t=soon&date=2025-13&measure=<b>&event=" + "x" * 101,
        "event=" + "x" * 5000,
        "from=" + ",".join(["BY"] * 70),
        "t=" + "%00%e2%80%ae",
    ],
)
def test_a_hostile_or_outdated_link_shows_notices_and_the_rest_works(
    monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    page = run(monkeypatch, query)
    assert 'class="ptm-notice"' in html(page) or "BY" in link(page).origin
    assert "headline" in figures(page)


def test_notices_say_what_was_asked_and_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "event=never&data=belarus-2024-2025@00000000")
    assert "event=never was ignored: the dataset has no such event. Shown: every event." in html(page)
    assert "the data has changed since the link was made, and the figures of then are not known" in html(page)


def test_an_empty_selection_says_what_to_remove(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "date=2031&status=done")
    assert "No movement matches." in html(page)
    assert "Remove one of the filters: date, status." in html(page)


def test_a_faulty_dataset_shows_the_same_list_as_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = run(monkeypatch, data=faulty_world(tmp_path / "world"))
    assert [text.value for text in page.text] == FAULTS
    assert page.header[0].value == "This dataset cannot be shown yet"


def test_a_folder_without_a_dataset_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = run(monkeypatch, data=tmp_path)
    assert "no datapackage.json here or one folder below" in page.text[0].value


def test_one_of_several_datasets_is_chosen_by_link_or_by_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    worked_case(tmp_path / "world")
    write_world(tmp_path / "another", name="another")
    page = run(monkeypatch, "data=world", data=tmp_path)
    assert "123 people were released" in html(page)
    page.selectbox(key="data").select("another").run()
    assert "The dataset has no events." in html(page)
    assert link(page).data.startswith("another@")


def test_texts_of_a_dataset_are_never_markup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = "<img src=x onerror=alert(1)> ![](http://example.org/a.png) **b** @@="
    folder = write_world(
        tmp_path / "world",
        events=[event(title=mark, summary=mark)],
        transfers=[leg("a", "by", "lt", note=mark)],
        claims=[claim("a", 1, quote=mark, wording=mark, attribution=mark)],
        sources=[{"source_id": "one", "publisher": mark, "title": mark, "url": "javascript:alert(1)"}],
    )
    page = run(monkeypatch, "event=e", data=folder)
    shown = panel(page, "Movements") + panel(page, "Sources and method")
    assert "<img" not in shown
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") >= 6
    assert "javascript:" not in shown
    assert page.button(key="chip:event:e").label.startswith(r"\<img src\=x")
    assert r"\!\[\]\(http\:\/\/example" in page.button(key="chip:event:e").label


def test_a_number_in_the_link_is_open_to_its_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """5 remained in Ukraine: 114 arrived, less 89 and 20 who passed on."""
    shown = html(run(monkeypatch, "event=2025-12-13&status=done&figure=UA.remained"))
    assert "5 people remained in Ukraine" in shown
    for number in ("+ 114 people", "− 89 people", "− 20 people"):
        assert number in shown
    assert "114 civilians were handed over to Ukraine" in shown
    assert "left out: it conflicts, and is not the adopted claim" in shown
    assert "More than a thousand" not in shown


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ("LT.present", "9 people in Lithuania at the end of 13 December 2025"),
        ("in_transit.present", "0–114 people under way at the end of 13 December 2025"),
        ("moved.outcome", "123 people: Set out on a transfer that took place"),
        ("people", "123 people, each counted once"),
        ("2025-12-13-by-lt", "9 people: Minsk → Vilnius"),
    ],
)
def test_every_kind_of_number_can_be_open_in_a_link(
    monkeypatch: pytest.MonkeyPatch, figure: str, says: str
) -> None:
    page = run(monkeypatch, f"event=2025-12-13&status=done&t=2025-12-13&figure={figure}")
    assert f">{says}</h3>" in html(page)
    assert link(page).figure == figure
    assert 'class="ptm-notice"' not in html(page)


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ("LT.arrived", "1 person would have arrived in Lithuania"),
        ("people", "1 person whose movement was attempted, each counted once"),
        ("2025-09-11-refused", "1 person: Belarus → Medininkai–Kamenny Log crossing → Lithuania (attempted)"),
    ],
)
def test_what_was_attempted_is_opened_as_no_fact(
    monkeypatch: pytest.MonkeyPatch, figure: str, says: str
) -> None:
    assert f">{says}</h3>" in html(run(monkeypatch, f"status=attempted&figure={figure}"))


def test_a_number_that_the_selection_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "event=2025-12-13&status=done&figure=RU.arrived")
    assert [text.value for text in page.markdown] == ["No record of this selection adds to this number."]
    page = run(monkeypatch, "figure=never")
    assert "figure=never was ignored: the dataset has no such number. Shown: no number open." in html(page)
    assert link(page).figure == ""


def test_bounds_narrower_than_claims_give_their_reasons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = run(monkeypatch, "basis=two&figure=LT.arrived", data=worked_case(tmp_path / "world"))
    assert "1–61 people arrived in Lithuania" in html(page)
    assert (
        "at most 61 (Belarus → Lithuania), because at most 123 (e) and at least 62 (Belarus → Ukraine)."
        in html(page)
    )


def test_two_bases_stand_side_by_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = run(monkeypatch, "event=e&status=done&compare=two", data=worked_case(tmp_path / "world"))
    assert [element.proto.id.rpartition("-")[2] for element in page.get("bidi_component")][1:4] == [
        "link",
        "player",
        "compare",
    ]
    panel(page, "Evidence")
    assert figures(page)["countries"].splitlines()[1:5] == [
        "Belarus | 0 | 0 | the same",
        "Lithuania | 29 | 1–61 | both can be right",
        "Poland | 89 | not mentioned | –",
        "Ukraine | 5 | 62–122 | by 57–117",
    ]
    assert figures(page)["records"].splitlines()[1:5] == [
        "Belarus → Ukraine | 114 | 62–122 | both can be right",
        "Belarus → Lithuania | 9 | 1–61 | both can be right",
        "Ukraine → Poland | 89 | not mentioned | –",
        "Ukraine → Lithuania | 20 | not mentioned | –",
    ]


def test_what_was_known_on_a_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = run(monkeypatch, "event=e&status=done&asof=2025-12-14", data=worked_case(tmp_path / "world"))
    assert "123 people were released in Belarus on 13 December 2025; 114 remained in Ukraine and 9" in html(
        page
    )
    assert (
        "As known on 14 December 2025: 2 sources published later and 1 source that may have been published later "
        "were left out." in html(page)
    )
    assert link(page).asof == "2025-12-14"
    assert r"as known on 14 December 2025 ✕" in [chip.label for chip in page.button]


def test_where_people_are_on_a_day_follows_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "event=2025-12-13&status=done&t=2025-12-14")
    assert figures(page)["present"].splitlines()[1:3] == ["Ukraine | 114", "Lithuania | 9"]
    page.date_input(key="looked_at").set_value(dt.date(2025, 12, 13)).run()
    assert figures(page)["present"].splitlines()[1:4] == [
        "Lithuania | 9",
        "Ukraine | 0–114",
        "Under way | 0–114",
    ]
    assert link(page).t == "2025-12-13"


def test_what_took_place_and_what_did_not_stand_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "event=2025-09-11")
    assert figures(page)["outcomes"].splitlines()[1:5] == [
        "Released | 1 | 52",
        "Set out on a transfer that took place | 1 | 51",
        "No transfer is reported | 1 | 1",
        "Attempted, and refused or broken off | 1 | 1",
    ]


def test_the_evidence_lists_what_is_worth_checking_and_who_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch)
    shown = panel(page, "Evidence")
    assert "adding up its 4 transfers would give 232 people; 123 moved" in shown
    assert "Ukraine: 114 arrived = 109 passed on + 5 remained." in shown
    assert figures(page)["groups"].splitlines()[1:5] == [
        "Release of 13 December 2025 | U.S. citizens | 1",
        "Release of 13 December 2025 | Ukrainian nationals | 5",
        "Release of 13 December 2025 | citizens of allied countries | 6",
        "Release of 13 December 2025 | not stated | 111–117",
    ]


def test_the_totals_say_what_they_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(run(monkeypatch))
    assert (
        "This dataset runs from 3 July 2024 to 30 December 2025: 20 events, 18 transfers, 88 claims" in shown
    )
    assert "A map of reported cases is not a count of all cases." in shown


def test_the_timeline_lists_what_set_people_in_motion_and_how_many_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = run(monkeypatch, "date=2025-11/2025-12-13")
    panel(page, "Timeline")
    assert figures(page)["timeline"].splitlines()[:4] == [
        "When | What | People | So far",
        "20 November 2025 | Release of two Catholic priests | 2 | 2",
        "22 November 2025 | Pardon of Ukrainian citizens | 31 | 33",
        "13 December 2025 | Release of 13 December 2025 | 123 | 156",
    ]
    assert len(page.get("vega_lite_chart") or page.get("arrow_vega_lite_chart")) == 2


def test_claims_open_under_each_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch)
    shown = panel(page, "Movements")
    assert "114 civilians were handed over to Ukraine" in shown
    assert "Most of the freed prisoners" in shown
    assert 'href="https://en.interfax.com.ua/news/general/1128238.html"' in shown
    shown = panel(page, "Sources and method")
    assert "UN-recognised borders" in shown
    assert "Borders © OpenStreetMap contributors (ODbL 1.0), modified" in shown
    assert "Political prisoners still held" in shown


def test_every_panel_shows_hostile_names_as_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = [
        "<img src=x onerror=alert(1)>",
        "![](http://example.org/a.png) **b**",
        "@@=1",
        "שלום \u202e",
        "x" * 300,
    ]
    places = [
        {
            "location_id": f"p{k}",
            "name": name,
            "kind": "country",
            "precision": "country",
            "country_code": code,
        }
        for k, (name, code) in enumerate(zip(names, ["BY", "UA", "PL", "LT", "NA"], strict=True))
    ]
    folder = write_world(
        tmp_path / "world",
        locations=places,
        events=[event(title=names[4], location_id="p0")],
        transfers=[leg(f"t{k}", "p0", f"p{k}", note=names[k]) for k in range(1, 5)],
        claims=[claim(f"t{k}", k, group=names[k] if k < 4 else "") for k in range(1, 5)],
    )
    for tab in ("countries", "movements", "timeline", "evidence", "sources", "share"):
        page = run(monkeypatch, f"place=p0&transfer=t1,t2&tab={tab}", data=folder)
        shown = "\n".join(element.proto.body for element in page.get("html"))
        assert "<img" not in shown
        assert 'class="ptm-notice"' not in shown


def test_picks_of_a_link_are_chips_and_unknown_ones_are_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(
        monkeypatch, "country=LT&place=vilnius,nowhere&transfer=2025-12-13-by-lt&group=U.S.%20citizens"
    )
    assert "place=nowhere" in html(page)
    assert r"in\, from or to Lithuania ✕" in [chip.label for chip in page.button]
    page.button(key="chip:country:LT").click().run()
    assert link(page).country == ()
    assert link(page).transfer == ("2025-12-13-by-lt",)
    alone = run(monkeypatch, "group=U.S.%20citizens")
    assert "figures count all people in these movements" in html(alone)
