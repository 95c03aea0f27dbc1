# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of volumes between aggregates: what is asked of ONTAP, by what the volume and its movement say.

Sources: API reference and SDK's description, volume.movement (states, window, codes 918265 to 918267, 918786, validate_only);
CLI manual, volume move (what a trigger and an abort do, when they are ignored); knowledge base, when a trigger is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import waiting
from .client import Answer, Client, dig
from .errors import Busy, InputError, JobVanished, LostAnswer, OntapError, Refused
from .fields import Field
from .move_follow import Follower, survey
from .movement import CUTTING, HELD, Movement, place_of_data
from .objects import Index, Key, ObjectGoal, Resource
from .plan import Plan, Step
from .pools import understood
from .resource import RETURN_TIMEOUT
from .volume_fields import VOLUMES

MOVED_VOLUME = Resource("volume", VOLUMES, (Field("svm", "svm.name"), Field("volume", "name")), ())

FIELDS = ("svm.name", "name", "uuid", "aggregates.name", "movement", "style", "clone", "space.used", "nas.path")
"""What is read of a volume before anything else."""

SHORTEST, LONGEST = 30, 300
"""Seconds of a cutover window. Source: SDK's description, movement.cutover_window."""

STEERED = {"cutover": ("replicating", *HELD), "pause": ("queued", "replicating", *HELD), "resume": ("paused",)}
"""In which states an action is asked for. Source: seed of the API reference: a change of state needs a move in progress."""

WORDS = {"cutover": "cutover", "pause": "paused", "resume": "replicating", "abort": "aborted", "hold": "cutover_wait"}
"""movement.state as a PATCH sets it. Source: API reference, code 918786."""

HINTS = {
    "918265": "It is there already; run the task again to see.",
    "918267": "Check the name of the aggregate.",
    "917597": "A root aggregate takes no volumes; choose a data aggregate.",
    "13107341": "Choose another aggregate, or let the SVM use this one (its aggr-list).",
    "13107406": "Wait until ONTAP is done with the volume, then run the task again.",
}
"""What helps with ONTAP's refusals, by code. Source: API reference, volume."""

VALIDATION = 120.0
"""Seconds that ONTAP may take for a validation. Choice."""

TRIES = 5
"""How often a validation is sent that did not get an answer, or met another operation."""


class MoveGoal(ObjectGoal):
    """The goal that a volume is on an aggregate, or that its move is cut over, paused, resumed or ended."""

    resource = MOVED_VOLUME
    grace = 20.0

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        params = understood(params)
        _check_sense(params)
        super().__init__(client, params)
        self.action: str = params["action"]
        self.destination: str | None = params["aggregate"]
        self.manual = params["cutover"] == "manual"
        self.what = f"volume {params['svm']}:{params['volume']}" if params["volume"] else f"volume {params['uuid']}"
        self.uuid: str | None = params["uuid"]
        self.sign: Any = None
        """The movement that was there before ours was started."""
        self.job: str | None = None
        self.follower = Follower(client, self)
        self.until_free: Callable[[waiting.Deadline], dict[str, Any]] | None = None
        """Waits until what goes on with the volume is over, where the move has to wait for that; returns the volume's record."""

    # -- which volume --------------------------------------------------------------------------------------------------

    def paths(self) -> Key:
        """The uuid counts where it is given."""
        return ("uuid",) if self.params["uuid"] else super().paths()

    def keys(self) -> list[Key]:
        """The uuid counts where it is given."""
        return [(self.params["uuid"],)] if self.params["uuid"] else super().keys()

    def asked(self) -> list[str]:
        """What decides, and what the task may want of the volume besides."""
        more = {"encrypted": "encryption.enabled", "tiering_policy": "tiering.policy"}
        return [*FIELDS, *(path for option, path in more.items() if self.params[option] is not None)]

    def choose(self, index: Index) -> dict[str, Any]:
        """The volume, which has to be there."""
        record = super().choose(index)
        if record is None:
            raise InputError(
                f"There is no {self.what}.", hint="Check the names; volumes that the account may not see are not there either."
            )
        for option, path in (("volume", "name"), ("svm", "svm.name")):
            if self.params[option] not in (None, dig(record, path)):
                raise InputError(f"{self.what} has the {option} {dig(record, path)}, not {self.params[option]}.", target=option)
        self.uuid = record["uuid"]
        self.what = f"volume {dig(record, 'svm.name')}:{record['name']}"
        return record

    def view(self, state: Any) -> dict[str, Any] | None:
        """Where the volume is, and what its movement says."""
        where = {"svm": dig(state, "svm.name"), "volume": state["name"], "uuid": state["uuid"], "aggregate": place_of_data(state)}
        return {**where, "movement": Movement(state).view()}

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What there is to know of the volumes' LUNs."""
        survey(client, found)

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """The requests that lead from here to where the task wants it."""
        if state.get("style") != "flexvol":
            raise Refused(f"{self.what} is a {state.get('style')}.", hint="ndo.ontap.volume_move moves FlexVols only.")
        move = Movement(state)
        if self.action == "move":
            return self._moved(state, move)
        if self.destination and move.active and move.destination != self.destination:
            raise Refused(f"{self.what} is being moved to {move.destination}, not to {self.destination}.", target="aggregate")
        return self._aborted(state, move) if self.action == "abort" else self._steered(state, move)

    def _moved(self, state: dict[str, Any], move: Movement) -> Plan:
        here = place_of_data(state)
        if move.active and move.destination == self.destination:
            return self._joined(state, move)
        if move.active:
            return self._replaced(state, move)
        if here == self.destination:
            self._check_as_wanted(state)
            return Plan(after=self.view(state))
        return Plan([self._start(state)], self._arrived(state))

    def _joined(self, state: dict[str, Any], move: Movement) -> Plan:
        """A move to the same place, by whomever: a pause is ended, and the cutover is triggered, or held, as the task wants it."""
        steps = [self._steer(state, "resume")] if move.state == "paused" else []
        if self.manual and move.state in ("queued", "replicating", "paused"):
            steps.append(self._steer(state, "hold"))
        if not self.manual and move.state in HELD:
            steps.append(self._steer(state, "cutover"))
        waits = self.manual and move.state in HELD
        return Plan(steps, self.view(state) if waits else self._arrived(state), pending=not waits)

    def _replaced(self, state: dict[str, Any], move: Movement) -> Plan:
        if not self.params["replace"]:
            raise Refused(
                f"{self.what} is being moved to {move.destination} ({move.state}, {move.percent} %), not to {self.destination}.",
                hint="Wait for that, or set replace to abort it.",
                target="aggregate",
            )
        steps = [self._steer(state, "abort", ready=self._can_abort)]
        if place_of_data(state) == self.destination:
            return Plan(steps, {**(self.view(state) or {}), "movement": None})
        return Plan([*steps, self._start(state)], self._arrived(state))

    def _steered(self, state: dict[str, Any], move: Movement) -> Plan:
        """Cut over, pause or resume the move that is under way."""
        before, done = self.view(state) or {}, {"pause": "paused", "resume": None, "cutover": None}[self.action]
        if self._steered_already(state, move, done):
            return Plan(after=before, pending=move.state in CUTTING and self.action == "cutover")
        if not move.active or move.state not in STEERED[self.action]:
            raise Refused(
                f"{self.what}: its move is in the state {move.state}, so there is nothing to {self.action}."
                if move.active
                else f"{self.what} is not being moved; it is on {place_of_data(state)}.",
                hint="Resume it first." if move.state == "paused" else "See the record of ndo.ontap.volume_info.",
            )
        after = self._arrived(state, move.destination) if self.action == "cutover" else {**before, "movement": None}
        return Plan([self._steer(state, self.action)], after)

    def _steered_already(self, state: dict[str, Any], move: Movement, done: str | None) -> bool:
        if self.action == "resume":
            return move.active and move.state != "paused"
        if self.action == "pause":
            return move.state == done
        arrived = move.state == "success" and move.destination == place_of_data(state)
        return (arrived and self.destination in (None, move.destination)) or move.state in CUTTING

    def _aborted(self, state: dict[str, Any], move: Movement) -> Plan:
        before = self.view(state) or {}
        if not move.active:
            return Plan(after=before)
        return Plan([self._steer(state, "abort", ready=self._can_abort)], {**before, "movement": None})

    def _arrived(self, state: dict[str, Any], destination: str | None = None) -> dict[str, Any]:
        """The forecast of a move: there, or held before its cutover, by whichever of its words."""
        there = destination or self.destination
        if self.manual and self.action == "move":
            return {**(self.view(state) or {}), "movement": None}
        movement = {"state": "success", "percent": 100, "destination": there}
        return {**(self.view(state) or {}), "aggregate": there, "movement": movement}

    def _check_as_wanted(self, state: dict[str, Any]) -> None:
        """What a move would have changed on its way, and no move is needed for: refused rather than ignored."""
        wanted, now = self.params["encrypted"], dig(state, "encryption.enabled", False)
        if wanted is not None and wanted != now:
            way = "ndo.ontap.volume encrypts a volume where it is." if wanted else "ONTAP decrypts only by a move to another aggregate."
            raise Refused(f"{self.what} is on {self.destination} already, and {'not ' * (not now)}encrypted.", hint=way, target="encrypted")
        policy = self.params["tiering_policy"]
        if policy is not None and policy != dig(state, "tiering.policy", "none"):
            raise Refused(
                f"{self.what} is on {self.destination} already, and its tiering policy is {dig(state, 'tiering.policy')}.",
                hint="ndo.ontap.volume changes the tiering policy of a volume where it is.",
                target="tiering_policy",
            )

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _start(self, state: dict[str, Any]) -> Step:
        return Step("move", "PATCH", self.path_of(state), body=self.body(), asynchronous=True, ready=self._can_start)

    def body(self) -> dict[str, Any]:
        """What a move is asked for with. With a destination, the only state that ONTAP takes is the one that holds the cutover."""
        movement: dict[str, Any] = {"destination_aggregate": {"name": self.destination}}
        movement.update({"state": WORDS["hold"]} if self.manual else {})
        for option in ("cutover_window", "tiering_policy"):
            movement.update({option: self.params[option]} if self.params[option] is not None else {})
        encryption = {} if self.params["encrypted"] is None else {"encryption": {"enabled": self.params["encrypted"]}}
        return {"movement": movement, **encryption}

    def _steer(self, state: dict[str, Any], verb: str, ready: Any = None) -> Step:
        movement: dict[str, Any] = {"state": WORDS[verb]}
        if verb == "cutover" and self.params["cutover_window"] is not None:
            movement["cutover_window"] = self.params["cutover_window"]
        return Step(verb, "PATCH", self.path_of(state), body={"movement": movement}, asynchronous=True, ready=ready)

    def _can_abort(self, deadline: waiting.Deadline) -> bool:
        """ONTAP ignores an abort while it cuts over, so that is waited for; it may have ended the move."""

        def probe() -> waiting.Progress:
            move = Movement(self.read())
            return waiting.Progress(move.state not in CUTTING, "cuts over, and cannot be aborted", move)

        move: Movement = waiting.wait(probe, deadline, self.what, report=self.client.report)
        return move.active

    def _can_start(self, deadline: waiting.Deadline) -> bool:
        """A move that was aborted for this one has to be gone, and so has a split of the volume from its parent."""
        if self.until_free is None:
            return True
        state = self.until_free(deadline)
        self.until_free = None
        self.sign = Movement(state).sign
        if place_of_data(state) == self.destination:
            return False
        self.validate(state)
        return True

    def validate(self, state: dict[str, Any], tries: int = TRIES) -> None:
        """Have ONTAP check the move without doing it; its refusal is the error. As a query parameter all releases know it."""
        for attempt in range(tries):
            try:
                query = {"validate_only": True, "return_timeout": RETURN_TIMEOUT}
                answer = self.client.call("PATCH", self.path_of(state), query=query, body=self.body())
                for job in answer.jobs if answer.status == 202 else ():
                    self._follow_quietly(job)
                return
            except (LostAnswer, Busy, JobVanished):
                # Nothing was done either way.
                if attempt == tries - 1:
                    raise
                waiting.backoff(attempt)

    def _follow_quietly(self, job: str) -> None:
        """A check is over within seconds, and is nothing that people wait for."""
        report, self.client.report = self.client.report, None
        try:
            self.client.follow(job, waiting.Deadline(VALIDATION), f"The check of the move of {self.what}")
        finally:
            self.client.report = report

    def learn(self, step: Step, answer: Answer) -> None:
        """The move itself is watched at the volume; the job that starts it is asked only when the volume shows nothing."""
        if step.name == "move":
            self.job = next(iter(answer.jobs), None)
            answer.body = {}

    def explain(self, error: OntapError) -> OntapError:
        """ONTAP's words, and what helps."""
        error.hint = " ".join(part for part in (error.hint, HINTS.get(error.code, "")) if part)
        return error


def _check_sense(params: dict[str, Any]) -> None:
    """What can be told before anything is sent."""
    window = params["cutover_window"]
    if window is not None and not SHORTEST <= window <= LONGEST:
        raise InputError(f"cutover_window is {window} seconds; ONTAP takes {SHORTEST} to {LONGEST}.", target="cutover_window")
    if not params["uuid"] and not (params["svm"] and params["volume"]):
        raise InputError("svm and volume are needed, or uuid.", hint="svm:volume in the option volume is understood, too.")
    if params["action"] == "move" and not params["aggregate"]:
        raise InputError("aggregate is needed to move a volume.", target="aggregate")
    if params["action"] != "move":
        for option in ("tiering_policy", "encrypted"):
            if params[option] is not None:
                raise InputError(f"{option} can be chosen when a move begins, not with action: {params['action']}.", target=option)
