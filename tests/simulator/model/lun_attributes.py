# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/luns/{lun.uuid}/attributes: names and values that clients keep with a LUN.

Source: API reference and the SDK's description, lun_attribute; always synchronous (choice).
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .family import DONE, Family, Outcome
from .refusal import Refusal
from .world import World


def check_attributes(attributes: list[Row]) -> None:
    """Refuse attributes that are not whole, too large, or named twice. Source: API reference; which code is which is a choice."""
    for one in attributes:
        if not one.get("name") or not one.get("value"):
            raise Refusal(400, "5374928", "An attribute needs a name and a value.", "attributes")
        check_attribute(one["name"], one["value"])
    if len({one["name"] for one in attributes}) < len(attributes):
        raise Refusal(400, "5374932", "An attribute name is given twice.", "attributes")


def check_attribute(name: str, value: str) -> None:
    """Source: SDK's description: at least one byte and at most 4091 each, at most 4092 together."""
    if not name or not value:
        raise Refusal(400, "5374928", "An attribute needs a name and a value.", "value" if name else "name")
    if len(name.encode()) + len(value.encode()) > 4092:
        raise Refusal(400, "5374929", "The combined sizes of an attribute name and value are too large.", "value")


class LunAttributes(Family):
    """/storage/luns/{lun.uuid}/attributes: GET, POST, PATCH, DELETE."""

    path = "/storage/luns/{lun.uuid}/attributes"
    parents = {"lun.uuid": "luns"}

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The attributes of one LUN, or of all."""
        wanted = parents.get("lun.uuid")
        luns = world.store.table("luns")
        for row in [luns[wanted]] if wanted in luns else [] if wanted else list(luns.values()):
            for one in row.get("attributes", ()):
                yield {"lun": {"uuid": row["uuid"]}, **one}

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One attribute. Source for the code: API reference, lun_attribute."""
        found = super().find(world, keys)
        if found is None:
            raise Refusal(404, "5374931", f'The attribute "{keys["name"]}" was not found.', "name")
        return found

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Add an attribute."""
        row = world.store.table("luns")[parents["lun.uuid"]]
        name, value = body.get("name", ""), body.get("value", "")
        check_attribute(name, value)
        if any(one["name"] == name for one in row.get("attributes", ())):
            raise Refusal(409, "5374930", f'The attribute "{name}" already exists for the LUN.', "name")
        row.setdefault("attributes", []).append({"name": name, "value": value})
        return Outcome(key=(name,))

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change the value of an attribute."""
        row = world.store.table("luns")[record["lun"]["uuid"]]
        value: str = body["value"] if "value" in body else record["value"]
        check_attribute(record["name"], value)
        for one in row["attributes"]:
            if one["name"] == record["name"]:
                one["value"] = value
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove an attribute."""
        row = world.store.table("luns")[record["lun"]["uuid"]]
        row["attributes"] = [one for one in row["attributes"] if one["name"] != record["name"]]
        return DONE
