# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a consistency group back to one of its snapshots, with what would be lost, and a copy of the present beside it.

ONTAP restores volume by volume, deletes all newer snapshots with that, and leaves what it restored before a failure. When LUNs of the group
are mapped, each volume is restored by a request of its own, because only those keep the ids of LUNs; volumes that are at the snapshot are
left out then. Without mapped LUNs one request restores the group. docs/decisions/006 says why no snapshot is taken first.

Sources: API reference and the SDK's description, consistency_group PATCH (restore_to), consistency_group_snapshot ("Restoring to a Previous
Snapshot": restored volumes stay restored, retry the group or its volumes), volume PATCH (restore_to, preserve_lun_ids), snapshot.delta.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client
from .consistency_snapshots import AnyGroupSnapshotGoal, pending
from .consistency_snapshots_copy import GroupCopy, follow_jobs
from .consistency_snapshots_scene import Scene, facts, losses, read_snapshots, read_volumes
from .errors import InputError, LostAnswer, OntapError, Refused, WaitTimeout
from .group_members import GROUPS, Group, read_groups
from .moments import moment, utc
from .plan import Plan, Step
from .snapshot_restore import GRACE
from .snapshots import VOLUMES
from .volume_users import Users, users_of


class GroupRestoreGoal(AnyGroupSnapshotGoal):
    """The goal that a group has the contents of one of its snapshots."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.name: str = params["name"]
        copy = params.get("safety_clone")
        self.copy = GroupCopy(client, copy) if copy else None
        self.users: dict[str, Users] = {}
        self._sent: dict[str, set[str]] = {}
        self._joined = False
        self._looked: Any = None
        if copy in (self.home.name, self.name):
            raise InputError(f"safety_clone is {copy}, which is the group or the snapshot itself.", target="safety_clone")

    # -- what there is -------------------------------------------------------------------------------------------------

    def asked(self) -> list[str]:
        """What a restore must know of the snapshot."""
        return [*super().asked(), "svm.name", "is_partial", "missing_volumes"]

    def choose(self, index: dict[tuple[str, ...], list[dict[str, Any]]]) -> Any:
        """The snapshot; one that is not there, or not taken yet, is no base for a restore."""
        record = super().choose(index)
        if record is None or pending(record):
            why = "was started and is not committed" if record else "does not exist, or its group does not"
            raise InputError(f"{self.what} {why}.", target="name")
        return Scene(record)

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What restores would hit: groups, snapshots and users of all of them at once; deltas volume by volume."""
        pairs = [(goal, scene) for goal, scene in found if scene is not None]
        if not pairs:
            return
        groups = {one.uuid: one for one in read_groups(client, {scene.record["svm"]["name"] for _goal, scene in pairs})}
        for goal, scene in pairs:
            goal._looked = scene
            goal._place(scene, groups)
        read_snapshots(client, pairs)
        hit = [(goal, scene) for goal, scene in pairs if scene.back is not True]
        read_volumes(client, [scene for _goal, scene in hit])
        maps_only = all(goal.params["allow_in_use"] for goal, _scene in hit)
        users = users_of(client, [one for _goal, scene in hit for one in scene.volumes.values()], maps_only) if hit else {}
        for goal, scene in hit:
            goal.users = {uuid: users[uuid] for uuid in scene.volumes}
            if goal.copy and scene.base:
                scene.base_changed = goal.copy.changed(scene.base)

    def _place(self, scene: Scene, groups: dict[str, Group]) -> None:
        record = scene.record
        scene.group = groups.get(record["consistency_group"]["uuid"])
        if self.copy and scene.group:
            self.copy.aim(scene.group, record)
            scene.copy = next((one for one in groups.values() if (one.svm, one.name) == (scene.group.svm, self.copy.name)), None)
            scene.base = self.copy.read_base()

    def read(self) -> Any:
        """The scene; one that the survey has not looked at is looked at now."""
        scene = super().read()
        if scene is not self._looked:
            self.look_around(self.client, [(self, scene)])
        return scene

    def view(self, state: Any) -> dict[str, Any] | None:
        """The snapshot, and how the volumes stand to it."""
        record = state.record
        newer = {one["name"]: moment(one["create_time"]) for found in state.newer.values() for one in found}
        return {
            "svm": record["svm"]["name"],
            "group": record["consistency_group"]["name"],
            "group_uuid": record["consistency_group"]["uuid"],
            "name": self.name,
            "uuid": record["uuid"],
            "create_time": utc(record["create_time"]),
            "at_snapshot": state.back,
            "volumes": [
                {"volume": part["volume"], "volume_uuid": part["volume_uuid"], "changed_bytes": state.changed.get(part["volume_uuid"])}
                for part in state.parts
            ],
            "newer_snapshots": sorted(newer, key=lambda name: (newer[name], name), reverse=True),
        }

    # -- what is done --------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Nothing for a group that is at the snapshot; else the copy of the present, and the restore."""
        before = self.view(state) or {}
        open_ones = [part for part in state.parts if not self._is_back(state, part)]
        if not open_ones and state.parts:
            return Plan(after=before)
        if not (self._sent or (self.copy and self.copy.begun)):
            self._refuse(state)
        told = None not in state.changed.values()
        volumes = [{**one, "changed_bytes": None if one["changed_bytes"] is None else 0} for one in before["volumes"]]
        after = {
            **before,
            "at_snapshot": True if told else None,
            "volumes": volumes,
            "newer_snapshots": self._stay(state, open_ones, before["newer_snapshots"]),
        }
        first = self.copy.steps(state.copy, state.base) if self.copy else []
        # Pending: also when the job of an earlier run has brought the group back, it is looked at afterwards.
        return Plan([*first, *self._restores(state, open_ones)], after, pending=True)

    def _mapped(self) -> bool:
        return any(one.mapped for one in self.users.values())

    def _stay(self, scene: Scene, open_ones: list[dict[str, str]], newer: list[str]) -> list[str]:
        """Those of the newer snapshots that are left: of volumes that are not restored."""
        gone = {part["volume_uuid"] for part in (open_ones if self._mapped() else scene.parts)}
        left = {one["name"] for uuid, found in scene.newer.items() if uuid not in gone for one in found}
        return [name for name in newer if name in left]

    def _restores(self, scene: Scene, open_ones: list[dict[str, str]]) -> list[Step]:
        """A request for each volume that is not back, or one for the group."""
        if self._mapped():
            return [
                self._restore(f"restore {part['volume']}", f"{VOLUMES}/{part['volume_uuid']}", part["uuid"], [part]) for part in open_ones
            ]
        group = scene.record["consistency_group"]["uuid"]
        return [self._restore("restore", f"{GROUPS}/{group}", scene.record["uuid"], scene.parts)]

    def _restore(self, name: str, path: str, snapshot: str, parts: list[dict[str, str]]) -> Step:
        return Step(
            name,
            "PATCH",
            path,
            body={"restore_to": {"snapshot": {"uuid": snapshot}}},
            # Without it, hosts lose their LUNs, and LUNs their identity. Requests for groups have no such parameter.
            query={"preserve_lun_ids": True} if path.startswith(VOLUMES) else None,
            asynchronous=True,
            ready=lambda deadline: self._must_restore(parts, deadline),
        )

    def _is_back(self, scene: Scene, part: dict[str, str]) -> bool:
        """Whether a volume is known to be at the snapshot; after our own request, also by the newer snapshots that are gone."""
        uuid = part["volume_uuid"]
        if scene.changed.get(uuid) == 0:
            return True
        before = self._sent.get(uuid)
        return bool(before) and not (before or set()) & {one["uuid"] for one in scene.newer[uuid]}

    def _must_restore(self, parts: list[dict[str, str]], deadline: waiting.Deadline) -> bool:
        """Wait for the copy, and for what an earlier run began; never restore twice what clients may have written to in between."""
        if self.copy:
            self.copy.begun = True
            self.copy.wait_until_separate(deadline)
        again = any(part["volume_uuid"] in self._sent for part in parts)
        if again or not self._joined:
            joined = self._join(deadline)
            if (again or joined) and self._come_back(parts, GRACE if again else 0.0, deadline):
                return False
        if again:
            changed = self._looked.changed
            untold = [part for part in parts if changed.get(part["volume_uuid"]) is None or self.params["allow_in_use"]]
            if any(not self._sent.get(part["volume_uuid"]) for part in untold):
                raise LostAnswer(f"Whether {self.home.what} was restored to snapshot {self.name} is not known.")
        for part in parts:
            uuid = part["volume_uuid"]
            self._sent.setdefault(uuid, {one["uuid"] for one in self._looked.newer[uuid]})
        return True

    def _come_back(self, parts: list[dict[str, str]], seconds: float, deadline: waiting.Deadline) -> bool:
        """Whether the volumes get to the snapshot within a time in which a restore that ONTAP has begun surely shows."""
        grace = waiting.Deadline(min(seconds, deadline.left()))

        def probe() -> waiting.Progress:
            scene = self.read()
            done = all(self._is_back(scene, part) for part in parts)
            return waiting.Progress(done, "done" if done else "not yet")

        try:
            waiting.wait(probe, grace, "restore", report=self.client.report)
        except WaitTimeout:
            return False
        return True

    def _join(self, deadline: waiting.Deadline) -> bool:
        """Wait for what ONTAP is doing already: our own request, whose answer was lost, or one of an earlier run; whether there was any."""
        self._joined = True
        scene = self._looked
        paths = [f"{GROUPS}/{scene.record['consistency_group']['uuid']}", *(f"{VOLUMES}/{part['volume_uuid']}" for part in scene.parts)]
        return follow_jobs(self.client, "PATCH", paths, deadline)

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """A restore is looked at afterwards."""
        return self.read()

    def explain(self, error: OntapError) -> OntapError:
        """Say how the volumes stand when a run ends before all are back."""
        if self.copy and self.copy.begun and not self._sent:
            error.message = f"{self.home.what} has not been restored. {error.message}"
        elif self._sent:
            try:
                scene = self.read()
            except OntapError:
                return error
            back = [part["volume"] for part in scene.parts if self._is_back(scene, part)]
            rest = [part["volume"] for part in scene.parts if part["volume"] not in back]
            error.message += f" At snapshot {self.name} are: {', '.join(back) or 'none'}; not, or not known: {', '.join(rest) or 'none'}."
            error.hint = f"{error.hint} The volumes are not of one point in time until all are back: run the task again.".strip()
        return error

    # -- what speaks against it ----------------------------------------------------------------------------------------

    def _refuse(self, scene: Scene) -> None:
        found = [*facts(scene), *losses(scene, self.users.values(), self.params)]
        taken = self.copy.objection(scene.copy, scene.base, scene.base_changed) if self.copy else None
        found += [taken] if taken else []
        if found:
            raise Refused(
                f"{self.home.what} is not restored to snapshot {self.name}: {'; '.join(sentence for sentence, _hint in found)}.",
                hint=" ".join(dict.fromkeys(hint for _sentence, hint in found)),
            )
