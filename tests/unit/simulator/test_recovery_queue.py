# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery queue: what a deleted volume leaves behind, for how long, and how it comes back."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import recovery_queue
from ansible_collections.ndo.ontap.tests.unit.simulator.volume_client import GIB, QUEUE, VOLUMES, Cluster

HOUR = 3600


@pytest.fixture(name="cluster")
def _cluster() -> Cluster:
    return Cluster()


def queued(cluster: Cluster, query: str = "") -> list[dict[str, Any]]:
    """The rows of the queue."""
    return cluster.get(f"{QUEUE}?{query}")["records"]


def deleted(cluster: Cluster, name: str = "vol", **fields: Any) -> str:
    """Make a volume and delete it; its name in the queue."""
    cluster.deleted(cluster.make(name, **fields))
    return next(row["volume"] for row in queued(cluster) if row["volume"].startswith(f"{name}_"))


def test_a_deleted_volume_waits_under_another_name(cluster: Cluster) -> None:
    name = deleted(cluster)
    assert cluster.names(f"{VOLUMES}?name=vol*") == []
    (row,) = queued(cluster, "fields=deletion_request_time,retention_hours&privilege_level=advanced")
    assert (row["vserver"], row["volume"], row["retention_hours"]) == ("nas", name, 12)
    assert row["deletion_request_time"].startswith("2026-01-01T00:")
    assert name.rpartition("_")[0] == "vol" and name.rpartition("_")[2].isdigit()


def test_only_the_keys_come_unless_more_is_asked_for(cluster: Cluster) -> None:
    deleted(cluster)
    assert set(queued(cluster)[0]) == {"vserver", "volume"}
    assert queued(cluster, "vserver=san") == []


def test_the_space_of_a_deleted_volume_stays_used_until_it_is_purged(cluster: Cluster) -> None:
    before = cluster.free()
    name = deleted(cluster, **{"guarantee.type": "volume"})
    assert before - cluster.free() == 10 * GIB
    response = cluster.call("POST", f"{QUEUE}/purge", {"vserver": "nas", "volume": name})
    assert response.status == 202 and name in response.body["cli_output"]
    cluster.simulator.advance(10)
    assert len(queued(cluster)) == 1
    cluster.simulator.advance(10)
    assert (queued(cluster), cluster.free()) == ([], before)


def test_after_twelve_hours_it_is_gone(cluster: Cluster) -> None:
    before = cluster.free()
    deleted(cluster)
    cluster.simulator.advance(12 * HOUR - 120)
    assert len(queued(cluster)) == 1
    cluster.simulator.advance(120)
    assert (queued(cluster), cluster.free()) == ([], before)


def test_an_svm_may_have_another_retention_or_none(cluster: Cluster) -> None:
    svm = cluster.world.store.find("svms", name="nas")
    svm["retention_period"] = 2
    deleted(cluster)
    cluster.simulator.advance(2 * HOUR)
    assert queued(cluster) == []
    svm["retention_period"] = 0
    cluster.deleted(cluster.make("second"))
    assert queued(cluster) == []


def test_force_leaves_nothing(cluster: Cluster) -> None:
    before = cluster.free()
    path = cluster.make(**{"guarantee.type": "volume"})
    cluster.snapshot(path, "s1")
    cluster.lun(path, "lun0", GIB)
    cluster.deleted(f"{path}?force=true")
    assert (queued(cluster), cluster.free(), cluster.luns()) == ([], before, [])
    assert cluster.get(f"{VOLUMES}/*/snapshots")["num_records"] == 0


def test_a_volume_comes_back_offline_under_its_new_name_with_what_was_in_it(cluster: Cluster) -> None:
    path = cluster.make(**{"nas.path": "/vol", "snapshot_policy.name": "default", "comment": "mine"})
    cluster.write(path, GIB)
    serial = cluster.lun(path, "lun0", GIB)["serial_number"]
    cluster.snapshot(path, "s1")
    cluster.deleted(path)
    assert cluster.luns() == [] and cluster.get(f"{VOLUMES}/*/snapshots")["num_records"] == 0
    name = queued(cluster)[0]["volume"]
    assert cluster.call("POST", f"{QUEUE}/recover", {"vserver": "nas", "volume": name}).status == 200
    record = cluster.show(path)
    assert (record["name"], record["state"], record["comment"]) == (name, "offline", "mine")
    assert record["snapshot_policy"]["name"] == "none" and "path" not in record["nas"]
    cluster.patched(path, {"state": "online", "name": "vol"})
    assert (cluster.names(f"{path}/snapshots"), cluster.luns()) == (["s1"], ["/vol/vol/lun0"])
    assert next(iter(cluster.world.store.table("luns").values()))["serial_number"] == serial
    assert cluster.space(path)["used"] == GIB
    cluster.simulator.advance(24 * HOUR)
    assert cluster.show(path)["state"] == "online" and queued(cluster) == []


def test_maps_of_luns_do_not_come_back(cluster: Cluster) -> None:
    path = cluster.make()
    lun = cluster.lun(path, "lun0", GIB)
    entry = {"svm": lun["svm"], "lun": {"uuid": lun["uuid"], "name": lun["name"]}, "igroup": {"uuid": "i", "name": "host"}}
    cluster.world.store.insert("lun_maps", {**entry, "logical_unit_number": 0, "reporting_nodes": []}, key=f"{lun['uuid']}/i")
    cluster.deleted(path)
    cluster.call("POST", f"{QUEUE}/recover", {"vserver": "nas", "volume": queued(cluster)[0]["volume"]})
    assert len(cluster.luns()) == 1 and not cluster.world.store.table("lun_maps")


def test_a_name_may_be_used_again_but_not_that_of_the_queue(cluster: Cluster) -> None:
    name = deleted(cluster)
    cluster.make("vol")
    body = {"name": name, "svm.name": "nas", "aggregates.name": "aggr1_n_01"}
    assert cluster.refused("POST", VOLUMES, body) == (409, "917526")
    assert deleted(cluster, "second") != name


def test_purge_all_and_recover_all_go_by_svm(cluster: Cluster) -> None:
    for name in ("one", "two"):
        deleted(cluster, name)
    deleted(cluster, "three", **{"svm.name": "san"})
    cluster.call("POST", f"{QUEUE}/purge-all", {"vserver": "nas"})
    cluster.simulator.advance(30)
    assert [row["vserver"] for row in queued(cluster)] == ["san"]
    assert cluster.call("POST", f"{QUEUE}/recover-all", {"vserver": "san"}).status == 200
    assert cluster.names(f"{VOLUMES}?name=three_*&state=offline") != []


def test_the_retention_of_an_entry_is_changed(cluster: Cluster) -> None:
    name = deleted(cluster)
    target = f"{QUEUE}?vserver=nas&volume={name}"
    assert cluster.call("PATCH", target, {"retention-hours": 1}).status == 200
    assert queued(cluster, "fields=retention_hours")[0]["retention_hours"] == 1
    assert cluster.refused("PATCH", target, {"retention-hours": "long"}) == (400, "262247")
    cluster.simulator.advance(HOUR)
    assert queued(cluster) == []


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        ("purge", {"vserver": "nas", "volume": "nobody"}, "4"),
        ("purge", {"vserver": "nobody", "volume": "x"}, "2621462"),
        ("purge", {"vserver": "nas"}, "262245"),
        ("recover", {"vserver": "san", "volume": "vol_1"}, "4"),
        ("recover", {"volume": "vol_1"}, "262245"),
        ("purge-all", {"vserver": "nas", "volume": "x"}, "262179"),
    ],
)
def test_what_is_not_in_the_queue_is_refused(cluster: Cluster, action: str, body: dict[str, Any], code: str) -> None:
    deleted(cluster)
    assert cluster.refused("POST", f"{QUEUE}/{action}", body)[1] == code
    assert len(queued(cluster)) == 1


def test_a_volume_recovered_while_its_purge_waits_stays(cluster: Cluster) -> None:
    name = deleted(cluster)
    cluster.call("POST", f"{QUEUE}/purge", {"vserver": "nas", "volume": name})
    cluster.call("POST", f"{QUEUE}/recover", {"vserver": "nas", "volume": name})
    cluster.simulator.advance(60)
    assert cluster.names(f"{VOLUMES}?name={name}") == [name]


def test_what_an_svm_has_in_the_queue_goes_with_it(cluster: Cluster) -> None:
    deleted(cluster)
    recovery_queue.forget_svm(cluster.world, cluster.world.store.find("svms", name="nas")["uuid"])
    assert queued(cluster) == []
