"""What every test shares, and a running dashboard for those that need one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from hypothesis import settings

from tests.examples import QUICK, examples
from tests.worlds import FIRST_VERSION

ROOT = Path(__file__).parents[1]
APP = ROOT / "dashboard" / "app.py"

# The same examples in every run, and no time limit on a busy machine: a failure is the code's doing.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=examples(100))
settings.load_profile("project")


def _address(process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> str:
    """Return the address of a server that has just been started, as soon as it answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}:\n{log.read_text()}"
        if found := re.search(r"URL: (http\S+)", log.read_text()):
            try:
                with urlopen(f"{found[1]}/_stcore/health", timeout=seconds):
                    return found[1]
            except OSError:  # not yet listening
                pass
        time.sleep(0.05)
    raise AssertionError(f"no answer within {seconds} s:\n{log.read_text()}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright's event loop stays in this thread, and no other can run beside it."""
    if QUICK:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("thorough")])
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start a dashboard and return its address: `start()`, `start("--data", PATH)`.

    `app` is a script other than the dashboard's, `options` are Streamlit's, `environment` is added to ours.
    """
    processes: list[subprocess.Popen[bytes]] = []

    def start(
        *arguments: str | Path,
        app: Path = APP,
        options: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> str:
        log = tmp_path_factory.mktemp("server") / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    app,
                    "--server.port=0",
                    *options,
                    "--",
                    *arguments,
                ],
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        processes.append(process)
        return _address(process, log)

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def server(start: Callable[..., str]) -> str:
    """Address of the dashboard on the first version of the data it ships with, whose figures tests know."""
    return start("--data", FIRST_VERSION)
