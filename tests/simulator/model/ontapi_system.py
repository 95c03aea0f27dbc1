# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI: versions, vservers and nodes, as far as clients ask for them before they do anything else.

Source: what Cinder's driver, the vendor's collection and the SDK's documentation read. Choice: the minor version of ONTAPI from
ONTAP 9.10 on continues the series 1.100 (9.0) ... 1.190 (9.9) that clients know.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .clusters import Clusters, cluster
from .ontapi import BOTH, CLUSTER, Given, OntapiCall, OntapiIterator, Svm
from .svms import Vservers
from .world import World


def minor_version(world: World) -> int:
    """The minor version of ONTAPI that the release has."""
    return 100 + 10 * world.version[1]


def _ontapi_version(world: World, svm: Svm, given: Given) -> Row:
    return {"major-version": 1, "minor-version": minor_version(world)}


def _version(world: World, svm: Svm, given: Given) -> Row:
    (found,) = Clusters().rows(world, {})
    version = found["version"]
    parts = {name: version[name] for name in ("generation", "major", "minor")}
    return {"version": version["full"], "is-clustered": True, "version-tuple": {"system-version-tuple": parts}}


def _vservers(world: World, svm: Svm) -> Iterable[Row]:
    """The admin vserver, one of each node, and those with data; a vserver sees itself only."""
    for row in Vservers().rows(world):
        if svm is not None and row["uuid"] != svm["uuid"]:
            continue
        found = {"vserver-name": row["vserver"], "vserver-type": row["type"], "uuid": row["uuid"]}
        if row["type"] == "data":
            found.update({"vserver-subtype": row["subtype"], "state": row["admin_state"], "operational-state": row["operational_state"]})
        yield found


def _nodes(world: World, svm: Svm) -> Iterable[Row]:
    """Choice: a cluster that is a SAN-optimized one is an all-flash array too, and no other is."""
    optimized = bool(cluster(world)["san_optimized"])
    for node in world.store.each("nodes"):
        flash = {"is-all-flash-optimized": optimized, "is-all-flash-select-optimized": False}
        yield {"node": node["name"], "node-uuid": node["uuid"], "node-model": node.get("model"), **flash}


VSERVER_INFO = ("vserver-name", "vserver-type", "vserver-subtype", "uuid", "state", "operational-state")
NODE_INFO = ("node", "node-uuid", "node-model", "is-all-flash-optimized", "is-all-flash-select-optimized")

CALLS = (
    OntapiCall("system-get-ontapi-version", _ontapi_version, scopes=BOTH),
    OntapiCall("system-get-version", _version, scopes=BOTH),
    OntapiIterator("vserver-get-iter", "vserver-info", _vservers, keys=("vserver-name",), attributes=VSERVER_INFO),
    OntapiIterator("system-node-get-iter", "node-details-info", _nodes, keys=("node",), attributes=NODE_INFO, scopes=CLUSTER),
)
