# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which LUNs a SAN host sees, and by which paths, derived from igroups, LUN maps, reporting nodes, portsets and LIFs.

A row of `san_hosts` is a host: its initiators, and the LIFs that it has logged in to (`paths`). It sees every LUN that is mapped
to an igroup with one of its initiators (nested igroups included). A path to such a LUN is one of its LIFs that speaks the protocol
of one of those initiators, is on a reporting node of the map (on any node when the map has none) and in the portset of the igroup
when it has one. Sources: API reference, lun_map_reporting_node and igroup; network guide, portsets.

Two more fields say what nobody would miss: `offline` (the host is down or logged out) and `released` (paths of LUNs that its
administrator has let go of: unmounted and removed from the host, as a planned decommission begins; choice).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import reach
from .store import Row, Store

Paths = dict[str, bool]
"""LIF uuid -> whether it answers."""


def canonical(name: str) -> str:
    """An initiator name in the form in which names compare. Source: RFC 3720: iSCSI names are in lower case; WWPNs are numbers."""
    return name.strip().lower()


def protocol_of(initiator: str) -> str:
    """The protocol of an initiator, by the form of its name."""
    return "iscsi" if initiator.startswith(("iqn.", "eui.")) else "fcp"


def lun_path(lun: Row) -> str:
    """The path of a LUN, from where it is. Source: API reference, lun: /vol/<volume>[/<qtree>]/<lun>."""
    location = lun["location"]
    parts = [location["volume"]["name"], (location.get("qtree") or {}).get("name"), location["logical_unit"]]
    return "/vol/" + "/".join(part for part in parts if part)


def find_lif(store: Store, uuid: str) -> Row | None:
    """A LIF of either kind by its uuid."""
    return store.table("interfaces").get(uuid) or store.table("fc_interfaces").get(uuid)


def portset_lifs(store: Store, igroup: Row) -> set[str] | None:
    """The uuids of the LIFs to which a portset confines an igroup; None for an igroup without one."""
    bound = igroup.get("portset")
    portset = store.table("portsets").get(bound["uuid"]) if bound else None
    if portset is None:
        return None
    found = set()
    for one in portset.get("interfaces", ()):
        found |= {one.get("uuid"), one.get("ip", {}).get("uuid"), one.get("fc", {}).get("uuid")}
    return found


class San:
    """Who sees what at this moment. Made for one look: what it has worked out it keeps."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._members: dict[str, set[str]] = {}
        self._up: Paths = {}
        self._hosts: dict[str, dict[str, Row]] | None = None
        self._paths: dict[tuple[Any, ...], Paths] = {}
        self._at: dict[str, dict[str, list[tuple[Row, str]]]] = {}
        self._mine: dict[str, set[str]] = {}
        self.reporting: dict[tuple[str, str], set[str]] = {}
        """By host key and LUN uuid, for what used() has found: the nodes that report the LUN; none when all of them do."""

    def members(self, igroup: str, depth: int = 0) -> set[str]:
        """The canonical names of all initiators of an igroup, those of nested igroups included."""
        if igroup not in self._members:
            row = self.store.table("igroups").get(igroup) or {}
            found = {canonical(one["name"]) for one in row.get("initiators", ())}
            for child in row.get("igroups", ()) if depth < 8 else ():
                found |= self.members(child["uuid"], depth + 1)
            self._members[igroup] = found
        return self._members[igroup]

    def up(self, lif: Row) -> bool:
        """Whether a LIF answers, and its protocol is served."""
        if lif["uuid"] not in self._up:
            self._up[lif["uuid"]] = reach.lif_up(self.store, lif) and self._served(lif)
        return self._up[lif["uuid"]]

    def _served(self, lif: Row) -> bool:
        table = "iscsi_services" if "ip" in lif else "fcp_services"
        svm = lif.get("svm", {}).get("uuid", "")
        service = self.store.table(table).get(svm)
        return (service is None or service.get("enabled", True)) and self.store.table("svms").get(svm, {}).get("state") != "stopped"

    def hosts(self) -> dict[str, dict[str, Row]]:
        """By the initiators' canonical names: the hosts that are logged in with them, by their keys."""
        if self._hosts is None:
            self._hosts = {}
            for key, host in self.store.table("san_hosts").items():
                for name in host["initiators"] if not host.get("offline") else ():
                    self._hosts.setdefault(canonical(name), {})[key] = host
        return self._hosts

    def used(self, luns: Iterable[str] | None = None) -> dict[str, dict[str, Paths]]:
        """Host key -> LUN uuid -> paths, for all LUNs or those given."""
        wanted = None if luns is None else set(luns)
        found: dict[str, dict[str, Paths]] = {}
        groups: dict[str, list[tuple[str, Row, frozenset[str]]]] = {}
        for row in self.store.table("lun_maps").values():
            lun, igroup = row["lun"]["uuid"], row["igroup"]["uuid"]
            if wanted is not None and lun not in wanted:
                continue
            if igroup not in groups:
                groups[igroup] = list(self._logged_in(igroup, row["svm"]["uuid"]))
            for key, host, protocols in groups[igroup]:
                paths = self._through(key, host, protocols, row)
                mine = found.setdefault(key, {})
                mine[lun] = {**mine[lun], **paths} if lun in mine else paths
                self.reporting.setdefault((key, lun), set()).update(node["uuid"] for node in row["reporting_nodes"])
        return found

    def _logged_in(self, igroup: str, svm: str) -> Iterable[tuple[str, Row, frozenset[str]]]:
        protocols: dict[str, set[str]] = {}
        known: dict[str, Row] = {}
        for name in self.members(igroup):
            for key, host in self.hosts().get(name, {}).items():
                if host["svm"]["uuid"] == svm:
                    known[key] = host
                    protocols.setdefault(key, set()).add(protocol_of(name))
        return ((key, known[key], frozenset(protocols[key])) for key in known)

    def _through(self, key: str, host: Row, protocols: frozenset[str], row: Row) -> Paths:
        """The paths that a map gives to a host."""
        nodes = tuple(node["uuid"] for node in row["reporting_nodes"])
        sign = (key, protocols, nodes, row["igroup"]["uuid"])
        if sign not in self._paths:
            bound = portset_lifs(self.store, self.store.table("igroups").get(row["igroup"]["uuid"], {}))
            self._paths[sign] = self._select(sign, host, bound)
        return self._paths[sign]

    def _select(self, sign: tuple[Any, ...], host: Row, bound: set[str] | None) -> Paths:
        key, protocols, nodes, _igroup = sign
        at, mine = self._nodes(host["svm"]["uuid"]), self._logins(key, host)
        found = {}
        for node in nodes or at:
            for lif, protocol in at.get(node, ()):
                uuid = lif["uuid"]
                if uuid in mine and protocol in protocols and (bound is None or uuid in bound):
                    found[uuid] = self.up(lif)
        return found

    def _logins(self, key: str, host: Row) -> set[str]:
        """The uuids of the LIFs that a host is logged in to."""
        if key not in self._mine:
            self._mine[key] = {path["uuid"] for path in host["paths"]}
        return self._mine[key]

    def _nodes(self, svm: str) -> dict[str, list[tuple[Row, str]]]:
        """By node: the LIFs of an SVM with their protocols."""
        if svm not in self._at:
            for table, protocol in (("interfaces", "iscsi"), ("fc_interfaces", "fcp")):
                for lif in self.store.table(table).values():
                    at = self._at.setdefault(lif.get("svm", {}).get("uuid", ""), {})
                    at.setdefault(lif["location"]["node"]["uuid"], []).append((lif, protocol))
            self._at.setdefault(svm, {})
        return self._at[svm]

    def logins(self, initiator: str, svm: str) -> set[str]:
        """The uuids of the nodes of the LIFs that answer and to which the initiator is logged in."""
        found = set()
        protocol = protocol_of(canonical(initiator))
        for key, host in self.hosts().get(canonical(initiator), {}).items():
            mine = self._logins(key, host)
            for node, lifs in self._nodes(svm).items() if host["svm"]["uuid"] == svm else ():
                if any(speaks == protocol and lif["uuid"] in mine and self.up(lif) for lif, speaks in lifs):
                    found.add(node)
        return found


def volumes_of(store: Store, key: str) -> list[Row]:
    """The volumes of the LUNs that a host sees."""
    luns, volumes = store.table("luns"), store.table("volumes")
    used = San(store).used().get(key, {})
    found = {luns[uuid]["location"]["volume"]["uuid"]: None for uuid in used if uuid in luns}
    return [volumes[uuid] for uuid in found if uuid in volumes]
