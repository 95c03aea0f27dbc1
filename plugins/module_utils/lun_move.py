# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of LUNs to another volume of their SVM, while hosts go on using them: the LUN keeps its uuid, its serial number and its maps.

Source: SDK's description and API reference, lun.movement: PATCH of the name with another volume in it is a move, with the same volume a
rename; it is accepted at once, without a job, and the data follow. The record of the progress lives for two minutes after the end,
so that where the LUN is decides whether it has arrived. REST can start, slow down, pause and resume a move; it cannot abort one.
"""

from __future__ import annotations

from typing import Any

from . import lun_move_paths, waiting
from .client import Client, dig
from .errors import InputError, OntapError, OperationFailed, Refused
from .fields import Field
from .lun_move_paths import Follow, Way
from .lun_move_target import Target
from .lun_transfer import THROTTLE, Transfer, TransferGoal
from .luns import LUN, LUNS, volume_of_lun
from .objects import Index, Key, Resource
from .plan import Plan, Step
from .plan import view as view_of

LOCATION = ("svm.name", "name", "uuid", "serial_number", "location.volume.name", "space.size", "movement")
MAPS = ("lun_maps.igroup.name", "lun_maps.logical_unit_number")

LUN_MOVE = Resource(
    "LUN",
    LUNS,
    (Field("svm", "svm.name"), Field("name")),
    (Field("volume", "location.volume.name"), Field("max_throughput", "movement.max_throughput", THROTTLE)),
    assigned=LUN.assigned,
)


class LunMoveGoal(TransferGoal):
    """The goal that a LUN is in another volume; or that its move is paused, or goes on."""

    resource = LUN_MOVE
    noun = "movement"
    told_as = "movement"
    grace = 10.0

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.target = Target(params)
        self.action: str = params["action"]
        super().__init__(client, params)
        self.what = self.target.what
        self.follow: Follow | None = None
        self._first: dict[str, Any] = {}
        self._failed_before = False
        if self.action == "move" and not self.target.is_given:
            raise InputError(f"{self.what}: say where to, with volume or path.", target="volume")
        if self.action == "pause" and self.throttle is not None:
            raise InputError("max_throughput is for a move that goes on, and this task pauses it.", target="max_throughput")

    def wish(self) -> dict[str, Any]:
        """What the task says of the LUN and its move."""
        wish: dict[str, Any] = {"svm": self.target.svm, "name": self.target.source}
        if self.params.get("max_throughput") is not None:
            wish["max_throughput"] = THROTTLE.normal(self.params["max_throughput"])
        return wish

    # -- which LUN, and what there is ----------------------------------------------------------------------------------

    def paths(self) -> Key:
        """By SVM and path, or by uuid or serial number."""
        return (self.target.number[0],) if self.target.number else super().paths()

    def keys(self) -> list[Key]:
        """Where the LUN was, and where it is to be."""
        return self.target.keys()

    def asked(self) -> list[str]:
        """Where it is, who it is, who uses it, and how far it is."""
        return [*LOCATION, *MAPS]

    def choose(self, index: Index) -> Any:
        """The LUN; it is remembered as it was when this run began."""
        state = self.target.choose(index)
        self._first = self._first or state
        return state

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What has to follow the LUNs that move, read once for all of them."""
        met = [(goal, state) for goal, state in found if state is not None]
        aims: dict[tuple[str, str], Any] = {}
        for goal, _state in met:
            key = (goal.target.svm, goal.target.path)
            if key[1] and aims.setdefault(key, goal) is not goal:
                raise InputError(f"{aims[key].what} and {goal.what} cannot both be {key[1]}.", target="items")
        ways = [goal.way(state) for goal, state in met]
        follows = lun_move_paths.look(client, [way for way in ways if way])
        for goal, state in met:
            goal.follow = follows.get(state["uuid"])

    def way(self, state: dict[str, Any]) -> Way | None:
        """From where to where a mapped LUN moves, or has moved lately, when the nodes that report it are to follow."""
        if self.params["paths"] != "follow" or not state.get("lun_maps") or self.action == "pause":
            return None
        transfer, ends = self._transfer(state), dig(state, "movement.paths") or {}
        if ends.get("source") and ends.get("destination") and (transfer.active or (transfer.state == "complete" and self._is_there(state))):
            return Way(self.target.svm, state["uuid"], ends["source"], ends["destination"], over=not transfer.active)
        if self.action == "move" and not self._is_there(state):
            return Way(self.target.svm, state["uuid"], state["name"], str(self.target.path))
        return None

    def view(self, state: Any) -> dict[str, Any] | None:
        """The LUN in playbook words, with its maps."""
        fields = [field for field in self.resource.fields if field.option == "volume" or field.option in self.desired]
        shown = view_of([*self.resource.identity, *fields, *self.resource.assigned], state) or {}
        if self.action != "move":
            # What such a task changes. A record that is gone belongs to a move that is over.
            shown["state"] = dig(state, "movement.progress.state") or ("complete" if self._is_there(state) else None)
        return {**shown, "maps": maps_of(state)}

    def _transfer(self, state: dict[str, Any]) -> Transfer:
        return Transfer(state.get("movement"), dig(state, "space.size"), self.what)

    def _is_there(self, state: dict[str, Any]) -> bool:
        """Whether the LUN is where it is to be. Where it is decides, not what a record says."""
        path = self.target.path
        return path is None or (state["name"] == path and dig(state, "location.volume.name") == volume_of_lun(path))

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Move, join a move, pause or resume."""
        transfer = self.note(self._transfer(state))
        before = self.view(state) or {}
        if transfer.active:
            self._refuse_elsewhere(state)
        if self.action == "pause":
            return self._paused(state, before)
        if transfer.active:
            return self._joined(state, before)
        if transfer.state == "failed" and (self.action == "resume" or self._is_there(state)):
            raise self._failure(state)
        if self._is_there(state):
            return Plan(after=before)
        return self._moved(state, before)

    def _refuse_elsewhere(self, state: dict[str, Any]) -> None:
        """A move to another place cannot be turned round; one that goes back by itself has to be waited for."""
        goes_to = dig(state, "movement.paths.destination") or state["name"]
        if self.target.path not in (None, goes_to) and self.transfer.state != "reverting":
            raise Refused(
                f"{self.what} is on its way to {goes_to} ({self.transfer.sentence}), not to {self.target.path}.",
                hint=f"ONTAP cannot abort the move of a LUN: wait for its end (path: {goes_to} joins it), then move the LUN on, or back.",
                target="path",
            )

    def _moved(self, state: dict[str, Any], before: dict[str, Any]) -> Plan:
        aim = str(self.target.path)
        if self.action == "resume":
            raise Refused(f"{self.what} has no move under way; it is at {state['name']}.", hint="action: move begins one.")
        if volume_of_lun(state["name"]) == volume_of_lun(aim):
            raise Refused(
                f"{state['name']} is in the volume {volume_of_lun(aim)} already: {aim} would be a new name, and no move.",
                hint="Rename it with ndo.ontap.lun (from_name).",
                target="path",
            )
        self._failed_before = self._failed_before or (not self.sent and self.transfer.state == "failed")
        if self.follow and not self.sent:
            self.follow.check(self.what)
        body: dict[str, Any] = {"name": aim}
        if self.throttle is not None:
            body["movement"] = {"max_throughput": self.throttle}
        step = Step("move", "PATCH", self.path_of(state), body=body, ready=self.begins)
        return Plan([step], self._arrived(before))

    def _joined(self, state: dict[str, Any], before: dict[str, Any]) -> Plan:
        """A move to the same place, by whomever: a pause is ended, and another speed is set. An error needs a word of its own."""
        if self.transfer.state == "paused_error" and self.action != "resume":
            raise self._stopped()
        movement: dict[str, Any] = {}
        if self.throttle_differs(dig(state, "movement.max_throughput")):
            movement["max_throughput"] = self.throttle
        if self.transfer.stuck:
            movement["progress"] = {"state": "replicating"}
        step = self._change("resume" if self.transfer.stuck else "throttle", state, movement)
        return Plan([step] if movement else [], self._arrived(before), pending=True)

    def _arrived(self, before: dict[str, Any]) -> dict[str, Any]:
        after = dict(before)
        if self.action == "resume":
            after["state"] = "complete" if self.wait else "replicating"
        if self.target.path:
            after.update(name=self.target.path, volume=volume_of_lun(self.target.path))
        if self.throttle is not None:
            after["max_throughput"] = self.throttle
        return after

    def _change(self, name: str, state: dict[str, Any], movement: dict[str, Any]) -> Step:
        return Step(name, "PATCH", self.path_of(state), body={"movement": movement})

    def _paused(self, state: dict[str, Any], before: dict[str, Any]) -> Plan:
        if self.transfer.stuck:
            return Plan(after=before)
        if not self.transfer.active or self.transfer.state == "reverting":
            raise Refused(f"{self.what} has no move under way that could be paused; it is at {state['name']}.", state=self.transfer.state)
        step = self._change("pause", state, {"progress": {"state": "paused"}})
        return Plan([step], {**before, "state": "paused"})

    # -- the end of it -------------------------------------------------------------------------------------------------

    @classmethod
    def look_up(cls, client: Client, goals: list[Any]) -> list[Any]:
        """The LUNs by their uuids, which a move does not change; None for one that is gone."""
        uuids = [goal._first["uuid"] for goal in goals]
        found = {one["uuid"]: one for one in client.select(LUNS, [*LOCATION, *MAPS], {"uuid": uuids})}
        return [found.get(uuid) for uuid in uuids]

    def judge(self, state: Any) -> waiting.Progress:
        """Done when the LUN has arrived, or its move is paused."""
        if state is None:
            raise OperationFailed(f"{self.what} is gone: somebody has deleted it.")
        transfer = self.note(self._transfer(state))
        return self._pausing(state, transfer) if self.action == "pause" else self._arriving(state, transfer)

    def _pausing(self, state: dict[str, Any], transfer: Transfer) -> waiting.Progress:
        if not transfer.active:
            raise OperationFailed(f"The move of {self.what} was over before it was paused ({transfer.sentence}).", state=transfer.state)
        return self.progress(state if transfer.stuck else None)

    def _arriving(self, state: dict[str, Any], transfer: Transfer) -> waiting.Progress:
        if transfer.state == "failed":
            if self._failed_before and self._started and self._started.left() > 0:
                # Still the record of the move before ours.
                return waiting.Progress(False, "no progress shown yet")
            raise self._failure(state)
        self._failed_before = False
        if transfer.state == "paused_error":
            raise self._stopped()
        if transfer.active or self.too_early:
            return self.progress()
        if not self._is_there(state):
            raise OperationFailed(f"{self.what} has not moved to {self.target.path}; it is at {state['name']}.", hint="See the event log.")
        self._prove(state)
        return self.progress(state)

    def _failure(self, state: dict[str, Any]) -> OntapError:
        sentence = f"{self.what} has not moved to {self.target.path}, it is at {state['name']}"
        return self.transfer.failed(sentence, "Remove the cause and run the task again.")

    def _stopped(self) -> OntapError:
        return self.transfer.failed(f"The move of {self.what} has stopped", "Remove the cause, then let it go on with action: resume.")

    def _prove(self, state: dict[str, Any]) -> None:
        """Whoever uses the LUN must find it as it was."""
        before, after = self._first.get("serial_number"), state.get("serial_number")
        lost = [one for one in maps_of(self._first) if one not in maps_of(state)]
        if before != after:
            raise OperationFailed(
                f"{self.what} has arrived with the serial number {after} instead of {before}.",
                hint="Hosts see it as another disk. Nothing in this task does that: look at the LUN before its hosts go on.",
            )
        if lost:
            names = ", ".join(f"{one['igroup']} (LUN id {one['lun_id']})" for one in lost)
            raise OperationFailed(f"{self.what} has arrived and is not mapped to {names} any more.", hint="Map it with ndo.ontap.lun_map.")

    def came_to_nothing(self) -> bool:
        """Whether the LUN surely is where it was, with no move under way."""
        (state,) = self.look_up(self.client, [self])
        return state is not None and not self.note(self._transfer(state)).active and not self._is_there(state)

    def told(self) -> dict[str, Any]:
        """What a result says of the move, and of the nodes that followed."""
        return {**super().told(), "paths": dict(self.follow.told) if self.follow else {"added": [], "removed": [], "kept": []}}


def maps_of(state: dict[str, Any]) -> list[dict[str, Any]]:
    """The igroups to which a LUN is mapped, with its LUN ids."""
    found = [{"igroup": dig(one, "igroup.name"), "lun_id": one.get("logical_unit_number")} for one in state.get("lun_maps") or []]
    return sorted(found, key=lambda one: (one["igroup"], one["lun_id"]))
