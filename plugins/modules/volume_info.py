#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_info
short_description: Read volumes
version_added: 0.2.0
description:
  - Reads volumes, all of them or those that are meant, in one request for each 10,000 of them.
  - Root volumes of nodes, constituents of FlexGroups, and deleted volumes are not listed by ONTAP's REST interface.
options:
  svm:
    description: Look in these SVMs only, given by their exact names.
    type: list
    elements: str
  aggregate:
    description: Look at volumes on these aggregates only.
    type: list
    elements: str
  uuid:
    description: Look for these uuids only.
    type: list
    elements: str
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out.
      - V(svm), V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(junction_path), V(space_guarantee), V(snapshot_reserve), V(fractional_reserve), V(security_style),
        V(unix_permissions), V(qos_policy), V(tiering_minimum_cooling_days), V(encrypted), V(logical_space_reporting),
        V(logical_space_enforcement), V(snapshot_directory_access), V(tags), V(autosize), V(efficiency), V(aggregates), V(used_percent),
        V(physical_used), V(logical_used), V(snapshot_used), V(snapshot_count), V(efficiency_state), V(snaplock), V(clone), V(movement)
        and V(is_svm_root).
    type: list
    elements: str
    choices:
      - all
      - svm
      - name
      - uuid
      - aggregate
      - size
      - online
      - junction_path
      - comment
      - space_guarantee
      - snapshot_reserve
      - fractional_reserve
      - snapshot_policy
      - export_policy
      - security_style
      - unix_permissions
      - qos_policy
      - tiering_policy
      - tiering_minimum_cooling_days
      - encrypted
      - language
      - type
      - logical_space_reporting
      - logical_space_enforcement
      - snapshot_directory_access
      - tags
      - autosize
      - efficiency
      - aggregates
      - style
      - state
      - used
      - available
      - used_percent
      - physical_used
      - logical_used
      - snapshot_used
      - snapshot_count
      - efficiency_state
      - snaplock
      - is_clone
      - clone
      - movement
      - is_svm_root
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
  - The account needs to read C(/api/storage/volumes).
seealso:
  - module: ndo.ontap.volume
  - module: ndo.ontap.snapshot_info
  - module: ndo.ontap.aggregate_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Find the volumes of an SVM that are more than 80 percent full
  ndo.ontap.volume_info:
    svm: nas1
    filter:
      used_percent: ">80"
    fields: [size, used, used_percent]
  register: full

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.svm }}:{{ item.name }} {{ item.used_percent }} %"
  loop: "{{ full.records }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read all that is known about two volumes, and about those of one project
  ndo.ontap.volume_info:
    svm: nas1
    names: [nas1_vol1a, nas1_vol2a]
    patterns: ["project7_*"]
    fields: [all]

- name: List the clones of a volume, which keep its snapshots busy
  ndo.ontap.volume_info:
    filter:
      clone.parent_volume.name: nas1_vol1a
    fields: [clone]

- name: See whether an aggregate is free of volumes
  ndo.ontap.volume_info:
    aggregate: aggr1_ndo_01
    fields: [state]
    limit: 1
  register: left
"""

RETURN = r"""
records:
  description: One entry per volume, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: nas1
    name:
      description: The volume.
      type: str
      sample: nas1_vol1a
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    aggregate:
      description: Its aggregate; null for a FlexGroup on several.
      type: str
      sample: aggr1_ndo_01
    size:
      description: Its size in bytes.
      type: int
      sample: 1099511627776
    online:
      description: Whether its state is C(online).
      type: bool
      sample: true
    junction_path:
      description: Where it is mounted; null when it is not. Only on request.
      type: str
      sample: /nas1_vol1a
    comment:
      description: A text for people.
      type: str
      sample: home directories
    space_guarantee:
      description: Whether its space is set aside in the aggregate - C(volume) or C(none). Only on request.
      type: str
      sample: none
    snapshot_reserve:
      description: What of it is set aside for snapshots, in percent. Only on request.
      type: int
      sample: 5
    fractional_reserve:
      description: What is set aside for overwrites, in percent. Needs ONTAP 9.9.1. Only on request.
      type: int
      sample: 0
    snapshot_policy:
      description: Its snapshot policy; C(none) without one.
      type: str
      sample: default
    export_policy:
      description: Its export policy.
      type: str
      sample: default
    security_style:
      description: Its security style. ONTAP may not tell that of a volume that is offline. Only on request.
      type: str
      sample: unix
    unix_permissions:
      description: Its UNIX permissions, four octal digits. Only on request.
      type: str
      sample: "0755"
    qos_policy:
      description: Its QoS policy, fixed or adaptive; null without one. Only on request.
      type: str
      sample: gold
    tiering_policy:
      description: Its tiering policy.
      type: str
      sample: none
    tiering_minimum_cooling_days:
      description: After how many days data counts as cold. Only on request.
      type: int
      sample: 31
    encrypted:
      description: Whether volume encryption is on. Only on request.
      type: bool
      sample: false
    language:
      description: Its language.
      type: str
      sample: c.utf_8
    type:
      description: Its type - C(rw), C(dp) or C(ls).
      type: str
      sample: rw
    logical_space_reporting:
      description: Whether hosts see its logical space. Only on request.
      type: bool
      sample: false
    logical_space_enforcement:
      description: Whether its size limits the logical space. Only on request.
      type: bool
      sample: false
    snapshot_directory_access:
      description: Whether clients can see the snapshot directory. Needs ONTAP 9.13.1. Only on request.
      type: bool
      sample: true
    tags:
      description: Its tags. Needs ONTAP 9.13.1. Only on request.
      type: list
      elements: str
      sample: ["team:db"]
    autosize:
      description: How it grows and shrinks by itself; sizes in bytes, thresholds in percent. Only on request.
      type: dict
      sample:
        mode: grow
        minimum: 1099511627776
        maximum: 1319413953331
        grow_threshold: 85
        shrink_threshold: 50
    efficiency:
      description: What storage efficiency does, as in M(ndo.ontap.volume). Only on request.
      type: dict
      sample:
        policy: auto
        dedupe: both
        compression: inline
        compaction: inline
        cross_volume_dedupe: none
        compression_type: adaptive
        storage_efficiency_mode: efficient
    aggregates:
      description: Its aggregates. Only on request.
      type: list
      elements: str
      sample: ["aggr1_ndo_01"]
    style:
      description: Its style in ONTAP's words, such as C(flexvol) or C(flexgroup).
      type: str
      sample: flexvol
    state:
      description: Its state in ONTAP's words.
      type: str
      sample: online
    used:
      description: What is used of it, in bytes.
      type: int
      sample: 366503875925
    available:
      description: What can still be written, in bytes.
      type: int
      sample: 733007751851
    used_percent:
      description: What is used of its size, in percent. Needs ONTAP 9.9.1. Only on request.
      type: int
      sample: 33
    physical_used:
      description: What it uses in the aggregate, in bytes. Needs ONTAP 9.10.1. Only on request.
      type: int
      sample: 366503875925
    logical_used:
      description: What it would use without savings, in bytes. Needs ONTAP 9.9.1. Only on request.
      type: int
      sample: 366503875925
    snapshot_used:
      description: What its snapshots use, in bytes. Only on request.
      type: int
      sample: 0
    snapshot_count:
      description: How many snapshots it has. Needs ONTAP 9.10.1. Only on request.
      type: int
      sample: 3
    efficiency_state:
      description: Whether storage efficiency is on, in ONTAP's words. Needs ONTAP 9.9.1. Only on request.
      type: str
      sample: enabled
    snaplock:
      description: Its SnapLock type in ONTAP's words. Only on request.
      type: str
      sample: non_snaplock
    is_clone:
      description: Whether it is a FlexClone.
      type: bool
      sample: false
    clone:
      description: Where a FlexClone comes from, and how far its split is; null for a volume that is none. Only on request.
      type: dict
      sample:
        parent_svm: nas1
        parent_volume: nas1_vol1a
        parent_snapshot: before_upgrade
        split_complete_percent: 0
    movement:
      description: Its last or present move; null when ONTAP knows of none. Only on request.
      type: dict
      sample:
        state: replicating
        percent_complete: 42
        cutover_window: 30
        start_time: "2026-01-05T10:00:00+00:00"
        destination_aggregate: aggr2_ndo_01
    is_svm_root:
      description: Whether it is the root volume of its SVM. Only on request.
      type: bool
      sample: false
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
from ansible_collections.ndo.ontap.plugins.module_utils.gathered import VOLUME_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(VOLUME_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
