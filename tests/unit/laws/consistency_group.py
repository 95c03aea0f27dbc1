# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups: members, new volumes and LUNs, children, settings set, changed and cleared; names, clones, splits and deletions."""

from __future__ import annotations

from typing import Any

from .row import Row, done

GROUP: dict[str, Any] = {"svm": "san1", "name": "law"}
NEW: dict[str, Any] = {**GROUP, "volumes": ["vol1", "vol2"]}
SETTINGS: dict[str, Any] = {
    "snapshot_policy": "default",
    "application_type": "oracle",
    "component_type": "data",
    "tags": ["team:storage", "run:law"],
}
VOLUME: dict[str, Any] = {"name": "law_new", "size": "5GiB"}
LUN: dict[str, Any] = {"name": "/vol/law_new/lun", "size": "1GiB", "os_type": "linux"}
FAMILY: dict[str, Any] = {
    **GROUP,
    "children": [{"name": "law_data", "volumes": ["vol1", "vol2"]}, {"name": "law_logs", "volumes": ["vol3"]}],
}
CLONE: dict[str, Any] = {**GROUP, "name": "law_clone", "clone": {"parent": "law", "volume_prefix": "law_"}}


def made(lab: Any) -> None:
    """There is a group of two volumes."""
    done(lab, "consistency_group", **NEW, **{**SETTINGS, "snapshot_policy": "default-1weekly", "tags": ["team:before"]})


def family(lab: Any) -> None:
    """There is a parent with two children."""
    done(lab, "consistency_group", **FAMILY)


def alone(lab: Any) -> None:
    """There is a parent with two children, and a group of its own."""
    family(lab)
    done(lab, "consistency_group", svm="san1", name="law_more", volumes=["vol4"])


def policies(lab: Any) -> None:
    """The SVM has QoS policies."""
    for name in ("gold", "silver"):
        body = {"name": name, "svm.name": "san1", "fixed.max_throughput_iops": 1000}
        done(lab, "rest", method="POST", path="storage/qos/policies", body=body)


def limited(lab: Any) -> None:
    """The volumes of the group have a QoS policy, and there is another."""
    policies(lab)
    done(lab, "consistency_group", **NEW, qos_policy="gold")


def fresh(lab: Any) -> None:
    """The group has a volume and a LUN that were made with it."""
    done(lab, "consistency_group", **GROUP, new_volumes=[VOLUME], luns=[LUN])


def cloned(lab: Any) -> None:
    """The group has a clone."""
    made(lab)
    done(lab, "consistency_group", **CLONE)


def snapped(lab: Any) -> None:
    """The group has a snapshot."""
    made(lab)
    uuid = next(row["uuid"] for row in lab.world.store.each("consistency_groups", name="law"))
    path = f"application/consistency-groups/{uuid}/snapshots"
    done(lab, "rest", method="POST", path=path, body={"name": "law_snap"})


def one(name: str, task: dict[str, Any], actions: list[str], given: Any = made, **more: Any) -> Row:
    """A row in the cluster that has volumes and LUNs enough."""
    return Row(name, "consistency_group", task, actions, given=given, scenario="groups", **more)


def nobody(lab: Any) -> None:
    """Nothing has been made."""


def change(name: str, given: Any = made, **options: Any) -> Row:
    """A row that changes the group in one request."""
    return one(name, {**GROUP, **options}, ["modify"], given)


ROWS = [
    one("create a group of existing volumes", NEW, ["create"], nobody),
    one("create a group with every setting", {**NEW, **SETTINGS}, ["create"], nobody),
    one("create a group with volumes and LUNs that are made", {**GROUP, "new_volumes": [VOLUME], "luns": [LUN]}, ["create"], nobody),
    one(
        "create a group of old and new volumes, limited, with a mapped LUN",
        {
            **NEW,
            "new_volumes": [{**VOLUME, "snapshot_policy": "none"}],
            "luns": [{**LUN, "igroup": "db1", "lun_id": 99}],
            "qos_policy": "gold",
        },
        ["create", "set_qos"],
        policies,
        calls=4,
    ),
    one(
        "create a group of limited new volumes",
        {**GROUP, "new_volumes": [VOLUME], "luns": [LUN], "qos_policy": "gold"},
        ["create"],
        policies,
    ),
    one(
        "create a group and map a LUN of a volume that joins",
        {**NEW, "luns": [{"name": "/vol/vol1/lun1", "igroup": "db2"}]},
        ["create", "map"],
        nobody,
        calls=4,
    ),
    one("create a parent with children", FAMILY, ["create"], nobody),
    one(
        "create a parent with settings and new volumes of its children",
        {
            **GROUP,
            "children": [
                {"name": "law_data", "volumes": ["vol1"], **SETTINGS},
                {"name": "law_logs", "new_volumes": [VOLUME], "luns": [LUN], "component_type": "logs"},
            ],
        },
        ["create"],
        nobody,
    ),
    change("add a volume and take one away", volumes=["vol2", "vol3"]),
    change("add volumes only", volumes=["vol3"], membership="add"),
    change("add a volume that is made, with a LUN", new_volumes=[VOLUME], luns=[LUN]),
    change("add a LUN on a volume of the group", luns=[{**LUN, "name": "/vol/vol1/law"}]),
    change("change all settings of a group", **{**SETTINGS, "application_type": "mysql", "component_type": "logs"}),
    change("clear the tags of a group", tags=[]),
    change("take the snapshot policy away from a group", snapshot_policy=""),
    change("change members and settings", volumes=["vol1"], tags=["team:after"], snapshot_policy="none"),
    one("map LUNs of a group", {**GROUP, "luns": [{"name": f"/vol/vol{n}/lun1", "igroup": "db2"} for n in (1, 2)]}, ["map"]),
    one("give a group a QoS policy", {**GROUP, "qos_policy": "silver"}, ["set_qos"], limited),
    one("take the QoS policy away from a group", {**GROUP, "qos_policy": ""}, ["set_qos"], limited),
    one("add a limited volume", {**GROUP, "new_volumes": [VOLUME], "qos_policy": "gold"}, ["modify"], limited),
    one("rename a group", {**GROUP, "name": "law2", "from_name": "law"}, ["hold", "rename"], calls=3),
    one(
        "rename a group and more",
        {**GROUP, "name": "law2", "from_name": "law", "volumes": ["vol1"], "tags": []},
        ["hold", "rename", "modify"],
        calls=4,
    ),
    change(
        "exchange volumes among children",
        family,
        children=[{"name": "law_data", "volumes": ["vol1"]}, {"name": "law_logs", "volumes": ["vol2", "vol3"]}],
    ),
    change(
        "change a child and keep the others",
        family,
        membership="add",
        children=[{"name": "law_logs", "volumes": ["vol4"], "tags": ["team:logs"], "component_type": "logs"}],
    ),
    change("add a child", family, membership="add", children=[{"name": "law_more", "volumes": ["vol4"]}]),
    change("add a child with a volume of another", family, membership="add", children=[{"name": "law_more", "volumes": ["vol2"]}]),
    change("let a child go", family, children=[{"name": "law_data"}]),
    one("attach a group as a child", {**GROUP, "membership": "add", "children": [{"name": "law_more", "attach": True}]}, ["attach"], alone),
    one(
        "attach a group as a child and change it",
        {**GROUP, "membership": "add", "children": [{"name": "law_more", "attach": True, "volumes": ["vol4", "vol5"]}]},
        ["attach", "modify"],
        alone,
        calls=3,
    ),
    one(
        "rename a child",
        {**GROUP, "membership": "add", "children": [{"name": "law_late", "from_name": "law_logs"}]},
        ["detach law_logs", "attach"],
        family,
        calls=3,
    ),
    one(
        "make a group a parent",
        {**GROUP, "children": [{"name": "law_data", "volumes": ["vol1"]}, {"name": "law_logs", "volumes": ["vol2", "vol3"]}]},
        ["promote", "modify"],
        calls=3,
    ),
    one("make a group a parent of one child", {**GROUP, "children": [{"name": "law_data"}]}, ["promote"]),
    one(
        "give all volumes of the children a QoS policy",
        {**GROUP, "qos_policy": "gold"},
        ["set_qos"],
        lambda lab: (policies(lab), family(lab)),
    ),
    one(
        "change a child by its own name", {**GROUP, "name": "law_logs", "volumes": ["vol3", "vol4"], "tags": ["team:x"]}, ["modify"], family
    ),
    one("clone a group", {**CLONE, "tags": ["team:clone"], "snapshot_policy": "none"}, ["create"]),
    one(
        "clone a snapshot of a group",
        {**CLONE, "clone": {"parent": "law", "snapshot": "law_snap", "volume_suffix": "_x", "guarantee": "none"}},
        ["create"],
        snapped,
    ),
    one("clone a family", CLONE, ["create"], family),
    one("clone and split a group", {**CLONE, "split": True}, ["create", "split"], calls=3, polls=True),
    one("split a cloned group", {**GROUP, "name": "law_clone", "split": True}, ["split"], cloned, polls=True),
    one(
        "change and split a cloned group",
        {**GROUP, "name": "law_clone", "split": True, "tags": ["team:split"]},
        ["modify", "split"],
        cloned,
        calls=3,
        polls=True,
    ),
    one("delete a group", {**GROUP, "state": "absent"}, ["delete"], calls=3),
    one("delete a group whatever it has", {**GROUP, "state": "absent", "accept": ["group_snapshots"]}, ["delete"], snapped),
    one("delete a parent", {**GROUP, "state": "absent", "accept": ["group_snapshots"]}, ["delete"], family),
    one(
        "delete a group with its volumes",
        {**GROUP, "state": "absent", "delete_volumes": ["law_new"]},
        ["delete", "delete_volume law_new"],
        fresh,
        calls=6,
        noop=2,
    ),
    one(
        "delete a group with some of its volumes whatever they have",
        {
            **GROUP,
            "state": "absent",
            "delete_volumes": ["vol1"],
            "accept": ["group_snapshots", "mapped_luns", "smb_clients", "nfs_clients", "mirrors", "locked_snapshots"],
        },
        ["delete", "delete_volume vol1"],
        snapped,
        calls=4,
        noop=2,
    ),
]
