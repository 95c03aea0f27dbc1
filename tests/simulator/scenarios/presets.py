# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The named clusters, as data in the terms of `build`."""

from __future__ import annotations

from typing import Any

GIB = 1024**3
Spec = dict[str, Any]


def _nas(name: str, nodes: list[str], network: str, ca: bool = True) -> Spec:
    """An SVM with one NAS LIF and three volumes per node, NFS clients, and SMB shares with sessions."""
    lifs, volumes, shares, sessions, clients = [], [], [], [], []
    volumes.append({"name": f"{name}_root", "aggregate": f"aggr1_{_slug(nodes[0])}", "size": GIB, "is_svm_root": True})
    for number, node in enumerate(nodes, 1):
        lifs.append({"name": f"{name}_lif{number}", "node": node, "address": f"{network}.{20 + number}"})
        names = [f"{name}_vol{number}{letter}" for letter in "abc"]
        for index, volume in enumerate(names):
            volumes.append({"name": volume, "aggregate": f"aggr{1 + index % 2}_{_slug(node)}"})
        shares.append({"name": f"{name}_share{number}", "volume": names[2], "continuously_available": ca})
        for client in range(2):
            clients.append({"client_ip": f"{network}.{100 + 10 * number + client}", "lif": f"{name}_lif{number}", "volumes": names[:2]})
        user = {"user": f"EXAMPLE\\user{number}", "client_ip": f"{network}.{150 + number}", "open_files": 3}
        sessions.append(dict(user, lif=f"{name}_lif{number}", volumes=[names[2]], continuous_availability="available"))
    spec: Spec = {"name": name, "protocols": ["nfs", "cifs"], "lifs": lifs, "volumes": volumes, "shares": shares}
    return dict(spec, sessions=sessions, nfs_clients=clients)


def _san(name: str, nodes: list[str], network: str) -> Spec:
    """An SVM with two iSCSI LIFs and two volumes per node, and hosts whose LUNs have paths to both nodes of their pair."""
    lifs, volumes, hosts = [], [], []
    volumes.append({"name": f"{name}_root", "aggregate": f"aggr2_{_slug(nodes[0])}", "size": GIB, "is_svm_root": True})
    for number, node in enumerate(nodes, 1):
        for index, port in enumerate(("e0e", "e0f"), 1):
            address = f"{network}.{10 * number + index}"
            lifs.append({"name": f"{name}_iscsi{number}{'ab'[index - 1]}", "node": node, "port": port, "address": address})
        names = [f"{name}_vol{number}{letter}" for letter in "ab"]
        volumes += [{"name": volume, "aggregate": f"aggr{1 + index}_{_slug(node)}"} for index, volume in enumerate(names)]
        hosts.append({"name": f"{name}-host{number}", "volumes": names})
    return {"name": name, "protocols": ["iscsi"], "lifs": lifs, "volumes": volumes, "san_hosts": hosts}


ODD_NAMES = ["lun 2", "lun*", "lun1|lun2", "lun1,lun2", "!lun1", "<lun1>", "lun1..lun2", 'lun"1"', "lun1&name=x", "lun%31", "LUN1"]
"""Names that mean something else in the API's query language; all of them could be taken for lun1 or a part of it."""


def _twin(name: str, nodes: list[str], network: str) -> Spec:
    """An SVM whose volumes, LUNs and igroups have the same names as those of the other one."""
    spec = _san(name, nodes, network)
    volumes = [{"name": f"{name}_root", "aggregate": f"aggr2_{_slug(nodes[0])}", "size": GIB, "is_svm_root": True}]
    volumes += [{"name": f"vol{number}", "aggregate": f"aggr1_{_slug(node)}"} for number, node in enumerate(nodes, 1)]
    volumes.append({"name": "thick", "aggregate": f"aggr2_{_slug(nodes[1])}", "size": 200 * GIB, "used": 0, "guarantee": "volume"})
    luns: list[Spec] = [{"volume": "vol1", "name": "lun1"}, {"volume": "vol2", "name": "lun1", "os_type": "windows_2008"}]
    luns += [{"volume": "vol1", "name": odd, "size": GIB, "used": 0} for odd in ODD_NAMES]
    igroups = [
        {"name": "ig1", "protocol": "mixed", "initiators": [f"iqn.1994-05.com.example:{name}-spare"], "comment": "spare"},
        {"name": "ig1.a:b-c_d", "protocol": "iscsi"},
    ]
    hosts = [{"name": "host1", "volumes": ["vol1"], "lun": "lun1", "initiators": [f"iqn.1994-05.com.example:{name}-host1"]}]
    return dict(spec, volumes=volumes, luns=luns, igroups=igroups, san_hosts=hosts)


def san() -> Spec:
    """Two nodes and two SVMs that have volumes, LUNs and igroups of the same names, some of them odd; the first has FC LIFs too."""
    nodes = ["ndo-01", "ndo-02"]
    first, second = _twin("san1", nodes, "203.0.113"), _twin("san2", nodes, "203.0.114")
    first["protocols"] = ["iscsi", "fcp"]
    first["fc_lifs"] = [
        {"name": f"san1_fc{number}{letter}", "node": node, "port": port}
        for number, node in enumerate(nodes, 1)
        for letter, port in (("a", "0e"), ("b", "0f"))
    ]
    wwpns = [f"21:00:00:24:ff:00:00:0{number}" for number in (1, 2)]
    lifs = [one["name"] for one in first["fc_lifs"]]
    first["san_hosts"].append(
        {"name": "host2", "volumes": ["vol2"], "lun": "lun1", "os_type": "windows", "initiators": wwpns, "lifs": lifs}
    )
    return {"cluster": "ndo", "pairs": [nodes], "svms": [first, second]}


def groups() -> Spec:
    """Two nodes and an SVM with 50 LUNs over 8 volumes, which one application writes to; a ninth volume is in a group of others."""
    nodes, network = ["ndo-01", "ndo-02"], "203.0.113"
    spec = _san("san1", nodes, network)
    names = [f"vol{number}" for number in range(1, 9)]
    volumes = [{"name": "san1_root", "aggregate": "aggr2_ndo_01", "size": GIB, "is_svm_root": True}]
    volumes += [{"name": name, "aggregate": f"aggr1_{_slug(nodes[at % 2])}", "used": 0} for at, name in enumerate([*names, "other"])]
    hosts = [{"name": f"db{number}", "volumes": names if number < 7 else names[:2], "lun": f"lun{number}"} for number in range(1, 8)]
    writer = {"name": "database", "luns": [f"/vol/{name}/{host['lun']}" for host in hosts for name in host["volumes"]], "rate": 500}
    luns = [{"volume": name, "name": host["lun"], "size": GIB, "used": 0} for host in hosts for name in host["volumes"]]
    taken = [{"name": "of_others", "volumes": ["other"]}]
    tenant = dict(spec, volumes=volumes, luns=luns, san_hosts=hosts, writers=[writer], consistency_groups=taken)
    return {"cluster": "ndo", "pairs": [nodes], "svms": [tenant]}


def _slug(name: str) -> str:
    return name.replace("-", "_")


def ha_pair() -> Spec:
    """Two nodes; one SVM with NFS clients and continuously available SMB shares, one with iSCSI hosts."""
    nodes = ["ndo-01", "ndo-02"]
    return {
        "cluster": "ndo",
        "pairs": [nodes],
        "svms": [_nas("nas1", nodes, "198.51.100"), _san("san1", nodes, "203.0.113")],
    }


def two_pairs() -> Spec:
    """Four nodes in two pairs."""
    first, second = ["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]
    return {
        "cluster": "ndo",
        "pairs": [first, second],
        "svms": [_nas("nas1", first + second, "198.51.100"), _san("san1", first + second, "203.0.113")],
    }


def smb_sessions() -> Spec:
    """ha_pair with SMB users whose files are not, or only partly, protected."""
    spec = ha_pair()
    tenant = spec["svms"][0]
    for name, available in (("plain", False), ("protected", True)):
        tenant["shares"].append({"name": name, "volume": "nas1_vol1a", "continuously_available": available})
    common = {"lif": "nas1_lif1", "volumes": ["nas1_vol1a"], "protocol": "smb3_1"}
    address = "198.51.100."
    tenant["sessions"] += [
        dict(common, user="EXAMPLE\\plain", client_ip=address + "171", open_files=2, continuous_availability="unavailable"),
        dict(common, user="EXAMPLE\\mixed", client_ip=address + "172", open_files=4, continuous_availability="partial"),
        dict(common, user="EXAMPLE\\idle", client_ip=address + "173", open_files=0, continuous_availability="unavailable"),
    ]
    return spec


def veto() -> Spec:
    """ha_pair where the lock manager objects (softly) to the giveback of one data aggregate of the first node."""
    return dict(ha_pair(), vetoes=[{"aggregate": "aggr1_ndo_01", "module": "lock_manager"}])


def hard_veto() -> Spec:
    """ha_pair with an objection that cannot be overridden."""
    return dict(ha_pair(), vetoes=[{"aggregate": "aggr1_ndo_01", "module": "raid", "hard": True}])


def root_veto() -> Spec:
    """ha_pair where autosupport objects to the giveback of the first node's root aggregate for 20 minutes.

    Source: EMS reference, gb.cfo.veto.asup: retry 20 minutes after the takeover.
    """
    return dict(ha_pair(), vetoes=[{"aggregate": "aggr0_ndo_01", "module": "autosupport", "seconds": 1200}])


def single_node() -> Spec:
    """One node without a partner."""
    nodes = ["ndo-01"]
    return {"cluster": "ndo", "pairs": [nodes], "svms": [_nas("nas1", nodes, "198.51.100"), _san("san1", nodes, "203.0.113")]}


def ha_disabled() -> Spec:
    """ha_pair with storage failover turned off."""
    return dict(ha_pair(), ha={"enabled": False})


def azure() -> Spec:
    """ha_pair on virtual machines of Azure, as Cloud Volumes ONTAP has it."""
    return dict(ha_pair(), vm="Azure_Cloud", settings={"cloud_vms": {"cvo-vm1": "ndo-01", "cvo-vm2": "ndo-02"}})


def volume_move() -> Spec:
    """ha_pair with volume moves: one waits for its cutover, one cuts over, one still copies."""
    moves = [
        {"svm": "nas1", "volume": "nas1_vol1a", "destination": "aggr2_ndo_01", "state": "cutover_pending"},
        {"svm": "san1", "volume": "san1_vol1a", "destination": "aggr1_ndo_02", "state": "cutover"},
        {"svm": "nas1", "volume": "nas1_vol2a", "destination": "aggr2_ndo_02", "state": "replicating", "percent_complete": 42},
    ]
    return dict(ha_pair(), movements=moves)


def large() -> Spec:
    """8 nodes in 4 pairs, 200 aggregates, 400 LIFs, 5,000 volumes."""
    nodes = [f"big-{number:02d}" for number in range(1, 9)]
    svms: list[Spec] = [{"name": f"nas{number}", "protocols": ["nfs", "cifs"]} for number in range(1, 7)]
    svms += [{"name": f"san{number}", "protocols": ["iscsi"]} for number in range(1, 5)]
    for number, tenant in enumerate(svms):
        tenant.update(lifs=[], volumes=[], shares=[], sessions=[], nfs_clients=[], san_hosts=[])
        first = {"name": f"{tenant['name']}_root", "aggregate": f"aggr1_{_slug(nodes[number % 8])}", "size": GIB, "is_svm_root": True}
        tenant["volumes"].append(first)
    _large_lifs(svms, nodes, 400 - 1 - 2 * len(nodes))
    _large_volumes(svms, nodes, 5000 - len(svms))
    for tenant in svms:
        _large_clients(tenant)
    return {"cluster": "big", "pairs": [nodes[at : at + 2] for at in range(0, 8, 2)], "data_aggregates": 24, "svms": svms}


def _large_lifs(svms: list[Spec], nodes: list[str], count: int) -> None:
    for index in range(count):
        tenant = svms[index % len(svms)]
        place = index // len(svms)
        san = "iscsi" in tenant["protocols"]
        one = {"name": f"{tenant['name']}_lif{place + 1}", "node": nodes[place % len(nodes)], "port": "e0e" if san else "e0d"}
        tenant["lifs"].append(dict(one, address=f"10.{1 + index % len(svms)}.0.{place + 1}"))


def _large_volumes(svms: list[Spec], nodes: list[str], count: int) -> None:
    for index in range(count):
        tenant = svms[index % len(svms)]
        place = index // len(svms)
        aggregate = f"aggr{1 + (place // len(nodes)) % 24}_{_slug(nodes[place % len(nodes)])}"
        tenant["volumes"].append({"name": f"{tenant['name']}_vol{place + 1:04d}", "aggregate": aggregate, "size": 100 * GIB})


def _large_clients(tenant: Spec) -> None:
    """20 clients per SVM, each with three volumes and, for NAS, one LIF."""
    san = "iscsi" in tenant["protocols"]
    for index in range(20):
        volumes = [volume["name"] for volume in tenant["volumes"][1 + 3 * index : 4 + 3 * index]]
        if san:
            tenant["san_hosts"].append({"name": f"{tenant['name']}-host{index + 1}", "volumes": volumes})
            continue
        lif = tenant["lifs"][index % len(tenant["lifs"])]["name"]
        one = {"client_ip": f"10.200.{tenant['name'][3:]}.{index + 1}", "lif": lif, "volumes": volumes}
        if index % 3:
            tenant["nfs_clients"].append(one)
        else:
            tenant["sessions"].append(dict(one, user=f"EXAMPLE\\{tenant['name']}{index}", open_files=1))
            tenant["shares"].append({"name": f"share{index + 1}", "volume": volumes[0], "continuously_available": True})


HIGH_AVAILABILITY = (ha_pair, two_pairs, smb_sessions, veto, hard_veto, root_veto, single_node, ha_disabled)
PRESETS = {function.__name__: function for function in (*HIGH_AVAILABILITY, azure, volume_move, san, groups, large)}
