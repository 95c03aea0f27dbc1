# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure: what a scheduled-events document of Azure says, and which nodes it is about. Nothing here is read or sent.

Source of the format: Azure documentation, "Scheduled Events for Linux VMs" (event properties, versions, event scheduling). An event has
no status for its end: it is then no longer in the document.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Any

from .errors import InputError, MalformedDocument

HANDLED = ("Freeze", "Reboot", "Redeploy")
"""Types of events that a takeover helps against."""
TYPES = (*HANDLED, "Preempt", "Terminate")
SCHEDULED, STARTED, GONE = "Scheduled", "Started", "gone"
VM = "VirtualMachine"
CVO, OPERATOR = "cvo", "operator"
FRACTION = re.compile(r"\.\d+")


class Event:
    """One event of a document, in our words. `not_before`: seconds since the Unix epoch, None where the document leaves it blank."""

    def __init__(self, said: dict[str, Any], place: str) -> None:
        self.id = _text(said, "EventId", place)
        where = f"event {self.id}"
        self.type = _text(said, "EventType", where)
        self.status = _status(said, where)
        self.resources = _resources(said, where)
        self.not_before = _moment(said.get("NotBefore"), where)
        self.duration = _duration(said.get("DurationInSeconds"), where)
        self.source = str(said.get("EventSource") or "")
        self.description = str(said.get("Description") or "")
        self.on_vms = said.get("ResourceType", VM) == VM

    @property
    def supported(self) -> bool:
        """Whether it is of a kind that a takeover helps against; all others are reported, and never acted on."""
        return self.type in HANDLED and self.on_vms

    def handled_by(self, by_cvo: Iterable[str]) -> str | None:
        """Who has to act: the cluster itself at these types, else the operator; nobody when it is not supported."""
        if not self.supported:
            return None
        return CVO if self.type in by_cvo else OPERATOR

    def seconds_left(self, now: float) -> int | None:
        """Seconds until Azure may begin, negative when that moment has passed; None when it has begun, or nobody says when it may."""
        if self.not_before is None or self.status == STARTED:
            return None
        return round(self.not_before - now)

    def merge(self, other: Event) -> None:
        """Take in what the same event says in another place of the document: all resources, and the status that is further."""
        self.resources += [name for name in other.resources if name not in self.resources]
        if other.status == STARTED:
            self.status, self.not_before = STARTED, other.not_before

    def record(self) -> dict[str, Any]:
        """The event in playbook words."""
        return {
            "id": self.id,
            "type": self.type,
            "status": self.status,
            "not_before": spell(self.not_before),
            "duration": self.duration,
            "resources": self.resources,
            "source": self.source,
            "description": self.description,
            "supported": self.supported,
        }


class Document:
    """A scheduled-events document: its incarnation, and its events, each once."""

    def __init__(self, said: Any) -> None:
        said = _object(said)
        for name in ("DocumentIncarnation", "Events"):
            if name not in said:
                raise malformed(f"has no {name}")
        self.incarnation = _whole(said["DocumentIncarnation"], "DocumentIncarnation")
        if not isinstance(said["Events"], list):
            raise malformed(f"has Events that are no list but {_kind(said['Events'])}")
        self.events: list[Event] = []
        self.duplicates: list[str] = []
        for number, one in enumerate(said["Events"]):
            self._add(one, f"Events[{number}]")

    def _add(self, one: Any, place: str) -> None:
        if not isinstance(one, dict):
            raise malformed(f"has {place} that is no object but {_kind(one)}")
        event = Event(one, place)
        known = self.find(event.id)
        if known is None:
            self.events.append(event)
            return
        known.merge(event)
        if known.id not in self.duplicates:
            self.duplicates.append(known.id)

    def find(self, identity: str) -> Event | None:
        """The event with this id, or None: it is over, was cancelled, or never was."""
        return next((event for event in self.events if event.id.lower() == identity.lower()), None)


class Places:
    """Which VM is which node: by a table (VM -> node), and for nodes that it does not have, by the same name. Case does not matter."""

    def __init__(self, table: dict[str, Any] | None = None, nodes: Iterable[str] = ()) -> None:
        table = table or {}
        for vm, node in table.items():
            if not isinstance(node, str) or not node:
                raise InputError(f"vms: {vm} has no node.", hint="Write one node behind the name of each VM.", target="vms")
        self._nodes = {str(vm).lower(): node for vm, node in table.items()}
        if len(self._nodes) < len(table) or len({node.lower() for node in table.values()}) < len(table):
            raise InputError("vms names a VM or a node twice.", hint="Each VM is one node.", target="vms")
        taken = {node.lower() for node in table.values()}
        for node in nodes:
            if node.lower() not in taken:
                self._nodes.setdefault(node.lower(), node)

    def node(self, vm: str) -> str | None:
        """The node that runs on a VM; None for a VM that is none of ours."""
        return self._nodes.get(vm.lower())

    def split(self, resources: Iterable[str]) -> tuple[list[str], list[str]]:
        """The nodes among resources, and the resources that are no node."""
        found = [(vm, self.node(vm)) for vm in resources]
        return list(dict.fromkeys(node for _vm, node in found if node)), [vm for vm, node in found if node is None]


def spell(moment: float | None) -> str | None:
    """A moment as ISO 8601 in UTC, such as 2026-04-11T22:26:58Z."""
    if moment is None:
        return None
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def malformed(words: str) -> MalformedDocument:
    """The error of a document that is not what Azure sends."""
    return MalformedDocument(f"The scheduled-events document {words}.")


def moment_of(text: str) -> float | None:
    """Seconds since the Unix epoch of a date as HTTP or ISO 8601 writes it; None when it is neither. Without a zone it is UTC."""
    for form in (parsedate_to_datetime, _iso):
        try:
            # The day of the week is not looked at: in Azure's own example it is wrong.
            found = form(text)
            zoned = found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)
            return zoned.astimezone(datetime.timezone.utc).timestamp()
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
    return None


def _iso(text: str) -> datetime.datetime:
    # Older Pythons know neither Z nor more than six digits of a second.
    return datetime.datetime.fromisoformat(FRACTION.sub("", text.strip()).replace("Z", "+00:00"))


def _object(said: Any) -> dict[str, Any]:
    """The document as an object; text is taken for JSON."""
    if isinstance(said, (str, bytes)):
        try:
            said = json.loads(said)
        except ValueError as error:
            raise malformed(f"is no JSON: {error}") from error
    if not isinstance(said, dict):
        raise malformed(f"is no object but {_kind(said)}")
    return said


def _kind(value: Any) -> str:
    """What a value is, in JSON's words."""
    kinds = ((bool, "a truth value"), ((int, float), "a number"), (str, "text"), (list, "a list"), (dict, "an object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def _text(said: dict[str, Any], name: str, place: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise malformed(f"has no {name} in {place}")
    return value.strip()


def _status(said: dict[str, Any], place: str) -> str:
    value = _text(said, "EventStatus", place)
    if value not in (SCHEDULED, STARTED):
        raise malformed(f"has an EventStatus that nobody knows in {place}: {value}")
    return value


def _resources(said: dict[str, Any], place: str) -> list[str]:
    value = said.get("Resources")
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise malformed(f"has no list of names in Resources of {place}")
    return list(dict.fromkeys(value))


def _moment(value: Any, place: str) -> float | None:
    """NotBefore; blank once the event has started, and sometimes before."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = moment_of(value) if isinstance(value, str) else None
    if found is None:
        raise malformed(f"has a NotBefore in {place} that is no date: {value}")
    return found


def _duration(value: Any, place: str) -> int | None:
    """Seconds that the interruption lasts; -1 stands for unknown."""
    seconds = -1 if value is None else _whole(value, f"DurationInSeconds of {place}")
    return None if seconds < 0 else seconds


def _whole(value: Any, what: str) -> int:
    try:
        if isinstance(value, bool):
            raise ValueError
        return int(str(value))
    except ValueError as error:
        raise malformed(f"has a {what} that is no whole number: {value}") from error
