"""What is made once of a dataset, by the number of each record."""

from pathlib import Path

import pandas as pd

from geodata import load
from geodata.model.schema import EVENT_KINDS, STATUSES
from tests.worlds import event, leg, write_world


def test_records_have_the_status_kind_event_and_first_day_that_hold_of_them(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path,
            events=[
                event("freed", date="2025-12-13"),
                event("swap", kind="exchange", status="planned", date="2025-11"),
            ],
            transfers=[
                leg("out", "by", "ua", event_id="freed", departed="2025-12-14"),
                leg("plan", "by", "lt", event_id="swap", status="planned"),
            ],
        )
    )
    assert dataset.ids.tolist() == ["freed", "swap", "out", "plan"]
    assert dataset.event_of.tolist() == [0, 1, 0, 1]
    assert [EVENT_KINDS[kind] for kind in dataset.kinds] == ["release", "exchange", "release", "exchange"]
    assert [STATUSES[status] for status in dataset.statuses] == ["done", "planned", "done", "planned"]
    assert dataset.titles["out"] == "Belarus → Ukraine"
    first = pd.Series(dataset.took_place_from)
    assert first.isna().tolist() == [False, True, False, True]
    assert first.dropna().dt.strftime("%Y-%m-%d").tolist() == ["2025-12-13", "2025-12-14"]
