#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: igroup
short_description: Create, change and delete initiator groups and their members
version_added: 0.2.0
description:
  - Brings an initiator group (igroup), or many of them in one task, to what the task asks for; whatever is not given stays as it is.
  - New initiators are added before old ones are removed, so that a host whose initiators are exchanged keeps a path to its LUNs.
  - Names of initiators are compared as hosts and switches do, without regard to case, and for a WWPN to colons; the same initiator in
    another spelling is no change. A name that is malformed stops the task before anything is sent.
  - What would take access away from a host that is logged in is refused unless it is asked for by name. See O(allow_logged_in) and
    O(allow_mapped).
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items).
    type: str
  name:
    description: The name of the igroup. Needed, in the task or in each of its O(items).
    type: str
  from_name:
    description: The igroup of this name is renamed.
    type: str
  state:
    description: Whether the igroup is there. A mapped igroup is deleted only with O(allow_mapped).
    type: str
    choices: [present, absent]
    default: present
  os_type:
    description: The operating system of the hosts. Needed for a new igroup.
    type: str
    choices: [aix, hpux, hyper_v, linux, netware, openvms, solaris, vmware, windows, xen]
  protocol:
    description: The protocol of the initiators. ONTAP makes a new igroup V(mixed) unless told otherwise; it cannot be changed later.
    type: str
    choices: [fcp, iscsi, mixed]
  comment:
    description: A text for people. An empty one clears it. Needs ONTAP 9.9.1.
    type: str
  portset:
    description:
      - The portset that limits the LIFs through which the initiators reach their LUNs. An empty text unbinds it. Needs ONTAP 9.9.1.
      - Binding a mapped igroup whose initiators are logged in takes paths away and is refused without O(allow_logged_in).
    type: str
  delete_on_unmap:
    description: Whether ONTAP deletes the igroup together with its last LUN map.
    type: bool
  initiators:
    description:
      - The initiators that the igroup itself has - IQNs, EUIs or WWPNs, the latter with or without colons. Put WWPNs in quotes, because
        YAML takes some of them for numbers.
      - O(membership) says what becomes of others. An empty list removes all.
    type: list
    elements: str
  initiator_comments:
    description:
      - Texts for people, by the name of an initiator. An empty one clears it; initiators that are not named keep theirs. Needs ONTAP
        9.9.1.
    type: dict
  igroups:
    description:
      - The igroups of the same SVM that are nested in this one, by name. Their initiators see the LUNs of this igroup. Needs ONTAP 9.9.1.
      - O(membership) says what becomes of others. An empty list removes all.
      - An igroup has either initiators or other igroups.
    type: list
    elements: str
  membership:
    description: With V(exact), members that O(initiators) or O(igroups) does not name are removed; with V(add), they stay.
    type: str
    choices: [exact, add]
    default: exact
  allow_logged_in:
    description:
      - Whether initiators are removed, nested igroups taken out, or a portset is bound, even when LUNs are mapped to the igroup and the
        initiators concerned are logged in to the SVM by iSCSI or FC.
    type: bool
    default: false
  allow_mapped:
    description: Whether an igroup is deleted although LUNs are mapped to it.
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
  - The account needs to read and change C(/api/protocols/san/igroups). Where members of a mapped igroup go, sessions and logins are read
    too, from C(/api/protocols/san/iscsi/sessions) and C(/api/network/fc/logins).
seealso:
  - module: ndo.ontap.igroup_info
  - module: ndo.ontap.lun_map
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Have an igroup with exactly these initiators
  ndo.ontap.igroup:
    svm: san1
    name: db1
    os_type: linux
    protocol: iscsi
    initiators:
      - iqn.1998-01.com.example:db1-a
      - iqn.1998-01.com.example:db1-b
    initiator_comments:
      iqn.1998-01.com.example:db1-a: first adapter

- name: Add the port of a new adapter, and leave the others alone
  ndo.ontap.igroup:
    svm: san1
    name: db1
    initiators: [iqn.1998-01.com.example:db1-c]
    membership: add

- name: Put the hosts of a cluster into one igroup
  ndo.ontap.igroup:
    svm: san1
    name: cluster1
    os_type: linux
    igroups: [db1]

- name: Delete igroups that no LUN is mapped to
  ndo.ontap.igroup:
    svm: san1
    state: absent
    items:
      - name: cluster1
      - name: db1
"""

RETURN = r"""
record:
  description:
    - The igroup in the words of the options that were given; null when it is absent. In check mode, what it would be. Not returned for
      a task with O(items).
  returned: success
  type: dict
  contains:
    name:
      description: The name.
      type: str
      sample: db1
    initiators:
      description: The initiators that the igroup itself has, sorted, in the form in which names compare.
      type: list
      elements: str
      sample: ["iqn.1998-01.com.example:db1-a"]
    initiator_comments:
      description: The comments of the initiators that have one.
      type: dict
      sample: {"iqn.1998-01.com.example:db1-a": "first adapter"}
    igroups:
      description: The igroups that are nested in it.
      type: list
      elements: str
      sample: []
    uuid:
      description: The uuid; null in the forecast of a new igroup.
      type: str
      sample: 4ea7a442-86d1-11e0-ae1c-123478563412
actions:
  description:
    - The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
    - Steps are C(create), C(rename), C(add_initiators), C(add_igroups), C(modify), C(modify_initiator) with the name of the initiator,
      C(remove_initiators), C(remove_igroups) and C(delete).
  returned: success
  type: list
  elements: str
  sample: [add_initiators, remove_initiators]
diff:
  description: Before and after; empty where there is no igroup. For a task with O(items), a list with an entry per igroup that changes.
  returned: success
  type: dict
  sample: {"before": {"name": "db1", "initiators": []}, "after": {"name": "db1", "initiators": ["iqn.1998-01.com.example:db1-a"]}}
results:
  description: What became of each igroup, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "igroup db1", "status": "ok", "changed": true, "actions": ["create"], "record": {}}]
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 2, "seconds": 0.03}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "igroup db1: /vol/db/log (LUN id 0) is mapped to it and would be lost to its hosts."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.bulk import Writer
from ansible_collections.ndo.ontap.plugins.module_utils.igroups import IgroupGoal
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

OS_TYPES = "aix hpux hyper_v linux netware openvms solaris vmware windows xen"

WRITER = Writer(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "from_name": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "os_type": {"type": "str", "choices": OS_TYPES.split()},
            "protocol": {"type": "str", "choices": ["fcp", "iscsi", "mixed"]},
            "comment": {"type": "str"},
            "portset": {"type": "str"},
            "delete_on_unmap": {"type": "bool"},
            "initiators": {"type": "list", "elements": "str"},
            "initiator_comments": {"type": "dict"},
            "igroups": {"type": "list", "elements": "str"},
            "membership": {"type": "str", "choices": ["exact", "add"], "default": "exact"},
            "allow_logged_in": {"type": "bool", "default": False},
            "allow_mapped": {"type": "bool", "default": False},
        }
    ),
    IgroupGoal,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
