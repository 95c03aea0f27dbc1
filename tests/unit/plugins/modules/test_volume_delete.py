# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting volumes: what is in the way is told at once, what is accepted is not asked about, and how a volume comes back."""

from __future__ import annotations

from typing import Any

import pytest

ALL = ["mapped_luns", "smb_clients", "nfs_clients", "mirrors", "locked_snapshots"]
VOLUME: dict[str, Any] = {"svm": "nas1", "name": "data"}
NEW: dict[str, Any] = {**VOLUME, "aggregate": "aggr1_ndo_01", "size": "10GiB", "space_guarantee": "none", "junction_path": "/data"}
NFS: dict[str, Any] = {"svm": "nas1", "name": "nas1_vol1a"}
SAN: dict[str, Any] = {"svm": "san1", "name": "san1_vol1a"}
OLD, NEWER = (9, 15, 1), (9, 16, 1)


def row_of(cluster: Any, name: str = "data", svm: str = "nas1") -> Any:
    """The simulator's own row of a volume, or None."""
    return next((row for row in cluster.world.store.each("volumes", name=name) if row["svm"]["name"] == svm), None)


def asked(cluster: Any) -> list[str]:
    """The collections that were read, without looks at jobs."""
    return [one["path"][5:] for one in cluster.requests("GET") if "/cluster/jobs" not in one["path"]]


def made(lab: Any, **options: Any) -> Any:
    """A cluster with a volume that is mounted."""
    cluster = lab(**options)
    assert cluster.run("volume", **NEW)["actions"] == ["create"]
    cluster.world.settings.update(volume_job=0, snapshot_job=0)
    cluster.forget()
    return cluster


def snapshot(cluster: Any, name: str = "s1", **fields: Any) -> Any:
    """The row of a new snapshot of the volume."""
    body = {"name": name, **fields}
    result = cluster.run("rest", method="POST", path=f"storage/volumes/{row_of(cluster)['uuid']}/snapshots", body=body)
    assert not result.get("failed"), result
    cluster.forget()
    return cluster.world.store.find("snapshots", name=name)


def delete(cluster: Any, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """What came of deleting the volume."""
    return cluster.run("volume", check_mode=check_mode, **{**VOLUME, "state": "absent", **options})


def test_everything_that_is_in_the_way_is_told_at_once(lab: Any) -> None:
    cluster = made(lab)
    snapshot(cluster, expiry_time="2027-01-01T00:00:00Z")
    assert cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "data"})["actions"] == ["create"]
    row_of(cluster)["snapmirror"] = {"is_protected": True}
    nobody = row_of(cluster, "nas1_vol1a")
    for client in cluster.world.store.each("nfs_clients"):
        client["volumes"] = [{"uuid": row_of(cluster)["uuid"], "name": "data"}]
    for session in cluster.world.store.each("cifs_sessions"):
        session["volumes"] = [{"uuid": row_of(cluster)["uuid"], "name": "data"}, {"uuid": nobody["uuid"], "name": nobody["name"]}]
    lun = {"svm": "nas1", "name": "/vol/data/l1", "size": "1GiB", "os_type": "linux"}
    assert cluster.run("lun", **lun)["actions"] == ["create"]
    igroup = {"name": "hosts", "svm.name": "nas1", "os_type": "linux"}
    cluster.run("rest", method="POST", path="protocols/san/igroups", body=igroup)
    cluster.run(
        "rest", method="POST", path="protocols/san/lun-maps", body={"svm.name": "nas1", "lun.name": lun["name"], "igroup.name": "hosts"}
    )
    cluster.forget()
    result = delete(cluster)
    for words in (
        "volume nas1:data is not deleted: ",
        "mapped LUNs: /vol/data/l1 (igroup hosts)",
        "SMB sessions: EXAMPLE\\user1 at",
        "NFS clients: 198.51.100.110 (nfs3)",
        "locked snapshots: s1 (until 2027-01-01T00:00:00",
        "FlexClones: nas1:copy",
        "it is the source of a mirror",
        "accept: [mapped_luns, smb_clients, nfs_clients, locked_snapshots, mirrors]",
        "Clones cannot be accepted",
    ):
        assert words in result["msg"], result["msg"]
    assert result["error"]["kind"] == "Refused" and cluster.writes() == [] and len(asked(cluster)) == 6
    assert delete(cluster, check_mode=True)["msg"] == result["msg"]


@pytest.mark.parametrize("kind", ["mapped_luns", "nfs_clients"])
def test_each_kind_is_accepted_by_its_name_only(lab: Any, kind: str) -> None:
    cluster = lab()
    task = SAN if kind == "mapped_luns" else NFS
    assert cluster.run("volume", **task, state="absent", accept=[one for one in ALL if one != kind]).get("failed")
    assert cluster.writes() == []
    assert cluster.run("volume", **task, state="absent", accept=[kind])["actions"][-1] == "delete"


@pytest.mark.parametrize(("task", "calls"), [(SAN, 2), (NFS, 3)])
@pytest.mark.parametrize("version", [OLD, NEWER])
def test_with_all_accepted_it_costs_one_read_and_the_writes(lab: Any, version: Any, task: dict[str, Any], calls: int) -> None:
    cluster = lab(version=version)
    cluster.world.settings["volume_job"] = 0
    assert cluster.run("volume", **task, state="absent", accept=ALL)["changed"]
    assert [one["method"] for one in cluster.requests()] == ["GET", "PATCH", "DELETE"][:: 2 if calls == 2 else 1]


def test_an_unmounted_volume_has_no_clients_to_ask_about(lab: Any) -> None:
    cluster = lab()
    assert cluster.run("volume", **SAN, state="absent").get("failed")
    assert asked(cluster) == ["storage/volumes", "storage/luns"]


def test_a_hundred_volumes_need_as_few_reads_as_one(lab: Any) -> None:
    cluster = lab("large")
    names = sorted(row["name"] for row in cluster.world.store.each("volumes") if row["svm"]["name"] == "nas1" and not row["is_svm_root"])
    items = [{"name": name} for name in names[-100:]]
    result = cluster.run("volume", check_mode=True, svm="nas1", state="absent", items=items)
    assert len(result["results"]) == 100 and result["changed"], result.get("msg")
    assert sorted(asked(cluster)) == ["protocols/cifs/sessions", "protocols/nfs/connected-clients", "storage/luns", "storage/volumes"]


# -- snapshots, clones, mirrors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"expiry_time": "2026-06-01T12:00:00+02:00"}, True),
        ({"expiry_time": "2026-06-01T12:00:00+0200"}, True),
        ({"snaplock_expiry_time": "infinite"}, True),
        ({"expiry_time": "2025-12-31T23:59:59+00:00"}, False),
        ({"owners": ["snapmirror"]}, True),
        ({}, False),
    ],
)
def test_snapshots_that_are_locked_protect_their_volume(lab: Any, fields: dict[str, Any], told: bool) -> None:
    cluster = made(lab)
    snapshot(cluster).update(fields)
    result = delete(cluster, check_mode=True)
    assert bool(result.get("failed")) == told and ("locked snapshots: s1 (" in result.get("msg", "")) == told
    assert delete(cluster, accept=["locked_snapshots"])["actions"] == ["unmount", "delete"]


@pytest.mark.parametrize("version", [OLD, NEWER])
@pytest.mark.parametrize("accept", [[], ALL])
def test_clones_are_named_before_the_volume_loses_its_path(lab: Any, version: Any, accept: list[str]) -> None:
    cluster = made(lab, version=version)
    assert cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "data"})["actions"] == ["create"]
    cluster.forget()
    result = delete(cluster, accept=accept)
    assert "FlexClones: nas1:copy" in result["msg"] and "split: true" in result["msg"]
    assert cluster.writes() == [] and row_of(cluster)["nas"]["path"] == "/data"


def test_where_a_refusal_costs_nothing_ontap_is_asked_and_the_clones_are_named(lab: Any) -> None:
    cluster = made(lab, version=OLD)
    cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "data"})
    cluster.run("volume", **VOLUME, junction_path="")
    cluster.forget()
    result = delete(cluster, accept=ALL)
    assert "has one or more clones" in result["msg"] and "Its clones: nas1:copy" in result["msg"]
    assert len(cluster.writes()) == 1 and row_of(cluster)["state"] == "online"


def test_a_deleted_clone_in_the_queue_is_told_too(lab: Any) -> None:
    cluster = made(lab)
    cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "data"})
    assert cluster.run("volume", svm="nas1", name="copy", state="absent")["actions"] == ["delete"]
    cluster.forget()
    assert "still in the recovery queue" in delete(cluster)["msg"] and cluster.writes() == []


def test_a_split_or_purged_clone_is_not_in_the_way(lab: Any) -> None:
    cluster = made(lab)
    for name in ("copy1", "copy2"):
        cluster.run("volume", svm="nas1", name=name, clone={"parent_volume": "data"}, split=name == "copy1")
    cluster.run("volume", svm="nas1", name="copy2", state="absent", purge=True)
    assert delete(cluster)["actions"] == ["unmount", "delete"]


def test_the_destination_of_a_mirror_is_protected(lab: Any) -> None:
    cluster = lab()
    task = {**NEW, "type": "dp"}
    del task["junction_path"]
    assert cluster.run("volume", **task)["actions"] == ["create"]
    assert "destination of a mirror (type dp)" in delete(cluster)["msg"]
    assert delete(cluster, accept=["mirrors"])["actions"] == ["delete"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"is_svm_root": True}, "it is the root volume of its SVM"),
        (
            {"movement": {"state": "replicating", "destination_aggregate": {"name": "aggr2_ndo_01"}}},
            "it is being moved to aggr2_ndo_01 (replicating)",
        ),
    ],
)
def test_what_ontap_would_refuse_is_refused_before_the_path_goes(lab: Any, row: dict[str, Any], words: str) -> None:
    cluster = made(lab)
    row_of(cluster).update(row)
    result = delete(cluster, accept=ALL)
    assert words in result["msg"] and cluster.writes() == [], result["msg"]


def test_a_move_that_is_over_is_not_in_the_way(lab: Any) -> None:
    cluster = made(lab)
    row_of(cluster)["movement"] = {"state": "success", "destination_aggregate": {"name": "aggr1_ndo_01"}}
    assert delete(cluster)["actions"] == ["unmount", "delete"]


# -- on the way, and back --------------------------------------------------------------------------------------------------


def test_a_volume_that_is_gone_is_no_change(lab: Any) -> None:
    cluster = made(lab)
    assert delete(cluster)["changed"] and delete(cluster)["changed"] is False
    assert delete(cluster, name="never")["record"] is None


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "job_vanish"])
def test_a_lost_answer_is_resolved_by_looking(lab: Any, kind: str, nth: int) -> None:
    cluster = made(lab)
    cluster.world.settings["volume_job"] = 2
    cluster.fault("PATCH" if nth == 1 else "DELETE", "/storage/volumes/*", kind)
    assert delete(cluster)["actions"] == ["unmount", "delete"]
    assert row_of(cluster) is None


def test_a_refusal_after_the_unmount_says_where_the_volume_was(lab: Any) -> None:
    cluster = made(lab)
    cluster.fault("DELETE", "/storage/volumes/*", "error", code="1", message="Something is wrong.")
    result = delete(cluster)
    assert result["changed"] and result["error"]["actions_done"] == ["unmount"]
    assert "was unmounted from /data and has not been deleted" in result["msg"]
    assert cluster.run("volume", **VOLUME, junction_path="/data")["actions"] == ["modify"]


def test_without_waiting_the_volume_is_deleted_once_it_is_unmounted(lab: Any) -> None:
    cluster = made(lab)
    cluster.world.settings.update(volume_job=5, mounted_volumes="refuse")
    result = delete(cluster, wait=False)
    assert result["actions"] == ["unmount", "delete"] and result["job"]["uuid"]
    cluster.advance(10)
    assert row_of(cluster) is None


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_result_says_how_the_volume_comes_back(lab: Any, check_mode: bool) -> None:
    cluster = made(lab)
    recovery = delete(cluster, check_mode=check_mode)["recovery"]
    assert recovery["queue"] is True and recovery["name"] == "data_*" and recovery["hours"] == 12
    assert "volume recovery-queue recover -vserver nas1" in recovery["hint"]
    if not check_mode:
        entry = next(iter(cluster.world.store.table("recovery_queue").values()))
        assert entry["name"].startswith("data_") and entry["retention"] == 12 * 3600


def test_a_purged_volume_does_not_come_back(lab: Any) -> None:
    cluster = made(lab)
    result = delete(cluster, purge=True)
    assert result["recovery"]["queue"] is False and "gone for good" in result["recovery"]["hint"]
    assert not cluster.world.store.table("recovery_queue")


def test_each_of_many_says_how_it_comes_back(lab: Any) -> None:
    cluster = made(lab)
    result = cluster.run("volume", svm="nas1", state="absent", items=[{"name": "data"}, {"name": "never"}])
    assert [one.get("recovery", {}).get("name") for one in result["results"]] == ["data_*", None]
    assert result["actions"] == ["unmount volume nas1:data", "delete volume nas1:data"]
