# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block side of an SVM: FC LIFs, services, LUNs, igroups, maps, and the hosts that use them."""

from __future__ import annotations

from typing import Any

from .. import write_order
from ..clock import iso
from ..model import consistency_members, lun_maps, lun_restore, lun_rules, san_hosts
from ..model.references import ref
from ..model.world import World
from ..reach_san import canonical, protocol_of
from ..store import Row
from .hardware import GIB

LUN_SIZE = 100 * GIB
KEYS = {"fc_lifs", "luns", "igroups", "san_hosts", "consistency_groups", "writers"}
"""What the description of an SVM may have for this module.

fc_lifs     name, node, and optionally port ("0e"), wwpn
luns        volume, name, and optionally qtree, size, used, os_type, comment, reserve, content
igroups     name, and optionally os_type ("linux"), protocol, initiators, igroups, comment
san_hosts   name, volumes; it sees a LUN of the name `lun` ("lun0") in each of them, by way of an igroup of its own name with its
            `initiators` (one iSCSI name unless given) and `os_type`, and is logged in to `lifs` (all of the SVM's unless given)
writers     name, luns (paths), and optionally rate (records a second): see write_order.py
consistency_groups   name, and volumes (names) or consistency_groups (children, with name and volumes)
"""


def build(world: World, names: Any, owner: Row, spec: Row) -> None:
    """Insert all that the description of an SVM has."""
    _services(world, owner, spec.get("protocols", []))
    for one in spec.get("fc_lifs", []):
        _fc_lif(world, names, owner, one)
    for one in spec.get("luns", []):
        _lun(world, names, owner, one)
    for one in spec.get("igroups", []):
        _igroup(world, owner, one)
    for one in spec.get("san_hosts", []):
        _host(world, names, owner, one)
    for one in spec.get("consistency_groups", []):
        _group(world, names, owner, one)
    for one in spec.get("writers", []):
        san_hosts.writer_start(world, one["name"], one["luns"], one.get("rate", write_order.RATE), owner["name"])


def _services(world: World, owner: Row, protocols: list[str]) -> None:
    hexadecimal = owner["uuid"].replace("-", "")
    targets = {"iscsi": f"iqn.1992-08.com.netapp:sn.{hexadecimal}:vs.2", "fcp": _wwn(world, "20:00")}
    for protocol, name in targets.items():
        table = f"{protocol}_services"
        if protocol in protocols and owner["uuid"] not in world.store.table(table):
            target = {"name": name, "alias": owner["name"]} if protocol == "iscsi" else {"name": name}
            world.store.insert(table, {"svm": ref(owner), "enabled": True, "target": target}, key=owner["uuid"])


def _wwn(world: World, start: str) -> str:
    """A world wide name of NetApp's (00:a0:98)."""
    number = f"{world.store.number(0, 2**24 - 1):06x}"
    return f"{start}:00:a0:98:{number[:2]}:{number[2:4]}:{number[4:]}"


def _fc_lif(world: World, names: Any, owner: Row, spec: Row) -> None:
    node = names.pick(names.nodes, spec["node"], "node")
    port = {"name": spec.get("port", "0e"), "node": {"name": node["name"]}}
    row = {
        "name": spec["name"],
        "svm": ref(owner),
        "enabled": True,
        "data_protocol": "fcp",
        "comment": "",
        "wwpn": spec.get("wwpn") or _wwn(world, "20:0a"),
        "wwnn": world.store.table("fcp_services").get(owner["uuid"], {}).get("target", {}).get("name") or _wwn(world, "20:00"),
        "location": {"home_node": ref(node), "home_port": port, "node": ref(node), "port": dict(port, node=dict(port["node"]))},
        "sim": {"role": "data_san", "moving_to": None},
    }
    names.lifs[owner["name"], spec["name"]] = world.store.insert("fc_interfaces", row)


def _lun(world: World, names: Any, owner: Row, spec: Row) -> Row:
    volume = names.pick(names.volumes, (owner["name"], spec["volume"]), "volume")
    place = lun_rules.Place(volume, spec.get("qtree"), spec["name"])
    size = spec.get("size", min(LUN_SIZE, volume["size"] // 2))
    requested = spec.get("reserve", False)
    row: Row = {
        "name": place.path,
        "svm": ref(owner),
        "location": place.location(),
        "os_type": spec.get("os_type", "linux"),
        "class": "regular",
        "enabled": True,
        "comment": spec.get("comment", ""),
        "serial_number": lun_restore.serial(world),
        "create_time": iso(world.now() - 20 * 86400),
        "auto_delete": False,
        "space": {
            "size": size,
            "used": spec.get("used", size // 8),
            "scsi_thin_provisioning_support_enabled": True,
            "guarantee": {"requested": requested, "reserved": lun_rules.reserved(volume, requested)},
        },
        "sim": {"content": spec.get("content", f"data of {place.path} in {owner['name']}")},
    }
    return world.store.insert("luns", row)


def _igroup(world: World, owner: Row, spec: Row) -> Row:
    initiators = [canonical(name) for name in spec.get("initiators", [])]
    kinds = {protocol_of(name) for name in initiators}
    row: Row = {
        "name": spec["name"],
        "svm": ref(owner),
        "os_type": spec.get("os_type", "linux"),
        "protocol": spec.get("protocol") or (kinds.pop() if len(kinds) == 1 else "mixed"),
        "comment": spec.get("comment", ""),
        "delete_on_unmap": False,
        "initiators": [{"name": name} for name in initiators],
        "igroups": [ref(_found(world, owner, name)) for name in spec.get("igroups", [])],
    }
    return world.store.insert("igroups", row)


def _group(world: World, names: Any, owner: Row, spec: Row, parent: Row | None = None) -> None:
    volumes = [names.pick(names.volumes, (owner["name"], name), "volume") for name in spec.get("volumes", [])]
    group = consistency_members.insert(world, owner, spec["name"], parent)
    for volume in volumes:
        consistency_members.join(volume, group)
    for one in spec.get("consistency_groups", []):
        _group(world, names, owner, one, group)


def _found(world: World, owner: Row, name: str) -> Row:
    row = world.store.find("igroups", name=name, svm=ref(owner))
    if row is None:
        raise ValueError(f"the scenario has no igroup {name}")
    return row


def _host(world: World, names: Any, owner: Row, spec: Row) -> None:
    """A host with its igroup and LUNs. Source: SAN guide, selective LUN map: the owner of the LUN and its HA partner report it."""
    initiators = [canonical(name) for name in spec.get("initiators", [f"iqn.1994-05.com.example:{spec['name']}"])]
    igroup = _igroup(world, owner, {"name": spec["name"], "os_type": spec.get("os_type", "linux"), "initiators": initiators})
    for name in spec["volumes"]:
        path = f"/vol/{name}/{spec.get('lun', 'lun0')}"
        lun = lun_rules.find(world, owner["uuid"], path) or _lun(world, names, owner, {"volume": name, "name": spec.get("lun", "lun0")})
        lun_maps.add(world, lun, igroup)
    mine = [row for (tenant, _name), row in names.lifs.items() if tenant == owner["name"]]
    if "lifs" in spec:
        mine = [names.pick(names.lifs, (owner["name"], name), "LIF") for name in spec["lifs"]]
    row = {"name": spec["name"], "initiators": initiators, "svm": ref(owner), "paths": [ref(one) for one in mine]}
    world.store.insert("san_hosts", row)
