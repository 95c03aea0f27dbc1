# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules of cloud_maintenance.py look at, and what they find: events with their nodes, nodes with their marks, times. Pure."""

from __future__ import annotations

from typing import Any, Callable

from .cloud_marks import SERVED, Mark
from .ha import Pair
from .scheduled_events import STARTED, Event, spell

ACT, WAITING, HELD, NOTED = "act", "waiting", "held", "noted"
"""Kinds of findings: something to do, something to wait for, an event that must wait, something to know."""
DOCUMENT, CLUSTER, TIME = "document", "cluster", "time"
"""Where the end of a wait is read."""
GOING = ("takeover_in_progress", "taken_over")
COMING = ("giveback_in_progress", "partially_given_back")


class Terms:
    """How much time things take, and what a run may do; see the options of cloud_maintenance_info."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.approve: bool = given["approve"]
        self.approved = {one.lower() for one in given["approved"]}
        self.adopt: bool = given["adopt"]
        self.keep_out: bool = given["keep_out"]
        self.lead_seconds: int = given["lead_seconds"]
        self.takeover_seconds: int = given["takeover_seconds"]
        self.event_seconds: int = given["event_seconds"]
        self.giveback_seconds: int = given["giveback_seconds"]
        self.cvo_grace: int = given["cvo_grace"]
        self.cvo_giveback_wait: int = given["cvo_giveback_wait"]
        self.by_cvo: list[str] = given["cvo_handles"]


class Planned:
    """An event with the nodes that it is about."""

    def __init__(self, event: Event, nodes: list[str]) -> None:
        self.event = event
        self.id = event.id
        self.nodes = nodes

    @property
    def started(self) -> bool:
        """Whether Azure has begun."""
        return self.event.status == STARTED

    def begins(self, now: float) -> float:
        """When it begins at the earliest: now, when it has begun or nobody says when."""
        return now if self.started or self.event.not_before is None else max(now, self.event.not_before)

    @property
    def words(self) -> str:
        """The event in a few words."""
        when = "has begun" if self.started else f"not before {spell(self.event.not_before) or 'a time that nobody tells'}"
        return f"{self.event.type} event {self.id} ({when})"


class Node:
    """A node: its pair, where its storage is, our mark on it, and whether a run of node_maintenance has it in hand."""

    def __init__(self, pair: Pair, storage: str, mark: Mark | None = None, serviced: bool = False) -> None:
        self.pair = pair
        self.name = pair.name
        self.partner: str | None = pair.partner_name
        self.storage = storage
        self.mark = mark
        self.serviced = serviced

    @property
    def out(self) -> bool:
        """Whether the partner serves its storage, or is about to."""
        return self.storage in GOING

    @property
    def unfinished(self) -> Mark | None:
        """The mark of a run that is not done."""
        return self.mark if self.mark and self.mark.open else None


class Scene:
    """All that the rules look at.

    waited: for how long something has been waited for, by a key; live: whether the document can be read again.
    """

    def __init__(self, nodes: dict[str, Node], events: list[Planned], terms: Terms, **about: Any) -> None:
        self.nodes = nodes
        self.events = events
        self.terms = terms
        self.now: float = about["now"]
        self.incarnation: int = about["incarnation"]
        self.live: bool = about.get("live", True)
        self.waited: Callable[[str], float] = about.get("waited", lambda key: 0.0)

    def find(self, identity: str) -> Planned | None:
        """The event with this id, if it is in the document."""
        return next((one for one in self.events if one.id.lower() == identity.lower()), None)

    def of(self, node: str) -> list[Planned]:
        """All events of a node, whatever they are, in the order in which they begin."""
        mine = [one for one in self.events if node in one.nodes]
        return sorted(mine, key=lambda one: (not one.started, one.begins(self.now), one.id))

    def to_serve(self, node: Node) -> list[Planned]:
        """Those of them that a takeover helps against, and that were not served yet."""
        done = node.mark if node.mark and node.mark.stage == SERVED else None
        return [one for one in self.of(node.name) if one.event.supported and not (done and done.is_for(one.id))]

    def due(self, one: Planned) -> bool:
        """Whether an event is near enough to be served; some are announced days before."""
        return one.begins(self.now) - self.now <= self.terms.lead_seconds

    def stale(self, mark: Mark) -> bool:
        """Whether the document is a copy from before the event of the mark was announced."""
        return not self.live and self.incarnation < mark.incarnation


class Finding:
    """What is to be said, or done, about a node and an event."""

    until: str = CLUSTER
    task: dict[str, Any] | None = None

    def __init__(self, kind: str, node: str, event: str | None, reason: str) -> None:
        self.kind = kind
        self.node = node
        self.event = event
        self.reason = reason

    def by(self, until: str) -> Finding:
        """The same, with its end to be seen there."""
        self.until = until
        return self

    def doing(self, task: dict[str, Any]) -> Finding:
        """The same, with what is to be done."""
        self.task = task
        return self

    def record(self) -> dict[str, Any]:
        """As results have it."""
        return {"node": self.node, "event": self.event, "reason": self.reason}
