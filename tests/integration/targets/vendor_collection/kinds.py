# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of objects, each in the words of the vendor's collection and in ours; `{{ it }}` is the name of the object in a row's play."""

from __future__ import annotations

from typing import Any

Options = dict[str, Any]
Task = tuple[str, Options]
"""A module, and the options of a task of it."""

Both = tuple[Options, Options]
"""Options in the vendor's words, and in ours."""

SIDES = ("theirs", "ours")
IT = "{{ it }}"
OURS = "ndo.ontap."
VENDORS = "netapp.ontap.na_ontap_"


class Kind:
    """An object that both can make: `theirs` and `ours` are the modules, with the options that say which object is meant.

    `one` and `other` are two states of it; without `other`, it cannot be changed. `needs` are tasks that make what it
    depends on. `gone` are the tasks that remove it, where state=absent of the two modules does not.
    """

    def __init__(self, word: str, theirs: Task, ours: Task, one: Both, other: Both | None = None, **more: Any) -> None:
        self.word = word
        self._modules = {"theirs": VENDORS + theirs[0], "ours": OURS + ours[0]}
        self._identity = {"theirs": theirs[1], "ours": ours[1]}
        self._states = {"one": one, "other": other or one}
        self._gone: tuple[Task, Task] | None = more.pop("gone", None)
        self.needs: list[Task] = more.pop("needs", [])
        self.can_change = other is not None

    def __str__(self) -> str:
        return self.word

    def task(self, side: str, state: str) -> Task:
        """The task of a side that brings the object to a state: one, other or absent."""
        if state == "absent" and self._gone:
            return self._gone[SIDES.index(side)]
        options = {"state": "absent"} if state == "absent" else self._states[state][SIDES.index(side)]
        return self._modules[side], {**self._identity[side], **options}


def vendors_only(word: str, theirs: Task, one: Options, other: Options | None = None, **more: Any) -> Kind:
    """A kind that only the vendor's collection has a module for."""
    return Kind(word, theirs, ("", {}), (one, {}), None if other is None else (other, {}), **more)


SVM, VOLUME, AGGREGATE, NAS = "san1", "san1_vol1a", "aggr1_ndo_01", "nas1"
PATH = f"/vol/{VOLUME}/{IT}"
ADAPTIVE = {"absolute_min_iops": 100, "expected_iops": 200}
ADAPTIVE.update(expected_iops_allocation="allocated_space", peak_iops_allocation="used_space")
HOST = "iqn.1994-05.com.example:"

A_LUN = (OURS + "lun", {"svm": SVM, "name": PATH, "size": "1GiB", "os_type": "linux"})
AN_IGROUP = (OURS + "igroup", {"svm": SVM, "name": IT, "os_type": "linux", "protocol": "iscsi"})
A_SNAPSHOT = (OURS + "snapshot", {"svm": SVM, "volume": VOLUME, "name": IT})
THEIR_MAP = {"vserver": SVM, "path": PATH, "initiator_group_name": IT}
OUR_MAP = {"svm": SVM, "lun": PATH, "igroup": IT}
A_MAP = (OURS + "lun_map", OUR_MAP)
A_QOS_POLICY = (VENDORS + "qos_policy_group", {"vserver": SVM, "name": IT, "fixed_qos_options": {"max_throughput_iops": 1000}})

FIRST, SECOND = ({"name": f"{SVM}_vol{number}b", "provisioning_options": {"action": "add"}} for number in (1, 2))
VOLUMES = [FIRST["name"], SECOND["name"]]
A_GROUP = (VENDORS + "cg", {"vserver": SVM, "name": IT, "volumes": [FIRST, SECOND]})
ABOUT_IT = {"comment": "one", "snapmirror_label": "label", "consistency_type": "application"}

KINDS = [
    Kind(
        "consistency group",
        ("cg", {"vserver": SVM, "name": IT}),
        ("consistency_group", {"svm": SVM, "name": IT}),
        one=({"volumes": [FIRST], "snapshot_policy": "default"}, {"volumes": VOLUMES[:1], "snapshot_policy": "default"}),
        other=({"volumes": [FIRST, SECOND], "snapshot_policy": "none"}, {"volumes": VOLUMES, "snapshot_policy": "none"}),
    ),
    Kind(
        "snapshot of a consistency group",
        ("cg_snapshot", {"vserver": SVM, "volumes": VOLUMES, "snapshot": IT}),
        ("consistency_group_snapshot", {"svm": SVM, "group": IT, "name": IT}),
        one=(ABOUT_IT, ABOUT_IT),
        needs=[A_GROUP],
    ),
    Kind(
        "volume",
        ("volume", {"vserver": NAS, "name": IT, "size_unit": "gb"}),
        ("volume", {"svm": NAS, "name": IT}),
        one=(
            {
                "aggregate_name": AGGREGATE,
                "size": 20,
                "comment": "one",
                "junction_path": f"/{IT}",
                "space_guarantee": "none",
                "volume_security_style": "unix",
                "unix_permissions": "755",
                "export_policy": "default",
                "snapshot_policy": "default",
                "percent_snapshot_space": 5,
                "tiering_policy": "none",
                "snapdir_access": True,
                "logical_space_reporting": False,
                "tags": ["one"],
            },
            {
                "aggregate": AGGREGATE,
                "size": "20GiB",
                "comment": "one",
                "junction_path": f"/{IT}",
                "space_guarantee": "none",
                "security_style": "unix",
                "unix_permissions": "0755",
                "export_policy": "default",
                "snapshot_policy": "default",
                "snapshot_reserve": 5,
                "tiering_policy": "none",
                "snapshot_directory_access": True,
                "logical_space_reporting": False,
                "tags": ["one"],
            },
        ),
        other=(
            {
                "size": 30,
                "comment": "other",
                "junction_path": f"/other_{IT}",
                "space_guarantee": "volume",
                "volume_security_style": "mixed",
                "unix_permissions": "700",
                "snapshot_policy": "none",
                "percent_snapshot_space": 10,
                "tiering_policy": "auto",
                "snapdir_access": False,
                "logical_space_reporting": True,
                "tags": ["other", "more"],
            },
            {
                "size": "30GiB",
                "comment": "other",
                "junction_path": f"/other_{IT}",
                "space_guarantee": "volume",
                "security_style": "mixed",
                "unix_permissions": "0700",
                "snapshot_policy": "none",
                "snapshot_reserve": 10,
                "tiering_policy": "auto",
                "snapshot_directory_access": False,
                "logical_space_reporting": True,
                "tags": ["other", "more"],
            },
        ),
    ),
    Kind(
        "clone",
        ("volume_clone", {"vserver": SVM, "name": IT, "parent_volume": VOLUME, "parent_snapshot": IT}),
        ("volume", {"svm": SVM, "name": IT, "clone": {"parent_volume": VOLUME, "parent_snapshot": IT}}),
        one=({}, {}),
        other=({"split": True}, {"split": True}),
        gone=(
            (VENDORS + "volume", {"vserver": SVM, "name": IT, "state": "absent"}),
            (OURS + "volume", {"svm": SVM, "name": IT, "state": "absent"}),
        ),
        needs=[A_SNAPSHOT],
    ),
    Kind(
        "snapshot",
        ("snapshot", {"vserver": SVM, "volume": VOLUME, "snapshot": IT}),
        ("snapshot", {"svm": SVM, "volume": VOLUME, "name": IT}),
        one=({"comment": "one", "snapmirror_label": "hourly"}, {"comment": "one", "snapmirror_label": "hourly"}),
        other=({"comment": "other", "snapmirror_label": "daily"}, {"comment": "other", "snapmirror_label": "daily"}),
    ),
    Kind(
        "lun",
        ("lun", {"vserver": SVM, "flexvol_name": VOLUME, "name": IT, "size_unit": "gb"}),
        ("lun", {"svm": SVM, "volume": VOLUME, "name": IT}),
        one=(
            {"size": 5, "os_type": "linux", "comment": "one", "space_reserve": False, "space_allocation": True},
            {"size": "5GiB", "os_type": "linux", "comment": "one", "space_reserved": False, "space_allocation": True},
        ),
        other=(
            {"size": 8, "comment": "other", "space_reserve": True, "space_allocation": False, "qos_policy_group": IT},
            {"size": "8GiB", "comment": "other", "space_reserved": True, "space_allocation": False, "qos_policy": IT},
        ),
        needs=[A_QOS_POLICY],
    ),
    Kind(
        "igroup",
        ("igroup", {"vserver": SVM, "name": IT}),
        ("igroup", {"svm": SVM, "name": IT}),
        one=(
            {
                "os_type": "linux",
                "initiator_group_type": "iscsi",
                "initiator_objects": [{"name": HOST + "a", "comment": "one"}, {"name": HOST + "b", "comment": "one"}],
            },
            {
                "os_type": "linux",
                "protocol": "iscsi",
                "initiators": [HOST + "a", HOST + "b"],
                "initiator_comments": {HOST + "a": "one", HOST + "b": "one"},
            },
        ),
        other=(
            {"os_type": "vmware", "initiator_objects": [{"name": HOST + "b", "comment": "other"}, {"name": HOST + "c", "comment": "one"}]},
            {
                "os_type": "vmware",
                "initiators": [HOST + "b", HOST + "c"],
                "initiator_comments": {HOST + "b": "other", HOST + "c": "one"},
            },
        ),
    ),
    Kind(
        "igroup of WWPNs",
        ("igroup", {"vserver": SVM, "name": IT}),
        ("igroup", {"svm": SVM, "name": IT}),
        one=(
            {"os_type": "linux", "initiator_group_type": "fcp", "initiator_names": ["20:00:00:25:B5:00:20:01"]},
            {"os_type": "linux", "protocol": "fcp", "initiators": ["20000025b5002001"]},
        ),
        other=(
            {"initiator_names": ["20:00:00:25:b5:00:20:02", "20:00:00:25:b5:00:20:03"]},
            {"initiators": ["20:00:00:25:B5:00:20:02", "20:00:00:25:B5:00:20:03"]},
        ),
    ),
    Kind(
        "nested igroup",
        ("igroup", {"vserver": SVM, "name": "outer_" + IT}),
        ("igroup", {"svm": SVM, "name": "outer_" + IT}),
        one=(
            {"os_type": "linux", "initiator_group_type": "iscsi", "igroups": [IT]},
            {"os_type": "linux", "protocol": "iscsi", "igroups": [IT]},
        ),
        other=({"igroups": []}, {"igroups": []}),
        needs=[AN_IGROUP],
    ),
    Kind(
        "map",
        ("lun_map", THEIR_MAP),
        ("lun_map", OUR_MAP),
        one=({"lun_id": "7"}, {"lun_id": 7}),
        needs=[A_LUN, AN_IGROUP],
    ),
    Kind(
        "reporting nodes",
        # ONTAP adds and removes a node together with its partner; after that, the vendor's module would not find the partner.
        ("lun_map_reporting_nodes", {**THEIR_MAP, "nodes": ["ndo-03"]}),
        ("lun_map", OUR_MAP),
        one=({}, {"reporting_nodes": ["ndo-01", "ndo-02", "ndo-03", "ndo-04"]}),
        gone=(
            (VENDORS + "lun_map_reporting_nodes", {**THEIR_MAP, "nodes": ["ndo-03"], "state": "absent"}),
            (OURS + "lun_map", {**OUR_MAP, "reporting_nodes": ["ndo-01", "ndo-02"]}),
        ),
        needs=[A_LUN, AN_IGROUP, A_MAP],
    ),
]

VENDORS_ONLY = [
    vendors_only(
        "fixed QoS policy",
        ("qos_policy_group", {"vserver": SVM, "name": IT}),
        one={"fixed_qos_options": {"max_throughput_iops": 1000, "capacity_shared": True}},
        other={"fixed_qos_options": {"max_throughput_iops": 2000, "min_throughput_iops": 100}},
    ),
    vendors_only(
        "adaptive QoS policy",
        ("qos_policy_group", {"vserver": SVM, "name": IT}),
        # Every option is given: for a change, the vendor's module sends null for those that are not.
        one={"adaptive_qos_options": {**ADAPTIVE, "peak_iops": 500, "block_size": "any"}},
        other={"adaptive_qos_options": {**ADAPTIVE, "peak_iops": 900, "block_size": "4k"}},
    ),
    vendors_only("export policy", ("export_policy", {"vserver": NAS, "name": IT}), one={}),
    vendors_only(
        "snapshot policy",
        ("snapshot_policy", {"vserver": NAS, "name": IT}),
        one={"enabled": True, "comment": "one", "schedule": ["hourly", "daily"], "count": [5, 3], "snapmirror_label": ["", "daily"]},
        other={
            "enabled": False,
            "comment": "other",
            "schedule": ["daily", "weekly"],
            "count": [4, 2],
            "snapmirror_label": ["daily", "weekly"],
        },
    ),
]
"""There is no module of ours for these; objects of ours take their names."""

READ = {
    "storage/volumes": "volume_info",
    "storage/luns": "lun_info",
    "protocols/san/igroups": "igroup_info",
    "svm/svms": "svm_info",
    "storage/aggregates": "aggregate_info",
}
"""What the vendor's module reads, and the module of ours that reads the same."""
