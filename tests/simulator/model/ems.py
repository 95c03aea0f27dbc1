# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of the event management system (EMS), and the log entries that applications send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..clock import iso
from ..store import Row
from .family import Family, Outcome
from .refusal import Refusal
from .world import World

SEVERITIES = ("emergency", "alert", "error", "notice", "informational", "debug")


def log(world: World, node: str, name: str, severity: str, message: str, **parameters: Any) -> Row:
    """Write an event of a node (its uuid) with its name (such as cf.fsm.takeover), severity, text and parameters."""
    if severity not in SEVERITIES:
        raise ValueError(f"no EMS severity is called {severity}")
    counter = world.store.table("counters").setdefault(f"ems.{node}", {"value": 0})
    counter["value"] += 1
    row = {
        "node": {"uuid": node},
        "index": counter["value"],
        "time": world.now(),
        "message": {"name": name, "severity": severity},
        "log_message": f"{name}: {message}",
        "source": name.partition(".")[0],
        "parameters": [{"name": key, "value": str(value)} for key, value in parameters.items()],
    }
    return world.store.insert("ems_events", row, key=f"{node}/{counter['value']}")


class Events(Family):
    """/support/ems/events: GET, newest first. Source: API reference (keys node and index; the order is a choice)."""

    path = "/support/ems/events"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every event."""
        names = {node["uuid"]: node["name"] for node in world.store.each("nodes")}
        for event in reversed(list(world.store.table("ems_events").values())):
            node = event["node"]["uuid"]
            yield dict(event, time=iso(event["time"]), node={"uuid": node, "name": names.get(node)})


class ApplicationLogs(Family):
    """/support/ems/application-logs: POST only; what was sent is kept in the table application_logs."""

    path = "/support/ems/application-logs"

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Keep the entry. Source: API reference: 201, nothing to read back."""
        entry = dict(body, time=world.now())
        return Outcome(key=world.store.insert("application_logs", entry)["uuid"])

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Never asked: there is no GET."""
        raise Refusal(405, "3", "The method GET is not supported on this resource.")
