# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write fences over a list of volumes: who waits how long, and how a fence ends."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import fences, snapshots
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.group_client import Groups

NAMES = ("vol1", "vol2", "vol3")


@pytest.fixture(name="client")
def _client() -> Groups:
    """A cluster whose hosts have used their LUNs for a while."""
    client = Groups()
    client.simulator.advance(60)
    return client


def start(client: Groups, *names: str, seconds: float = 7) -> dict:
    """A fence over volumes, by their names."""
    return fences.start(client.world, [client.volume(name) for name in names or NAMES], "s1", seconds)


def refusal(act: object, *args: object) -> str:
    """The code with which a function refuses."""
    with pytest.raises(Refusal) as caught:
        act(*args)
    return caught.value.code


def test_a_commit_takes_a_snapshot_in_each_volume_at_one_instant(client: Groups) -> None:
    pending = start(client)
    assert sorted(client.world.store.table("fences")) == sorted(pending["volumes"])
    client.simulator.advance(3)
    rows = fences.commit(client.world, pending)
    assert [row["volume"]["name"] for row in rows] == list(NAMES)
    assert {row["name"] for row in rows} == {"s1"} and len({row["create_time"] for row in rows}) == 1
    assert not client.world.store.table("fences") and fences.find(client.world, uuid=pending["uuid"]) is None


def test_hosts_wait_as_long_as_the_fence_stands_and_the_ledger_says_so(client: Groups) -> None:
    pending = start(client)
    client.simulator.advance(4)
    fences.commit(client.world, pending)
    luns = {entry["object"] for entry in client.pauses()}
    assert luns == {row["name"] for row in client.luns(*NAMES)}
    assert {entry["seconds"] for entry in client.pauses()} == {4.0}
    verdict = client.world.ledger.verdict()
    assert verdict["non_disruptive"] and verdict["longest_pause"] == 4.0


def test_a_fence_that_is_not_committed_ends_by_itself_and_the_commit_fails(client: Groups) -> None:
    pending = start(client)
    client.simulator.advance(100)
    assert not client.world.store.table("fences") and not client.snapshots("vol1")
    assert {entry["seconds"] for entry in client.pauses()} == {7.0}
    assert refusal(fences.commit, client.world, pending) == "53411925"
    assert not client.snapshots("vol1")


def test_a_fence_beyond_the_limit_of_hosts_is_an_outage(client: Groups) -> None:
    start(client, seconds=90)
    client.simulator.advance(100)
    assert not client.world.ledger.verdict()["non_disruptive"]


def test_an_abort_takes_no_snapshot_and_can_be_repeated(client: Groups) -> None:
    pending = start(client)
    client.simulator.advance(1)
    fences.abort(client.world, pending)
    fences.abort(client.world, pending)
    assert not client.world.store.table("fences") and not client.snapshots("vol1")
    assert refusal(fences.commit, client.world, pending) == "53411925"


def test_a_second_commit_is_refused(client: Groups) -> None:
    pending = start(client)
    fences.commit(client.world, pending)
    assert refusal(fences.commit, client.world, pending) == "53411925"
    assert client.snapshots("vol1") == ["s1"]


def test_a_volume_that_is_named_twice_is_fenced_once(client: Groups) -> None:
    pending = start(client, "vol1", "vol1", "vol2")
    assert len(pending["volumes"]) == 2 and len(fences.commit(client.world, pending)) == 2


def test_fences_have_numbers_and_are_found_by_them(client: Groups) -> None:
    first, second = start(client, "vol1"), start(client, "vol2")
    assert second["id"] == first["id"] + 1 and fences.find(client.world, number=second["id"]) is second
    assert fences.find(client.world, number=99) is None


def test_a_volume_has_one_fence_at_a_time(client: Groups) -> None:
    start(client, "vol1")
    assert refusal(start, client, "vol2", "vol1") == "524481"
    assert client.volume("vol2")["uuid"] not in client.world.store.table("fences")


def test_a_name_that_a_volume_has_is_refused_before_anything_is_fenced(client: Groups) -> None:
    snapshots.take(client.world, client.volume("vol3"), {"name": "s1"})
    assert refusal(start, client) == "525059" and not client.world.store.table("fences")


def test_volumes_of_two_svms_share_no_fence() -> None:
    client = Groups()
    volume = client.volume("vol2")
    volume["svm"] = {"name": "other", "uuid": "other"}
    assert refusal(start, client) == "262247"


def test_nothing_is_taken_when_one_volume_refuses_at_the_commit(client: Groups) -> None:
    pending = start(client)
    client.volume("vol3")["state"] = "offline"
    assert refusal(fences.commit, client.world, pending) == "53411921"
    assert not client.world.store.table("fences") and not any(client.snapshots(name) for name in NAMES)


def test_nothing_is_taken_when_a_volume_is_gone_at_the_commit(client: Groups) -> None:
    pending = start(client)
    client.world.store.remove("volumes", client.volume("vol3")["uuid"])
    assert refusal(fences.commit, client.world, pending) == "53411921"
    assert not client.snapshots("vol1") and not client.world.store.table("fences")


def test_no_snapshot_is_deleted_while_its_volume_is_fenced(client: Groups) -> None:
    row = snapshots.take(client.world, client.volume("vol1"), {"name": "old"})
    path = f"/api/storage/volumes/{row['volume']['uuid']}/snapshots/{row['uuid']}"
    pending = start(client)
    assert client.failed(client.call("DELETE", path)) == "524481"
    fences.abort(client.world, pending)
    client.drop(path)


def test_a_cutover_waits_for_a_fence() -> None:
    client = Groups()
    uuid = client.volume("vol1")["uuid"]
    path = f"/api/storage/volumes/{uuid}"
    response = client.call("PATCH", path, {"movement": {"destination_aggregate": {"name": "aggr2_ndo_01"}}})
    assert response.status == 202
    pending = start(client, "vol1", seconds=120)
    client.simulator.advance(100)
    assert client.volume("vol1")["aggregates"][0]["name"] == "aggr1_ndo_01"
    fences.commit(client.world, pending)
    client.simulator.advance(100)
    assert client.volume("vol1")["aggregates"][0]["name"] == "aggr2_ndo_01"
    assert client.snapshots("vol1") == ["s1"]
