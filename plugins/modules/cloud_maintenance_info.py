#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloud_maintenance_info
short_description: See what is to be done next about the maintenance that Azure has announced for a cluster
version_added: 0.3.0
description:
  - Holds the scheduled events of Azure against the state of the cluster, and says which step comes next - a takeover, an approval, a
    giveback, or none, and why. It changes nothing.
  - It can go on looking until there is something to do. This is how the role P(ndo.ontap.cloud_maintenance#role) watches.
  - It never proposes a takeover by a node that has an event of its own which has begun, or begins before the other node can be home again;
    nor a takeover while the pair is busy with another event; nor a second takeover for one event.
  - What was done before is read from the cluster, and from a tag of it per node (C(ndo_event_NODE), ONTAP 9.13.1 and later).
options:
  path:
    description: File with the document, on the machine that runs the task. It is read again with every look.
    type: path
  document:
    description:
      - The document itself, as a dictionary or as JSON text. It is a copy, which never shows the end of an event; another run with a
        newer one does. It does not count when O(url) or O(path) is given, too.
      - Without any of the three, the metadata service at its usual address is asked.
    type: raw
  cvo_handles:
    description: Types of events to which Cloud Volumes ONTAP reacts by itself. An empty list says that it was told not to.
    type: list
    elements: str
    choices: [Freeze, Reboot, Redeploy]
    default: [Freeze]
  approve:
    description: Whether events are approved when their node is out, so that they begin, and end, earlier.
    type: bool
    default: false
  approved:
    description: Ids of events that were approved, or cannot be.
    type: list
    elements: str
    default: []
  adopt:
    description: Give back nodes that are out without an event and without a mark. On releases before 9.13.1, an interrupted run needs it.
    type: bool
    default: false
  marks:
    description: On releases before 9.13.1, what RV(next.mark) was for each node; later ones keep that themselves.
    type: dict
    default: {}
  keep_out:
    description: Whether automatic giveback is to be turned off while a node is out, so that the node is not home before its event comes.
    type: bool
    default: true
  lead_seconds:
    description: Seconds before its time from which on an event is served; some are announced days before.
    type: int
    default: 1800
  takeover_seconds:
    description: How long a takeover takes at most. With less time before an event, it is late.
    type: int
    default: 240
  event_seconds:
    description: How long an event is in the document after it has begun, if it does not say more itself.
    type: int
    default: 600
  giveback_seconds:
    description: How long a giveback takes, with all that belongs to it.
    type: int
    default: 240
  cvo_grace:
    description: Seconds that Cloud Volumes ONTAP is given to begin a takeover by itself, if there is that much time.
    type: int
    default: 120
  cvo_giveback_wait:
    description: Seconds that it is given to bring the node back by itself after the event, when it was its takeover.
    type: int
    default: 900
  watch:
    description: Seconds to go on looking while there is nothing to do and nothing to wait for.
    type: int
    default: 0
  wait_timeout:
    description:
      - Seconds to go on looking while something is to be waited for, such as the end of an event. Of a mere O(document), that end is not
        waited for.
    type: int
    default: 0
  poll:
    description: Seconds between two looks.
    type: int
    default: 15
  tolerance:
    description: Seconds for which the service, or the file, may fail before the task does.
    type: int
    default: 300
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.scheduled_events
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
    details: It looks once.
  diff_mode:
    support: none
  idempotent:
    support: full
seealso:
  - module: ndo.ontap.azure_scheduled_event_info
  - module: ndo.ontap.azure_scheduled_event
  - module: ndo.ontap.maintenance_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: See what is to be done about the events of a pair
  ndo.ontap.cloud_maintenance_info:
    document:
      DocumentIncarnation: 7
      Events:
        - EventId: C7061BAC-AFDC-4513-B24B-AA5F13A16123
          EventType: Redeploy
          EventStatus: Scheduled
          ResourceType: VirtualMachine
          Resources: [cvo-vm1]
          NotBefore: Sat, 11 Apr 2026 22:26:58 GMT
    vms:
      cvo-vm1: ndo-01
      cvo-vm2: ndo-02
  register: cloud

- name: Show it
  ansible.builtin.debug:
    msg: "{{ cloud.message }}"
"""

RETURN = r"""
state:
  description:
    - C(act) when RV(next) says what to do; C(waiting) when the end of something is waited for; C(held) when events have to wait for
      something else; C(idle) when there is nothing.
  returned: success
  type: str
  sample: act
next:
  description: The next step; null when there is none.
  returned: success
  type: dict
  contains:
    action:
      description: C(takeover), C(approve) or C(giveback).
      type: str
      sample: takeover
    steps:
      description: What belongs to it - C(takeover), C(approve), C(giveback), C(verify).
      type: list
      elements: str
      sample: [takeover]
    node:
      description: The node.
      type: str
      sample: ndo-01
    partner:
      description: Its partner.
      type: str
      sample: ndo-02
    event_id:
      description: The event; null where only C(adopt) is the reason.
      type: str
      sample: C7061BAC-AFDC-4513-B24B-AA5F13A16123
    event:
      description: The event as in M(ndo.ontap.azure_scheduled_event_info); null when it is over.
      type: dict
      sample: {"id": "C7061BAC-AFDC-4513-B24B-AA5F13A16123", "type": "Redeploy", "status": "Scheduled"}
    joined:
      description: Whether the takeover is there, or under way, and is only to be waited for.
      type: bool
      sample: false
    late:
      description: Whether a takeover may take longer than there is time.
      type: bool
      sample: false
    patience:
      description: Seconds that may pass before the takeover has to begin.
      type: int
      sample: 540
    mark:
      description: The tag of the cluster by which runs know how far they are - its key, and its values before, after, and at the end.
      type: dict
      sample:
        key: ndo_event_ndo-01
        begun: begun.both.7.C7061BAC-AFDC-4513-B24B-AA5F13A16123
        done: taken.both.7.C7061BAC-AFDC-4513-B24B-AA5F13A16123
        served: served.both.7.C7061BAC-AFDC-4513-B24B-AA5F13A16123
    auto_giveback:
      description: The nodes whose automatic giveback is to be off while the node is out and on afterwards, and whether it is on now.
      type: list
      elements: dict
      sample: [{"name": "ndo-02", "uuid": "4c1b0a6e-3a0c-4c39-8d7f-0b8a3d0e6c11", "on": true}]
needs:
  description: Where the end of what is waited for will be seen - C(document) or C(cluster); null when nothing is waited for.
  returned: success
  type: str
  sample: document
waiting:
  description: What is waited for.
  returned: success
  type: list
  elements: dict
  sample: [{"node": "ndo-01", "event": "C7061BAC", "reason": "ndo-01 is out; waiting for the end of the event."}]
held:
  description: Events that have to wait, and for what.
  returned: success
  type: list
  elements: dict
  sample: []
notes:
  description: What is to be known, such as events that a takeover does not help against, or that were served before.
  returned: success
  type: list
  elements: dict
  sample: []
message:
  description: All of it in words.
  returned: success
  type: str
  sample: ndo-01 is taken over for the Redeploy event C7061BAC (not before 2026-04-11T22:26:58Z).
nodes:
  description: The nodes of the cluster, and where their storage is, as in M(ndo.ontap.ha_info).
  returned: success
  type: dict
  sample: {"ndo-01": "home", "ndo-02": "home"}
tags:
  description: Whether the cluster keeps the marks (ONTAP 9.13.1 and later).
  returned: success
  type: bool
  sample: true
incarnation:
  description: The number of the document.
  returned: success
  type: int
  sample: 7
live:
  description: Whether the events can be read again; of a mere document they cannot.
  returned: success
  type: bool
  sample: false
source:
  description: Where the events are from, how often reading them failed, and with which words, if it does now.
  returned: success
  type: dict
  sample: {"origin": "document", "failures": 0, "failing": ""}
api:
  description: The requests that were sent to the metadata service and to the cluster, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 3, "seconds": 0.05}
error:
  description: The facts of a failure, for programs.
  returned: failure
  type: dict
  sample: {"kind": "MalformedDocument", "message": "The scheduled-events document has no Events."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import cloud_scene as scenes
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.cloud_maintenance_watch import Watch, switches
from ansible_collections.ndo.ontap.plugins.module_utils.cloud_marks import BEGUN, MARK, SERVED
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events import HANDLED
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events_source import SERVICE

TIMES = {
    "lead_seconds": 1800, "takeover_seconds": 240, "event_seconds": 600, "giveback_seconds": 240, "cvo_grace": 120,
    "cvo_giveback_wait": 900, "watch": 0, "wait_timeout": 0, "poll": 15, "tolerance": 300,
}  # fmt: skip

ARGUMENTS = CONNECTION.merge(
    SERVICE,
    Arguments(
        {
            "path": {"type": "path"},
            "document": {"type": "raw"},
            "cvo_handles": {"type": "list", "elements": "str", "choices": list(HANDLED), "default": ["Freeze"]},
            "approve": {"type": "bool", "default": False},
            "approved": {"type": "list", "elements": "str", "default": []},
            "adopt": {"type": "bool", "default": False},
            "marks": {"type": "dict", "default": {}},
            "keep_out": {"type": "bool", "default": True},
            **{name: {"type": "int", "default": seconds} for name, seconds in TIMES.items()},
        }
    ),
    Arguments({}, mutually_exclusive=[["url", "path"]]),
)


def shown(task: dict[str, Any] | None, watch: Watch) -> dict[str, Any] | None:
    """The next step as results have it."""
    if task is None or watch.scene is None:
        return None
    node, mark, one = task["node"], task["mark"], task["event"]
    event = None
    if one:
        event = {**one.event.record(), "nodes": one.nodes, "seconds_left": one.event.seconds_left(watch.scene.now)}
    return {
        **{name: task[name] for name in ("action", "steps", "joined", "late", "patience")},
        "node": node.name,
        "partner": node.partner,
        "event": event,
        "event_id": mark.event if mark else None,
        "mark": mark and {"key": f"{MARK}{node.name}", "begun": mark.at(BEGUN).text, "done": mark.text, "served": mark.at(SERVED).text},
        "auto_giveback": switches(node, mark),
    }


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Look, as long as is allowed, and say what comes next."""
    for option in TIMES:
        if params[option] < 0:
            raise InputError(f"{option} is {params[option]}; it cannot be negative.", target=option)
    watch = Watch(client, params)
    watch.run(patient=not check_mode)
    read, scene = watch.read, watch.scene
    if read is None or scene is None:
        raise AssertionError("a watch ends with an answer or raises")
    kinds = {kind: [one.record() for one in watch.found if one.kind == kind] for kind in (scenes.WAITING, scenes.HELD, scenes.NOTED)}
    return {
        "changed": False,
        "state": watch.state,
        "next": shown(watch.task, watch),
        "needs": watch.needs,
        "waiting": kinds[scenes.WAITING],
        "held": kinds[scenes.HELD],
        "notes": kinds[scenes.NOTED],
        "message": watch.message(),
        "nodes": {name: node.storage for name, node in scene.nodes.items()},
        "tags": watch.tags,
        "incarnation": read.document.incarnation,
        "live": watch.source.live,
        "source": {"origin": read.origin, "failures": watch.source.failures, "failing": watch.source.failing},
    }


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
