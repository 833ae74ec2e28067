"""What only a browser shows of the player: picking, pictures, lines, and what happens when the drawing fails."""

from __future__ import annotations

import datetime as dt
import struct
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pyproj import Geod

from dashboard.messages.days import day_text
from geodata.geo.boundaries import anchor
from geodata.geo.routes import bowed
from geodata.model.counts import label
from tests.browser.conftest import Visit, settled, until
from tests.browser.test_page import PLAYER, open_page
from tests.worlds import COUNTRIES, claim, event, leg, write_world

date = dt.date.fromisoformat
EARTH = Geod(ellps="WGS84")
RELEASE = "event=2025-12-13&status=done&t=2025-12-18"
LANES = """async ([ways, bow]) => {
    const { Track, toDegrees } = await import("/_stcore/bidi-components/dashboard.player/geometry.js");
    return ways.map((stops) => {
        const track = new Track(stops, bow);
        return Array.from(track.xs, (x, i) => toDegrees(x, track.ys[i]));
    });
}"""
LABELS = """async (all) => {
    const { label } = await import("/_stcore/bidi-components/dashboard.player/payload.js");
    return all.map(([min, more]) => label(min, more, { unreported: "not reported" }));
}"""
CLOCK = """async ([epochs, days]) => {
    const { DAY, dayAt, endOf, reading } = await import("/_stcore/bidi-components/dashboard.player/clock.js");
    const format = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    return epochs.flatMap((epoch) => days.filter((day) => day >= epoch).map((day) => {
        const end = endOf(epoch, day);
        const payload = { time: { epoch, moments: [] }, texts: { quiet: "" } };
        return [epoch, day, end / DAY, dayAt(epoch, end), dayAt(epoch, end - DAY + 1), reading(payload, end, format).day];
    }));
}"""
OPEN = "(link) => { history.pushState({}, '', link); dispatchEvent(new PopStateEvent('popstate')); }"


def ground(page: Page) -> npt.NDArray[np.int16]:
    """Return the colours of the countries, a pixel each."""
    png = page.evaluate("document.querySelector('.ptm-ground').toDataURL().split(',')[1]")
    return np.asarray(Image.open(BytesIO(b64decode(png))), dtype=np.int16)


def asked(address: str) -> set[tuple[str, str]]:
    """Return the keys of a link, each with its values."""
    return set(parse_qsl(urlsplit(address).query))


def click_on(page: Page, label: str) -> None:
    """Click on a country's name; labels let the map through."""
    box = page.locator(".ptm-label-country", has_text=label).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_a_country_filters_and_a_second_one_releases(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{RELEASE}")
    click_on(page, "Poland")
    until(page, "location.search.includes('country=PL')")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("89 people moved")
    expect(page.locator(".st-key-bar").get_by_role("button", name="Poland")).to_be_visible()
    click_on(page, "Poland")
    until(page, "!location.search.includes('country=')")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("123 people were released")


def test_a_click_on_a_line_shows_that_transfer_alone(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{RELEASE}")
    box = page.locator(".ptm-label-count", has_text="89").bounding_box()
    assert box is not None
    # The number stands on its line, which can be pointed at beside it as well.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "location.search.includes('transfer=2025-12-13-ua-pl')")


def test_a_click_on_the_sea_changes_nothing(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{RELEASE}")
    address, length = page.url, page.evaluate("history.length")
    stage = page.locator(".ptm-stage").bounding_box()
    assert stage is not None
    page.mouse.click(stage["x"] + 0.25 * stage["width"], stage["y"] + 12)
    # Clicks are heard in turn: what the one before had changed would stand in the link, and in the history.
    click_on(page, "Poland")
    until(page, "location.search.includes('country=PL')")
    settled(page)
    assert asked(page.url) - asked(address) == {("country", "PL")}
    assert page.evaluate("history.length") == length + 1


def test_the_frame_is_saved_as_a_picture_that_is_larger_than_the_map(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{RELEASE}")
    stage = page.locator(".ptm-stage").bounding_box()
    assert stage is not None
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this frame as a picture").click()
    assert download.value.suggested_filename == "map_2025-12-18.png"
    content = Path(download.value.path()).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width == round(stage["width"])
    assert height > stage["height"] + 100  # title, day and filters above, attribution below


def test_the_browser_draws_the_lanes_that_python_chose(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{RELEASE}")
    ways = [
        [anchor("BY"), anchor("UA")],
        [anchor("UA"), (20.0, 50.0), anchor("LT")],
        [(170.0, 60.0), (-160.0, 55.0)],
        [anchor("US"), anchor("RU")],
        [(27.0, 53.0), (27.0, 53.0)],
    ]
    for way, drawn in zip(ways, page.evaluate(LANES, [ways, 0.22]), strict=True):
        meant = bowed(way, bow=0.22)
        assert len(drawn) == len(meant)
        # On a sphere instead of the ellipsoid: less than 0.3 % of the distance.
        _, _, apart = EARTH.inv(*np.array(drawn).T, *meant.T)
        assert max(apart) < 0.003 * EARTH.line_length(*meant.T)


def test_numbers_are_written_as_everywhere(server: str, page: Page) -> None:
    page.goto(f"{server}/_stcore/health")
    bounds: list[tuple[int, int | None]] = [(114, 114), (114, 115), (51, None), (0, None), (0, 0), (0, 3)]
    sent = [(low, -1 if high is None else high - low) for low, high in bounds]
    assert page.evaluate(LABELS, sent) == [label(low, high) for low, high in bounds]


def test_the_clock_reads_days_of_all_years(server: str, page: Page) -> None:
    page.goto(f"{server}/_stcore/health")
    days = ["0001-01-01", "0099-02-28", "1582-10-10", "1863-06-30", "1969-12-31", "2025-12-13", "9999-12-31"]
    wanted = [
        [epoch, day, (date(day) - date(epoch)).days + 1, day, day, day_text(date(day))]
        for epoch in days
        for day in days
        if day >= epoch
    ]
    assert page.evaluate(CLOCK, [days, days]) == wanted


def test_a_change_of_filters_paints_the_ground_as_a_fresh_visit_does(server: str, page: Page) -> None:
    open_page(page, f"{server}/?event=2025-12-13&status=done&t=2025-12-18&at=52,26,4")
    before = ground(page)
    page.evaluate(OPEN, f"?{RELEASE}&at=52,26,4&measure=arrived")
    until(page, "location.search.includes('measure=arrived')")
    settled(page)
    # The address is written before the player has the scene.
    expect(page.locator(".ptm-legend-title")).to_have_text("People who arrived")
    until(
        page, "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))"
    )
    changed = ground(page)
    open_page(page, f"{server}/?{RELEASE}&at=52,26,4&measure=arrived")
    fresh = ground(page)
    assert np.mean(np.abs(changed - before) > 20) > 0.02
    assert np.mean(np.abs(changed - fresh) > 20) < 0.0005


def test_a_lost_surface_is_told_and_drawn_again(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{RELEASE}")
    page.evaluate(
        "window.lost = document.querySelector('.ptm-figures').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context'); window.lost.loseContext()"
    )
    expect(page.get_by_text("took the map's drawing surface away")).to_be_visible()
    expect(page.locator(".ptm-steps")).to_contain_text("114 people")
    frames = page.evaluate(f"Number({PLAYER}.dataset.ptmFrame)")
    page.evaluate("window.lost.restoreContext()")
    expect(page.get_by_text("took the map's drawing surface away")).to_be_hidden()
    until(page, f"Number({PLAYER}.dataset.ptmFrame) > {frames}")


def test_without_the_bundle_the_page_says_so_and_lists_the_steps(
    server: str, visit: Callable[..., Visit]
) -> None:
    page = visit().page
    page.route("**/assets/pydeck-*.js", lambda route: route.abort())
    page.goto(f"{server}/?{RELEASE}")
    expect(page.get_by_text("The drawing program could not be loaded")).to_be_visible()
    expect(page.locator(".ptm-steps")).to_contain_text("114 people")


NAMES = [
    "@@=alert(1)",
    "<img src=x onerror=alert(1)>",
    "![](x) **bold**",
    "\u05d9\u05e8\u05d5\u05e9\u05dc\u05d9\u05dd",
    "x" * 300,
]


@pytest.fixture(scope="module")
def hostile(start: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a dashboard on names that try to be markup, and on counts of every form."""
    places = [{**place, "name": name} for place, name in zip(COUNTRIES, NAMES, strict=False)]
    world = write_world(
        tmp_path_factory.mktemp("hostile") / "world",
        locations=[*places, *COUNTRIES[len(places) :]],
        events=[event(title=NAMES[1]), event("later", date="2025-12/2026-01", title=NAMES[0])],
        transfers=[
            leg("none", "by", "ua"),
            leg("one", "by", "lt"),
            leg("many", "by", "pl"),
            leg("open", "by", "ua", event_id="later"),
            leg("loop", "by", "by", event_id="later"),
            leg("silent", "ua", "lt", event_id="later"),
        ],
        claims=[
            claim("none", 0),
            claim("one", 1),
            claim("many", 10_000),
            claim("open", 51, ""),
            claim("loop", 3),
        ],
    )
    return start("--data", world)


@pytest.mark.xdist_group("hostile names")
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_hostile_names_and_odd_counts_are_drawn_as_text(
    hostile: str, visit: Callable[..., Visit], motion: str
) -> None:
    page, record = (seen := visit(reduced_motion=motion)).page, seen.record
    open_page(page, f"{hostile}/?v=2")
    steps = page.locator(".ptm-steps")
    for text in (NAMES[0], NAMES[1], "10,000 people", "≥ 51 people", "people, number not reported"):
        expect(steps).to_contain_text(text)
    assert record.errors == []
