# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendor's modules for groups and their snapshots do: a module, its options, and whether it changes something.

The options are those of the examples in the documentation of the modules.
"""

from __future__ import annotations

from typing import Any

from kinds import A_QOS_POLICY, IT, SVM, VENDORS, Options, Task

Step = tuple[Task, bool]


def volume(name: str, action: str = "add", **more: Any) -> Options:
    """A volume of a group."""
    return {"name": name, "provisioning_options": {"action": action}, **more}


def child(name: str, action: str | None = None, **more: Any) -> Options:
    """A child of a group."""
    return {"name": name, **({"provisioning_options": {"action": action, **more.pop("options", {})}} if action else {}), **more}


def lun(path: str) -> Options:
    """A new LUN, mapped to a new igroup."""
    maps = [{"igroup_name": f"{IT}_igroup", "igroup_initiators": ["iqn.1995-08.com.example:new-initiator1"], "os_type": "linux"}]
    size = {"size": 5, "size_unit": "mb"}
    return {"name": path, **size, "os_type": "linux", "provisioning_options": {"action": "create"}, "lun_maps": maps}


def group(name: str, **more: Any) -> Task:
    """A task about a group."""
    return VENDORS + "cg", {"vserver": SVM, "name": name, **more}


def snapshot(name: str, **more: Any) -> Task:
    """A task about a snapshot of a group."""
    return VENDORS + "cg_snapshot", {"vserver": SVM, "snapshot": name, **more}


def twice(task: Task) -> list[Step]:
    """It changes something, and the second time it does not."""
    return [(task, True), (task, False)]


NEW, OLD, SECOND, THIRD = "example_vol1", f"{SVM}_vol1a", f"{SVM}_vol2a", f"{SVM}_vol1b"
SIZE: Options = {"size": 50, "size_unit": "mb"}
COUNTED: Options = {"name": "counted", "provisioning_options": {"action": "create", "count": 2}, **SIZE, "snapshot_policy": "none"}
CHILDREN = [child("child_1", volumes=[volume(OLD)]), child("child_2", volumes=[volume(SECOND)])]

SINGLE: list[Step] = [
    (A_QOS_POLICY, True),
    (group("single", volumes=[volume(NEW, "create", **SIZE)]), True),
    *twice(group("single", luns=[lun(f"/vol/{NEW}/new_lun")])),
    (group("single", volumes=[volume(OLD)]), True),
    (snapshot("by_group", consistency_group="single"), True),
    (snapshot("by_group", volumes=[OLD, NEW]), False),
    (group("single", volumes=[{**COUNTED, "qos_policy": IT}]), True),
    (group("single", volumes=[volume(OLD, "remove")]), True),
    (snapshot("by_group", consistency_group="single", state="absent"), True),
    (group("single", state="absent"), True),
]

NESTED: list[Step] = [
    *twice(group("parent", consistency_groups=CHILDREN, snapshot_policy="default")),
    (group("parent", consistency_groups=[child("child_1", "create", luns=[lun(f"/vol/{OLD}/new_lun")])]), True),
    (group("parent", consistency_groups=[child("child_3", "create", volumes=[volume(THIRD)])]), True),
    (snapshot("of_parent", consistency_group="parent"), True),
    (group("parent", consistency_groups=[child("child_2", "remove", options={"name": "alone"})]), True),
    (group("other", consistency_groups=[child("alone", "add", options={"name": "adopted"})]), True),
    (snapshot("of_parent", consistency_group="parent", state="absent"), True),
    (group("parent", state="absent"), True),
    (group("other", state="absent"), True),
]
