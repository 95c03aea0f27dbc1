# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairs in a cloud whose time passes when the controller looks: so a course is the same on a busy machine and on an idle one."""

from __future__ import annotations

import datetime
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

EVENTS = "/metadata/scheduledevents"
NODES = "/api/cluster/nodes"
PASSING = {EVENTS: 30.0, NODES: 10.0}
"""Simulated seconds that pass with each look at the events, and at the nodes."""
NODE, PARTNER = "ndo-01", "ndo-02"


def stamp(moment: str) -> float:
    """Seconds since the Unix epoch of a moment as the log writes it."""
    return datetime.datetime.fromisoformat(moment).timestamp()


class Site(playground.Site):
    """A pair whose VMs have the names of its nodes, and the metadata service beside it."""

    def __init__(self, name: str, folder: Path, simulator: Any) -> None:
        super().__init__(name, folder, simulator)
        self.script: list[tuple[Callable[[], bool], Callable[[], Any]]] = []
        self.down: list[str] = []
        self.began = simulator.world.now()
        self._seen = 0
        self.set(
            cloud_maintenance_source={"url": simulator.imds_url},
            cloud_maintenance_report_dir=str(folder),
            cloud_maintenance_poll_seconds=1,
            cloud_maintenance_cvo_grace=30,
            cloud_maintenance_cvo_giveback_wait=60,
            cloud_maintenance_event_timeout=120,
        )

    # -- the course ----------------------------------------------------------------------------------------------------

    def event(self, node: str = NODE, **plan: Any) -> Any:
        """Azure announces something for a node; returns the site."""
        return self.trigger("cloud_event", node, **{"id": f"{node}-event", "notice": 600, "lasts": 120, **plan})

    def when(self, what: Callable[[], bool], then: Callable[[], Any]) -> Any:
        """Have something happen as soon as something is so; returns the site."""
        self.script.append((what, then))
        return self

    def pass_time(self) -> None:
        """Let the time of the looks pass that were seen since the last call, and have happen what is due."""
        news = [entry for entry in list(self.simulator.log.entries) if entry["number"] > self._seen]
        if not news:
            return
        for entry in news:
            if entry["method"] == "GET":
                self.world.clock.advance(PASSING.get(entry["path"], 0.0))
        self._seen = news[-1]["number"]
        self.watch()
        if self.script and self.script[0][0]():
            self.script.pop(0)[1]()

    def watch(self) -> None:
        """Note when both nodes were down at once."""
        serving = [one["name"] for one in self.rows("nodes") if one["sim"]["run"] in ("up", "degraded", "halting")]
        if not serving:
            self.down.append("both nodes were down")

    # -- what became of it ---------------------------------------------------------------------------------------------

    def mark(self, node: str = NODE) -> str:
        """The stage of the mark of a node."""
        found = [tag.split(":", 1)[1] for tag in self.rows("clusters")[0]["_tags"] if tag.startswith(f"ndo_event_{node}:")]
        return found[0].split(".")[0] if found else ""

    def serves(self, node: str) -> bool:
        """Whether a node serves its own storage, and nothing else."""
        return all(one["node"]["name"] == one["home_node"]["name"] for one in self.rows("aggregates") if one["home_node"]["name"] == node)

    def takeovers(self, node: str = NODE) -> int:
        """How often a takeover of a node was asked for."""
        return sum(body["ofnode"] == node for body in self.bodies("POST", "storage/failover/takeover"))

    def approved(self) -> list[str]:
        """The events that were approved."""
        return [one["EventId"] for body in self.bodies("POST", EVENTS) for one in body["StartRequests"]]

    def looks(self) -> list[dict[str, Any]]:
        """The looks at the events."""
        return self.simulator.log.sent("GET", EVENTS)

    def approved_only_when_out(self) -> bool:
        """Whether each approval came after the end of the takeover of its node, and before the giveback."""
        for entry in self.simulator.log.sent("POST", EVENTS):
            done = ("cf.fm.takeoverComplete", "cf.fm.givebackStarted")
            past = [one for one in self.rows("ems_events") if one["message"]["name"] in done and one["time"] <= stamp(entry["time"]) + 1]
            last = max(past, key=lambda one: one["time"])
            assert last["message"]["name"] == done[0], past
        return True

    def taken_over_after(self) -> float:
        """Seconds from the begin of the course to the first takeover."""
        begun = [one["time"] for one in self.rows("ems_events") if one["message"]["name"] == "cf.fm.takeoverStarted"]
        return min(begun) - self.began

    def going(self, what: str) -> bool:
        """Whether a takeover or giveback is under way."""
        return any((one["sim"][what] or {}).get("state") == "in_progress" for one in self.rows("nodes"))

    def was_vetoed(self) -> bool:
        """Whether a giveback has failed because of a veto."""
        return any((one["sim"]["giveback"] or {}).get("state") == "failed" for one in self.rows("nodes"))

    def unharmed(self) -> bool:
        """Whether both nodes are home and well, nobody noticed more than pauses, and no switch was left as it should not be."""
        assert not self.down, self.down
        assert not [one for one in self.rows("ems_events") if one["message"]["name"] == "cf.fsm.takeover.noHeartbeat"]
        assert self.serves(NODE) and self.serves(PARTNER)
        assert [one["ha"]["auto_giveback"] for one in self.rows("nodes")] == [True, True]
        assert [one["sim"]["run"] for one in self.rows("nodes")] == ["up", "up"]
        return self.undisturbed()


class Playground(playground.Playground):
    """Makes such pairs; their time passes by itself, and faster with each look of the controller."""

    SITE = Site
    SCALE = 0.2
    # What passes without a look would take real time.
    SETTINGS = {"ha_job": 0, "mgmt_silence": 1}
    LIMIT = 300
    NEW_LOGS = False

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # The strategy `free` looks for results a thousand times a second, which is much for runs that mostly wait.
        config = folder / "ansible.cfg"
        config.write_text("[defaults]\ninternal_poll_interval = 0.01\n", encoding="utf-8")
        self.ENVIRONMENT = {"ANSIBLE_CONFIG": str(config)}
        self.sites: list[Site] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._pass, daemon=True)
        self._thread.start()

    def site(self, name: str = "site", scenario: Any = None, settings: dict[str, Any] | None = None, **options: Any) -> Site:
        """A pair with its metadata service."""
        made = super().site(name, scenario, settings, **{"imds": True, **options})
        self.sites.append(made)
        return made

    def _pass(self) -> None:
        while not self._stopped.is_set():
            for one in list(self.sites):
                one.pass_time()
            time.sleep(0.05)

    def stop(self) -> None:
        """End the time, and the simulators."""
        self._stopped.set()
        self._thread.join()
        super().stop()
