#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: snapshot
short_description: Create, change, delete, restore and prune snapshots of volumes
version_added: 0.2.0
description:
  - Brings a snapshot, or many in one task, to what the task asks for; whatever is not given stays as it is.
  - Snapshots are found by SVM, volume and exact name, in one read however many volumes a task names.
  - Brings a volume back to a snapshot, and says first what that would cost. See O(state=restored).
  - Deletes the snapshots of a volume that are too old or too many. See O(state=pruned).
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items).
    type: str
  volume:
    description: The volume. Needed, in the task or in each of its O(items).
    type: str
  name:
    description: The name of the snapshot. Needed unless O(state=pruned).
    type: str
  from_name:
    description: The snapshot of this name is renamed to O(name).
    type: str
  state:
    description:
      - V(present) and V(absent) say whether the snapshot is there. A snapshot that is in use or whose expiry time is still to come is not
        deleted; the message says who uses it. A snapshot of a volume that does not exist is absent.
      - V(restored) gives the volume the contents that it had in the snapshot. ONTAP deletes all newer snapshots with that. The volume is
        left alone when ONTAP reports that nothing has changed in it since (ONTAP 9.12.1).
      - V(pruned) deletes the snapshots of the volume whose name begins with O(prefix) and that are older than O(older_than) and not among
        the newest O(keep) of those. What is in use or locked is skipped.
    type: str
    choices: [present, absent, restored, pruned]
    default: present
  comment:
    description: A text for people. An empty one clears it.
    type: str
  snapmirror_label:
    description: The label by which SnapMirror policies choose snapshots, at most 31 characters. An empty one clears it.
    type: str
  expiry_time:
    description:
      - The time until which the snapshot cannot be deleted, with its offset from UTC, such as V(2027-01-31T18:00:00+01:00). Compared as
        a moment, so that the same moment written in another way is no change.
      - An empty text takes the time away, so that the snapshot can be deleted.
    type: str
  safety_clone:
    description:
      - With O(state=restored), the name of a volume that is made first, with all data that the volume has now. It shares nothing with the
        volume, so it needs as much space in the aggregate as ONTAP needs to split a FlexClone, and the time of a split.
      - A snapshot could not serve, because a restore deletes all snapshots that are newer than its own.
      - What clients write after the copy was begun is not in it. The volume is restored only when the copy is complete. A run that was
        interrupted is taken up by the next one, as long as nothing has changed in the volume.
    type: str
  allow_newer:
    description: Whether O(state=restored) may delete the newer snapshots. Those that are in use or locked stop it in any case.
    type: bool
    default: false
  allow_in_use:
    description:
      - Whether O(state=restored) is carried out although hosts are logged in that have LUNs of the volume, or NFS or SMB clients use it.
        Their data changes under them.
    type: bool
    default: false
  prefix:
    description:
      - With O(state=pruned), how the names of the snapshots begin; no wildcards. In a task with O(items), each volume can be pruned once.
    type: str
  all:
    description: With O(state=pruned), instead of O(prefix), all snapshots of the volume, also those of policies and mirrors.
    type: bool
  keep:
    description: With O(state=pruned), how many of the newest of these snapshots stay in any case. Those that cannot be deleted count.
    type: int
  older_than:
    description:
      - With O(state=pruned), the age below which these snapshots stay in any case, such as V(12h), V(7d), V(4w) or V(P7DT12H).
      - Measured by the clock of the machine on which the module runs.
    type: str
  fail_on_skipped:
    description: With O(state=pruned), whether to fail, without deleting anything, when a snapshot would have to go and cannot be deleted.
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
    support: partial
    details: O(state=restored) is an action, carried out each time that ONTAP reports a difference, or, before 9.12.1, each time.
notes:
  - A new snapshot with nothing but a name and a label takes one read and one request. With O(comment) or O(expiry_time) it takes one
    more read, because ONTAP then has to be told the uuid of the volume.
  - ONTAP's REST interface has no way to take an expiry time away. This is done with the CLI command C(volume snapshot modify), through
    C(/api/private/cli), to which the account then needs access.
  - The account needs to read and change C(/api/storage/volumes); for O(state=restored) also to read C(/api/protocols/san/lun-maps),
    C(/api/protocols/san/igroups), C(/api/protocols/nfs/connected-clients), C(/api/protocols/cifs/sessions) and C(/api/cluster/jobs).
  - To bring back a single LUN, and keep newer snapshots, see M(ndo.ontap.lun).
seealso:
  - module: ndo.ontap.snapshot_info
  - module: ndo.ontap.volume
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Take a snapshot
  ndo.ontap.snapshot:
    svm: san1
    volume: san1_vol1a
    name: before_upgrade

- name: Take one of the same name on three volumes, with a label
  ndo.ontap.snapshot:
    svm: san1
    name: before_upgrade2
    snapmirror_label: weekly
    items:
      - volume: san1_vol1a
      - volume: san1_vol1b
      - volume: san1_vol2a

- name: Have it kept until a moment
  ndo.ontap.snapshot:
    svm: san1
    volume: san1_vol1a
    name: before_upgrade
    expiry_time: "2030-01-31T18:00:00+01:00"
    comment: Kept for the audit

- name: Keep the newest 7 of the snapshots that our jobs made, and all that are younger than two days
  ndo.ontap.snapshot:
    svm: san1
    volume: san1_vol1b
    state: pruned
    prefix: job_
    keep: 7
    older_than: 2d

- name: See what a restore would cost
  ndo.ontap.snapshot:
    svm: san1
    volume: san1_vol1b
    name: before_upgrade2
    state: restored
    allow_in_use: true
    safety_clone: san1_vol1b_before
  check_mode: true

- name: Delete a snapshot
  ndo.ontap.snapshot:
    svm: san1
    volume: san1_vol1b
    name: before_upgrade2
    state: absent
"""

RETURN = r"""
record:
  description:
    - The snapshot in the words of the options that were given, with what ONTAP gave to it; null when it is absent. In check mode, what
      it would be. Not returned for a task with O(items).
    - For O(state=restored), the snapshot, and how the volume stands to it.
    - For O(state=pruned), the snapshots of the volume that are meant.
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    volume:
      description: The volume.
      type: str
      sample: san1_vol1a
    name:
      description: The name.
      type: str
      sample: before_upgrade
    uuid:
      description: The uuid; null in the forecast of a new snapshot.
      type: str
      sample: 402b6c73-73a0-4e89-a58a-75ee0ab3e8c0
    create_time:
      description: When it was taken, in UTC; null in the forecast of a new snapshot.
      type: str
      sample: "2026-11-21T07:00:00+00:00"
    volume_uuid:
      description: For O(state=restored), the uuid of the volume.
      type: str
      sample: 0353dc05-405f-11e9-acb6-005056bbc848
    changed_bytes:
      description: For O(state=restored), how much has changed in the volume since the snapshot; null before ONTAP 9.12.1.
      type: int
      sample: 0
    newer_snapshots:
      description: For O(state=restored), the names of the newer snapshots, newest first.
      type: list
      elements: str
      sample: []
    snapshots:
      description: For O(state=pruned), the names of the snapshots that O(prefix) means, newest first.
      type: list
      elements: str
      sample: [job_2026-11-21, job_2026-11-20]
    skipped:
      description: For O(state=pruned), those that would have to go and cannot be deleted.
      type: list
      elements: dict
      sample: [{"name": "job_2026-10-01", "reason": "in use by volume_clone_dependent"}]
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
  returned: success
  type: list
  elements: str
  sample: [create]
diff:
  description: Before and after; empty where there is no snapshot. For a task with O(items), a list with an entry per object that changes.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"svm": "san1", "volume": "san1_vol1a", "name": "before_upgrade"}}
results:
  description: What became of each snapshot or volume, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "snapshot before_upgrade of volume san1_vol1a", "status": "ok", "changed": true, "actions": ["create"], "record": {}}]
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
  sample: {"kind": "Refused", "message": "snapshot daily of volume v1 cannot be deleted - it is in use by volume_clone_dependent."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.bulk import Writer
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.snapshot_prune import PruneGoal
from ansible_collections.ndo.ontap.plugins.module_utils.snapshot_restore import RestoreGoal
from ansible_collections.ndo.ontap.plugins.module_utils.snapshots import AnySnapshotGoal, SnapshotGoal

KINDS = {"present": SnapshotGoal, "absent": SnapshotGoal, "restored": RestoreGoal, "pruned": PruneGoal}
ONLY = {
    "restored": ("safety_clone", "allow_newer", "allow_in_use"),
    "pruned": ("prefix", "all", "keep", "older_than", "fail_on_skipped"),
}
"""Options that mean something in one state only: a task that forgot the state would do something else than was meant."""


def goal(client: Client, params: dict[str, Any]) -> AnySnapshotGoal:
    """The goal that a task, or one of its items, has."""
    state = params["state"]
    for owner, options in ONLY.items():
        for option in options:
            if state != owner and params.get(option) not in (None, False):
                raise InputError(f"{option} is an option of state {owner}, and the state is {state}.", target=option)
    if state == "pruned" and params.get("name"):
        raise InputError("With state pruned, snapshots are chosen by prefix; name is for one snapshot.", target="name")
    return KINDS[state](client, params)


WRITER = Writer(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "volume": {"type": "str", "required": True},
            "name": {"type": "str"},
            "from_name": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent", "restored", "pruned"], "default": "present"},
            "comment": {"type": "str"},
            "snapmirror_label": {"type": "str"},
            "expiry_time": {"type": "str"},
            "safety_clone": {"type": "str"},
            "allow_newer": {"type": "bool", "default": False},
            "allow_in_use": {"type": "bool", "default": False},
            "prefix": {"type": "str"},
            "all": {"type": "bool"},
            "keep": {"type": "int"},
            "older_than": {"type": "str"},
            "fail_on_skipped": {"type": "bool", "default": False},
        },
        required_if=[
            ["state", "present", ["name"]],
            ["state", "absent", ["name"]],
            ["state", "restored", ["name"]],
            ["state", "pruned", ["prefix", "all"], True],
            ["state", "pruned", ["keep", "older_than"], True],
        ],
    ),
    goal,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
