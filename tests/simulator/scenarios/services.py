# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every cluster and SVM has beside its objects: policies, FC ports, portsets, and the mirrors of a scenario.

Keys of an SVM in a scenario: `portsets` (name, lifs, igroups that are bound, and optionally protocol), `qos_policies` and
`export_policies` (in the words of the API). Key of a scenario: `snapmirror` (source and destination, each svm:volume, and
optionally state, healthy, policy, source_cluster, destination_cluster).
"""

from __future__ import annotations

from ..model import block_services, export_policies, snapshot_policies
from ..model.clusters import cluster
from ..model.qos import DEFAULTS, FIRST_GROUP
from ..model.references import ref
from ..model.world import World
from ..store import Row

TENANT = frozenset({"portsets", "qos_policies", "export_policies"})
KNOWN = frozenset({"snapmirror"})

# Choice: in a scenario everybody may mount what the default export policy exports.
EVERYBODY = {"clients": [{"match": "0.0.0.0/0"}], "ro_rule": ["any"], "rw_rule": ["any"]}


def establish(world: World, spec: Row) -> None:
    """Insert what needs no other place, when everything else is there; and complete the references to policies and ports."""
    snapshot_policies.establish(world)
    tenants = {one["name"]: one for one in spec.get("svms", [])}
    for svm in world.store.table("svms").values():
        tenant = tenants.get(svm["name"], {})
        _policies(world, svm, tenant)
        for one in tenant.get("portsets", []):
            _portset(world, svm, one)
    for row in world.store.table("fc_interfaces").values():
        _port(world, row["location"])
    for one in spec.get("snapmirror", []):
        _mirror(world, one)
    _link(world)


def _port(world: World, location: Row) -> None:
    """Insert the FC port of a LIF, unless it is there, and complete the references to it."""
    name, node = location["home_port"]["name"], location["home_node"]
    row = world.store.find("fc_ports", name=name, node=node)
    if row is None:
        number = len(world.store.table("fc_ports")) + 1
        row = {
            "name": name,
            "node": dict(node),
            "enabled": True,
            "physical_protocol": "fibre_channel",
            "supported_protocols": ["fcp", "fc_nvme"],
            "speed": {"configured": "auto", "maximum": "32"},
            "fabric": {"connected": True, "name": f"fabric-{name[-1]}"},
            "wwnn": block_services.port_name(0x50, number, 0),
            "wwpn": block_services.port_name(0x50, number, 1),
        }
        world.store.insert("fc_ports", row)
    for place in ("home_port", "port"):
        location[place]["uuid"] = row["uuid"]


def _member(world: World, svm: Row, name: str) -> Row:
    for table, kind in (("interfaces", "ip"), ("fc_interfaces", "fc")):
        row = world.store.find(table, name=name, svm=ref(svm))
        if row:
            return {"uuid": row["uuid"], kind: ref(row)}
    raise ValueError(f"the scenario has no LIF {name}")


def _portset(world: World, svm: Row, spec: Row) -> None:
    members = [_member(world, svm, name) for name in spec.get("lifs", [])]
    row = {"name": spec["name"], "svm": ref(svm), "protocol": spec.get("protocol", "mixed"), "interfaces": members}
    world.store.insert("portsets", row)
    for name in spec.get("igroups", []):
        igroup = world.store.find("igroups", name=name, svm=ref(svm))
        if igroup is None:
            raise ValueError(f"the scenario has no igroup {name}")
        igroup["portset"] = ref(row)


def _policies(world: World, svm: Row, tenant: Row) -> None:
    export_policies.establish(world, svm, [EVERYBODY])
    for one in tenant.get("export_policies", []):
        export_policies.establish(world, svm, one.get("rules"), one["name"])
    for one in tenant.get("qos_policies", []):
        limits = {kind: {**DEFAULTS[kind], **one[kind]} for kind in DEFAULTS if kind in one}
        row = {"name": one["name"], "svm": ref(svm), "policy_class": "user_defined", "scope": "svm", **limits}
        world.store.insert("qos_policies", dict(row, pgid=FIRST_GROUP + len(world.store.table("qos_policies")) + 1))


def _end(world: World, path: str, name: str | None) -> Row:
    """One end of a mirror; its SVM has a uuid when it is one of ours."""
    svm = path.partition(":")[0]
    mine = world.store.find("svms", name=svm) if name is None else None
    return {"path": path, "svm": ref(mine) if mine else {"name": svm}, "cluster": {"name": name or cluster(world)["name"]}}


def _mirror(world: World, spec: Row) -> None:
    policy = spec.get("policy", "Asynchronous")
    row = {
        "source": _end(world, spec["source"], spec.get("source_cluster")),
        "destination": _end(world, spec["destination"], spec.get("destination_cluster")),
        "state": spec.get("state", "snapmirrored"),
        "healthy": spec.get("healthy", True),
        "policy": {"name": policy, "type": "sync" if policy in ("Sync", "StrictSync") else "async"},
        "lag_time": "PT5M",
        "group_type": "none",
    }
    world.store.insert("snapmirror_relationships", row)


def _link(world: World) -> None:
    """Give the references of volumes and SVMs to policies their uuids and numbers."""
    snapshots = {row["name"]: ref(row) for row in world.store.table("snapshot_policies").values()}
    exports = {(row["svm"]["uuid"], row["name"]): row["id"] for row in world.store.table("export_policies").values()}
    for table in ("volumes", "svms"):
        for row in world.store.table(table).values():
            name = row.get("snapshot_policy", {}).get("name")
            if name in snapshots:
                row["snapshot_policy"] = dict(snapshots[name])
            link = row.get("nas", {}).get("export_policy", {}) if table == "volumes" else {}
            if (row.get("svm", {}).get("uuid"), link.get("name")) in exports:
                link["id"] = exports[row["svm"]["uuid"], link["name"]]
