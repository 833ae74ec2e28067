from dataclasses import fields

import schemathesis
from hypothesis import settings
from schemathesis.config import SchemathesisConfig
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.server import api
from dashboard.server.downloads import KINDS, routes
from dashboard.server.guard import Guard, Policy
from dashboard.server.response_cache import ResponseCache
from geodata import Filters, load
from tests.examples import examples
from tests.worlds import FIRST_VERSION

DATASET = load(FIRST_VERSION)
APP = Starlette(
    routes=[api.route(), *routes(lambda name: DATASET, ResponseCache(1 << 24))],
    middleware=[Middleware(Guard, policy=Policy(names=("testserver",)))],
)

# Whatever a link says is good enough for an answer, and a strict link may still be refused: that is what it is for.
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400"]}}}
)
SCHEMA = schemathesis.openapi.from_asgi(api.PATH, APP, config=CONFIG)


@SCHEMA.parametrize()
@settings(max_examples=examples(20))
def test_schemathesis_finds_nothing(case: schemathesis.Case) -> None:
    case.call_and_validate()


def test_all_keys_and_kinds_are_described() -> None:
    described = api.description()
    assert set(described["paths"]) == {api.PATH, *(f"/{kind.name}" for kind in KINDS)}
    keys = described["components"]["parameters"]
    assert len(keys) == len(fields(Filters)) + 1  # and the version
    for key in keys.keys() - {"v"}:
        assert Filters().values(key) is not None  # KeyError where the codec has no such key
        assert keys[key]["description"].endswith(".")
    assert keys["status"]["schema"]["examples"] == ["done", "planned", "attempted", "denied"]


def test_is_told_once_and_lies_under_the_prefix() -> None:
    asked = TestClient(Starlette(routes=[api.route("/map")]))
    first = asked.get("/map/api")
    assert first.headers["content-type"] == "application/json"
    assert first.json() == api.description("/map")
    assert first.json()["servers"] == [{"url": "/map"}]
    again = asked.get("/map/api", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert asked.post("/map/api").status_code == 405
