"""A whole visit, watched from both ends: nobody but the visitor and the server takes part."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Visit, settled

# Runs in the server before anything else, and writes down every host it looks up or connects to.
WATCH = """
import sys

def watch(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        with open({log!r}, "a") as file:
            print(event, host, file=file)

sys.addaudithook(watch)
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """File that a server started with `PYTHONPATH` set to its folder writes its calls to."""
    log = tmp_path / "calls.log"
    log.touch()
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(log=str(log)), encoding="utf-8")
    return log


def test_a_visit_stays_between_visitor_and_server(
    start: Callable[..., str], visit: Callable[..., Visit], calls: Path
) -> None:
    server = start(environment={"PYTHONPATH": str(calls.parent)})
    page, record = (seen := visit()).page, seen.record
    page.goto(server)
    settled(page)
    hosts = {
        urlsplit(address).netloc for address in record.requests if not address.startswith(("data:", "blob:"))
    }
    assert hosts == {urlsplit(server).netloc}
    assert record.errors == []
    assert calls.read_text() == ""
