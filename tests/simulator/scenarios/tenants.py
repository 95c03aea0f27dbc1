# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lives on a cluster: SVMs with LIFs, volumes and shares, and the clients that use them."""

from __future__ import annotations

from typing import Any

from ..clock import iso
from ..model.ha_state import ref
from ..model.world import World
from ..store import Row
from . import san
from .hardware import GIB, lif

SERVICES = {
    "nas": ["data_core", "data_nfs", "data_cifs", "data_dns_server", "data_fpolicy_client"],
    "san": ["data_core", "data_iscsi"],
}
# Names of the service policies: general knowledge of the product, no source (choice).
POLICIES = {"nas": "default-data-files", "san": "default-data-blocks"}
FAILOVER = {"nas": "sfo_partners_only", "san": "home_port_only"}
PORTS = {"nas": "e0d", "san": "e0e"}
PROTOCOLS = ("nfs", "cifs", "iscsi", "fcp", "nvme")


class Names:
    """Rows by name, so that building a large cluster does not search tables."""

    def __init__(self, world: World) -> None:
        self.nodes = {row["name"]: row for row in world.store.table("nodes").values()}
        self.aggregates = {row["name"]: row for row in world.store.table("aggregates").values()}
        self.volumes: dict[tuple[str, str], Row] = {}
        self.lifs: dict[tuple[str, str], Row] = {}

    @staticmethod
    def pick(table: dict[Any, Row], key: Any, what: str) -> Row:
        """The row, or an error that says what the scenario misses."""
        if key not in table:
            raise ValueError(f"the scenario has no {what} {key}")
        return table[key]


def svm(world: World, names: Names, spec: Row) -> Row:
    """Insert an SVM with all that it has."""
    protocols = spec.get("protocols", ["nfs"])
    row: Row = {
        "name": spec["name"],
        "state": spec.get("state", "running"),
        "subtype": "default",
        "language": "c.utf_8",
        "comment": spec.get("comment", ""),
        "ipspace": dict(world.store.table("ipspaces")["Default"]),
        "snapshot_policy": {"name": "default"},
        "aggregates": [],
    }
    for protocol in PROTOCOLS:
        row[protocol] = {"allowed": protocol in protocols, "enabled": protocol in protocols}
    if "cifs" in protocols:
        row["cifs"]["name"] = spec["name"].upper()[:15]
    world.store.insert("svms", row)
    family = "san" if {"iscsi", "fcp", "nvme"} & set(protocols) else "nas"
    for one in spec.get("lifs", []):
        _lif(world, names, row, family, one)
    for one in spec.get("volumes", []):
        _volume(world, names, row, family, one)
    for one in spec.get("shares", []):
        _share(world, names, row, one)
    for one in spec.get("sessions", []):
        _session(world, names, row, one)
    for one in spec.get("nfs_clients", []):
        _nfs_client(world, names, row, one)
    san.build(world, names, row, spec)
    return row


def _lif(world: World, names: Names, owner: Row, family: str, spec: Row) -> None:
    fields = {
        "scope": "svm",
        "svm": ref(owner),
        "services": list(spec.get("services", SERVICES[family])),
        "service_policy": {"name": spec.get("service_policy", POLICIES[family])},
        "failover": spec.get("failover", FAILOVER[family]),
        # Source: network guide: auto-revert is off for LIFs unless chosen. Choice: on here, off for SAN.
        "auto_revert": spec.get("auto_revert", family == "nas"),
        "enabled": spec.get("enabled", True),
    }
    node = names.pick(names.nodes, spec["node"], "node")
    row = lif(world, spec["name"], node, spec.get("port", PORTS[family]), spec["address"], role=f"data_{family}", **fields)
    names.lifs[owner["name"], spec["name"]] = row


def _volume(world: World, names: Names, owner: Row, family: str, spec: Row) -> None:
    size = spec.get("size", 1024 * GIB)
    used = spec.get("used", size // 3)
    root = spec.get("is_svm_root", False)
    nas: Row = {"export_policy": {"name": "default"}, "security_style": spec.get("security_style", "unix")}
    if family == "nas":
        nas["path"] = spec.get("path", "/" if root else f"/{spec['name']}")
    aggregate = names.pick(names.aggregates, spec["aggregate"], "aggregate")
    row = {
        "name": spec["name"],
        "svm": ref(owner),
        "aggregates": [ref(aggregate)],
        "size": size,
        "state": spec.get("state", "online"),
        "type": "rw",
        "style": "flexvol",
        "language": "c.utf_8",
        "comment": "",
        "is_svm_root": root,
        "create_time": iso(world.now() - 30 * 86400),
        "tiering": {"policy": "none"},
        "snapshot_policy": {"name": "default"},
        "snapshot_count": 0,
        "clone": {"is_flexclone": False},
        "guarantee": {"type": spec.get("guarantee", "none"), "honored": True},
        "space": {"size": size, "used": used, "available": size - used},
        "nas": nas,
    }
    names.volumes[owner["name"], spec["name"]] = world.store.insert("volumes", row)


def movement(world: World, names: Names, spec: Row) -> None:
    """Put a volume into the middle of a move."""
    volume = names.pick(names.volumes, (spec["svm"], spec["volume"]), "volume")
    volume["movement"] = {
        "destination_aggregate": ref(names.pick(names.aggregates, spec["destination"], "aggregate")),
        "state": spec["state"],
        "percent_complete": spec.get("percent_complete", 100),
        "cutover_window": spec.get("cutover_window", 30),
        "start_time": iso(world.now() - 600),
    }


def _volumes(names: Names, owner: Row, wanted: list[str]) -> list[Row]:
    return [ref(names.pick(names.volumes, (owner["name"], name), "volume")) for name in wanted]


def _share(world: World, names: Names, owner: Row, spec: Row) -> None:
    volume = names.pick(names.volumes, (owner["name"], spec["volume"]), "volume")
    row = {
        "svm": ref(owner),
        "name": spec["name"],
        "path": spec.get("path", volume["nas"]["path"]),
        "volume": ref(volume),
        "comment": spec.get("comment", ""),
        "continuously_available": spec.get("continuously_available", False),
        "oplocks": True,
        "browsable": True,
        "change_notify": True,
        "encryption": False,
        "access_based_enumeration": False,
        "home_directory": False,
        "show_snapshot": False,
        "offline_files": "manual",
        "unix_symlink": "local",
        "vscan_profile": "standard",
    }
    world.store.insert("shares", row, key=f"{owner['uuid']}/{spec['name']}")


def _session(world: World, names: Names, owner: Row, spec: Row) -> None:
    interface = names.pick(names.lifs, (owner["name"], spec["lif"]), "LIF")
    number = len(world.store.table("cifs_sessions")) + 1
    row = {
        "svm": ref(owner),
        "node": dict(interface["location"]["node"]),
        "identifier": 4560000 + number,
        "connection_id": 910000 + number,
        "connection_count": 1,
        "user": spec["user"],
        "mapped_unix_user": "pcuser",
        "client_ip": spec["client_ip"],
        "server_ip": interface["ip"]["address"],
        "authentication": spec.get("authentication", "kerberos"),
        "protocol": spec.get("protocol", "smb3_1"),
        "open_files": spec.get("open_files", 1),
        "open_shares": 1,
        "open_other": 0,
        "continuous_availability": spec.get("continuous_availability", "available"),
        "smb_encryption": "unencrypted",
        "smb_signing": True,
        "large_mtu": True,
        "connected_duration": "PT2H10M",
        "idle_duration": "PT5S",
        "volumes": _volumes(names, owner, spec["volumes"]),
    }
    world.store.insert("cifs_sessions", row, key=f"session {number}")


def _nfs_client(world: World, names: Names, owner: Row, spec: Row) -> None:
    interface = names.pick(names.lifs, (owner["name"], spec["lif"]), "LIF")
    row = {"svm": ref(owner), "client_ip": spec["client_ip"], "server_ip": interface["ip"]["address"], "protocol": "nfs3"}
    world.store.insert("nfs_clients", dict(row, volumes=_volumes(names, owner, spec["volumes"])))
