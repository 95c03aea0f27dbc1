# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Courses of maintenance as data: the ordinary one, and the odd ones that Azure's documentation tells of.

A course is a list of steps: seconds from its start, a trigger, its arguments. "node" and "partner" stand for the nodes of a pair. The id of
an event that is spoken of again is the name of the course.
"""

from __future__ import annotations

from typing import Any, Callable

from . import cloud_events
from .ha_state import find_node, partner_of
from .world import World

Step = tuple[float, str, dict[str, Any]]
MINUTE = 60.0

TIMELINES: dict[str, list[Step]] = {
    "freeze": [(0, "cloud_event", {"node": ["node"], "type": "Freeze", "duration": 9})],
    "long_freeze": [(0, "cloud_event", {"node": ["node"], "type": "Freeze", "seconds": 25})],
    "reboot": [(0, "cloud_event", {"node": ["node"], "type": "Reboot"})],
    "redeploy": [(0, "cloud_event", {"node": ["node"], "type": "Redeploy"})],
    "cancelled": [
        (0, "cloud_event", {"node": ["node"], "id": "cancelled"}),
        (10 * MINUTE, "cloud_cancel", {"id": "cancelled"}),
    ],
    # A hardware failure has no notice (source: event scheduling).
    "started_at_once": [(0, "cloud_event", {"node": ["node"], "status": "Started"})],
    # Another impact while Started (source: exceptional cases).
    "started_twice": [(0, "cloud_event", {"node": ["node"], "type": "Freeze", "impacts": [30, 240]})],
    "no_not_before": [(0, "cloud_event", {"node": ["node"], "told": False})],
    # The same id again, a while after it was over (choice: no source says that it happens, none that it does not).
    "replayed": [
        (0, "cloud_event", {"node": ["node"], "id": "replayed", "notice": 5 * MINUTE}),
        (40 * MINUTE, "cloud_replay", {"id": "replayed"}),
    ],
    "duplicated": [(0, "cloud_event", {"node": ["node"], "copies": 2})],
    # VMs in different fault domains are not hit together by routine maintenance; one document can name both.
    "both": [(0, "cloud_event", {"node": ["node", "partner"], "type": "Freeze"})],
    "both_soon": [
        (0, "cloud_event", {"node": ["node"]}),
        (5 * MINUTE, "cloud_event", {"node": ["partner"]}),
    ],
    "with_others": [(0, "cloud_event", {"node": ["node"], "others": ["app-vm1"]})],
    "others": [(0, "cloud_event", {"others": ["app-vm1"]})],
    "preempt": [(0, "cloud_event", {"node": ["node"], "type": "Preempt"})],
}


def cloud_timeline(world: World, name: str, node: str, **plan: Any) -> None:
    """Play a course on a node and its partner; `plan` overrides what it says of its events."""
    owner = find_node(world, node)
    if owner is None or name not in TIMELINES:
        raise ValueError(f"no node is called {node}" if owner is None else f"no timeline is called {name}")
    partner = partner_of(world, owner)
    names = {"node": node, "partner": partner["name"] if partner else node}
    for after, trigger, args in TIMELINES[name]:
        said = dict(args)
        if trigger == "cloud_event":
            said.update(plan, node=[names[one] for one in said.get("node", ())])
        if after:
            world.later(after, "ha_failures.pull", trigger=trigger, args=said)
        else:
            TRIGGERS[trigger](world, **said)


TRIGGERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (cloud_events.cloud_event, cloud_events.cloud_cancel, cloud_events.cloud_replay, cloud_timeline)
}
"""What can be set off from outside."""
