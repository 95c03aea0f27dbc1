#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: consistency_group_snapshot
short_description: Take, delete, restore and prune snapshots of consistency groups, in one step or two
version_added: 0.2.0
description:
  - Takes a snapshot of a consistency group, in all of its volumes at one instant, or deletes one; of many groups in one task, too.
  - Takes it in two tasks, with whatever the site does in between while writes wait. See O(state=started).
  - Brings a group back to a snapshot, and says first what that would cost. See O(state=restored).
  - Deletes the snapshots of a group that are too old or too many. See O(state=pruned).
  - Needs ONTAP 9.12.1. For volumes that are in no group, see M(ndo.ontap.group_snapshot).
options:
  svm:
    description: The SVM. Needed with O(group) and O(volumes), in the task or in each of its O(items).
    type: str
  group:
    description: The name of the group, a parent or a child too.
    type: str
  group_uuid:
    description: Instead of O(group), its uuid. A new snapshot then takes one read less.
    type: str
  volumes:
    description:
      - Instead of O(group), the names of the volumes that the group has, no more and no fewer; those of a parent are those of its children.
      - A group that has only some of them, or more, is refused and named.
    type: list
    elements: str
  name:
    description: The name of the snapshot. Needed unless O(state=pruned), or O(started) tells it.
    type: str
  state:
    description:
      - V(present) and V(absent) say whether the snapshot is there. With V(present), one that is partial is refused, because it stands for
        less than the group; one that somebody has started is waited for. With V(absent), one that was started is committed first, because
        nothing else ends it, and deleted; so this is the way out for a run that fails between V(started) and V(committed).
      - V(started) stops the writes to all volumes of the group, for O(fence_timeout) seconds at most. Nothing is done when a snapshot of
        the name is started or taken already.
      - V(committed) takes the snapshot that was started, and lets writes go on. A commit that comes too late fails, and nothing was taken.
      - V(restored) gives the volumes of the group the contents that they had in the snapshot. ONTAP deletes all newer snapshots with that.
        The group is left alone when ONTAP reports that nothing has changed in any volume since. A snapshot that is partial is refused.
      - V(pruned) deletes the snapshots of the group whose name begins with O(prefix) and that are older than O(older_than) and not among
        the newest O(keep) of those. What is in use or locked is skipped. One of which nothing is left in any volume goes in any case.
    type: str
    choices: [present, absent, started, committed, restored, pruned]
    default: present
  fence_timeout:
    description:
      - With O(state=started), the seconds, 5 to 120, after which ONTAP lets writes go on by itself, without a snapshot.
      - Hosts wait for so long; choose it below what they bear.
    type: int
    default: 7
  started:
    description: With O(state=committed), what the task with O(state=started) returned as RV(record). It tells the snapshot and its group.
    type: dict
  consistency_type:
    description:
      - What people may rely on; ONTAP does the same for both. Say V(application) only when the application has been brought to rest.
      - ONTAP takes V(crash) when it is not given. It cannot be changed, as the other attributes of a snapshot that is taken.
    type: str
    choices: [crash, application]
  comment:
    description: A text for people.
    type: str
  snapmirror_label:
    description: The label by which SnapMirror policies choose snapshots, at most 31 characters.
    type: str
  expiry_time:
    description:
      - The time until which the snapshot is locked, with its offset from UTC, such as V(2027-01-31T18:00:00+01:00). Needs ONTAP 9.16.1.
      - A snapshot that is locked cannot be deleted by anybody until then.
    type: str
  safety_clone:
    description:
      - With O(state=restored), the name of a consistency group that is made first, with all data that the group has now. It shares nothing
        with it, so it needs as much space in the aggregates as ONTAP needs to split FlexClones, and the time of a split. Its volumes are
        called like those of the group, after this name and V(_).
      - A snapshot could not serve, because a restore deletes all snapshots that are newer than its own.
      - What clients write after the copy was begun is not in it. The group is restored only when the copy is complete. A run that was
        interrupted is taken up by the next one, as long as nothing has changed in the group, or the restore has begun.
    type: str
  allow_newer:
    description: Whether O(state=restored) may delete the newer snapshots. Those that are in use or locked stop it in any case.
    type: bool
    default: false
  allow_in_use:
    description:
      - Whether O(state=restored) is carried out although hosts are logged in that have LUNs of the group, or NFS or SMB clients use it.
        Their data changes under them.
    type: bool
    default: false
  prefix:
    description: With O(state=pruned), how the names of the snapshots begin; no wildcards.
    type: str
  all:
    description: With O(state=pruned), instead of O(prefix), all snapshots of the group, also those of policies and mirrors.
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
    details: O(state=restored) is an action wherever ONTAP does not report that nothing has changed.
notes:
  - A new snapshot takes two reads and one request, or with O(group_uuid) one read and one request; with O(volumes), two reads.
  - A restore of volumes with mapped LUNs is a request for each volume that is not at the snapshot, because requests for groups cannot keep
    the ids of LUNs. One that ends before all volumes are back is taken up by the next run.
  - The account needs to read and change C(/api/application/consistency-groups), and to read C(/api/storage/volumes); for
    O(state=restored) also to change it, and to read C(/api/protocols/san/lun-maps), C(/api/protocols/san/igroups),
    C(/api/protocols/nfs/connected-clients), C(/api/protocols/cifs/sessions) and C(/api/cluster/jobs).
seealso:
  - module: ndo.ontap.consistency_group
  - module: ndo.ontap.group_snapshot
  - module: ndo.ontap.snapshot
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Take a snapshot of a group
  ndo.ontap.consistency_group_snapshot:
    svm: san1
    group: app
    name: before_upgrade
    comment: Kept until the upgrade is accepted

- name: Let writes wait, for 30 seconds at most
  ndo.ontap.consistency_group_snapshot:
    svm: san1
    group: app
    name: quiesced
    consistency_type: application
    state: started
    fence_timeout: 30
  register: fence

- name: Take the snapshot, and let writes go on
  ndo.ontap.consistency_group_snapshot:
    state: committed
    started: "{{ fence.record }}"

- name: Delete a snapshot of the group that has just these volumes
  ndo.ontap.consistency_group_snapshot:
    svm: san1
    volumes: [vol1, vol2]
    name: quiesced
    state: absent

- name: Keep the newest 7 of the snapshots that our jobs made, and all that are younger than two days
  ndo.ontap.consistency_group_snapshot:
    svm: san1
    group: app
    state: pruned
    prefix: job_
    keep: 7
    older_than: 2d

- name: See what a restore would cost
  ndo.ontap.consistency_group_snapshot:
    svm: san1
    group: app
    name: before_upgrade
    state: restored
    allow_in_use: true
    safety_clone: app_before
  check_mode: true

- name: Delete a snapshot
  ndo.ontap.consistency_group_snapshot:
    svm: san1
    group: app
    name: before_upgrade
    state: absent
"""

RETURN = r"""
record:
  description:
    - The snapshot in the words of the options that were given, with what ONTAP gave to it; null when it is absent. In check mode, what
      it would be. Not returned for a task with O(items).
    - For O(state=restored), the snapshot, and how the volumes stand to it.
    - For O(state=pruned), the snapshots of the group that are meant.
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    group:
      description: The group.
      type: str
      sample: app
    group_uuid:
      description: The uuid of the group.
      type: str
      sample: ddabc6a5-4196-11ec-8674-005056accf3f
    name:
      description: The name.
      type: str
      sample: before_upgrade
    uuid:
      description: The uuid; null in the forecast of a new snapshot.
      type: str
      sample: a175c021-4199-11ec-8674-005056accf3f
    create_time:
      description: When it was taken, in UTC; null as long as it is not.
      type: str
      sample: "2026-11-21T07:00:00+00:00"
    committed:
      description: Whether it is taken, and not only started; null in the forecast of a new snapshot.
      type: bool
      sample: true
    snapshots:
      description: The snapshots of volumes that it is made of, each with C(volume), C(volume_uuid) and C(uuid); null in a forecast.
      type: list
      elements: dict
      sample: [{"volume": "vol1", "volume_uuid": "0353dc05-405f-11e9-acb6-005056bbc848", "uuid": "402b6c73-73a0-4e89-a58a-75ee0ab3e8c0"}]
    point:
      description: The identity of the point in time, made of the uuids of RV(record.snapshots).
      type: str
      sample: 3f1c9a2b7d4e
    at_snapshot:
      description: For O(state=restored), whether all volumes are as in the snapshot; null where ONTAP does not tell.
      type: bool
      sample: true
    volumes:
      description: For O(state=restored), the volumes, and how much has changed in each since the snapshot; null where ONTAP does not tell.
      type: list
      elements: dict
      sample: [{"volume": "vol1", "volume_uuid": "0353dc05-405f-11e9-acb6-005056bbc848", "changed_bytes": 0}]
    newer_snapshots:
      description: For O(state=restored), the names of the newer snapshots of the volumes, newest first.
      type: list
      elements: str
      sample: []
    skipped:
      description: For O(state=pruned), those that would have to go and cannot be deleted.
      type: list
      elements: dict
      sample: [{"name": "job_2026-10-01", "reason": "in use by volume_clone_dependent in volume vol1"}]
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
  sample: {"before": {}, "after": {"svm": "san1", "group": "app", "name": "before_upgrade"}}
results:
  description: What became of each snapshot or group, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "snapshot daily of consistency group app", "status": "ok", "changed": true, "actions": ["create"], "record": {}}]
job:
  description: The job that goes on in ONTAP.
  returned: when O(wait=false) and ONTAP works in the background
  type: dict
  sample: {"uuid": "3d5cbb7e-8f0c-4f0f-9c27-7b9f5b7a9d55"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 3, "seconds": 0.6}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "snapshot daily of consistency group app is there and is partial - vol2 is not in it."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.bulk import Writer
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_snapshots import AnyGroupSnapshotGoal, GroupSnapshotGoal
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_snapshots_phases import CommitGoal, StartGoal
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_snapshots_prune import GroupPruneGoal
from ansible_collections.ndo.ontap.plugins.module_utils.consistency_snapshots_restore import GroupRestoreGoal
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

KINDS: dict[str, type[AnyGroupSnapshotGoal]] = {
    "present": GroupSnapshotGoal,
    "absent": GroupSnapshotGoal,
    "started": StartGoal,
    "committed": CommitGoal,
    "restored": GroupRestoreGoal,
    "pruned": GroupPruneGoal,
}
ONLY = {
    "committed": ("started",),
    "restored": ("safety_clone", "allow_newer", "allow_in_use"),
    "pruned": ("prefix", "all", "keep", "older_than", "fail_on_skipped"),
}
"""Options that mean something in one state only: a task that forgot the state would do something else than was meant."""

ATTRIBUTES = ("comment", "snapmirror_label", "consistency_type", "expiry_time")


def goal(client: Client, params: dict[str, Any]) -> AnyGroupSnapshotGoal:
    """The goal that a task, or one of its items, has."""
    state = params["state"]
    for owner, options in ONLY.items():
        for option in options:
            if state != owner and params.get(option) not in (None, False):
                raise InputError(f"{option} is an option of state {owner}, and the state is {state}.", target=option)
    if state == "pruned" and params.get("name"):
        raise InputError("With state pruned, snapshots are chosen by prefix; name is for one snapshot.", target="name")
    if state not in ("present", "started"):
        # They are given when a snapshot is taken, or started; with any other state they would be compared, or do nothing.
        params = {**params, **dict.fromkeys(ATTRIBUTES)}
    return KINDS[state](client, params)


WRITER = Writer(
    Arguments(
        {
            "svm": {"type": "str"},
            "group": {"type": "str"},
            "group_uuid": {"type": "str"},
            "volumes": {"type": "list", "elements": "str"},
            "name": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent", "started", "committed", "restored", "pruned"], "default": "present"},
            "fence_timeout": {"type": "int", "default": 7},
            "started": {"type": "dict"},
            "consistency_type": {"type": "str", "choices": ["crash", "application"]},
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
        mutually_exclusive=[["group", "group_uuid", "volumes"]],
        required_if=[
            ["state", "present", ["name"]],
            ["state", "absent", ["name"]],
            ["state", "started", ["name"]],
            ["state", "committed", ["name", "started"], True],
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
