# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs: their fields, how one is named, and what must not be done to one that hosts use.

Source of paths, codes and what REST can do: API reference, LUN.
"""

from __future__ import annotations

from typing import Any

from .client import Client, dig
from .errors import InputError, Refused
from .fields import Codec, Field, size
from .objects import Index, Key, ObjectGoal, Resource
from .plan import Plan, Step

LUNS = "/storage/luns"
RESIZE = "/private/cli/lun/resize"
"""Source: SDK, lun.space.size: REST cannot make a LUN smaller; CLI manual, lun resize, has -force-reduce."""

MIB = 1024**2
MAPS = ("lun_maps.igroup.name", "lun_maps.logical_unit_number")
NAA_PREFIX = "naa.600a0980"
"""Source: SAN guide: NetApp's identifier, followed by the serial number in hexadecimal digits."""


def rounding(wanted: int) -> int:
    """How many bytes above what was asked for a LUN may have because ONTAP fits sizes to a disk's geometry.

    Source: a report of users: 450 GiB became 61 MiB more (0.013 %). Choice: 8 MiB and 1/4096 of the size.
    """
    return 8 * MIB + wanted // 4096


def hex_serial(serial: str) -> str:
    """A serial number in hexadecimal digits."""
    return serial.encode().hex()


LUN_SIZE = Codec(encode=size, same=lambda now, wanted: 0 <= size(now) - size(wanted) <= rounding(size(wanted)), normal=size)

LUN = Resource(
    "LUN",
    LUNS,
    (Field("svm", "svm.name"), Field("name")),
    (
        Field("size", "space.size", LUN_SIZE),
        Field("os_type", immutable="Create another LUN with this os_type and copy the data on the host."),
        Field("online", "enabled", later=True, initial=True),
        Field("comment", unset=""),
        Field("qos_policy", "qos_policy.name", unset=""),
        Field("space_reserved", "space.guarantee.requested"),
        Field("space_allocation", "space.scsi_thin_provisioning_support_enabled", since="9.10.1"),
        Field("auto_delete"),
    ),
    assigned=(
        Field("uuid"),
        Field("serial_number"),
        Field("serial_number_hex", "serial_number", Codec(decode=hex_serial)),
        Field("naa", "serial_number", Codec(decode=lambda serial: NAA_PREFIX + hex_serial(serial))),
    ),
    asynchronous=True,
)


def path_of_lun(name: str, volume: str | None, qtree: str | None) -> str:
    """The path of a LUN that is named by its path, or by its last part and its volume."""
    if name.startswith("/"):
        parts = name.split("/")
        if len(parts) not in (4, 5) or parts[1] != "vol" or not all(parts[2:]):
            raise InputError(f"{name!r} is not the path of a LUN.", hint="Write /vol/VOLUME/LUN or /vol/VOLUME/QTREE/LUN.", target="name")
        if volume not in (None, parts[2]):
            raise InputError(f"The path {name} is not in the volume {volume}.", target="volume")
        return name
    if not volume:
        raise InputError(f"LUN {name}: say in which volume it is.", hint="Give volume, or a path as name.", target="volume")
    if "/" in name:
        raise InputError(f"{name!r} is not the name of a LUN.", hint="Give the qtree in its own option, or a whole path.", target="name")
    return "/".join(["/vol", volume, *([qtree] if qtree else []), name])


def volume_of_lun(path: str) -> str:
    """The volume in the path of a LUN."""
    return path.split("/")[2]


class LunGoal(ObjectGoal):
    """The goal that a LUN is there with these attributes, is absent, or has the contents of a snapshot."""

    resource = LUN

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        for name in ("uuid", "serial_number"):
            if params.get(name):
                self.what = f"LUN with {name.replace('_', ' ')} {params[name]}"
        if self.old_name:
            self.old_name = self._sibling(self.old_name)
        self.source = self._source()

    def wish(self) -> dict[str, Any]:
        """The fields that are asked for, with the name as a path."""
        wish = super().wish()
        if "name" in wish and (wish["name"].startswith("/") or not self._by_number() or self.params.get("volume")):
            wish["name"] = path_of_lun(wish["name"], self.params.get("volume"), self.params.get("qtree"))
        elif "name" in wish:
            raise InputError(f"{wish['name']}: give the whole path that the LUN is to have.", target="name")
        return wish

    def _by_number(self) -> str | None:
        return next((name for name in ("uuid", "serial_number") if self.params.get(name)), None)

    def _sibling(self, name: str) -> str:
        """The path of another LUN, which a task may name without its volume."""
        path = name if name.startswith("/") else self.desired["name"].rpartition("/")[0] + "/" + name
        return path_of_lun(path, None, None)

    def _source(self) -> str | None:
        if not self.params.get("clone_from"):
            return None
        source = self._sibling(self.params["clone_from"])
        snapshot = self.params.get("snapshot")
        return in_snapshot(source, snapshot) if snapshot else source

    # -- which LUN is meant --------------------------------------------------------------------------------------------

    def paths(self) -> Key:
        """By svm and path, or by uuid or serial number."""
        number = self._by_number()
        return (number,) if number else super().paths()

    def keys(self) -> list[Key]:
        """The values of those fields."""
        number = self._by_number()
        return [(self.params[number],)] if number else super().keys()

    def area(self) -> dict[str, str]:
        """The volume."""
        return {"location.volume.name": volume_of_lun(self.desired["name"])} if "name" in self.desired and not self.old_name else {}

    def choose(self, index: Index) -> dict[str, Any] | None:
        """The LUN; one that is addressed by a number must exist and be in the SVM."""
        state = super().choose(index)
        if state is None and self._by_number() and self.params["state"] != "absent":
            raise InputError(f"There is no {self.what}.", hint="A LUN gets its numbers from ONTAP: name a new LUN by its path.")
        if state is not None and dig(state, "svm.name") != self.params["svm"]:
            raise InputError(f"The {self.what} is in the SVM {dig(state, 'svm.name')}, not in {self.params['svm']}.", target="svm")
        return state

    def asked(self) -> list[str]:
        """What was asked for, and who uses the LUN where that decides."""
        fields = [*super().asked(), "svm.name", "name"]
        if self.params["state"] != "present" or self.desired.get("online") is False or self.params.get("allow_shrink"):
            fields += MAPS
        if self.params["state"] == "restored":
            fields += ["location.volume.uuid"]
        return fields

    def fields_to_compare(self) -> tuple[Field, ...]:
        """A LUN that is addressed by a number, or by its old name, may get another path."""
        return self.resource.fields + ((self.resource.identity[1],) if self.old_name or self._by_number() else ())

    # -- plans ---------------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Create or clone, change, shrink, restore or delete."""
        return self.restored(state) if self.params["state"] == "restored" else super().plan(state)

    def created(self) -> Plan:
        """A new LUN, or a clone."""
        if self.source:
            return self._cloned()
        missing = [option for option in ("size", "os_type") if option not in self.desired]
        if missing:
            raise InputError(
                f"{self.what} does not exist, and a new LUN needs {' and '.join(missing)}.",
                hint="Give what is missing, or clone_from; or check the name and the SVM.",
            )
        return super().created()

    def _cloned(self) -> Plan:
        """Source: API reference, LUN: a clone's size and os_type are its source's and must not be given."""
        plan = super().created()
        body = plan.steps[0].body
        body.pop("os_type", None)
        wanted = dig(body, "space.size")
        if wanted is not None:
            del body["space"]["size"]
            grow = self.patch([field for field in self.resource.fields if field.option == "size"])
            grow.ready = lambda deadline: self._must_grow(wanted)
            plan.steps.insert(1, grow)
        plan.steps[0].body = {**body, "clone": {"source": {"name": self.source}}}
        return plan

    def _must_grow(self, wanted: int) -> bool:
        """Whether a new clone is smaller than what was asked for."""
        state = self._answer if dig(self._answer, "space.size") else self.read()
        now = dig(state, "space.size") or 0
        if now > wanted + rounding(wanted):
            raise Refused(
                f"{self.what}: the clone has {now} bytes, more than the {wanted} that were asked for.",
                hint="It exists. Leave size out, or ask for a size that is not below its source's.",
            )
        return now < wanted

    def changed(self, state: dict[str, Any]) -> Plan:
        """One request for what differs; a smaller size goes another way."""
        if "name" in self.desired and volume_of_lun(self.desired["name"]) != volume_of_lun(state["name"]):
            raise Refused(
                f"{state['name']} cannot be renamed to {self.desired['name']}: that is another volume, and a move of data.",
                hint="Use ndo.ontap.lun_move.",
            )
        plan = super().changed(state)
        if not plan.steps or not self._shrinks(state):
            return plan
        return Plan([*self._without_size(plan.steps), self._shrink(state)], plan.after)

    def _shrinks(self, state: dict[str, Any]) -> bool:
        """Whether less was asked for than the LUN has, by more than its geometry explains."""
        return "size" in self.desired and dig(state, "space.size") > self.desired["size"] + rounding(self.desired["size"])

    @staticmethod
    def _without_size(steps: list[Step]) -> list[Step]:
        space = steps[0].body["space"]
        del space["size"]
        if not space:
            del steps[0].body["space"]
        return steps if steps[0].body else []

    def _shrink(self, state: dict[str, Any]) -> Step:
        body = {"vserver": self.params["svm"], "path": self.desired.get("name", state["name"]), "size": self.desired["size"]}
        return Step("shrink", "POST", RESIZE, body={**body, "force_reduce": True})

    def guard(self, state: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
        """No data and no access is taken away unless the task says so."""
        if self._shrinks(state) and not self.params["allow_shrink"]:
            sizes = f"has {before['size']} bytes, and {self.desired['size']} were asked for"
            raise Refused(
                f"{self.what} {sizes}: what its host has beyond that would be lost.",
                hint="Ask for at least its size, or set allow_shrink when the host has been prepared.",
            )
        if before.get("online") and after.get("online") is False:
            self._refuse_mapped(state, "taken offline")

    def _refuse_mapped(self, state: dict[str, Any], fate: str) -> None:
        maps = state.get("lun_maps") or []
        if maps and not self.params["allow_mapped"]:
            users = ", ".join(f"{dig(one, 'igroup.name')} (LUN id {one.get('logical_unit_number')})" for one in maps)
            raise Refused(
                f"LUN {state['name']} is mapped to {users} and would be {fate} under its hosts.",
                hint="Unmap it first, or set allow_mapped.",
            )

    def without(self, state: Any) -> Plan:
        """Delete, but not under a host."""
        if state is None:
            return Plan()
        self._refuse_mapped(state, "deleted")
        query = {"allow_delete_while_mapped": True} if state.get("lun_maps") else None
        return Plan([Step("delete", "DELETE", self.path_of(state), query=query, asynchronous=True)])

    def restored(self, state: Any) -> Plan:
        """Overwrite the contents out of a snapshot, or with those of another LUN; serial number, maps and uuid stay.

        Source: API reference, LUN: PATCH with clone.source overwrites the contents.
        """
        if state is None:
            hint = "To get a deleted LUN back, clone it out of the snapshot (clone_from, snapshot)."
            raise InputError(f"{self.what} does not exist.", hint=hint)
        self._refuse_mapped(state, "overwritten")
        steps = []
        if self.params.get("safety_snapshot"):
            path = f"/storage/volumes/{dig(state, 'location.volume.uuid')}/snapshots"
            steps.append(Step("snapshot", "POST", path, body={"name": self.params["safety_snapshot"]}, asynchronous=True))
        body = {"clone": {"source": {"name": self.source or in_snapshot(state["name"], self.params["snapshot"])}}}
        steps.append(Step("restore", "PATCH", self.path_of(state), body=body, asynchronous=True))
        return Plan(steps, self.view(state))


def in_snapshot(path: str, snapshot: str) -> str:
    """The path of a LUN inside a snapshot. Source: API reference, LUN, clone.source.name."""
    vol, volume, rest = path[1:].split("/", 2)
    return f"/{vol}/{volume}/.snapshot/{snapshot}/{rest}"
