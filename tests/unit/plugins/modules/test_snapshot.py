# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module snapshot, beyond the laws: how one is made, what keeps one, what it refuses, many at once, and bad days."""

from __future__ import annotations

import json
from typing import Any

import pytest

VOLUME = "san1_vol1a"
ONE: dict[str, Any] = {"svm": "san1", "volume": VOLUME, "name": "daily"}
ON_ALL = "/storage/volumes/[*]/snapshots"
"""The path with a star, as a pattern of faults."""


def volume_of(cluster: Any, name: str, svm: str = "san1") -> Any:
    """The simulator's own row of a volume."""
    return next(row for row in cluster.world.store.each("volumes", name=name) if row["svm"]["name"] == svm)


def row_of(cluster: Any, name: str, volume: str = VOLUME, svm: str = "san1") -> Any:
    """The simulator's own row of a snapshot, or None."""
    rows = cluster.world.store.each("snapshots", name=name)
    return next((row for row in rows if (row["volume"]["name"], row["svm"]["name"]) == (volume, svm)), None)


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with a snapshot."""
    made = lab()
    assert made.run("snapshot", **ONE)["actions"] == ["create"]
    made.forget()
    return made


# -- making ----------------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_made_by_the_name_of_its_volume(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["snapshot_job"] = 0
    result = cluster.run("snapshot", **ONE, snapmirror_label="weekly")
    row = row_of(cluster, "daily")
    assert [(entry["method"], entry["path"]) for entry in cluster.requests()] == [
        ("GET", "/api/storage/volumes/*/snapshots"),
        ("POST", "/api/storage/volumes/*/snapshots"),
    ]
    assert (result["record"]["uuid"], row["snapmirror_label"]) == (row["uuid"], "weekly")
    assert result["record"]["create_time"] == "2026-01-01T00:00:00+00:00"


def test_a_release_that_takes_no_volume_names_is_told_the_uuid(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", ON_ALL, "error", status=405, code="3", message="The method POST is not supported.")
    result = cluster.run("snapshot", **ONE)
    assert result["actions"] == ["create"] and row_of(cluster, "daily")["uuid"] == result["record"]["uuid"]
    assert cluster.writes()[-1]["path"] == f"/api/storage/volumes/{volume_of(cluster, VOLUME)['uuid']}/snapshots"


@pytest.mark.parametrize("options", [{}, {"comment": "c"}])
@pytest.mark.parametrize(
    ("task", "state", "words"),
    [
        ({"volume": "nowhere"}, {}, "snapshot daily of volume nowhere: there is no volume nowhere in the SVM san1"),
        ({"svm": "nas9"}, {}, "there is no volume san1_vol1a in the SVM nas9"),
        ({}, {"state": "offline"}, "volume san1_vol1a is offline, and snapshots are taken of volumes that are online"),
        ({}, {"type": "dp"}, "volume san1_vol1a is of type dp, and snapshots are taken of read-write volumes"),
    ],
)
def test_a_volume_without_snapshots_is_named(lab: Any, task: dict[str, Any], state: dict[str, Any], words: str, options: Any) -> None:
    cluster = lab()
    volume_of(cluster, VOLUME).update(state)
    result = cluster.run("snapshot", **{**ONE, **task}, **options)
    assert result["failed"] and words in result["msg"], result["msg"]
    assert not list(cluster.world.store.each("snapshots"))
    assert len(cluster.writes()) == (0 if options else 1)


def test_a_snapshot_of_a_volume_that_is_not_there_is_absent(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("snapshot", **{**ONE, "volume": "nowhere"}, state="absent")
    assert (result["changed"], result["record"], len(cluster.requests())) == (False, None, 1)


def test_a_task_that_does_not_wait_names_the_job(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("snapshot", **ONE, wait=False)
    assert result["changed"] and result["job"]["uuid"] in cluster.world.store.table("jobs")
    assert len(cluster.requests()) == 2
    cluster.advance(5)
    assert row_of(cluster, "daily")


# -- expiry times ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", ["2030-01-31T18:00:00+01:00", "2030-01-31 17:00Z", "2030-01-31T17:00:00.000+0000"])
def test_the_same_moment_in_other_words_is_no_change(cluster: Any, same: str) -> None:
    assert cluster.run("snapshot", **ONE, expiry_time="2030-01-31T17:00:00Z")["actions"] == ["modify"]
    result = cluster.run("snapshot", **ONE, expiry_time=same)
    assert (result["changed"], result["record"]["expiry_time"]) == (False, "2030-01-31T17:00:00+00:00")


@pytest.mark.parametrize("text", ["2030-01-31T17:00:00", "tomorrow", "2030-02-30T17:00:00Z", "2030-01-31"])
def test_a_time_that_is_none_is_refused_before_anything_is_sent(lab: Any, text: str) -> None:
    cluster = lab()
    result = cluster.run("snapshot", **ONE, expiry_time=text)
    assert result["failed"] and f"{text!r} is not a time with its offset from UTC" in result["msg"]
    assert cluster.requests() == []


def test_an_expiry_time_is_taken_away_by_the_cli(cluster: Any) -> None:
    cluster.run("snapshot", **ONE, expiry_time="2030-01-31T17:00:00Z")
    forecast = cluster.run("snapshot", check_mode=True, **ONE, expiry_time="", comment="free")
    assert forecast["actions"] == ["modify", "clear_expiry"] and forecast["record"]["expiry_time"] == ""
    cluster.forget()
    cluster.run("snapshot", **ONE, expiry_time="")
    sent = cluster.writes()[0]
    assert (sent["method"], sent["path"]) == ("PATCH", "/api/private/cli/volume/snapshot")
    assert "snapshot=daily" in sent["query"] and f"volume={VOLUME}" in sent["query"] and "vserver=san1" in sent["query"]


# -- what keeps a snapshot -------------------------------------------------------------------------------------------------


def test_a_snapshot_in_use_is_not_deleted_and_its_users_are_named(cluster: Any) -> None:
    row_of(cluster, "daily")["owners"] = ["snapmirror", "backup"]
    result = cluster.run("snapshot", **ONE, state="absent")
    assert result["failed"] and "cannot be deleted: it is in use by snapmirror, backup." in result["msg"]
    assert cluster.writes() == [] and len(cluster.requests()) == 1


def test_a_snapshot_under_a_clone_is_not_deleted(cluster: Any) -> None:
    body = {
        "name": "twin",
        "svm.name": "san1",
        "clone": {"is_flexclone": True, "parent_volume.name": VOLUME, "parent_snapshot.name": "daily"},
    }
    assert not cluster.run("rest", method="POST", path="storage/volumes", body=body).get("failed")
    result = cluster.run("snapshot", **ONE, state="absent")
    assert result["failed"] and "in use by volume_clone_dependent" in result["msg"] and "split or delete the clone" in result["msg"]


def test_a_locked_snapshot_is_deleted_when_its_time_is_over(cluster: Any) -> None:
    cluster.run("snapshot", **ONE, expiry_time="2026-01-02T00:00:00Z")
    result = cluster.run("snapshot", **ONE, state="absent")
    assert result["failed"] and "it is locked until 2026-01-02T00:00:00+00:00" in result["msg"]
    cluster.advance(86400)
    assert cluster.run("snapshot", **ONE, state="absent")["actions"] == ["delete"]


def test_what_ontap_says_is_explained_when_the_read_did_not_show_it(cluster: Any) -> None:
    row_of(cluster, "daily")["owners"] = ["lun_clone_dependent"]
    result = cluster.run("snapshot", **ONE, state="absent")
    assert result["failed"] and result["error"]["code"] == "1638543"
    assert "daily of volume san1_vol1a cannot be deleted: it is in use by lun_clone_dependent." in result["msg"]


# -- which snapshot is meant -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["*", "daily*", "daily|weekly", "!weekly", "a,daily", "<z", 'da"ily', "a..z", "d ily", "", "null", "../daily"]
)
def test_an_odd_name_means_exactly_that_snapshot_or_is_refused(cluster: Any, name: str) -> None:
    before = {row["name"] for row in cluster.world.store.each("snapshots")}
    for state in ("absent", "present"):
        result = cluster.run("snapshot", **{**ONE, "name": name}, state=state)
        assert result.get("failed") or state == "absent" or row_of(cluster, name)
        assert before <= {row["name"] for row in cluster.world.store.each("snapshots")} <= before | {name}


@pytest.mark.parametrize("volume", ["*", "san1*", "san1_vol1a|san1_vol1b", "!x"])
def test_an_odd_volume_means_no_other(cluster: Any, volume: str) -> None:
    assert cluster.run("snapshot", **{**ONE, "volume": volume}, state="absent")["changed"] is False
    assert cluster.run("snapshot", **{**ONE, "volume": volume, "name": "new"})["failed"]
    assert [row["name"] for row in cluster.world.store.each("snapshots")] == ["daily"]


def test_the_same_names_in_two_svms_are_two_snapshots(cluster: Any) -> None:
    body = {"name": VOLUME, "svm.name": "nas1", "aggregates": [{"name": "aggr1_ndo_01"}], "size": 1024**3, "guarantee.type": "none"}
    assert not cluster.run("rest", method="POST", path="storage/volumes", body=body).get("failed")
    other = {**ONE, "svm": "nas1"}
    assert cluster.run("snapshot", **other, snapmirror_label="x")["actions"] == ["create"]
    assert cluster.run("snapshot", **other, comment="theirs")["actions"] == ["modify"]
    assert (row_of(cluster, "daily")["comment"], row_of(cluster, "daily", svm="nas1")["comment"]) == ("", "theirs")
    assert cluster.run("snapshot", **ONE, state="absent")["actions"] == ["delete"]
    assert row_of(cluster, "daily") is None and row_of(cluster, "daily", svm="nas1")


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_a_page_cut_short_is_no_absence(cluster: Any, kind: str) -> None:
    cluster.fault("GET", ON_ALL, kind)
    assert cluster.run("snapshot", **ONE)["changed"] is False
    assert cluster.writes() == []


def test_a_rename_needs_one_of_the_names_and_not_both(cluster: Any) -> None:
    result = cluster.run("snapshot", **{**ONE, "name": "new"}, from_name="old")
    assert result["failed"] and "does not exist, and neither does old" in result["msg"]
    cluster.run("snapshot", **{**ONE, "name": "new"})
    result = cluster.run("snapshot", **{**ONE, "name": "new"}, from_name="daily")
    assert result["failed"] and "both this name and the old name daily exist" in result["msg"]
    assert cluster.run("snapshot", **{**ONE, "name": "newer"}, from_name="new", comment="x")["actions"] == ["modify"]
    assert {row["name"] for row in cluster.world.store.each("snapshots")} == {"daily", "newer"}


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"name": None}, "state is present but all of the following are missing: name"),
        ({"keep": 3}, "keep is an option of state pruned, and the state is present"),
        ({"prefix": "daily", "state": "absent"}, "prefix is an option of state pruned, and the state is absent"),
        ({"allow_newer": True}, "allow_newer is an option of state restored, and the state is present"),
        ({"safety_clone": "x", "state": "absent"}, "safety_clone is an option of state restored"),
        ({"state": "pruned", "prefix": "daily", "keep": 1}, "name is for one snapshot"),
        ({"volume": None}, "missing required arguments: volume"),
    ],
)
def test_options_that_do_not_go_together_are_refused(lab: Any, task: dict[str, Any], words: str) -> None:
    cluster = lab()
    result = cluster.run("snapshot", **{**ONE, **task})
    assert result["failed"] and words in result["msg"], result["msg"]
    assert cluster.requests() == []


def test_a_label_that_is_too_long_fails_in_ontaps_words(cluster: Any) -> None:
    result = cluster.run("snapshot", **ONE, snapmirror_label="x" * 32)
    assert result["failed"] and result["error"]["code"] == "1638523" and row_of(cluster, "daily").get("snapmirror_label") is None


# -- many in one task ------------------------------------------------------------------------------------------------------

VOLUMES = ["san1_vol1a", "san1_vol1b", "san1_vol2a", "san1_vol2b"]


def on_volumes(*names: str) -> list[dict[str, Any]]:
    """Items with nothing but a volume."""
    return [{"volume": name} for name in names]


def test_the_same_name_on_many_volumes_takes_one_read(cluster: Any) -> None:
    result = cluster.run("snapshot", svm="san1", name="daily", items=on_volumes(*VOLUMES))
    assert [one["actions"] for one in result["results"]] == [[], ["create"], ["create"], ["create"]]
    assert [one["object"] for one in result["results"]] == [f"snapshot daily of volume {name}" for name in VOLUMES]
    assert {row["volume"]["name"] for row in cluster.world.store.each("snapshots", name="daily")} == set(VOLUMES)
    assert len(cluster.writes()) == 3
    cluster.forget()
    assert cluster.run("snapshot", svm="san1", name="daily", items=on_volumes(*VOLUMES))["changed"] is False
    assert len(cluster.requests()) == 1
    cluster.forget()
    assert len(cluster.run("snapshot", svm="san1", name="daily", state="absent", items=on_volumes(*VOLUMES))["actions"]) == 4
    assert not list(cluster.world.store.each("snapshots"))


def test_volumes_are_read_once_for_all_new_snapshots_with_a_comment(cluster: Any) -> None:
    cluster.world.settings["snapshot_job"] = 0
    result = cluster.run("snapshot", svm="san1", name="daily", comment="c", items=on_volumes(*VOLUMES))
    assert result["actions"] == ["modify snapshot daily of volume san1_vol1a"] + [
        f"create snapshot daily of volume {name}" for name in VOLUMES[1:]
    ]
    assert [entry["method"] for entry in cluster.requests()] == ["GET", "GET", "PATCH", "POST", "POST", "POST"]


@pytest.mark.parametrize(("on_error", "made"), [("stop", 1), ("continue", 2)])
def test_one_volume_that_fails_is_told_from_the_others(lab: Any, on_error: str, made: int) -> None:
    cluster = lab()
    volume_of(cluster, "san1_vol1b")["state"] = "offline"
    result = cluster.run("snapshot", svm="san1", name="daily", items=on_volumes(*VOLUMES[:3]), on_error=on_error)
    assert result["failed"] and "1 of 3 objects failed" in result["msg"] and "san1_vol1b is offline" in result["msg"]
    assert len(list(cluster.world.store.each("snapshots", name="daily"))) == made
    assert [one["status"] for one in result["results"]] == ["ok", "failed", "ok" if made == 2 else "skipped"]


def test_items_of_several_kinds_go_in_one_task(cluster: Any) -> None:
    cluster.run("snapshot", **{**ONE, "volume": "san1_vol1b", "name": "job_1"})
    items = [
        {"volume": VOLUME, "state": "absent", "name": "daily"},
        {"volume": "san1_vol1b", "state": "pruned", "prefix": "job_", "keep": 0},
    ]
    result = cluster.run("snapshot", svm="san1", items=[*items, {"volume": "san1_vol2a", "name": "new", "comment": "c"}])
    assert [one["actions"] for one in result["results"]] == [["delete"], ["delete job_1"], ["create"]]


def test_a_refusal_of_one_item_leaves_all_alone(cluster: Any) -> None:
    row_of(cluster, "daily")["owners"] = ["snapmirror"]
    cluster.run("snapshot", **{**ONE, "volume": "san1_vol1b"})
    cluster.forget()
    result = cluster.run("snapshot", svm="san1", name="daily", state="absent", items=on_volumes("san1_vol1b", VOLUME))
    assert result["failed"] and cluster.writes() == []


# -- bad days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"comment": "c"}])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "job_vanish"])
def test_a_lost_answer_makes_one_snapshot(lab: Any, kind: str, options: dict[str, Any]) -> None:
    cluster = lab()
    cluster.fault("POST", "/storage/volumes/*/snapshots", kind)
    result = cluster.run("snapshot", **ONE, **options)
    assert result["actions"] == ["create"] and result["record"]["uuid"] == row_of(cluster, "daily")["uuid"]
    assert len(list(cluster.world.store.each("snapshots"))) == 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "job_vanish"])
def test_a_lost_answer_of_a_deletion_deletes_once(cluster: Any, kind: str) -> None:
    cluster.fault("DELETE", "/storage/volumes/*/snapshots/*", kind)
    result = cluster.run("snapshot", **ONE, state="absent")
    assert not result.get("failed") and result["record"] is None and row_of(cluster, "daily") is None


def test_a_job_that_fails_is_told_in_its_own_words(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", ON_ALL, "job_failure", code="525062", message="No more snapshots.")
    result = cluster.run("snapshot", **ONE)
    assert result["failed"] and "create failed: No more snapshots (code 525062)." in result["msg"]


def test_a_snapshot_that_is_not_there_after_all_is_a_failure(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", ON_ALL, "status", status=201, body="{}")
    result = cluster.run("snapshot", **ONE)
    assert result["failed"] and "the snapshot is not there" in result["msg"], json.dumps(result)
