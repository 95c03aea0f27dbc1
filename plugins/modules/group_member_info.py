#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: group_member_info
short_description: See what becomes of the LUNs of a group, and what speaks against it
version_added: 0.2.0
description:
  - Looks at the LUNs that a group is made of, is made out of, or is restored from, and says what has to be done with each. It changes
    nothing. The roles C(group_from_snapshot), C(group_from_source), C(group_snapshot_delete) and C(group_restore) work by it.
  - Members and sources belong together by their ids, never by their position.
  - Whose a LUN is, and of which point in time, is told by the mark at the end of its comment - C([group_snapshot NAME POINT of N]) for
    the clones of a group snapshot, C([group_from_snapshot NAME POINT of N]) for LUNs that were made out of these.
  - Takes one read, up to 10,000 LUNs; a second one with O(flow=delete) and O(name). None when the options make no sense.
options:
  svm:
    description: The SVM of all of them.
    type: str
    default: ""
  flow:
    description:
      - What is to be done. With V(from_snapshot) each member becomes a clone of a clone of a group snapshot, with V(from_source) a clone
        in a group snapshot that is taken for it.
      - With V(delete) the clones of a group snapshot are deleted, with V(restore) LUNs get the contents of their clones back.
      - With V(undo) those of the members that have the mark of O(name) and are not mapped are deleted, after a run that failed.
    type: str
    choices: [from_snapshot, from_source, delete, restore, undo]
    default: from_snapshot
  name:
    description:
      - The group that the marks of its LUNs name.
      - With O(flow=delete), the group snapshot; without O(members), all LUNs of the SVM with its mark are meant.
    type: str
    default: ""
  snapshot:
    description: The group snapshot that the marks of the sources have to name. Any, but one only, when left out.
    type: str
    default: ""
  members:
    description:
      - The LUNs, each a path or a dictionary with C(lun), and C(id) where it is paired.
      - For new LUNs, also C(source_id) when the id of the source is another one, C(size), C(comment), C(qos_policy), C(space_reserved),
        C(space_allocation), C(auto_delete) and C(online). A name without a path is one beside the source.
      - For V(delete) and V(restore), the members of the group snapshot as O(ndo.ontap.group_clone_plan#module:members) takes them,
        with C(source) and C(clone).
    type: list
    elements: raw
    default: []
  sources:
    description:
      - For new LUNs, what they are made out of.
      - With O(flow=from_snapshot) the members of the group snapshot, each with C(id), C(clone) and, when C(clone) is no path, C(source).
      - With O(flow=from_source) LUNs with C(id) and C(lun).
    type: list
    elements: raw
    default: []
  accept_mapped:
    description: The paths of LUNs that may be mapped, although they would be overwritten or deleted, or may be written to while cloned.
    type: list
    elements: str
    default: []
  accept_unmarked:
    description: The paths of LUNs that count as clones of the group snapshot although they have no mark of it.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - The account needs to read C(/api/storage/luns), and for O(flow=delete) the snapshots of C(/api/storage/volumes). An account of the SVM
    is enough.
seealso:
  - module: ndo.ontap.group_clone_plan
  - module: ndo.ontap.group_snapshot
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: See what speaks against deleting two clones
  ndo.ontap.group_member_info:
    svm: san1
    flow: delete
    name: nightly
    members:
      - /vol/san1_vol1a/log_nightly
      - /vol/san1_vol1b/data_nightly
  register: plan

- name: See whether a group can be made out of a group snapshot
  ndo.ontap.group_member_info:
    svm: san1
    name: test_db
    sources:
      - {id: log, clone: /vol/san1_vol1a/log_nightly}
      - {id: data, clone: /vol/san1_vol1b/data_nightly}
    members:
      - {id: data, lun: test_data, size: 20GiB}
      - {id: log, lun: test_log}
"""

RETURN = r"""
records:
  description: The members, in their order.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: What it is called., type: str, sample: log}
    lun: {description: The path of the LUN that is made or deleted or restored., type: str, sample: /vol/san1_vol1a/test_log}
    state:
      description: V(absent), V(ours) when it has the mark, or for a restore when it is there, V(taken) when another LUN has the path.
      type: str
      sample: absent
    uuid: {description: Its uuid; null when it is absent., type: str, sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10}
    serial_number: {description: Its serial number., type: str, sample: wOj5h$Q3FZ6x}
    size: {description: Its size in bytes., type: int, sample: 10737418240}
    igroups: {description: To whom it is mapped., type: list, elements: str, sample: []}
    mark: {description: Its mark., type: str, sample: "[group_snapshot nightly 8f14e45fceea of 2]"}
    source: {description: The LUN out of which a new one is made., type: str, sample: /vol/san1_vol1a/log_nightly}
    grows: {description: Whether a new LUN has to be made larger., type: bool, sample: false}
    clone: {description: "For a restore, the LUN with the contents.", type: str, sample: /vol/san1_vol1a/log_nightly}
objections:
  description: What speaks against it, in sentences. With any of them nothing is to be changed.
  returned: success
  type: list
  elements: str
  sample: ["LUN /vol/san1_vol1a/log_nightly is mapped to db and would be deleted under its hosts. Unmap it, or accept it by name."]
changes:
  description: What is to be done, as O(ndo.ontap.lun#module:items) takes it.
  returned: success
  type: list
  elements: dict
  sample: [{"name": "/vol/san1_vol1a/test_log", "clone_from": "/vol/san1_vol1a/log_nightly"}]
set_members:
  description: With O(flow=from_source), the members of the group snapshot that is to be taken.
  returned: success
  type: list
  elements: dict
  sample: [{"id": "log", "source": "/vol/san1_vol1a/log", "clone": "/vol/san1_vol1a/test_log", "comment": ""}]
point:
  description: The point in time of the clones, as their marks tell it; null when they tell none, or not the same.
  returned: success
  type: str
  sample: 8f14e45fceea
volumes:
  description: The volumes of the members, each once.
  returned: success
  type: list
  elements: str
  sample: [san1_vol1a, san1_vol1b]
leftovers:
  description: With O(flow=delete), the volumes that still have a snapshot of this group snapshot.
  returned: success
  type: list
  elements: str
  sample: []
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 1, "seconds": 0.02}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "NotAuthorized", "message": "ONTAP refused GET /storage/luns."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.group_flow import read_luns, volumes_of
from ansible_collections.ndo.ontap.plugins.module_utils.group_flow_course import Asked, Flow
from ansible_collections.ndo.ontap.plugins.module_utils.group_flow_rules import FLOWS, Deleting
from ansible_collections.ndo.ontap.plugins.module_utils.group_point import mark_of, read_instant
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

RAW = {"type": "list", "elements": "raw", "default": []}
TEXTS = {"type": "list", "elements": "str", "default": []}
LABEL = "ndo_group_snapshot"
"""The label that the role group_snapshot gives to its snapshots by default."""

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "svm": {"type": "str", "default": ""},
            "flow": {"type": "str", "choices": list(FLOWS), "default": "from_snapshot"},
            "name": {"type": "str", "default": ""},
            "snapshot": {"type": "str", "default": ""},
            "members": RAW,
            "sources": RAW,
            "accept_mapped": TEXTS,
            "accept_unmarked": TEXTS,
        }
    )
)


def leftovers(client: Client, params: dict[str, Any], volumes: list[str]) -> list[str]:
    """The volumes in which a run of this group snapshot has left its snapshot."""
    if not volumes or not params["name"]:
        return []
    found = read_instant(client, params["svm"], volumes, params["name"]).records
    return [volume for volume, one in found.items() if mark_of(one) or one.get("snapmirror_label") == LABEL]


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Read what there is, and decide."""
    flow: Flow = FLOWS[params["flow"]](Asked(params))
    whole = isinstance(flow, Deleting) and flow.whole
    left: list[str] = []
    if not params["svm"]:
        flow.objections.append("The SVM is not named.")
    if not whole and not flow.members:
        flow.objections.append("No LUN is named.")
    if not flow.objections:
        flow.decide(read_luns(client, params["svm"], None if whole else flow.paths()))
        if params["flow"] == "delete":
            left = leftovers(client, params, volumes_of(flow.paths()))
    return {
        "changed": False,
        "records": flow.records,
        "objections": flow.objections,
        "changes": flow.changes,
        "set_members": flow.set_members,
        "point": flow.point,
        "volumes": volumes_of(one["lun"] for one in flow.records),
        "leftovers": left,
    }


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
