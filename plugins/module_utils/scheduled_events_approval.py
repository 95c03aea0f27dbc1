# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goal that Azure need not wait any longer with an event, because the partner of its node serves everything.

An approval counts for all resources of an event (source: Azure documentation, "Scheduled Events for Linux VMs"), so each of them must be
out of service, or be named by the task.
"""

from __future__ import annotations

from typing import Any

from . import ha, waiting
from .client import Answer, Client
from .errors import InputError, Refused, WaitTimeout
from .plan import Plan, Step
from .resource import Goal
from .scheduled_events import GONE, SCHEDULED, STARTED, Document, Event, Places
from .scheduled_events_source import PATH, Service

PACE = waiting.Pace(first=1.0, least=1.0, ceiling=5.0)
"""Source: the same documentation recommends one look per second."""

TAKE_OVER = "Take it over first (ndo.ontap.ha_takeover), and wait until that is complete."


class Approval(Goal):
    """An event of the VM of a node has begun or is over; see the options of azure_scheduled_event."""

    def __init__(self, client: Client, service: Service, params: dict[str, Any]) -> None:
        self.client = client
        self.service = service
        self.identity: str = params["event_id"]
        self.node: str = params["node"]
        self.table: dict[str, Any] = params["vms"]
        self.allowed = {name.lower() for name in params["allow_others"]}
        self.patience: int = params["wait_timeout"]
        self.places = Places(self.table, [self.node])
        self.warnings: list[str] = []

    def read(self) -> Document:
        """The document as it is now."""
        return self.service.read().document

    def view(self, state: Document) -> dict[str, Any]:
        """What became of the event; nothing that changes by itself."""
        event = state.find(self.identity)
        known = event.record() if event else {}
        shown = {name: known.get(name) for name in ("type", "not_before", "resources", "source", "description")}
        return {"id": self.identity, "status": event.status if event else GONE, "node": self.node, **shown}

    def plan(self, state: Document) -> Plan:
        """One step while the event is to come and may come; none when it has begun or is over."""
        event = state.find(self.identity)
        before = self.view(state)
        if event is None:
            return Plan(after=before)
        self._check(event)
        if event.status == STARTED:
            return Plan(after=before)
        self._refuse(state, event)
        step = Step("approve", "POST", PATH)
        step.send = self._send
        return Plan([step], {**before, "status": STARTED, "not_before": None})

    def _send(self) -> Answer:
        self.service.start(self.identity)
        return Answer(200, {})

    def _check(self, event: Event) -> None:
        """Stop where the task is about another event than it says."""
        if not event.supported:
            raise Refused(
                f"Event {event.id} is of type {event.type}, which a takeover does not help against.",
                hint="It is never approved here; see what Azure is about to do with the VM.",
            )
        if self.node not in self.places.split(event.resources)[0]:
            raise InputError(
                f"Event {event.id} is not about node {self.node}: it names {', '.join(event.resources)}.",
                hint="Say which VM is which node (vms).",
                target="vms",
            )

    def _refuse(self, document: Document, event: Event) -> None:
        """Stop before the approval when it would take somebody's data away, or stop what nobody spoke of."""
        cluster = ha.read_nodes(self.client)
        places = Places(self.table, cluster)
        nodes, _strangers = places.split(event.resources)
        ours = ha.pair_of(cluster, self.node)
        if ours.partner_name in nodes:
            raise Refused(
                f"Event {event.id} is about both {self.node} and its partner {ours.partner_name}: with its approval nobody would serve.",
                hint="Leave it to its own time, and ask Azure to treat the VMs one after the other.",
            )
        named = [vm for vm in event.resources if places.node(vm) != self.node and vm.lower() not in self.allowed]
        if named:
            raise Refused(
                f"Event {event.id} is not about {self.node} alone: approving it also starts it for {', '.join(named)}.",
                hint="Leave it to its own time, or name in allow_others those that may be stopped now.",
            )
        for node in nodes:
            self._refuse_node(document, event, ha.pair_of(cluster, node), places)

    def _refuse_node(self, document: Document, event: Event, pair: ha.Pair, places: Places) -> None:
        """One node of the event: its partner must serve all of its storage, and go on doing so."""
        about = f"Event {event.id} cannot be approved"
        if pair.partner_name and pair.name in self.table.values() and pair.partner_name not in self.table.values():
            raise InputError(
                f"vms does not say which VM is {pair.partner_name}, the partner of {pair.name}.",
                hint="Without that nobody sees whether Azure is about to stop it too.",
                target="vms",
            )
        for other in document.events:
            if other is not event and pair.partner_name in places.split(other.resources)[0]:
                self._refuse_partner(about, pair, other)
        reasons = objections(pair)
        if reasons:
            raise Refused(f"{about}: {'; '.join(reasons)}. {pair.summary()}", hint=TAKE_OVER)
        left = ha.not_served(self.client, pair)
        if left:
            raise Refused(f"{about}: {pair.partner_name} does not serve {', '.join(left)}. {pair.summary()}", hint=TAKE_OVER)

    def _refuse_partner(self, about: str, pair: ha.Pair, other: Event) -> None:
        """The partner has an event of its own: one that has begun may stop it at any moment."""
        if other.status == STARTED:
            raise Refused(
                f"{about}: event {other.id} ({other.type}) of {pair.partner_name}, which serves for {pair.name}, has begun.",
                hint="Wait until that event is over.",
            )
        self.warnings.append(
            f"Event {other.id} ({other.type}) of {pair.partner_name} is to come too: give {pair.name} its storage back before it begins."
        )

    def settle(self, state: Document, deadline: waiting.Deadline) -> Document:
        """Look for a while until Azure has begun. It may wait for others on the same hardware, so it is no failure when it has not."""
        try:
            return waiting.wait(self._look, waiting.Deadline(self.patience), f"Event {self.identity}", PACE, self.client.report)
        except WaitTimeout:
            self.warnings.append(f"Azure has not begun event {self.identity} yet; it does so at its NotBefore at the latest.")
            return self.read()

    def _look(self) -> waiting.Progress:
        document = self.read()
        event = document.find(self.identity)
        status = event.status if event else GONE
        return waiting.Progress(status != SCHEDULED, status, document)


def objections(pair: ha.Pair) -> list[str]:
    """Why the node of a pair must not be stopped now; empty when its partner has taken it over and is well."""
    if pair.partner is None:
        return [f"{pair.name} has no HA partner"]
    found = []
    if pair.partner.get("state") != "up":
        found.append(f"its partner {pair.partner_name} is {pair.partner.get('state')}")
    if pair.being_given_back:
        found.append(f"{pair.name} is being given back")
    if pair.takeover != "in_takeover":
        found.append(f"the takeover of {pair.name} is {pair.takeover}")
    if pair.state not in ha.OUT:
        found.append(f"{pair.name} is {pair.state}")
    return found
