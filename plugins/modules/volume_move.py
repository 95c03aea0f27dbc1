#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_move
short_description: Move FlexVols to other aggregates without interrupting their clients
version_added: 0.2.0
description:
  - Moves a volume to another aggregate, or many volumes in one task, and cuts over, pauses, resumes or aborts a move.
  - The volume keeps its uuid, its path, its snapshots, and the serial numbers and maps of its LUNs. Clients wait for the seconds of the
    cutover only.
  - Done means that the volume is on the aggregate and that nothing is under way any more; no word of a state counts for that.
  - ONTAP itself checks a move before anything is changed, also in check mode, so that its forecast is ONTAP's own.
  - A move to the same aggregate that is under way already, by anybody's hand, is joined and never repeated. A move to another one is
    refused, unless O(replace) says that it is to be aborted.
  - A cutover that does not end within its window is no failure. ONTAP goes back to replicating and tries again; RV(failed_cutovers)
    counts these attempts.
options:
  svm:
    description: The SVM. Needed, in the task or in each of its O(items), unless O(volume) names it or O(uuid) is given.
    type: str
  volume:
    description:
      - The volume. The words of OpenStack are understood too, as C(svm:volume) and as a pool of Cinder, C(host@backend#volume).
    type: str
  uuid:
    description: The uuid of the volume, instead of its name. With both, the volume must have that name.
    type: str
  aggregate:
    description:
      - The aggregate to move to. Needed for O(action=move). A pool of Manila, C(host@backend#aggregate), is understood too.
      - With the other actions, the move must be one to this aggregate.
    type: str
  action:
    description:
      - With V(move), the volume is to be on the aggregate. A move that was paused is resumed, and with O(cutover=automatic), one that
        waits for its cutover is cut over.
      - With V(cutover), a move that waits for it, or that still replicates, is to cut over, and the end is waited for.
      - With V(pause) and V(resume), the move stands still, or goes on.
      - With V(abort), no move of the volume is to be under way. ONTAP ignores an abort while it cuts over; that is waited for, and
        RV(outcome) says what came of it.
      - An action that is not needed any more changes nothing. To cut over, pause or resume a volume that is not being moved is refused.
    type: str
    choices: [move, cutover, pause, resume, abort]
    default: move
  cutover:
    description:
      - With V(manual), the data are copied and kept up to date, and the cutover waits until a task with O(action=cutover) triggers it.
        The task is done when the move waits; RV(outcome) is V(waiting_for_cutover) then.
      - A move that was joined is told to wait too, if it has not begun to cut over.
    type: str
    choices: [automatic, manual]
    default: automatic
  cutover_window:
    description: Seconds for which clients may have to wait in the cutover, 30 to 300. ONTAP's own default is 30.
    type: int
  tiering_policy:
    description: The tiering policy that the volume is to have on the aggregate. Without it, the volume keeps its own.
    type: str
    choices: [all, auto, none, snapshot_only]
  encrypted:
    description: Whether the volume is to be encrypted on the aggregate. Without it, that stays as it is.
    type: bool
  replace:
    description: Whether a move of the volume to another aggregate is aborted first.
    type: bool
    default: false
  on_timeout:
    description:
      - What becomes of a move that is not done after O(wait_timeout). The task fails in both cases, and says how far the move is.
      - With V(leave), it goes on in ONTAP, and running the task again joins it.
      - With V(abort), it is aborted.
    type: str
    choices: [leave, abort]
    default: leave
  paths:
    description:
      - With V(follow), the nodes that report the LUNs of the volume follow the data when it moves to another HA pair. The pair of the
        destination is added to every LUN map before the move begins, and the pair that the volume came from is removed when it has
        arrived. Hosts that use the LUNs and are logged in to no LIF of the new pair make the task fail before anything is changed.
      - When the move comes to nothing, the nodes that were added are removed again. O(action=abort) removes the pair of the aborted
        move's destination, also when another run has added it.
      - Nodes stay where a host would lose its last path without them; a warning says so.
      - What a run left over that was killed is removed by the next one, when the move has begun within the last 7 days. Of a single volume
        with a junction path, the LUN maps are looked at when its move has just begun; those of several are read together before.
      - With V(ignore), LUN maps are neither read nor changed.
      - Needs ONTAP 9.10.1 for a volume that has mapped LUNs and moves to another HA pair.
    type: str
    choices: [follow, ignore]
    default: follow
  concurrency:
    description:
      - How many of O(items) are moved at a time. Without O(wait), all moves are started at once.
      - ONTAP itself runs moves with 8 references to aggregates of a node at a time, and queues the others.
    type: int
    default: 8
  concurrency_per_node:
    description:
      - How many of O(items) are moved at a time that come from or go to aggregates of one node, within O(concurrency). All when left out.
      - One that waits for its nodes holds up no other. Takes one more read.
    type: int
  progress:
    description:
      - Whether to show how far the moves are while the task waits, as lines in the output - at once, when something else is being done,
        after every tenth, and every 30 seconds or more.
      - Nothing is shown for a task with C(no_log) or C(async).
    type: bool
    default: true
  on_error:
    description:
      - What to do with the rest when one of O(items) fails.
      - With V(stop), no further move is begun, and those that are under way are waited for. A volume that can be refused without a write
        stops the task before anything is changed.
      - With V(leave), likewise, but moves that are under way are left to ONTAP. The task ends at once; running it again joins them.
      - With V(continue), the others are moved, and the task fails at its end.
    type: str
    choices: [stop, leave, continue]
    default: stop
  wait:
    description:
      - Whether to wait until the move is where the task wants it.
      - With V(false) the task ends when ONTAP has begun to move. LUN maps get the nodes of the destination before that; a later task finds
        the move done and removes the others.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for all volumes together. See O(on_timeout).
    type: int
    default: 14400
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.items
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
    details: Besides reads, validations are sent, which are a PATCH with C(validate_only) and change nothing.
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - ONTAP has no limit of the throughput of a single move. Since 9.10.1, an option of the cluster lets its replication throttle count for
    moves too; the task leaves that alone.
  - SVM-scoped accounts cannot move volumes. The account needs to read and change C(/api/storage/volumes), to read C(/api/cluster/jobs) and,
    with O(paths=follow), to read C(/api/protocols/san), C(/api/network), C(/api/storage/aggregates) and C(/api/cluster/nodes) and to
    change C(/api/protocols/san/lun-maps). Reading C(/api/private/cli/volume/move) is optional; it tells why a move has failed, and where
    the volume of a run that was killed came from.
  - A volume on the aggregate already is not compared with O(tiering_policy) and O(encrypted) in silence; where it differs, the task fails
    and says which module changes it.
seealso:
  - module: ndo.ontap.volume
  - module: ndo.ontap.lun_map
  - module: ndo.ontap.volume_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Move a volume and wait until it is there
  ndo.ontap.volume_move:
    svm: nas1
    volume: nas1_vol1a
    aggregate: aggr1_ndo_02

- name: Copy a volume now, and hold the cutover
  ndo.ontap.volume_move:
    svm: nas1
    volume: nas1_vol1b
    aggregate: aggr1_ndo_02
    cutover: manual

- name: Cut over in the evening, within 60 seconds
  ndo.ontap.volume_move:
    svm: nas1
    volume: nas1_vol1b
    action: cutover
    cutover_window: 60

- name: Move three volumes, two at a time, and go on when one of them fails
  ndo.ontap.volume_move:
    svm: san1
    aggregate: aggr2_ndo_02
    concurrency: 2
    on_error: continue
    items:
      - {volume: san1_vol1a}
      - {volume: san1_vol1b}
      - {volume: san1_vol2a}

- name: End a move that is under way
  ndo.ontap.volume_move:
    svm: nas1
    volume: nas1_vol1a
    action: abort
"""

RETURN = r"""
record:
  description:
    - Where the volume is, and what its movement says. In check mode, where it would be. Not returned for a task with O(items). On failure,
      as it was seen last.
  returned: success, and failure after the volume was read
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: nas1
    volume:
      description: The volume.
      type: str
      sample: nas1_vol1a
    uuid:
      description: The uuid of the volume, which a move does not change.
      type: str
      sample: 5a1b4c36-9d1e-4f6d-8a0e-1f2d3c4b5a69
    aggregate:
      description: The aggregate on which it is.
      type: str
      sample: aggr1_ndo_02
    movement:
      description:
        - The last move, with its C(state) in ONTAP's words, or V(none), its C(percent) and its C(destination).
        - Null in a forecast of which ONTAP decides.
      type: dict
      sample: {"state": "success", "percent": 100, "destination": "aggr1_ndo_02"}
outcome:
  description:
    - What became of the volume - V(moved), V(waiting_for_cutover), V(moving) (without O(wait), or left), V(paused), V(resumed), V(aborted),
      V(unchanged), and V(foretold) in check mode.
    - Also V(moved) for an abort that came too late.
  returned: success
  type: str
  sample: moved
message:
  description: The outcome in a sentence.
  returned: success
  type: str
  sample: Volume nas1:nas1_vol1a is on aggr1_ndo_02.
actions:
  description:
    - The steps that were taken; in check mode, those that would be. Empty when nothing had to change, and for a move that was only joined.
    - Steps are C(move), C(cutover), C(pause), C(resume), C(hold) and C(abort), and C(add_reporting_nodes) and C(remove_reporting_nodes)
      with the names of the nodes, the LUN and the igroup.
  returned: success
  type: list
  elements: str
  sample: [move]
joined:
  description: Whether a move was found under way, and waited for.
  returned: success
  type: bool
  sample: false
bytes:
  description: Bytes in use in the volume when the task began; about as many are copied.
  returned: success
  type: int
  sample: 366503875925
phases:
  description:
    - The states that were seen of the move, each with the second at which it was seen first, counted from the begin, and the seconds that
      it took; null for one that was not over. They are as exact as the looks are frequent, which is once a second in a cutover.
  returned: success, and failure when the move was under way
  type: list
  elements: dict
  sample: [{"phase": "replicating", "started": 0.5, "seconds": 692.2}, {"phase": "cutover", "started": 692.7, "seconds": 3.6}]
cutover_seconds:
  description: Seconds for which the move was seen to cut over, all attempts together; null when it was not seen.
  returned: success
  type: float
  sample: 3.6
failed_cutovers:
  description: Attempts to cut over that were seen not to end within their window.
  returned: success
  type: int
  sample: 0
percent:
  description: How much was copied when the task failed.
  returned: failure when the move was under way
  type: int
  sample: 42
warnings:
  description: What happened otherwise than it was to be expected, and is no failure.
  returned: success
  type: list
  elements: str
  sample: ["volume nas1:nas1_vol1a: the abort came too late, the move to aggr1_ndo_02 has ended."]
diff:
  description: Before and after. For a task with O(items), a list with an entry per volume that changes.
  returned: success
  type: dict
  sample: {"before": {"volume": "nas1_vol1a", "aggregate": "aggr1_ndo_01"}, "after": {"volume": "nas1_vol1a", "aggregate": "aggr1_ndo_02"}}
results:
  description: What became of each volume, in the order of O(items).
  returned: when O(items) is given, also on failure
  type: list
  elements: dict
  sample: [{"object": "volume san1:san1_vol1a", "status": "ok", "changed": true, "actions": ["move"], "outcome": "moved"}]
job:
  description: The job that began the move.
  returned: when O(wait=false) and ONTAP works in the background
  type: dict
  sample: {"uuid": "3d5cbb7e-8f0c-4f0f-9c27-7b9f5b7a9d55"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 58, "seconds": 697.1}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "OperationFailed", "message": "The move of volume nas1:nas1_vol1a to aggr1_ndo_02 failed."}
"""

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.move_crowd import MoveWriter

WRITER = MoveWriter(
    Arguments(
        {
            "svm": {"type": "str"},
            "volume": {"type": "str"},
            "uuid": {"type": "str"},
            "aggregate": {"type": "str"},
            "action": {"type": "str", "choices": ["move", "cutover", "pause", "resume", "abort"], "default": "move"},
            "cutover": {"type": "str", "choices": ["automatic", "manual"], "default": "automatic"},
            "cutover_window": {"type": "int"},
            "tiering_policy": {"type": "str", "choices": ["all", "auto", "none", "snapshot_only"]},
            "encrypted": {"type": "bool"},
            "replace": {"type": "bool", "default": False},
            "on_timeout": {"type": "str", "choices": ["leave", "abort"], "default": "leave"},
            "paths": {"type": "str", "choices": ["follow", "ignore"], "default": "follow"},
        },
    ),
    Arguments(
        {
            "concurrency": {"type": "int", "default": 8},
            "concurrency_per_node": {"type": "int"},
            "progress": {"type": "bool", "default": True},
        }
    ),
    timeout=14400,
)
ARGUMENTS = WRITER.arguments
body = WRITER.body


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
