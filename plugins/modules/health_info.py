#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: health_info
short_description: See whether a cluster is fit for non-disruptive work
version_added: 0.1.0
description:
  - Looks at nodes, HA pairs, aggregates, LIFs, volume moves, disks, jobs and the event log, and sums up in one verdict.
  - The verdict is healthy when there is no critical problem; with a O(baseline), when there is none that is new. Warnings are returned and
    decide nothing.
  - Costs one read for the nodes and one for each other kind of object that the checks need - at most 8 for a cluster of any size, and
    one more for each page beyond 10,000 records of a kind.
options:
  nodes:
    description: Look at these nodes and their HA partners only. The whole cluster when left out.
    type: list
    elements: str
  checks:
    description:
      - Carry out these checks only. All but V(smb_sessions) when left out.
      - V(node_up), every node is up (critical).
      - V(ha_ready), every node could take its partner over, and has nothing to give back (critical; a node without a partner is a warning).
      - V(interconnect), the HA interconnect is up, where ONTAP 9.11.1 or later tells (critical).
      - V(versions_equal), all nodes of the cluster run one release (warning).
      - V(aggregates_online), every aggregate is online (critical; on its way there, a warning).
      - V(aggregates_home), every aggregate is on its home node (critical).
      - V(lifs_up), every LIF that is enabled is up (critical).
      - V(lifs_home), every LIF is on its home port (warning).
      - V(volume_moves), no volume move from or to the nodes is cutting over (critical), running or parked (warning). Moves of FlexGroup
        constituents are not seen.
      - V(disks_failed), no disk is broken (warning).
      - V(ems_emergencies), no emergency or alert was logged (warning, because a takeover logs alerts itself).
      - V(jobs_running), no job is under way that a takeover would interrupt (warning). Before 9.11.1 jobs do not tell their node, and
        those of all nodes count.
      - V(smb_sessions), see O(smb).
    type: list
    elements: str
    choices:
      - node_up
      - ha_ready
      - interconnect
      - versions_equal
      - aggregates_online
      - aggregates_home
      - lifs_up
      - lifs_home
      - volume_moves
      - disks_failed
      - ems_emergencies
      - jobs_running
      - smb_sessions
  smb:
    description: Check SMB sessions too - those with open files that are not continuously available, which a takeover cuts (warning).
    type: bool
    default: false
  ems_since:
    description: How many seconds V(ems_emergencies) looks back, by the cluster's clock.
    type: int
    default: 3600
  baseline:
    description:
      - The RV(baseline) of an earlier run; problems that it has already do not count in the verdict, unless they have become more severe.
      - Give the same O(nodes) and O(checks) as then; a problem that the earlier run could not see is new.
      - An empty one has no problems, so that all are new.
    type: dict
  wait_timeout:
    description: Seconds to go on looking until the verdict is healthy. V(0) looks once. The task never fails because the verdict is not.
    type: int
    default: 0
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - The account needs to read C(/api/cluster/nodes), C(/api/cluster/jobs), C(/api/storage/aggregates), C(/api/storage/volumes),
    C(/api/storage/disks), C(/api/network/ip/interfaces), C(/api/support/ems/events) and, for O(smb), C(/api/protocols/cifs/sessions).
    What it cannot read, but for the nodes, becomes a warning of the check.
seealso:
  - module: ndo.ontap.ha_info
  - module: ndo.ontap.maintenance_info
  - module: ndo.ontap.ha_giveback
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Look at the whole cluster
  ndo.ontap.health_info:
  register: before

- name: Go on only if it is healthy
  ansible.builtin.assert:
    that: before.healthy
    fail_msg: "{{ before.message }}"

- name: After the work, see within ten minutes that nothing critical is new
  ndo.ontap.health_info:
    baseline: "{{ before.baseline }}"
    wait_timeout: 600
  register: after

- name: See whom a takeover of one node would disconnect
  ndo.ontap.health_info:
    nodes: [ndo-01]
    checks: [smb_sessions]
"""

RETURN = r"""
healthy:
  description: The verdict. No critical problem; with O(baseline), none that is new.
  returned: success
  type: bool
  sample: true
message:
  description: The verdict in words, with every critical problem that counts and what to do about it.
  returned: success
  type: str
  sample: "ndo-01, ndo-02: 12 checks found no critical problem, and 0 warnings."
records:
  description: All findings - of each check one that says that all is well, or one per problem.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: The check, as in O(checks).
      type: str
      sample: aggregates_home
    ok:
      description: Whether all is well.
      type: bool
      sample: false
    severity:
      description: C(info) when all is well, else C(warning) or C(critical).
      type: str
      sample: critical
    object:
      description: What the problem is about; null when all is well. With the check, it tells problems apart.
      type: str
      sample: aggr1_ndo_01
    detail:
      description: What was found, in a sentence.
      type: str
      sample: Aggregate aggr1_ndo_01 of ndo-01 is on ndo-02.
    remedy:
      description: What to do about it; empty when all is well.
      type: str
      sample: Give ndo-01 its storage back with ndo.ontap.ha_giveback, or relocate the aggregate.
problems:
  description: The findings of RV(records) that are not well, in the same form.
  returned: success
  type: list
  elements: dict
  sample: []
new_problems:
  description: With O(baseline), the problems that it does not have, or has as less severe. Empty without one.
  returned: success
  type: list
  elements: dict
  sample: []
baseline:
  description: The problems of this run in short, for O(baseline) of a later one.
  returned: success
  type: dict
  sample: {"format": 1, "problems": {"lifs_home nas1:nas1_lif1": "warning"}}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 7, "seconds": 0.08}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "InputError", "message": "The cluster has no node ndo-9.", "target": "node"}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import health, health_survey, waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError, WaitTimeout
from ansible_collections.ndo.ontap.plugins.module_utils.module import run

ON_REQUEST = "smb_sessions"

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "nodes": {"type": "list", "elements": "str"},
            "checks": {"type": "list", "elements": "str", "choices": list(health.CHECKS)},
            "smb": {"type": "bool", "default": False},
            "ems_since": {"type": "int", "default": 3600},
            "baseline": {"type": "dict"},
            "wait_timeout": {"type": "int", "default": 0},
        }
    )
)


def wanted(params: dict[str, Any]) -> list[str]:
    """The names of the checks to carry out."""
    checks = set(params["checks"] or [name for name in health.CHECKS if name != ON_REQUEST])
    return [name for name in health.CHECKS if name in checks or (name == ON_REQUEST and params["smb"])]


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Look once, or until the verdict is healthy or the time is over."""
    checks = wanted(params)
    for option in ("ems_since", "wait_timeout"):
        if params[option] < 0:
            raise InputError(f"{option} is {params[option]}; it cannot be negative.", target=option)
    health.new_among([], params["baseline"])
    last: dict[str, Any] = {}

    def look() -> waiting.Progress:
        facts = health_survey.survey(client, params["nodes"], checks, params["ems_since"])
        last.update(health.verdict(health.findings(facts, checks), facts.scope, params["baseline"]))
        return waiting.Progress(last["healthy"], last["message"])

    if not params["wait_timeout"]:
        look()
        return {"changed": False, **last}
    try:
        waiting.wait(look, waiting.Deadline(params["wait_timeout"]), "health", report=client.report)
    except WaitTimeout:
        if not last:
            raise
    return {"changed": False, **last}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
