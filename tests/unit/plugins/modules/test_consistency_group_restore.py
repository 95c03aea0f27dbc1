# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""consistency_group_snapshot, state restored: what it would cost is said first, halves are finished, a copy is complete first."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.tests.simulator import write_order
from ansible_collections.ndo.ontap.tests.simulator.model import snapshots, space
from ansible_collections.ndo.ontap.tests.simulator.model.world import handler
from ansible_collections.ndo.ontap.tests.unit.laws.consistency_group_snapshot import (
    BACK,
    MODULE,
    ONE,
    VOLUMES,
    changed,
    grouped,
    mapped,
    written,
)

ALL = tuple(f"vol{number}" for number in range(1, 9))
COPY: dict[str, Any] = {**BACK, "safety_clone": "copy"}
STEPS = ["snapshot", "clone", "restore"]


def volume(cluster: Any, name: str) -> Any:
    """The simulator's own row of a volume."""
    return next(iter(cluster.world.store.each("volumes", name=name)))


def names(cluster: Any, of: str) -> list[str]:
    """The names of the snapshots of a volume."""
    return sorted(row["name"] for row in cluster.world.store.each("snapshots") if row["volume"]["name"] == of)


def restores(cluster: Any) -> int:
    """How many requests for a restore the cluster has seen."""
    return sum(entry["method"] == "PATCH" and "restore_to" in str(entry.get("body")) for entry in cluster.writes())


def grown(cluster: Any, amount: int = 8192) -> None:
    """Clients write new data into both volumes."""
    for name in VOLUMES:
        row = volume(cluster, name)
        row.setdefault("sim", {})["data"] = space.data(row) + amount


def data(cluster: Any, prefix: str = "") -> list[int]:
    """The bytes that the files of both volumes have."""
    return [space.data(volume(cluster, prefix + name)) for name in VOLUMES]


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with a group that nobody uses, which has changed since its snapshot."""
    made = lab()
    changed(made)
    grown(made)
    made.forget()
    return made


# -- going back ------------------------------------------------------------------------------------------------------------


def test_fifty_luns_go_back_to_one_instant_and_keep_their_identity(lab: Any) -> None:
    cluster = lab("groups")
    grouped(cluster, ALL)
    cluster.run(MODULE, **ONE)
    then = write_order.check([lun for row in cluster.world.store.each("snapshots", name=ONE["name"]) for lun in row["sim"]["luns"]])
    cluster.advance(5)
    cluster.world.store.table("writers")["database"]["stopped"] = True
    for name in ALL:
        cluster.trigger("lun_write", path=f"/vol/{name}/lun1", content="new")
    cluster.advance(1)
    luns = {row["uuid"]: row["serial_number"] for row in cluster.world.store.each("luns")}
    cluster.forget()
    result = cluster.run(MODULE, **BACK, allow_in_use=True)
    assert result["actions"] == [f"restore {name}" for name in ALL] and result["record"]["at_snapshot"] is True, result
    rows = [row for row in cluster.world.store.each("luns") if row["location"]["volume"]["name"] in ALL]
    found = write_order.check(rows)
    assert found["consistent"] and found["writers"]["database"]["newest"] == then["writers"]["database"]["newest"]
    assert {row["uuid"]: row["serial_number"] for row in cluster.world.store.each("luns")} == luns
    verdict = cluster.world.ledger.verdict()
    assert not verdict["outages"] and not verdict["data_lost"] and len(cluster.writes()) == 8
    assert cluster.run(MODULE, **BACK)["changed"] is False


def test_a_group_gets_its_data_back_in_one_request(cluster: Any) -> None:
    before = cluster.run(MODULE, check_mode=True, **BACK)["diff"]["before"]
    assert before["at_snapshot"] is False and [one["changed_bytes"] for one in before["volumes"]] == [4096 + 8192] * 2
    result = cluster.run(MODULE, **BACK)
    assert result["actions"] == ["restore"] and result["record"]["at_snapshot"] is True and data(cluster) == [0, 0]
    assert restores(cluster) == 1


def test_where_nothing_tells_a_restore_is_an_action_each_time(cluster: Any) -> None:
    for _run in range(2):
        cluster.fault("GET", "/storage/volumes/*-*/snapshots", "error", status=400, code="262197", message="No delta.", times=0)
        result = cluster.run(MODULE, **BACK)
        assert (result["actions"], result["record"]["at_snapshot"]) == (["restore"], None), result
        cluster.simulator.faults.clear()


# -- what it would cost ----------------------------------------------------------------------------------------------------


def refused(cluster: Any, **task: Any) -> str:
    """The message of a task that changes nothing."""
    cluster.forget()
    result = cluster.run(MODULE, **{**BACK, **task})
    assert result.get("failed") and cluster.writes() == [], result
    return result["msg"]


def test_newer_snapshots_are_named_and_lost_only_when_accepted(cluster: Any) -> None:
    cluster.run(MODULE, **{**ONE, "name": "newer"})
    cluster.run("snapshot", svm="san1", volume="law_b", name="hourly")
    message = refused(cluster)
    assert (
        "is not restored to snapshot law_s: it would delete the newer snapshots hourly, newer." in message and "Set allow_newer" in message
    )
    next(iter(cluster.world.store.each("snapshots", name="hourly")))["owners"] = ["snapmirror"]
    assert "newer snapshots of volume law_b, and these cannot be deleted: hourly (in use by snapmirror)" in refused(
        cluster, allow_newer=True
    )
    next(iter(cluster.world.store.each("snapshots", name="hourly"))).pop("owners")
    assert cluster.run(MODULE, **BACK, allow_newer=True)["actions"] == ["restore"] and names(cluster, "law_b") == ["law_s"]


def test_all_objections_are_told_at_once(lab: Any) -> None:
    cluster = lab()
    mapped(cluster)
    cluster.run("snapshot", svm="san1", volume="san1_vol1b", name="hourly")
    message = refused(cluster, safety_clone="law_s2")
    for words in ("newer snapshots hourly", "data would change under hosts of igroup san1-host1", "allow_newer", "allow_in_use"):
        assert words in message, message
    cluster.run(MODULE, **{**ONE, "name": "law_s2"})
    assert "there is a snapshot law_s2 already" in refused(cluster, safety_clone="law_s2", allow_in_use=True, allow_newer=True)


def test_a_partial_snapshot_is_no_base(cluster: Any) -> None:
    cluster.run("snapshot", svm="san1", volume="law_b", name="law_s", state="absent")
    assert "the snapshot is partial: law_b is not in it" in refused(cluster)


def test_a_volume_that_left_the_group_is_not_restored_with_it(cluster: Any) -> None:
    uuid = next(iter(cluster.world.store.each("consistency_groups", name="law")))["uuid"]
    body = {"volumes": [{"name": "law_b", "provisioning_options": {"action": "remove"}}]}
    assert not cluster.run("rest", method="PATCH", path=f"application/consistency-groups/{uuid}", body=body).get("failed")
    assert "it would restore law_b too, which left the group after the snapshot" in refused(cluster)


def test_what_is_no_snapshot_to_go_back_to_is_said(cluster: Any) -> None:
    assert "snapshot nothing of consistency group law does not exist, or its group does not." in refused(cluster, name="nothing")
    volume(cluster, "law_b")["state"] = "offline"
    assert "volume law_b is offline" in refused(cluster)
    volume(cluster, "law_b")["state"] = "online"
    cluster.run(MODULE, **{**ONE, "name": "open"}, state="started", fence_timeout=120)
    assert "snapshot open of consistency group law was started and is not committed." in refused(cluster, name="open")


# -- halves ----------------------------------------------------------------------------------------------------------------


@handler
def go_offline(world: Any, volume: str) -> None:
    """A volume fails."""
    next(iter(world.store.each("volumes", name=volume)))["state"] = "offline"


def test_a_restore_that_fails_half_way_says_what_is_back_and_is_finished_by_the_next_run(cluster: Any) -> None:
    cluster.world.later(1, "test_consistency_group_restore.go_offline", volume="law_b")
    result = cluster.run(MODULE, **BACK)
    assert result["failed"] and "At snapshot law_s are: law_a; not, or not known: law_b." in result["msg"], result["msg"]
    assert "run the task again" in result["msg"] and data(cluster) == [0, 8192]
    volume(cluster, "law_b")["state"] = "online"
    result = cluster.run(MODULE, **BACK)
    assert result["actions"] == ["restore"] and data(cluster) == [0, 0]


def test_volumes_that_are_back_are_left_out_where_luns_are_mapped(lab: Any) -> None:
    cluster = lab()
    mapped(cluster)
    cluster.fault("PATCH", "/storage/volumes/*", "job_failure", nth=2, code="460770", message="Interrupted.")
    result = cluster.run(MODULE, **BACK, allow_in_use=True)
    assert result["failed"] and "At snapshot law_s are: san1_vol1a; not, or not known: san1_vol1b." in result["msg"]
    assert result["error"]["actions_done"] == ["restore san1_vol1a"]
    assert cluster.run(MODULE, **BACK, allow_in_use=True)["actions"] == ["restore san1_vol1b"]


class Killed(BaseException):
    """The process is gone."""


def killed_at(patch: Any, count: int) -> None:
    """Have the process end before its request number `count`."""
    real, seen = Client.call, []

    def call(self: Any, *args: Any, **more: Any) -> Any:
        seen.append(1)
        if len(seen) == count:
            raise Killed
        return real(self, *args, **more)

    patch.setattr(Client, "call", call)


def ready_for_copies(cluster: Any) -> Any:
    """The group has changed, and what takes long takes few looks."""
    changed(cluster)
    grown(cluster)
    cluster.world.settings.update(volume_split=1, snapshot_fence=0)
    cluster.forget()
    return cluster


def test_a_run_that_is_killed_before_or_after_any_write_is_taken_up(lab: Any, monkeypatch: Any) -> None:
    whole = ready_for_copies(lab())
    assert whole.run(MODULE, **COPY)["actions"] == STEPS
    places = [number for number, entry in enumerate(whole.requests(), 1) if entry["method"] != "GET"]
    for count in sorted({at + after for at in places for after in (0, 1, 2)}):
        cluster = ready_for_copies(lab())
        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            killed_at(patch, count)
            assert not cluster.run(MODULE, **COPY), "it was not killed"
        result = cluster.run(MODULE, **COPY)
        assert not result.get("failed"), (count, result["msg"])
        assert data(cluster) == [0, 0] and data(cluster, "copy_") == [8192, 8192], count
        assert names(cluster, "law_a") == ["law_s"] == names(cluster, "law_b"), count


# -- the copy of the present -----------------------------------------------------------------------------------------------


def test_the_copy_holds_the_present_and_shares_nothing(cluster: Any) -> None:
    result = cluster.run(MODULE, **COPY)
    assert result["actions"] == STEPS and data(cluster) == [0, 0] and data(cluster, "copy_") == [8192, 8192]
    assert not any(volume(cluster, f"copy_{name}")["clone"]["is_flexclone"] for name in VOLUMES)
    grown(cluster)
    assert "there is a consistency group copy already" in refused(cluster, safety_clone="copy")


def test_the_copy_is_complete_before_anything_is_lost(cluster: Any) -> None:
    cluster.world.settings["volume_split"] = 300
    result = cluster.run(MODULE, **COPY, wait_timeout=30)
    assert result["failed"] and "consistency group law has not been restored." in result["msg"] and "not split yet" in result["msg"]
    assert restores(cluster) == 0 and data(cluster) == [8192, 8192]
    assert cluster.run(MODULE, **COPY, wait_timeout=900)["actions"] == ["restore"] and data(cluster, "copy_") == [8192, 8192]


def test_a_copy_that_is_out_of_date_is_not_trusted(cluster: Any) -> None:
    cluster.fault("PATCH", "/application/*", "job_failure", code="460770", message="Interrupted.")
    assert cluster.run(MODULE, **COPY)["error"]["actions_done"] == ["snapshot", "clone"]
    grown(cluster, 4096)
    assert "copy was made by an earlier run, and the group has changed since" in refused(cluster, safety_clone="copy")
    result = cluster.run(MODULE, **{**COPY, "safety_clone": "copy2"}, allow_newer=True)
    assert result["actions"] == STEPS and data(cluster, "copy2_") == [8192 + 4096] * 2


def test_a_half_restored_group_keeps_its_copy(lab: Any) -> None:
    cluster = lab()
    mapped(cluster)
    cluster.fault("PATCH", "/storage/volumes/*", "job_failure", nth=2, code="460770", message="Interrupted.")
    task = {**COPY, "allow_in_use": True}
    result = cluster.run(MODULE, **task)
    assert result["failed"] and result["error"]["actions_done"] == ["snapshot", "clone", "restore san1_vol1a"], result
    written(cluster, "san1_vol1b")
    assert cluster.run(MODULE, **task)["actions"] == ["restore san1_vol1b"]
    assert volume(cluster, "copy_san1_vol1a") and names(cluster, "san1_vol1b") == ["law_s"]
    # That restore is over: what is written now is in no copy.
    written(cluster, "san1_vol1a")
    assert "there is a consistency group copy already" in refused(cluster, safety_clone="copy", allow_in_use=True)


def test_what_is_left_of_snapshots_that_a_restore_took_does_not_count_when_pruning(lab: Any) -> None:
    cluster = lab()
    mapped(cluster)
    cluster.run(MODULE, **{**ONE, "name": "law_t"})
    assert len(cluster.run(MODULE, **BACK, allow_in_use=True, allow_newer=True)["actions"]) == 2
    result = cluster.run(MODULE, svm="san1", group="law", state="pruned", prefix="law_", keep=1)
    assert (result["actions"], result["record"]["snapshots"]) == (["delete law_t"], ["law_s"]), result


# -- lost answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", [BACK, COPY], ids=["plain", "copy"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "job_vanish"])
def test_a_lost_answer_restores_once(cluster: Any, kind: str, task: dict[str, Any]) -> None:
    cluster.fault("PATCH", "/application/*", kind)
    result = cluster.run(MODULE, **task)
    assert not result.get("failed") and result["actions"] == (STEPS if task is COPY else ["restore"]), result
    assert restores(cluster) == (2 if kind in ("drop_before", "reset") else 1) and data(cluster) == [0, 0]


@handler
def hosts_write_again(world: Any, volume: str) -> None:
    """Clients overwrite a part of a volume."""
    snapshots.hold(world, volume, 512)


def test_what_hosts_wrote_after_a_restore_is_not_thrown_away_by_doubt(lab: Any) -> None:
    cluster = lab()
    mapped(cluster)
    cluster.fault("PATCH", "/storage/volumes/*", "drop_after")
    cluster.world.later(2.001, "test_consistency_group_restore.hosts_write_again", volume=volume(cluster, "san1_vol1a")["uuid"])
    result = cluster.run(MODULE, **BACK, allow_in_use=True)
    assert result["failed"] and "Whether consistency group law was restored to snapshot law_s is not known" in result["msg"], result
    assert restores(cluster) == 1
