# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""group_clone_plan: what it makes of whole, half and foreign sets of clones, and that it only reads."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.group_point import new_mark
from ansible_collections.ndo.ontap.tests.simulator.model import fences

VOLUMES = [f"vol{number}" for number in range(1, 9)]


class Set:
    """All LUNs of the scenario, and the clones that they are to have."""

    def __init__(self, lab: Any, **options: Any) -> None:
        self.lab = lab("groups", **options)
        self.world = self.lab.world
        luns = [row for row in self.rows("luns") if row["svm"]["name"] == "san1" and row["location"]["volume"]["name"] in VOLUMES]
        self.members = [{"id": row["name"], "source": row["name"], "clone": row["location"]["logical_unit"] + "_old"} for row in luns]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of the model."""
        return list(self.world.store.table(table).values())

    def plan(self, **options: Any) -> dict[str, Any]:
        """What the module says; it must not fail."""
        result = self.lab.run("group_clone_plan", svm="san1", name="old", **{"members": self.members, **options})
        assert not result.get("failed"), result
        return result

    def volumes(self, *names: str) -> list[dict[str, Any]]:
        """The rows of volumes."""
        return [row for row in self.rows("volumes") if row["name"] in names and row["svm"]["name"] == "san1"]

    def take(self, *names: str, marked: bool = True) -> None:
        """A snapshot of volumes at one instant, as group_snapshot takes it, or as somebody else does."""
        body = {"snapmirror_label": new_mark()} if marked else {}
        fences.commit(self.world, fences.start(self.world, self.volumes(*names), "old", 7, body))

    def clone(self, count: int, plan: dict[str, Any] | None = None) -> None:
        """Make the first clones of a plan."""
        items = (plan or self.plan())["clones"][:count]
        self.world.settings["lun_job"] = 0
        result = self.lab.run("lun", svm="san1", items=items)
        assert not result.get("failed"), result
        # One read and a write for each, at most.
        assert result["api"]["requests"] == 1 + len(result["actions"])

    def drop(self, *names: str) -> None:
        """Somebody deletes the snapshot of volumes."""
        self.lab.advance(60)
        result = self.lab.run("snapshot", svm="san1", items=[{"volume": name, "name": "old", "state": "absent"} for name in names])
        assert not result.get("failed"), result


@pytest.fixture
def whole(lab: Any) -> Set:
    """50 LUNs over 8 volumes."""
    return Set(lab)


def test_nothing_there_is_fresh_and_takes_three_reads(whole: Set) -> None:
    plan = whole.plan()
    assert (plan["state"], plan["point"], plan["objections"], plan["changed"]) == ("fresh", None, [], False)
    assert sorted(plan["volumes"]) == VOLUMES and len(plan["members"]) == 50
    assert plan["clones"][0]["comment"] == "[group_snapshot old ???????????? of 50]"
    assert plan["api"]["requests"] == 3 and not whole.lab.writes()


def test_snapshots_without_clones_are_resumed_when_they_are_provably_of_one_instant(whole: Set) -> None:
    whole.take(*VOLUMES)
    plan = whole.plan()
    assert (plan["state"], plan["objections"]) == ("resume", [])
    assert plan["clones"][0]["comment"] == f"[group_snapshot old {plan['point']} of 50]"


def test_a_half_set_is_resumed_out_of_its_own_snapshot_and_then_complete(whole: Set) -> None:
    whole.take(*VOLUMES)
    whole.clone(20)
    half = whole.plan()
    assert (half["state"], half["objections"]) == ("resume", [])
    assert [one["state"] for one in half["members"]] == ["cloned"] * 20 + ["absent"] * 30
    whole.clone(50, half)
    full = whole.plan()
    assert (full["state"], full["point"], full["objections"]) == ("complete", half["point"], [])
    assert sorted(full["leftovers"]) == VOLUMES and not full["doomed"]


@pytest.mark.parametrize("gone", [VOLUMES[:1], VOLUMES])
def test_a_half_set_without_its_whole_snapshot_is_undone(whole: Set, gone: list[str]) -> None:
    whole.take(*VOLUMES)
    whole.clone(20)
    whole.drop(*gone)
    plan = whole.plan()
    assert (plan["state"], plan["point"], plan["objections"]) == ("undo", None, [])
    assert len(plan["doomed"]) == 20 and sorted(plan["leftovers"]) == sorted(set(VOLUMES) - set(gone))


def test_clones_of_another_point_than_the_snapshot_are_not_completed(whole: Set) -> None:
    whole.take(*VOLUMES)
    whole.clone(20)
    whole.drop(*VOLUMES)
    whole.take(*VOLUMES)
    assert whole.plan()["state"] == "undo"


def test_what_is_mapped_is_not_undone(whole: Set) -> None:
    whole.take(*VOLUMES)
    whole.clone(20)
    whole.drop("vol1")
    igroup = next(row["name"] for row in whole.rows("igroups") if row["svm"]["name"] == "san1")
    clone = whole.plan()["doomed"][0]["path"]
    result = whole.lab.run("lun_map", svm="san1", lun=clone, igroup=igroup)
    assert not result.get("failed"), result
    (text,) = whole.plan()["objections"]
    assert clone in text and "mapped" in text


def test_a_complete_set_is_not_undone_because_the_list_has_grown(whole: Set) -> None:
    few, whole.members = whole.members, whole.members[:40]
    whole.take(*VOLUMES)
    whole.clone(50)
    whole.drop(*VOLUMES)
    plan = whole.plan(members=few)
    assert plan["state"] == "undo" and "complete set of 40 clones" in " ".join(plan["objections"])


@pytest.mark.parametrize("names", [VOLUMES, VOLUMES[:3]])
def test_snapshots_of_others_are_not_ours(whole: Set, names: list[str]) -> None:
    whole.take(*names, marked=False)
    plan = whole.plan()
    assert plan["state"] == "undo" and not plan["leftovers"] and not plan["doomed"]
    assert "not taken for a group" in " ".join(plan["objections"])


def test_all_objections_come_together(whole: Set) -> None:
    taken = whole.members[0]["source"] + "_old"
    result = whole.lab.run("lun", svm="san1", name=taken, size="1GiB", os_type="linux", comment="[group_snapshot other 0123456789ab of 1]")
    assert not result.get("failed"), result
    more = [{"source": "/vol/vol1/none", "clone": "x"}, {"source": "/vol/nowhere/lun", "clone": "y"}]
    text = " ".join(whole.plan(members=whole.members + more)["objections"])
    for words in (f"{taken} exists and has no mark", "/vol/vol1/none does not exist", "no volume nowhere in san1"):
        assert words in text


def test_a_lun_that_is_being_moved_is_an_objection(whole: Set) -> None:
    source = whole.members[0]["source"]
    other = next(name for name in VOLUMES if not source.startswith(f"/vol/{name}/"))
    moved = whole.lab.run("lun_move", svm="san1", lun=source, path=f"/vol/{other}/moving", max_throughput="1MiB", wait=False)
    assert not moved.get("failed"), moved
    members = [{"source": f"/vol/{other}/moving", "clone": "moving_old"}, *whole.members[1:]]
    assert "is being moved" in " ".join(whole.plan(members=members)["objections"])


def test_groups_of_others_are_an_objection_for_rest_only(whole: Set) -> None:
    members = [{"source": "/vol/other/lun", "clone": "copy"}, *whole.members]
    others = [row for row in whole.rows("luns") if row["location"]["volume"]["name"] == "other"]
    members[0]["source"] = others[0]["name"] if others else members[0]["source"]
    plan = whole.plan(members=members, engine="rest")
    assert "volume other is in consistency group" in " ".join(plan["objections"]).lower() and plan["api"]["requests"] == 4
    assert "consistency group" not in " ".join(whole.plan(members=members)["objections"])


@pytest.mark.parametrize(
    "members, words",
    [
        ([], "names no LUN"),
        ([{"source": "/vol/vol1/a", "clone": "c"}, {"source": "/vol/vol1/b", "clone": "c"}], "Two members have the clone"),
        ([{"id": "x", "source": "/vol/vol1/a", "clone": "c"}, {"id": "x", "source": "/vol/vol1/b", "clone": "d"}], "have the id x"),
        ([{"source": "/vol/vol1/a", "clone": "/vol/vol2/c"}], "in another one"),
        ([{"source": "a", "clone": "c"}], "say in which volume"),
        ([{"source": "/vol/vol1/a", "clone": "b"}, {"source": "/vol/vol1/b", "clone": "c"}], "a source and a clone"),
        ([{"source": "/vol/vol1/a", "clone": "b", "comment": "x" * 250}], "longer than 254 bytes"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(whole: Set, members: list[dict[str, Any]], words: str) -> None:
    result = whole.lab.run("group_clone_plan", svm="san1", name="old", members=members)
    assert result["failed"] and words in result["msg"] and not whole.lab.requests()


def test_an_account_of_the_svm_is_enough(lab: Any) -> None:
    whole = Set(lab)
    username, password = whole.lab.simulator.svm_account(svm="san1")
    assert whole.plan(username=username, password=password, engine="rest")["state"] == "fresh"
