# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled events of Azure: maintenance that is announced for VMs, begins, hits them, and is over.

Source: Azure documentation, "Scheduled Events for Linux VMs": properties, minimum notice, state transitions (from Scheduled at NotBefore or
by approval to Started, then no entry any more; straight to Started after a hardware failure; from Scheduled to no entry when cancelled; a
second impact while Started), an approval that counts for all resources. What happens to a VM is in cloud_vms, what Cloud Volumes ONTAP does
about it by itself in cloud_agent. Choices are marked.

Not simulated: who of several VMs on one host has agreed, events that only some VMs see, the service that turns itself on and off.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

from ..store import Row
from . import cloud_agent, cloud_vms, ems_log
from .ha_state import find_node
from .world import World, handler

TYPES = {"Freeze": 900, "Reboot": 900, "Redeploy": 600, "Preempt": 30, "Terminate": 300}
"""Seconds of notice at least, by type. Source: the same documentation; those of Terminate are for the user to choose, 5 to 15 minutes."""

DESCRIPTIONS = {
    "Freeze": "Virtual machine is being paused because of a memory-preserving Live Migration operation.",
    "Reboot": "Host server is undergoing maintenance.",
    "Redeploy": "Host server is undergoing an emergency repair.",
}
"""Source: the same, examples. Choice: which goes with which type."""

DEFAULTS: dict[str, Any] = {
    # Choice: how long it takes from an approval until the event begins ("may not start immediately").
    "cloud_approval": 5,
    # Choice: from Started to the impact. The documentation's diagram only shows that it comes later.
    "cloud_impact": 30,
    # Source: the same, timeline of a typical operation: about 10 minutes from Started to no entry.
    "cloud_event_lasts": 600,
    # Choice: the first question takes so long; the documentation says up to two minutes. So does one after a day without any.
    "imds_first_call": 0,
}

PLAN: dict[str, Any] = {
    "id": None, "type": "Reboot", "notice": None, "others": (), "status": "Scheduled", "told": True, "copies": 1, "source": "Platform",
    "description": None, "duration": -1, "seconds": 7, "impacts": None, "lasts": None,
}  # fmt: skip
"""What a trigger may say of an event.

notice: seconds until NotBefore; others: VMs that are no nodes; told: whether it has a NotBefore; copies: how often it is in the document;
duration: DurationInSeconds; seconds: how long a Freeze really takes (source: 7 s are typical); impacts: seconds from Started to each
impact; lasts: seconds from Started to the end.
"""


def setting(world: World, name: str) -> Any:
    """The value of a setting of this world, or the default."""
    return world.settings.get(name, DEFAULTS[name])


# -- the document ------------------------------------------------------------------------------------------------------


def document(world: World, version: str) -> Row:
    """The scheduled-events document as this version of the API shows it."""
    shown = [entry(event, version) for event in _open(world) for _copy in range(event["copies"])]
    return {"DocumentIncarnation": incarnation(world), "Events": shown}


def entry(event: Row, version: str) -> Row:
    """An event in the document. Source: the same, version table."""
    told = event["not_before"] if event["status"] == "Scheduled" else None
    shown: Row = {
        "EventId": event["id"],
        "EventType": event["type"],
        "ResourceType": "VirtualMachine",
        "Resources": list(event["resources"]),
        "EventStatus": event["status"],
        "NotBefore": "" if told is None else formatdate(told, usegmt=True),
    }
    if version >= "2019-04-01":
        shown["Description"] = event["description"]
    if version >= "2019-08-01":
        shown["EventSource"] = event["source"]
    if version >= "2020-07-01":
        shown["DurationInSeconds"] = event["duration"]
    return shown


def incarnation(world: World) -> int:
    """The number of the document; it grows with every change."""
    return int(world.store.table("counters").setdefault("cloud", {"value": 1})["value"])


def _changed(world: World) -> None:
    incarnation(world)
    world.store.table("counters")["cloud"]["value"] += 1


def _open(world: World) -> list[Row]:
    return [event for event in world.store.table("cloud_events").values() if not event["gone"]]


def find(world: World, identity: str) -> Row | None:
    """The event with this id, if it is in the document."""
    return next((event for event in _open(world) if event["id"].lower() == identity.lower()), None)


# -- what happens ------------------------------------------------------------------------------------------------------


def cloud_event(world: World, *nodes: str, node: Any = (), **plan: Any) -> Row:
    """Azure announces something for the VM of a node, or of several; see PLAN for what else can be said."""
    unknown = set(plan) - set(PLAN)
    if unknown or plan.get("type", "Reboot") not in TYPES or plan.get("status", "Started") not in ("Scheduled", "Started"):
        raise ValueError(f"an event with {plan}")
    named = [*nodes, *([node] if isinstance(node, str) else node)]
    for name in named:
        if find_node(world, name) is None:
            raise ValueError(f"no node is called {name}")
    event = _made(world, named, {**PLAN, **plan})
    _publish(world, event)
    return event


def _made(world: World, named: list[str], plan: Row) -> Row:
    notice = TYPES[plan["type"]] if plan["notice"] is None else plan["notice"]
    return {
        "id": plan["id"] or world.store.uuid().upper(),
        "type": plan["type"],
        "status": "Scheduled",
        "resources": [*(cloud_vms.vm_of(world, name) for name in named), *plan["others"]],
        "not_before": world.now() + notice if plan["told"] else None,
        "source": plan["source"],
        "description": plan["description"] or DESCRIPTIONS.get(plan["type"], ""),
        "duration": plan["duration"],
        "copies": plan["copies"],
        "notice": notice if plan["status"] == "Scheduled" else 0,
        "seconds": plan["seconds"],
        "impacts": plan["impacts"] or [setting(world, "cloud_impact")],
        "lasts": setting(world, "cloud_event_lasts") if plan["lasts"] is None else plan["lasts"],
        "round": 0,
        "gone": True,
        "taken_over": [],
    }


def _publish(world: World, event: Row) -> None:
    """Put the event into the document; it begins when its notice is over."""
    event.update(gone=False, status="Scheduled", round=event["round"] + 1)
    world.store.table("cloud_events")[event["id"]] = event
    _changed(world)
    for node in cloud_vms.nodes(world, event):
        # Source: knowledge base, Azure maintenance of CVO: this alert names id, type, time and source.
        text = f"Scheduled event {event['id']} of type {event['type']} from {event['source']}."
        ems_log.emit(world, node, "vsa.scheduledEvent.scheduled", "alert", text)
    if event["notice"]:
        _later(world, event, event["notice"], "begin")
        cloud_agent.notice(world, event)
    else:
        _begin(world, event)


def _later(world: World, event: Row, delay: float, name: str, **data: Any) -> None:
    world.later(delay, f"cloud_events.{name}", event=event["id"], number=event["round"], **data)


def _current(world: World, event: str, number: int) -> Row | None:
    """The event to which a step belongs, unless it is over by now."""
    row = world.store.table("cloud_events")[event]
    return None if row["gone"] or row["round"] != number else row


@handler
def begin(world: World, event: str, number: int) -> None:
    """NotBefore has come, or everybody has agreed."""
    row = _current(world, event, number)
    if row is not None and row["status"] == "Scheduled":
        _begin(world, row)


def _begin(world: World, event: Row) -> None:
    event["status"] = "Started"
    _changed(world)
    cloud_agent.notice(world, event)
    for delay in event["impacts"]:
        _later(world, event, delay, "hit")
    _later(world, event, event["lasts"], "end")


@handler
def hit(world: World, event: str, number: int) -> None:
    """The VMs of the event feel it now."""
    row = _current(world, event, number)
    if row is not None:
        for node in cloud_vms.nodes(world, row):
            cloud_vms.hit(world, node, row["type"], row["seconds"])


@handler
def end(world: World, event: str, number: int) -> None:
    """It is over: there is no status for that, the event is just no longer in the document."""
    row = _current(world, event, number)
    if row is not None:
        row["gone"] = True
        _changed(world)
        cloud_agent.over(world, row)


def approve(world: World, identity: str) -> bool:
    """Somebody lets an event begin, for all its resources. Whether there is such an event."""
    event = find(world, identity)
    if event is None:
        return False
    _later(world, event, setting(world, "cloud_approval"), "begin")
    return True


def cloud_cancel(world: World, id: str) -> None:  # noqa: A002 - the word of a trigger's arguments
    """Azure thinks better of it: an event that has not begun is no longer in the document, and nothing happens."""
    event = find(world, id)
    if event is None or event["status"] != "Scheduled":
        raise ValueError(f"there is no event {id} that is to come")
    end(world, event["id"], event["round"])


def cloud_replay(world: World, id: str, harmless: bool = True) -> None:  # noqa: A002 - the word of a trigger's arguments
    """An event that was over is in the document once more, with the same id; it hits nobody again unless it is to."""
    event = world.store.table("cloud_events").get(id)
    if event is None or not event["gone"]:
        raise ValueError(f"there is no event {id} that is over")
    event["not_before"] = world.now() + event["notice"] if event["not_before"] is not None else None
    event["impacts"] = [] if harmless else event["impacts"]
    _publish(world, event)
