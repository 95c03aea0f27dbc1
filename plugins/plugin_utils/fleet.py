# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts and groups of clusters that were read: their names, their variables, and who is in which group. Pure; the plugin adds them.

Names repeat from cluster to cluster, so a host is named `object@cluster`. ONTAP has no @ in a name, nor a + in the name of a node,
nor a dot in the name of a node or an aggregate, so two things never share a name by chance; where they would after all, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..module_utils.errors import InputError
from .fleet_reading import KINDS, Facts

TOP = "ontap"
STALE = "ontap_stale"
RESERVED = ("all", "ungrouped", TOP, STALE, *(f"ontap_{kind}" for kind in KINDS))
CLUSTER_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""What Ansible takes as the name of a host without reading more into it."""

OTHER_NAME = "Give one of them another name in the list of clusters."


class Cluster:
    """A cluster under its name in the inventory: what was read of it, and how tasks reach it. `stale`: it was read earlier."""

    def __init__(self, name: str, reading: Facts, connection: dict[str, Any], stale: bool = False) -> None:
        self.name = name
        self.reading = reading
        self.connection = connection
        self.stale = stale

    @property
    def nodes(self) -> list[Facts]:
        """The nodes in the order of their names."""
        return self.reading["nodes"]

    def pairs(self) -> list[tuple[str, ...]]:
        """The HA pairs: names of two nodes each, in order."""
        return sorted({tuple(sorted((node["name"], node["partner"]))) for node in self.nodes if node["partner"]})

    def aggregates_of(self, *nodes: str) -> Facts:
        """The names of the aggregates whose home these nodes are, as a fact; nothing where aggregates were not read."""
        there = self.reading["aggregates"]
        return {} if there is None else {"aggregates": [one["name"] for one in there if one["home_node"] in nodes]}


class Host:
    """A host: its variables, and the groups that it is in."""

    def __init__(self, variables: dict[str, Any], groups: list[str]) -> None:
        self.variables = variables
        self.groups = groups


class Fleet:
    """The hosts by name, and the groups with their parents (none for the top). `safe` makes a text a valid name of a group."""

    def __init__(self, kinds: list[str], safe: Callable[[str], str]) -> None:
        self.hosts: dict[str, Host] = {}
        self.groups: dict[str, str | None] = {TOP: None, **{f"ontap_{kind}": TOP for kind in KINDS if kind in kinds}, STALE: TOP}
        self._kinds = kinds
        self._safe = safe
        self._owners: dict[str, str] = {}
        self._uuids: dict[str, str] = {}

    def add(self, cluster: Cluster) -> None:
        """Add a cluster with all that is wanted of it."""
        self._check(cluster)
        group = self._group(f"ontap_cluster_{cluster.name}", f"cluster {cluster.name}", TOP)
        stale = [STALE] if cluster.stale else []
        paired = set(self._kinds) & {"ha_pairs", "nodes", "aggregates"}
        pairs = {node: self._pair_group(cluster, pair, group) for pair in cluster.pairs() if paired for node in pair}
        for kind, name, nodes, facts in self._objects(cluster):
            within = {pairs[node] for node in nodes if node in pairs} if kind in ("ha_pair", "node", "aggregate") else set()
            variables = {
                "ansible_connection": "local",
                "ontap_kind": kind,
                "ontap_cluster": cluster.name,
                "ontap_nodes": nodes,
                "ontap_connection": cluster.connection,
                "ontap_facts": facts,
            }
            self._host(name, Host(variables, [f"ontap_{kind}s", *(sorted(within) or [group]), *stale]))

    def _check(self, cluster: Cluster) -> None:
        """Refuse a cluster that is there already, and a name that Ansible would take for something else."""
        uuid, name = cluster.reading["cluster"]["uuid"], cluster.name
        if uuid in self._uuids:
            raise InputError(
                f"{self._uuids[uuid]} and {name} are the same cluster.", hint="Leave one out: two runs on a cluster disturb each other."
            )
        if name in RESERVED or not CLUSTER_NAME.fullmatch(name):
            raise InputError(
                f"A cluster cannot be called {name!r} in an inventory.",
                hint="Give it a name of letters, digits, dots, - and _, and not that of a group.",
            )
        self._uuids[uuid] = name

    def _objects(self, cluster: Cluster) -> Any:
        """Kind, name of the host, names of its nodes, and facts, of each object that is wanted."""
        reading = cluster.reading
        if "clusters" in self._kinds:
            yield "cluster", cluster.name, [node["name"] for node in cluster.nodes], self._cluster_facts(cluster)
        if "ha_pairs" in self._kinds:
            for number, pair in enumerate(cluster.pairs(), 1):
                enabled = all(node["ha_enabled"] for node in cluster.nodes if node["name"] in pair)
                facts = {"name": "+".join(pair), "number": number, "ha_enabled": enabled, **cluster.aggregates_of(*pair)}
                yield "ha_pair", f"{facts['name']}@{cluster.name}", list(pair), facts
        if "nodes" in self._kinds:
            for node in cluster.nodes:
                yield "node", f"{node['name']}@{cluster.name}", [node["name"]], {**node, **cluster.aggregates_of(node["name"])}
        for one in reading["svms"] or []:
            yield "svm", f"{one['name']}.svm@{cluster.name}", [], one
        for one in reading["aggregates"] or []:
            yield "aggregate", f"{one['name']}.aggr@{cluster.name}", [one["home_node"]], one

    def _cluster_facts(self, cluster: Cluster) -> Facts:
        reading = cluster.reading
        names = {kind: [one["name"] for one in reading[kind]] for kind in ("svms", "aggregates") if reading[kind] is not None}
        return {**reading["cluster"], "ha_pairs": [list(pair) for pair in cluster.pairs()], **names}

    def _pair_group(self, cluster: Cluster, pair: tuple[str, ...], parent: str) -> str:
        return self._group(f"ontap_pair_{'_'.join((cluster.name, *pair))}", f"the pair {'+'.join(pair)} of {cluster.name}", parent)

    def _group(self, name: str, owner: str, parent: str) -> str:
        """The valid name of a group, which no two owners may share."""
        group = self._safe(name)
        other = self._owners.setdefault(group, owner)
        if other != owner:
            raise InputError(f"The group {group} would be that of {other} and of {owner}.", hint=OTHER_NAME)
        self.groups[group] = parent
        return group

    def _host(self, name: str, host: Host) -> None:
        if name in self.hosts:
            raise InputError(f"Two objects would be the host {name}.", hint=OTHER_NAME)
        if name in self.groups:
            raise InputError(f"{name} would be a host and a group.", hint=OTHER_NAME)
        self.hosts[name] = host
