# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of LUNs into another volume or another SVM of the cluster: a new LUN with the contents that its source had.

Source: SDK's description and API reference, lun.copy: a POST begins the copy and can set nothing but the destination; DELETE of the
destination is the way to cancel it. The source is never changed or deleted here, and neither is a destination that is complete.
"""

from __future__ import annotations

from typing import Any

from . import svm_peers, waiting
from .client import Answer, Client, dig
from .errors import InputError, OntapError, OperationFailed, Refused
from .fields import Field
from .lun_copy_scene import ALIKE, ALONE, COMPLETE, Place, Scene
from .lun_transfer import THROTTLE, TransferGoal, agreed, lun_of
from .luns import LUN, LUNS, path_of_lun
from .objects import Index, Key, Resource, read_index
from .plan import Plan, Step
from .plan import view as view_of
from .pools import place_of
from .svm_peers import Peers

APPLICATION = "lun_copy"
SOURCE_MISSING = ("5374875", "5374876")
"""Codes of a source that was not found. Source: API reference, lun POST."""

FIELDS = ("svm.name", "svm.uuid", "name", "uuid", "serial_number", "space.size", "os_type", "copy", "lun_maps.igroup.name")

LUN_COPY = Resource(
    "LUN",
    LUNS,
    (Field("svm", "svm.name"), Field("name")),
    (Field("size", "space.size"), Field("os_type"), Field("max_throughput", "copy.source.max_throughput", THROTTLE)),
    assigned=LUN.assigned,
    asynchronous=True,
)


def place(svm: str | None, lun: str, volume: str | None, qtree: str | None, option: str) -> Place:
    """SVM and path of a LUN that is given by its path, or by its name and its volume."""
    named, path = lun_of(lun), place_of(volume) if volume else (None, None)
    return agreed(svm, option, named, (path[0], "")), path_of_lun(named[1], path[1], qtree)


class LunCopyGoal(TransferGoal):
    """The goal that a LUN is a finished copy of another, or that an unfinished copy is gone."""

    resource = LUN_COPY
    noun = "copy"
    told_as = "copying"
    grace = 10.0

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.here: Place = (self.desired["svm"], self.desired["name"])
        self.there = self._origin()
        self.what = f"LUN {self.here[1]} of SVM {self.here[0]}"
        self.evidence: str | None = None
        self._peers: Peers | None = None
        self._forgotten: set[Any] = set()
        if self.there == self.here:
            raise InputError(f"{self.what} cannot be copied to itself.", target="source")

    def _origin(self) -> Place | None:
        given = self.params.get("source")
        if not given:
            return None
        svm = given.get("svm")
        if not svm and not lun_of(given["lun"])[0] and not place_of(given.get("volume") or "")[0]:
            svm = self.desired["svm"]
        return place(svm, given["lun"], given.get("volume"), given.get("qtree"), "source.svm")

    def wish(self) -> dict[str, Any]:
        """SVM and path of the copy; its name is that of the source when only a volume is given."""
        params = self.params
        name = params.get("name") or (params.get("source") or {"lun": ""})["lun"].rpartition("/")[2]
        if not name:
            raise InputError("name is missing: the LUN that is, or would be, the copy.", target="name")
        svm, path = place(params.get("svm"), name, params.get("volume"), params.get("qtree"), "svm")
        return {"svm": svm, "name": path}

    # -- what there is -------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The destination and the source."""
        return [self.here, *([self.there] if self.there else [])]

    def asked(self) -> list[str]:
        """What is looked at, in the one read of both."""
        return list(FIELDS)

    def needs(self) -> dict[str, str]:
        """Source: API reference: lun.copy has been there since 9.10.1."""
        return {"a copy of a LUN": "9.10.1"}

    def choose(self, index: Index) -> Any:
        """Destination and source out of what was read."""
        found = [index[key][0] if key and index.get(key) else None for key in (self.here, self.there)]
        return Scene((self.here, self.there), found[0], found[1])

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """The peer relationships, read once, when copies between SVMs have to begin."""
        asking = [goal for goal, scene in found if scene is not None and goal.needs_peers(scene)]
        if asking:
            peers = Peers.read(client, [frozenset({goal.here[0], goal.there[0]}) for goal in asking])
            for goal in asking:
                goal._peers = peers

    def needs_peers(self, scene: Scene) -> bool:
        """Whether a copy from another SVM has to begin."""
        wanted = self.present and scene.crosses and scene.destination is None and scene.source is not None
        return wanted and not scene.transfer(self.what).active

    def view(self, state: Any) -> dict[str, Any] | None:
        """The copy in playbook words."""
        if state.destination is None:
            return None
        shown = view_of([*self.resource.identity, *self._fields(), *self.resource.assigned], state.destination) or {}
        return {**shown, "complete": not state.transfer(self.what).unfinished}

    def _fields(self) -> list[Field]:
        return [field for field in self.resource.fields if field.option != "max_throughput" or self.throttle is not None]

    def _forecast(self, now: dict[str, Any]) -> dict[str, Any]:
        """What the copy will be when this task is over."""
        speed = {} if self.throttle is None else {"max_throughput": self.throttle}
        return {**now, **speed, "complete": self.wait}

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Copy, join or resume; or cancel."""
        if not self.sent:
            self._forgotten = state.failures()
        transfer = self.note(state.transfer(self.what, self._forgotten))
        self._refuse_foreign(state)
        if not self.present:
            return self._cancelled(state)
        if state.destination is None and not transfer.active:
            return self._begun(state)
        before = self.view(state) or self._new(state)
        if transfer.active:
            return Plan(self._changes(state), self._forecast(before), pending=True)
        if transfer.state == "failed":
            hint = "Remove the cause, remove the unfinished LUN with state: absent, and run the task again."
            raise transfer.failed(f"The copy to {self.what} has failed", hint)
        self.evidence = self._evidence(state)
        return Plan(after=before)

    def _refuse_foreign(self, scene: Scene) -> None:
        """A copy of another LUN is not ours."""
        other = scene.other_origin()
        if other:
            raise Refused(
                f"{self.what} exists: it is a copy of another LUN, {other} ({self.transfer.sentence}).",
                hint="Choose another name, or check the source.",
                target="source",
            )

    def _begun(self, scene: Scene) -> Plan:
        """The plan that makes the copy, with the peer relationship that it needs."""
        if self.there is None:
            raise InputError(f"{self.what} does not exist: say of which LUN it is to be a copy.", target="source")
        if scene.source is None:
            raise InputError(
                f"{self.what} does not exist, and neither does its source, {self.there[1]} of SVM {self.there[0]}.",
                hint="Check the names. The source must be in the same cluster.",
                target="source.lun",
            )
        steps = self._peering(scene.source) if scene.crosses else []
        return Plan([*steps, self._copy(scene, peered_now=bool(steps))], self._forecast(self._new(scene)))

    def _new(self, scene: Scene) -> dict[str, Any]:
        """A copy that is not listed yet."""
        given = view_of([field for field in self._fields() if field.option != "max_throughput"], scene.source) or {}
        return {"svm": self.here[0], "name": self.here[1], **given, **{field.option: None for field in self.resource.assigned}}

    def _ends(self, source: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two SVMs; the uuid of ours is not known before it has a LUN that was read."""
        return {"name": self.here[0]}, {"name": dig(source, "svm.name"), "uuid": dig(source, "svm.uuid")}

    def _peering(self, source: dict[str, Any]) -> list[Step]:
        here, there = self._ends(source)
        peers, self._peers = self._peers or Peers.read(self.client, [frozenset({here["name"], there["name"]})]), None
        if peers.ready(here, there, APPLICATION):
            return []
        if not self.params["create_peer"]:
            raise Refused(
                f"The SVMs {here['name']} and {there['name']} are no peers, and a copy between them needs that.",
                hint=f"Set create_peer to make them peers for {APPLICATION}.",
                target="create_peer",
            )
        return [svm_peers.create(here, there, APPLICATION)]

    def _copy(self, scene: Scene, peered_now: bool) -> Step:
        """The request that begins the copy; to a release that wants to be told the peer (there is a field since 9.14.1), it does."""
        source = scene.source or {}
        origin = {"name": source["name"], "uuid": source["uuid"]}
        if self.throttle is not None:
            origin["max_throughput"] = self.throttle

        def step(**more: Any) -> Step:
            body = {"svm": {"name": self.here[0]}, "name": self.here[1], "copy": {"source": {**origin, **more}}}
            return Step("copy", "POST", LUNS, body=body, query={"return_records": True}, asynchronous=True)

        def ready(deadline: waiting.Deadline) -> bool:
            if peered_now:
                svm_peers.wait_until_ready(self.client, *self._ends(source), APPLICATION, deadline)
            return self.begins(deadline)

        first = step()
        first.ready = ready
        if scene.crosses:
            first.fallback, first.refused_by = step(peer={"name": dig(source, "svm.name")}), SOURCE_MISSING
        return first

    def _changes(self, scene: Scene) -> list[Step]:
        """What a copy that is under way needs: a pause is ended, and another speed is set. An error needs a word of its own."""
        block = dig(scene.destination or {}, "copy.source") or scene.entry(self._forgotten) or {}
        body: dict[str, Any] = {}
        if self.throttle_differs(block.get("max_throughput")):
            body["max_throughput"] = self.throttle
        if self.transfer.state == "paused_error" and not self.params["resume"]:
            raise self._stopped()
        if self.transfer.stuck:
            body["progress"] = {"state": "replicating"}
        if not body:
            return []
        path, name = f"{LUNS}/{scene.uuid(self._forgotten)}", "resume" if self.transfer.stuck else "throttle"
        return [Step(name, "PATCH", path, body={"copy": {"source": body}})]

    def _evidence(self, scene: Scene) -> str:
        """What is known of a LUN that is there; one that cannot be the copy is refused."""
        if self.transfer.state == "complete":
            return COMPLETE
        if scene.source is None:
            return ALONE
        differing = scene.differing()
        if differing:
            raise Refused(
                f"{self.what} exists and is no copy of {scene.source['name']}: it has {', '.join(differing)}.",
                hint="Choose another name, or delete it with ndo.ontap.lun when nobody needs it.",
                target="name",
            )
        return ALIKE

    def _cancelled(self, scene: Scene) -> Plan:
        """Delete the destination of a copy that has not ended, and nothing else."""
        if scene.destination is None and not self.transfer.active:
            return Plan()
        if not self.transfer.unfinished:
            raise Refused(
                f"{self.what} is no unfinished copy, and a LUN that is complete is not deleted here.",
                hint="ndo.ontap.lun with state: absent deletes LUNs.",
            )
        maps = (scene.destination or {}).get("lun_maps") or []
        if maps:
            users = ", ".join(sorted(dig(one, "igroup.name") for one in maps))
            raise Refused(f"{self.what} is mapped to {users}, although its copy has not ended.", hint="Unmap it first.")
        return Plan([Step("cancel", "DELETE", f"{LUNS}/{scene.uuid(self._forgotten)}", asynchronous=True)])

    # -- the end of it -------------------------------------------------------------------------------------------------

    def learn(self, step: Step, answer: Answer) -> None:
        """Keep what the new LUN got from ONTAP."""
        if step.name == "copy" and answer.records:
            self._answer = answer.records[0]

    @property
    def is_watched(self) -> bool:
        """A cancellation is over at once."""
        return self.present

    @classmethod
    def look_up(cls, client: Client, goals: list[Any]) -> list[Any]:
        """Destinations and sources, in one read: a new destination may not be listed yet."""
        index = read_index(client, goals)
        return [goal.choose(index[goal.paths()]) for goal in goals]

    def judge(self, state: Any) -> waiting.Progress:
        """Done when the copy is complete, as far as ONTAP tells."""
        scene: Scene = state
        transfer = self.note(scene.transfer(self.what, self._forgotten))
        self._refuse_foreign(scene)
        if transfer.state == "failed":
            left = " The unfinished LUN is still there; state: absent removes it." if scene.destination else ""
            raise transfer.failed(f"The copy to {self.what} has failed", f"Remove the cause and run the task again.{left}")
        if transfer.state == "paused_error":
            raise self._stopped()
        if transfer.active or self.too_early or (transfer.state and scene.destination is None):
            return self.progress()
        if scene.destination is None:
            raise OperationFailed(f"{self.what} is gone: its copy failed, or somebody cancelled it.", hint="See the event log.")
        self.evidence = self._evidence(scene)
        return self.progress(scene)

    def _stopped(self) -> OntapError:
        hint = "Remove the cause and run the task again with resume: true, or cancel the copy with state: absent."
        return self.transfer.failed(f"The copy to {self.what} has stopped", hint)

    def told(self) -> dict[str, Any]:
        """What a result says of the copy, and what is known of its origin."""
        told = super().told()
        told["copying"]["evidence"] = self.evidence
        return told
