#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: consistency_group_info
short_description: Read consistency groups and their snapshots
version_added: 0.2.0
description:
  - Reads consistency groups, parents and children too, all of them or those that are meant, in one request for each 10,000 of them.
    Their snapshots, when they are asked for, are one request more.
  - Needs ONTAP 9.10.1.
options:
  svm:
    description: Look in these SVMs only, given by their exact names.
    type: list
    elements: str
  uuid:
    description: Look for these uuids only.
    type: list
    elements: str
  volume:
    description: Look for the groups that have one of these volumes themselves, so not through a child.
    type: list
    elements: str
  parent:
    description: Look for the children of these groups only.
    type: list
    elements: str
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out, and the volumes.
      - V(svm), V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(clone), V(luns) and V(snapshots).
    type: list
    elements: str
    choices:
      - all
      - svm
      - name
      - uuid
      - parent
      - children
      - volumes
      - snapshot_policy
      - application_type
      - component_type
      - tags
      - qos_policy
      - size
      - used
      - available
      - replicated
      - clone
      - luns
      - snapshots
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
  - The account needs to read C(/api/application/consistency-groups).
seealso:
  - module: ndo.ontap.consistency_group
  - module: ndo.ontap.consistency_group_snapshot
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read a group with its snapshots
  ndo.ontap.consistency_group_info:
    svm: san1
    names: db
    fields: [volumes, children, snapshots]

- name: Find the group that has a volume
  ndo.ontap.consistency_group_info:
    svm: san1
    volume: vol1
    fields: [volumes, parent]

- name: Find groups that are clones, and how far their split is
  ndo.ontap.consistency_group_info:
    filter:
      clone.is_flexclone: true
    fields: [clone]
"""

RETURN = r"""
records:
  description: One entry per group, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The group.
      type: str
      sample: db
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    parent:
      description: The group whose child it is.
      type: str
      sample: erp
    children:
      description: Its children. A group has children or volumes.
      type: list
      elements: str
      sample: []
    volumes:
      description: Its own volumes. ONTAP has to compute them.
      type: list
      elements: str
      sample: [vol1, vol2]
    snapshot_policy:
      description: The snapshot policy; V(none) when it has been taken away, null when there has never been one.
      type: str
      sample: default
    application_type:
      description: The application. Needs ONTAP 9.12.1.
      type: str
      sample: oracle
    component_type:
      description: Which part of it. Needs ONTAP 9.12.1.
      type: str
      sample: data
    tags:
      description: Tags. Needs ONTAP 9.15.1.
      type: list
      elements: str
      sample: ["team:storage"]
    qos_policy:
      description: The QoS policy, where all volumes have the same one.
      type: str
      sample: gold
    size:
      description: The sizes of all volumes, in bytes.
      type: int
      sample: 214748364800
    used:
      description: What is used of it, in bytes.
      type: int
      sample: 1073741824
    available:
      description: What is free of it, in bytes.
      type: int
      sample: 213674622976
    replicated:
      description: Whether it is replicated; null for a child.
      type: bool
      sample: false
    clone:
      description:
        - Of a clone, the group and the snapshot from which it comes, and how far its split is; null for other groups. Needs ONTAP 9.12.1,
          C(is_flexclone) and C(split_complete_percent) need ONTAP 9.15.1. Only on request.
      type: dict
      sample: {"parent": "db", "snapshot": "s1", "is_flexclone": true, "split_initiated": false, "split_complete_percent": null}
    luns:
      description: Its LUNs, and the igroups to which each is mapped. ONTAP has to compute them. Only on request.
      type: list
      elements: dict
      sample: [{"name": "/vol/vol1/lun1", "serial_number": "80FFb?P4Ab-1", "igroups": ["db1"]}]
    snapshots:
      description:
        - Its snapshots, the oldest first. One that was started and is not committed has no time yet. One that is C(partial) lacks a
          volume. Those of a parent and of its children are not the same. C(volumes) needs ONTAP 9.12.1. Only on request.
      type: list
      elements: dict
      sample:
        - name: before_upgrade
          uuid: 2b31f5a0-1c3d-4c7d-9d6a-7f3c1b2a9e10
          create_time: "2026-01-05T10:00:00+00:00"
          consistency_type: crash
          comment: change 4711
          snapmirror_label: ""
          volumes: [vol1, vol2]
          partial: false
          missing_volumes: []
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

from ansible_collections.ndo.ontap.plugins.module_utils.consistency_gathered import GROUP_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.gather import Gather
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(GROUP_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
