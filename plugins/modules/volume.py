#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume
short_description: Create, change, clone, split and delete FlexVol volumes
version_added: 0.2.0
description:
  - Brings a FlexVol volume, or many in one task, to what the task asks for; whatever is not given stays as it is.
  - A volume is found by its exact name in its SVM, in one read however many volumes a task names, and all changes of a volume go
    in one request.
  - What would take data or access away from hosts and users is refused unless it is asked for by name. See O(allow_shrink) and
    O(accept).
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items).
    type: str
  name:
    description: The name of the volume. Needed, in the task or in each of its O(items).
    type: str
  from_name:
    description: The volume of this name is renamed, in the same request as all other changes.
    type: str
  state:
    description: Whether the volume is there.
    type: str
    choices: [present, absent]
    default: present
  aggregate:
    description:
      - The aggregate of a new volume, which needs one unless it is a clone.
      - That of an existing volume is never changed. If it is another one, the task fails; C(ndo.ontap.volume_move) moves volumes.
    type: str
  size:
    description:
      - The size, such as V(20GiB), or bytes, which are rounded up to blocks of 4 KiB. Needed for a new volume that is no clone.
      - Where O(autosize.mode) of the volume is V(grow) or V(grow_shrink), a volume that is larger than this, and not larger than
        O(autosize.maximum), was made so by ONTAP and is left alone, also with O(allow_shrink).
    type: str
  allow_shrink:
    description: Whether a size below the present one is carried out.
    type: bool
    default: false
  online:
    description:
      - Whether the volume can be used. Going offline takes its junction path away.
      - A volume in use is taken offline only when its users are in O(accept).
    type: bool
  junction_path:
    description:
      - Where the volume is mounted in the namespace of its SVM, such as C(/projects). An empty text unmounts it.
      - A volume that SMB or NFS clients use is unmounted or mounted elsewhere only when they are in O(accept).
    type: str
  comment:
    description: A text for people. An empty one clears it.
    type: str
  space_guarantee:
    description: Whether space for the whole volume is set aside in its aggregate. ONTAP's default for a new volume is V(volume).
    type: str
    choices: [none, volume]
  snapshot_reserve:
    description: Percent of the volume that are set aside for snapshots.
    type: int
  fractional_reserve:
    description: Percent of reserved files and LUNs that are set aside for overwriting them. Needs ONTAP 9.9.1.
    type: int
  snapshot_policy:
    description: The snapshot policy. V(none), or an empty text, takes it away. ONTAP's default for a new volume is V(default).
    type: str
  export_policy:
    description: The export policy, one of the SVM.
    type: str
  security_style:
    description: Whose permissions files have.
    type: str
    choices: [mixed, ntfs, unified, unix]
  unix_permissions:
    description: UNIX permissions of the top directory - three or four octal digits as a text in quotes, such as V("0755").
    type: raw
  qos_policy:
    description: The QoS policy, fixed or adaptive. An empty text takes the policy away.
    type: str
  tiering_policy:
    description: Which cold blocks go to the cloud tier of the aggregate.
    type: str
    choices: [all, auto, none, snapshot_only]
  tiering_minimum_cooling_days:
    description: Days after which a block that nobody reads is cold, for the policies V(auto) and V(snapshot_only).
    type: int
  autosize:
    description: How the volume grows and shrinks by itself. What is left out stays as it is.
    type: dict
    suboptions:
      mode:
        description: Whether it grows, grows and shrinks, or does neither.
        type: str
        choices: [grow, grow_shrink, 'off']
      minimum:
        description: The size down to which it shrinks, such as V(20GiB), or bytes.
        type: str
      maximum:
        description: The size up to which it grows.
        type: str
      grow_threshold:
        description: Percent of the volume that must be used before it grows.
        type: int
      shrink_threshold:
        description: Percent of the volume below which it shrinks.
        type: int
  efficiency:
    description:
      - How space is saved. What is left out stays as it is.
      - ONTAP may make V(both) of V(inline) and V(background); such a volume has what was asked for. With any other kind on,
        ONTAP turns background deduplication on, too.
    type: dict
    suboptions:
      policy:
        description: The efficiency policy, such as V(auto) or V(default). V(none), or an empty text, takes it away.
        type: str
      dedupe:
        description: Deduplication.
        type: str
        choices: [inline, background, both, none]
      compression:
        description: Compression.
        type: str
        choices: [inline, background, both, none]
      compaction:
        description: Compaction.
        type: str
        choices: [inline, none]
      cross_volume_dedupe:
        description: Deduplication across the volumes of an aggregate.
        type: str
        choices: [inline, background, both, none]
      compression_type:
        description: The kind of compression. ONTAP takes it only when the volume is there. Needs ONTAP 9.11.1.
        type: str
        choices: [none, secondary, adaptive]
      storage_efficiency_mode:
        description: V(efficient) compresses cold data more. AFF systems only. Needs ONTAP 9.10.1.
        type: str
        choices: [default, efficient]
  encrypted:
    description:
      - Whether the volume is encrypted with a key of its own.
      - With V(true), an existing volume is converted; ONTAP goes on with that in the background. V(false) for one that is encrypted
        is refused, because ONTAP decrypts a volume only while it moves.
    type: bool
  language:
    description: The language of file names, such as C(utf8mb4), for a new volume. It cannot be changed. ONTAP's default is that of the SVM.
    type: str
  type:
    description: V(rw), or V(dp) for the destination of a mirror, for a new volume. It cannot be changed. ONTAP's default is V(rw).
    type: str
    choices: [rw, dp]
  logical_space_reporting:
    description: Whether clients see the space that their data would take without storage efficiency.
    type: bool
  logical_space_enforcement:
    description: Whether that logical space counts when the volume fills up.
    type: bool
  snapshot_directory_access:
    description: Whether clients can see the directory of the snapshots. Needs ONTAP 9.13.1.
    type: bool
  tags:
    description: Tags such as C(team:storage), exactly these. An empty list clears them. Needs ONTAP 9.13.1.
    type: list
    elements: str
  clone:
    description:
      - A new volume is made as a FlexClone of another one. It is in the aggregate of its parent, with its size and attributes, unless
        the task says otherwise.
      - A volume that is there is not compared with its parent.
    type: dict
    suboptions:
      parent_volume:
        description: The volume that is cloned.
        type: str
        required: true
      parent_snapshot:
        description: The snapshot that is cloned; without it, the volume as it is now.
        type: str
      parent_svm:
        description: The SVM of the parent, when it is another one.
        type: str
  split:
    description:
      - Whether a FlexClone becomes a volume of its own, which takes space, and time.
      - A split that is under way is joined. A volume that is no clone is left alone. V(false) does not stop a split.
    type: bool
    default: false
  accept:
    description:
      - What a volume may still have when it is deleted, taken offline, unmounted, or mounted elsewhere. Anything else stops the task
        before it changes the volume, with a list of what is in the way.
      - V(mapped_luns) - LUNs that hosts have mapped. V(smb_clients), V(nfs_clients) - clients of a volume that is mounted.
      - V(mirrors) - the volume is the source or the destination of SnapMirror. V(locked_snapshots) - snapshots with an owner, or an
        expiry time in the future. ONTAP may still refuse to delete these.
      - FlexClones of the volume cannot be accepted.
    type: list
    elements: str
    choices: [mapped_luns, smb_clients, nfs_clients, mirrors, locked_snapshots]
    default: []
  purge:
    description:
      - With O(state=absent), the volume is deleted for good and its space is free at once. Without, it stays in the recovery queue of
        its SVM for 12 hours, or as long as the SVM says. See RV(recovery).
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
  - FlexGroups are not managed, and refused.
  - With O(wait=false), steps before the last one are waited for all the same.
  - A size above O(autosize.maximum) moves that maximum; ONTAP does this.
  - Whether snapshots are deleted automatically cannot be set here, because the REST interface does not tell what it is at the moment.
  - The account needs to read and change C(/api/storage/volumes) and, to delete volumes and take them offline, to read
    C(/api/storage/luns), C(/api/protocols/cifs/sessions) and C(/api/protocols/nfs/connected-clients).
seealso:
  - module: ndo.ontap.volume_info
  - module: ndo.ontap.snapshot
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Create a volume, or bring it to this state
  ndo.ontap.volume:
    svm: nas1
    name: projects
    aggregate: aggr1_ndo_01
    size: 100GiB
    space_guarantee: none
    junction_path: /projects
    autosize:
      mode: grow
      maximum: 200GiB

- name: Clone it as it is now, and make the clone a volume of its own
  ndo.ontap.volume:
    svm: nas1
    name: projects_test
    clone:
      parent_volume: projects
    split: true
    wait_timeout: 3600

- name: Delete the copy, which comes back out of the recovery queue if need be
  ndo.ontap.volume:
    svm: nas1
    name: projects_test
    state: absent
  register: deleted

- name: Have two volumes of the same kind
  ndo.ontap.volume:
    svm: san1
    aggregate: aggr1_ndo_01
    size: 50GiB
    snapshot_policy: none
    items:
      - name: data1
      - name: data2
        size: 80GiB
"""

RETURN = r"""
record:
  description:
    - The volume in the words of the options that were given, with what ONTAP gave to it; null when it is absent. In check mode, what
      it would be. Not returned for a task with O(items).
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: nas1
    name:
      description: The name.
      type: str
      sample: projects
    size:
      description: The size in bytes.
      type: int
      sample: 107374182400
    junction_path:
      description: Where it is mounted; empty when it is not. Also shown with O(online), which takes it away.
      type: str
      sample: /projects
    split:
      description:
        - With O(split), V(done) for a volume that shares nothing with a parent, V(running) while it is being split, V(none) for a clone.
      type: str
      sample: done
    uuid:
      description: The uuid; null in the forecast of a new volume.
      type: str
      sample: 5a1b4c36-9d1e-4f6d-8a0e-1f2d3c4b5a69
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
  returned: success
  type: list
  elements: str
  sample: [create, split]
recovery:
  description: How a deleted volume comes back, for programs and people.
  returned: when a volume was deleted, or would be; for a task with O(items), in RV(results)
  type: dict
  sample: {"queue": true, "name": "projects_*", "hours": 12, "hint": "For 12 hours, unless the SVM nas1 has another time, ..."}
joined:
  description: Whether the task waited for a split that somebody else, or an earlier run, had begun.
  returned: success
  type: bool
  sample: false
diff:
  description: Before and after; empty where there is no volume. For a task with O(items), a list with an entry per volume that changes.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"svm": "nas1", "name": "projects", "size": 107374182400}}
results:
  description: What became of each volume, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "volume san1:data1", "status": "ok", "changed": true, "actions": ["create"], "record": {}}]
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
  sample: {"kind": "Refused", "message": "volume nas1:projects is not deleted; NFS clients: 198.51.100.110 (nfs3)."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.volume_delete import ACCEPTABLE
from ansible_collections.ndo.ontap.plugins.module_utils.volume_writer import VolumeWriter
from ansible_collections.ndo.ontap.plugins.module_utils.volumes import VolumeGoal

KINDS = ["inline", "background", "both", "none"]

AUTOSIZE = {
    "mode": {"type": "str", "choices": ["grow", "grow_shrink", "off"]},
    "minimum": {"type": "str"},
    "maximum": {"type": "str"},
    "grow_threshold": {"type": "int"},
    "shrink_threshold": {"type": "int"},
}
EFFICIENCY = {
    "policy": {"type": "str"},
    "dedupe": {"type": "str", "choices": KINDS},
    "compression": {"type": "str", "choices": KINDS},
    "compaction": {"type": "str", "choices": ["inline", "none"]},
    "cross_volume_dedupe": {"type": "str", "choices": KINDS},
    "compression_type": {"type": "str", "choices": ["none", "secondary", "adaptive"]},
    "storage_efficiency_mode": {"type": "str", "choices": ["default", "efficient"]},
}
CLONE = {"parent_volume": {"type": "str", "required": True}, "parent_snapshot": {"type": "str"}, "parent_svm": {"type": "str"}}

WRITER = VolumeWriter(
    Arguments(
        {
            "svm": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "from_name": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "aggregate": {"type": "str"},
            "size": {"type": "str"},
            "allow_shrink": {"type": "bool", "default": False},
            "online": {"type": "bool"},
            "junction_path": {"type": "str"},
            "comment": {"type": "str"},
            "space_guarantee": {"type": "str", "choices": ["none", "volume"]},
            "snapshot_reserve": {"type": "int"},
            "fractional_reserve": {"type": "int"},
            "snapshot_policy": {"type": "str"},
            "export_policy": {"type": "str"},
            "security_style": {"type": "str", "choices": ["mixed", "ntfs", "unified", "unix"]},
            "unix_permissions": {"type": "raw"},
            "qos_policy": {"type": "str"},
            "tiering_policy": {"type": "str", "choices": ["all", "auto", "none", "snapshot_only"]},
            "tiering_minimum_cooling_days": {"type": "int"},
            "autosize": {"type": "dict", "options": AUTOSIZE},
            "efficiency": {"type": "dict", "options": EFFICIENCY},
            "encrypted": {"type": "bool"},
            "language": {"type": "str"},
            "type": {"type": "str", "choices": ["rw", "dp"]},
            "logical_space_reporting": {"type": "bool"},
            "logical_space_enforcement": {"type": "bool"},
            "snapshot_directory_access": {"type": "bool"},
            "tags": {"type": "list", "elements": "str"},
            "clone": {"type": "dict", "options": CLONE},
            "split": {"type": "bool", "default": False},
            "accept": {"type": "list", "elements": "str", "choices": list(ACCEPTABLE), "default": []},
            "purge": {"type": "bool", "default": False},
        },
    ),
    VolumeGoal,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
