#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lun_move
short_description: Move LUNs to another volume while hosts use them
version_added: 0.2.0
description:
  - Moves a LUN, or many LUNs in one task, to another volume of the same SVM. Hosts go on using it - the LUN keeps its uuid, its serial
    number and its maps, which is checked at the end.
  - The LUN answers under its new path as soon as the move has begun, while its data follow. The task waits until all of it is there.
  - A move that is under way to the same place, whoever began it, is joined. One that goes to another place is not touched.
  - Where the LUN is decides whether it has arrived, not the record of its progress, which ONTAP keeps for two minutes only.
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items), unless O(lun), O(volume) or O(path) names it.
    type: str
  lun:
    description:
      - The path of the LUN before the move, such as C(/vol/db/log), or its last part together with O(from_volume). OpenStack's
        C(svm:/vol/db/log) is understood, too.
      - The LUN is found as well when it has moved already.
    type: str
  from_volume:
    description: The volume of the LUN before the move, when O(lun) is not a path.
    type: str
  uuid:
    description: The uuid of the LUN, instead of O(lun).
    type: str
  serial_number:
    description: The serial number of the LUN, instead of O(lun) - 12 characters, 24 hexadecimal digits, or the NAA name that hosts show.
    type: str
  volume:
    description:
      - The volume to which the LUN moves. It keeps the last part of its path, and is in no qtree there.
      - OpenStack's words for a pool, C(svm:volume) and C(host@backend#volume), are understood, too.
      - Needed for O(action=move), unless O(path) is given.
    type: str
  path:
    description: The path to which the LUN moves, for another name, or a qtree, in the new volume.
    type: str
  action:
    description:
      - With V(move), the LUN is moved. A move to the same place that is paused goes on; one that an error has stopped fails the task.
      - With V(pause), the move that is under way is paused.
      - With V(resume), a move goes on that is paused, or that an error has stopped whose cause has been removed.
      - ONTAP cannot abort the move of a LUN. To have it back, let the move end, and move the LUN back.
    type: str
    choices: [move, pause, resume]
    default: move
  max_throughput:
    description:
      - How fast the data may be copied, such as V(100MiB), or bytes, a second. ONTAP rounds it up to whole MiB.
      - Without it, a new move is not slowed down, and a move that is under way keeps its speed.
    type: str
  paths:
    description:
      - What becomes of the nodes that report the LUN to hosts, when the new volume is on another HA pair.
      - With V(follow), that pair reports the LUN, too, before it moves, and the pair where it was stops to do so when it has arrived. A
        move to nodes where a host that uses the LUN is not logged in is refused. Nodes stay that a host still needs, see RV(paths).
      - With V(ignore), reporting nodes stay as they are.
    type: str
    choices: [follow, ignore]
    default: follow
  concurrency:
    description: How many of O(items) are moved at a time. Without O(wait), all are begun at once. ONTAP itself carries out 50 at a time.
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
      - With V(continue), the others are moved, and the task fails at its end.
    type: str
    choices: [stop, continue]
    default: stop
  wait:
    description:
      - Whether to wait until the LUN has arrived, or the move is paused.
      - With V(false), the task ends when ONTAP has accepted the request. The nodes where the LUN was go on to report it then; a task that
        joins the move while it runs removes them, and M(ndo.ontap.lun_map) does later.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for all LUNs together. Nothing is cancelled then - the move goes on, and running the task again joins it.
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
  - A change of the path within a volume is a rename, and refused here. See O(ndo.ontap.lun#module:from_name).
  - ONTAP carries out 50 moves and copies of LUNs and files at a time. A move above that number waits for its turn until O(wait_timeout).
  - While a move prepares, ONTAP makes no snapshots of the new volume. See RV(movement.volume_snapshot_blocked).
  - Hosts find new paths when they scan for them. Many do not by themselves; see that they do before a move to another HA pair ends.
  - The account needs to read and change C(/api/storage/luns), and, for mapped LUNs and O(paths=follow), to change
    C(/api/protocols/san/lun-maps) and to read C(/api/cluster/nodes), C(/api/storage/volumes), C(/api/storage/aggregates),
    C(/api/protocols/san) and C(/api/network).
seealso:
  - module: ndo.ontap.lun_copy
  - module: ndo.ontap.lun_map
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Move a LUN to another volume
  ndo.ontap.lun_move:
    svm: san1
    lun: /vol/san1_vol1a/log
    volume: san1_vol1b

- name: Move two LUNs, slowly, as OpenStack names them
  ndo.ontap.lun_move:
    volume: ndo@san#san1_vol2b
    max_throughput: 100MiB
    items:
      - {lun: "san1:/vol/san1_vol1a/data1"}
      - {lun: "san1:/vol/san1_vol1a/data2"}

- name: Pause the move of a LUN during the working hours
  ndo.ontap.lun_move:
    svm: san1
    lun: /vol/san1_vol1a/lun0
    path: /vol/san1_vol2b/archive
    action: pause

- name: Let it go on, at another speed
  ndo.ontap.lun_move:
    svm: san1
    lun: /vol/san1_vol1a/lun0
    path: /vol/san1_vol2b/archive
    action: resume
    max_throughput: 1GiB
"""

RETURN = r"""
record:
  description: The LUN, after the move; in check mode, as it would be. Not returned for a task with O(items).
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
      sample: /vol/san1_vol1b/lun0
    volume:
      description: The volume.
      type: str
      sample: san1_vol1b
    uuid:
      description: The uuid, which a move does not change.
      type: str
      sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10
    serial_number:
      description: The serial number, 12 characters, which a move does not change.
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
    maps:
      description: The igroups to which the LUN is mapped, with its LUN ids.
      type: list
      elements: dict
      sample: [{"igroup": "san1-host1", "lun_id": 0}]
    max_throughput:
      description: Bytes a second that the move may copy, only when it was asked for; null when ONTAP tells nothing of a move any more.
      type: int
      sample: 104857600
    state:
      description: What the move does, in ONTAP's words; only with O(action=pause) and O(action=resume).
      type: str
      sample: paused
movement:
  description: How far the move is. All is null when the task has not looked at a move.
  returned: success; also on failure, once something was begun or joined
  type: dict
  contains:
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
      description: Whether the move keeps ONTAP from making snapshots of the volume.
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
paths:
  description: What became of reporting nodes - those that were C(added) and C(removed), and those that were C(kept) for a host's sake.
  returned: success; also on failure, once something was begun or joined
  type: dict
  sample: {"added": ["add_reporting_nodes ndo-03 ndo-04 /vol/san1_vol1a/lun0 san1-host1"], "removed": [], "kept": []}
joined:
  description: Whether a move was found under way, and joined.
  returned: success; also on failure, once something was begun or joined
  type: bool
  sample: false
actions:
  description:
    - The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
    - Steps are C(move), C(pause), C(resume), C(throttle), and C(add_reporting_nodes) and C(remove_reporting_nodes) with nodes, LUN and
      igroup.
  returned: success
  type: list
  elements: str
  sample: [move]
diff:
  description: Before and after. For a task with O(items), a list with an entry per LUN that changes.
  returned: success
  type: dict
  sample: {"before": {"name": "/vol/san1_vol1a/lun0"}, "after": {"name": "/vol/san1_vol1b/lun0"}}
results:
  description: What became of each LUN, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "LUN /vol/san1_vol1a/data1", "status": "ok", "changed": true, "actions": ["move"], "record": {}}]
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 9, "seconds": 41.2}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "OperationFailed", "message": "The move of LUN /vol/san1_vol1a/lun0 has stopped.", "state": "paused_error"}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.lun_move import LunMoveGoal
from ansible_collections.ndo.ontap.plugins.module_utils.lun_move_run import LunMoveWriter
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

WRITER = LunMoveWriter(
    Arguments(
        {
            "svm": {"type": "str"},
            "lun": {"type": "str"},
            "from_volume": {"type": "str"},
            "uuid": {"type": "str"},
            "serial_number": {"type": "str"},
            "volume": {"type": "str"},
            "path": {"type": "str"},
            "action": {"type": "str", "choices": ["move", "pause", "resume"], "default": "move"},
            "max_throughput": {"type": "str"},
            "paths": {"type": "str", "choices": ["follow", "ignore"], "default": "follow"},
        },
        required_one_of=[["lun", "uuid", "serial_number"]],
        mutually_exclusive=[["lun", "uuid", "serial_number"]],
    ),
    LunMoveGoal,
    3600,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
