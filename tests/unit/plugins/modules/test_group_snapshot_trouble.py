# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""group_snapshot in trouble: answers that get lost, refusals, and runs that are killed, at every request, with both engines.

After the run, or its rerun, all volumes have a snapshot of one instant, or none of them has one; no fence stays, and no temporary group.
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.group_site import ENGINES, VOLUMES, Site

KINDS: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "status", "status": 503},
    {"kind": "error", "status": 500, "code": "3", "message": "Internal error."},
    {"kind": "lif_silent", "seconds": 40, "after": True},
]
REQUESTS = {"rest": 12, "ontapi": 6}
"""How many a run without trouble sends."""


@pytest.fixture
def site(lab: Any) -> Any:
    """A maker of sites."""

    def make() -> Site:
        made = Site(lab("groups"))
        # Long enough for one look at the jobs of groups.
        made.world.settings["group_job"] = 0.4
        return made

    return make


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault", KINDS, ids=lambda fault: f"{fault['kind']}")
def test_trouble_at_any_request_is_survived_or_leaves_nothing(site: Any, engine: str, fault: dict[str, Any]) -> None:
    for nth in range(1, REQUESTS[engine] + 1):
        one = site()
        one.faults.on("*", "*", fault["kind"], nth=nth, **{name: value for name, value in fault.items() if name != "kind"})
        result = one.run(engine=engine)
        one.faults.clear()
        assert one.all_or_nothing(), nth
        assert one.fenced() == 0, nth
        assert max(one.pauses(), default=0) <= 7, nth
        if result.get("failed"):
            assert fault["kind"] == "error", (nth, result["msg"])
        else:
            assert one.holders() == VOLUMES and one.groups() == set(), nth
        again = one.run(engine=engine)
        assert not again.get("failed") and again["consistent"], (nth, again)
        assert one.holders() == VOLUMES and one.consistent() and one.groups() == set(), nth


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("pause", [0, 60])
def test_a_run_that_was_killed_anywhere_is_finished_by_the_next_one(site: Any, engine: str, pause: float) -> None:
    for nth in range(2, REQUESTS[engine] + 1):
        one = site()
        # From here on, nothing that the run sends gets anywhere: as if it had been killed.
        killed = one.faults.on("*", "*", "status", nth=nth, times=0, status=401)
        one.run(engine=engine)
        one.faults.rules.remove(killed)
        one.lab.advance(pause)
        result = one.run(engine=engine)
        assert not result.get("failed"), (nth, result)
        assert result["consistent"] and one.holders() == VOLUMES and one.consistent(), nth
        assert one.groups() == set() and one.fenced() == 0, nth
        assert max(one.pauses(), default=0) <= 7, nth
