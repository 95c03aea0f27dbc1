# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a volume back to a snapshot, with what would be lost, and a copy of the present beside it.

Sources: API reference, volume PATCH (restore_to, preserve_lun_ids; codes 1638480, 9437885, 9437886); CLI manual, volume snapshot
restore; SDK's description, snapshot.delta: asked for by one name, what has changed in the volume since. A restore deletes all newer
snapshots, so that a snapshot of the present would not survive it; docs/decisions/006 says what is done instead.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client, dig
from .errors import ApiError, InputError, JobFailed, JobVanished, LostAnswer, NotAuthorized, OntapError, Refused, WaitTimeout
from .moments import moment, utc
from .plan import Plan, Step
from .safety_copy import FIELDS, Objection, SafetyCopy
from .snapshots import VOLUMES, VolumeSnapshotsGoal, names, read_volumes, why_kept
from .volume_users import Users, users_of

SHOWN = 10
"""Names that a message has at most."""

GRACE = 60.0
"""Seconds after which a restore that shows no effect was not begun (choice: a restore changes pointers and takes seconds)."""


def changed_since(client: Client, snapshot: dict[str, Any]) -> int | None:
    """Bytes that have changed in the volume since; None where the release or the kind of volume does not tell (9.12.1 does)."""
    try:
        path = f"{VOLUMES}/{dig(snapshot, 'volume.uuid')}/snapshots"
        record = client.one(path, {"name": snapshot["name"]}, ["uuid", "delta"])
    except ApiError as error:
        if error.facts.get("status") not in (400, 404, 405):
            raise
        return None
    return dig(record or {}, "delta.size_consumed")


class Scene:
    """What there is: the snapshot and the newer ones, newest first, how far the volume is from it, and the safety copy."""

    def __init__(self, snapshot: dict[str, Any], newer: list[dict[str, Any]], base: dict[str, Any] | None) -> None:
        self.snapshot = snapshot
        self.newer = newer
        self.base = base
        """The snapshot under the safety copy."""
        self.changed: int | None = None
        self.base_changed: int | None = None
        self.volume: dict[str, Any] | None = None
        self.copy: dict[str, Any] | None = None


class RestoreGoal(VolumeSnapshotsGoal):
    """The goal that a volume has the contents of one of its snapshots."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.fields = (*self.fields, "comment")
        super().__init__(client, params)
        self.name: str = params["name"]
        name = params.get("safety_clone")
        self.copy = SafetyCopy(client, self.svm, self.volume, name) if name else None
        self.users = Users()
        self._sent = False
        self._newer_before: set[str] = set()
        self._looked: Any = None
        if name in (self.volume, self.name):
            raise InputError(f"safety_clone is {name}, which is the volume or the snapshot itself.", target="safety_clone")

    # -- what there is -------------------------------------------------------------------------------------------------

    def choose(self, index: dict[tuple[str, ...], list[dict[str, Any]]]) -> Any:
        """The snapshot, and those that are newer or, by their time, could be."""
        found = super().choose(index)
        snapshot = next((one for one in found if one["name"] == self.name), None)
        if snapshot is None:
            there = ", ".join(one["name"] for one in found[:SHOWN]) or "none, or there is no such volume"
            raise InputError(f"Volume {self.volume} of SVM {self.svm} has no snapshot {self.name}; there are: {there}.", target="name")
        newer = [one for one in found if one is not snapshot and moment(one["create_time"]) >= moment(snapshot["create_time"])]
        base = next((one for one in found if self.copy and one["name"] == self.copy.name), None)
        if self.copy:
            self.copy.aim(snapshot)
        return Scene(snapshot, [one for one in newer if one is not base], base)

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What a restore would hit; read only for volumes that are not at their snapshot."""
        pairs = [(goal, scene) for goal, scene in found if scene is not None]
        cls._look(client, pairs)
        hit = [(goal, scene) for goal, scene in pairs if scene.changed != 0 and scene.volume]
        maps_only = all(goal.params["allow_in_use"] for goal, _scene in hit)
        users = users_of(client, [scene.volume for _goal, scene in hit], maps_only)
        for goal, scene in hit:
            goal.users = users[scene.volume["uuid"]]
            if scene.base:
                scene.base_changed = changed_since(client, scene.base)

    @classmethod
    def _look(cls, client: Client, pairs: list[tuple[Any, Any]]) -> None:
        for goal, scene in pairs:
            goal._looked = scene
            scene.changed = changed_since(client, scene.snapshot)
        differing = [(goal, scene) for goal, scene in pairs if scene.changed != 0]
        if not differing:
            return
        places = [(goal.svm, name) for goal, _scene in differing for name in (goal.volume, goal.copy and goal.copy.name) if name]
        volumes = read_volumes(client, places, FIELDS)
        for goal, scene in differing:
            scene.volume = volumes.get((goal.svm, goal.volume))
            scene.copy = volumes.get((goal.svm, goal.copy.name)) if goal.copy else None

    def read(self) -> Any:
        """The scene; one that the survey has not looked at is looked at now."""
        scene = super().read()
        if scene is not self._looked:
            self._look(self.client, [(self, scene)])
        return scene

    def view(self, state: Any) -> dict[str, Any] | None:
        """The snapshot and the volume."""
        return {
            "svm": self.svm,
            "volume": self.volume,
            "volume_uuid": dig(state.snapshot, "volume.uuid"),
            "name": self.name,
            "uuid": state.snapshot["uuid"],
            "create_time": utc(state.snapshot["create_time"]),
            "changed_bytes": state.changed,
            "newer_snapshots": [one["name"] for one in state.newer],
        }

    # -- what is done --------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Nothing for a volume that is at the snapshot; else the copy of the present, and the restore."""
        before = self.view(state) or {}
        if self._is_back(state):
            return Plan(after=before)
        if not (self._sent or (self.copy and self.copy.begun)):
            self._refuse(state)
        after = {**before, "changed_bytes": None if state.changed is None else 0, "newer_snapshots": []}
        first = self.copy.steps(state.copy, state.base) if self.copy else []
        return Plan([*first, self._restore(state)], after)

    def _is_back(self, scene: Scene) -> bool:
        """Whether the volume is known to be at the snapshot; after our own request, also by the newer snapshots that are gone."""
        if scene.changed == 0:
            return True
        left = {one["uuid"] for one in scene.newer}
        gone = bool(self._newer_before) and not self._newer_before & left
        return self._sent and (gone or bool(self.copy and scene.base is None))

    def _restore(self, scene: Scene) -> Step:
        snapshot = {name: scene.snapshot[name] for name in ("name", "uuid")}
        return Step(
            "restore",
            "PATCH",
            f"{VOLUMES}/{dig(scene.snapshot, 'volume.uuid')}",
            body={"restore_to": {"snapshot": snapshot}},
            # Without it, hosts lose their LUNs, and LUNs their identity.
            query={"preserve_lun_ids": True} if self.users.mapped else None,
            asynchronous=True,
            ready=lambda deadline: self._must_restore(scene, deadline),
        )

    def _must_restore(self, scene: Scene, deadline: waiting.Deadline) -> bool:
        """Wait for the copy; and never restore twice what clients may have written to in between."""
        if self.copy:
            self.copy.begun = True
            self.copy.wait_until_separate(deadline)
        if self._sent:
            self._join(dig(scene.snapshot, "volume.uuid"), deadline)
            if self._comes_back(deadline):
                return False
            scene = self._looked
            nothing_tells = not self._newer_before and not self.copy
            if nothing_tells and (scene.changed is None or self.params["allow_in_use"]):
                raise LostAnswer(f"Whether volume {self.volume} was restored to snapshot {self.name} is not known.")
        self._newer_before = {one["uuid"] for one in scene.newer}
        self._sent = True
        return True

    def _comes_back(self, deadline: waiting.Deadline) -> bool:
        """Whether the volume gets to the snapshot within a time in which a restore that ONTAP has begun surely shows."""
        grace = waiting.Deadline(min(GRACE, deadline.left()))
        try:
            waiting.wait(lambda: waiting.Progress(self._is_back(self.read()), "not yet"), grace, "restore", report=self.client.report)
        except WaitTimeout:
            return False
        return True

    def _join(self, volume: str, deadline: waiting.Deadline) -> None:
        """Wait for what ONTAP is doing with the volume: our own request, whose answer was lost."""
        query = {"state": "queued|running|paused", "description": f"PATCH*/storage/volumes/{volume}*"}
        try:
            for job in list(self.client.records("/cluster/jobs", ["uuid"], query)):
                self.client.follow(job["uuid"], deadline, "restore")
        except (NotAuthorized, JobFailed, JobVanished):
            # An account of an SVM may not see jobs; how a job ended shows in the volume.
            return

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """A restore is looked at afterwards."""
        return self.read()

    def explain(self, error: OntapError) -> OntapError:
        """Say where the volume stands when a run ends before the restore."""
        if self.copy and self.copy.begun and not self._sent:
            error.message = f"Volume {self.volume} has not been restored. {error.message}"
        return error

    # -- what speaks against it ----------------------------------------------------------------------------------------

    def _refuse(self, scene: Scene) -> None:
        taken = self.copy.objection(scene.copy, scene.base, scene.base_changed) if self.copy else None
        found = [*self._facts(scene), *self._losses(scene), *([taken] if taken else [])]
        if found:
            raise Refused(
                f"Volume {self.volume} is not restored to snapshot {self.name}: {'; '.join(sentence for sentence, _hint in found)}.",
                hint=" ".join(dict.fromkeys(hint for _sentence, hint in found)),
            )

    def _facts(self, scene: Scene) -> list[Objection]:
        """What nobody can accept."""
        if scene.volume is None:
            return [("there is no such volume any more", "Look at the SVM.")]
        found = []
        if scene.volume.get("state", "online") != "online":
            found.append((f"it is {scene.volume['state']}", "Bring it online first."))
        if scene.volume.get("type", "rw") != "rw":
            found.append((f"it is of type {scene.volume['type']}", "Only read-write volumes can be restored."))
        kept = [one for one in scene.newer if why_kept(one)]
        if kept:
            text = f"a restore deletes the newer snapshots, and these cannot be deleted: {names(kept)}"
            found.append((text, "Release them first, restore single LUNs with ndo.ontap.lun, or clone the snapshot."))
        return found

    def _losses(self, scene: Scene) -> list[Objection]:
        """What a task can accept by name."""
        found = []
        if scene.newer and not self.params["allow_newer"]:
            shown = names(scene.newer[:SHOWN])
            more = len(scene.newer) - SHOWN
            text = f"it would delete the newer snapshots {shown}" + (f" and {more} more" if more > 0 else "")
            found.append((text, "Set allow_newer to lose them."))
        if not self.params["allow_in_use"] and self.users.sentence():
            text = f"the data would change under {self.users.sentence()}"
            found.append((text, "Stop what uses the volume, or set allow_in_use."))
        return found
