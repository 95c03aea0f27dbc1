# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same work as tasks of ours and as tasks of the vendor's."""

from __future__ import annotations

from typing import Any

OURS, VENDORS = "ours", "vendors"
SVM = "san1"
AGGREGATE = "aggr1_ndo_01"
VOLUMES = {OURS: "san1_vol1a", VENDORS: "san1_vol1b"}
"""Where the many LUNs of a side are. The vendor's module reads all LUNs of a volume, so its own LUNs are kept apart."""

Task = dict[str, Any]


def stack(side: str, number: int, absent: bool) -> list[Task]:
    """A volume, a LUN in it, a group of initiators, and a map; or the way back, which a playbook goes in the other order."""
    name = f"{side}_stack{number}"
    there = (_our_stack if side == OURS else _vendors_stack)(name, f"/vol/{name}/{name}")
    if not absent:
        return [{module: {**identity, **wanted}} for module, identity, wanted in there]
    return [{module: {**identity, "state": "absent"}} for module, identity, _wanted in there[::-1]]


def _our_stack(name: str, path: str) -> list[tuple[str, Task, Task]]:
    return [
        ("ndo.ontap.volume", {"svm": SVM, "name": name}, {"aggregate": AGGREGATE, "size": "20GiB", "comment": "bench"}),
        ("ndo.ontap.lun", {"svm": SVM, "name": path}, {"size": "10GiB", "os_type": "linux", "comment": "bench"}),
        ("ndo.ontap.igroup", {"svm": SVM, "name": name}, {"os_type": "linux", "protocol": "iscsi", "initiators": _initiators(name)}),
        ("ndo.ontap.lun_map", {"svm": SVM, "lun": path, "igroup": name}, {"lun_id": 1}),
    ]


def _vendors_stack(name: str, path: str) -> list[tuple[str, Task, Task]]:
    volume = {"aggregate_name": AGGREGATE, "size": 20, "size_unit": "gb", "comment": "bench"}
    lun = {"size": 10, "size_unit": "gb", "os_type": "linux", "comment": "bench"}
    igroup = {"os_type": "linux", "initiator_group_type": "iscsi", "initiator_names": _initiators(name)}
    return [
        ("netapp.ontap.na_ontap_volume", {"vserver": SVM, "name": name}, volume),
        ("netapp.ontap.na_ontap_lun", {"vserver": SVM, "flexvol_name": name, "name": name}, lun),
        ("netapp.ontap.na_ontap_igroup", {"vserver": SVM, "name": name}, igroup),
        ("netapp.ontap.na_ontap_lun_map", {"vserver": SVM, "path": path, "initiator_group_name": name}, {"lun_id": "1"}),
    ]


def _initiators(name: str) -> list[str]:
    return [f"iqn.1994-05.com.example:{name.replace('_', '-')}"]


def luns(side: str, count: int) -> Task:
    """Many LUNs in one task: with us a list of items, with the vendor's module a loop."""
    names = [f"many{number:04d}" for number in range(count)]
    if side == OURS:
        wanted = {"size": "100MiB", "os_type": "linux", "space_reserved": False, "items": [{"name": name} for name in names]}
        return {"ndo.ontap.lun": {"svm": SVM, "volume": VOLUMES[side], **wanted}}
    wanted = {"size": 100, "size_unit": "mb", "os_type": "linux", "space_reserve": False, "name": "{{ item }}"}
    return {"netapp.ontap.na_ontap_lun": {"vserver": SVM, "flexvol_name": VOLUMES[side], **wanted}, "loop": names}


def info(side: str) -> Task:
    """All volumes of the cluster, with a few fields."""
    if side == OURS:
        return {"ndo.ontap.volume_info": {"fields": ["size", "state"]}}
    return {"netapp.ontap.na_ontap_rest_info": {"gather_subset": ["storage/volumes"], "fields": ["size", "state", "svm.name"]}}
