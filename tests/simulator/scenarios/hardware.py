# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster is made of below its SVMs: nodes in pairs, ports, aggregates, disks and management LIFs."""

from __future__ import annotations

from typing import Any

from ..model.ha_state import fresh, ref
from ..model.world import World
from ..store import Row

GIB = 1024**3
MODEL = "AFF-A400"
PORTS = {"e0M": "Mgmt", "e0c": "Default", "e0d": "Default", "e0e": "SAN-A", "e0f": "SAN-B"}
"""The ports of a node, and their broadcast domains."""

MANAGEMENT = ["management_core", "management_autosupport", "management_ssh", "management_https", "management_ems"]
INTERCLUSTER = ["intercluster_core", "management_https"]


def slug(name: str) -> str:
    """A node name as it appears in aggregate names, which have no hyphens."""
    return name.replace("-", "_")


def pair(world: World, names: list[str], spec: Row) -> list[Row]:
    """Insert the nodes of one pair (or a single node) with their ports, aggregates and disks."""
    rows = [_node(world, name, spec) for name in names]
    if len(rows) == 2:
        ha = {"enabled": True, "auto_giveback": True, "interconnect": "up", "auto_giveback_after_panic": True, **spec.get("ha", {})}
        for row, other in zip(rows, reversed(rows)):
            row["ha"] = {
                "enabled": ha["enabled"],
                "auto_giveback": ha["auto_giveback"],
                "partners": [ref(other)],
                "interconnect": {"adapter": "MVIA-RDMA", "state": ha["interconnect"]},
            }
            row["sim"]["auto_giveback_after_panic"] = ha["auto_giveback_after_panic"]
            row["ha"].update({key: value for key, value in _override(row, spec).items() if key == "auto_giveback"})
    return rows


def _override(row: Row, spec: Row) -> Row:
    return spec.get("nodes", {}).get(row["name"], {})


def _node(world: World, name: str, spec: Row) -> Row:
    store = world.store
    number = len(store.table("nodes")) + 1
    mine = spec.get("nodes", {}).get(name, {})
    row: Row = {
        "name": name,
        "serial_number": f"7210000{number:05d}",
        "system_id": f"05370000{number:02d}",
        "model": mine.get("model", spec.get("model", MODEL)),
        "location": mine.get("location", "room 1"),
        "owner": mine.get("owner", ""),
        "membership": "member",
        "storage_configuration": "multi_path_ha",
        "controller": {"over_temperature": "normal", "failed_fan": {"count": 0}, "failed_power_supply": {"count": 0}},
        "nvram": {"battery_state": "battery_ok", "id": 53700000 + number},
        "release": list(mine.get("version", world.version)),
        "sim": dict(fresh(), up_since=world.now() - 30 * 86400.0),
    }
    if mine.get("vm", spec.get("vm")):
        row["vm"] = {"provider_type": mine.get("vm", spec.get("vm"))}
    store.insert("nodes", row)
    for port, domain in PORTS.items():
        store.insert("ports", {"name": port, "node": ref(row), "state": "up", "broadcast_domain": {"name": domain}})
    aggregate(world, f"aggr0_{slug(name)}", row, root=True, size=512 * GIB)
    for index in range(1, spec.get("data_aggregates", 2) + 1):
        aggregate(world, f"aggr{index}_{slug(name)}", row, root=False, size=40960 * GIB)
    for index in range(spec.get("disks", 6)):
        disk = {"name": f"{number}.0.{index}", "state": "present", "container_type": "aggregate", "class": "solid_state"}
        store.insert("disks", dict(disk, node=ref(row), home_node=ref(row)))
    return row


def aggregate(world: World, name: str, node: Row, root: bool, size: int) -> Row:
    """Insert an aggregate at home on its node."""
    used = size * 95 // 100 if root else size // 4
    return world.store.insert(
        "aggregates",
        {
            "name": name,
            "state": "online",
            "home_node": ref(node),
            "node": ref(node),
            "snaplock_type": "non_snaplock",
            "sidl_enabled": False,
            "block_storage": {
                "storage_type": "ssd",
                "mirror": {"enabled": False, "state": "unmirrored"},
                "primary": {"disk_count": 3 if root else 12, "disk_class": "solid_state", "raid_type": "raid_dp", "raid_size": 24},
            },
            "space": {"block_storage": {"size": size, "used": used, "available": size - used, "full_threshold_percent": 98}},
            "data_encryption": {"software_encryption_enabled": False, "drive_protection_enabled": False},
            "cloud_storage": {"attach_eligible": False},
            "sim": {"root": root, "vetoes": []},
        },
    )


def lif(world: World, name: str, node: Row, port: str, address: str, *, role: str, **fields: Any) -> Row:
    """Insert a LIF at home. `role` is cluster_mgmt, node_mgmt, intercluster, data_nas or data_san."""
    home = world.store.find("ports", name=port, node=ref(node))
    if home is None:
        raise ValueError(f"LIF {name}: node {node['name']} has no port {port}")
    place = {"name": port, "uuid": home["uuid"], "node": {"name": node["name"]}}
    row: Row = {
        "name": name,
        "enabled": True,
        "scope": "cluster",
        "vip": False,
        "ipspace": dict(world.store.table("ipspaces")["Default"]),
        "ip": {"address": address, "netmask": "24", "family": "ipv4"},
        "location": {
            "home_node": ref(node),
            "home_port": dict(place, node=dict(place["node"])),
            "node": ref(node),
            "port": dict(place, node=dict(place["node"])),
            "auto_revert": fields.pop("auto_revert", True),
            "failover": fields.pop("failover"),
        },
        "sim": {"role": role, "moving_to": None},
    }
    row.update(fields)
    return world.store.insert("interfaces", row)


def management(world: World, nodes: list[Row], network: str) -> None:
    """Insert the cluster management LIF on the first node, and node management and intercluster LIFs on each.

    Source: network guide: cluster management fails over anywhere in the broadcast domain, the others stay on their node.
    """
    fields: Row = {"services": list(MANAGEMENT), "service_policy": {"name": "default-management"}, "failover": "broadcast_domain_only"}
    lif(world, "cluster_mgmt", nodes[0], "e0M", f"{network}.10", role="cluster_mgmt", **fields)
    for number, node in enumerate(nodes, 1):
        fields = {"services": list(MANAGEMENT), "service_policy": {"name": "default-management"}, "failover": "home_node_only"}
        lif(world, f"{node['name']}_mgmt1", node, "e0M", f"{network}.{10 + number}", role="node_mgmt", node_management=True, **fields)
        fields = {"services": list(INTERCLUSTER), "service_policy": {"name": "default-intercluster"}, "failover": "home_node_only"}
        lif(world, f"{node['name']}_ic1", node, "e0c", f"{network}.{40 + number}", role="intercluster", **fields)
