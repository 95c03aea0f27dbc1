#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: igroup_info
short_description: Read igroups (initiator groups)
version_added: 0.2.0
description:
  - Reads igroups, all of them or those that are meant, in one request for each 10,000 of them.
options:
  svm:
    description: Look in these SVMs only, given by their exact names.
    type: list
    elements: str
  uuid:
    description: Look for these uuids only.
    type: list
    elements: str
  initiator:
    description:
      - Look at igroups that have one of these initiators, themselves or through a nested igroup. Names that mean the same initiator are
        the same, however they are spelled.
    type: list
    elements: str
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out.
      - V(svm), V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(igroups), V(parent_igroups), V(luns) and V(connectivity).
    type: list
    elements: str
    choices:
      - all
      - svm
      - name
      - uuid
      - os_type
      - protocol
      - comment
      - portset
      - delete_on_unmap
      - initiators
      - initiator_comments
      - inherited_initiators
      - igroups
      - parent_igroups
      - luns
      - connectivity
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.gather
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - The account needs to read C(/api/protocols/san/igroups).
seealso:
  - module: ndo.ontap.igroup
  - module: ndo.ontap.lun_map
  - module: ndo.ontap.lun_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read an igroup with its LUNs
  ndo.ontap.igroup_info:
    svm: san1
    names: db
    fields: [initiators, luns]

- name: Find the igroups of a host by its initiator
  ndo.ontap.igroup_info:
    initiator: iqn.1994-05.com.example:db1
    fields: [initiators, inherited_initiators]

- name: Find igroups whose hosts do not have all their paths
  ndo.ontap.igroup_info:
    filter:
      connectivity: [partial, none]
    fields: [connectivity, luns]
"""

RETURN = r"""
records:
  description: One entry per igroup, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The igroup.
      type: str
      sample: db
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    os_type:
      description: The operating system of its hosts.
      type: str
      sample: linux
    protocol:
      description: The protocol - C(iscsi), C(fcp) or C(mixed).
      type: str
      sample: iscsi
    comment:
      description: A text for people. Needs ONTAP 9.9.1.
      type: str
      sample: database hosts
    portset:
      description: Its portset; null without one. Needs ONTAP 9.9.1.
      type: str
      sample: ps1
    delete_on_unmap:
      description: Whether ONTAP deletes it with its last map.
      type: bool
      sample: false
    initiators:
      description: Its own initiators, in the form in which names compare.
      type: list
      elements: str
      sample: ["iqn.1994-05.com.example:db1"]
    initiator_comments:
      description: The comments of its own initiators. Needs ONTAP 9.9.1.
      type: dict
      sample: {"iqn.1994-05.com.example:db1": "db1"}
    inherited_initiators:
      description: The initiators that it has through nested igroups, and the igroup of each.
      type: list
      elements: dict
      sample: [{"name": "iqn.1994-05.com.example:db2", "igroup": "db_site_b"}]
    igroups:
      description: The igroups that are nested in it. Needs ONTAP 9.9.1. Only on request.
      type: list
      elements: str
      sample: []
    parent_igroups:
      description: The igroups in which it is nested. Needs ONTAP 9.9.1. Only on request.
      type: list
      elements: str
      sample: []
    luns:
      description: The LUNs that are mapped to it, and their LUN ids. Only on request.
      type: list
      elements: dict
      sample: [{"lun": "/vol/san1_vol1a/log", "lun_id": 0}]
    connectivity:
      description:
        - How its initiators are connected, in ONTAP's words - C(full), C(partial), C(none), C(no_initiators) or C(no_lun_maps). Needs
          ONTAP 9.11.1. Only on request.
      type: str
      sample: full
missing:
  description: Those of O(names) that were not found, which is no error; null when O(limit) cut the answer short, because nobody looked.
  returned: success
  type: list
  elements: str
  sample: []
truncated:
  description: Whether there is more than O(limit) let through.
  returned: success
  type: bool
  sample: false
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 1, "seconds": 0.02}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "InputError", "message": "filter: 'sise' is nothing to filter by.", "target": "filter"}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.gather import Gather
from ansible_collections.ndo.ontap.plugins.module_utils.gathered_san import IGROUP_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(IGROUP_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
