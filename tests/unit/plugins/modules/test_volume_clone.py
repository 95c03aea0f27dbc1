# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FlexClones: what a clone takes over from its parent, and splits that are started, joined, stopped, failed or left running."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.modules import volume

GIB = 1024**3
PARENT: dict[str, Any] = {"svm": "nas1", "name": "data", "aggregate": "aggr1_ndo_01", "size": "10GiB", "space_guarantee": "none"}
CLONE: dict[str, Any] = {"svm": "nas1", "name": "copy", "clone": {"parent_volume": "data"}}
SPLIT: dict[str, Any] = {"svm": "nas1", "name": "copy", "split": True}


def row_of(cluster: Any, name: str = "copy", svm: str = "nas1") -> Any:
    """The simulator's own row of a volume, or None."""
    return next((row for row in cluster.world.store.each("volumes", name=name) if row["svm"]["name"] == svm), None)


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with a volume that can be cloned."""
    made = lab()
    assert made.run("volume", **PARENT, comment="parent")["actions"] == ["create"]
    made.forget()
    return made


@pytest.fixture
def cloned(cluster: Any) -> Any:
    """A cluster with a clone."""
    assert cluster.run("volume", **CLONE)["actions"] == ["create"]
    cluster.forget()
    return cluster


def test_a_clone_shares_the_aggregate_of_its_parent(cluster: Any) -> None:
    assert cluster.run("volume", **CLONE, aggregate="aggr1_ndo_01", size="10GiB")["actions"] == ["create"]
    row = row_of(cluster)
    assert row["clone"]["parent_volume"]["name"] == "data" and row["aggregates"][0]["name"] == "aggr1_ndo_01"


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"aggregate": "aggr2_ndo_01"}, "a clone is in the aggregate of its parent nas1:data, aggr1_ndo_01, not in aggr2_ndo_01"),
        ({"size": "5GiB"}, f"the parent has {10 * GIB} bytes, and so would the clone; {5 * GIB} were asked for"),
        ({"clone": {"parent_volume": "no"}, "size": "5GiB"}, "the parent volume nas1:no does not exist"),
        ({"clone": {"parent_volume": "data", "parent_svm": "san1"}, "size": "5GiB"}, "the parent volume san1:data does not exist"),
        ({"language": "de.utf_8"}, "a clone has the language of its parent"),
    ],
)
def test_a_clone_that_cannot_be_is_refused_before_the_write(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("volume", **{**CLONE, **task})
    assert words in result["msg"] and cluster.writes() == [], result["msg"]
    assert cluster.run("volume", check_mode=True, **{**CLONE, **task})["msg"] == result["msg"]


@pytest.mark.parametrize(
    ("clone", "code"), [({"parent_volume": "no"}, "524601"), ({"parent_volume": "data", "parent_snapshot": "no"}, "1638600")]
)
def test_a_parent_that_does_not_exist_is_told_in_ontaps_words(cluster: Any, clone: dict[str, Any], code: str) -> None:
    result = cluster.run("volume", **{**CLONE, "clone": clone})
    assert result["error"]["code"] == code and row_of(cluster) is None


def test_a_clone_may_be_smaller_when_the_task_says_so(cluster: Any) -> None:
    assert cluster.run("volume", **CLONE, size="5GiB", allow_shrink=True)["actions"] == ["create", "modify"]
    assert (row_of(cluster)["size"], row_of(cluster, "data")["size"]) == (5 * GIB, 10 * GIB)


def test_a_volume_that_is_there_is_not_compared_with_its_parent(cloned: Any) -> None:
    assert cloned.run("volume", **{**CLONE, "clone": {"parent_volume": "other", "parent_snapshot": "s"}})["actions"] == []
    assert cloned.run("volume", **{**CLONE, "name": "data"})["actions"] == []
    assert cloned.writes() == []


def test_a_clone_in_another_svm_is_mounted_afterwards(cluster: Any) -> None:
    source = {"parent_volume": "nas1_vol1a", "parent_svm": "nas1"}
    result = cluster.run("volume", svm="san1", name="copy", clone=source, junction_path="/copy", comment="c")
    assert result["actions"] == ["create", "modify"]
    assert row_of(cluster, "copy", "san1")["nas"]["path"] == "/copy"


def test_parents_of_many_clones_are_one_read(cluster: Any) -> None:
    items = [{"name": f"copy{number}"} for number in range(5)]
    result = cluster.run("volume", check_mode=True, svm="nas1", clone={"parent_volume": "data"}, size="12GiB", items=items)
    assert len(result["actions"]) == 10 and len(cluster.requests()) == 2


def test_a_clone_whose_creation_was_lost_is_finished(cluster: Any) -> None:
    cluster.fault("POST", "/storage/volumes", "drop_after")
    result = cluster.run("volume", **CLONE, size="12GiB")
    assert result["actions"] == ["create", "modify"] and row_of(cluster)["size"] == 12 * GIB
    assert len(list(cluster.world.store.each("volumes", name="copy"))) == 1


# -- splitting -------------------------------------------------------------------------------------------------------------


def test_a_split_is_waited_for_and_tells_how_far_it_is(cloned: Any) -> None:
    cloned.world.settings["volume_split"] = 200
    lines: list[str] = []
    params = {name: spec.get("default") for name, spec in volume.ARGUMENTS.options.items()}
    result = modules.perform(volume.body, {**params, **cloned.connection(), **SPLIT}, False, lines.append)
    assert result["actions"] == ["split"] and result["record"]["split"] == "done"
    percents = [int(line.split()[-3]) for line in lines if line.startswith("Split of volume nas1:copy: ") and "%" in line]
    assert len(percents) > 3 and percents == sorted(percents), lines
    assert row_of(cloned)["clone"]["is_flexclone"] is False


def test_a_volume_that_is_no_clone_any_more_is_left_alone(cloned: Any) -> None:
    assert cloned.run("volume", **SPLIT)["actions"] == ["split"]
    again = cloned.run("volume", **SPLIT)
    assert again["actions"] == [] and again["record"]["split"] == "done" and again["joined"] is False
    assert cloned.run("volume", svm="nas1", name="data", split=True)["actions"] == []


def test_a_running_split_is_joined(cloned: Any) -> None:
    started = cloned.run("volume", **SPLIT, wait=False)
    assert started["actions"] == ["split"] and started["record"]["split"] == "running" and started["job"]["uuid"]
    cloned.advance(5)
    cloned.forget()
    left = cloned.run("volume", **SPLIT, wait=False)
    assert left["actions"] == [] and left["record"]["split"] == "running"
    joined = cloned.run("volume", **SPLIT)
    assert (joined["actions"], joined["changed"], joined["joined"]) == ([], False, True)
    assert joined["record"]["split"] == "done" and cloned.writes() == []


def test_a_timeout_leaves_the_split_running_and_a_second_run_joins_it(cloned: Any) -> None:
    cloned.world.settings["volume_split"] = 1000
    result = cloned.run("volume", **SPLIT, wait_timeout=60)
    assert result["error"]["kind"] == "WaitTimeout" and "% done" in result["msg"] and "join" in result["msg"]
    assert result["error"]["actions_done"] == ["split"] and row_of(cloned)["clone"]["is_flexclone"]
    cloned.forget()
    assert cloned.run("volume", **SPLIT, wait_timeout=2000)["joined"] is True and cloned.writes() == []


def test_a_clone_is_made_and_split_also_when_nobody_waits(cluster: Any) -> None:
    result = cluster.run("volume", **CLONE, split=True, wait=False)
    assert result["actions"] == ["create", "split"] and result["record"]["split"] == "running"
    cluster.advance(100)
    assert row_of(cluster)["clone"]["is_flexclone"] is False


def test_a_clone_that_has_its_own_split_is_not_split_again(cluster: Any) -> None:
    task = {**CLONE, "split": True}
    assert cluster.run("volume", **task)["record"]["split"] == "done"
    assert cluster.run("volume", **task)["actions"] == []


def test_a_split_without_room_fails_in_ontaps_words(cloned: Any) -> None:
    row = row_of(cloned)
    row["guarantee"]["type"], row["size"] = "volume", 10**16
    result = cloned.run("volume", **SPLIT)
    assert result.get("failed") and "not enough space in aggregate" in result["msg"] and result["error"]["code"] == "460770"
    assert row["clone"]["is_flexclone"]


def test_a_split_that_somebody_stops_is_no_success(cloned: Any) -> None:
    cloned.world.settings["volume_split"] = 1000
    uuid = row_of(cloned)["uuid"]
    cloned.world.later(30, "flexclone.split", volume=uuid, on=False)
    result = cloned.run("volume", **SPLIT, wait_timeout=500)
    assert result["error"]["kind"] == "OperationFailed" and "somebody stopped it" in result["msg"]


def test_a_clone_that_is_deleted_under_its_split_is_told(cloned: Any) -> None:
    cloned.world.settings["volume_split"] = 1000
    cloned.world.later(30, "volumes.remove", volume=row_of(cloned)["uuid"], force=True)
    assert "is gone" in cloned.run("volume", **SPLIT, wait_timeout=500)["msg"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "job_vanish"])
def test_a_lost_answer_starts_no_second_split(cloned: Any, kind: str) -> None:
    cloned.fault("PATCH", "/storage/volumes/*", kind)
    result = cloned.run("volume", **SPLIT)
    assert result["actions"] == ["split"] and result["record"]["split"] == "done"
