# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Igroups: every option set, changed, cleared; members added, removed, exchanged."""

from __future__ import annotations

from typing import Any

from .row import Row, done

IGROUP: dict[str, Any] = {"svm": "san1", "name": "law"}
NEW: dict[str, Any] = {**IGROUP, "os_type": "linux"}
A, B, C = (f"iqn.1998-01.com.example:{letter}" for letter in "abc")
WWPN = "20:01:00:50:56:bb:70:72"
HOST = "iqn.1994-05.com.example:san1-host1"


def made(lab: Any) -> None:
    """There is an igroup with two initiators, one of them with a comment."""
    done(lab, "igroup", **NEW, comment="before", initiators=[A, B], initiator_comments={A: "first"})


def nested(lab: Any) -> None:
    """There are two igroups, and one that has the first of them."""
    done(lab, "igroup", svm="san1", os_type="linux", items=[{"name": "child1", "initiators": [A]}, {"name": "child2", "initiators": [B]}])
    done(lab, "igroup", **NEW, igroups=["child1"])


def portsets(lab: Any) -> None:
    """There are two portsets, and an igroup that is bound to the first."""
    for name, lif in (("ports1", "san1_iscsi1a"), ("ports2", "san1_iscsi2a")):
        body = {"svm.name": "san1", "name": name, "protocol": "iscsi", "interfaces": [{"ip": {"name": lif}}]}
        done(lab, "rest", method="POST", path="protocols/san/portsets", body=body)
    done(lab, "igroup", **NEW, protocol="iscsi", portset="ports1")


ROWS = [
    Row("create an igroup", "igroup", NEW, ["create"]),
    Row("create an igroup with initiators", "igroup", {**NEW, "initiators": [A.upper(), WWPN.replace(":", "")]}, ["create"]),
    Row(
        "create an igroup with everything",
        "igroup",
        {
            **NEW,
            "name": "law2",
            "protocol": "iscsi",
            "comment": "c",
            "portset": "ports1",
            "delete_on_unmap": True,
            "initiators": [A, B],
            "initiator_comments": {A: "first", B: ""},
        },
        ["create"],
        given=portsets,
    ),
    Row("create an igroup with nothing in it", "igroup", {**NEW, "comment": "", "portset": "", "initiators": []}, ["create"]),
    Row("create an igroup with a nested one", "igroup", {**NEW, "name": "law2", "igroups": ["child1", "child2"]}, ["create"], given=nested),
    Row("rename an igroup", "igroup", {**IGROUP, "name": "new", "from_name": "law"}, ["rename"], given=made),
    Row(
        "rename an igroup and more",
        "igroup",
        {**IGROUP, "name": "new", "from_name": "law", "comment": "after", "os_type": "aix"},
        ["rename", "modify"],
        given=made,
        calls=3,
    ),
    Row("change the operating system of an igroup", "igroup", {**IGROUP, "os_type": "vmware"}, ["modify"], given=made),
    Row("change the comment of an igroup", "igroup", {**IGROUP, "comment": "after"}, ["modify"], given=made),
    Row("clear the comment of an igroup", "igroup", {**IGROUP, "comment": ""}, ["modify"], given=made),
    Row("let an igroup go with its last map", "igroup", {**IGROUP, "delete_on_unmap": True}, ["modify"], given=made),
    Row("bind an igroup to another portset", "igroup", {**IGROUP, "portset": "ports2"}, ["modify"], given=portsets, calls=3),
    Row("unbind an igroup", "igroup", {**IGROUP, "portset": ""}, ["modify"], given=portsets),
    Row("add an initiator", "igroup", {**IGROUP, "initiators": [A, B, C]}, ["add_initiators"], given=made),
    Row("add an initiator to others", "igroup", {**IGROUP, "initiators": [C], "membership": "add"}, ["add_initiators"], given=made),
    Row("remove an initiator", "igroup", {**IGROUP, "initiators": [A]}, ["remove_initiators"], given=made, calls=3),
    Row("remove all initiators", "igroup", {**IGROUP, "initiators": []}, ["remove_initiators"], given=made, calls=3),
    Row("exchange initiators", "igroup", {**IGROUP, "initiators": [C, WWPN]}, ["add_initiators", "remove_initiators"], given=made, calls=4),
    Row(
        "exchange initiators under a host",
        "igroup",
        {"svm": "san1", "name": "san1-host1", "initiators": [A, B], "allow_logged_in": True},
        ["add_initiators", "remove_initiators"],
        calls=3,
    ),
    Row(
        "add an initiator with a comment",
        "igroup",
        {**IGROUP, "initiators": [A, B, C], "initiator_comments": {C: "c"}},
        ["add_initiators"],
        given=made,
    ),
    Row("comment on an initiator", "igroup", {**IGROUP, "initiator_comments": {B: "second"}}, [f"modify_initiator {B}"], given=made),
    Row("change the comment on an initiator", "igroup", {**IGROUP, "initiator_comments": {A: "x"}}, [f"modify_initiator {A}"], given=made),
    Row("clear the comment on an initiator", "igroup", {**IGROUP, "initiator_comments": {A: ""}}, [f"modify_initiator {A}"], given=made),
    Row("nest an igroup", "igroup", {**IGROUP, "igroups": ["child1", "child2"]}, ["add_igroups"], given=nested),
    Row("nest an igroup besides others", "igroup", {**IGROUP, "igroups": ["child2"], "membership": "add"}, ["add_igroups"], given=nested),
    Row("exchange nested igroups", "igroup", {**IGROUP, "igroups": ["child2"]}, ["add_igroups", "remove_igroups"], given=nested, calls=4),
    Row("take all nested igroups out", "igroup", {**IGROUP, "igroups": []}, ["remove_igroups"], given=nested, calls=3),
    Row("delete an igroup", "igroup", {**IGROUP, "state": "absent"}, ["delete"], given=made),
    Row("delete a mapped igroup", "igroup", {"svm": "san1", "name": "san1-host1", "state": "absent", "allow_mapped": True}, ["delete"]),
]
