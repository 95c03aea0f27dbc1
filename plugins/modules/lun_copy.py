#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lun_copy
short_description: Copy LUNs to another volume or another SVM
version_added: 0.2.0
description:
  - Makes a LUN that is a copy of another one, or many in one task, in any volume of any SVM of the cluster, and waits until it is
    complete. Needs ONTAP 9.10.1.
  - The copy has the size, the operating system and the contents of its source at the moment when it begins. It is another LUN - its uuid
    and its serial number are its own, and it is not mapped - so that hosts see it as another disk.
  - A copy that is under way is joined. The source is never changed and never deleted; that is the next task's, when this one has
    succeeded.
  - Between two SVMs, ONTAP wants a peer relationship for C(lun_copy). See O(create_peer).
options:
  source:
    description: The LUN that is copied. Needed for O(state=present), in the task or in each of its O(items).
    type: dict
    suboptions:
      svm:
        description: Its SVM; that of the copy unless given here or in front of O(source.lun).
        type: str
      lun:
        description: Its path, such as C(/vol/db/log), or its last part together with O(source.volume). C(svm:/vol/db/log) is understood.
        type: str
        required: true
      volume:
        description: Its volume, when O(source.lun) is not a path.
        type: str
      qtree:
        description: Its qtree, when O(source.lun) is not a path and the LUN is in a qtree.
        type: str
  svm:
    description: The SVM of the copy. Needed, in the task or in each of its O(items), unless O(name) or O(volume) names it.
    type: str
  name:
    description:
      - The path of the copy, such as C(/vol/db2/log), or its last part together with O(volume). C(svm:/vol/db2/log) is understood.
      - Without it, the copy has the last part of the path of its source.
    type: str
  volume:
    description:
      - The volume of the copy, when O(name) is not a path.
      - OpenStack's words for a pool, C(svm:volume) and C(host@backend#volume), are understood, too.
    type: str
  qtree:
    description: The qtree of the copy, when O(name) is not a path and it is to be in a qtree.
    type: str
  state:
    description:
      - With V(present), the copy is there and complete.
      - With V(absent), a copy that is not complete is cancelled, which deletes it. A LUN that is complete, and the source, are not deleted
        by this module; M(ndo.ontap.lun) does that.
    type: str
    choices: [present, absent]
    default: present
  max_throughput:
    description:
      - How fast the data may be copied, such as V(100MiB), or bytes, a second. ONTAP rounds it up to whole MiB.
      - Without it, a new copy is not slowed down, and one that is under way keeps its speed.
    type: str
  resume:
    description:
      - Whether a copy goes on that an error has stopped, whose cause has been removed. Without it, such a copy fails the task.
      - A copy that somebody has paused goes on in any case.
    type: bool
    default: false
  create_peer:
    description:
      - Whether the two SVMs are made peers for C(lun_copy) when they are no peers at all.
      - A peer relationship that exists is never changed. One that is not for C(lun_copy) is refused.
    type: bool
    default: false
  concurrency:
    description: How many of O(items) are copied at a time. Without O(wait), all are begun at once. ONTAP itself carries out 50 at a time.
    type: int
    default: 8
  progress:
    description:
      - Whether to show how far it is while the task waits, as lines in the output - at once, when something else is being done, after
        every tenth, and every 30 seconds or more.
      - Nothing is shown for a task with C(no_log) or C(async).
    type: bool
    default: true
  on_error:
    description:
      - What to do with the rest when one of O(items) fails. What is under way is waited for in any case.
      - With V(stop), nothing more is begun. A LUN that can be refused without a write stops the task before anything is changed.
      - With V(continue), the others are copied, and the task fails at its end.
    type: str
    choices: [stop, continue]
    default: stop
  wait:
    description:
      - Whether to wait until the copy is complete.
      - With V(false), the task ends when ONTAP has accepted the copy; the result names the job, where there is one.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for all LUNs together. Nothing is cancelled then - the copy goes on, and running the task again joins it.
    type: int
    default: 3600
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
  - Two minutes after the end of a copy, nothing in ONTAP tells any more of which LUN it is a copy. A LUN of that name with the size and
    the operating system of the source then counts as the copy, and RV(copying.evidence) says that no more is known. A LUN that differs is
    refused.
  - ONTAP carries out 50 moves and copies of LUNs and files at a time. A copy above that number waits for its turn until O(wait_timeout).
  - The account needs to read and change C(/api/storage/luns), and, between SVMs, to read C(/api/svm/peers) and, for O(create_peer), to
    change it.
seealso:
  - module: ndo.ontap.lun_move
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Copy a LUN into another volume
  ndo.ontap.lun_copy:
    source: {lun: /vol/vol1/lun1}
    svm: san1
    name: /vol/vol2/lun1_copy

- name: Copy a LUN into another SVM, and make the two peers for that if they are none
  ndo.ontap.lun_copy:
    source: {svm: san1, lun: /vol/vol1/lun1}
    svm: san2
    volume: vol2
    name: lun1_of_san1
    create_peer: true

- name: Cancel a copy that is not complete
  ndo.ontap.lun_copy:
    svm: san1
    name: /vol/vol2/lun1_slow
    state: absent
"""

RETURN = r"""
record:
  description: The copy; null when it is absent. In check mode, what it would be. Not returned for a task with O(items).
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The path.
      type: str
      sample: /vol/san1_vol1b/lun0_copy
    size:
      description: The size in bytes, which is that of the source.
      type: int
      sample: 107374182400
    os_type:
      description: The operating system that uses the LUN, which is that of the source.
      type: str
      sample: linux
    uuid:
      description: The uuid of the copy; null in the forecast of a new one.
      type: str
      sample: 1bc327d5-4654-5284-a116-f182282240b4
    serial_number:
      description: The serial number of the copy, 12 characters; null in the forecast of a new one.
      type: str
      sample: wOj5h$Q3FZ6y
    serial_number_hex:
      description: The serial number in hexadecimal digits.
      type: str
      sample: 774f6a3568245133465a3679
    naa:
      description: The name under which hosts see the copy (NAA identifier).
      type: str
      sample: naa.600a0980774f6a3568245133465a3679
    complete:
      description: Whether the copy is complete, as far as is known. See C(evidence).
      type: bool
      sample: true
    max_throughput:
      description: Bytes a second that it may copy, only when it was asked for; null when ONTAP tells nothing of a copy any more.
      type: int
      sample: 104857600
copying:
  description: How far the copy is. All but C(evidence) is null when ONTAP tells nothing of a copy.
  returned: success; also on failure, once something was begun or joined
  type: dict
  contains:
    evidence:
      description:
        - What is known of a LUN that is there.
        - With C(complete), ONTAP says that the copy of this source is complete.
        - With C(size_and_os_type), ONTAP tells nothing any more; the LUN has the size and the operating system of the source. Whether it
          has its contents cannot be known.
        - With C(source_gone), ONTAP tells nothing any more, and the source is not there to compare.
        - It is null for a copy that is not complete.
      type: str
      sample: complete
    state:
      description: What it does - C(preparing), C(replicating), C(paused), C(paused_error), C(reverting), C(complete) or C(failed).
      type: str
      sample: complete
    percent_complete:
      description: How much has been copied.
      type: int
      sample: 100
    bytes:
      description: How many bytes that is, worked out from the percentage and the size of the LUN.
      type: int
      sample: 107374182400
    bytes_total:
      description: The size of the LUN.
      type: int
      sample: 107374182400
    bytes_per_second:
      description: The speed since the beginning, worked out likewise.
      type: int
      sample: 268435456
    elapsed:
      description: Seconds since the beginning.
      type: int
      sample: 400
    max_throughput:
      description: Bytes a second that it may copy; null for no limit.
      type: int
      sample: 104857600
    volume_snapshot_blocked:
      description: Whether the copy keeps ONTAP from making snapshots of the volume.
      type: bool
      sample: false
    failure:
      description: ONTAP's words for what went wrong.
      type: str
      sample: null
    phases:
      description: What this task has seen of it, with the seconds since its first look, and how long each took.
      type: list
      elements: dict
      sample: [{"phase": "replicating", "started": 0.0, "seconds": 391.3}]
joined:
  description: Whether a copy was found under way, and joined.
  returned: success; also on failure, once something was begun or joined
  type: bool
  sample: false
actions:
  description:
    - The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
    - Steps are C(copy), C(resume), C(throttle), C(cancel), and C(create_peer) with the name of an SVM.
  returned: success
  type: list
  elements: str
  sample: [copy]
diff:
  description: Before and after; empty where there is no LUN. For a task with O(items), a list with an entry per LUN that changes.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"name": "/vol/san1_vol1b/lun0_copy", "size": 107374182400}}
results:
  description: What became of each copy, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "LUN /vol/san1_vol1b/lun0_copy of SVM san1", "status": "ok", "changed": true, "actions": ["copy"], "record": {}}]
job:
  description: The job that ONTAP started.
  returned: when O(wait=false) and ONTAP works in the background
  type: dict
  sample: {"uuid": "3d5cbb7e-8f0c-4f0f-9c27-7b9f5b7a9d55"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 9, "seconds": 41.2}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "The SVMs san2 and san1 are no peers, and a copy between them needs that."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.lun_copy import LunCopyGoal
from ansible_collections.ndo.ontap.plugins.module_utils.lun_transfer_run import TransferWriter
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

SOURCE = {
    "svm": {"type": "str"},
    "lun": {"type": "str", "required": True},
    "volume": {"type": "str"},
    "qtree": {"type": "str"},
}

WRITER = TransferWriter(
    Arguments(
        {
            "source": {"type": "dict", "options": SOURCE},
            "svm": {"type": "str"},
            "name": {"type": "str"},
            "volume": {"type": "str"},
            "qtree": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "max_throughput": {"type": "str"},
            "resume": {"type": "bool", "default": False},
            "create_peer": {"type": "bool", "default": False},
        },
    ),
    LunCopyGoal,
    3600,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
