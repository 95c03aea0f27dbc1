# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: taken, changed, deleted, protected, over many volumes at once, and gone back to."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import snapshots
from ansible_collections.ndo.ontap.tests.unit.simulator.volume_client import GIB, VOLUMES, Cluster

EVERY = f"{VOLUMES}/*/snapshots"


@pytest.fixture(name="cluster")
def _cluster() -> Cluster:
    return Cluster()


@pytest.fixture(name="volume")
def _volume(cluster: Cluster) -> str:
    return cluster.make()


def names(cluster: Cluster, volume: str, query: str = "") -> list[str]:
    """The names of the snapshots of a volume."""
    return cluster.names(f"{volume}/snapshots?{query}")


# -- creating, changing, deleting ------------------------------------------------------------------------------------------


def test_a_snapshot_is_there_when_its_job_has_ended(cluster: Cluster, volume: str) -> None:
    cluster.write(volume, GIB)
    response = cluster.call("POST", f"{volume}/snapshots", {"name": "s1", "comment": "mine", "snapmirror_label": "daily"})
    assert response.status == 202 and names(cluster, volume) == []
    assert response.headers["Location"].startswith(f"{volume}/snapshots/")
    assert cluster.done(response)["state"] == "success"
    record = cluster.show(response.headers["Location"])
    assert (record["name"], record["comment"], record["snapmirror_label"], record["size"]) == ("s1", "mine", "daily", GIB)
    assert (record["volume"]["name"], record["svm"]["name"]) == ("vol", "nas") and "owners" not in record and "sim" not in record
    assert cluster.show(volume)["snapshot_count"] == 1


def test_a_collection_without_fields_has_name_and_volume(cluster: Cluster, volume: str) -> None:
    cluster.snapshot(volume, "s1")
    (record,) = cluster.get(f"{volume}/snapshots")["records"]
    assert set(record) == {"uuid", "name", "volume", "_links"}


def test_a_snapshot_is_renamed_labelled_and_kept(cluster: Cluster, volume: str) -> None:
    path = cluster.snapshot(volume, "s1")
    cluster.patched(path, {"name": "s2", "comment": "new", "snapmirror_label": "weekly", "expiry_time": "2026-01-03T00:00:00+00:00"})
    record = cluster.show(path)
    assert [record[name] for name in ("name", "comment", "snapmirror_label")] == ["s2", "new", "weekly"]
    cluster.patched(path, {"comment": "", "snapmirror_label": ""})
    assert "snapmirror_label" not in cluster.show(path) and cluster.show(path)["comment"] == ""


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "262245"),
        ({"name": "there"}, 409, "525059"),
        ({"name": "a/b"}, 400, "1638518"),
        ({"name": "a b"}, 400, "1638518"),
        ({"name": "a*"}, 400, "1638518"),
        ({"name": ".."}, 400, "1638518"),
        ({"name": "x" * 256}, 400, "1638518"),
        ({"name": "s", "snapmirror_label": "x" * 32}, 400, "1638523"),
        ({"name": "s", "expiry_time": "soon"}, 400, "262247"),
        ({"name": "s", "snaplock_expiry_time": "2026-01-03T00:00:00Z"}, 400, "1638554"),
        ({"name": "s", "reclaimable_space": 1}, 400, "262196"),
        ({"name": "s", "create_time": "2026-01-01"}, 400, "262196"),
        ({"name": "s", "nonsense": 1}, 400, "262179"),
        ({"name": "s", "svm.name": "san"}, 400, "262247"),
    ],
)
def test_a_bad_snapshot_is_refused(cluster: Cluster, volume: str, body: dict[str, Any], status: int, code: str) -> None:
    cluster.snapshot(volume, "there")
    assert cluster.refused("POST", f"{volume}/snapshots", body) == (status, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "there"}, "525059"),
        ({"name": "a/b"}, "524508"),
        ({"snapmirror_label": "x" * 32}, "1638523"),
        ({"expiry_time": "x"}, "262247"),
        ({"volume.name": "other"}, "262247"),
    ],
)
def test_a_bad_change_of_a_snapshot_is_refused(cluster: Cluster, volume: str, body: dict[str, Any], code: str) -> None:
    cluster.snapshot(volume, "there")
    assert cluster.refused("PATCH", cluster.snapshot(volume, "s1"), body)[1] == code


def test_the_same_name_asked_for_twice_fails_in_the_second_job(cluster: Cluster, volume: str) -> None:
    first = cluster.call("POST", f"{volume}/snapshots", {"name": "s1"})
    second = cluster.call("POST", f"{volume}/snapshots", {"name": "s1"})
    assert (cluster.done(first)["state"], cluster.done(second)["error"]["code"]) == ("success", "525059")


def test_a_volume_has_1023_snapshots_at_most(cluster: Cluster, volume: str) -> None:
    row = cluster.row(volume)
    for number in range(1023):
        snapshots.take(cluster.world, row, {"name": f"s{number}"})
    assert cluster.refused("POST", f"{volume}/snapshots", {"name": "more"}) == (400, "525062")


def test_an_offline_volume_is_not_snapped(cluster: Cluster, volume: str) -> None:
    path = cluster.snapshot(volume, "s1")
    cluster.patched(volume, {"state": "offline"})
    assert cluster.refused("POST", f"{volume}/snapshots", {"name": "s2"}) == (400, "524479")
    assert cluster.refused("PATCH", path, {"comment": "x"}) == (400, "917775")
    assert names(cluster, volume) == ["s1"]


@pytest.mark.parametrize(
    ("path", "code"), [(f"{VOLUMES}/1cd8a442-86d1-11e0-ae1c-123478563412/snapshots", "4"), (f"{VOLUMES}/nonsense/snapshots", "2")]
)
def test_snapshots_of_no_volume_are_none(cluster: Cluster, path: str, code: str) -> None:
    assert cluster.refused("GET", path) == (404, code)
    assert cluster.refused("POST", path, {"name": "s1"}) == (404, code)


def test_a_snapshot_of_another_volume_is_not_found(cluster: Cluster, volume: str) -> None:
    uuid = cluster.snapshot(volume, "s1").rsplit("/", 1)[1]
    assert cluster.refused("GET", f"{cluster.make('other')}/snapshots/{uuid}") == (404, "4")


# -- protection ------------------------------------------------------------------------------------------------------------


def test_an_expiry_time_protects_until_it_is_over(cluster: Cluster, volume: str) -> None:
    path = cluster.snapshot(volume, "s1", expiry_time="2026-01-01T02:00:00+01:00")
    assert cluster.failed("DELETE", path) == "1638555"
    cluster.simulator.advance(3600)
    cluster.deleted(path)
    assert names(cluster, volume) == []


def test_an_owner_protects(cluster: Cluster, volume: str) -> None:
    path = cluster.snapshot(volume, "s1")
    cluster.world.store.table("snapshots")[path.rsplit("/", 1)[1]]["owners"] = ["snapmirror"]
    assert cluster.show(path)["owners"] == ["snapmirror"]
    assert cluster.failed("DELETE", path) == "1638543"


def test_a_lock_is_extended_only_and_keeps_the_name() -> None:
    cluster = Cluster(version=(9, 16, 1))
    volume = cluster.make(snapshot_locking_enabled=True)
    assert cluster.refused("POST", f"{volume}/snapshots", {"name": "s", "snaplock_expiry_time": "2025-01-01T00:00:00Z"})[1] == "1638554"
    path = cluster.snapshot(volume, "s1", **{"snaplock.expiry_time": "2026-01-02T00:00:00Z"})
    assert cluster.show(path)["snaplock"]["expired"] is False
    assert cluster.refused("PATCH", path, {"name": "s2"}) == (400, "1638554")
    assert cluster.refused("PATCH", path, {"snaplock.expiry_time": "2026-01-01T12:00:00Z"}) == (400, "1638554")
    cluster.patched(path, {"snaplock_expiry_time": "2026-01-03T00:00:00Z"})
    assert cluster.failed("DELETE", path) == "1638555"
    cluster.simulator.advance(2 * 86400)
    assert cluster.show(path)["snaplock"]["expired"] is True
    cluster.deleted(path)


# -- every volume ----------------------------------------------------------------------------------------------------------


def test_one_name_over_many_volumes_in_one_request(cluster: Cluster, volume: str) -> None:
    uuids = [path.rsplit("/", 1)[1] for path in (volume, cluster.make("two"))]
    response = cluster.call(
        "POST", EVERY, {"records": [{"volume.uuid": uuid, "name": "together", "snapmirror_label": "x"} for uuid in uuids]}
    )
    assert response.status == 202 and response.body["num_records"] == 2
    cluster.simulator.advance(10)
    found = cluster.get(f"{EVERY}?name=together&fields=snapmirror_label")["records"]
    assert sorted(record["volume"]["name"] for record in found) == ["two", "vol"]
    changes = [{"volume.uuid": record["volume"]["uuid"], "uuid": record["uuid"], "comment": "yay"} for record in found]
    assert cluster.call("PATCH", EVERY, {"records": changes}).status == 202
    cluster.simulator.advance(10)
    assert cluster.names(f"{EVERY}?comment=yay") == ["together", "together"]
    keys = [{"volume.uuid": record["volume"]["uuid"], "uuid": record["uuid"]} for record in found]
    assert cluster.call("DELETE", EVERY, {"records": keys}).status == 202
    cluster.simulator.advance(10)
    assert cluster.get(EVERY)["num_records"] == 0


def test_a_volume_of_a_bulk_request_is_also_named_by_name_and_svm(cluster: Cluster, volume: str) -> None:
    cluster.call("POST", EVERY, {"volume": {"name": "vol"}, "svm": {"name": "nas"}, "name": "s1"})
    cluster.simulator.advance(10)
    assert names(cluster, volume) == ["s1"]


def test_one_snapshot_is_reached_without_its_volume(cluster: Cluster, volume: str) -> None:
    uuid = cluster.snapshot(volume, "s1").rsplit("/", 1)[1]
    cluster.patched(f"{EVERY}/{uuid}", {"comment": "found"})
    assert cluster.show(f"{EVERY}/{uuid}")["comment"] == "found"
    cluster.deleted(f"{EVERY}/{uuid}")
    assert names(cluster, volume) == []


def test_a_query_deletes_every_match_of_one_volume(cluster: Cluster, volume: str) -> None:
    other = cluster.make("other")
    for path in (volume, other):
        for name in ("hourly.1", "hourly.2", "daily.1"):
            cluster.snapshot(path, name)
    response = cluster.call("DELETE", f"{volume}/snapshots?name=hourly*")
    assert response.body["num_records"] == 2
    cluster.simulator.advance(10)
    assert (names(cluster, volume), len(names(cluster, other))) == (["daily.1"], 3)


# -- space -----------------------------------------------------------------------------------------------------------------


def test_what_a_snapshot_holds_is_reclaimable_and_free_when_it_goes(cluster: Cluster, volume: str) -> None:
    first, second = cluster.snapshot(volume, "s1"), cluster.snapshot(volume, "s2")
    snapshots.hold(cluster.world, cluster.row(volume)["uuid"], GIB)
    seen = [cluster.show(path, "reclaimable_space,delta") for path in (first, second)]
    assert [one["reclaimable_space"] for one in seen] == [0, GIB]
    assert [one["delta"]["size_consumed"] for one in seen] == [GIB, GIB] and seen[0]["delta"]["time_elapsed"].startswith("PT")
    assert [one["delta"]["size_consumed"] for one in cluster.get(f"{volume}/snapshots?fields=delta")["records"]] == [GIB, GIB]
    assert cluster.space(volume)["used"] == GIB
    cluster.deleted(second)
    assert cluster.space(volume)["used"] == 0
    assert "reclaimable_space" not in cluster.get(first)
