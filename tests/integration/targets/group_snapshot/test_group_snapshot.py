# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""50 LUNs over 8 FlexVols under write load: whole playbooks, with answers lost, clones refused, and runs killed.

That a run may be killed between any two of its requests is tested in tests/unit (test_group_course.py), which takes no time.
"""

from __future__ import annotations

import time

from place import VOLUMES, Place, playground

GROUPS = "application/consistency-groups"
BEGINS = f"{GROUPS}/*/snapshots"
COMMITS = f"{GROUPS}/*/snapshots/*"
MANY = "storage/volumes/*/snapshots*"


def test_a_set_is_made_under_load_found_complete_and_its_busy_snapshots_are_reaped(place: Place) -> None:
    place.world.settings["lun_clone_split"] = 3
    hooks = {f"group_snapshot_{name}_tasks": place.tasks(name) for name in ("quiesce", "fenced", "thaw")}
    run = place.play(group_snapshot_report_dir=str(place.folder), **hooks).good()
    point = place.check_whole()
    assert place.diary() == ["quiesce", "fenced", "thaw"]
    report = run.report
    assert (report["point"], report["found"], len(report["clones"]), report["engine"]) == (point, "fresh", 50, "rest")
    assert 0 < report["fenced_seconds"] < 7 and report["within_budget"] and report["clones"][0]["serial_number"]
    assert playground.result_in(place.folder, "san1-old.group") == report
    assert place.writes("POST", "/snapshots") == 1 and place.writes("PATCH", "consistency-groups") == 1
    assert place.writes("POST", "/storage/luns") == 50
    assert place.snapshots() == ["reap_old"] * 8 and len(report["renamed"]) == 8
    again = place.play(**hooks).good()
    assert again.changed == {"localhost": 0} and place.writes() == 0 and again.report["point"] == point
    assert place.diary() == ["quiesce", "fenced", "thaw"]
    time.sleep(1)
    reaped = place.play("snapshot_reaper").good()
    assert not place.snapshots() and len(reaped.report["snapshots"]) == 8
    place.check_whole()


def test_lost_answers_are_found_out(place: Place) -> None:
    place.fault("POST", GROUPS, "drop_after")
    place.fault("POST", BEGINS, "drop_after")
    place.fault("PATCH", COMMITS, "drop_after")
    place.fault("POST", "storage/luns", "drop_after", nth=1)
    place.fault("POST", "storage/luns", "drop_before", nth=20)
    place.fault("POST", "storage/luns", "drop_after", nth=50)
    place.fault("DELETE", MANY, "drop_after")
    # An account of the SVM is enough.
    username, password = place.simulator.svm_account(svm="san1")
    run = place.play(ontap_connection={**place.connection, "username": username, "password": password}).good()
    place.check_whole()
    assert not place.snapshots() and run.report["fenced_seconds"] < 7


def test_a_run_that_was_killed_is_finished_out_of_the_same_snapshot(place: Place) -> None:
    place.killed(lambda: len(place.clones()) >= 20)
    early = {row["uuid"]: row["comment"] for row in place.clones()}
    assert 20 <= len(early) < 50 and place.snapshots() == ["old"] * 8
    run = place.play().good()
    assert run.report["found"] == "resume" and place.check_whole() in next(iter(early.values()))
    assert set(early) <= {row["uuid"] for row in place.clones()} and not place.snapshots()
    assert place.writes("POST", "/storage/luns") == 50 - len(early)


def test_without_its_whole_snapshot_a_half_set_is_undone_and_taken_anew(place: Place) -> None:
    place.killed(lambda: len(place.clones()) >= 20)
    early = {row["uuid"] for row in place.clones()}
    lost = next(row for row in place.rows("snapshots") if row["volume"]["name"] == VOLUMES[0])
    with place.simulator.app.lock:
        place.world.store.remove("snapshots", lost["uuid"])
    foretold = place.play("group_snapshot", "--check").good()
    assert place.writes() == 0 and foretold.report["found"] == "undo"
    run = place.play().good()
    assert run.report["found"] == "undo"
    place.check_whole()
    assert not early & {row["uuid"] for row in place.clones()} and not place.snapshots()


def test_a_clone_that_fails_takes_back_what_the_run_made_and_nothing_else(place: Place) -> None:
    place.world.settings["lun_clone_split"] = 3600
    place.fault("POST", "storage/luns", "error", nth=30, times=0, status=400, code="917927", message="No space left")
    before = {row["uuid"] for row in place.rows("luns")}
    run = place.play().bad()
    assert {row["uuid"] for row in place.rows("luns")} == before
    place.check_nothing()
    assert "No space left" in run.report["error"] and "Taken back: 29 clone(s) and the snapshot." in run.report["error"]
    assert not run.report["success"] and len(run.report["undone"]) == 29


def test_what_cannot_be_taken_back_is_said_and_gone_on_with(place: Place) -> None:
    place.fault("POST", "storage/luns", "error", nth=30, status=400, code="917927", message="No space left")
    place.fault("DELETE", "storage/luns/*", "error", times=0, status=500, code="1", message="Not today")
    run = place.play().bad()
    assert "No space left" in run.report["error"] and "failed too" in run.report["error"] and "Not today" in run.report["error"]
    assert len(place.clones()) == 29 and place.snapshots() == ["old"] * 8
    place.simulator.faults.clear()
    assert place.play().good().report["found"] == "resume"
    place.check_whole()


def test_applications_are_let_go_when_anything_inside_the_fence_fails(place: Place) -> None:
    hooks = {f"group_snapshot_{name}_tasks": place.tasks(name) for name in ("quiesce", "thaw")}
    breaks = place.tasks("fenced", {"name": "Break", "ansible.builtin.fail": {"msg": "the site says no"}})
    run = place.play(group_snapshot_fenced_tasks=breaks, **hooks, group_snapshot_fence_timeout=120).bad()
    assert place.diary() == ["quiesce", "fenced", "thaw"] and "the site says no" in run.report["error"]
    # The fence was not left to its time: only a commit ends it before.
    assert place.writes("PATCH", "consistency-groups") == 1 and not place.rows("fences")
    place.check_nothing()


def test_what_comes_too_late_is_not_committed(place: Place) -> None:
    hooks = {"group_snapshot_thaw_tasks": place.tasks("thaw")}
    slow = place.tasks("quiesce", {"name": "Be slow", "ansible.builtin.wait_for": {"timeout": 2}})
    run = place.play(group_snapshot_quiesce_tasks=slow, group_snapshot_budget=1, **hooks).bad()
    assert "group_snapshot_budget is 1" in run.report["error"] and place.diary() == ["quiesce", "thaw"]
    assert place.writes() == 0 and not run.report["within_budget"]
    place.check_nothing()


def test_a_missing_file_of_tasks_is_told_before_applications_are_quiet(place: Place) -> None:
    run = place.play(group_snapshot_quiesce_tasks=place.tasks("quiesce"), group_snapshot_thaw_tasks="/nowhere/thaw.yml").bad()
    assert "There is no file /nowhere/thaw.yml." in run.output and not place.diary() and not place.writes()


def test_groups_of_others_are_named_and_never_changed(place: Place) -> None:
    place.make_lun("/vol/other/theirs")
    members = [*place.variables["group_snapshot_members"][:2], {"source": "/vol/other/theirs", "clone": "theirs_old"}]
    foretold = place.play("group_snapshot", group_snapshot_members=members, group_snapshot_engine="rest").bad()
    assert "volume other is in consistency group of_others" in foretold.output.lower() and place.writes() == 0
    run = place.play(group_snapshot_members=members)
    if run.code:
        # It says what to install, and has changed nothing.
        assert "pip install netapp-lib" in run.bad().output and place.writes() == 0
        return
    assert run.report["engine"] == "ontapi" and len(place.clones()) == 3 and place.groups() == ["of_others"]
    assert place.writes("", "consistency-groups") == 0 and not place.snapshots()


def test_the_reaper_takes_nothing_else(place: Place) -> None:
    place.play("group_snapshot", "--check").good()
    assert place.writes() == 0
    for volume, name in (("vol1", "reap_it"), ("vol1", "reaper"), ("vol2", "my_reap_it")):
        place.take(volume, name)
    place.take("vol3", "reap_locked", expiry_time="2100-01-01T00:00:00+00:00")
    run = place.play("snapshot_reaper").good()
    assert place.snapshots() == ["my_reap_it", "reap_locked", "reaper"] and place.groups() == ["of_others"]
    assert [one["name"] for one in run.report["staying"]] == ["reap_locked"]
    assert place.play("snapshot_reaper").good().changed == {"localhost": 0}
