#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lun_info
short_description: Read LUNs
version_added: 0.2.0
description:
  - Reads LUNs, all of them or those that are meant, in one request for each 10,000 of them.
  - A LUN is found by its path, by the last part of its path, by its uuid, by its serial number in any form in which a host shows it, or
    by the igroup to which it is mapped.
options:
  svm:
    description: Look in these SVMs only, given by their exact names.
    type: list
    elements: str
  volume:
    description: Look at LUNs in these volumes only, given by their exact names.
    type: list
    elements: str
  uuid:
    description: Look for these uuids only.
    type: list
    elements: str
  serial_number:
    description:
      - Look for these serial numbers only - 12 characters as ONTAP writes them, 24 hexadecimal digits, or the name that a host shows,
        such as V(naa.600a0980...) or V(3600a0980...).
    type: list
    elements: str
  mapped_to:
    description: Look at LUNs that are mapped to one of these igroups only.
    type: list
    elements: str
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out.
      - V(svm), V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(auto_delete), V(mapped) and V(maps).
    type: list
    elements: str
    choices:
      - all
      - svm
      - name
      - uuid
      - serial_number
      - serial_number_hex
      - naa
      - volume
      - qtree
      - node
      - size
      - os_type
      - online
      - comment
      - qos_policy
      - space_reserved
      - space_allocation
      - auto_delete
      - used
      - state
      - container_state
      - mapped
      - maps
      - create_time
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
  - The account needs to read C(/api/storage/luns).
seealso:
  - module: ndo.ontap.lun
  - module: ndo.ontap.igroup_info
  - module: ndo.ontap.volume_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read the LUNs of an igroup, with their LUN ids
  ndo.ontap.lun_info:
    svm: san1
    mapped_to: db
    fields: [size, naa, maps]
  register: luns

- name: Find the LUN behind a multipath device of a Linux host
  ndo.ontap.lun_info:
    serial_number: 3600a0980774f6a3568245133465a3678

- name: Read a LUN by its path, and all LUNs called log
  ndo.ontap.lun_info:
    svm: san1
    names: [/vol/san1_vol1a/data, log]

- name: Find LUNs that nobody can use
  ndo.ontap.lun_info:
    filter:
      mapped: false
    fields: [size, mapped]
"""

RETURN = r"""
records:
  description: One entry per LUN, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The path.
      type: str
      sample: /vol/san1_vol1a/log
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    serial_number:
      description: The serial number, 12 characters.
      type: str
      sample: wOj5h$Q3FZ6x
    serial_number_hex:
      description: The serial number in hexadecimal digits.
      type: str
      sample: 774f6a3568245133465a3678
    naa:
      description: The name under which hosts see the LUN (NAA identifier).
      type: str
      sample: naa.600a0980774f6a3568245133465a3678
    volume:
      description: Its volume.
      type: str
      sample: san1_vol1a
    qtree:
      description: Its qtree; null when it is in none.
      type: str
      sample: q1
    node:
      description: The node that serves it now. Needs ONTAP 9.10.1.
      type: str
      sample: ndo-01
    size:
      description: The size in bytes.
      type: int
      sample: 21474836480
    os_type:
      description: The operating system that uses it.
      type: str
      sample: linux
    online:
      description: Whether it is meant to be used; C(state) says whether it can.
      type: bool
      sample: true
    comment:
      description: A text for people.
      type: str
      sample: redo log
    qos_policy:
      description: Its QoS policy; null without one.
      type: str
      sample: gold
    space_reserved:
      description: Whether space for the whole LUN is set aside in its volume.
      type: bool
      sample: false
    space_allocation:
      description: Whether it reports its thin provisioning to the host. Needs ONTAP 9.10.1.
      type: bool
      sample: false
    auto_delete:
      description: Whether ONTAP may delete it, a clone, when its volume runs out of space. Only on request.
      type: bool
      sample: false
    used:
      description: What is used of it, in bytes.
      type: int
      sample: 1073741824
    state:
      description: Its state in ONTAP's words.
      type: str
      sample: online
    container_state:
      description: Whether its volume and aggregate are online, in ONTAP's words.
      type: str
      sample: online
    mapped:
      description: Whether it is mapped. Only on request.
      type: bool
      sample: true
    maps:
      description: The igroups to which it is mapped, and the LUN id in each. Only on request.
      type: list
      elements: dict
      sample: [{"igroup": "db", "lun_id": 0}]
    create_time:
      description: When it was made.
      type: str
      sample: "2026-01-05T10:00:00+00:00"
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
from ansible_collections.ndo.ontap.plugins.module_utils.gathered_san import LUN_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(LUN_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
