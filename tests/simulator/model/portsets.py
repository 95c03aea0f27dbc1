# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/san/portsets and their interfaces; always synchronous. What they do to the paths of hosts: see reach_san.py.

Source: API reference and the SDK's description, portset and portset_interface: rules, codes of DELETE. HTTP status, and the codes of
names that exist and of interfaces that do not fit, are choices.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..reach_san import find_lif
from ..store import Row
from .family import DONE, Family, Outcome, flag
from .references import pick_svm, ref
from .refusal import Refusal
from .world import World

KINDS = {"ip": ("interfaces", "iscsi"), "fc": ("fc_interfaces", "fcp")}
"""By the name of the reference: the table of the LIFs, and their protocol."""


def bound_igroups(world: World, portset: str) -> list[Row]:
    """The igroups that are bound to a portset."""
    return [row for row in world.store.table("igroups").values() if (row.get("portset") or {}).get("uuid") == portset]


def member(world: World, body: Row, svm: str, protocol: str) -> Row:
    """The member that a body with `ip` or `fc` means."""
    kinds = [kind for kind in KINDS if body.get(kind)]
    if len(kinds) != 1:
        raise Refusal(400, "262245", "A member of a portset is either ip or fc.", "interfaces")
    kind = kinds[0]
    table, spoken = KINDS[kind]
    wanted = {key: body[kind][key] for key in ("uuid", "name") if key in body[kind]}
    found = [row for row in world.store.each(table, **wanted) if (row.get("svm") or {}).get("uuid") == svm]
    if not wanted or not found:
        raise Refusal(400, "5374906", f'The network interface "{wanted.get("name") or wanted.get("uuid")}" was not found.', kind)
    if protocol not in ("mixed", spoken):
        raise Refusal(400, "262247", f'The network interface "{found[0]["name"]}" has another protocol than the portset.', kind)
    return {"uuid": found[0]["uuid"], kind: ref(found[0])}


def shown(world: World, one: Row) -> Row:
    """A member with the present name, address or port name of its LIF."""
    row = find_lif(world.store, one["uuid"])
    if row is None:
        return one
    if "ip" in row:
        return {"uuid": one["uuid"], "ip": {**ref(row), "ip": dict(row["ip"])}}
    return {"uuid": one["uuid"], "fc": {**ref(row), "wwpn": row["wwpn"]}}


class Portsets(Family):
    """/protocols/san/portsets: GET, POST, DELETE."""

    path = "/protocols/san/portsets"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every portset."""
        return (self._view(world, row) for row in list(world.store.table("portsets").values()))

    @staticmethod
    def _view(world: World, row: Row) -> Row:
        view = dict(row, interfaces=[shown(world, one) for one in row["interfaces"]])
        igroups = [ref(one) for one in bound_igroups(world, row["uuid"])]
        return dict(view, igroups=igroups) if igroups else view

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One portset by its uuid."""
        row = world.store.table("portsets").get(keys["uuid"])
        return self._view(world, row) if row else None

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Make a portset, with its first members."""
        svm = pick_svm(world, body)
        if not body.get("name"):
            raise Refusal(400, "262245", 'The field "name" is required.', "name")
        if any(row["svm"]["uuid"] == svm["uuid"] for row in world.store.each("portsets", name=body["name"])):
            raise Refusal(409, "1", "duplicate entry", "name")
        protocol = body.get("protocol", "mixed")
        members = [member(world, one, svm["uuid"], protocol) for one in body.get("interfaces", ())]
        row = {"name": body["name"], "svm": ref(svm), "protocol": protocol, "interfaces": members}
        return Outcome(key=world.store.insert("portsets", row)["uuid"])

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a portset; one that is bound only when that is allowed, and then it is unbound."""
        bound = bound_igroups(world, record["uuid"])
        if bound and not flag(query, "allow_delete_while_bound"):
            raise Refusal(400, "5374063", f'Portset "{record["name"]}" is bound to igroup "{bound[0]["name"]}".')
        for igroup in bound:
            del igroup["portset"]
        world.store.remove("portsets", record["uuid"])
        world.ledger.observe(f"portset {record['name']} was deleted")
        return DONE


class PortsetInterfaces(Family):
    """/protocols/san/portsets/{portset.uuid}/interfaces: GET, POST, DELETE."""

    path = "/protocols/san/portsets/{portset.uuid}/interfaces"
    parents = {"portset.uuid": "portsets"}

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The members of one portset, or of all."""
        wanted = parents.get("portset.uuid")
        for key, portset in world.store.table("portsets").items():
            for one in portset["interfaces"] if wanted in (None, key) else ():
                yield dict(shown(world, one), portset={"uuid": key})

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Add a member. Choice: one that is there already is a duplicate entry."""
        portset = world.store.table("portsets")[parents["portset.uuid"]]
        made = member(world, body, portset["svm"]["uuid"], portset["protocol"])
        if any(one["uuid"] == made["uuid"] for one in portset["interfaces"]):
            raise Refusal(409, "1", "duplicate entry", "interfaces")
        portset["interfaces"].append(made)
        world.ledger.observe(f"portset {portset['name']} was changed")
        return Outcome(key=made["uuid"])

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Take a member out. Source: CLI manual, lun portset remove: not the last one while an igroup is bound; the code is a choice."""
        portset = world.store.table("portsets")[record["portset"]["uuid"]]
        if len(portset["interfaces"]) == 1 and bound_igroups(world, portset["uuid"]):
            raise Refusal(400, "5374063", f'The last interface of portset "{portset["name"]}" cannot be removed while an igroup is bound.')
        portset["interfaces"] = [one for one in portset["interfaces"] if one["uuid"] != record["uuid"]]
        world.ledger.observe(f"portset {portset['name']} was changed")
        return DONE
