# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/luns: LUNs in FlexVols.

Source: API reference and the SDK's description, lun: fields, defaults, codes; POST of a new LUN is asynchronous, PATCH and DELETE are
not. HTTP status of the codes is a choice. Setting lun_job: seconds that a POST takes (0.2; 0 makes it synchronous, which is legal
too). Moves to another volume: lun_move.py; copies: lun_copy.py. Not simulated, and refused in words: conversion of namespaces,
application provisioning, maps in a POST, reading and writing data, vVols, access mode, encryption, the largest size that a geometry allows.

Other parts of the model use the functions of lun_restore.py by way of this module: of_volume, adopt, put_back, restore_one,
forget_volume, follow_volume.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from ..clock import iso
from ..reach_san import lun_path
from ..store import Row
from . import jobs, lun_clones, lun_copy, lun_move, lun_rules, lun_transfer, lun_view, space
from .family import DONE, Family, Outcome, flag
from .lun_attributes import check_attributes
from .lun_restore import adopt, drop, follow_volume, forget_volume, of_volume, put_back, restore_one, serial
from .references import only, pick_svm, ref
from .refusal import Refusal
from .world import World, handler

__all__ = ["Luns", "adopt", "follow_volume", "forget_volume", "of_volume", "put_back", "restore_one", "resize", "write"]

CHANGEABLE = frozenset(
    {
        "name",
        "location.volume",
        "location.qtree.name",
        "location.logical_unit",
        "comment",
        "enabled",
        "auto_delete",
        "qos_policy",
        "space.size",
        "space.guarantee.requested",
        "space.scsi_thin_provisioning_support_enabled",
        "clone.source",
    }
)
STEERED = frozenset({"movement.max_throughput", "movement.progress.state", "copy.source.max_throughput", "copy.source.progress.state"})
CREATABLE = (CHANGEABLE - {"enabled"}) | {"svm", "os_type", "class", "attributes", "copy.source"}
CREATE = "luns.create"


@handler
def create(world: World, uuid: str, svm: str, body: Row) -> None:
    """A LUN comes into being: at once, or when the job of its POST ends."""
    claims = world.store.table("lun_claims")
    for key in [key for key, claim in claims.items() if claim["lun"] == uuid]:
        del claims[key]
    owner = world.store.table("svms").get(svm)
    if owner is None:
        raise Refusal(404, "4", "entry doesn't exist")
    if lun_copy.wanted(body):
        lun_copy.create(world, uuid, owner, body)
        return
    place, origin = _check_new(world, owner, body)
    world.ledger.catch_up()
    size = origin["space"]["size"] if origin else lun_rules.rounded(world, body["space"]["size"])
    asked = body.get("space", {})
    requested = bool(asked.get("guarantee", {}).get("requested", False))
    # Source: SDK's description: thin provisioning support is reset to false in a clone, and its example shows true in a new LUN.
    thin = asked.get("scsi_thin_provisioning_support_enabled", origin is None)
    row: Row = {
        "uuid": uuid,
        "name": place.path,
        "svm": ref(owner),
        "location": place.location(),
        "os_type": origin["os_type"] if origin else body["os_type"],
        "class": "regular",
        "enabled": True,
        "comment": body.get("comment", ""),
        "serial_number": serial(world),
        "create_time": iso(world.now()),
        "auto_delete": body.get("auto_delete", False),
        "space": {
            "size": size,
            "used": 0,
            "scsi_thin_provisioning_support_enabled": thin,
            "guarantee": {"requested": requested, "reserved": lun_rules.reserved(place.volume, requested)},
        },
        "sim": {"content": origin["sim"]["content"] if origin else f"new {uuid}", "clone": origin is not None},
    }
    _optional(world, owner, row, body, origin)
    world.store.insert("luns", row)
    if origin is not None:
        lun_clones.hold(world, row, origin)
        lun_clones.inherit(world, row, origin)


def _optional(world: World, owner: Row, row: Row, body: Row, origin: Row | None) -> None:
    policy = lun_rules.qos_policy(world, owner, body["qos_policy"]) if body.get("qos_policy") else None
    if policy:
        row["qos_policy"] = policy
    attributes = copy.deepcopy((origin or body).get("attributes"))
    if attributes:
        row["attributes"] = attributes


def _check_new(world: World, owner: Row, body: Row) -> tuple[lun_rules.Place, Row | None]:
    """What a POST asks for, checked: where, and the source of a clone."""
    place = lun_rules.place(world, owner, body)
    lun_rules.check_volume(world, place.volume)
    given = lun_clones.wanted(body)
    lun_rules.check_free(world, owner["uuid"], place.path, "1260136" if given else "5374242")
    origin = lun_clones.source(world, owner["uuid"], given, place.volume["uuid"]) if given else None
    if origin is None:
        for name, there in (("os_type", body.get("os_type")), ("space.size", "size" in body.get("space", {}))):
            if not there:
                raise Refusal(400, "5374884", f'The field "{name}" is required to create a LUN that is not a clone.', name)
    else:
        lun_clones.check_body(body)
    size = origin["space"]["size"] if origin else lun_rules.rounded(world, body["space"]["size"])
    if lun_rules.reserved(place.volume, body.get("space", {}).get("guarantee", {}).get("requested", False)):
        space.require(world, place.volume, size, "space.size")
    return place, origin


def resize(world: World, row: Row, size: int) -> None:
    """Give a LUN a new size, with the space for it if it is reserved."""
    volume = world.store.table("volumes")[row["location"]["volume"]["uuid"]]
    if lun_rules.reserved(volume, row["space"]["guarantee"]["requested"]):
        space.require(world, volume, size - row["space"]["size"], "space.size")
    row["space"].update(size=size, used=min(row["space"]["used"], size))


def write(world: World, path: str, used: int | None = None, content: str | None = None, svm: str | None = None) -> Row:
    """Have the host of a LUN write: so many bytes are used from now on, and the content is another.

    Source: SDK's description, enabled and status.state: an error (no space) disables a LUN. Choice: unless the host is told of it
    by thin provisioning support.
    """
    found = [row for row in world.store.each("luns") if lun_path(row) == path and svm in (None, row["svm"]["name"])]
    if len(found) != 1:
        raise ValueError(f"there is no LUN {path}" if not found else f"several SVMs have a LUN {path}; name one")
    row = found[0]
    volume = world.store.table("volumes")[row["location"]["volume"]["uuid"]]
    used = min(row["space"]["used"] if used is None else used, row["space"]["size"])
    try:
        if not lun_rules.reserved(volume, row["space"]["guarantee"]["requested"]):
            space.require(world, volume, used - row["space"]["used"], "space.used")
    except Refusal:
        if not row["space"]["scsi_thin_provisioning_support_enabled"]:
            row["enabled"] = False
            row["sim"]["error"] = "space_error"
            world.ledger.observe_luns(f"volume {volume['name']} is full", [row["uuid"]])
        raise
    row["space"]["used"] = used
    row["sim"]["content"] = content if content is not None else f"written {world.now()}"
    return row


class Luns(Family):
    """/storage/luns: GET, POST, PATCH, DELETE."""

    path = "/storage/luns"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every LUN."""
        maps, views = lun_view.maps_by_lun(world), lun_view.Views(world)
        return [views.lun(row, maps.get(row["uuid"], [])) for row in world.store.table("luns").values()]

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One LUN by its uuid."""
        row = world.store.table("luns").get(keys["uuid"])
        if row is None:
            raise Refusal(404, "5374875", f'The LUN "{keys["uuid"]}" was not found.', "uuid")
        maps = [one for one in world.store.table("lun_maps").values() if one["lun"]["uuid"] == row["uuid"]]
        return lun_view.Views(world).lun(row, maps)

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Check, and start the job that makes the LUN."""
        only(body, CREATABLE, "a LUN")
        if body.get("class", "regular") != "regular":
            raise Refusal(400, "262196", "LUNs of other classes than regular are not simulated.", "class")
        svm = pick_svm(world, body)
        check_attributes(body.get("attributes", []))
        if body.get("qos_policy"):
            lun_rules.qos_policy(world, svm, body["qos_policy"])
        place = lun_copy.check(world, svm, body)[0] if lun_copy.wanted(body) else _check_new(world, svm, body)[0]
        uuid = world.store.uuid()
        claim = f"{svm['uuid']}{place.path}"
        self._check_claim(world, claim, place.path)
        data: dict[str, Any] = {"uuid": uuid, "svm": svm["uuid"], "body": body}
        seconds = float(world.settings.get("lun_job", 0.2))
        if not seconds:
            create(world, **data)
            return Outcome(key=uuid)
        job = jobs.start(world, f"POST /api/storage/luns/{uuid}", seconds, CREATE, **data)
        world.store.table("lun_claims")[claim] = {"job": job, "lun": uuid}
        return Outcome(key=uuid, job=job)

    @staticmethod
    def _check_claim(world: World, claim: str, path: str) -> None:
        """Source: API reference, code 5702832: two requests for the same name at once."""
        found = world.store.table("lun_claims").get(claim)
        job = world.store.table("jobs").get(found["job"]) if found else None
        if job and job["state"] not in (jobs.SUCCESS, jobs.FAILURE):
            raise Refusal(409, "5702832", f'A LUN with the name "{path}" is being created by another request.', "name")

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change, rename, grow or overwrite a LUN, at once."""
        if "data.offset" in query:
            raise Refusal(400, "262196", "Writing data to a LUN is not simulated.", "data.offset")
        only(body, CHANGEABLE | STEERED, "a LUN")
        row = world.store.table("luns")[record["uuid"]]
        svm = world.store.table("svms")[row["svm"]["uuid"]]
        volume = world.store.table("volumes").get(row["location"]["volume"]["uuid"])
        lun_rules.check_container(world, volume)
        place = self._renamed(world, svm, row, body)
        if place is not None and place.volume["uuid"] != row["location"]["volume"]["uuid"]:
            lun_move.start(world, svm, row, place, body)
            return DONE
        self._steer(world, row, body, place is not None)
        given = lun_clones.wanted(body)
        origin = lun_clones.source(world, svm["uuid"], given, row["location"]["volume"]["uuid"]) if given else None
        size = self._size(world, row, body, origin)
        policy = lun_rules.qos_policy(world, svm, body["qos_policy"]) if body.get("qos_policy") else None
        self._reserve(world, row, body, size)
        if place is not None:
            lun_move.relocate(world, row, place.location())
        if origin is not None:
            lun_clones.overwrite(world, row, origin)
        self._plain(row, body, policy)
        if "enabled" in body:
            world.ledger.observe_luns(f"LUN {lun_path(row)} was set {'online' if row['enabled'] else 'offline'}", [row["uuid"]])
        return DONE

    @staticmethod
    def _renamed(world: World, svm: Row, row: Row, body: Row) -> lun_rules.Place | None:
        """Where the LUN goes, or None when it stays where it is."""
        if not (body.get("name") or body.get("location")):
            return None
        place = lun_rules.place(world, svm, body, None if body.get("name") else row["location"])
        if place.volume["uuid"] != row["location"]["volume"]["uuid"]:
            return place
        if place.path == lun_path(row):
            return None
        lun_rules.check_free(world, svm["uuid"], place.path)
        return place

    @staticmethod
    def _steer(world: World, row: Row, body: Row, renamed: bool) -> None:
        """Carry out what a body says about a move or a copy that is under way, and refuse what has to wait for its end."""
        if "movement" in body:
            lun_transfer.steer(world, row, "move", body["movement"])
        if "copy" in body:
            lun_transfer.steer(world, row, "copy", body["copy"]["source"])
        if renamed or lun_clones.wanted(body) or "size" in body.get("space", {}):
            lun_transfer.check_still(world, row)

    @staticmethod
    def _size(world: World, row: Row, body: Row, origin: Row | None) -> int:
        """The size after the request. Source: API reference: 1254226 for the size that it has, 5374892 for a smaller one."""
        now: int = row["space"]["size"]
        if origin is not None:
            if "size" in body.get("space", {}):
                raise Refusal(400, "5374942", 'The field "space.size" cannot be set together with "clone".', "space.size")
            return int(origin["space"]["size"])
        if "size" not in body.get("space", {}):
            return now
        size = lun_rules.rounded(world, body["space"]["size"])
        if size == now:
            raise Refusal(400, "1254226", "The new LUN size is the same as the old one.", "space.size")
        if size < now:
            raise Refusal(400, "5374892", "The size of a LUN cannot be decreased using the REST API.", "space.size")
        return size

    @staticmethod
    def _reserve(world: World, row: Row, body: Row, size: int) -> None:
        """Take the space that the LUN needs afterwards, and give it the size."""
        volume = world.store.table("volumes")[row["location"]["volume"]["uuid"]]
        guarantee = row["space"]["guarantee"]
        requested = body.get("space", {}).get("guarantee", {}).get("requested", guarantee["requested"])
        honoured = lun_rules.reserved(volume, requested)
        before = row["space"]["size"] if lun_rules.reserved(volume, guarantee["requested"]) else row["space"]["used"]
        if honoured:
            space.require(world, volume, size - before, "space.size")
        guarantee.update(requested=requested, reserved=honoured)
        row["space"]["size"] = size

    @staticmethod
    def _plain(row: Row, body: Row, policy: Row | None) -> None:
        for name in ("comment", "auto_delete", "enabled"):
            if name in body:
                row[name] = body[name]
        if body.get("enabled"):
            row["sim"].pop("error", None)
        support = "scsi_thin_provisioning_support_enabled"
        row["space"][support] = body.get("space", {}).get(support, row["space"][support])
        if body.get("qos_policy"):
            row.pop("qos_policy", None)
            if policy is not None:
                row["qos_policy"] = policy

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a LUN; its maps go with it when that is allowed. There is no recovery queue for LUNs of a unified system (choice)."""
        flag(query, "bypass_recovery_queue")
        row = world.store.table("luns")[record["uuid"]]
        lun_rules.check_container(world, world.store.table("volumes").get(row["location"]["volume"]["uuid"]))
        mapped = any(one["lun"]["uuid"] == row["uuid"] for one in world.store.table("lun_maps").values())
        if mapped and not flag(query, "allow_delete_while_mapped"):
            raise Refusal(400, "1254197", f'The LUN "{lun_path(row)}" is mapped to one or more initiator groups.', "uuid")
        if "copy" in row:
            # Source: what OpenStack's driver does to cancel a copy: it deletes the destination.
            lun_transfer.cancel(world, row)
        lun_transfer.check_still(world, row)
        drop(world, [row], mapped, f"LUN {lun_path(row)} was deleted")
        return DONE
