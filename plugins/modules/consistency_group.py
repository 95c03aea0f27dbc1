#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: consistency_group
short_description: Create, change, clone, split, rename and delete consistency groups
version_added: 0.2.0
description:
  - Brings a consistency group, or many in one task, to what the task asks for; whatever is not given stays as it is. A group has
    volumes, or children that have volumes.
  - A group is found by its exact name in its SVM. Where a task is about volumes, LUNs or children, all groups of the SVM are read, in one
    request; all changes that ONTAP takes together go in one request, too.
  - Groups of others are never changed. A volume that is in another group is not taken from it; the task fails and names both.
  - Needs ONTAP 9.10.1. Volumes leave a group, and groups are cloned, from 9.12.1 on; children come, go and change from 9.13.1 on.
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items).
    type: str
  name:
    description: The name of the group, unique in its SVM. Needed, in the task or in each of its O(items).
    type: str
  from_name:
    description:
      - The group of this name gets the O(name) of the task. It keeps its uuid.
      - ONTAP has no request for that. The group becomes the child of a parent that is made for the purpose, and called O(name) with
        C(_rename), and leaves it at once. A parent cannot be renamed; a child is renamed by O(children). Needs ONTAP 9.13.1.
    type: str
  state:
    description:
      - Whether the group is there.
      - A group that is deleted leaves its volumes, their LUNs and their snapshots as they are; its children are deleted with it.
    type: str
    choices: [present, absent]
    default: present
  volumes:
    description: Existing volumes that are in the group, by name. O(membership) says what becomes of others.
    type: list
    elements: str
  new_volumes:
    description:
      - Volumes that are in the group and are made if they are not. They have no space guarantee, and ONTAP chooses the aggregate.
      - A volume that exists and is not in the group is refused; name it in O(volumes). Those that are members are not compared.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the volume.
        type: str
        required: true
      size:
        description: The size of a new volume, such as V(20GiB), or bytes.
        type: str
        required: true
      snapshot_policy:
        description: The snapshot policy of a new volume.
        type: str
  luns:
    description:
      - LUNs that are there, in volumes of the group. They are made if they are not, in the same request as new volumes, at most 16 at once.
      - LUNs that are there are not compared, but mapped to O(luns[].igroup). Other maps stay. M(ndo.ontap.lun) and M(ndo.ontap.lun_map)
        change LUNs and maps.
    type: list
    elements: dict
    suboptions:
      name:
        description: The path, such as C(/vol/db/log).
        type: str
        required: true
      size:
        description: The size of a new LUN, such as V(20GiB), or bytes.
        type: str
      os_type:
        description: The operating system of its hosts, for a new LUN.
        type: str
        choices: [aix, hpux, hyper_v, linux, netware, openvms, solaris, solaris_efi, vmware, windows, windows_2008, windows_gpt, xen]
      igroup:
        description: The igroup to which the LUN is mapped. It must exist.
        type: str
      lun_id:
        description: The LUN id of a new map; ONTAP chooses when it is left out.
        type: int
  children:
    description:
      - The children of the group, which then has no volumes of its own. O(membership) says what becomes of others.
      - A group that has volumes becomes a parent; its volumes go to the first child that is named, a new one, from which the others may
        take theirs.
      - Volumes go from child to child when the one that is to have them names them.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the child. A new one needs volumes.
        type: str
        required: true
      from_name:
        description: The child of this name gets another one. It is a group of its own for a moment; so this is refused for an only child.
        type: str
      attach:
        description: Whether a group of its own that has this name becomes a child. Otherwise it is taken for somebody else's, and refused.
        type: bool
        default: false
      volumes:
        description: As O(volumes), of the child.
        type: list
        elements: str
      new_volumes:
        description: As O(new_volumes), of the child.
        type: list
        elements: dict
        suboptions:
          name:
            description: The name of the volume.
            type: str
            required: true
          size:
            description: The size of a new volume, such as V(20GiB), or bytes.
            type: str
            required: true
          snapshot_policy:
            description: The snapshot policy of a new volume.
            type: str
      luns:
        description: As O(luns), of the child.
        type: list
        elements: dict
        suboptions:
          name:
            description: The path, such as C(/vol/db/log).
            type: str
            required: true
          size:
            description: The size of a new LUN, such as V(20GiB), or bytes.
            type: str
          os_type:
            description: The operating system of its hosts, for a new LUN.
            type: str
            choices: [aix, hpux, hyper_v, linux, netware, openvms, solaris, solaris_efi, vmware, windows, windows_2008, windows_gpt, xen]
          igroup:
            description: The igroup to which the LUN is mapped. It must exist.
            type: str
          lun_id:
            description: The LUN id of a new map; ONTAP chooses when it is left out.
            type: int
      snapshot_policy:
        description: As O(snapshot_policy), of the child.
        type: str
      application_type:
        description: As O(application_type), of the child.
        type: str
        choices: [oracle, other, exchange, sql_server, sap_hana, vmware, mongodb, db2, mysql, sap_maxdb, postgresql, sap_ase_sybase]
      component_type:
        description: As O(component_type), of the child.
        type: str
        choices: [data, logs, other]
      tags:
        description: As O(tags), of the child.
        type: list
        elements: str
  membership:
    description:
      - With V(exact), volumes that neither O(volumes) nor O(new_volumes) name leave the group, when O(volumes) is given, and children that
        O(children) does not name become groups of their own, when that is given. With V(add), all of them stay.
      - Nothing is deleted. A group cannot lose all its volumes or children this way, because ONTAP would delete it.
    type: str
    choices: [exact, add]
    default: exact
  snapshot_policy:
    description: The snapshot policy of the group. V(none), or an empty text, takes it away.
    type: str
  qos_policy:
    description:
      - The QoS policy of all volumes of the group and of its children. An empty text takes it away.
      - New volumes get it when they are made. Others are changed in one more request, because ONTAP does not take it together.
    type: str
  application_type:
    description: The application. Needs ONTAP 9.12.1.
    type: str
    choices: [oracle, other, exchange, sql_server, sap_hana, vmware, mongodb, db2, mysql, sap_maxdb, postgresql, sap_ase_sybase]
  component_type:
    description: Which part of the application it is. Needs ONTAP 9.12.1.
    type: str
    choices: [data, logs, other]
  tags:
    description: Tags such as C(team:storage), exactly these. An empty list clears them. Needs ONTAP 9.15.1.
    type: list
    elements: str
  clone:
    description:
      - A new group is made as a clone of another one, with a FlexClone of each volume, all of one point in time. LUNs in it are not mapped.
      - A group that is there is not compared with the group that was cloned.
    type: dict
    suboptions:
      parent:
        description: The group that is cloned.
        type: str
        required: true
      snapshot:
        description: The snapshot of that group that is cloned; without it, the group as it is now, for which ONTAP takes a snapshot of it.
        type: str
      volume_prefix:
        description: What comes before the names of the volumes in those of their clones. Without any of the two, ONTAP chooses names.
        type: str
      volume_suffix:
        description: What comes after them.
        type: str
      guarantee:
        description: The space guarantee of the new volumes.
        type: str
        choices: [none, volume]
  split:
    description:
      - Whether the volumes of a clone become volumes of their own, which takes space, and time. How far it is, is shown.
      - A split that is under way is joined. A group that is no clone is left alone. V(false) does not stop a split. Needs ONTAP 9.15.1.
    type: bool
    default: false
  delete_volumes:
    description:
      - With O(state=absent), the volumes that are deleted after the group, by name. Each must be a member of the group or of a child.
      - When the group is gone already, those that are there are deleted all the same, unless they are in another group by now.
      - Before anything is deleted, all of them are looked at. What is in use is not deleted; see O(accept).
    type: list
    elements: str
  accept:
    description:
      - What may be lost when a group is deleted. Anything else stops the task before it changes anything, and is listed.
      - V(group_snapshots) - the group has snapshots. Those of its volumes stay, but can no longer be restored together.
      - The rest is about O(delete_volumes), as in M(ndo.ontap.volume). V(mapped_luns) - LUNs that hosts have mapped. V(smb_clients),
        V(nfs_clients) - clients of a volume that is mounted. V(mirrors) - the volume is the source or the destination of SnapMirror.
        V(locked_snapshots) - snapshots with an owner, or an expiry time in the future. FlexClones of a volume cannot be accepted.
    type: list
    elements: str
    choices: [group_snapshots, mapped_luns, smb_clients, nfs_clients, mirrors, locked_snapshots]
    default: []
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
  - With O(wait=false), steps before the last one are waited for all the same.
  - Snapshots of a group that were taken before a volume joined are partial from then on; ONTAP restores such a group as it was.
  - The account needs to read and change C(/api/application/consistency-groups). It needs to change C(/api/storage/volumes) for
    O(qos_policy), and to create C(/api/protocols/san/lun-maps) for maps of LUNs that are there. For O(delete_volumes), it needs what
    M(ndo.ontap.volume) needs to delete volumes.
seealso:
  - module: ndo.ontap.consistency_group_info
  - module: ndo.ontap.consistency_group_snapshot
  - module: ndo.ontap.volume
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Have a group of exactly these two volumes
  ndo.ontap.consistency_group:
    svm: san1
    name: db
    volumes: [vol1, vol2]
    snapshot_policy: default
    application_type: oracle
    tags: ["team:storage"]

- name: Add a volume that is made, with a LUN for the hosts of an igroup
  ndo.ontap.consistency_group:
    svm: san1
    name: db
    membership: add
    new_volumes:
      - name: db_log
        size: 20GiB
    luns:
      - name: /vol/db_log/log1
        size: 10GiB
        os_type: linux
        igroup: db1

- name: Make the group a parent, with a child for data and one for logs
  ndo.ontap.consistency_group:
    svm: san1
    name: db
    children:
      - name: db_data
        component_type: data
        volumes: [vol1, vol2]
      - name: db_logs
        component_type: logs
        volumes: [db_log]

- name: Clone the group as it is now, and make the clone a group of its own
  ndo.ontap.consistency_group:
    svm: san1
    name: db_test
    clone:
      parent: db
      volume_prefix: test_
    split: true
    wait_timeout: 3600

- name: Delete the clone with its volumes
  ndo.ontap.consistency_group:
    svm: san1
    name: db_test
    state: absent
    delete_volumes: [test_vol1, test_vol2, test_db_log]

- name: Delete the group and keep its volumes
  ndo.ontap.consistency_group:
    svm: san1
    name: db
    state: absent
    accept: [group_snapshots]
"""

RETURN = r"""
record:
  description:
    - The group in the words of the options that were given, with what ONTAP gave to it; null when it is absent. In check mode, what it
      would be. Not returned for a task with O(items).
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The name.
      type: str
      sample: db
    volumes:
      description: The volumes of the group itself, with those that the task does not name.
      type: list
      elements: str
      sample: [vol1, vol2]
    luns:
      description: The LUNs that the task names, each with the igroups to which it is mapped.
      type: list
      elements: dict
      sample: [{"name": "/vol/db_log/log1", "igroups": ["db1"]}]
    children:
      description: The children, each with its volumes and the words that were given for it.
      type: list
      elements: dict
      sample: [{"name": "db_data", "volumes": ["vol1", "vol2"]}]
    qos_policy:
      description: The QoS policy that all volumes have; empty when none has one, and null when they differ.
      type: str
      sample: gold
    split:
      description: With O(split), V(done) for a group that shares nothing with a parent, V(running) during a split, V(none) for a clone.
      type: str
      sample: done
    delete_volumes:
      description: With O(delete_volumes), in RV(diff) - the volumes of that list that are there.
      type: list
      elements: str
      sample: [test_vol1]
    uuid:
      description: The uuid; null in the forecast of a new group.
      type: str
      sample: 5a1b4c36-9d1e-4f6d-8a0e-1f2d3c4b5a69
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
  returned: success
  type: list
  elements: str
  sample: [create, split]
recovery:
  description: How deleted volumes come back, for programs and people; one entry per volume.
  returned: when volumes were deleted, or would be; for a task with O(items), in RV(results)
  type: list
  elements: dict
  sample: [{"volume": "test_vol1", "queue": true, "name": "test_vol1_*", "hours": 12, "hint": "For 12 hours, unless the SVM san1 ..."}]
joined:
  description: Whether the task waited for a split that somebody else, or an earlier run, had begun.
  returned: success
  type: bool
  sample: false
diff:
  description: Before and after; empty where there is no group. For a task with O(items), a list with an entry per group that changes.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"svm": "san1", "name": "db", "volumes": ["vol1", "vol2"]}}
results:
  description: What became of each group, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "consistency group san1:db", "status": "ok", "changed": true, "actions": ["create"], "record": {}}]
job:
  description: The job that goes on in ONTAP.
  returned: when O(wait=false) and ONTAP works in the background
  type: dict
  sample: {"uuid": "3d5cbb7e-8f0c-4f0f-9c27-7b9f5b7a9d55"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 2, "seconds": 0.03}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample:
    kind: Refused
    message: "Volumes of other consistency groups are not taken: volume other is in consistency group of_others."
    target: volumes
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_delete import ACCEPTABLE
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_fields import APPLICATIONS, COMPONENTS, OS_TYPES
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_groups import GroupGoal
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_writer import GroupWriter
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

NEW_VOLUME = {
    "name": {"type": "str", "required": True},
    "size": {"type": "str", "required": True},
    "snapshot_policy": {"type": "str"},
}
LUN = {
    "name": {"type": "str", "required": True},
    "size": {"type": "str"},
    "os_type": {"type": "str", "choices": OS_TYPES.split()},
    "igroup": {"type": "str"},
    "lun_id": {"type": "int"},
}
SETTINGS = {
    "snapshot_policy": {"type": "str"},
    "application_type": {"type": "str", "choices": list(APPLICATIONS)},
    "component_type": {"type": "str", "choices": list(COMPONENTS)},
    "tags": {"type": "list", "elements": "str"},
}
MEMBERS = {
    "volumes": {"type": "list", "elements": "str"},
    "new_volumes": {"type": "list", "elements": "dict", "options": NEW_VOLUME},
    "luns": {"type": "list", "elements": "dict", "options": LUN},
}
CHILD = {
    "name": {"type": "str", "required": True},
    "from_name": {"type": "str"},
    "attach": {"type": "bool", "default": False},
    **MEMBERS,
    **SETTINGS,
}
CLONE = {
    "parent": {"type": "str", "required": True},
    "snapshot": {"type": "str"},
    "volume_prefix": {"type": "str"},
    "volume_suffix": {"type": "str"},
    "guarantee": {"type": "str", "choices": ["none", "volume"]},
}

WRITER = GroupWriter(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "from_name": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            **MEMBERS,
            "children": {"type": "list", "elements": "dict", "options": CHILD},
            "membership": {"type": "str", "choices": ["exact", "add"], "default": "exact"},
            **SETTINGS,
            "qos_policy": {"type": "str"},
            "clone": {"type": "dict", "options": CLONE},
            "split": {"type": "bool", "default": False},
            "delete_volumes": {"type": "list", "elements": "str"},
            "accept": {"type": "list", "elements": "str", "choices": list(ACCEPTABLE), "default": []},
        },
        mutually_exclusive=[["clone", word] for word in ("volumes", "new_volumes", "luns", "children", "qos_policy", "from_name")],
    ),
    GroupGoal,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
