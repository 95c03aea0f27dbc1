#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: azure_scheduled_event
short_description: Let a scheduled event of Azure begin, once the partner of its node serves everything
version_added: 0.3.0
description:
  - Approves a scheduled event (C(StartRequests)), so that Azure need not wait for its time. Until then, the pair has no second node.
  - An approval counts for all VMs of the event. So it is sent only when the takeover of the node is complete, and its partner is up, serves
    all of its aggregates, and has no event that has begun. This is read from the cluster; nothing is changed there.
  - An event that has begun, is over, or was cancelled leaves nothing to do, and the cluster is not asked then.
options:
  event_id:
    description: The event.
    type: str
    required: true
  node:
    description: The node on whose VM it is, and which was taken over for it.
    type: str
    required: true
  state:
    description: Azure need not wait any longer.
    type: str
    choices: [approved]
    default: approved
  allow_others:
    description:
      - Other VMs of the event that may be stopped now, by their names in Azure.
      - One that is a node of the cluster has to be out of service too. The partner of O(node) is never allowed.
    type: list
    elements: str
    default: []
  wait_timeout:
    description:
      - Seconds to look whether Azure has begun. It is no failure when it has not, because Azure may wait until others on the same hardware
        have agreed; it begins at the time that it announced at the latest.
    type: int
    default: 30
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.scheduled_events
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: While Azure waits for others, an event that was approved still looks like one that was not, and is approved again.
notes:
  - The task has to reach both the metadata service and the cluster, so it is run on a VM that gets the events of the node.
  - Where O(vms) names the VM of a node, it has to name that of its partner too, so that an event of the partner is seen.
  - Types that a takeover does not help against (C(Preempt), C(Terminate), and any other) are refused.
  - Nothing is written to the cluster.
  - When the answer to an approval is lost, the event is read again; the approval is repeated while the event has not begun, which does no
    harm.
seealso:
  - module: ndo.ontap.azure_scheduled_event_info
  - module: ndo.ontap.ha_takeover
  - name: Scheduled Events for Linux VMs
    description: What an approval means to Azure.
    link: https://learn.microsoft.com/en-us/azure/virtual-machines/linux/scheduled-events#start-an-event
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Tell Azure that the VM of a node may be redeployed now
  ndo.ontap.azure_scheduled_event:
    event_id: C7061BAC-AFDC-4513-B24B-AA5F13A16123
    node: ndo-01
    vms:
      cvo-vm1: ndo-01
      cvo-vm2: ndo-02
    state: approved
"""

RETURN = r"""
record:
  description: The event as it is now; in check mode, as it would be. All but its id, status and node is null when it is over.
  returned: success
  type: dict
  contains:
    id:
      description: The event.
      type: str
      sample: C7061BAC-AFDC-4513-B24B-AA5F13A16123
    status:
      description: C(Scheduled), C(Started), or C(gone) when it is not in the document any more.
      type: str
      sample: Started
    node:
      description: The node on whose VM it is.
      type: str
      sample: ndo-01
    type:
      description: What is done to the VM.
      type: str
      sample: Redeploy
    not_before:
      description: When Azure begins at the earliest, in UTC; null when it has begun.
      type: str
      sample: "2026-04-11T22:26:58Z"
    resources:
      description: The VMs that it is about.
      type: list
      elements: str
      sample: [cvo-vm1]
    source:
      description: Who wants it - C(Platform) or C(User).
      type: str
      sample: Platform
    description:
      description: Azure's own words.
      type: str
      sample: Host server is undergoing maintenance.
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when there was nothing to approve.
  returned: success
  type: list
  elements: str
  sample: [approve]
diff:
  description: What the task changed, before and after.
  returned: success
  type: dict
  sample: {"before": {"status": "Scheduled"}, "after": {"status": "Started"}}
api:
  description: The requests that were sent to the metadata service and to the cluster, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 5, "seconds": 1.2}
error:
  description: The facts of a failure, for programs.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "Event 7 cannot be approved. The takeover of ndo-01 is in_progress."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.resource import Work
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events_approval import Approval
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events_source import SERVICE, Service
from ansible_collections.ndo.ontap.plugins.module_utils.transport import PATIENCE
from ansible_collections.ndo.ontap.plugins.module_utils.waiting import Deadline

ARGUMENTS = CONNECTION.merge(
    SERVICE,
    Arguments(
        {
            "event_id": {"type": "str", "required": True},
            "node": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["approved"], "default": "approved"},
            "allow_others": {"type": "list", "elements": "str", "default": []},
            "wait_timeout": {"type": "int", "default": 30},
        }
    ),
)


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Approve the event if that is needed, and safe."""
    goal = Approval(client, Service(client, params), params)
    result = Work(client, goal, Deadline(PATIENCE + params["wait_timeout"])).run(check_mode)
    return {**result, "warnings": list(dict.fromkeys(goal.warnings))} if goal.warnings else result


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
