#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lun_map
short_description: Map and unmap LUNs, and choose the nodes that report them
version_added: 0.2.0
description:
  - Maps a LUN to an initiator group (igroup), or many LUNs in one task, and unmaps them. All maps are read at once.
  - Hosts know a disk by its LUN id. The LUN id of a map is changed only when that is asked for, because the LUN has to be unmapped and
    mapped again. See O(allow_remap).
  - The nodes that report a LUN (selective LUN map) are kept as an exact set, added to, or trimmed; nodes are added before others are
    removed, and the HA pair that has the LUN always reports it.
  - What would take a disk away from a host that is logged in is refused unless it is asked for by name. See O(allow_in_use).
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items).
    type: str
  lun:
    description:
      - The path of the LUN, such as C(/vol/db/log), or its last part together with O(volume). Needed, in the task or in each of its
        O(items).
    type: str
  volume:
    description: The volume of the LUN, when O(lun) is not a path.
    type: str
  qtree:
    description: The qtree of the LUN, when O(lun) is not a path and the LUN is in a qtree.
    type: str
  igroup:
    description: The igroup. Needed, in the task or in each of its O(items).
    type: str
  state:
    description: Whether the LUN is mapped to the igroup. A LUN or an igroup that does not exist is not mapped.
    type: str
    choices: [present, absent]
    default: present
  lun_id:
    description:
      - The LUN id, 0 to 4095. Without it, ONTAP gives a new map the lowest that is free, and a map that exists keeps its own.
      - Another LUN id than that of an existing map is refused without O(allow_remap).
    type: int
  allow_remap:
    description:
      - Whether the LUN is unmapped and mapped again when it has another LUN id than O(lun_id). That the LUN id is free is checked first,
        and the map gets its reporting nodes again. Needs ONTAP 9.10.1.
      - Where hosts are logged in, O(allow_in_use) is needed too.
    type: bool
    default: false
  reporting_nodes:
    description:
      - The nodes through which the LUN is reported to hosts. ONTAP adds and removes a node together with its HA partner, so naming one
        node of a pair means both; naming both spares a request. Needs ONTAP 9.10.1.
      - O(reporting_nodes_mode) says what becomes of other nodes.
    type: list
    elements: str
  reporting_nodes_mode:
    description:
      - With V(exact), these HA pairs report the LUN and no others; the pair that has the LUN must be among them.
      - With V(add), other nodes stay, as before a move of the volume to another HA pair.
      - With V(trim), no node is added; only the HA pair that has the LUN stays, and of the others those that O(reporting_nodes) names,
        as after a move.
    type: str
    choices: [exact, add, trim]
    default: exact
  allow_in_use:
    description:
      - Whether a LUN is unmapped or mapped again although initiators of the igroup are logged in to the SVM by iSCSI or FC. ONTAP does
        not tell whether they use this very LUN.
      - Also whether nodes stop to report the LUN although an initiator is logged in to no LIF of those that remain.
    type: bool
    default: false
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.wait
  - ndo.ontap.items
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - An igroup with C(delete_on_unmap) is deleted by ONTAP together with its last map.
  - The account needs to read and change C(/api/protocols/san/lun-maps), and, where something is taken away or reporting nodes change, to
    read C(/api/protocols/san/igroups), C(/api/protocols/san/iscsi/sessions), C(/api/network) and C(/api/cluster/nodes).
seealso:
  - module: ndo.ontap.lun
  - module: ndo.ontap.igroup
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Map a LUN
  ndo.ontap.lun_map:
    svm: san1
    lun: /vol/san1_vol1a/log
    igroup: db1

- name: Map three LUNs with the LUN ids that the hosts expect
  ndo.ontap.lun_map:
    svm: san1
    volume: san1_vol1a
    igroup: db1
    items:
      - {lun: data1, lun_id: 11}
      - {lun: data2, lun_id: 12}
      - {lun: data3, lun_id: 13}

- name: Let the nodes report a LUN to which its volume is about to move
  ndo.ontap.lun_map:
    svm: san1
    lun: /vol/san1_vol1a/log
    igroup: db1
    reporting_nodes: [ndo-03, ndo-04]
    reporting_nodes_mode: add

- name: Unmap a LUN that its host has let go of
  ndo.ontap.lun_map:
    svm: san1
    lun: /vol/san1_vol1a/log
    igroup: db1
    state: absent
    allow_in_use: true
"""

RETURN = r"""
record:
  description:
    - The map in the words of the options; null when there is none. In check mode, what it would be. Not returned for a task with
      O(items).
  returned: success
  type: dict
  contains:
    lun:
      description: The path of the LUN.
      type: str
      sample: /vol/san1_vol1a/log
    igroup:
      description: The igroup.
      type: str
      sample: db1
    lun_id:
      description: The LUN id; null in the forecast of a new map for which ONTAP chooses it.
      type: int
      sample: 0
    lun_uuid:
      description: The uuid of the LUN; null in the forecast of a new map.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    igroup_uuid:
      description: The uuid of the igroup; null in the forecast of a new map.
      type: str
      sample: 4ea7a442-86d1-11e0-ae1c-123478563412
    reporting_nodes:
      description: The nodes that report the LUN, sorted; only when O(reporting_nodes) is given.
      type: list
      elements: str
      sample: [ndo-01, ndo-02]
actions:
  description:
    - The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
    - Steps are C(create), C(delete), and C(add_reporting_nodes) and C(remove_reporting_nodes) with the names of the nodes. Another LUN id
      is C(delete) and C(create).
  returned: success
  type: list
  elements: str
  sample: [create]
diff:
  description: Before and after; empty where there is no map. For a task with O(items), a list with an entry per map that changes.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"lun": "/vol/san1_vol1a/log", "igroup": "db1", "lun_id": 0}}
results:
  description: What became of each map, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "map of LUN /vol/san1_vol1a/data1 to igroup db1", "status": "ok", "changed": true, "actions": ["create"]}]
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 2, "seconds": 0.03}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "map of LUN /vol/san1_vol1a/log to igroup db1 has the LUN id 0, and 5 was asked for."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.bulk import Writer
from ansible_collections.ndo.ontap.plugins.module_utils.lun_maps import LunMapGoal
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

WRITER = Writer(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "lun": {"type": "str", "required": True},
            "volume": {"type": "str"},
            "qtree": {"type": "str"},
            "igroup": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "lun_id": {"type": "int"},
            "allow_remap": {"type": "bool", "default": False},
            "reporting_nodes": {"type": "list", "elements": "str"},
            "reporting_nodes_mode": {"type": "str", "choices": ["exact", "add", "trim"], "default": "exact"},
            "allow_in_use": {"type": "bool", "default": False},
        }
    ),
    LunMapGoal,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
