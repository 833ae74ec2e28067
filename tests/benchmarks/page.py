"""Time until the map moves, against a Streamlit page that holds nothing but one empty `st.pydeck_chart`.

Both servers run at once and have answered a visit before; visits alternate, each in a browser context of its own, so
that nothing comes from the browser's cache. The map is ready when it has drawn its first frame with the basemap and
the clock has moved; the plain page when its canvas is there.
"""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, executable
from tests.conftest import APP, ROOT

RUNS = 7
PLAIN = "import pydeck as pdk\nimport streamlit as st\nst.pydeck_chart(pdk.Deck(map_provider=None))\n"
MOVING = """(() => {
    const root = document.querySelector("[data-ptm-ready=true]");
    const time = root?.dataset.ptmTime;
    window.ptmFirst ??= time;
    return Boolean(time && time !== window.ptmFirst);
})()"""
DRAWN = "Boolean(document.querySelector('[data-testid=stDeckGlJsonChart] canvas'))"


@contextmanager
def served(script: Path, *arguments: str) -> Iterator[str]:
    """Run a script's server, with arguments of its own, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        script,
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--",
        *arguments,
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        end = monotonic() + 60
        while monotonic() < end:
            try:
                with urlopen(f"{address}/_stcore/health"):
                    break
            except OSError:
                sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def visit(browser: Browser, address: str, ready: str) -> float:
    """Return the seconds from the request until the page is ready."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    start = perf_counter()
    page.goto(address, wait_until="commit")
    while not page.evaluate(ready):
        sleep(0.01)
    seconds = perf_counter() - start
    context.close()
    return seconds


def run(quick: bool) -> None:
    """Print medians and their ratio."""
    runs = 3 if quick else RUNS
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        plain = Path(folder) / "plain.py"
        plain.write_text(PLAIN, encoding="utf-8")
        sides = {
            "map moving": (stack.enter_context(served(APP)), MOVING),
            "plain page": (stack.enter_context(served(plain)), DRAWN),
        }
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        times: dict[str, list[float]] = {side: [] for side in sides}
        for number in range(runs + 1):
            for side, (address, ready) in sides.items():
                seconds = visit(browser, address, ready)
                if number:  # the first visit warms the servers
                    times[side].append(seconds)
        browser.close()
    print(f"page ready, median of {runs} alternating visits, seconds (least, most)")
    for side, seconds in times.items():
        print(f"{median(seconds):8.2f}  {side} ({min(seconds):.2f}, {max(seconds):.2f})")
    print(f"{median(times['map moving']) / median(times['plain page']):8.2f}  map moving / plain page")
