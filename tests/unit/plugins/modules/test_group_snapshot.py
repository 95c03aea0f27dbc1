# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""group_snapshot: one instant whatever the number of volumes, by two engines; groups of others; two tasks; proof; busy snapshots."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.group_site import ENGINES, GROUPS, VOLUMES, Site


@pytest.fixture
def site(lab: Any) -> Any:
    """A maker of sites."""
    return lambda **options: Site(lab("groups", **options))


# -- one instant ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("engine", "writes"), [("rest", 4), ("ontapi", 2)])
def test_as_many_requests_for_one_volume_as_for_eight(site: Any, engine: str, writes: int) -> None:
    sent = []
    for volumes in (VOLUMES[:1], VOLUMES[:3] * 2, VOLUMES):
        one = site()
        one.lab.forget()
        result = one.done(volumes=volumes, engine=engine)
        assert result["record"]["volumes"] == sorted(set(volumes)) == one.holders()
        assert len(one.lab.writes()) == writes == len(result["actions"])
        sent.append(len(one.lab.requests()))
        one.lab.forget()
        assert not one.done(volumes=volumes, engine=engine)["changed"] and len(one.lab.requests()) == 2
    assert len(set(sent)) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_all_volumes_have_the_same_instant_while_hosts_write(site: Any, engine: str) -> None:
    one = site()
    one.faults.on("PATCH", f"{GROUPS}/*", "delay", seconds=2)
    one.faults.on_call("cg-commit", "delay", seconds=2)
    result = one.done(engine=engine)
    assert one.holders() == VOLUMES and one.consistent() and one.groups() == set() and one.fenced() == 0
    assert one.pauses() == {result["fenced_seconds"]} == {2.0}
    assert [snapshot["volume"] for snapshot in result["snapshots"]] == VOLUMES and result["engine"] == engine
    assert result["consistent"] and len(result["point"]) == 12


def test_snapshots_one_by_one_are_no_group_snapshot(site: Any) -> None:
    one = site()
    one.world.settings["snapshot_job"] = 0
    one.single(*VOLUMES)
    assert len({row["create_time"] for row in one.world.store.each("snapshots", name="g1")}) == 1 and not one.consistent()
    assert "nothing proves that they are of one instant" in one.refused()


def test_a_part_is_never_completed(site: Any) -> None:
    one = site()
    one.single("vol1", "vol3")
    message = one.refused()
    assert "vol1, vol3 have a snapshot already" in message and "vol2, vol4" in message and "state: absent" in message
    assert one.done(state="absent")["actions"] == ["delete"]
    assert one.done()["consistent"]


def test_the_point_is_another_one_when_the_snapshots_are_taken_anew(site: Any) -> None:
    one = site()
    first = one.done()["point"]
    assert one.done()["point"] == first
    one.done(state="absent")
    assert one.done(engine="ontapi")["point"] not in (None, first)


def test_a_mixture_of_two_group_snapshots_is_not_proven(site: Any) -> None:
    one = site()
    one.done(volumes=VOLUMES[:4])
    one.done(volumes=VOLUMES[4:], engine="ontapi")
    assert "nothing proves" in one.refused()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_label_is_that_of_the_snapshots(site: Any, engine: str) -> None:
    one = site()
    one.done(engine=engine, snapmirror_label="hourly")
    assert {row["snapmirror_label"] for row in one.world.store.each("snapshots", name="g1")} == {"hourly"}
    again = one.run(engine=engine, snapmirror_label="hourly")
    assert not again["changed"] and bool(again.get("failed")) == (engine == "ontapi")


# -- groups of others ----------------------------------------------------------------------------------------------------------


def test_a_volume_in_the_group_of_others_is_refused_by_name_or_taken_by_ontapi(site: Any) -> None:
    one = site()
    mixed = [*VOLUMES, "other"]
    message = one.refused(volumes=mixed, engine="rest")
    assert "volume other is in consistency group of_others" in message and "engine: ontapi" in message
    result = one.done(volumes=mixed)
    assert result["engine"] == "ontapi" and one.holders() == ["other", *VOLUMES]
    assert not [entry for entry in one.lab.writes() if entry["path"].startswith(GROUPS)]


def test_a_group_with_exactly_these_volumes_is_used_and_stays(site: Any) -> None:
    one = site()
    one.group("app", VOLUMES)
    result = one.done(fence_timeout=12)
    assert result["actions"] == ["start", "commit"] and result["engine"] == "rest" and one.groups() == {"app"}
    assert "action_timeout=12" in one.lab.writes()[0]["query"]
    assert "volume vol1 is in consistency group app" in one.refused(name="g2", volumes=VOLUMES[:2], engine="rest")
    one.lab.forget()
    assert one.done(state="absent")["actions"] == ["delete"]
    assert one.holders() == [] and len(list(one.world.store.each("consistency_snapshots"))) == 0
    assert [entry["path"].rsplit("/", 1)[0][-10:] for entry in one.lab.writes()] == ["/snapshots"] and one.groups() == {"app"}


def test_more_volumes_than_a_group_can_have_are_taken_by_ontapi(site: Any) -> None:
    one = site()
    many = [f"many{number:02d}" for number in range(82)]
    items = [{"name": name} for name in many]
    one.world.settings["volume_job"] = 0
    assert not one.lab.run("volume", svm="san1", aggregate="aggr1_ndo_01", size="1GiB", space_guarantee="none", items=items).get("failed")
    assert "at most 80 volumes" in one.refused(volumes=many, engine="rest")
    one.lab.forget()
    assert one.done(volumes=many)["engine"] == "ontapi" and len(one.lab.requests()) == 6
    one.lab.forget()
    one.done(volumes=many, state="absent")
    assert one.holders() == [] and [entry["method"] for entry in one.lab.writes()] == ["DELETE", "DELETE"]


@pytest.mark.parametrize(("engine", "words"), [("rest", "9.12.1"), ("auto", None)])
def test_an_old_release_has_only_ontapi(site: Any, engine: str, words: str | None) -> None:
    one = site(version=(9, 11, 1))
    if words:
        assert words in one.refused(engine=engine)
    else:
        assert one.done(engine=engine)["engine"] == "ontapi"


# -- libraries and accounts ----------------------------------------------------------------------------------------------------


def test_without_netapp_lib_rest_works_and_ontapi_says_what_to_install(site: Any, monkeypatch: Any) -> None:
    one = site()
    monkeypatch.setitem(sys.modules, "netapp_lib.api.zapi", None)
    assert "pip install netapp-lib" in one.refused(engine="ontapi")
    message = one.refused(volumes=["vol1", "other"])
    assert "volume other is in consistency group of_others" in message and "pip install netapp-lib" in message
    assert one.done()["engine"] == "rest" and one.holders() == VOLUMES


@pytest.mark.parametrize("engine", ENGINES)
def test_the_account_of_the_svm_is_enough(site: Any, engine: str) -> None:
    one = site()
    username, password = one.lab.simulator.svm_account(svm="san1")
    login = {"username": username, "password": password}
    begun = one.done(**login, engine=engine, state="started")
    ended = one.committed(begun["fence"], **login)
    assert ended["consistent"] and one.holders() == VOLUMES and one.groups() == set()
    one.hold("vol2")
    assert one.done(**login, state="absent", busy="rename")["actions"] == ["rename", "delete"]
    assert one.done(**login, engine=engine)["consistent"]
    assert "sees the volumes of that SVM only" in one.refused(**login, engine=engine, svm="elsewhere", name="g3")


def test_an_account_without_ontapi_says_which_application_it_needs(site: Any) -> None:
    one = site()
    one.faults.on_call("cg-start", "status", status=401, times=0)
    result = one.run(engine="ontapi")
    assert result["failed"] and "may use the application ontapi" in result["msg"] and one.holders() == []


# -- two tasks -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_started_and_committed_fence_what_happens_between(site: Any, engine: str) -> None:
    one = site()
    assert one.run(True, state="started", engine=engine)["fence"]["engine"] == engine
    begun = one.done(state="started", engine=engine, fence_timeout=20)
    assert one.fenced() == 8 and begun["snapshots"] is None and begun["fence"]["deadline"] - begun["fence"]["since"] == 20
    one.lab.advance(4)
    ended = one.committed(begun["fence"])
    assert (ended["fenced_seconds"], one.pauses(), one.fenced(), one.groups()) == (4.0, {4.0}, 0, set())
    assert one.consistent() and ended["consistent"]
    one.lab.advance(30)
    again = one.committed(begun["fence"])
    assert not again["changed"] and again["point"] == ended["point"]
    nothing = one.done(state="started", engine=engine)
    assert not nothing["changed"] and not one.committed(nothing["fence"])["changed"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_commit_that_comes_too_late_takes_nothing_and_tidies_up(site: Any, engine: str) -> None:
    one = site()
    begun = one.done(state="started", engine=engine)
    one.lab.advance(9)
    late = one.committed(begun["fence"])
    assert late["failed"] and "9 seconds after the start" in late["msg"] and "raise its timeout" in late["msg"]
    assert (one.holders(), one.groups(), one.fenced(), one.pauses()) == ([], set(), 0, {7.0})
    assert one.done(engine=engine)["consistent"]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_started_and_forgotten_is_taken_up_or_waited_out(site: Any, engine: str) -> None:
    one = site()
    one.done(state="started", engine=engine)
    assert one.done(engine=engine)["consistent"] and one.consistent()
    assert (one.holders(), one.groups(), one.fenced()) == (VOLUMES, set(), 0) and max(one.pauses(), default=0) <= 7


def test_a_fence_of_something_else_is_refused(site: Any) -> None:
    one = site()
    fence = one.run(True, state="started")["fence"]
    for wrong in ({}, {**fence, "engine": "magic"}, {**fence, "since": "yesterday"}, {"name": "g1"}):
        assert "fence is not what a task with state: started has returned" in one.committed(wrong)["msg"]
    assert "check mode" in one.committed(fence)["msg"]
    assert "was 'g1' when" in one.committed(fence, name="g2")["msg"]
    assert "option of state committed" in one.run(fence=fence)["msg"]
    assert one.lab.run("group_snapshot", True, state="committed", fence=fence)["actions"] == ["commit", "delete_group"]
    assert one.lab.writes() == []


# -- refusals ------------------------------------------------------------------------------------------------------------------


def test_what_cannot_be_taken_is_refused_before_anything_is_changed(site: Any) -> None:
    one = site()
    assert "There is no volume vol9 in the SVM san1" in one.refused(volumes=["vol1", "vol9"])
    assert "from 5 to 120 seconds" in one.refused(fence_timeout=4)
    assert "temporary_prefix is empty" in one.refused(temporary_prefix="")
    assert "volumes is empty" in one.refused(volumes=[])
    one.lab.run("volume", svm="san1", name="vol8", state="offline", allow_in_use=True)
    row = next(row for row in one.world.store.each("volumes", name="vol8"))
    row["state"] = "offline"
    assert "volume vol8 is offline" in one.refused()


def test_names_are_no_patterns(site: Any) -> None:
    one = site()
    one.single("vol1", name="g12")
    one.single("vol2", name="g1x")
    assert "g1*" in one.run(name="g1*")["msg"] and one.groups() == set() and one.fenced() == 0
    assert not one.done(name="g1*", state="absent")["changed"]
    assert one.holders("g12") == ["vol1"] and one.holders("g1x") == ["vol2"]


# -- the end of a group snapshot -----------------------------------------------------------------------------------------------


def test_busy_snapshots_are_refused_or_renamed_and_the_rest_goes(site: Any) -> None:
    one = site()
    one.done()
    one.world.settings["lun_clone_split"] = 3600
    one.hold("vol2")
    one.hold("vol5")
    message = one.refused(state="absent")
    assert "vol2 (in use by lun_clone)" in message and "busy: rename" in message and len(one.holders()) == 8
    foretold = one.run(True, state="absent", busy="rename")
    one.lab.forget()
    result = one.done(state="absent", busy="rename")
    assert result["actions"] == foretold["actions"] == ["rename", "delete"] and len(one.lab.writes()) == 2
    assert result["renamed"] == foretold["renamed"] and {entry["name"] for entry in result["renamed"]} == {"reap_g1"}
    assert one.holders() == [] and one.holders("reap_g1") == ["vol2", "vol5"]
    assert not one.done(state="absent", busy="rename")["changed"]


def test_a_second_busy_snapshot_of_the_name_gets_a_name_of_its_own(site: Any) -> None:
    one = site()
    one.world.settings["lun_clone_split"] = 3600
    for _time in range(2):
        one.done()
        one.hold("vol2")
        result = one.done(state="absent", busy="rename", busy_prefix="later_")
    (renamed,) = result["renamed"]
    assert renamed["name"] == f"later_g1_{renamed['uuid'][:8]}" and one.holders("later_g1") == ["vol2"]


def test_a_snapshot_that_becomes_busy_meanwhile_is_renamed_after_all(site: Any) -> None:
    one = site()
    one.done()
    # ONTAP says that a snapshot is in use, and does not show by whom.
    one.faults.on("DELETE", "/api/storage/volumes/*/snapshots*", "job_failure", code="1638543", message="in use", times=3)
    result = one.done(state="absent", busy="rename")
    assert one.holders() == [] and set(result["actions"]) == {"rename", "delete"}
    assert {entry["name"] for entry in result["renamed"]} == {"reap_g1"}


def test_what_is_locked_is_never_renamed(site: Any) -> None:
    one = site()
    one.done()
    assert one.lab.run("snapshot", svm="san1", volume="vol3", name="g1", expiry_time="2099-01-01T00:00:00+00:00")["changed"]
    assert "vol3 (locked until 2099" in one.refused(state="absent", busy="rename")


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
def test_a_lost_deletion_is_looked_after(site: Any, kind: str) -> None:
    one = site()
    one.done()
    one.faults.on("DELETE", "*", kind)
    assert one.done(state="absent")["actions"] == ["delete"] and one.holders() == []


def test_absent_takes_the_temporary_group_of_an_interrupted_run_away(site: Any) -> None:
    one = site()
    begun = one.done(state="started", engine="rest")
    assert one.groups() == {begun["fence"]["group"]["name"]} and begun["fence"]["group"]["name"].startswith("ndo_tmp_1767")
    assert one.done(state="absent", name="other_name")["actions"] == []
    assert one.done(state="absent")["actions"] == ["delete_group"]
    assert (one.holders(), one.groups(), one.fenced()) == ([], set(), 0)


def test_a_start_that_is_refused_leaves_no_temporary_group(site: Any) -> None:
    one = site()
    one.faults.on("POST", f"{GROUPS}/*/snapshots", "error", code="53411921", message="No space.", times=0)
    result = one.run(engine="rest")
    assert result["failed"] and "No space" in result["msg"] and result["error"]["actions_done"] == ["create_group"]
    assert (one.holders(), one.groups(), one.fenced()) == ([], set(), 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_commit_that_fails_takes_nothing_and_names_why(site: Any, engine: str) -> None:
    one = site()
    begun = one.done(state="started", engine=engine)
    next(row for row in one.world.store.each("volumes", name="vol4"))["state"] = "offline"
    result = one.committed(begun["fence"])
    assert result["failed"] and "vol4" in result["msg"] and (one.holders(), one.groups(), one.fenced()) == ([], set(), 0)
