# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/san/igroups: initiator groups; always synchronous.

Source: API reference and the SDK's description, igroup. HTTP status of the codes is a choice, and so are codes that are marked. Not
simulated, and refused in words: proximity, replication. The tables `portsets` and `san_hosts` are only read here.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..reach_san import San, canonical
from ..store import Row
from . import igroup_rules as rules
from .family import DONE, Family, Outcome, flag
from .igroup_view import Views
from .references import only, pick_svm, ref, rename
from .refusal import Refusal
from .world import World

__all__ = ["Igroups", "canonical", "remove_igroup"]

SETTABLE = frozenset({"comment", "delete_on_unmap", "name", "os_type", "portset"})
CREATABLE = SETTABLE | {"svm", "protocol", "initiators.name", "initiators.comment", "igroups"}
NAMED_BY_IGROUP = ("igroups", "lun_maps")


def find_igroup(world: World, svm: str, wanted: Row, code: str = "5374878") -> Row:
    """The igroup of an SVM that a reference means by name, uuid or both."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    row = world.store.table("igroups").get(uuid) if uuid else _named(world, svm, str(name))
    if row is None or row["svm"]["uuid"] != svm:
        raise Refusal(400, code, f'The igroup "{name or uuid}" does not exist in the SVM.', "igroup")
    if name and row["name"] != name:
        # Choice of the code: no source was found for this mismatch.
        raise Refusal(400, "5374879", "The uuid and the name of the igroup do not refer to the same igroup.", "igroup")
    return row


def _named(world: World, svm: str, name: str) -> Row | None:
    for row in world.store.table("igroups").values():
        if row["name"] == name and row["svm"]["uuid"] == svm:
            return row
    return None


def check_free(world: World, svm: str, name: str) -> None:
    """Refuse a name that is none, or that the SVM has already."""
    rules.check_name(name)
    if _named(world, svm, name) is not None:
        raise Refusal(409, "5374023", f'An igroup with the name "{name}" already exists.', "name")


def find_portset(world: World, svm: str, wanted: Row, protocol: str) -> Row | None:
    """A reference to the portset that a body names; None for an empty name, which unbinds (choice)."""
    if wanted.get("name") == "" and not wanted.get("uuid"):
        return None
    missing = Refusal(400, "5374911", f'The portset "{wanted.get("name") or wanted.get("uuid")}" does not exist.', "portset")
    rows = [row for row in world.store.table("portsets").values() if row["svm"]["uuid"] == svm]
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    if not found:
        raise missing
    if not found[0].get("interfaces"):
        # Source: CLI manual, lun igroup bind: not to a portset without interfaces. The code is one of two for portsets (choice).
        raise Refusal(400, "5374027", f'The portset "{found[0]["name"]}" is empty.', "portset")
    if "mixed" not in (protocol, found[0]["protocol"]) and protocol != found[0]["protocol"]:
        raise Refusal(400, "5374028", "The protocols of the portset and the igroup do not go together.", "portset")
    return ref(found[0])


def remove_igroup(world: World, row: Row, because: str) -> None:
    """Forget an igroup, its maps and its membership in others; whoever used it notices."""
    above = rules.ancestors(world, row["uuid"])
    luns = [one["lun"]["uuid"] for one in rules.maps_of(world, above)]
    maps = world.store.table("lun_maps")
    for key in [key for key, one in maps.items() if one["igroup"]["uuid"] == row["uuid"]]:
        del maps[key]
    for uuid in above:
        parent = world.store.table("igroups")[uuid]
        parent["igroups"] = [one for one in parent["igroups"] if one["uuid"] != row["uuid"]]
    world.store.remove("igroups", row["uuid"])
    world.ledger.observe_luns(because, luns)


class Igroups(Family):
    """/protocols/san/igroups: GET, POST, PATCH, DELETE."""

    path = "/protocols/san/igroups"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every igroup."""
        views = Views(world)
        return [views.igroup(row) for row in world.store.table("igroups").values()]

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One igroup by its uuid."""
        row = world.store.table("igroups").get(keys["uuid"])
        if row is None:
            raise Refusal(404, "5374852", f'The igroup "{keys["uuid"]}" does not exist.', "uuid")
        return Views(world).igroup(row)

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Make an igroup, with initiators or with other igroups."""
        only(_flat(body), CREATABLE, "an igroup")
        svm = pick_svm(world, body)
        check_free(world, svm["uuid"], body.get("name", ""))
        if not body.get("os_type"):
            raise Refusal(400, "262245", 'The field "os_type" is required.', "os_type")
        if body.get("initiators") and body.get("igroups"):
            raise Refusal(400, "5374040", "An igroup has either initiators or other igroups.", "initiators")
        row: Row = {
            "uuid": world.store.uuid(),
            "name": body["name"],
            "svm": ref(svm),
            "os_type": body["os_type"],
            "protocol": body.get("protocol", "mixed"),
            "comment": body.get("comment", ""),
            "delete_on_unmap": body.get("delete_on_unmap", False),
            "initiators": [],
            "igroups": [],
        }
        if body.get("portset"):
            self._bind(world, row, body["portset"])
        for one in body.get("initiators", ()):
            add_initiator(world, row, one)
        world.store.insert("igroups", row)
        try:
            for one in body.get("igroups", ()):
                add_igroup(world, row, one)
        except Refusal:
            world.store.remove("igroups", row["uuid"])
            raise
        return Outcome(key=row["uuid"])

    @staticmethod
    def _bind(world: World, row: Row, wanted: Row) -> None:
        portset = find_portset(world, row["svm"]["uuid"], wanted, row["protocol"])
        row.pop("portset", None)
        if portset is not None:
            row["portset"] = portset

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change an igroup; a new name comes alone (source: SDK's description; the code for more than it is a choice)."""
        only(body, SETTABLE, "an igroup")
        row = world.store.table("igroups")[record["uuid"]]
        if body.get("name", row["name"]) != row["name"]:
            if len(body) > 1:
                raise Refusal(400, "262196", "Renaming an igroup must be a request of its own.", "name")
            check_free(world, row["svm"]["uuid"], body["name"])
            rename(world, NAMED_BY_IGROUP, row["uuid"], body["name"])
            return DONE
        self._check_os(world, row, body.get("os_type") or row["os_type"])
        if body.get("portset"):
            self._bind(world, row, body["portset"])
        row.update({name: body[name] for name in ("comment", "delete_on_unmap", "os_type") if name in body})
        if body.get("portset"):
            luns = [one["lun"]["uuid"] for one in rules.maps_of(world, [row["uuid"]])]
            world.ledger.observe_luns(f"igroup {row['name']} was changed", luns)
        return DONE

    @staticmethod
    def _check_os(world: World, row: Row, os_type: str) -> None:
        above = rules.ancestors(world, row["uuid"]) - {row["uuid"]}
        if os_type != row["os_type"] and (above or row["igroups"]):
            raise Refusal(400, "5374732", "The os_type would differ from that of nested igroups.", "os_type")

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove an igroup; one that is mapped only when that is allowed."""
        row = world.store.table("igroups")[record["uuid"]]
        allowed = flag(query, "allow_delete_while_mapped")
        if rules.maps_of(world, [row["uuid"]]) and not allowed:
            raise Refusal(400, "1254213", f'The igroup "{row["name"]}" is mapped to one or more LUNs.', "uuid")
        if rules.ancestors(world, row["uuid"]) != {row["uuid"]} and not allowed:
            check_unmapped(world, row, False)
        remove_igroup(world, row, f"igroup {row['name']} was deleted")
        return DONE


def _flat(body: Row) -> Row:
    """The body with the lists of members as one object each, to be held against the fields that are simulated."""
    found = dict(body)
    if body.get("initiators"):
        found["initiators"] = {name: value for one in body["initiators"] for name, value in one.items()}
    return found


def check_unmapped(world: World, row: Row, allowed: bool) -> None:
    """Refuse to take members from an igroup that is mapped, itself or by one above it. The code is that of igroups (choice)."""
    if not allowed and rules.maps_of(world, rules.ancestors(world, row["uuid"])):
        text = f'The igroup "{row["name"]}" is mapped; use allow_delete_while_mapped to remove members.'
        raise Refusal(400, "1254213", text, "allow_delete_while_mapped")


def add_initiator(world: World, row: Row, wanted: Row) -> str:
    """Add an initiator to an igroup; returns its canonical name."""
    if not wanted.get("name"):
        raise Refusal(400, "5374033", "An initiator name is required.", "name")
    name = rules.check_initiator(wanted["name"], row["protocol"])
    if any(one["name"] == name for one in row["initiators"]):
        raise Refusal(409, "5374035", f'The initiator "{name}" is already a member of the igroup.', "name")
    if row["igroups"]:
        # The code is one of those for nesting (choice).
        raise Refusal(400, "5374739", "Initiators cannot be added to an igroup that contains igroups.", "name")
    comment = wanted.get("comment", "")
    if len(comment) > 254:
        raise Refusal(400, "262247", "The comment is longer than 254 characters.", "comment")
    maps = rules.maps_of(world, rules.ancestors(world, row["uuid"]))
    rules.check_access(world, row["svm"]["uuid"], {name}, maps)
    row["initiators"].append({"name": name, "comment": comment} if comment else {"name": name})
    world.ledger.observe_luns(f"{name} was added to igroup {row['name']}", [one["lun"]["uuid"] for one in maps])
    return name


def add_igroup(world: World, row: Row, wanted: Row) -> Row:
    """Nest an igroup below another. Which of the codes for nesting means what is a choice."""
    if not (wanted.get("name") or wanted.get("uuid")):
        raise Refusal(400, "262245", 'One of "name" and "uuid" is required.', "name")
    child = find_igroup(world, row["svm"]["uuid"], wanted)
    above = rules.ancestors(world, row["uuid"])
    if child["uuid"] in above:
        raise Refusal(400, "5374735", "An igroup cannot be nested below itself.", "name")
    if any(one["uuid"] == child["uuid"] for one in row["igroups"]):
        raise Refusal(409, "5374737", f'The igroup "{child["name"]}" is already nested there.', "name")
    if row["initiators"]:
        raise Refusal(400, "5374738", "Igroups cannot be nested below an igroup that contains initiators.", "name")
    if child["os_type"] != row["os_type"]:
        raise Refusal(400, "5374734", "The os_type of nested igroups must be the same.", "name")
    if "mixed" not in (child["protocol"], row["protocol"]) and child["protocol"] != row["protocol"]:
        raise Refusal(400, "5374741", "The protocols of nested igroups conflict.", "name")
    if rules.depth_above(world, row["uuid"]) + rules.depth_below(world, child["uuid"]) > 3:
        raise Refusal(400, "5374736", "Igroups nest three layers deep at most.", "name")
    maps = rules.maps_of(world, above)
    rules.check_access(world, row["svm"]["uuid"], San(world.store).members(child["uuid"]), maps)
    row["igroups"].append(ref(child))
    world.ledger.observe_luns(f"igroup {child['name']} was nested below {row['name']}", [one["lun"]["uuid"] for one in maps])
    return child
