#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: group_snapshot
short_description: Take a snapshot of several volumes at one instant, without a lasting consistency group
version_added: 0.2.0
description:
  - Takes snapshots of volumes of one SVM at one instant. While they are taken, a fence holds all writes to these volumes, so that together
    they are consistent with the order in which hosts have written.
  - The volumes need not be in a consistency group. A group that has exactly these volumes is used as it is; else a temporary one is made
    and taken away again, or ONTAPI is used, which needs none. See O(engine).
  - Takes two requests and a fixed number of reads, however many volumes there are, and two requests more for a temporary group.
  - The fence is over when the task ends, whatever happens; only O(state=started) leaves it, for O(fence_timeout) seconds at most.
options:
  svm:
    description: The SVM of the volumes. Needed, except with O(state=committed).
    type: str
  volumes:
    description: The names of the volumes. Those that are named twice count once. Needed, except with O(state=committed).
    type: list
    elements: str
  name:
    description: The name of the snapshots. Needed, except with O(state=committed).
    type: str
  state:
    description:
      - With V(present) all volumes have a snapshot of the name, of one instant. Nothing is done when they do and that is proven; when some
        of them have one, or when it is not proven, the task fails, for snapshots of different instants are never put together.
      - With V(absent) none of them has one.
      - With V(started) writes to the volumes wait when the task ends, until a task with V(committed) takes the snapshots, and at most for
        O(fence_timeout) seconds. Then ONTAP ends the fence by itself, and there is no snapshot.
      - V(committed) ends what the result RV(fence) of the other task describes. When it comes too late, it fails and nothing is taken.
    type: str
    choices: [present, absent, started, committed]
    default: present
  engine:
    description:
      - V(rest) uses a consistency group (ONTAP 9.12.1). It fails when one of the volumes is in the group of somebody else.
      - V(ontapi) uses the calls C(cg-start) and C(cg-commit) of ONTAPI. The Python library C(netapp-lib) has to be there where the task
        runs.
      - V(auto) is V(rest) where that is possible, and V(ontapi) otherwise.
    type: str
    choices: [auto, rest, ontapi]
    default: auto
  fence_timeout:
    description: Seconds for which writes wait at most, from 5 to 120.
    type: int
    default: 7
  snapmirror_label:
    description:
      - A label by which SnapMirror policies choose snapshots, at most 31 characters.
      - Without it, the snapshots get a label that is theirs alone, which proves later that they are of one instant. With it, only REST can
        write that proof, into their comments; so after O(engine=ontapi), a second run with O(state=present) fails.
    type: str
  fence:
    description: With O(state=committed), what the task with O(state=started) has returned as RV(fence).
    type: dict
  busy:
    description:
      - With O(state=absent), what becomes of snapshots that are in use, such as by a LUN clone that is being made independent.
      - With V(fail) nothing is deleted then. With V(rename) they get O(busy_prefix) before their name, to be deleted later.
    type: str
    choices: [fail, rename]
    default: fail
  busy_prefix:
    description: How the new names of snapshots begin that are in use.
    type: str
    default: reap_
  temporary_prefix:
    description:
      - How the names of temporary consistency groups begin. The rest of a name is when the group was made, in seconds since 1970, and a
        digest of O(name).
      - A task takes away what an interrupted one has left for the same O(name).
    type: str
    default: ndo_tmp_
  wait_timeout:
    description: Seconds for which the task waits for jobs of ONTAP and repeats what got lost. The fence has its own limit.
    type: int
    default: 300
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: O(state=started) and O(state=committed) are the two halves of an action.
notes:
  - All volumes are FlexVol volumes of one SVM. LUNs of several volumes that one application writes to belong into one snapshot.
  - An application that is to be quiet in the snapshot is made so before the fence, because it cannot flush its caches into a fence.
  - After an interrupted run, run the task again. A snapshot that was started is committed by it, or its fence is waited out.
  - The proof of one instant is a mark that ONTAP writes into every snapshot as it is taken. Equal names or times prove nothing.
  - The account needs to read C(/api/storage/volumes) and to change C(/api/application/consistency-groups), or to use the application ontapi
    with the commands behind C(cg-start), C(cg-commit) and C(snapshot-get-iter). The account of the SVM is enough.
seealso:
  - module: ndo.ontap.snapshot
  - module: ndo.ontap.lun
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Take a snapshot of two volumes at one instant
  ndo.ontap.group_snapshot:
    svm: san1
    volumes: [vol1, vol2]
    name: before_upgrade

- name: Delete it; what is in use is renamed
  ndo.ontap.group_snapshot:
    svm: san1
    volumes: [vol1, vol2]
    name: before_upgrade
    state: absent
    busy: rename

- name: Take one of volumes of which some are in the group of somebody else, which ONTAPI can
  ndo.ontap.group_snapshot:
    svm: san1
    volumes: [vol1, other]
    name: with_others
    engine: ontapi

- name: Let writes wait, for two minutes at most
  ndo.ontap.group_snapshot:
    svm: san1
    volumes: [vol1, vol2]
    name: nightly
    state: started
    fence_timeout: 120
  register: begun

- name: Take the snapshots, and let the writes go on
  ndo.ontap.group_snapshot:
    state: committed
    fence: "{{ begun.fence }}"
  when: not ansible_check_mode
"""

RETURN = r"""
record:
  description: The group snapshot; null when it is absent. In check mode, what it would be.
  returned: success
  type: dict
  contains:
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The name.
      type: str
      sample: before_upgrade
    volumes:
      description: The volumes, each once.
      type: list
      elements: str
      sample: [san1_vol1a, san1_vol1b]
    snapshots:
      description: As RV(snapshots).
      type: list
      elements: dict
      sample: [{"volume": "san1_vol1a", "name": "before_upgrade"}]
    point:
      description: As RV(point).
      type: str
      sample: 1c0f4c2bd4a1
    consistent:
      description: As RV(consistent).
      type: bool
      sample: true
snapshots:
  description: The snapshots, in the order of O(volumes); null in the forecast, and while the fence is up.
  returned: success
  type: list
  elements: dict
  contains:
    volume:
      description: The volume.
      type: str
      sample: san1_vol1a
    volume_uuid:
      description: Its uuid.
      type: str
      sample: 0353dc05-405f-11e9-acb6-005056bbc848
    name:
      description: The name of the snapshot.
      type: str
      sample: before_upgrade
    uuid:
      description: Its uuid.
      type: str
      sample: 402b6c73-73a0-4e89-a58a-75ee0ab3e8c0
    create_time:
      description: When it was taken.
      type: str
      sample: "2026-11-21T07:00:00+00:00"
point:
  description: The identity of the instant, made of the uuids of volumes and snapshots. Snapshots that are taken anew have another one.
  returned: success
  type: str
  sample: 1c0f4c2bd4a1
consistent:
  description: Whether the snapshots are provably of one instant; null in the forecast, and where there are none.
  returned: success
  type: bool
  sample: true
engine:
  description: The engine that takes the snapshot, V(rest) or V(ontapi); null when there was nothing to take.
  returned: success
  type: str
  sample: rest
fenced_seconds:
  description: For how long writes waited at most, from the request that began the fence to the answer to the one that ended it.
  returned: success
  type: float
  sample: 0.041
fence:
  description: What a task with O(state=committed) needs.
  returned: when O(state=started)
  type: dict
  contains:
    engine:
      description: The engine; null when the snapshots are there already, so that there is nothing to commit.
      type: str
      sample: rest
    svm:
      description: The SVM.
      type: str
      sample: san1
    name:
      description: The name of the snapshots.
      type: str
      sample: nightly
    volumes:
      description: The volumes.
      type: list
      elements: str
      sample: [san1_vol1a, san1_vol1b]
    group:
      description: The consistency group, for REST.
      type: dict
      sample: {"uuid": "6e4c2a0e-1b9f-4b43-8f83-3a1d6a1a4a0b", "name": "ndo_tmp_1795270000_0a1b2c3d4e5f"}
    temporary:
      description: Whether the group is a temporary one.
      type: bool
      sample: true
    snapshot:
      description: The uuid of the snapshot that was started, for REST.
      type: str
      sample: 402b6c73-73a0-4e89-a58a-75ee0ab3e8c0
    cg_id:
      description: The number of what was started, for ONTAPI.
      type: str
      sample: "17"
    label:
      description: The label.
      type: str
      sample: nightly
    mark:
      description: The proof that the snapshots will bear.
      type: str
      sample: ndo_group_0a1b2c3d4e5f
    prefix:
      description: How the names of temporary groups begin.
      type: str
      sample: ndo_tmp_
    timeout:
      description: Seconds for which the fence lasts at most.
      type: int
      sample: 30
    since:
      description: When the fence began, in seconds since 1970.
      type: float
      sample: 1795270000.5
    deadline:
      description: When it ends at the latest, in seconds since 1970.
      type: float
      sample: 1795270030.5
renamed:
  description: The snapshots that are in use and were renamed, with their new names.
  returned: when O(state=absent)
  type: list
  elements: dict
  sample: [{"volume": "san1_vol1a", "name": "reap_before_upgrade", "uuid": "402b6c73-73a0-4e89-a58a-75ee0ab3e8c0"}]
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
  returned: success
  type: list
  elements: str
  sample: [create_group, start, commit, delete_group]
diff:
  description: Before and after; empty where there is no group snapshot.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"svm": "san1", "name": "before_upgrade", "volumes": ["san1_vol1a", "san1_vol1b"]}}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 9, "seconds": 0.21}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "No temporary group can be made - volume other is in consistency group of_others."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.group_snapshot import Task, ticket_of
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

STATES = ["present", "absent", "started", "committed"]
OWN = ["svm", "volumes", "name"]

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "svm": {"type": "str"},
            "volumes": {"type": "list", "elements": "str"},
            "name": {"type": "str"},
            "state": {"type": "str", "choices": STATES, "default": "present"},
            "engine": {"type": "str", "choices": ["auto", "rest", "ontapi"], "default": "auto"},
            "fence_timeout": {"type": "int", "default": 7},
            "snapmirror_label": {"type": "str"},
            "fence": {"type": "dict"},
            "busy": {"type": "str", "choices": ["fail", "rename"], "default": "fail"},
            "busy_prefix": {"type": "str", "default": "reap_"},
            "temporary_prefix": {"type": "str", "default": "ndo_tmp_"},
            "wait_timeout": {"type": "int", "default": 300},
        },
        required_if=[
            ["state", "present", OWN],
            ["state", "absent", OWN],
            ["state", "started", OWN],
            ["state", "committed", ["fence"]],
        ],
    )
)


def checked(params: dict[str, Any]) -> dict[str, Any]:
    """The options, when they make sense together; those of a commit are what the start was about."""
    committing = params["state"] == "committed"
    if committing:
        ticket = ticket_of(params["fence"])
        own = {name: ticket[name] for name in OWN}
        for name, value in own.items():
            if params[name] not in (None, value):
                raise InputError(f"{name} is {params[name]!r} here, and was {value!r} when the snapshot was started.", target=name)
        params = {**params, **own, "fence": ticket, "fence_timeout": ticket["timeout"], "temporary_prefix": ticket["prefix"]}
    elif params["fence"] is not None:
        raise InputError("fence is an option of state committed.", target="fence")
    for name in (*OWN, "busy_prefix", "temporary_prefix"):
        if not params[name]:
            raise InputError(f"{name} is empty.", target=name)
    return params


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Carry out the task."""
    task = Task(client, checked(params), check_mode)
    return getattr(task, params["state"])()


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
