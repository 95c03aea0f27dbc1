# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The course of the role group_snapshot, module by module, on 50 LUNs over 8 FlexVols under write load: killed after any of its requests
and run again, and with trouble at requests.

Afterwards there is the complete, write-order consistent set of clones, or nothing that the run made; no snapshot that the reaper would
not take, no temporary group, no fence. The role itself is run in the integration target group_snapshot.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from ansible_collections.ndo.ontap.tests.simulator import write_order

VOLUMES = [f"vol{number}" for number in range(1, 9)]
FENCE = 7.0


class Failed(Exception):
    """A module has failed."""


class Course:
    """A cluster, and what the role does on it, in the order of its tasks; see roles/group_snapshot/tasks/main.yml."""

    def __init__(self, lab: Any, count: int = 50, engine: str = "rest") -> None:
        self.lab = lab("groups")
        self.world = self.lab.world
        self.world.settings["lun_job"] = 0
        self.engine = engine
        luns = [row for row in self.rows("luns") if row["location"]["volume"]["name"] in VOLUMES]
        self.paths = [row["name"] for row in luns[:: len(luns) // count][:count]]
        self.members = [{"source": path, "clone": path.rpartition("/")[2] + "_old"} for path in self.paths]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of the model."""
        self.world.settle()
        return list(self.world.store.table(table).values())

    # -- the tasks -----------------------------------------------------------------------------------------------------

    def run(self) -> str:
        """All of them, with the rollback; returns what the plan found. Raises Failed as the role fails."""
        before = self.plan()
        if before["objections"]:
            raise Failed(before["objections"])
        if before["state"] == "complete":
            self.task("lun", items=before["clones"])
        else:
            try:
                self._make(before)
            except Failed:
                self._take_back(before)
                raise
        self.snapshot(before["volumes"], state="absent", busy="rename")
        return before["state"]

    def _make(self, before: dict[str, Any]) -> None:
        if before["state"] == "undo":
            self.task("lun", items=[{"uuid": one["uuid"], "state": "absent"} for one in before["doomed"]])
            self.snapshot(before["leftovers"] or before["volumes"], state="absent", busy="rename")
        if before["state"] != "resume":
            self.snapshot(before["volumes"])
        now = self.plan()
        if now["state"] != "resume":
            raise Failed(now["message"])
        self.task("lun", items=now["clones"])
        now = self.plan()
        if now["state"] != "complete":
            raise Failed(now["message"])

    def _take_back(self, before: dict[str, Any]) -> None:
        known = [one["uuid"] for one in before["members"] if one["state"] == "cloned"]
        mine = [one["uuid"] for one in self.plan()["members"] if one["state"] == "cloned" and one["uuid"] not in known]
        self.task("lun", items=[{"uuid": uuid, "state": "absent"} for uuid in mine], on_error="continue")
        if before["state"] != "resume":
            self.snapshot(before["volumes"], state="absent", busy="rename")

    def plan(self) -> dict[str, Any]:
        """What there is."""
        return self.task("group_clone_plan", name="old", members=self.members, engine=self.engine)

    def snapshot(self, volumes: list[str], **options: Any) -> dict[str, Any]:
        """The snapshot of the group."""
        return self.task("group_snapshot", name="old", volumes=volumes, engine=self.engine, **options)

    def task(self, module: str, **options: Any) -> dict[str, Any]:
        """A task."""
        result = self.lab.run(module, svm="san1", **options)
        if result.get("failed"):
            raise Failed(result["msg"])
        return result

    # -- what is left --------------------------------------------------------------------------------------------------

    def clones(self) -> list[dict[str, Any]]:
        """The clones that there are."""
        return [row for row in self.rows("luns") if row["name"].endswith("_old")]

    def check(self) -> bool:
        """Whether the set is complete. It is that, and consistent, or there is nothing of it; and there is nothing else in any case."""
        clones = self.clones()
        assert len(clones) in (0, len(self.paths)), len(clones)
        if clones:
            order = write_order.check(clones)
            assert order["consistent"], order["reasons"]
            assert len({row["comment"] for row in clones}) == 1
        assert all(row["name"].startswith("reap_") for row in self.rows("snapshots"))
        assert [row["name"] for row in self.rows("consistency_groups")] == ["of_others"]
        assert not self.rows("fences")
        pauses = [entry["seconds"] for entry in self.world.ledger.entries if entry["kind"] == "io_pause"]
        assert max(pauses, default=0) <= FENCE + 0.1 and self.world.ledger.verdict()["non_disruptive"]
        return bool(clones)


class Moments:
    """What the cluster was like after each request of a run, to go back there: as if the run had been killed at that moment."""

    def __init__(self, course: Course, monkeypatch: Any) -> None:
        self.course = course
        self.kept: list[tuple[str, dict[str, Any], float]] = []
        self.recording = True
        send = requests.Session.request

        def sent(session: Any, method: str, url: str, **more: Any) -> Any:
            """The real request, which takes a time in which hosts write."""
            course.world.clock.advance(0.01)
            answer = send(session, method, url, **more)
            if self.recording:
                with course.lab.simulator.app.lock:
                    self.kept.append((f"{method} {url.partition('/api')[2]}", course.world.store.snapshot(), course.world.clock.now()))
            return answer

        monkeypatch.setattr(requests.Session, "request", sent)

    def back(self, number: int) -> None:
        """Go back to one of them."""
        _what, tables, now = self.kept[number]
        with self.course.lab.simulator.app.lock:
            self.course.world.store.restore(tables)
            self.course.world.clock._now = now


@pytest.mark.parametrize("engine", ["rest", "ontapi"])
def test_a_run_that_is_killed_between_any_two_requests_is_finished_by_the_next(lab: Any, monkeypatch: Any, engine: str) -> None:
    if engine == "ontapi":
        pytest.importorskip("netapp_lib")
    course = Course(lab, engine=engine)
    moments = Moments(course, monkeypatch)
    assert course.run() == "fresh" and course.check()
    moments.recording = False
    # Nothing changes with a read, and one clone is as the next: of the moments between them some are tried.
    writes = [number for number, (what, *_more) in enumerate(moments.kept) if not what.startswith("GET")]
    clones = [number for number in writes if moments.kept[number][0] == "POST /storage/luns"]
    assert len(clones) == 50
    found = set()
    for number in [one for one in writes if one not in clones[1:-1]] + clones[7:-1:12]:
        # The next run comes while the fence may still be there, or later.
        for seconds in (0, 30) if number < clones[0] else (0,):
            moments.back(number)
            course.world.clock.advance(seconds)
            found.add(course.run())
            assert course.check(), moments.kept[number][0]
    assert found >= {"resume", "complete"}


KINDS: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "error", "status": 500, "code": "3", "message": "Internal error."},
]


@pytest.mark.parametrize("fault", KINDS, ids=lambda fault: str(fault["kind"]))
def test_trouble_at_any_write_is_survived_or_undone_and_the_next_run_succeeds(lab: Any, monkeypatch: Any, fault: dict[str, Any]) -> None:
    course = Course(lab, count=4)
    moments = Moments(course, monkeypatch)
    start = course.world.store.snapshot(), course.world.clock.now()
    course.run()
    moments.recording = False
    writes = [number for number, (what, *_more) in enumerate(moments.kept, 1) if not what.startswith("GET")]
    rule = {name: value for name, value in fault.items() if name != "kind"}
    for nth in range(1, len(writes) + 1):
        with course.lab.simulator.app.lock:
            course.world.store.restore(start[0])
            course.world.clock._now = start[1]
        course.lab.simulator.faults.clear()
        methods = [moments.kept[number - 1][0].split()[0] for number in writes[:nth]]
        course.lab.fault(methods[-1], "/*", fault["kind"], nth=methods.count(methods[-1]), **rule)
        try:
            course.run()
        except Failed:
            # Taken back; or the clones are there, and what is left is the snapshot.
            assert course.clones() or not course.check()
            course.run()
        assert course.check(), moments.kept[writes[nth - 1] - 1][0]
