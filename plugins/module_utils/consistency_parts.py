# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure: what a consistency group, or a child of one, is given and loses: volumes, LUNs and settings.

A request to ONTAP only adds, unless it says for a volume that it is removed. A volume is in one group at most; that of another user is
never taken. Source: API reference and the SDK's examples, consistency_group: the actions add, remove, create and reassign.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import plan as plans
from .consistency_fields import FIELDS, Record, Scene, luns_of, volumes_of, what
from .errors import InputError, Refused
from .fields import join, size

MOST_LUNS = 16
"""LUNs that ONTAP makes in one request for one group. Source: SDK, models of the group and of a child."""


class Part:
    """One group of a task: what there is of it (`record`), what the task wants of it, and what comes of that.

    exact: volumes that the task does not name leave; found: LUNs of volumes that are not in the group yet, with their igroups.
    """

    def __init__(self, name: str, wants: Record, record: Record | None, exact: bool, found: dict[str, list[str]] | None = None) -> None:
        self.name = name
        self.wants = wants
        self.record = record
        self.settings = plans.wanted(FIELDS, wants)
        self.new = {spec["name"]: spec for spec in wants.get("new_volumes") or []}
        self.before = volumes_of(record)
        named = set(wants.get("volumes") or ())
        self._refuse_twice(named)
        self.wanted = named | set(self.new)
        self.coming = self.wanted - self.before
        self.leaving = self.before - self.wanted if exact and wants.get("volumes") is not None else set()
        self.reassigned: set[str] = set()
        self.given: set[str] = set()
        self.known = {**(found or {}), **luns_of(record)}
        self.luns: list[Record] = wants.get("luns") or []

    def _refuse_twice(self, named: set[str]) -> None:
        twice = sorted(named & set(self.new))
        if twice:
            raise InputError(
                f"consistency group {self.name}: {', '.join(twice)} would be an existing volume and a new one.",
                hint="Name a volume in volumes or in new_volumes.",
                target="new_volumes",
            )

    @property
    def after(self) -> set[str]:
        """The volumes that it has in the end."""
        return (self.before - self.leaving - self.given) | self.coming

    # -- LUNs ----------------------------------------------------------------------------------------------------------

    def new_luns(self) -> list[Record]:
        """The LUNs that are made."""
        found = [one for one in self.luns if one["name"] not in self.known]
        for one in found:
            self._check_lun(one)
        if len(found) > MOST_LUNS:
            raise InputError(
                f"consistency group {self.name}: {len(found)} LUNs would be made, and ONTAP makes at most {MOST_LUNS} in one request.",
                hint="Make the rest in another task, here or with ndo.ontap.lun.",
                target="luns",
            )
        return found

    def _check_lun(self, lun: Record) -> None:
        parts = lun["name"].split("/")
        if parts[:2] != ["", "vol"] or len(parts) < 4 or not all(parts[1:]):
            raise InputError(f"{lun['name']!r} is not the path of a LUN.", hint="Write /vol/VOLUME/LUN.", target="luns")
        if parts[2] not in self.after:
            raise InputError(
                f"consistency group {self.name}: LUN {lun['name']} is not on one of its volumes.",
                hint=f"Name the volume {parts[2]} in volumes or in new_volumes.",
                target="luns",
            )
        missing = [word for word in ("size", "os_type") if lun.get(word) is None]
        if missing:
            raise InputError(
                f"consistency group {self.name}: LUN {lun['name']} does not exist, and a new LUN needs {' and '.join(missing)}.",
                hint="Give what is missing, or check the path.",
                target="luns",
            )

    def maps(self) -> list[Record]:
        """The maps that LUNs lack which are there."""
        known = [one for one in self.luns if one["name"] in self.known and one.get("igroup")]
        return [one for one in known if one["igroup"] not in self.known[one["name"]]]

    def igroups(self) -> set[str]:
        """The igroups to which new LUNs are mapped."""
        return {one["igroup"] for one in self.luns if one["name"] not in self.known and one.get("igroup")}

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show(self, always: bool = False) -> Record:
        """What there is, in playbook words, as far as the task is about it; always: its volumes, too."""
        fields = [field for field in FIELDS if field.option in self.settings]
        return {**(plans.view(fields, self.record or {}) or {}), **self._members(self.before, self.known, always)}

    def forecast(self, always: bool = False) -> Record:
        """The same in the end."""
        luns = {name: list(igroups) for name, igroups in self.known.items()}
        for one in self.luns:
            luns.setdefault(one["name"], [])
            if one.get("igroup"):
                luns[one["name"]] = sorted({*luns[one["name"]], one["igroup"]})
        return {**self.settings, **self._members(self.after, luns, always)}

    def _members(self, volumes: set[str], luns: dict[str, list[str]], always: bool) -> Record:
        shown: Record = {}
        if always or self.wants.get("volumes") is not None or self.new:
            shown["volumes"] = sorted(volumes)
        if self.luns:
            names = sorted({one["name"] for one in self.luns} & set(luns))
            shown["luns"] = [{"name": name, "igroups": luns[name]} for name in names]
        return shown

    # -- what is sent --------------------------------------------------------------------------------------------------

    def body(self, qos_policy: str | None = None) -> Record:
        """What a request says about the group; empty when nothing changes."""
        body = plans.body_of([field for field in FIELDS if self._differs(field)], self.settings)
        volumes = [self._volume(name, qos_policy) for name in sorted(self.coming)]
        volumes += [{"name": name, "provisioning_options": {"action": "remove"}} for name in sorted(self.leaving)]
        luns = [_lun(one) for one in self.new_luns()]
        return {**body, **({"volumes": volumes} if volumes else {}), **({"luns": luns} if luns else {})}

    def _differs(self, field: Any) -> bool:
        if field.option not in self.settings:
            return False
        if self.record is None:
            return self.settings[field.option] not in ("", [])
        return field.differs(field.read(self.record), self.settings[field.option])

    def _volume(self, name: str, qos_policy: str | None) -> Record:
        if name in self.reassigned:
            return {"name": name, "provisioning_options": {"action": "reassign"}}
        if name not in self.new:
            return {"name": name, "provisioning_options": {"action": "add"}}
        spec = self.new[name]
        parts: list[Record] = [{"name": name, "space": {"size": size(spec["size"])}, "provisioning_options": {"action": "create"}}]
        if spec.get("snapshot_policy"):
            parts.append({"snapshot_policy": {"name": spec["snapshot_policy"]}})
        if qos_policy:
            parts.append({"qos": {"policy": {"name": qos_policy}}})
        return join(parts)


def _lun(spec: Record) -> Record:
    body: Record = {"name": spec["name"], "os_type": spec["os_type"], "space": {"size": size(spec["size"])}}
    if spec.get("igroup"):
        number = {} if spec.get("lun_id") is None else {"logical_unit_number": spec["lun_id"]}
        body["lun_maps"] = [{"igroup": {"name": spec["igroup"]}, **number}]
    return {**body, "provisioning_options": {"action": "create"}}


def settle(parts: list[Part], leaving: list[Part], scene: Scene) -> None:
    """Find out where the volumes come from: from nowhere, from another part of this group, or from a group of others, which is refused.

    leaving: the parts that the group loses.
    """
    _refuse_double(parts)
    mine = {part.record["uuid"]: part for part in (*parts, *leaving) if part.record}
    others = []
    for part in parts:
        for name in sorted(part.coming):
            owner = scene.owner(name)
            giver = mine.get(owner["uuid"]) if owner else None
            if giver is not None:
                part.reassigned.add(name)
                giver.given.add(name)
                giver.leaving.discard(name)
            elif owner is not None:
                others.append(f"volume {name} is in {what(owner)}")
    if others:
        raise Refused(
            f"Volumes of other consistency groups are not taken: {'; '.join(others)}.",
            hint="Take them out of those groups first, if they are yours; children exchange volumes in a task about their parent.",
            target="volumes",
        )
    for part in parts:
        if part.before and not part.after:
            raise Refused(
                f"consistency group {part.name} would lose its last volume, and ONTAP would delete it.",
                hint="Leave it a volume; or delete it with state: absent, which keeps its volumes.",
                target="volumes",
            )


def _refuse_double(parts: Iterable[Part]) -> None:
    places: dict[str, list[str]] = {}
    for part in parts:
        for name in part.wanted:
            places.setdefault(name, []).append(part.name)
    for name, groups in sorted(places.items()):
        if len(groups) > 1:
            raise InputError(f"Volume {name} is named for {' and '.join(groups)}; a volume is in one consistency group.", target="volumes")
