"""The map at any size: a filter change against the plain page, first frames, a frame's own JavaScript, memory.

The plain page joins the places to the countries with `geopandas.sjoin` and builds `st.pydeck_chart` anew on every
run, as a first version would. Both pages are asked for eleven of twelve of the legs, each time others: by a link that is opened in the running page
(the player) and by a number that leaves out a month (the plain page). A change counts as done when the picture of the
map has been drawn with it. Bytes are counted by a relay between browser and server, so they are what the wire carries.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.crowd import crowd
from tests.benchmarks.page import served
from tests.browser.conftest import FLAGS, executable
from tests.conftest import APP

CHANGES = 7
MEMORY_CHANGES = 200
WINDOW = {"width": 1440, "height": 900}
OPEN = "(link) => { history.pushState({}, '', link); dispatchEvent(new PopStateEvent('popstate')); }"
READY = "Boolean(document.querySelector('[data-ptm-ready=true]'))"
PLAIN = """
import sys
import geopandas as gpd
import pandas as pd
import pydeck as pdk
import streamlit as st
from pathlib import Path

folder = Path({folder!r})
places = pd.read_csv(folder / "locations.csv", index_col="location_id")
legs = pd.read_csv(folder / "transfers.csv")
counts = pd.read_csv(folder / "claims.csv").set_index("subject_id")["count_min"]
legs = legs.assign(people=counts.reindex(legs["transfer_id"]).to_numpy())
countries = st.cache_resource(gpd.read_file)({basemap!r})
month = st.number_input("month", 1, 12, 1)
legs = legs[legs["departed"].str[5:7].astype(int) != month]
points = gpd.GeoDataFrame(
    legs, geometry=gpd.points_from_xy(places.loc[legs["destination_id"], "longitude"], places.loc[legs["destination_id"], "latitude"]), crs=4326
)
joined = gpd.sjoin(points, countries, predicate="within")
st.write("people", joined.groupby("iso_a2")["people"].sum())
for end in ("origin", "destination"):
    legs[end] = places.loc[legs[end + "_id"], ["longitude", "latitude"]].to_numpy().tolist()
colored = countries.merge(joined.groupby("iso_a2")["people"].sum(), on="iso_a2", how="left")
colored["people"] = colored["people"].fillna(0)
st.pydeck_chart(pdk.Deck(
    [
        pdk.Layer("GeoJsonLayer", data=colored[["iso_a2", "people", "geometry"]], get_fill_color="[200, 255 - people, 220]", stroked=True, get_line_color=[160, 160, 160], line_width_min_pixels=1),
        pdk.Layer("ArcLayer", data=legs[["origin", "destination", "people"]], get_source_position="origin", get_target_position="destination", get_width="people / 10"),
    ],
    initial_view_state=pdk.ViewState(longitude=25, latitude=50, zoom=3),
    map_provider=None,
))
st.html(f"<p id='shown'>{{month}}</p>")
"""
BASEMAP = Path(sys.modules["geodata"].__file__ or "").parent / "data" / "boundaries" / "basemap.geojson"


@contextmanager
def relay(address: str) -> Iterator[tuple[str, Counter[str]]]:
    """Give an address that passes everything on, and how many bytes the server has sent through it."""
    target = urlsplit(address)
    carried: Counter[str] = Counter()
    loop = asyncio.new_event_loop()

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, name: str) -> None:
        while data := await source.read(1 << 16):
            carried[name] += len(data)
            sink.write(data)
            await sink.drain()
        sink.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(
            pump(reader, back, "sent"), pump(there, writer, "received"), return_exceptions=True
        )

    threading.Thread(target=loop.run_forever, daemon=True).start()
    starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(accept, "127.0.0.1", 0), loop)
    server = starting.result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", carried
    finally:
        loop.call_soon_threadsafe(loop.stop)


def until(page: Page, expression: str) -> None:
    """Wait until a JavaScript expression is true."""
    while not page.evaluate(expression):
        sleep(0.005)


def opened(browser: Browser, address: str, ready: str) -> tuple[Page, float]:
    """Return a page, and the seconds until it was ready."""
    page = browser.new_context(viewport=WINDOW, reduced_motion="reduce").new_page()
    start = perf_counter()
    page.goto(address, wait_until="commit")
    until(page, ready)
    return page, perf_counter() - start


def drawn(page: Page, change: Any, shown: str) -> float:
    """Return the seconds from a change until a frame has been drawn with it."""
    start = perf_counter()
    change()
    until(page, shown)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return perf_counter() - start


def fresh_links() -> Iterator[str]:
    """Give links to about eleven of twelve days, none twice, so that nothing that was sent before is of use."""
    for number in itertools.count():
        first = dt.date(2020, 1, 1) + dt.timedelta(days=number // 30)
        last = dt.date(2021, 9, 30) - dt.timedelta(days=number % 30)
        yield f"?date={first}/{last}"


def our_changes(
    page: Page, carried: Counter[str], links: Iterator[str], count: int
) -> tuple[list[float], list[int]]:
    """Open a link to other days so often; return seconds, and bytes received for each."""
    times, sizes = [], []
    for _ in range(count):
        link = next(links)
        before = page.evaluate("document.querySelector('.ptm-root').dataset.ptmSelection")
        received = carried["received"]
        times.append(
            drawn(
                page,
                lambda link=link: page.evaluate(OPEN, link),
                f"document.querySelector('.ptm-root').dataset.ptmSelection !== {before!r}",
            )
        )
        page.wait_for_timeout(700)  # the panels below come after the map; their bytes count, too
        sizes.append(carried["received"] - received)
    return times, sizes


def their_changes(page: Page, count: int) -> list[float]:
    """Change the month of the plain page so often."""
    times = []
    box = page.get_by_label("month")
    for number in range(2, count + 2):

        def change(number: int = number) -> None:
            box.fill(str(number))
            box.press("Enter")

        times.append(drawn(page, change, f"document.querySelector('#shown')?.textContent === '{number}'"))
        page.wait_for_timeout(500)
    return times


def own_script(page: Page, seconds: float) -> tuple[float, float]:
    """Play with motion; return milliseconds a frame of the player's own JavaScript and of everything."""
    page.emulate_media(reduced_motion="no-preference")
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.setSamplingInterval", {"interval": 200})
    frames = "Number(document.querySelector('.ptm-root').dataset.ptmFrame)"
    page.locator(".ptm-play").click()
    page.wait_for_timeout(1500)
    session.send("Profiler.start")
    before = page.evaluate(frames)
    page.wait_for_timeout(seconds * 1000)
    count = page.evaluate(frames) - before
    profile = session.send("Profiler.stop")["profile"]
    urls = {node["id"]: node["callFrame"]["url"] for node in profile["nodes"]}
    ours, every = 0.0, 0.0
    for node, micros in zip(profile["samples"], profile["timeDeltas"], strict=True):
        every += micros if urls[node] else 0
        ours += micros if "/dashboard.player/" in urls[node] else 0
    page.locator(".ptm-play").click()
    page.emulate_media(reduced_motion="reduce")
    return ours / 1000 / count, every / 1000 / count


def heap(page: Page) -> float:
    """Return the megabytes that the page's JavaScript holds after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    size: float = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
    session.detach()
    return size


def run(quick: bool) -> None:
    """Print medians and their ratios."""
    changes = 5 if quick else CHANGES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small, large = crowd(folder / "small", 1_000), crowd(folder / "large", 10_000 if quick else 100_000)
        plain = folder / "plain.py"
        plain.write_text(PLAIN.format(folder=str(small), basemap=str(BASEMAP)), encoding="utf-8")
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)

        ours, carried = stack.enter_context(relay(stack.enter_context(served(APP, "--data", str(small)))))
        theirs = stack.enter_context(served(plain))
        page, _ = opened(browser, ours, READY)
        other, _ = opened(browser, theirs, "Boolean(document.querySelector('#shown'))")
        links = fresh_links()
        our_changes(page, carried, links, 1)
        times, sizes = our_changes(page, carried, links, changes)
        plain_times = their_changes(other, changes)
        other.context.close()
        print(f"a filter change at 1,000 transfers, medians of {changes}, seconds (least, most)")
        for side, found in (("player", times), ("plain page", plain_times)):
            print(f"{median(found):8.2f}  {side} ({min(found):.2f}, {max(found):.2f})")
        print(f"{median(times) / median(plain_times):8.2f}  player / plain page")
        print(f"{median(sizes) / 1000:8.1f}  kB received by the whole page")

        mine, every = own_script(page, 4 if quick else 12)
        print(f"{mine:8.2f}  ms of the player's own JavaScript a frame, of {every:.1f} with deck.gl")
        our_changes(page, carried, links, 10)
        start = heap(page)
        count = 20 if quick else MEMORY_CHANGES
        our_changes(page, carried, links, count)
        print(f"{heap(page) / start:8.2f}  memory after {count} more changes / before ({start:.0f} MB)")
        page.context.close()

        firsts: dict[str, list[float]] = {"small": [], "large": []}
        weights = {}
        sides = {"small": small, "large": large}
        addresses = {
            name: stack.enter_context(relay(stack.enter_context(served(APP, "--data", str(path)))))
            for name, path in sides.items()
        }
        for turn in range(changes + 1):
            for name, (address, carried) in addresses.items():
                received = carried["received"]
                page, seconds = opened(browser, address, READY)
                weights[name] = carried["received"] - received
                page.context.close()
                if turn:  # the first visit warms the servers
                    firsts[name].append(seconds)
        browser.close()
        print(f"first frame, medians of {changes} visits, seconds (least, most)")
        for name, found in firsts.items():
            print(
                f"{median(found):8.2f}  {name} ({min(found):.2f}, {max(found):.2f}), {weights[name] / 1e6:.1f} MB"
            )
        print(f"{median(firsts['large']) / median(firsts['small']):8.2f}  large / small")
