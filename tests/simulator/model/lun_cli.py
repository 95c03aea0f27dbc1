# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""private/cli/lun: show, modify and resize, as the passthrough has them.

Sources: CLI manual, lun show, lun modify and lun resize: what REST cannot do is to make a LUN smaller, and that takes the force
parameter. Its name differs between releases of the manual: force and force-reduce are taken. The columns beyond those that clients
read, and the codes, are choices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..reach_san import lun_path
from ..store import Row
from . import lun_rules, luns
from .family import DONE, CliAction, CliCommand, Outcome
from .lun_view import maps_by_lun, node_of
from .refusal import Refusal
from .world import World

UNITS = {"": 1, "B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4, "PB": 1024**5}
SIZE = re.compile(r"([+-]?)(\d+(?:\.\d+)?)\s*([KMGTP]?B?)", re.IGNORECASE)
RESIZE = ("vserver", "path", "size", "force", "force_reduce")
ON = ("true", "enabled", "on", "yes")


def found_lun(world: World, body: Row) -> Row:
    """The row of the LUN that vserver and path name."""
    svm = world.store.find("svms", name=body.get("vserver"))
    if svm is None or not body.get("path"):
        raise Refusal(400, "262245", 'The parameters "vserver" and "path" are required.', "vserver" if svm is None else "path")
    row = lun_rules.find(world, svm["uuid"], str(body["path"]))
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist", "path")
    return row


def size_of(now: int, text: Any) -> int:
    """A size as the CLI takes it: a number with a unit, or, with a sign, a difference. Source: CLI manual, lun resize."""
    units = {**UNITS, **{name[:1]: value for name, value in UNITS.items() if name}}
    found = SIZE.fullmatch(str(text).strip())
    if not found:
        raise Refusal(400, "5374130", f'Invalid value specified for "size": {text}.', "size")
    amount = int(float(found.group(2)) * units[found.group(3).upper()])
    return {"": amount, "+": now + amount, "-": now - amount}[found.group(1)]


def resize(world: World, body: Row) -> Outcome:
    """lun resize."""
    row = found_lun(world, body)
    if "size" not in body:
        raise Refusal(400, "262245", 'The parameter "size" is required.', "size")
    now: int = row["space"]["size"]
    size = lun_rules.rounded(world, size_of(now, body["size"]))
    if size == now:
        raise Refusal(400, "1254226", "The new LUN size is the same as the old one.", "size")
    forced = any(str(body.get(name, "false")).lower() in ON for name in ("force", "force_reduce"))
    if size < now and not forced:
        text = "Reducing the size of a LUN without coordination with the host system may cause permanent data loss or corruption. "
        raise Refusal(400, "5374892", text + "Use the force parameter to reduce it.", "size")
    lun_rules.check_container(world, world.store.table("volumes").get(row["location"]["volume"]["uuid"]))
    lost = row["space"]["used"] > size
    luns.resize(world, row, size)
    if lost:
        row["sim"]["content"] = f"truncated to {size}"
    return DONE


class LunCommand(CliCommand):
    """private/cli/lun."""

    path = "lun"
    keys = ("vserver", "path")
    columns = (
        "vserver",
        "path",
        "volume",
        "qtree",
        "lun",
        "size",
        "size_used",
        "ostype",
        "space_reserve",
        "space_allocation",
        "serial",
        "comment",
        "state",
        "mapped",
        "uuid",
        "node",
    )
    writable = ("state", "comment", "space_reserve", "space_allocation")

    def rows(self, world: World) -> Iterable[Row]:
        """Every LUN."""
        maps = maps_by_lun(world)
        for row in world.store.table("luns").values():
            location = row["location"]
            node = node_of(world, world.store.table("volumes").get(location["volume"]["uuid"])) or {}
            yield {
                "vserver": row["svm"]["name"],
                "path": lun_path(row),
                "volume": location["volume"]["name"],
                "qtree": (location.get("qtree") or {}).get("name", ""),
                "lun": location["logical_unit"],
                "size": row["space"]["size"],
                "size_used": row["space"]["used"],
                "ostype": row["os_type"],
                "space_reserve": "enabled" if row["space"]["guarantee"]["requested"] else "disabled",
                "space_allocation": "enabled" if row["space"]["scsi_thin_provisioning_support_enabled"] else "disabled",
                "serial": row["serial_number"],
                "comment": row.get("comment", ""),
                "state": "online" if row["enabled"] else "offline",
                "mapped": "mapped" if row["uuid"] in maps else "unmapped",
                "uuid": row["uuid"],
                "node": node.get("name"),
            }

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """lun modify, in the words of the REST API's PATCH."""
        change: Row = {name: body[name] for name in ("comment",) if name in body}
        if "state" in body:
            if body["state"] not in ("online", "offline"):
                raise Refusal(400, "262247", f'Invalid value "{body["state"]}" for field "state".', "state")
            change["enabled"] = body["state"] == "online"
        space: Row = {}
        if "space_reserve" in body:
            space["guarantee"] = {"requested": str(body["space_reserve"]).lower() in ON}
        if "space_allocation" in body:
            space["scsi_thin_provisioning_support_enabled"] = str(body["space_allocation"]).lower() in ON
        if space:
            change["space"] = space
        return luns.Luns().modify(world, {"uuid": row["uuid"]}, change, {})

    def actions(self, world: World) -> dict[str, CliAction]:
        """resize."""
        return {"resize": CliAction(("POST", "PATCH"), RESIZE, resize)}
