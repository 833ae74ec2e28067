"""What the downloads bear: ``countries.csv`` against the page that shows the same, and what asking again costs.

The clients are in a process of their own and keep their connections. *Page* is Streamlit's own test runner: the script's
first run in a new session, with the dataset loaded, but without a websocket, a browser or anything drawn; a real visit
costs more. *New* are links that nobody asked for before, so that every answer is computed.
"""

import asyncio
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from streamlit.testing.v1 import AppTest

from tests.benchmarks.page import served
from tests.conftest import APP, ROOT

CLIENTS = 16
RUNS = 5


async def _talk(host: str, port: int, paths: list[str], header: str, seconds: list[float]) -> None:
    """Ask for paths one after the other over one connection; fail unless each is answered with 200 or 304."""
    reader, writer = await asyncio.open_connection(host, port)
    for path in paths:
        start = perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{header}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.split()[1] in ("200", "304"), head
        length = head.partition("\r\ncontent-length: ")[2].partition("\r\n")[0]
        await reader.readexactly(int(length or 0))
        seconds.append(perf_counter() - start)
    writer.close()
    await writer.wait_closed()


def load(address: str, clients: list[list[str]], header: str = "") -> tuple[float, list[float]]:
    """Return the seconds that all clients took together, and those of each answer.

    Parameters
    ----------
    address
        The server's.
    clients
        What each asks for, in order.
    header
        Lines to add to each request, each with its line end.
    """
    seconds: list[float] = []
    place = urlsplit(address)

    async def all_of_them() -> None:
        talks = (
            _talk(str(place.hostname), int(place.port or 80), paths, header, seconds) for paths in clients
        )
        await asyncio.gather(*talks)

    start = perf_counter()
    asyncio.run(all_of_them())
    return perf_counter() - start, seconds


def page_seconds(runs: int) -> list[float]:
    """Return the seconds of first runs of the page in new sessions."""
    sys.argv = ["page.py"]
    seconds = []
    for _ in range(runs + 1):
        page = AppTest.from_file(ROOT / "dashboard" / "page.py", default_timeout=120)
        start = perf_counter()
        page.run()
        seconds.append(perf_counter() - start)
        assert not page.exception
    return seconds[1:]  # the first loads the dataset


def run(quick: bool) -> None:
    """Print medians, and their ratio to what is wanted."""
    runs, each = (5, 20) if quick else (RUNS, 100)
    path = "/countries.csv"
    warm: list[float] = []
    new: list[float] = []
    again: list[float] = []
    with served(APP) as address, ProcessPoolExecutor(1, get_context("spawn")) as process:
        with urlopen(Request(address + path)) as first:
            tag = first.headers["ETag"]
        for number in range(runs + 1):
            seconds, _ = process.submit(load, address, [[path] * each] * CLIENTS).result()
            # A view of the map that nobody has had makes a link new; the figures are the same.
            views = [f"{path}?at=50,{number},{count + 1}.{number + 1}" for count in range(10)]
            unseen, _ = process.submit(load, address, [views]).result()
            _, asked = process.submit(load, address, [[path] * 100], f"If-None-Match: {tag}\r\n").result()
            if number:  # the first round warms the server
                warm.append(CLIENTS * each / seconds)
                new.append(len(views) / unseen)
                again.append(median(asked) * 1000)
    page = 1 / median(page_seconds(runs))
    print(f"countries.csv of the built-in dataset, medians of {runs} turns (least, most)")
    for name, values in (("warm, 16 clients", warm), ("new, one client", new)):
        print(f"{median(values):9.1f}  answers/s {name} ({min(values):.1f}, {max(values):.1f})")
    print(f"{page:9.1f}  runs/s of the page, in Streamlit's test runner")
    print(f"{median(warm) / page:9.1f}  warm / page (wanted 20; {median(new) / page:.1f} new / page)")
    print(f"{median(again):9.2f}  ms for a 304 ({min(again):.2f}, {max(again):.2f}; wanted 2)")
