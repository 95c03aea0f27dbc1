#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: svm_info
short_description: Read SVMs
version_added: 0.2.0
description:
  - Reads data SVMs, all of them or those that are meant, in one request for each 10,000 of them.
  - Admin and node SVMs are not listed by ONTAP's REST interface.
options:
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out.
      - V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(volumes_in_recovery_queue) and V(iscsi_target).
    type: list
    elements: str
    choices:
      - all
      - name
      - uuid
      - state
      - subtype
      - protocols
      - aggregates
      - ipspace
      - language
      - comment
      - snapshot_policy
      - volumes_in_recovery_queue
      - iscsi_target
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
  - The account needs to read C(/api/svm/svms). and, for C(iscsi_target), C(/api/protocols/san/iscsi/services).
seealso:
  - module: ndo.ontap.volume_info
  - module: ndo.ontap.lun_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read all SVMs
  ndo.ontap.svm_info:
  register: svms

- name: See which SVMs serve iSCSI, and under which target name
  ndo.ontap.svm_info:
    filter:
      state: running
      iscsi.enabled: true
    fields: [protocols, iscsi_target]

- name: Stop unless the SVM is there and runs
  ndo.ontap.svm_info:
    names: san1
    fields: [state]
  register: svm
  failed_when: svm is failed or svm.missing or svm.records[0].state != 'running'
"""

RETURN = r"""
records:
  description: One entry per SVM, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The SVM.
      type: str
      sample: san1
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    state:
      description: Its state in ONTAP's words.
      type: str
      sample: running
    subtype:
      description: Its kind in ONTAP's words, such as C(default) or C(dp_destination).
      type: str
      sample: default
    protocols:
      description: The protocols that are enabled - of C(nfs), C(cifs), C(iscsi), C(fcp) and C(nvme).
      type: list
      elements: str
      sample: ["iscsi"]
    aggregates:
      description: The aggregates that the SVM may use; empty when it may use all.
      type: list
      elements: str
      sample: ["aggr1_ndo_01"]
    ipspace:
      description: Its IPspace.
      type: str
      sample: Default
    language:
      description: The language of its volumes by default.
      type: str
      sample: c.utf_8
    comment:
      description: A text for people.
      type: str
      sample: databases
    snapshot_policy:
      description: The snapshot policy of new volumes.
      type: str
      sample: default
    volumes_in_recovery_queue:
      description: How many deleted volumes can still be recovered. Needs ONTAP 9.13.1. Only on request.
      type: int
      sample: 0
    iscsi_target:
      description: The iSCSI target name; null without an iSCSI service. Costs one more request. Only on request.
      type: str
      sample: iqn.1992-08.com.netapp:sn.8f0e:vs.3
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
from ansible_collections.ndo.ontap.plugins.module_utils.gathered import SVM_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(SVM_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
