# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""snapshot, state restored: what it would cost is said first, a copy of the present is complete first, and nothing happens twice."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import snapshots, space
from ansible_collections.ndo.ontap.tests.simulator.model.world import handler
from ansible_collections.ndo.ontap.tests.unit.laws.snapshot import BACK, QUIET, quiet, written

SAN: dict[str, Any] = {"svm": "san1", "volume": "san1_vol1a", "name": "law"}
NAS: dict[str, Any] = {"svm": "nas1", "volume": "nas1_vol1a", "name": "law"}
SMB: dict[str, Any] = {"svm": "nas1", "volume": "nas1_vol1c", "name": "law"}


def volume_of(cluster: Any, name: str) -> Any:
    """The simulator's own row of a volume, or None."""
    return next(iter(cluster.world.store.each("volumes", name=name)), None)


def names_of(cluster: Any, volume: str) -> list[str]:
    """The names of the snapshots of a volume, oldest first."""
    rows = [row for row in cluster.world.store.each("snapshots") if row["volume"]["name"] == volume]
    return [row["name"] for row in sorted(rows, key=lambda row: row["sim"]["order"])]


def restores(cluster: Any) -> int:
    """How many requests for a restore the cluster has seen."""
    return sum(entry["method"] == "PATCH" and "restore_to" in str(entry.get("body")) for entry in cluster.writes())


def grown(cluster: Any, volume: str, amount: int = 8192) -> None:
    """Clients write new data and overwrite old."""
    row = volume_of(cluster, volume)
    row.setdefault("sim", {})["data"] = space.data(row) + amount
    written(cluster, volume, amount)


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with a volume that nobody uses, which has changed since its snapshot."""
    made = lab()
    quiet(made)
    grown(made, "law_quiet")
    made.forget()
    return made


def given(cluster: Any, one: dict[str, Any]) -> None:
    """A volume of the scenario has a snapshot, and has changed since."""
    assert not cluster.run("snapshot", **one).get("failed")
    written(cluster, one["volume"])
    cluster.forget()


# -- going back ------------------------------------------------------------------------------------------------------------


def test_a_volume_gets_its_data_back(cluster: Any) -> None:
    result = cluster.run("snapshot", **BACK)
    assert result["diff"]["before"]["changed_bytes"] == (4096 + 8192) + 8192  # held by the snapshot, and new
    assert (result["record"]["changed_bytes"], result["record"]["newer_snapshots"]) == (0, [])
    volume = volume_of(cluster, "law_quiet")
    assert (space.data(volume), result["record"]["volume_uuid"]) == (0, volume["uuid"])


def test_a_volume_that_is_at_its_snapshot_is_left_alone(cluster: Any) -> None:
    cluster.run("snapshot", **{**QUIET, "name": "now"})
    cluster.forget()
    result = cluster.run("snapshot", **{**BACK, "name": "now"})
    assert (result["changed"], result["record"]["changed_bytes"]) == (False, 0)
    assert [entry["method"] for entry in cluster.requests()] == ["GET", "GET"]


def test_a_release_that_does_not_tell_restores_each_time(lab: Any) -> None:
    cluster = lab(version=(9, 11, 1))
    quiet(cluster)
    for _run in range(2):
        result = cluster.run("snapshot", **BACK)
        assert (result["actions"], result["record"]["changed_bytes"]) == (["restore"], None), result


def test_a_snapshot_that_is_not_there_is_named_with_those_that_are(cluster: Any) -> None:
    result = cluster.run("snapshot", **{**BACK, "name": "lav"})
    assert result["failed"] and "Volume law_quiet of SVM san1 has no snapshot lav; there are: law." in result["msg"]
    result = cluster.run("snapshot", **{**BACK, "volume": "nowhere"})
    assert result["failed"] and "there are: none, or there is no such volume" in result["msg"]


def test_two_volumes_go_back_in_one_task(lab: Any) -> None:
    cluster = lab()
    quiet(cluster)
    given(cluster, SAN)
    cluster.world.settings.update(volume_job=0)
    items = [{"volume": "law_quiet"}, {"volume": "san1_vol1a", "allow_in_use": True}]
    result = cluster.run("snapshot", svm="san1", name="law", state="restored", items=items)
    assert [one["actions"] for one in result["results"]] == [["restore"], ["restore"]]
    first_write = [entry["method"] for entry in cluster.requests()].index("PATCH")
    assert first_write == 1 + 2 + 1 + 2 and len(cluster.requests()) == first_write + 2 + 2 * 2


# -- what it would cost ----------------------------------------------------------------------------------------------------


def test_newer_snapshots_are_named_and_lost_only_when_accepted(cluster: Any) -> None:
    for name in ("hourly", "weekly"):
        cluster.advance(3600)
        cluster.run("snapshot", **{**QUIET, "name": name})
    cluster.forget()
    result = cluster.run("snapshot", **BACK)
    assert result["failed"] and "it would delete the newer snapshots weekly, hourly." in result["msg"] and "allow_newer" in result["msg"]
    assert cluster.writes() == []
    result = cluster.run("snapshot", **BACK, allow_newer=True)
    assert result["diff"]["before"]["newer_snapshots"] == ["weekly", "hourly"]
    assert (result["actions"], names_of(cluster, "law_quiet")) == (["restore"], ["law"])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"owners": ["snapmirror"]}, "in use by snapmirror"),
        ({"expiry_time": "2030-01-01T00:00:00Z"}, "locked until 2030-01-01T00:00:00+00:00"),
    ],
)
def test_a_newer_snapshot_that_cannot_go_stops_it_in_any_case(cluster: Any, state: dict[str, Any], words: str) -> None:
    cluster.run("snapshot", **{**QUIET, "name": "kept"})
    next(iter(cluster.world.store.each("snapshots", name="kept"))).update(state)
    cluster.forget()
    result = cluster.run("snapshot", **BACK, allow_newer=True)
    assert result["failed"] and f"these cannot be deleted: kept ({words})" in result["msg"]
    assert cluster.writes() == []


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (SAN, "hosts of igroup san1-host1, which are logged in and use /vol/san1_vol1a/lun0"),
        (NAS, "NFS clients 198.51.100.110, 198.51.100.111"),
        (SMB, "SMB sessions of EXAMPLE\\user1 at 198.51.100.151 (3 open files)"),
    ],
    ids=["SAN", "NFS", "SMB"],
)
def test_a_volume_in_use_is_not_changed_under_its_users(lab: Any, one: dict[str, Any], words: str) -> None:
    cluster = lab()
    given(cluster, one)
    result = cluster.run("snapshot", **one, state="restored")
    assert result["failed"] and f"the data would change under {words}" in result["msg"], result["msg"]
    assert cluster.writes() == []
    assert cluster.run("snapshot", **one, state="restored", allow_in_use=True)["actions"] == ["restore"]


def test_hosts_that_are_not_logged_in_use_nothing(lab: Any) -> None:
    cluster = lab()
    given(cluster, SAN)
    for host in cluster.world.store.each("san_hosts"):
        host["offline"] = True
    assert cluster.run("snapshot", **SAN, state="restored")["actions"] == ["restore"]


def test_hosts_keep_their_luns(lab: Any) -> None:
    cluster = lab()
    given(cluster, SAN)
    luns = {row["uuid"]: row["serial_number"] for row in cluster.world.store.each("luns")}
    cluster.run("snapshot", **SAN, state="restored", allow_in_use=True)
    assert "preserve_lun_ids=true" in cluster.writes()[0]["query"]
    assert {row["uuid"]: row["serial_number"] for row in cluster.world.store.each("luns")} == luns
    verdict = cluster.world.ledger.verdict()
    assert not verdict["outages"] and not verdict["data_lost"]


def test_a_volume_that_is_offline_is_not_restored(cluster: Any) -> None:
    volume_of(cluster, "law_quiet")["state"] = "offline"
    result = cluster.run("snapshot", **BACK)
    assert result["failed"] and "Volume law_quiet is not restored to snapshot law: it is offline. Bring it online first." in result["msg"]


def test_all_objections_are_told_at_once(lab: Any) -> None:
    cluster = lab()
    given(cluster, SAN)
    cluster.run("snapshot", **{**SAN, "name": "newer"})
    result = cluster.run("snapshot", **SAN, state="restored", safety_clone="san1_vol1b")
    for words in ("newer snapshots newer", "igroup san1-host1", "there is a volume san1_vol1b already", "allow_newer", "allow_in_use"):
        assert words in result["msg"], result["msg"]


# -- the copy of the present -----------------------------------------------------------------------------------------------

COPY: dict[str, Any] = {**BACK, "safety_clone": "copy"}
STEPS = ["snapshot", "clone", "split", "restore"]


def test_the_copy_holds_the_present_and_shares_nothing(cluster: Any) -> None:
    result = cluster.run("snapshot", **COPY)
    copy = volume_of(cluster, "copy")
    assert result["actions"] == STEPS
    assert (space.data(copy), copy["clone"]["is_flexclone"], copy["state"]) == (8192, False, "online")
    assert copy["comment"] == f"law_quiet before its restore to snapshot {result['record']['uuid']}"
    assert names_of(cluster, "law_quiet") == ["law"] and space.data(volume_of(cluster, "law_quiet")) == 0


def test_the_copy_is_complete_before_anything_is_lost(cluster: Any) -> None:
    cluster.world.settings["volume_split"] = 3600
    result = cluster.run("snapshot", **COPY, wait_timeout=120)
    assert result["failed"] and "Volume law_quiet has not been restored." in result["msg"] and "split" in result["msg"]
    assert restores(cluster) == 0 and space.data(volume_of(cluster, "law_quiet")) == 8192
    cluster.forget()
    result = cluster.run("snapshot", **COPY, wait_timeout=7200)
    assert result["actions"] == ["restore"] and space.data(volume_of(cluster, "copy")) == 8192


@pytest.mark.parametrize("failing", range(4), ids=STEPS)
def test_an_interrupted_run_is_taken_up(cluster: Any, failing: int) -> None:
    method, path = [("POST", "/api/*/snapshots"), ("POST", "/api/storage/volumes"), ("PATCH", "*"), ("PATCH", "*")][failing]
    cluster.simulator.faults.on(method, path, "job_failure", nth=2 if failing == 3 else 1, code="460770", message="Interrupted.")
    result = cluster.run("snapshot", **COPY)
    assert result["failed"] and "Interrupted" in result["msg"] and result["error"]["actions_done"] == STEPS[:failing]
    result = cluster.run("snapshot", **COPY)
    assert result.get("actions") == STEPS[failing:], result
    assert space.data(volume_of(cluster, "copy")) == 8192


def test_a_copy_that_is_out_of_date_is_not_trusted(cluster: Any) -> None:
    cluster.fault("PATCH", "/storage/volumes/*", "job_failure", nth=2, code="460770", message="Interrupted.")
    cluster.run("snapshot", **COPY)
    grown(cluster, "law_quiet", 4096)
    cluster.forget()
    result = cluster.run("snapshot", **COPY)
    assert result["failed"] and "copy was made by an earlier run, and the volume has changed since" in result["msg"]
    assert cluster.writes() == []
    assert cluster.run("snapshot", **{**COPY, "safety_clone": "copy2"}, allow_newer=True).get("actions") == STEPS
    assert space.data(volume_of(cluster, "copy2")) == 8192 + 4096


def test_names_that_are_taken_are_left_alone(cluster: Any) -> None:
    cluster.run("snapshot", **{**QUIET, "name": "snap"})
    for name, words in (("snap", "there is a snapshot snap already"), ("san1_vol1a", "there is a volume san1_vol1a already")):
        result = cluster.run("snapshot", **{**COPY, "safety_clone": name}, allow_newer=True)
        assert result["failed"] and words in result["msg"]
    for name in ("law_quiet", "law"):
        assert "which is the volume or the snapshot itself" in cluster.run("snapshot", **{**COPY, "safety_clone": name})["msg"]


def test_a_failing_copy_stops_everything(cluster: Any) -> None:
    cluster.fault("POST", "/storage/volumes", "error", code="524597", message="The clone failed.")
    result = cluster.run("snapshot", **COPY)
    assert result["failed"] and "Volume law_quiet has not been restored. ONTAP refused" in result["msg"]
    assert restores(cluster) == 0 and space.data(volume_of(cluster, "law_quiet")) == 8192


def test_a_task_that_does_not_wait_for_the_end_still_waits_for_the_copy(cluster: Any) -> None:
    result = cluster.run("snapshot", **COPY, wait=False)
    assert result["actions"] == STEPS and volume_of(cluster, "copy")["clone"]["is_flexclone"] is False
    cluster.advance(10)
    assert space.data(volume_of(cluster, "law_quiet")) == 0 and space.data(volume_of(cluster, "copy")) == 8192


# -- bad days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", [BACK, COPY, {**BACK, "allow_newer": True}], ids=["plain", "copy", "newer"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "job_vanish"])
def test_a_lost_answer_restores_once(cluster: Any, kind: str, task: dict[str, Any]) -> None:
    if "allow_newer" in task:
        cluster.advance(60)
        cluster.run("snapshot", **{**QUIET, "name": "newer"})
    cluster.fault("PATCH", "/storage/volumes/*", kind, nth=2 if task is COPY else 1)
    result = cluster.run("snapshot", **task)
    assert not result.get("failed") and result["actions"] == (STEPS if task is COPY else ["restore"])
    assert restores(cluster) == (2 if kind in ("drop_before", "reset") else 1)
    assert space.data(volume_of(cluster, "law_quiet")) == 0


@handler
def hosts_write(world: Any, volume: str) -> None:
    """Clients overwrite a part of a volume."""
    snapshots.hold(world, volume, 512)


def test_what_hosts_wrote_after_a_restore_is_not_thrown_away_by_doubt(lab: Any) -> None:
    cluster = lab()
    given(cluster, SAN)
    cluster.fault("PATCH", "/storage/volumes/*", "drop_after")
    # The job of the restore takes two seconds; hosts write as soon as it is over.
    cluster.world.later(2.001, "test_snapshot_restore.hosts_write", volume=volume_of(cluster, "san1_vol1a")["uuid"])
    result = cluster.run("snapshot", **SAN, state="restored", allow_in_use=True)
    assert result["failed"] and "Whether volume san1_vol1a was restored to snapshot law is not known" in result["msg"]
    assert restores(cluster) == 1
