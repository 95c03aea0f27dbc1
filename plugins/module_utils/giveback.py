# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goal that a node serves its own storage again, after its partner had taken it over.

The request is addressed to the owner, the node that gets its storage back; progress is read from the partner. The end of
the request's job is not the end of the giveback: root aggregate first, then the others one by one, any of which can be
vetoed. Source: API reference, node PATCH action=giveback and node.ha.giveback.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from . import ha, ha_ontapi, waiting
from .client import Answer, Client, dig
from .errors import ApiError, LostAnswer, OntapError, OperationFailed, Refused
from .ha import Pair
from .ontapi import require_library
from .plan import Plan, Step
from .resource import Goal, answered
from .takeover import record

COMMAND = "/private/cli/storage/failover/giveback"
METHODS = ("POST", "PATCH")
GRACE = 20.0
"""Seconds until a giveback that ONTAP accepted must show in the nodes' states. A choice: no source gives a figure."""

VETO_PAUSE = 30.0
"""Seconds between two tries at a vetoed giveback. A choice: ONTAP's own automatic attempts are minutes apart."""


class Situation:
    """One reading: the pair, and which aggregates and LIFs of the node are not at home."""

    def __init__(self, pair: Pair, aggregates: list[dict[str, Any]], lifs: list[dict[str, Any]]) -> None:
        self.pair = pair
        self.aggregates_away = ha.away(aggregates)
        self.aggregates_down = [one for one in aggregates if one.get("state") != "online"]
        self.lifs_away = lifs
        self.storage = ha.pair_state(pair, bool(self.aggregates_away))

    def pending_lifs(self, revert: bool) -> list[dict[str, Any]]:
        """The LIFs that have to come home before the giveback is done: those that do it by themselves, or all."""
        return [lif for lif in self.lifs_away if revert or dig(lif, "location.auto_revert")]


class Giveback(Goal):
    """Node `name` is up, all its aggregates and LIFs are home, and takeover is possible again."""

    grace = GRACE

    def __init__(self, client: Client, name: str, arguments: dict[str, Any], *, engine: str = ha_ontapi.AUTO, **controls: Any) -> None:
        self.client = client
        self.name = name
        self.arguments = arguments
        self.engine = engine
        self.revert_lifs: bool = controls["revert_lifs"]
        self.wait: bool = controls["wait"]
        self.patience = waiting.Deadline(controls["veto_timeout"])
        self.last: Pair | None = None
        self._asked = False
        self._failed_before = False

    @property
    def is_partial_by_choice(self) -> bool:
        """Whether only some kinds of aggregates are to be given back, so that the rest stays where it is."""
        return bool(self.arguments.get("only-cfo-aggregates") or self.arguments.get("only-sfo-aggregates"))

    def read(self) -> Situation:
        """The pair, the node's aggregates, and its LIFs that are away: three reads."""
        self.last = ha.pair_of(ha.read_nodes(self.client), self.name)
        lifs = ha.lifs_homed_on(self.client, self.name, **{"location.is_home": False})
        return Situation(self.last, ha.aggregates_of(self.client, self.name), lifs)

    def view(self, state: Situation) -> dict[str, Any]:
        """Who serves the node's storage, in one word for what a forecast can know."""
        if self.is_partial_by_choice and state.storage == "partially_given_back":
            return record(state.pair, state.storage, None)
        at_home = state.storage == "home"
        return record(state.pair, state.storage if not at_home else "home", self.name if at_home else state.pair.partner_name)

    def plan(self, state: Situation) -> Plan:
        """Give back what is away, then send home the LIFs that do not go by themselves."""
        self._refuse(state)
        after = self._forecast(state.pair)
        if state.storage == "giveback_in_progress":
            return Plan(self._revert_steps(state), after, pending=True)
        if state.storage == "home":
            return Plan(self._revert_steps(state), after, pending=state.pair.takeover != "not_attempted")
        self._failed_before = self._failed_before or (not self._asked and state.pair.giveback == "failed")
        self._asked = True
        ready = None if self._is_ready(state) else self._await_boot
        return Plan([self._request(state.pair, ready), *self._revert_steps(state)], after)

    def _forecast(self, pair: Pair) -> dict[str, Any]:
        if self.arguments.get("only-cfo-aggregates"):
            return record(pair, "partially_given_back", None)
        return record(pair, "home", self.name)

    def _refuse(self, state: Situation) -> None:
        pair = state.pair
        if pair.partner is None:
            raise Refused(f"{self.name} has no HA partner, so there is nobody to give back to it.")
        if self._asked and pair.giveback == "failed" and not self._failed_before:
            raise self._vetoed(state)
        if state.storage == "down":
            raise Refused(
                f"{self.name} is not taken over: there is nothing to give back. {pair.summary()}", hint="Bring the node up first."
            )
        if state.storage != "home" and pair.partner.get("state") != "up":
            raise Refused(f"{pair.partner_name}, which serves the storage of {self.name}, is not up. {pair.summary()}")
        if not self.wait and not self._is_ready(state):
            raise Refused(f"{self.name} does not wait for giveback yet. {pair.summary()}", hint="Use wait: true, or try again later.")

    def _is_ready(self, state: Situation) -> bool:
        return state.storage in ("home", "giveback_in_progress", "partially_given_back") or state.pair.state == "waiting_for_giveback"

    def _request(self, pair: Pair, ready: Any = None) -> Step:
        """The public action; the passthrough only for the options that the action lacks; ONTAPI where either is closed, or if asked for."""
        if self.engine == ha_ontapi.ONTAPI:
            require_library()
            step = ha_ontapi.giveback_step(self.client, pair.partner_name, self.arguments)
        elif self.arguments:
            body = {"ofnode": self.name, **self.arguments}
            step, step.fallback = (Step("giveback", method, COMMAND, body=body) for method in METHODS)
        else:
            step = Step("giveback", "PATCH", f"{ha.NODES}/{pair.owner['uuid']}", query={"action": "giveback"}, asynchronous=True)
        step.ready = ready
        if self.engine == ha_ontapi.AUTO and ha_ontapi.gives_back(self.arguments):
            other = ha_ontapi.giveback_step(self.client, pair.partner_name, self.arguments)
            for way in (step, step.fallback):
                if way is not None:
                    way.closed = other
        return step

    def _revert_steps(self, state: Situation) -> list[Step]:
        """LIFs without auto-revert need a request each; the others too when nothing else is about to bring them home."""
        if not self.revert_lifs or self.is_partial_by_choice:
            return []
        stay = [lif for lif in state.lifs_away if state.storage == "home" or not dig(lif, "location.auto_revert")]
        body = {"location": {"is_home": True}}
        return [
            Step(f"revert LIF {lif['name']}", "PATCH", f"{ha.INTERFACES}/{lif['uuid']}", body=body, ready=self._await_storage)
            for lif in stay
        ]

    def _await_boot(self, deadline: waiting.Deadline) -> bool:
        """Wait until the node waits for giveback; False when the storage went home, or is going, without us."""

        def look() -> waiting.Progress:
            state = self.read()
            return waiting.Progress(self._is_ready(state), f"node {state.pair.state}", state)

        state = waiting.wait(look, deadline, f"Boot of {self.name}", report=self.client.report)
        return state.storage not in ("home", "giveback_in_progress")

    def _await_storage(self, deadline: waiting.Deadline) -> bool:
        self._wait_for(deadline, self._storage_progress)
        return True

    def settle(self, state: Situation, deadline: waiting.Deadline) -> Situation:
        """Look until everything is home and the pair could take over again."""
        return self._wait_for(deadline, self._final_progress)

    def _wait_for(self, deadline: waiting.Deadline, judge: Any) -> Situation:
        started = waiting.Deadline(GRACE)

        def look() -> waiting.Progress:
            state = self.read()
            if self._came_to_nothing(state, started):
                self._insist(state)
                return waiting.Progress(False, f"vetoed, tried again: {', '.join(state.pair.vetoes())}")
            return judge(state)

        return waiting.wait(look, deadline, f"Giveback of {self.name}", report=self.client.report)

    def _came_to_nothing(self, state: Situation, started: waiting.Deadline) -> bool:
        """Whether the giveback failed; a failure of an earlier one may still be shown for a moment after our request."""
        if state.pair.giveback != "failed":
            return False
        return not self._failed_before or started.left() <= 0

    def _insist(self, state: Situation) -> None:
        """Ask again while there is patience for vetoes; then fail with the reasons. What must not be asked again raises."""
        if self.patience.left() <= 0:
            raise self._vetoed(state)
        waiting.pause(min(VETO_PAUSE, max(1.0, self.patience.left())))
        self._failed_before = True
        # Refused, perhaps because auto-giveback tries as well, or lost: the next look tells.
        with suppress(ApiError, LostAnswer):
            answered(self._request(state.pair), self._send)

    def _send(self, step: Step) -> Answer:
        return step.send() if step.send else self.client.call(step.method, step.address(), query=step.query, body=step.body)

    def _storage_progress(self, state: Situation) -> waiting.Progress:
        text = f"{len(state.aggregates_away)} aggregate(s) still on {state.pair.partner_name}, node {state.pair.state}"
        return waiting.Progress(state.storage == "home", text, state)

    def _final_progress(self, state: Situation) -> waiting.Progress:
        if self.is_partial_by_choice:
            done = not state.pair.being_given_back and state.pair.state == "up"
            return waiting.Progress(done, f"node {state.pair.state}, giveback {state.pair.giveback}", state)
        if state.storage != "home" or state.aggregates_down:
            return self._storage_progress(state)
        lifs = state.pending_lifs(self.revert_lifs)
        if lifs:
            return waiting.Progress(False, f"storage is home, LIFs still away: {', '.join(lif['name'] for lif in lifs)}", state)
        if state.pair.giveback == "nothing_to_giveback" and state.pair.takeover == "not_attempted":
            return waiting.Progress(True, "everything is home, takeover is possible again", state)
        reason = state.pair.failure("takeover")
        return waiting.Progress(False, f"everything is home, takeover is {state.pair.takeover} {reason}".rstrip(), state)

    def _vetoed(self, state: Situation) -> OperationFailed:
        reasons = state.pair.vetoes() or [state.pair.failure("giveback") or "ONTAP gives no reason"]
        return OperationFailed(
            f"The giveback of {self.name} by {state.pair.partner_name} failed: {'; '.join(reasons)}.",
            hint=(
                "Remove the cause (for lock_manager: close the SMB files, or wait for their users) and run the task again; it goes on "
                "where it stopped. veto_timeout keeps trying for a while; override_vetoes sets soft vetoes aside at their users' expense."
            ),
            state=state.storage,
        )

    def explain(self, error: OntapError) -> OntapError:
        """The error with a sentence on where the pair stands."""
        return ha.with_situation(self.client, self.name, error, self.last)
