# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that write records in order, and the check whether copies of their LUNs are consistent with each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ndo.ontap.tests.simulator import control, scenarios, write_order
from ansible_collections.ndo.ontap.tests.simulator.api.messages import Request
from ansible_collections.ndo.ontap.tests.simulator.model import fences
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.unit.simulator.group_client import SVM, Groups

ALL = tuple(f"vol{number}" for number in range(1, 9))


def snapshot(client: Groups, volume: str, name: str = "s1") -> None:
    """A snapshot of one volume, by its own."""
    response = client.call("POST", f"/api/storage/volumes/{client.volume(volume)['uuid']}/snapshots", {"name": name})
    assert client.end(response, 1)["state"] == "success"


def of_snapshots(client: Groups, name: str = "s1") -> list[dict[str, Any]]:
    """The LUNs as the snapshots of this name have them."""
    return [lun for row in client.world.store.each("snapshots", name=name) for lun in row["sim"]["luns"]]


def entry(index: int, of: int, *ranges: list[int]) -> dict[str, Any]:
    """A LUN that has these records, as the store has it."""
    return {"name": f"lun{index}", "sim": {"records": {"w": {"index": index, "of": of, "ranges": list(ranges)}}}}


def test_time_decides_how_many_records_there_are() -> None:
    client = Groups()
    client.simulator.advance(10)
    found = client.order(client.luns(*ALL))
    assert found["writers"]["database"] == {"newest": 5001, "lacks": 5002, "absent": 0}
    assert found["consistent"] and not found["reasons"]


def test_snapshots_one_by_one_are_not_consistent() -> None:
    client = Groups()
    for volume in ALL:
        snapshot(client, volume)
    found = client.order(of_snapshots(client))
    assert not found["consistent"]
    assert "lacks record" in found["reasons"][0]


def test_snapshots_one_by_one_are_not_consistent_even_when_no_time_passes() -> None:
    client = Groups(snapshot_job=0)
    client.simulator.advance(1)
    for volume in ALL:
        client.call("POST", f"/api/storage/volumes/{client.volume(volume)['uuid']}/snapshots", {"name": "s1"})
    client.simulator.advance(0)
    assert len(of_snapshots(client)) == 50
    assert not client.order(of_snapshots(client))["consistent"]


def test_clones_of_snapshots_one_by_one_are_not_consistent() -> None:
    client = Groups()
    for volume in ("vol1", "vol2"):
        snapshot(client, volume)
    assert not client.order(client.clone_luns("s1", "vol1", "vol2"))["consistent"]


def test_clones_of_living_luns_are_not_consistent() -> None:
    client = Groups(lun_job=0)
    rows = []
    for row in client.luns("vol1", "vol2"):
        body = {"svm": SVM, "name": row["name"] + "_copy", "clone": {"source": {"name": row["name"]}}}
        response = client.call("POST", "/api/storage/luns", body)
        assert response.status == 201, response.body
        rows.append(client.world.store.table("luns")[response.headers["Location"].rsplit("/", 1)[1]])
    assert not client.order(rows)["consistent"]


def test_what_writers_write_makes_a_snapshot_differ_from_its_volume() -> None:
    client = Groups(snapshot_job=0)
    snapshot(client, "vol1")
    path = f"/api/storage/volumes/{client.volume('vol1')['uuid']}/snapshots?name=s1&fields=delta"
    client.simulator.advance(5)
    assert client.get(path)["records"][0]["delta"]["size_consumed"] > 0


def test_snapshots_behind_a_fence_are_consistent_and_so_are_their_clones() -> None:
    client = Groups()
    client.simulator.advance(3.21)
    volumes = [client.volume(name) for name in ALL]
    pending = fences.start(client.world, volumes, "s1", 7)
    client.simulator.advance(2)
    fences.commit(client.world, pending)
    client.simulator.advance(1)
    assert len(of_snapshots(client)) == 50
    found = client.order(of_snapshots(client))
    assert found["consistent"] and found["writers"]["database"]["absent"] == 0
    clones = client.clone_luns("s1", *ALL)
    assert len(clones) == 50 and client.order(clones)["consistent"]
    # The LUNs themselves have gone on, so that they and the clones are two points in time.
    assert not client.order([*clones[:25], *client.luns(*ALL)])["consistent"]


def test_a_writer_stands_still_while_one_of_its_luns_is_fenced() -> None:
    client = Groups()
    client.simulator.advance(1)
    pending = fences.start(client.world, [client.volume("vol8")], "s1", 100)
    client.world.ledger.catch_up()
    before = client.world.store.table("writers")["database"]["written"]
    client.simulator.advance(50)
    client.world.ledger.catch_up()
    waiting = client.world.store.table("writers")["database"]["written"]
    assert before <= waiting < before + 50
    fences.commit(client.world, pending)
    client.simulator.advance(1)
    client.world.ledger.catch_up()
    assert waiting + 450 < client.world.store.table("writers")["database"]["written"] <= waiting + 500


def test_a_fence_over_some_of_the_volumes_holds_only_those_together() -> None:
    client = Groups()
    pending = fences.start(client.world, [client.volume(name) for name in ALL[:4]], "s1", 7)
    fences.commit(client.world, pending)
    assert client.order(of_snapshots(client))["consistent"]
    for volume in ALL[4:]:
        snapshot(client, volume)
    assert not client.order(of_snapshots(client))["consistent"]


def test_a_restore_takes_records_back_and_what_follows_shows_the_gap() -> None:
    client = Groups()
    client.simulator.advance(1)
    snapshot(client, "vol1")
    client.simulator.advance(1)
    uuid = client.volume("vol1")["uuid"]
    assert client.end(client.call("PATCH", f"/api/storage/volumes/{uuid}?restore_to.snapshot.name=s1", {}))["state"] == "success"
    assert not client.order(client.luns("vol1"))["consistent"]


def test_a_lun_that_was_offline_makes_its_writer_wait() -> None:
    client = Groups()
    path = f"/api/storage/luns/{client.luns('vol1')[0]['uuid']}"
    assert client.call("PATCH", path, {"enabled": False}).status == 200
    client.simulator.advance(10)
    client.world.ledger.catch_up()
    stopped = client.world.store.table("writers")["database"]["written"]
    assert stopped == 50
    assert client.call("PATCH", path, {"enabled": True}).status == 200
    client.simulator.advance(1)
    assert client.order(client.luns(*ALL))["writers"]["database"]["newest"] > stopped + 400


def test_writers_come_and_go_by_trigger() -> None:
    client = Groups()
    luns = [row["name"] for row in client.luns("vol3", "vol4")]
    TRIGGERS["writer_stop"](client.world, name="database")
    TRIGGERS["writer_start"](client.world, name="mail", luns=luns, rate=10)
    client.simulator.advance(10)
    found = client.order(client.luns(*ALL))["writers"]
    assert found["database"]["newest"] == 1 and found["mail"] == {"newest": 101, "lacks": 102, "absent": 0}
    with pytest.raises(ValueError, match="already"):
        TRIGGERS["writer_start"](client.world, name="mail", luns=luns)
    with pytest.raises(ValueError, match="no LUN"):
        TRIGGERS["writer_start"](client.world, name="other", luns=["/vol/vol1/nobody"])


@pytest.mark.parametrize(
    ("rows", "consistent"),
    [
        ([entry(0, 2, [1, 5]), entry(1, 2, [1, 5])], True),
        ([entry(0, 2, [1, 5]), entry(1, 2, [1, 6])], True),
        ([entry(0, 2, [1, 4]), entry(1, 2, [1, 6])], False),
        ([entry(0, 2), entry(1, 2, [1, 2])], False),
        ([entry(0, 2), entry(1, 2)], True),
        ([entry(0, 2, [1, 4], [7, 8]), entry(1, 2, [1, 8])], False),
        ([entry(0, 3, [1, 1], [2, 4]), entry(1, 3, [1, 4])], True),
        ([entry(0, 2, [1, 50])], True),
    ],
)
def test_the_check_finds_a_record_that_is_later_than_one_that_lacks(rows: list[dict[str, Any]], consistent: bool) -> None:
    assert write_order.check(rows)["consistent"] is consistent


@st.composite
def held(draw: Any) -> list[dict[str, Any]]:
    """Up to four LUNs of one writer, each with the records of some stretches of time."""
    of = draw(st.integers(1, 4))
    rows = []
    for index in range(of):
        ends = sorted(draw(st.sets(st.integers(1, 20), max_size=6)))
        ranges = [[ends[at], ends[at + 1] - 1] for at in range(0, len(ends) - 1, 2)]
        rows.append(entry(index, of, *(ranges if draw(st.booleans()) else [[1, draw(st.integers(1, 20))]])))
    return rows


@given(held())
def test_the_check_says_what_counting_every_record_says(rows: list[dict[str, Any]]) -> None:
    have, lack = set(), set()
    for row in rows:
        one = row["sim"]["records"]["w"]
        for record in range(1, 40):
            if (record - 1) % one["of"] == one["index"]:
                (have if any(first <= record <= last for first, last in one["ranges"]) else lack).add(record)
    found = write_order.check(rows)
    assert found["consistent"] is not (bool(have) and max(have) > min(lack))
    assert found["writers"]["w"]["newest"] == max(have, default=0) and found["writers"]["w"]["lacks"] == min(lack)


def test_the_check_says_how_many_luns_are_absent() -> None:
    assert write_order.check([entry(0, 3, [1, 9]), entry(2, 3, [1, 9])])["writers"]["w"]["absent"] == 1


def test_the_control_path_answers_for_luns_by_pattern() -> None:
    client = Groups()
    client.simulator.advance(1)
    request = Request("GET", "/simulator/write_order?luns=/vol/vol1/*,/vol/vol2/lun1&svm=san1", {}, b"")
    answer = json.loads(json.dumps(control.handle(client.simulator.app, request).body))
    assert answer["consistent"] is True and len(answer["luns"]) == 8
    assert answer["writers"]["database"]["absent"] == 42


def test_a_scenario_without_writers_has_no_records() -> None:
    world = scenarios.build("san")
    assert write_order.check(world.store.table("luns").values()) == {"consistent": True, "reasons": [], "writers": {}}
