# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a LUN may be called, how large it may be, and where it may be.

Source: API reference, lun: the codes; the SDK's description: paths, sizes, what a reservation needs. HTTP status is a choice.
"""

from __future__ import annotations

import re

from ..store import Row
from .refusal import Refusal
from .world import World

SMALLEST, LARGEST = 4096, 128 * 1024**4
"""Bytes. Source: API reference, lun, space.size: the absolute limits."""

LONGEST = 255
"""Characters of a base name. Choice: that of a file name; the API reference only says that there is a limit."""

FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
"""Choice: only control characters (and the slash, which parts a path). The sources do not list what else is refused; what is odd but
allowed here (* | ! , < > and spaces) shows whether a client acts on exactly the LUN that it means."""

PREFIX = "/vol/"


class Place:
    """Where a request wants a LUN to be: volume, qtree (or None) and base name."""

    def __init__(self, volume: Row, qtree: str | None, base: str) -> None:
        self.volume = volume
        self.qtree = qtree
        self.base = base

    @property
    def path(self) -> str:
        """The path that a LUN has there."""
        return PREFIX + "/".join(part for part in (self.volume["name"], self.qtree, self.base) if part)

    def location(self) -> Row:
        """The location as a row has it."""
        found: Row = {"volume": {"name": self.volume["name"], "uuid": self.volume["uuid"]}, "logical_unit": self.base}
        if self.qtree:
            # Choice of the identifier: the simulator has no qtrees of its own.
            found["qtree"] = {"name": self.qtree, "id": 1}
        return found


def split(path: str) -> tuple[str, str | None, str]:
    """Volume, qtree and base name of a path."""
    parts = path[len(PREFIX) :].split("/") if path.startswith(PREFIX) else []
    if len(parts) >= 2 and parts[1] == ".snapshot":
        raise Refusal(400, "5374238", f'The path "{path}" is in a snapshot.', "name")
    if len(parts) not in (2, 3) or not all(parts):
        raise Refusal(400, "5374127", f'The LUN name "{path}" is invalid: it must be /vol/<volume>[/<qtree>]/<lun>.', "name")
    return parts[0], parts[1] if len(parts) == 3 else None, parts[-1]


def check_base(base: str) -> None:
    """Refuse a base name that is not allowed."""
    if base in (".", "..") or base.strip() != base:
        raise Refusal(400, "5376461", f'The LUN name "{base}" is invalid.', "name")
    if len(base) > LONGEST:
        raise Refusal(400, "5376462", f"The LUN name is longer than {LONGEST} characters.", "name")
    if FORBIDDEN.search(base):
        raise Refusal(400, "5374121", f'The LUN name "{base}" has a character that is not allowed.', "name")


def place(world: World, svm: Row, body: Row, here: Row | None = None) -> Place:
    """Where a body wants a LUN of this SVM; `here` is the location that the LUN has so far, in a PATCH."""
    location = body.get("location", {})
    named = split(body["name"]) if body.get("name") else None
    volume = _volume(world, svm, location.get("volume") or {}, named[0] if named else None, here)
    known = here or {}
    qtree = _agree(named and (named[1] or ""), location.get("qtree", {}).get("name"), "5374860", "qtree")
    base = _agree(named and named[2], location.get("logical_unit"), "5374861", "logical_unit")
    if qtree is None:
        qtree = (known.get("qtree") or {}).get("name")
    if base is None:
        base = known.get("logical_unit")
    if not base:
        raise Refusal(400, "5374862", "No LUN base name was specified.", "name")
    check_base(base)
    if qtree:
        _check_qtree(world, volume, qtree)
    return Place(volume, qtree or None, base)


def _agree(named: str | None, given: str | None, code: str, what: str) -> str | None:
    if named is not None and given is not None and named != given:
        raise Refusal(400, code, f'The {what} of "name" is not that of "location.{what}".', f"location.{what}")
    return given if named is None else named


def find_volume(world: World, svm: str, name: str) -> Row | None:
    """A volume of an SVM by its name. A plain loop: clusters have thousands of them."""
    for row in world.store.table("volumes").values():
        if row["name"] == name and row["svm"]["uuid"] == svm:
            return row
    return None


def _volume(world: World, svm: Row, wanted: Row, named: str | None, here: Row | None) -> Row:
    uuid, name = wanted.get("uuid"), wanted.get("name")
    if not (uuid or name or named):
        if here is None:
            raise Refusal(400, "5374859", "No volume was specified for the LUN.", "location.volume")
        uuid = here["volume"]["uuid"]
    if uuid:
        volume = world.store.table("volumes").get(uuid)
        missing = Refusal(400, "918235", f'A volume with UUID "{uuid}" was not found.', "location.volume.uuid")
    else:
        volume = find_volume(world, svm["uuid"], str(name or named))
        missing = Refusal(400, "917927", f'The volume "{name or named}" was not found in SVM "{svm["name"]}".', "name")
    if volume is None or volume["svm"]["uuid"] != svm["uuid"]:
        raise missing
    if name and name != volume["name"]:
        raise Refusal(400, "918236", "location.volume.uuid and location.volume.name refer to different volumes.", "location.volume")
    if named and named != volume["name"]:
        raise Refusal(400, "5374858", 'The volume of "name" is not that of "location.volume".', "location.volume")
    return volume


def _check_qtree(world: World, volume: Row, qtree: str) -> None:
    """Choice: a qtree is there when the volume's row names it (sim.qtrees), or a LUN is in it; there is no family of qtrees."""
    if qtree in (volume.get("sim") or {}).get("qtrees", ()):
        return
    for row in world.store.table("luns").values():
        location = row["location"]
        if location["volume"]["uuid"] == volume["uuid"] and (location.get("qtree") or {}).get("name") == qtree:
            return
    raise Refusal(400, "5242927", f'The qtree "{qtree}" was not found in volume "{volume["name"]}".', "location.qtree")


def find(world: World, svm: str, path: str) -> Row | None:
    """A LUN of an SVM by its path, or None."""
    parts = path[len(PREFIX) :].split("/") if path.startswith(PREFIX) else []
    if len(parts) not in (2, 3):
        return None
    base, qtree = parts[-1], parts[1] if len(parts) == 3 else None
    for row in world.store.table("luns").values():
        location = row["location"]
        if location["logical_unit"] != base or location["volume"]["name"] != parts[0] or row["svm"]["uuid"] != svm:
            continue
        if (location.get("qtree") or {}).get("name") == qtree:
            return row
    return None


def check_free(world: World, svm: str, path: str, code: str = "5374242") -> None:
    """Refuse a path at which there is a LUN already."""
    if find(world, svm, path) is not None:
        raise Refusal(409, code, f'A LUN already exists at the path "{path}".', "name")


# -- state and size --------------------------------------------------------------------------------------------------------


def container_state(world: World, volume: Row | None) -> str:
    """Whether the volume of a LUN and its aggregate are online, in the words of status.container_state."""
    aggregate = world.store.table("aggregates").get(volume["aggregates"][0]["uuid"]) if volume else None
    if aggregate is None or aggregate["state"] not in ("online", "relocating"):
        return "aggregate_offline"
    return "online" if volume and volume["state"] == "online" else "volume_offline"


def check_container(world: World, volume: Row | None) -> None:
    """Refuse what needs the volume of a LUN, and its aggregate, online."""
    state = container_state(world, volume)
    if state == "aggregate_offline":
        raise Refusal(400, "5374865", "The aggregate of the LUN is offline. It must be online to modify or remove the LUN.")
    if state == "volume_offline":
        raise Refusal(400, "5374866", "The volume of the LUN is offline. It must be online to modify or remove the LUN.")


def check_volume(world: World, volume: Row) -> None:
    """Refuse a volume in which no LUN can be made."""
    if volume.get("is_svm_root"):
        raise Refusal(400, "5374237", f'Volume "{volume["name"]}" is the root volume of its SVM: LUNs cannot be created in it.', "name")
    if volume.get("type", "rw") != "rw":
        # Source: the code is that of load-sharing mirrors; choice: also for data protection volumes.
        raise Refusal(400, "5374129", f'LUNs cannot be created in volume "{volume["name"]}", which is a mirror.', "name")
    check_container(world, volume)


def rounded(world: World, size: int) -> int:
    """A size as ONTAP makes it.

    Source: CLI manual, lun resize: the LUN gets "at least" the size asked for; an example of the SDK's has 322163441664 for
    300G. Choice: sizes are whole multiples of the setting lun_geometry, 4096 bytes unless set.
    """
    if size < 0:
        raise Refusal(400, "5374123", f"The size {size} is negative.", "space.size")
    if size < SMALLEST:
        raise Refusal(400, "5374124", f"The size {size} is smaller than the minimum of {SMALLEST} bytes.", "space.size")
    unit = int(world.settings.get("lun_geometry", 4096))
    whole = -(-size // unit) * unit
    if whole > LARGEST:
        raise Refusal(400, "5374125", f"The size {size} is larger than the maximum of {LARGEST} bytes.", "space.size")
    return whole


def reserved(volume: Row | None, requested: bool) -> bool:
    """Whether a reservation is honoured. Source: SDK's description: the volume must be reserved too, and its fractional reserve 100 %."""
    if volume is None or not requested:
        return False
    thick = volume.get("guarantee", {}).get("type") == "volume"
    return thick and volume.get("space", {}).get("fractional_reserve", 100) == 100


def qos_policy(world: World, svm: Row, wanted: Row) -> Row | None:
    """The QoS policy that a body names; None when it says, with an empty name, that there is to be none (source: SDK)."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    if name == "" and not uuid:
        return None
    for row in world.store.table("qos_policies").values():
        mine = row.get("svm", {}).get("uuid") in (None, svm["uuid"])
        if mine and (row["uuid"] == uuid if uuid else row["name"] == name) and name in (None, row["name"]):
            return {"name": row["name"], "uuid": row["uuid"]}
    raise Refusal(400, "8454243", f'The QoS policy "{name or uuid}" does not exist in SVM "{svm["name"]}".', "qos_policy")
