#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: maintenance_info
short_description: See what speaks against servicing a node, and which steps are left
version_added: 0.1.0
description:
  - Collects every objection to taking a node over for maintenance, at once, and changes nothing.
  - Knows a takeover that a run of the role P(ndo.ontap.node_maintenance#role) has begun from anybody else's, by a tag of the cluster.
options:
  node:
    description: The node that is to be serviced.
    type: str
    required: true
  accept_smb_disruption:
    description: SMB sessions that are not continuously available are no objection; they are lost at the takeover and at the giveback.
    type: bool
    default: false
  smb_allow:
    description:
      - Whose SMB sessions may be lost, as in O(ndo.ontap.smb_session_info#module:allow). They are no objection, all others are.
    type: list
    elements: raw
    default: []
    version_added: 0.3.0
  adopt:
    description: A takeover that somebody else has begun is no objection; it is gone on with.
    type: bool
    default: false
  ignore:
    description:
      - Names of checks whose findings are no objection, such as V(volume_moves) or V(lifs_up). A cutover that is under way, and
        a pair that cannot take over, stay objections.
    type: list
    elements: str
    default: []
  problems:
    description: The C(problems) of M(ndo.ontap.health_info); the critical ones become objections.
    type: list
    elements: dict
    default: []
  wait_for_cutovers:
    description:
      - Seconds to wait for volume moves of the pair that are cutting over, when nothing else speaks against the work. Everything is read
        once more after that. V(0) does not wait.
      - A move that waits for somebody to cut over may look the same; it is waited for in vain. Cut over or abort it with
        M(ndo.ontap.volume_move).
      - Waiting only reads, so it is the same in check mode.
    type: int
    default: 0
    version_added: 0.2.0
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
  - The account needs to read C(/api/cluster), C(/api/cluster/nodes), C(/api/storage/aggregates), C(/api/storage/volumes) and
    C(/api/protocols/cifs/sessions); where SMB sessions are at risk, C(/api/network/ip/interfaces); and where O(smb_allow) names shares,
    C(/api/protocols/cifs/session/files).
seealso:
  - module: ndo.ontap.smb_session_info
  - module: ndo.ontap.health_info
  - module: ndo.ontap.ha_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: See what speaks against servicing a node
  ndo.ontap.maintenance_info:
    node: ndo-01
  register: maintenance

- name: Show it
  ansible.builtin.debug:
    msg: "{{ maintenance.message }}"

- name: Let cutovers of volume moves come to their end first
  ndo.ontap.maintenance_info:
    node: ndo-01
    ignore: [volume_moves]
    wait_for_cutovers: 600
"""

RETURN = r"""
objections:
  description: Every reason not to begin, with the way out. Empty when nothing speaks against it.
  returned: success
  type: list
  elements: dict
  sample: [{"check": "ha_ready", "detail": "ndo-02 cannot take ndo-01 over: storage failover is disabled.", "remedy": "See ha_info."}]
warnings_found:
  description: Objections that were accepted or do not count any more because the node is out already.
  returned: success
  type: list
  elements: dict
  sample: []
message:
  description: The result in a sentence.
  returned: success
  type: str
  sample: "Nothing speaks against servicing ndo-01. Steps: takeover, service, giveback, verify."
storage:
  description: Where the node's storage is, as in M(ndo.ontap.ha_info).
  returned: success
  type: str
  sample: home
resumed:
  description: Whether the run goes on with a takeover that has begun.
  returned: success
  type: bool
  sample: false
steps:
  description: What remains to be done.
  returned: success
  type: list
  elements: str
  sample: [takeover, service, giveback, verify]
tag:
  description: The key of the cluster tag by which runs know their takeover; empty on releases before 9.13.1.
  returned: success
  type: str
  sample: ndo_maintenance_ndo-01
mark:
  description: The value of that tag; null when there is none.
  returned: success
  type: str
  sample: takeover
smb:
  description:
    - Which SMB sessions the work costs. C(moments) has the takeover, the giveback of each aggregate and the return of the LIFs, each with
      its number of C(sessions) and C(open_files) and its C(users); C(left) has the sessions that nobody gave up, C(allowed) those of
      O(smb_allow), C(safe) is whether C(left) is empty, and C(message) says it in words.
    - For a node that is out already, only what is still to come.
  returned: success
  type: dict
  sample: {"safe": true, "moments": [], "left": [], "allowed": [], "message": "No SMB session would be lost."}
  version_added: 0.3.0
waited:
  description: Seconds that were spent waiting for cutovers.
  returned: success
  type: float
  sample: 0.0
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 5, "seconds": 0.06}
"""

import contextlib
from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import ha, smb, smb_outlook, waiting
from ansible_collections.ndo.ontap.plugins.module_utils import maintenance as rules
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client, dig, literal
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError, WaitTimeout
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.smb_allow import AllowList
from ansible_collections.ndo.ontap.plugins.module_utils.version import parse

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "node": {"type": "str", "required": True},
            "accept_smb_disruption": {"type": "bool", "default": False},
            "smb_allow": {"type": "list", "elements": "raw", "default": []},
            "adopt": {"type": "bool", "default": False},
            "ignore": {"type": "list", "elements": "str", "default": []},
            "problems": {"type": "list", "elements": "dict", "default": []},
            "wait_for_cutovers": {"type": "int", "default": 0},
        }
    )
)

FIRM = ("ha_ready", "takeover", rules.CUTOVER)
"""Checks that cannot be ignored by name."""


def read_mark(client: Client, node: str) -> str | None:
    """The mark of an earlier run; releases without tags have none."""
    if client.release() < parse(rules.MARK_SINCE):
        return None
    return rules.mark_of(client.get("/cluster", ["_tags"]).get("_tags"), node)


def moves(client: Client, names: set[str]) -> list[dict[str, Any]]:
    """The volumes that are being moved from or to these aggregates."""
    fields = ["name", "svm.name", "aggregates.name", "movement.state", "movement.destination_aggregate.name"]
    volumes = client.records("/storage/volumes", fields, {"movement.state": "|".join(rules.MOVING)})
    return [volume for volume in volumes if rules.places(volume) & names]


def await_cutovers(client: Client, node: str, names: set[str], seconds: int) -> float:
    """Wait until no move of these aggregates is cutting over, or the time is up; the seconds that it took."""
    started = waiting.clock.now()

    def look() -> waiting.Progress:
        cutting = rules.cutting_over(moves(client, names))
        return waiting.Progress(not cutting, f"waiting for cutovers: {', '.join(cutting)}" if cutting else "no volume is cutting over")

    # After the time, what is in the way is read and said anyway.
    with contextlib.suppress(WaitTimeout):
        waiting.wait(look, waiting.Deadline(seconds), node, report=client.report)
    return round(waiting.clock.now() - started, 1)


class Situation:
    """A pair as it is now: its nodes and aggregates, where the storage of the node is, and which steps are left."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.pair = pair = ha.pair_of(ha.read_nodes(client), params["node"])
        both = "|".join(literal(name) for name in (pair.name, pair.partner_name) if name)
        self.aggregates = list(client.records(ha.AGGREGATES, ha.AGGREGATE_FIELDS, {"home_node.name": both}))
        self.names = {one["name"] for one in self.aggregates}
        mine = [one for one in self.aggregates if dig(one, "home_node.name") == pair.name]
        self.storage = ha.pair_state(pair, bool(ha.away(mine)))
        self.mark = read_mark(client, pair.name)
        self.steps = rules.steps_left(self.storage, self.mark)
        self.resumed = rules.is_under_way(self.storage) and (self.mark is not None or params["adopt"])

    def outlook(self, client: Client, allow: AllowList) -> smb_outlook.Outlook:
        """What SMB users lose by what is left to be done."""
        out = rules.TAKEOVER not in self.steps or self.storage in ("taken_over", "giveback_in_progress", "partially_given_back")
        return smb_outlook.look(client, smb.unprotected(client), self.aggregates, allow, node=self.pair.name, out=out)


def survey(params: dict[str, Any], client: Client, allow: AllowList) -> tuple[dict[str, Any], set[str]]:
    """The result as things are now, and the pair's aggregates; five requests, seven or eight when SMB sessions are in question."""
    now = Situation(client, params)
    objections = rules.ha_objections(now.pair, now.storage, now.mark, params["adopt"])
    disruptions = rules.move_objections(moves(client, now.names))
    outlook = now.outlook(client, allow)
    disruptions += rules.smb_objections(outlook)
    if not rules.is_under_way(now.storage) and rules.TAKEOVER in now.steps:
        # While the node is out, or comes home, its pair is not healthy; that is a consequence, not one more objection.
        disruptions += rules.health_objections(params["problems"])
    accepted = set(params["ignore"]) | ({smb_outlook.CHECK} if params["accept_smb_disruption"] else set())
    waived = [one for one in disruptions if now.resumed or (one["check"] in accepted and one["check"] not in FIRM)]
    objections += [one for one in disruptions if one not in waived]
    result = {
        "objections": objections,
        "warnings_found": waived + rules.smb_given_up(outlook),
        "message": rules.message(now.pair.name, objections, now.steps),
        "storage": now.storage,
        "resumed": now.resumed,
        "steps": now.steps,
        "tag": f"{rules.MARK}{now.pair.name}" if client.release() >= parse(rules.MARK_SINCE) else "",
        "mark": now.mark,
        "smb": outlook.record(),
    }
    return result, now.names


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Look; and when nothing but cutovers is in the way, wait for them if asked to, and look once more."""
    seconds, waited = params["wait_for_cutovers"], 0.0
    if seconds < 0:
        raise InputError(f"wait_for_cutovers is {seconds}; it cannot be negative.", target="wait_for_cutovers")
    allow = AllowList(params["smb_allow"])
    result, names = survey(params, client, allow)
    if seconds and {one["check"] for one in result["objections"]} == {rules.CUTOVER}:
        waited = await_cutovers(client, params["node"], names, seconds)
        result, names = survey(params, client, allow)
    return {"changed": False, **result, "waited": waited}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
