# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""consistency_group_snapshot, beyond the laws: one instant, two phases and their fence, which group is meant, pruning, and bad days."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator import write_order
from ansible_collections.ndo.ontap.tests.simulator.model import fences
from ansible_collections.ndo.ontap.tests.simulator.model.world import handler
from ansible_collections.ndo.ontap.tests.unit.laws.consistency_group_snapshot import GROUPS, MODULE, add, grouped
from ansible_collections.ndo.ontap.tests.unit.laws.row import done

TWO = ("vol1", "vol2")
ALL = tuple(f"vol{number}" for number in range(1, 9))
ONE: dict[str, Any] = {"svm": "san1", "group": "app", "name": "s1"}
ANY = "/application/consistency-groups/[*]/snapshots"
OWN = "/application/consistency-groups/*-*/snapshots"
"""Paths as patterns of faults: that of all groups, and that of one."""


class Site:
    """The scenario `groups` with a group, and what there is of its snapshots."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        self.world = lab.world

    def run(self, check_mode: bool = False, **task: Any) -> dict[str, Any]:
        """The module with the usual group and name."""
        return self.lab.run(MODULE, check_mode=check_mode, **{**ONE, **task})

    def start(self, **task: Any) -> dict[str, Any]:
        """A start that succeeds."""
        result = self.run(state="started", **task)
        assert not result.get("failed"), result
        return result

    def names(self, volume: str = "vol1") -> list[str]:
        """The names of the snapshots of a volume."""
        return sorted(row["name"] for row in self.world.store.each("snapshots") if row["volume"]["name"] == volume)

    def group_snapshots(self) -> list[str]:
        """The names of all snapshots of groups."""
        return sorted(row["name"] for row in self.world.store.table("consistency_snapshots").values())

    def consistent(self, name: str = "s1") -> bool:
        """Whether the LUNs in all snapshots of a name are together write-order consistent."""
        self.world.ledger.catch_up()
        return bool(
            write_order.check([lun for row in self.world.store.each("snapshots", name=name) for lun in row["sim"]["luns"]])["consistent"]
        )

    def fenced(self) -> int:
        """How many volumes are fenced."""
        return len(self.world.store.table("fences"))

    def pauses(self) -> set[float]:
        """How long hosts waited for I/O."""
        return {entry["seconds"] for entry in self.world.ledger.entries if entry["kind"] == "io_pause"}


@pytest.fixture
def site(lab: Any) -> Site:
    """A group of two volumes that an application writes to."""
    made = lab("groups")
    grouped(made, TWO, "app")
    made.world.ledger.forget()
    made.forget()
    return Site(made)


# -- one instant -----------------------------------------------------------------------------------------------------------


def test_one_step_is_one_request_and_one_instant_for_fifty_luns(lab: Any) -> None:
    cluster = lab("groups")
    grouped(cluster, ALL, "app")
    cluster.forget()
    site = Site(cluster)
    record = site.run()["record"]
    assert [one["volume"] for one in record["snapshots"]] == list(ALL) and len(record["point"]) == 12 and record["committed"] is True
    assert site.consistent() and [entry["method"] for entry in cluster.writes()] == ["POST"]
    assert {one["uuid"] for one in record["snapshots"]} == {row["uuid"] for row in cluster.world.store.each("snapshots", name="s1")}
    other = site.run(name="s2")["record"]
    assert other["point"] != record["point"] and site.run()["record"] == record


def test_a_group_that_is_known_by_its_uuid_takes_one_read_and_one_request(site: Site) -> None:
    site.world.settings["snapshot_fence"] = 0
    uuid = next(iter(site.world.store.each("consistency_groups", name="app")))["uuid"]
    task = {"group_uuid": uuid, "name": "s1"}
    forecast = site.lab.run(MODULE, check_mode=True, **task)["record"]
    site.lab.forget()
    record = site.lab.run(MODULE, **task)["record"]
    assert [entry["method"] for entry in site.lab.requests()] == ["GET", "POST"] and set(forecast) == set(record)
    assert (record["group"], record["svm"]) == ("app", "san1")


def test_what_a_snapshot_has_cannot_be_changed_and_is_not_ignored(site: Site) -> None:
    site.run(comment="before")
    for option, value in (("comment", "after"), ("snapmirror_label", "daily"), ("consistency_type", "application")):
        result = site.run(**{option: value})
        assert (
            result["failed"]
            and f"snapshot s1 of consistency group app: {option} is" in result["msg"]
            and "Delete the snapshot" in result["msg"]
        )
    assert site.run(comment="before", consistency_type="crash")["changed"] is False


def test_a_snapshot_that_lost_a_part_does_not_count_as_present(site: Site) -> None:
    site.run()
    assert not site.lab.run("snapshot", svm="san1", volume="vol2", name="s1", state="absent").get("failed")
    result = site.run()
    assert result["failed"] and "s1 of consistency group app is there and is partial: vol2 is not in it." in result["msg"]
    assert site.run(state="absent")["actions"] == ["delete"] and site.names() == []
    assert site.run()["actions"] == ["create"]


def test_a_release_without_two_phases_is_refused_in_one_sentence(lab: Any) -> None:
    cluster = lab("groups", version=(9, 11, 1))
    grouped(cluster, TWO, "app")
    cluster.forget()
    result = cluster.run(MODULE, **ONE)
    assert result["failed"] and "9.12.1" in result["msg"] and cluster.writes() == []


# -- two phases ------------------------------------------------------------------------------------------------------------


def test_what_a_start_returns_is_enough_for_the_commit(site: Site) -> None:
    begun = site.start(fence_timeout=20, consistency_type="application", comment="c")
    assert (begun["record"]["committed"], begun["record"]["create_time"], site.fenced()) == (False, None, 2) and not site.names()
    site.lab.advance(3)
    result = site.lab.run(MODULE, state="committed", started=begun["record"])
    assert result["actions"] == ["commit"] and result["record"]["committed"] is True and len(result["record"]["snapshots"]) == 2
    assert (site.fenced(), site.consistent(), site.pauses()) == (0, True, {3.0})
    row = next(iter(site.world.store.table("consistency_snapshots").values()))
    assert (row["uuid"], row["consistency_type"], row["comment"]) == (begun["record"]["uuid"], "application", "c")
    assert site.lab.run(MODULE, state="committed", started=begun["record"])["changed"] is False
    assert [entry["method"] for entry in site.lab.writes()] == ["POST", "PATCH"] and len(site.lab.requests()) == 3 + 3 + 1


def test_both_tasks_work_in_check_mode(site: Site) -> None:
    begun = site.run(check_mode=True, state="started")
    assert begun["actions"] == ["start"] and begun["record"]["uuid"] is None
    forecast = site.lab.run(MODULE, check_mode=True, state="committed", started=begun["record"])
    assert forecast["actions"] == ["commit"] and forecast["record"]["committed"] is True and site.lab.writes() == []


def test_a_commit_that_is_too_late_is_an_error_and_takes_nothing(site: Site) -> None:
    begun = site.start()
    site.lab.advance(8)
    result = site.lab.run(MODULE, state="committed", started=begun["record"])
    assert result["failed"] and result["error"]["code"] == "53411925", result
    assert "the commit failed, and no snapshot was taken; writes go on" in result["msg"] and "longer fence_timeout" in result["msg"]
    result = site.run(state="committed")
    assert result["failed"] and "nothing was started, or its time is over. There is no snapshot." in result["msg"]
    assert (site.names(), site.fenced(), site.pauses()) == ([], 0, {7.0})


def test_a_commit_that_a_volume_refuses_takes_nothing_and_ends_the_fence(site: Site) -> None:
    begun = site.start(fence_timeout=60)
    next(iter(site.world.store.each("volumes", name="vol2")))["state"] = "offline"
    result = site.lab.run(MODULE, state="committed", started=begun["record"])
    assert result["failed"] and result["error"]["code"] == "53411921" and "no snapshot was taken; writes go on" in result["msg"]
    assert (site.names(), site.fenced()) == ([], 0)


def test_a_start_is_joined_and_what_is_taken_is_not_started_again(site: Site) -> None:
    begun = site.start(fence_timeout=60)
    again = site.start(fence_timeout=60)
    assert (again["changed"], again["record"]) == (False, begun["record"])
    site.run(state="committed")
    done = site.start()
    assert (done["changed"], done["record"]["committed"], site.fenced()) == (False, True, 0)
    assert site.lab.run(MODULE, state="committed", started=done["record"])["changed"] is False


def test_absent_is_the_way_out_of_a_fence_at_once(site: Site) -> None:
    site.start(fence_timeout=120)
    site.lab.advance(2)
    result = site.run(state="absent")
    assert result["actions"] == ["commit", "delete"] and result["record"] is None
    assert (site.fenced(), site.names(), site.group_snapshots(), site.pauses()) == (0, [], [], {2.0})


@handler
def commit_it(world: Any, uuid: str) -> None:
    """Whoever started a snapshot commits it."""
    from ansible_collections.ndo.ontap.tests.simulator.model import consistency_snapshots

    row = next(iter(world.store.table(fences.PENDING).values()))
    consistency_snapshots.finish(world, world.store.table("consistency_groups")[uuid], row)


@pytest.mark.parametrize("committed", [True, False])
def test_present_waits_for_what_somebody_has_started(site: Site, committed: bool) -> None:
    uuid = site.start(fence_timeout=30)["record"]["group_uuid"]
    if committed:
        site.world.later(10, "test_consistency_group_snapshot.commit_it", uuid=uuid)
    result = site.run()
    assert not result.get("failed") and result["changed"] is not committed, result
    assert result["record"]["committed"] is True and site.names() == ["s1"] and site.consistent()


@pytest.mark.parametrize("seconds", [4, 121, 0])
def test_a_fence_has_bounds(site: Site, seconds: int) -> None:
    result = site.run(state="started", fence_timeout=seconds)
    assert result["failed"] and f"A fence lasts from 5 to 120 seconds, not {seconds}." in result["msg"] and site.lab.requests() == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset"])
def test_a_lost_start_is_found_or_sent_again_and_one_fence_is_up(site: Site, kind: str) -> None:
    site.lab.fault("POST", OWN, kind)
    begun = site.start(fence_timeout=60)
    assert begun["actions"] == ["start"] and len(site.world.store.table(fences.PENDING)) == 1
    assert site.lab.run(MODULE, state="committed", started=begun["record"])["actions"] == ["commit"]
    assert site.names() == ["s1"] and site.consistent()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset"])
def test_a_lost_commit_takes_one_snapshot(site: Site, kind: str) -> None:
    begun = site.start(fence_timeout=60)
    site.lab.fault("PATCH", OWN + "/*", kind)
    result = site.lab.run(MODULE, state="committed", started=begun["record"])
    assert result["actions"] == ["commit"] and result["record"]["uuid"] == begun["record"]["uuid"]
    assert (site.names(), site.fenced(), site.consistent()) == (["s1"], 0, True)


def test_a_start_that_is_a_job_tells_what_the_commit_needs(site: Site) -> None:
    site.world.settings["fence_job"] = 2
    begun = site.start(fence_timeout=30)
    assert site.lab.run(MODULE, state="committed", started=begun["record"])["actions"] == ["commit"] and site.consistent()


def test_a_start_that_fails_says_until_when_writes_may_wait(site: Site) -> None:
    site.lab.fault("POST", OWN, "error", status=400, code="53411918", message="Not permitted.")
    result = site.run(state="started", fence_timeout=9)
    assert result["failed"] and "they go on after 9 seconds at most, or with state absent" in result["msg"] and site.fenced() == 0


# -- which group is meant --------------------------------------------------------------------------------------------------


def test_a_group_is_found_by_exactly_its_volumes(site: Site) -> None:
    result = site.run(group=None, volumes=["vol2", "vol1", "vol2"])
    assert result["actions"] == ["create"] and result["record"]["group"] == "app" and site.run()["changed"] is False
    for volumes, words in (
        (["vol1"], "has exactly the volumes vol1: volume vol1 is in consistency group app."),
        (["vol1", "vol2", "vol3"], "volume vol1 is in consistency group app, volume vol2 is in consistency group app."),
        (["other", "vol3"], "volume other is in consistency group of_others."),
        (["vol3", "nowhere"], "has exactly the volumes vol3, nowhere."),
    ):
        result = site.run(group=None, volumes=volumes)
        assert result["failed"] and words in result["msg"] and "ndo.ontap.group_snapshot" in result["msg"], result["msg"]
    assert site.run(group=None, volumes=["vol1"], state="absent")["failed"]
    assert site.run(group=None, volumes=["vol3"], state="absent")["changed"] is False
    assert site.names() == ["s1"]


def test_a_parent_is_found_by_the_volumes_of_its_children_and_a_child_by_its_own(lab: Any) -> None:
    cluster = lab("groups")
    children = [{"name": "data", "volumes": add("vol1")}, {"name": "logs", "volumes": add("vol2")}]
    done(cluster, "rest", method="POST", path=GROUPS, body={"svm": {"name": "san1"}, "name": "app", "consistency_groups": children})
    site = Site(cluster)
    assert site.run(group=None, volumes=["vol1", "vol2"])["record"]["group"] == "app"
    assert site.run(group=None, volumes=["vol2"], name="s2")["record"]["group"] == "logs"
    assert (site.names("vol1"), site.names("vol2")) == (["s1"], ["s1", "s2"])
    result = site.run(group="logs", name="s1", state="absent")
    assert result["changed"] is False and site.names("vol2") == ["s1", "s2"]


def test_a_group_that_is_not_there_is_named(site: Site) -> None:
    result = site.run(group="nobody")
    assert result["failed"] and "There is no consistency group nobody in SVM san1." in result["msg"]
    assert site.run(group="nobody", state="absent")["changed"] is False


@pytest.mark.parametrize("name", ["*", "s1*", "s1|s2", "!x", "a,s1", 's"1', "a..z", "s 1", "null"])
def test_an_odd_name_means_exactly_that_snapshot(site: Site, name: str) -> None:
    site.run()
    assert site.run(name=name, state="absent")["changed"] is False and site.run(group=name, state="absent")["changed"] is False
    assert site.names() == ["s1"]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"name": None}, "state is present but all of the following are missing: name"),
        ({"group": None}, "The group is not named. Give svm, and group or volumes, or group_uuid."),
        ({"svm": None}, "The group is not named."),
        ({"volumes": ["vol1"]}, "mutually exclusive: group|group_uuid|volumes"),
        ({"keep": 3}, "keep is an option of state pruned, and the state is present"),
        ({"allow_newer": True}, "allow_newer is an option of state restored"),
        ({"started": {"uuid": "x"}}, "started is an option of state committed"),
        ({"state": "pruned", "prefix": "s", "keep": 1}, "name is for one snapshot"),
        ({"state": "pruned", "prefix": "", "keep": 1, "name": None}, "An empty prefix would mean every snapshot"),
        ({"state": "pruned", "prefix": "x", "keep": -1, "name": None}, "keep is -1"),
        ({"state": "pruned", "prefix": "x", "all": True, "keep": 1, "name": None}, "all means every snapshot"),
        ({"state": "restored", "safety_clone": "app"}, "safety_clone is app, which is the group or the snapshot itself"),
        ({"expiry_time": "tomorrow"}, "is not a time with its offset from UTC"),
    ],
)
def test_options_that_do_not_go_together_are_refused(site: Site, task: dict[str, Any], words: str) -> None:
    result = site.run(**task)
    assert result["failed"] and words in result["msg"], result["msg"]
    assert site.lab.requests() == []


# -- many, and the end of snapshots ----------------------------------------------------------------------------------------


def test_many_groups_take_one_read_and_a_refusal_leaves_all_alone(site: Site) -> None:
    grouped(site.lab, ("vol3",), "log")
    items = [{"group": "app"}, {"group": "log"}]
    result = site.lab.run(MODULE, svm="san1", name="n1", items=items)
    assert [one["actions"] for one in result["results"]] == [["create"], ["create"]]
    site.lab.forget()
    assert site.lab.run(MODULE, svm="san1", name="n1", items=items)["changed"] is False and len(site.lab.requests()) == 1
    site.lab.forget()
    by_volumes = [{"volumes": ["vol1", "vol2"]}, {"volumes": ["vol3"]}]
    assert site.lab.run(MODULE, svm="san1", name="n1", items=by_volumes)["changed"] is False and len(site.lab.requests()) == 2
    result = site.lab.run(MODULE, svm="san1", name="n2", items=[{"group": "app"}, {"group": "nobody"}])
    assert result["failed"] and "There is no consistency group nobody" in result["msg"] and site.names() == ["n1"]
    result = site.lab.run(MODULE, svm="san1", name="n2", on_error="continue", items=[{"volumes": ["vol9"]}, {"group": "app"}])
    assert result["failed"] and [one["status"] for one in result["results"]] == ["failed", "ok"] and site.names() == ["n1", "n2"]
    result = site.lab.run(MODULE, svm="san1", state="absent", items=[{"group": "app", "name": "n1"}, {"group": "log", "name": "n1"}])
    assert [one["actions"] for one in result["results"]] == [["delete"], ["delete"]]


def test_what_keeps_a_snapshot_is_named(site: Site) -> None:
    site.run()
    row = next(row for row in site.world.store.each("snapshots", name="s1") if row["volume"]["name"] == "vol2")
    row["owners"] = ["snapmirror"]
    result = site.run(state="absent")
    assert result["failed"] and "cannot be deleted: it is in use by snapmirror in volume vol2." in result["msg"]
    assert site.names("vol1") == ["s1"]


def test_pruning_takes_the_old_and_leaves_what_is_kept_or_of_others(site: Site) -> None:
    for name in ("job_1", "job_2", "job_3", "jobless"):
        site.run(name=name)
        site.lab.advance(86400)
    assert not site.lab.run("snapshot", svm="san1", volume="vol1", name="job_0").get("failed")
    next(iter(site.world.store.each("snapshots", name="job_1")))["owners"] = ["snapmirror"]
    site.start(name="job_4", fence_timeout=120)
    task = {"state": "pruned", "name": None, "prefix": "job_", "keep": 1}
    result = site.run(**task, fail_on_skipped=True)
    assert result["failed"] and "cannot be deleted: job_1 (in use by snapmirror in volume vol1). Nothing has been deleted." in result["msg"]
    assert site.run(check_mode=True, **task)["record"]["snapshots"] == ["job_3", "job_1"]  # what is only started does not count
    site.lab.advance(120)
    result = site.run(**task)
    assert result["actions"] == ["delete job_2"] and result["record"] == {
        "svm": "san1",
        "group": "app",
        "snapshots": ["job_3", "job_1"],
        "skipped": [{"name": "job_1", "reason": "in use by snapmirror in volume vol1"}],
    }
    assert site.names() == ["job_0", "job_1", "job_3", "jobless"] and site.run(**task)["changed"] is False
    assert site.run(**{**task, "group": "nobody"})["record"]["snapshots"] == []


# -- bad days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "job_vanish"])
def test_a_lost_answer_takes_one_snapshot(site: Site, kind: str) -> None:
    site.lab.fault("POST", OWN, kind)
    result = site.run()
    assert result["actions"] == ["create"] and result["record"]["committed"] is True, result
    assert (site.group_snapshots(), site.names(), site.fenced()) == (["s1"], ["s1"], 0)


def test_one_step_that_takes_too_long_says_that_nothing_is_there(site: Site) -> None:
    site.world.settings["snapshot_fence"] = 8
    result = site.run()
    assert result["failed"] and result["error"]["code"] == "53411921" and "start and commit it in two tasks" in result["msg"]
    assert (site.names(), site.fenced()) == ([], 0)


def test_a_snapshot_that_is_not_there_after_all_is_a_failure(site: Site) -> None:
    site.lab.fault("POST", OWN, "status", status=201, body="{}")
    result = site.run()
    assert result["failed"] and "the snapshot is not there" in result["msg"]


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_a_page_cut_short_is_no_absence(site: Site, kind: str) -> None:
    site.run()
    site.run(name="s2")
    site.lab.forget()
    site.lab.fault("GET", ANY, kind)
    assert site.run()["changed"] is False and site.lab.writes() == []
