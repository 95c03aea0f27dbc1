#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: aggregate_info
short_description: Read aggregates
version_added: 0.2.0
description:
  - Reads aggregates, all of them or those that are meant, in one request for each 10,000 of them.
options:
  node:
    description: Look at aggregates that are on these nodes now.
    type: list
    elements: str
  home_node:
    description: Look at aggregates whose home are these nodes, wherever they are now.
    type: list
    elements: str
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out.
      - V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(physical_used) and V(efficiency_ratio).
    type: list
    elements: str
    choices:
      - all
      - name
      - uuid
      - node
      - home_node
      - state
      - size
      - used
      - available
      - used_percent
      - physical_used
      - efficiency_ratio
      - volume_count
      - disk_class
      - disk_count
      - raid_type
      - mirrored
      - encrypted
      - snaplock
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
  - The account needs to read C(/api/storage/aggregates).
seealso:
  - module: ndo.ontap.volume_info
  - module: ndo.ontap.ha_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read the aggregates of a node, wherever they are now
  ndo.ontap.aggregate_info:
    home_node: ndo-01
  register: aggregates

- name: Find online aggregates with room for 20 TiB, the emptiest first
  ndo.ontap.aggregate_info:
    filter:
      state: online
      available: ">20TiB"
    fields: [node, available]
  register: room

- name: Show them
  ansible.builtin.debug:
    msg: "{{ room.records | sort(attribute='available', reverse=true) | map(attribute='name') }}"
"""

RETURN = r"""
records:
  description: One entry per aggregate, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The aggregate.
      type: str
      sample: aggr1_ndo_01
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    node:
      description: The node that serves it now.
      type: str
      sample: ndo-01
    home_node:
      description: The node to which it belongs; another than C(node) during a takeover.
      type: str
      sample: ndo-01
    state:
      description: Its state in ONTAP's words.
      type: str
      sample: online
    size:
      description: Its size in bytes.
      type: int
      sample: 109951162777600
    used:
      description: What is used of it, in bytes.
      type: int
      sample: 36650387592533
    available:
      description: What is free, in bytes.
      type: int
      sample: 73300775185067
    used_percent:
      description: What is used of it, in percent. Needs ONTAP 9.13.1.
      type: int
      sample: 33
    physical_used:
      description: What is used before savings are counted, in bytes. Needs ONTAP 9.9.1. Only on request.
      type: int
      sample: 36650387592533
    efficiency_ratio:
      description: What is stored logically for what is used, as a ratio. Only on request.
      type: float
      sample: 1.5
    volume_count:
      description: How many volumes are on it. Needs ONTAP 9.11.1.
      type: int
      sample: 12
    disk_class:
      description: The class of its disks in ONTAP's words.
      type: str
      sample: solid_state
    disk_count:
      description: How many disks it has.
      type: int
      sample: 24
    raid_type:
      description: Its RAID type in ONTAP's words.
      type: str
      sample: raid_dp
    mirrored:
      description: Whether it is mirrored.
      type: bool
      sample: false
    encrypted:
      description: Whether aggregate encryption is on.
      type: bool
      sample: false
    snaplock:
      description: Its SnapLock type in ONTAP's words.
      type: str
      sample: non_snaplock
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
from ansible_collections.ndo.ontap.plugins.module_utils.gathered import AGGREGATE_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(AGGREGATE_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
