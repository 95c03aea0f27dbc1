# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/application/consistency-groups/{uuid}/snapshots: in one step, in two, partial ones, restoring and deleting."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.group_client import SVM, Groups, add

NAMES = ("vol1", "vol2")


@pytest.fixture(name="client")
def _client() -> Groups:
    """A cluster whose hosts have used their LUNs for a while."""
    client = Groups()
    client.simulator.advance(60)
    return client


def started(client: Groups, path: str, query: str = "&action_timeout=20", **body: object) -> str:
    """The path of a snapshot that was started."""
    response = client.call("POST", f"{path}/snapshots?action=start{query}", {"name": "s1", **body})
    assert response.status == 201, response.body
    return response.headers["Location"]


def of_snapshots(client: Groups, name: str = "s1") -> list[dict]:
    """The LUNs as the snapshots of this name have them."""
    return [lun for row in client.world.store.each("snapshots", name=name) for lun in row["sim"]["luns"]]


# -- in one step -----------------------------------------------------------------------------------------------------------


def test_one_step_takes_a_snapshot_in_each_volume_behind_a_fence(client: Groups) -> None:
    path = client.make()
    client.world.ledger.forget()
    made = client.posted(f"{path}/snapshots", {"name": "s1", "comment": "nightly", "snapmirror_label": "daily"})
    record = client.show(made)
    assert record["name"] == "s1" and record["comment"] == "nightly" and record["snapmirror_label"] == "daily"
    assert record["consistency_type"] == "crash" and record["write_fence"] is True and record["is_partial"] is False
    assert [one["volume"]["name"] for one in record["snapshot_volumes"]] == list(NAMES)
    assert record["consistency_group"]["name"] == "app" and record["svm"]["name"] == "san1"
    assert len(record["luns"]) == 14 and record["restore_size"] >= 0
    rows = list(client.world.store.each("snapshots", name="s1"))
    assert len({row["create_time"] for row in rows}) == 1 and {row["snapmirror_label"] for row in rows} == {"daily"}
    assert {entry["seconds"] for entry in client.pauses()} == {0.5}
    assert client.order(of_snapshots(client))["consistent"]


def test_a_snapshot_without_a_fence_is_not_write_order_consistent(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1", "write_fence": False})
    assert client.show(made)["write_fence"] is False and not client.pauses()
    assert not client.order(of_snapshots(client))["consistent"]


def test_the_fence_is_off_for_a_group_of_one_volume(client: Groups) -> None:
    made = client.posted(f"{client.make(volumes=('vol1',))}/snapshots", {"name": "s1"})
    assert client.show(made)["write_fence"] is False
    assert client.order(of_snapshots(client))["consistent"]


def test_one_step_that_takes_too_long_is_aborted() -> None:
    client = Groups(snapshot_fence=8)
    path = client.make()
    response = client.call("POST", f"{path}/snapshots", {"name": "s1"})
    client.simulator.advance(20)
    assert client.get(response.body["job"]["_links"]["self"]["href"])["error"]["code"] == "53411921"
    assert not client.snapshots("vol1") and client.names(f"{path}/snapshots") == [] and not client.world.store.table("fences")


def test_one_step_whose_job_fails_leaves_a_fence_that_ends_by_itself(client: Groups) -> None:
    path = client.make()
    client.world.ledger.forget()
    client.simulator.faults.add("POST", "*/snapshots", effect={"kind": "job_failure", "code": "53411921", "message": "It failed."})
    client.call("POST", f"{path}/snapshots", {"name": "s1"})
    client.simulator.advance(6)
    assert len(client.world.store.table("fences")) == 2
    client.simulator.advance(2)
    assert not client.world.store.table("fences") and not client.snapshots("vol1")
    assert {entry["seconds"] for entry in client.pauses()} == {7.0} and client.world.ledger.verdict()["non_disruptive"]


def test_what_cannot_be_taken_is_refused_at_once(client: Groups) -> None:
    path = client.make()
    client.posted(f"{path}/snapshots", {"name": "s1"})
    assert client.refused("POST", f"{path}/snapshots", {"name": "s1"}) == (409, "53411921")
    assert client.refused("POST", f"{path}/snapshots", {"comment": "nameless"}) == (400, "262245")
    volume = f"/api/storage/volumes/{client.volume('vol2')['uuid']}/snapshots"
    client.posted(volume, {"name": "s2"})
    assert client.refused("POST", f"{path}/snapshots", {"name": "s2"}) == (409, "53411921")
    assert client.refused("POST", f"{path}/snapshots?action_timeout=7", {"name": "s3"}) == (400, "262247")


def test_a_parent_takes_the_volumes_of_its_children_and_lists_only_its_own(client: Groups) -> None:
    children = [{"name": "data", "volumes": add("vol1")}, {"name": "logs", "volumes": add("vol2")}]
    path = client.make(volumes=(), consistency_groups=children)
    client.posted(f"{path}/snapshots", {"name": "all"})
    client.posted(f"{client.named('data')}/snapshots", {"name": "one"})
    assert client.names(f"{path}/snapshots") == ["all"] and client.names(f"{client.named('data')}/snapshots") == ["one"]
    assert client.snapshots("vol1") == ["all", "one"] and client.snapshots("vol2") == ["all"]
    assert sorted(client.names("/api/application/consistency-groups/*/snapshots")) == ["all", "one"]


# -- in two steps ----------------------------------------------------------------------------------------------------------


def test_two_phases_fence_until_the_commit(client: Groups) -> None:
    path = client.make()
    client.world.ledger.forget()
    made = started(client, path, consistency_type="application")
    client.simulator.advance(3)
    assert not client.snapshots("vol1")
    response = client.call("PATCH", f"{made}?action=commit")
    assert (response.status, response.body) == (200, {})
    record = client.show(made)
    assert record["consistency_type"] == "application" and len(record["snapshot_volumes"]) == 2
    assert {entry["seconds"] for entry in client.pauses()} == {3.0}
    assert client.order(of_snapshots(client))["consistent"]
    assert client.refused("PATCH", f"{made}?action=commit") == (400, "53411925")


def test_a_commit_that_comes_too_late_fails_and_there_is_no_snapshot(client: Groups) -> None:
    path = client.make()
    client.world.ledger.forget()
    made = started(client, path, "")
    client.simulator.advance(8)
    assert client.refused("PATCH", f"{made}?action=commit") == (400, "53411925")
    assert client.refused("GET", made) == (404, "4")
    assert not client.snapshots("vol1") and not client.world.store.table("fences")
    assert {entry["seconds"] for entry in client.pauses()} == {7.0}
    assert started(client, path, "")


def test_what_was_started_is_found_and_can_only_be_committed(client: Groups) -> None:
    path = client.make()
    made = started(client, path)
    (record,) = client.get(f"{path}/snapshots?name=s1&fields=**")["records"]
    assert "create_time" not in record and "snapshot_volumes" not in record
    assert client.refused("DELETE", made) == (400, "53411918")
    assert client.refused("POST", f"{path}/snapshots", {"name": "s2"}) == (400, "53411918")
    assert client.refused("PATCH", f"{made}?action=abort") == (400, "262247")
    assert client.refused("PATCH", made, {}) == (400, "262247")
    assert client.call("PATCH", f"{made}?action=commit").status == 200
    assert "create_time" in client.show(made)


@pytest.mark.parametrize(("version", "good", "bad"), [((9, 16, 1), (5, 120), (4, 121)), ((9, 13, 1), (1, 90), (0, 91))])
def test_the_timeout_has_a_range(version: tuple[int, int, int], good: tuple[int, int], bad: tuple[int, int]) -> None:
    client = Groups(version=version)
    path = client.make()
    for seconds in bad:
        target = f"{path}/snapshots?action=start&action_timeout={seconds}"
        assert client.refused("POST", target, {"name": "s1"}) == (400, "262247")
    for seconds in good:
        started(client, path, f"&action_timeout={seconds}")
        client.simulator.advance(seconds - 0.5)
        assert client.world.store.table("fences")
        client.simulator.advance(1)
        assert not client.world.store.table("fences")


def test_two_phases_begin_with_a_release() -> None:
    client = Groups(version=(9, 11, 1))
    path = client.make()
    assert client.refused("POST", f"{path}/snapshots?action=start", {"name": "s1"}) == (400, "262197")
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    assert client.refused("PATCH", f"{made}?action=commit") == (405, "3")


def test_a_start_may_be_left_to_a_job() -> None:
    client = Groups(fence_job=2)
    path = client.make()
    response = client.call("POST", f"{path}/snapshots?action=start", {"name": "s1"})
    assert response.status == 202 and not client.world.store.table("fences")
    client.simulator.advance(2)
    assert len(client.world.store.table("fences")) == 2
    assert client.call("PATCH", f"{response.headers['Location']}?action=commit").status == 200
    assert client.snapshots("vol2") == ["s1"]


def test_deleting_the_group_ends_the_fence(client: Groups) -> None:
    path = client.make()
    started(client, path)
    client.drop(path)
    assert not client.world.store.table("fences") and not client.snapshots("vol1")


# -- partial, restoring, deleting ------------------------------------------------------------------------------------------


def test_a_snapshot_that_lost_a_part_is_partial_and_no_base_for_a_restore(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    lost = next(one for one in client.show(made)["snapshot_volumes"] if one["volume"]["name"] == "vol2")
    client.drop(f"/api/storage/volumes/{lost['volume']['uuid']}/snapshots/{lost['snapshot']['uuid']}")
    record = client.show(made)
    assert record["is_partial"] is True and [one["name"] for one in record["missing_volumes"]] == ["vol2"]
    assert len(record["missing_luns"]) == 7 and len(record["luns"]) == 7
    assert "is_partial" not in client.get(made)
    assert client.refused("PATCH", path, {"restore_to": {"snapshot": {"name": "s1"}}}) == (400, "53411921")
    client.drop(made)
    assert not client.snapshots("vol1")


def test_a_snapshot_older_than_a_member_is_partial_and_restores_the_others(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    client.change(path, volumes=add("vol3"))
    assert [one["name"] for one in client.show(made)["missing_volumes"]] == ["vol3"]
    client.simulator.advance(5)
    client.change(path, restore_to={"snapshot": {"name": "s1"}})
    assert client.order(client.luns("vol3"))["consistent"]
    assert not client.order(client.luns("vol1", "vol3"))["consistent"]


def test_a_restore_brings_every_volume_back_to_one_instant() -> None:
    client = Groups()
    path = client.make(volumes=tuple(f"vol{number}" for number in range(1, 9)))
    client.simulator.advance(2)
    client.posted(f"{path}/snapshots", {"name": "s1"})
    newer = client.posted(f"{path}/snapshots", {"name": "s2"})
    then = client.order(of_snapshots(client))["writers"]["database"]
    client.call("POST", "/api/storage/luns", {"svm": SVM, "name": "/vol/vol1/late", "os_type": "linux", "space.size": 1024**3})
    client.world.store.table("writers")["database"]["stopped"] = True
    client.change(path, restore_to={"snapshot": {"name": "s1"}})
    rows = client.luns(*(f"vol{number}" for number in range(1, 9)))
    assert len(rows) == 50 and client.order(rows)["writers"]["database"] == then
    assert client.names(f"{path}/snapshots") == ["s1"] and client.refused("GET", newer) == (404, "4")
    assert client.snapshots("vol5") == ["s1"]


def test_a_restore_that_fails_leaves_what_it_restored(client: Groups) -> None:
    path = client.make()
    client.posted(f"{path}/snapshots", {"name": "s1"})
    client.simulator.advance(5)
    client.volume("vol2")["state"] = "offline"
    then = client.order(of_snapshots(client))["writers"]["database"]["newest"]
    client.world.ledger.observe("vol2 went offline")
    assert client.failed(client.call("PATCH", path, {"restore_to": {"snapshot": {"name": "s1"}}})) == "9437885"
    assert client.order(client.luns("vol1"))["writers"]["database"]["newest"] <= then
    assert client.order(client.luns("vol2"))["writers"]["database"]["newest"] > then


def test_a_snapshot_that_is_not_there_is_no_base(client: Groups) -> None:
    path = client.make()
    assert client.refused("PATCH", path, {"restore_to": {"snapshot": {"name": "nobody"}}}) == (400, "1638600")
    body = {"restore_to": {"snapshot": {"name": "s1"}}, "_tags": ["a:b"]}
    assert client.refused("PATCH", path, body) == (400, "53411853")


def test_a_child_is_restored_through_its_parent(client: Groups) -> None:
    children = [{"name": "data", "volumes": add("vol1")}, {"name": "logs", "volumes": add("vol2")}]
    path = client.make(volumes=(), consistency_groups=children)
    client.posted(f"{client.named('data')}/snapshots", {"name": "s1"})
    client.simulator.advance(5)
    client.change(path, consistency_groups=[{"name": "data", "restore_to": {"snapshot": {"name": "s1"}}}])
    assert not client.order(client.luns("vol1"))["consistent"] and client.order(client.luns("vol2"))["consistent"]


def test_deleting_deletes_in_every_volume_or_in_none(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    volume = next(one for one in client.show(made)["snapshot_volumes"] if one["volume"]["name"] == "vol2")
    row = client.world.store.table("snapshots")[volume["snapshot"]["uuid"]]
    row["owners"] = ["snapmirror"]
    assert client.failed(client.call("DELETE", made)) == "53412007"
    assert client.snapshots("vol1") == ["s1"] and client.snapshots("vol2") == ["s1"]
    del row["owners"]
    client.drop(made)
    assert not client.snapshots("vol1") and not client.snapshots("vol2") and client.names(f"{path}/snapshots") == []


def test_snapshots_of_volumes_outlive_the_group(client: Groups) -> None:
    path = client.make()
    client.posted(f"{path}/snapshots", {"name": "s1"})
    client.drop(path)
    assert client.snapshots("vol1") == ["s1"]
    again = client.make()
    assert client.names(f"{again}/snapshots") == []


def test_a_group_snapshot_is_not_changed(client: Groups) -> None:
    made = client.posted(f"{client.make()}/snapshots", {"name": "s1"})
    assert client.refused("PATCH", made, {"name": "s2"}) == (400, "262196")
