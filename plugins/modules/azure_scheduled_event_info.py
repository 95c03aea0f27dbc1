#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_scheduled_event_info
short_description: See which maintenance Azure has announced for the VMs of Cloud Volumes ONTAP
version_added: 0.3.0
description:
  - Reads the scheduled events of Azure and says which nodes they are about, how much time is left, and who has to act.
  - It speaks to no cluster and takes no connection options.
  - The events come from the metadata service of a VM (O(url)), from a file (O(path)) or from a variable (O(document)). A controller cannot
    ask the service for the VMs of a cluster, so the task is run on a VM that gets their events, or is given what such a VM has read.
options:
  path:
    description: File with the document, on the machine that runs the task.
    type: path
  document:
    description: The document itself, as a dictionary or as JSON text.
    type: raw
  nodes:
    description: The nodes of the cluster, to find those whose VMs have their names. What O(vms) says counts more.
    type: list
    elements: str
    default: []
  types:
    description: Return events of these types only. All when left out, also of types that are not among the choices.
    type: list
    elements: str
    choices: [Freeze, Reboot, Redeploy, Preempt, Terminate]
  last_incarnation:
    description: RV(incarnation) of an earlier reading, to learn in RV(unchanged) whether there is anything new.
    type: int
  cvo_handles:
    description:
      - Types of events to which Cloud Volumes ONTAP reacts by itself. It does to V(Freeze), as soon as that is announced, unless it was
        told not to. An empty list says that it was.
    type: list
    elements: str
    choices: [Freeze, Reboot, Redeploy]
    default: [Freeze]
extends_documentation_fragment:
  - ndo.ontap.scheduled_events
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - An event that is over, or was cancelled, is not in the document any more; Azure has no status for that.
  - The time that is left is reckoned by the clock of the service where the service was asked, else by the clock of this machine.
  - The first question turns the service on, and a day without one turns it off. Events appear up to five minutes after that.
seealso:
  - module: ndo.ontap.azure_scheduled_event
  - name: Scheduled Events for Linux VMs
    description: What Azure announces, when, and how.
    link: https://learn.microsoft.com/en-us/azure/virtual-machines/linux/scheduled-events
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Ask the metadata service on a VM beside the pair
  ndo.ontap.azure_scheduled_event_info:
    vms:
      cvo-vm1: ndo-01
      cvo-vm2: ndo-02
  register: events

- name: Read a document that somebody else has fetched
  ndo.ontap.azure_scheduled_event_info:
    document:
      DocumentIncarnation: 7
      Events:
        - EventId: C7061BAC-AFDC-4513-B24B-AA5F13A16123
          EventType: Redeploy
          EventStatus: Scheduled
          ResourceType: VirtualMachine
          Resources: [ndo-01]
          NotBefore: Sat, 11 Apr 2026 22:26:58 GMT
    nodes: [ndo-01, ndo-02]
    types: [Reboot, Redeploy]
"""

RETURN = r"""
records:
  description: One entry per event, each event once, in the order of the document.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The event.
      type: str
      sample: C7061BAC-AFDC-4513-B24B-AA5F13A16123
    type:
      description: What will be done - C(Freeze), C(Reboot), C(Redeploy), C(Preempt), C(Terminate), or another word of Azure.
      type: str
      sample: Redeploy
    status:
      description: C(Scheduled), or C(Started) once Azure has begun.
      type: str
      sample: Scheduled
    not_before:
      description: When Azure begins at the earliest, in UTC; null when it has begun, and sometimes before.
      type: str
      sample: "2026-04-11T22:26:58Z"
    seconds_left:
      description: Seconds until then, negative when that moment has passed; null when Azure has begun, or RV(records[].not_before) is null.
      type: int
      sample: 840
    duration:
      description: Seconds that the interruption lasts, as announced; null when nobody knows.
      type: int
      sample: 9
    resources:
      description: The VMs that it is about.
      type: list
      elements: str
      sample: [cvo-vm1]
    nodes:
      description: The nodes that run on them.
      type: list
      elements: str
      sample: [ndo-01]
    unknown:
      description: Those of the VMs that are no node as far as O(vms) and O(nodes) say.
      type: list
      elements: str
      sample: []
    source:
      description: Who wants it - C(Platform) or C(User); empty when the document does not say.
      type: str
      sample: Platform
    description:
      description: Azure's own words.
      type: str
      sample: Host server is undergoing maintenance.
    supported:
      description: Whether a takeover helps against it. All but C(Freeze), C(Reboot) and C(Redeploy) of a VM is only reported.
      type: bool
      sample: true
    handled_by:
      description: Who has to act - C(cvo) when the cluster takes over by itself, C(operator) when it does not; null when not supported.
      type: str
      sample: operator
incarnation:
  description: The number of the document; it grows when anything in it changes.
  returned: success
  type: int
  sample: 7
unchanged:
  description: Whether this is the incarnation of O(last_incarnation), so that nothing is new. The records are returned all the same.
  returned: success
  type: bool
  sample: false
unknown:
  description: All VMs in the records that are no node as far as O(vms) and O(nodes) say.
  returned: success
  type: list
  elements: str
  sample: [backup-vm1]
duplicates:
  description: Events that the document has more than once.
  returned: success
  type: list
  elements: str
  sample: []
origin:
  description: Where the document is from - the address of the service, the file, or C(document).
  returned: success
  type: str
  sample: http://169.254.169.254/metadata/scheduledevents
now:
  description: The moment against which the times of the document were held, in UTC.
  returned: success
  type: str
  sample: "2026-04-11T22:12:58Z"
api:
  description: The requests that were sent to the metadata service, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 1, "seconds": 0.01}
error:
  description: The facts of a failure, for programs.
  returned: failure
  type: dict
  sample: {"kind": "MalformedDocument", "message": "The scheduled-events document has no Events."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Caller
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events import HANDLED, TYPES, Event, Places, spell
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events_source import SERVICE, reading

ARGUMENTS = SERVICE.merge(
    Arguments(
        {
            "path": {"type": "path"},
            "document": {"type": "raw"},
            "nodes": {"type": "list", "elements": "str", "default": []},
            "types": {"type": "list", "elements": "str", "choices": list(TYPES)},
            "last_incarnation": {"type": "int"},
            "cvo_handles": {"type": "list", "elements": "str", "choices": list(HANDLED), "default": ["Freeze"]},
        },
        mutually_exclusive=[["url", "path", "document"]],
    )
)


def describe(event: Event, places: Places, by_cvo: list[str], now: float) -> dict[str, Any]:
    """The record of an event."""
    nodes, unknown = places.split(event.resources)
    about = {"nodes": nodes, "unknown": unknown, "seconds_left": event.seconds_left(now), "handled_by": event.handled_by(by_cvo)}
    return {**event.record(), **about}


def body(params: dict[str, Any], check_mode: bool, caller: Caller) -> dict[str, Any]:
    """Read the document, and say what it means for the nodes."""
    places = Places(params["vms"], params["nodes"])
    found = reading(caller, params)
    document = found.document
    wanted = [event for event in document.events if params["types"] is None or event.type in params["types"]]
    records = [describe(event, places, params["cvo_handles"], found.now) for event in wanted]
    return {
        "changed": False,
        "records": records,
        "incarnation": document.incarnation,
        "unchanged": document.incarnation == params["last_incarnation"],
        "unknown": list(dict.fromkeys(vm for record in records for vm in record["unknown"])),
        "duplicates": document.duplicates,
        "origin": found.origin,
        "now": spell(found.now),
    }


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
