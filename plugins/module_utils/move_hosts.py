# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts use mapped LUNs, and on which nodes they are logged in: asked before the nodes that report the LUNs change.

A host sees a LUN through the LIFs that it is logged in to, as far as they are on reporting nodes of the map and, where the igroup has a
portset, in that portset. Source: API reference, lun_map_reporting_node, portset.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import Client, dig
from .igroup_users import IGROUPS
from .initiators import canonical
from .logins import User, logged_in, nodes_of
from .reporting_nodes import Names

PORTSETS = "/protocols/san/portsets"

Hosts = dict[str, dict[str, Names]]
"""By igroup (uuid): the initiators that are logged in, and the nodes on which a LUN that is mapped to the igroup can be seen by them."""


def hosts_of(client: Client, maps: Iterable[dict[str, Any]]) -> Hosts:
    """The hosts of these maps: a read of the igroups, one per protocol of the logins, one of their LIFs, one of portsets if any."""
    uuids = {dig(one, "igroup.uuid") for one in maps}
    if not uuids:
        return {}
    # An igroup tells the initiators of nested igroups too; that a map does so is not documented.
    igroups = list(client.select(IGROUPS, ["svm.name", "initiators.name", "portset.uuid"], {"uuid": uuids}))
    members = {one["uuid"]: [(dig(one, "svm.name"), name) for name in _names(one)] for one in igroups}
    lifs = logged_in(client, {user for users in members.values() for user in users})
    if not lifs:
        return {}
    portsets = _portsets(client, {dig(one, "portset.uuid") for one in igroups} - {None})
    places: dict[Names, dict[User, set[str]]] = {frozenset(): nodes_of(client, lifs)}
    found: Hosts = {}
    for one in igroups:
        bound = portsets.get(dig(one, "portset.uuid"), frozenset())
        if bound not in places:
            places[bound] = nodes_of(client, {user: mine & bound for user, mine in lifs.items()})
        mine = places[bound]
        found[one["uuid"]] = {name: frozenset(mine[svm, name]) for svm, name in members[one["uuid"]] if (svm, name) in lifs}
    return found


def _names(igroup: dict[str, Any]) -> list[str]:
    return [canonical(one["name"]) for one in igroup.get("initiators") or []]


def _portsets(client: Client, uuids: set[str]) -> dict[str, frozenset[str]]:
    """The LIFs of portsets; both the uuid of a member and that of the LIF in it are taken, for ONTAP gives either."""
    found = {}
    for one in client.select(PORTSETS, ["interfaces"], {"uuid": uuids}) if uuids else ():
        members = [(dig(lif, "uuid"), dig(lif, "ip.uuid"), dig(lif, "fc.uuid")) for lif in one.get("interfaces") or []]
        found[one["uuid"]] = frozenset(uuid for lif in members for uuid in lif if uuid)
    return found


def stranded(maps: Iterable[dict[str, Any]], hosts: Hosts, left: Names) -> dict[str, list[str]]:
    """By map (its key): the hosts that see the LUN now, and would not see it any more if only these nodes reported it."""
    found: dict[str, list[str]] = {}
    for one in maps:
        now = frozenset(node["name"] for node in one.get("reporting_nodes") or [])
        for host, places in hosts.get(dig(one, "igroup.uuid"), {}).items():
            if (places & now if now else places) and not places & left:
                found.setdefault(key_of(one), []).append(host)
    return found


def key_of(one: dict[str, Any]) -> str:
    """The key of a map."""
    return f"{dig(one, 'lun.uuid')}/{dig(one, 'igroup.uuid')}"
