#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: group_clone_plan
short_description: See what has to be done so that LUNs have clones of one point in time
version_added: 0.2.0
description:
  - Looks at a set of LUNs, at the clones that they are to have, and at the snapshots of their volumes, and says how the set becomes
    complete without ever mixing two points in time. It changes nothing. The role C(ndo.ontap.group_snapshot) works by it.
  - A clone is known by the end of its comment, C([group_snapshot NAME POINT of N]). POINT tells the point in time out of which it was
    made, N how many clones the set has. A LUN without this mark is never counted, and never to be undone.
  - Takes three reads, whatever the number of LUNs and volumes, up to 10,000 objects of a kind; a fourth one with O(engine=rest).
options:
  svm:
    description: The SVM of all of them.
    type: str
    required: true
  name:
    description:
      - The group snapshot. The snapshot of each volume has this name.
      - A snapshot of this name that M(ndo.ontap.group_snapshot) has taken counts as that of an interrupted run; others are not touched.
    type: str
    required: true
  members:
    description: The LUNs, and what their clones are called.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: What the member is called in results; its O(members[].source) when left out.
        type: str
      source:
        description: The path of the LUN, such as C(/vol/db/log).
        type: str
        required: true
      clone:
        description: The path of its clone, which is in the same volume, or its last part.
        type: str
        required: true
      comment:
        description: A text for people, which stands before the mark.
        type: str
  engine:
    description:
      - With V(rest), volumes in consistency groups are an objection, unless one group has just these volumes. The others can take
        snapshots of them, or see for themselves.
    type: str
    choices: [auto, rest, ontapi]
    default: auto
  temporary_prefix:
    description: How the names of temporary consistency groups begin, which are no objection.
    type: str
    default: ndo_tmp_
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
  - The account needs to read C(/api/storage/volumes) with its snapshots, and C(/api/storage/luns); for O(engine=rest) also
    C(/api/application/consistency-groups). An account of the SVM is enough.
seealso:
  - module: ndo.ontap.group_snapshot
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: See what there is of a set of clones
  ndo.ontap.group_clone_plan:
    svm: san1
    name: before_upgrade
    members:
      - {id: data, source: /vol/vol1/lun1, clone: lun1_before_upgrade}
      - {id: log, source: /vol/vol2/lun2, clone: lun2_before_upgrade}
  register: plan

- name: Stop when anything speaks against it
  ansible.builtin.assert:
    that: plan.objections | length == 0
    fail_msg: "{{ plan.objections | join(' ') }}"
"""

RETURN = r"""
state:
  description:
    - V(complete) when every member has a clone of one and the same point in time. V(fresh) when there is neither a clone nor a snapshot.
    - V(resume) when the snapshot is there in every volume, and the clones that there are were made out of it; the others can be.
    - V(undo) when what there is can only be undone, RV(doomed) and RV(leftovers), before the set is taken anew.
  returned: success
  type: str
  sample: resume
point:
  description: The point in time of the set, as M(ndo.ontap.group_snapshot) returns it; null when there is none yet, or more than one.
  returned: success
  type: str
  sample: 8f14e45fceea
objections:
  description: What speaks against it, in sentences. With any of them nothing is to be changed.
  returned: success
  type: list
  elements: str
  sample: ["LUN /vol/vol1/lun1_before_upgrade exists and has no mark of the group snapshot before_upgrade; it is not ours."]
message:
  description: The plan in a sentence.
  returned: success
  type: str
  sample: "before_upgrade: 20 of 50 clone(s) are there, the others can be made out of the same snapshot."
volumes:
  description: The volumes of the members, each once.
  returned: success
  type: list
  elements: str
  sample: [vol1, vol2]
members:
  description: The members, in their order.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: What it is called., type: str, sample: data}
    source: {description: The LUN., type: str, sample: /vol/vol1/lun1}
    out_of: {description: Where the clone is made from., type: str, sample: /vol/vol1/.snapshot/before_upgrade/lun1}
    clone: {description: The path of the clone., type: str, sample: /vol/vol1/lun1_before_upgrade}
    volume: {description: The volume., type: str, sample: vol1}
    size: {description: The size of the LUN in bytes; null when it is gone., type: int, sample: 10737418240}
    state:
      description: V(absent), V(cloned) when the clone is there, V(taken) when another LUN has its path.
      type: str
      sample: cloned
    point: {description: Its point in time; null without a clone., type: str, sample: 8f14e45fceea}
    uuid: {description: The uuid of what is at the path of the clone., type: str, sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10}
    serial_number: {description: Its serial number., type: str, sample: wOj5h$Q3FZ6x}
    mapped: {description: Whether it is mapped., type: bool, sample: false}
clones:
  description: The clones as O(ndo.ontap.lun#module:items) takes them. Where RV(point) is still to come, the mark says C(????????????).
  returned: success
  type: list
  elements: dict
  sample:
    - name: /vol/vol1/lun1_before_upgrade
      clone_from: /vol/vol1/lun1
      snapshot: before_upgrade
      comment: "[group_snapshot before_upgrade 8f14e45fceea of 50]"
snapshots:
  description: The snapshots of this name in the volumes.
  returned: success
  type: list
  elements: dict
  contains:
    volume: {description: The volume., type: str, sample: vol1}
    volume_uuid: {description: Its uuid., type: str, sample: 4a1d7c52-19f3-4f4e-8d0b-0d9a2f6f5b11}
    name: {description: The snapshot., type: str, sample: before_upgrade}
    uuid: {description: Its uuid., type: str, sample: 0c5f4a3e-0e0b-4b7e-a3b1-2d5a9a4f0c77}
    create_time: {description: When it was taken., type: str, sample: "2026-01-05T10:00:00+00:00"}
    ours: {description: Whether it belongs to the group snapshot., type: bool, sample: true}
    owners: {description: Who holds it., type: list, elements: str, sample: [lun_clone]}
leftovers:
  description: The volumes that have a snapshot of ours of which there is no need any more.
  returned: success
  type: list
  elements: str
  sample: []
doomed:
  description: The clones with the mark that have to go before the set is taken anew; path and uuid of each.
  returned: success
  type: list
  elements: dict
  sample: []
others:
  description: LUNs in these volumes with the mark that no member names.
  returned: success
  type: list
  elements: str
  sample: []
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 3, "seconds": 0.05}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "InputError", "message": "Two members have the clone /vol/vol1/copy.", "target": "members"}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.group_clone import COMPLETE, FRESH, RESUME, Decision, Wish
from ansible_collections.ndo.ontap.plugins.module_utils.group_clone_facts import read_scene
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

MEMBER = {
    "id": {"type": "str"},
    "source": {"type": "str", "required": True},
    "clone": {"type": "str", "required": True},
    "comment": {"type": "str"},
}

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "members": {"type": "list", "elements": "dict", "required": True, "options": MEMBER},
            "engine": {"type": "str", "choices": ["auto", "rest", "ontapi"], "default": "auto"},
            "temporary_prefix": {"type": "str", "default": "ndo_tmp_"},
        }
    )
)

OUTLOOK = {
    COMPLETE: "the set is complete",
    FRESH: "there is neither a clone nor a snapshot",
    RESUME: "the others can be made out of the same snapshot",
}


def message(decision: Decision) -> str:
    """The plan in a sentence."""
    outlook = OUTLOOK.get(decision.state, "they and the rest of the snapshot have to go before the set is taken anew")
    there, wanted = len(decision.mine), len(decision.wish.members)
    return f"{decision.wish.name}: {there} of {wanted} clone(s) are there, {outlook}."


def snapshots(decision: Decision) -> list[dict[str, Any]]:
    """The snapshots as the result tells them."""
    found = decision.snapshots
    view = decision.scene.instant.view()
    return [{**one, "ours": decision.own(found[one["volume"]]), "owners": found[one["volume"]].get("owners") or []} for one in view]


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Read what there is, and decide."""
    wish = Wish(params["svm"], params["name"], params["members"])
    scene = read_scene(client, wish, params["temporary_prefix"] if params["engine"] == "rest" else None)
    decision = Decision(wish, scene)
    return {
        "changed": False,
        "state": decision.state,
        "point": decision.point,
        "objections": decision.objections,
        "message": message(decision),
        "volumes": wish.volumes,
        "members": decision.shown(),
        "clones": decision.clones(),
        "snapshots": snapshots(decision),
        "leftovers": decision.leftovers,
        "doomed": [{"path": path, "uuid": scene.luns[path]["uuid"]} for path in decision.doomed],
        "others": decision.others,
    }


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
