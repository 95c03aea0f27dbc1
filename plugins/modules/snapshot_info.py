#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: snapshot_info
short_description: Read snapshots of volumes
version_added: 0.2.0
description:
  - Reads the snapshots of many volumes at once, all of them or those that are meant, in one request for each 10,000 of them.
options:
  svm:
    description: Look in these SVMs only, given by their exact names.
    type: list
    elements: str
  volume:
    description: Look at the snapshots of these volumes only, given by their exact names.
    type: list
    elements: str
  volume_uuid:
    description: Look at the snapshots of the volumes with these uuids only.
    type: list
    elements: str
  fields:
    description:
      - What to return of each; all that ONTAP has at no extra cost when left out.
      - V(svm), V(volume), V(name) and V(uuid) are always there. V(all) stands for all of these.
      - Only on request - V(snaplock_expiry_time) and V(reclaimable_space).
    type: list
    elements: str
    choices:
      - all
      - svm
      - volume
      - name
      - uuid
      - create_time
      - comment
      - snapmirror_label
      - expiry_time
      - volume_uuid
      - owners
      - size
      - state
      - snaplock_expiry_time
      - reclaimable_space
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
  - module: ndo.ontap.snapshot
  - module: ndo.ontap.volume_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read the snapshots of a volume
  ndo.ontap.snapshot_info:
    svm: nas1
    volume: nas1_vol1a
  register: snapshots

- name: Find the snapshots of an SVM that somebody holds, so that they cannot be deleted
  ndo.ontap.snapshot_info:
    svm: nas1
    filter:
      owners: "!null"
    fields: [owners]

- name: Find what a change left behind on all volumes, older than a date
  ndo.ontap.snapshot_info:
    patterns: ["before_change_*"]
    filter:
      create_time: "<2026-01-01T00:00:00Z"
    fields: [create_time, owners]
"""

RETURN = r"""
records:
  description: One entry per snapshot, with the words of O(fields). A word without a value is null; one that the release lacks is null too.
  returned: success
  type: list
  elements: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: nas1
    volume:
      description: The volume.
      type: str
      sample: nas1_vol1a
    name:
      description: The snapshot.
      type: str
      sample: before_upgrade
    uuid:
      description: Its uuid.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    create_time:
      description: When it was taken.
      type: str
      sample: "2026-01-05T10:00:00+00:00"
    comment:
      description: A text for people.
      type: str
      sample: change 4711
    snapmirror_label:
      description: Its label for SnapMirror.
      type: str
      sample: daily
    expiry_time:
      description: Until when it cannot be deleted; null when it can.
      type: str
      sample: "2026-02-05T10:00:00+00:00"
    volume_uuid:
      description: The uuid of the volume.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    owners:
      description: Who holds it, in ONTAP's words. A snapshot that is held cannot be deleted.
      type: list
      elements: str
      sample: ["volume_clone"]
    size:
      description: The active file system when it was taken, in bytes; not what a deletion would free. Needs ONTAP 9.9.1.
      type: int
      sample: 366503875925
    state:
      description: Its state in ONTAP's words; only snapshots of FlexGroups have one.
      type: str
      sample: valid
    snaplock_expiry_time:
      description: Until when SnapLock keeps it. Only on request.
      type: str
      sample: "2026-02-05T10:00:00+00:00"
    reclaimable_space:
      description: What deleting it would free, in bytes. ONTAP has to compute it for each snapshot. Needs ONTAP 9.10.1. Only on request.
      type: int
      sample: 104857600
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
from ansible_collections.ndo.ontap.plugins.module_utils.gathered import SNAPSHOT_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

GATHER = Gather(SNAPSHOT_KIND)
ARGUMENTS = GATHER.arguments
body = GATHER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
