# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goal that a node's partner serves its storage, so that the node can be serviced.

The public API has no takeover action (source: API reference, node PATCH, the actions of all releases), so the private
CLI passthrough is used, or ONTAPI.
"""

from __future__ import annotations

from typing import Any

from . import ha, ha_ontapi, waiting
from .client import Client
from .errors import OntapError, OperationFailed, Refused
from .ha import Pair
from .ontapi import require_library
from .plan import Plan, Step
from .resource import Goal

COMMAND = "/private/cli/storage/failover/takeover"
METHODS = ("POST", "PATCH")
"""No source settles which method the passthrough wants for this command: the first, and the second only when ONTAP says
that it does not support the first."""

NAS_SERVICES = ("data_nfs", "data_cifs", "data_s3_server")
GRACE = 20.0
"""Seconds until a takeover that ONTAP accepted must show in the nodes' states. A choice: no source gives a figure."""


class Takeover(Goal):
    """Node `name` is out: in_takeover on its partner, taken_over or waiting_for_giveback itself, its storage served."""

    grace = GRACE

    def __init__(self, client: Client, name: str, arguments: dict[str, Any], until: str, engine: str = ha_ontapi.AUTO) -> None:
        self.client = client
        self.engine = engine
        self.name = name
        self.arguments = {"ofnode": name, **arguments}
        self.until = until
        self.last: Pair | None = None
        self._failed_before = False
        self._asked = False

    def read(self) -> Pair:
        """Both nodes, in one read."""
        self.last = ha.pair_of(ha.read_nodes(self.client), self.name)
        return self.last

    def view(self, state: Pair) -> dict[str, Any]:
        """Who serves the node's storage."""
        out = state.is_out
        return record(state, "taken_over" if out else "home", state.partner_name if out else self.name)

    def plan(self, state: Pair) -> Plan:
        """One step where it is needed and safe; none when the node is out, or on its way out by anybody's hand."""
        self._refuse_giveback(state)
        if state.is_out:
            self._check_storage(state)
            return Plan(after=self.view(state), pending=not self._booted(state))
        after = record(state, "taken_over", state.partner_name)
        if state.being_taken_over:
            return Plan(after=after, pending=True)
        self._refuse(state)
        step = self._request(state)
        self._failed_before = self._failed_before or state.takeover == "failed"
        self._asked = True
        return Plan([step], after)

    def _request(self, state: Pair) -> Step:
        """The command by the passthrough; by ONTAPI when it is asked for, or when the account may not use the passthrough."""
        other = ha_ontapi.takeover_step(self.client, state.partner_name, self.arguments)
        if self.engine == ha_ontapi.ONTAPI:
            require_library()
            return other
        step, again = (Step("takeover", method, COMMAND, body=self.arguments) for method in METHODS)
        step.fallback = again
        if self.engine == ha_ontapi.AUTO:
            step.closed = again.closed = other
        return step

    def _refuse_giveback(self, state: Pair) -> None:
        """A giveback, by auto-giveback perhaps, has begun: the node is not out any more, even while its states still say so."""
        if state.being_given_back:
            raise Refused(
                f"{self.name} is being given back at the moment. {state.summary()}",
                hint="Wait for that to end (ha_giveback joins it).",
                state="being_given_back",
            )

    def _refuse(self, state: Pair) -> None:
        """Stop before the write when it could not succeed, or would leave nobody to serve the data."""
        if self._asked and state.takeover == "failed" and not self._failed_before:
            raise failed(state)
        if ha.doing(state.owner, "takeover") in ("in_takeover", "in_progress"):
            raise Refused(
                f"{self.name} serves the storage of {state.partner_name}: taking it over would leave nobody. {state.summary()}",
                hint=f"Give {state.partner_name} its storage back first (ndo.ontap.ha_giveback).",
            )
        reasons = ha.takeover_reasons(state)
        if reasons:
            raise Refused(f"{self.name} cannot be taken over: {'; '.join(reasons)}. {state.summary()}", hint="Nothing was sent.")
        if not self._asked and ha.away(ha.aggregates_of(self.client, self.name)):
            raise Refused(
                f"Not all aggregates of {self.name} are home. {state.summary()}", hint="Finish the giveback first (ndo.ontap.ha_giveback)."
            )

    def _booted(self, state: Pair) -> bool:
        return self.until == "taken_over" or state.state == "waiting_for_giveback"

    def _check_storage(self, state: Pair) -> None:
        """Raise when an aggregate of the node is in nobody's hands although the takeover is said to be complete."""
        missing = ha.not_served(self.client, state)
        if missing and not self._asked:
            raise OperationFailed(f"The takeover of {self.name} left behind: {', '.join(missing)}. {state.summary()}")

    def _stranded_lifs(self) -> list[str]:
        """NAS LIFs that are still on the node. SAN LIFs do not fail over: their hosts use the partner's paths."""
        return [
            f"LIF {lif['name']}"
            for lif in ha.lifs_homed_on(self.client, self.name, **{"location.node.name": self.name})
            if lif.get("enabled") and any(service in NAS_SERVICES for service in lif.get("services") or []) and not ha.is_san(lif)
        ]

    def settle(self, state: Pair, deadline: waiting.Deadline) -> Pair:
        """Look until the node is out and everything it served is served by the partner."""
        started = waiting.Deadline(GRACE)
        return waiting.wait(lambda: self._look(started), deadline, f"Takeover of {self.name}", report=self.client.report)

    def _look(self, started: waiting.Deadline) -> waiting.Progress:
        pair = self.read()
        if pair.is_out:
            missing = ha.not_served(self.client, pair) + self._stranded_lifs()
            if missing:
                return waiting.Progress(False, f"taken over, not served yet: {', '.join(missing)}", pair)
            return waiting.Progress(self._booted(pair), f"taken over by {pair.partner_name}, node {pair.state}", pair)
        if pair.being_taken_over:
            return waiting.Progress(False, f"in progress, node {pair.state}", pair)
        if pair.takeover == "in_takeover" or (pair.takeover == "not_attempted" and started.left() > 0):
            return waiting.Progress(False, f"takeover {pair.takeover}, node {pair.state}", pair)
        raise failed(pair)

    def explain(self, error: OntapError) -> OntapError:
        """The error with a sentence on where the pair stands."""
        return ha.with_situation(self.client, self.name, error, self.last)


def failed(pair: Pair) -> OperationFailed:
    """The error of a takeover that began and did not get there."""
    if pair.takeover == "not_attempted" and pair.state == "up":
        words = "it ended with the node in service again: given back by auto-giveback or another operator, or aborted"
    else:
        words = pair.failure("takeover") or f"takeover is {pair.takeover}"
    return OperationFailed(
        f"The takeover of {pair.name} by {pair.partner_name} failed: {words}.",
        hint="Do not service the node. See 'storage failover show-takeover' and the event log; when the cause is gone, run the task again.",
        state=pair.takeover,
    )


def record(pair: Pair, storage: str, served_by: str | None) -> dict[str, Any]:
    """What takeover and giveback return: in playbook words, and only what a forecast can know."""
    return {"node": pair.name, "partner": pair.partner_name, "storage": storage, "served_by": served_by}
