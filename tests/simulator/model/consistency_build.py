# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a consistency group is given: existing volumes that join, new ones that are made, LUNs with their maps; and who leaves.

Sources: API reference and the SDK's description, consistency_group: actions, names that are derived, codes. Choices: a new volume has no
guarantee and is in the data aggregate with the most space; without a size it is 3 % larger than its LUNs (the SDK's example shows that);
a request is carried out as a whole or not at all; LUNs are not thick. Not simulated: storage services, tiering rules, NVMe.
"""

from __future__ import annotations

import itertools
from typing import Any, Callable

from ..reach_san import lun_path
from ..store import Row
from . import consistency_members as members
from . import igroups, lun_maps, lun_restore, lun_rules, luns, space, volume_rules, volumes
from .family import value_at
from .references import only, ref
from .refusal import Refusal
from .world import World

ONLY_NEW = "53411856"
INSUFFICIENT = "53411864"
OF_VOLUME = frozenset(
    {"name", "space.size", "snapshot_policy", "qos.policy", "comment", "nas.path", "tiering.policy"}
    | {"provisioning_options.action", "provisioning_options.count"}
)
OF_LUN = frozenset(
    {"name", "space.size", "space.guarantee.requested", "os_type", "comment", "lun_maps", "provisioning_options.action"}
    | {"provisioning_options.count"}
)
BLOCK = 4096


def needs(world: World, release: tuple[int, int, int], what: str, field: str) -> None:
    """Refuse what a release does not have. Choice of the code."""
    if world.version < release:
        raise Refusal(400, "262196", f"{what} needs ONTAP {'.'.join(str(part) for part in release)}.", field)


def volume_in(world: World, svm: str, name: str | None) -> Row | None:
    """The volume of an SVM that has this name."""
    return next((row for row in world.store.each("volumes", name=name) if row["svm"]["uuid"] == svm), None)


class Build:
    """What a request gives to one group, checked; apply() carries it out, undo() takes it back."""

    def __init__(self, world: World, svm: Row, group: Row | None, name: str, siblings: tuple[str, ...] = ()) -> None:
        self.world, self.svm, self.name, self.siblings = world, svm, name, siblings
        self.group = group["uuid"] if group else None
        self.joins: list[Row] = []
        self.leaves: list[Row] = []
        self.policies: list[tuple[Row, Row]] = []
        self.makes: dict[str, Row] = {}
        self.luns: list[tuple[Row, str, Row]] = []
        self._undo: list[Callable[[], Any]] = []

    # -- what is asked for -------------------------------------------------------------------------------------------------

    def plan(self, body: Row) -> None:
        """Check a body with volumes and luns."""
        for spec in body.get("volumes", ()):
            only(spec, OF_VOLUME, "a volume of a consistency group")
            self._volume(spec, body)
        for spec in body.get("luns", ()):
            only(spec, OF_LUN, "a LUN of a consistency group")
            self._lun(spec)
        if body.get("namespaces"):
            raise Refusal(400, "262196", "NVMe namespaces are not simulated.", "namespaces")
        if body.get("qos") and not self.makes:
            # Source: SDK's description: the QoS policy can be set only when new objects are provisioned.
            raise Refusal(400, ONLY_NEW, "A QoS policy can be given only to new volumes.", "qos.policy")
        for volume in self.coming():
            members.check_joins(self.world, volume, self.group)
        self._sizes()

    def _volume(self, spec: Row, body: Row) -> None:
        options = spec.get("provisioning_options", {})
        action, name = options.get("action"), spec.get("name")
        row = volume_in(self.world, self.svm["uuid"], name) if name else None
        member = row is not None and self.group is not None and row.get("consistency_group", {}).get("uuid") == self.group
        if action == "remove":
            needs(self.world, (9, 12, 1), "Removing a volume from a consistency group", "volumes.provisioning_options.action")
            if row is None or not member:
                raise Refusal(400, "53411861", f'Volume "{name}" is no member of the consistency group.', "volumes.name")
            self.leaves.append(row)
        elif row is not None and action == "reassign":
            self._reassign(row)
        elif row is not None and member and action != "create":
            self._keep(row, spec)
        elif row is not None and action == "add":
            self._existing(spec)
            self.joins.append(row)
        elif row is not None and action is None:
            text = f'Volume "{name}" exists; to add it, provisioning_options.action must be "add".'
            raise Refusal(400, INSUFFICIENT, text, "volumes.provisioning_options.action")
        elif action in ("add", "reassign"):
            # Choice of the code.
            raise Refusal(400, INSUFFICIENT, f'Volume "{name}" does not exist.', "volumes.name")
        else:
            self._new(spec, body)

    def _reassign(self, row: Row) -> None:
        needs(self.world, (9, 13, 1), "Reassigning a volume", "volumes.provisioning_options.action")
        if row.get("consistency_group", {}).get("uuid") not in self.siblings:
            raise Refusal(400, "53411861", f'Volume "{row["name"]}" is not in a child of the same parent.', "volumes.name")
        self.leaves.append(row)
        self.joins.append(row)

    @staticmethod
    def _existing(spec: Row) -> None:
        for name in set(spec) - {"name", "provisioning_options"}:
            raise Refusal(400, ONLY_NEW, f'The field "{name}" is for new volumes only.', f"volumes.{name}")

    def _keep(self, row: Row, spec: Row) -> None:
        """A member that is named again. Choice: its snapshot policy can be changed, and nothing else."""
        rest = {name: value for name, value in spec.items() if name != "snapshot_policy"}
        self._existing(rest)
        if "snapshot_policy" in spec:
            self.policies.append((row, volume_rules.snapshot_policy(self.world, self.svm["uuid"], spec["snapshot_policy"])))

    def _new(self, spec: Row, body: Row) -> None:
        count = spec.get("provisioning_options", {}).get("count")
        base = spec.get("name") or self.name
        svm = self.svm["uuid"]
        taken = {row["name"] for row in self.world.store.table("volumes").values() if row["svm"]["uuid"] == svm}
        names = [base] if count is None and spec.get("name") else _numbered(base, int(count or 1), taken | set(self.makes))
        for name in names:
            volume_rules.check_name(self.world, svm, name)
            volume_rules.check_pending(self.world, svm, name)
            fields = {key: value for key, value in spec.items() if key not in ("provisioning_options", "space")}
            fields.update(name=name, svm=ref(self.svm), guarantee={"type": "none"})
            if "size" in spec.get("space", {}):
                fields["size"] = volume_rules.wanted_size(spec, 0)
            policy = value_at(spec, "qos.policy") or value_at(body, "qos.policy")
            if policy:
                volume_rules.qos_policy(self.world, svm, policy)
                fields["qos"] = {"policy": policy}
            if "snapshot_policy" in spec:
                volume_rules.snapshot_policy(self.world, svm, spec["snapshot_policy"])
            if "tiering" not in fields and body.get("tiering", {}).get("policy"):
                fields["tiering"] = {"policy": body["tiering"]["policy"]}
            self.makes[name] = fields

    def _lun(self, spec: Row) -> None:
        path = spec.get("name") or self._derived()
        volume, _qtree, _base = lun_rules.split(path)
        row = volume_in(self.world, self.svm["uuid"], volume)
        mine = row is not None and (row in self.joins or (row.get("consistency_group", {}).get("uuid") == self.group and self.group))
        if volume not in self.makes and not mine:
            if row is not None:
                raise Refusal(400, "53411857", f'LUN "{path}" is not on a volume of the consistency group.', "luns.name")
            # Source: SDK's example: a volume that only a LUN names is made.
            self._new({"name": volume}, {})
        options = spec.get("provisioning_options", {})
        if options.get("action") is None and options.get("count") is None and lun_rules.find(self.world, self.svm["uuid"], path):
            if set(spec) - {"name", "provisioning_options"}:
                raise Refusal(400, ONLY_NEW, f'LUN "{path}" exists: its fields cannot be changed here.', "luns")
            return
        for name in ("os_type", "space.size"):
            if value_at(spec, name) is None:
                raise Refusal(400, "5374884", f'The field "{name}" is required to create a LUN.', f"luns.{name}")
        count = options.get("count")
        taken = {lun_path(row) for row in self.world.store.table("luns").values() if row["svm"]["uuid"] == self.svm["uuid"]}
        taken |= {one for _spec, one, _body in self.luns}
        for one in [path] if count is None else _numbered(path, int(count), taken):
            lun_rules.check_free(self.world, self.svm["uuid"], one)
            self.luns.append((spec, one, self._body(spec, one)))

    def _derived(self) -> str:
        """Source: SDK's description: the name of a LUN is derived from that of its volume."""
        if len(self.makes) != 1:
            raise Refusal(400, "262245", 'The field "name" is required.', "luns.name")
        volume = next(iter(self.makes))
        return f"/vol/{volume}/{volume}_1"

    @staticmethod
    def _body(spec: Row, path: str) -> Row:
        body: Row = {name: spec[name] for name in ("os_type", "space", "comment") if name in spec}
        return dict(body, name=path)

    def _sizes(self) -> None:
        for name, fields in self.makes.items():
            if "size" not in fields:
                total = sum(body["space"]["size"] for _spec, path, body in self.luns if lun_rules.split(path)[0] == name)
                if not total:
                    raise Refusal(400, INSUFFICIENT, f'A new volume "{name}" needs a size.', "volumes.space.size")
                fields["size"] = max(volume_rules.MINIMUM, -(-total * 103 // 100 // BLOCK) * BLOCK)

    def coming(self) -> list[Row]:
        """The volumes that join, without those that only go from one child to another."""
        moving = {volume["uuid"] for volume in self.leaves}
        return [volume for volume in self.joins if volume["uuid"] not in moving]

    # -- carrying it out ---------------------------------------------------------------------------------------------------

    def apply(self, group: Row) -> None:
        """Give everything to a group that is there."""
        for volume in self.joins:
            self._undo.append(_back(volume))
            members.join(volume, group)
        for volume, policy in self.policies:
            volume["snapshot_policy"] = policy
        for fields in self.makes.values():
            members.join(self._make(fields), group)
        for spec, _path, body in self.luns:
            self._make_lun(spec, body)

    def finish(self) -> None:
        """What cannot be taken back, when everything else has gone well: volumes leave, and groups go with their last one."""
        joined = {volume["uuid"] for volume in self.joins}
        for volume in self.leaves:
            if volume["uuid"] not in joined:
                members.leave(self.world, volume)
        for sibling in self.siblings:
            members.prune(self.world, sibling)

    def _make(self, fields: Row) -> Row:
        uuid = self.world.store.uuid()
        rows = [row for row in self.world.store.table("aggregates").values() if not row["sim"]["root"] and row["state"] == "online"]
        best = max(rows, key=lambda row: space.aggregate_available(self.world, row))
        volumes.create(self.world, uuid, {**fields, "aggregates": [ref(best)]})
        self._undo.append(lambda: self.world.store.remove("volumes", uuid))
        return self.world.store.table("volumes")[uuid]

    def _make_lun(self, spec: Row, body: Row) -> None:
        uuid = self.world.store.uuid()
        luns.create(self.world, uuid, self.svm["uuid"], {**body, "svm": ref(self.svm)})
        row = self.world.store.table("luns")[uuid]
        self._undo.append(lambda: lun_restore.drop(self.world, [row], True, f"LUN {lun_path(row)} was not made after all"))
        for one in spec.get("lun_maps", ()):
            lun_maps.add(self.world, row, self._igroup(one.get("igroup", {}), spec["os_type"]), one.get("logical_unit_number"))

    def _igroup(self, wanted: Row, os_type: str) -> Row:
        """The igroup of a map: one that exists as it is, or a new one with its initiators."""
        for row in self.world.store.each("igroups", name=wanted.get("name")):
            if row["svm"]["uuid"] == self.svm["uuid"]:
                given = {igroups.canonical(one["name"]) for one in wanted.get("initiators", ())}
                if given and given != {one["name"] for one in row["initiators"]}:
                    raise Refusal(400, "53411862", f'Igroup "{row["name"]}" exists and cannot be changed here.', "luns.lun_maps.igroup")
                return row
        body = {"svm": ref(self.svm), "os_type": os_type.split("_", maxsplit=1)[0], **wanted}
        uuid = str(igroups.Igroups().create(self.world, body, {}, {}).key)
        self._undo.append(lambda: self.world.store.remove("igroups", uuid))
        return self.world.store.table("igroups")[uuid]

    def undo(self) -> None:
        """Take back what apply() has done so far."""
        for step in reversed(self._undo):
            step()


def _numbered(base: str, count: int, taken: set[str]) -> list[str]:
    """Names that are not taken. Source: the vendor's collection, count: the next available index, starting with 1."""
    free = (name for name in (f"{base}_{number}" for number in itertools.count(1)) if name not in taken)
    return list(itertools.islice(free, count))


def _back(volume: Row) -> Callable[[], None]:
    """What makes a volume a member of the group that it is in now, or of none."""
    before = volume.get("consistency_group")

    def step() -> None:
        volume.pop("consistency_group", None)
        if before:
            volume["consistency_group"] = before

    return step
