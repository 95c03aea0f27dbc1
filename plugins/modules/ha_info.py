#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_info
short_description: See what the HA pairs of a cluster are doing
version_added: 0.1.0
description:
  - Reads the state of every node's HA pair from both sides, what is away from home, and why a takeover is not possible where it is not.
  - Costs three reads for a cluster of any size.
options:
  nodes:
    description: Return these nodes only. All nodes when left out.
    type: list
    elements: str
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
seealso:
  - module: ndo.ontap.health_info
  - module: ndo.ontap.ha_takeover
  - module: ndo.ontap.ha_giveback
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Read the HA state of the cluster
  ndo.ontap.ha_info:
  register: ha

- name: Show the nodes whose partner could not take over now
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.takeover.reasons | join(', ') }}"
  loop: "{{ ha.records | rejectattr('takeover.possible') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
records:
  description: One entry per node.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The node.
      type: str
      sample: ndo-01
    uuid:
      description: Its uuid.
      type: str
      sample: 4c1b0a6e-3a0c-4c39-8d7f-0b8a3d0e6c11
    state:
      description: Its state in ONTAP's words, such as C(up), C(taken_over) or C(waiting_for_giveback).
      type: str
      sample: up
    release:
      description: The ONTAP release that it runs.
      type: str
      sample: 9.16.1
    partner:
      description: Its HA partner; null when it has none.
      type: str
      sample: ndo-02
    partner_state:
      description: The partner's state in ONTAP's words.
      type: str
      sample: up
    storage:
      description:
        - Where the node's storage is - C(home), C(taken_over), C(partially_given_back), C(takeover_in_progress), C(giveback_in_progress),
          C(down) or C(no_partner).
      type: str
      sample: home
    ha_enabled:
      description: Whether storage failover is enabled on the node.
      type: bool
      sample: true
    auto_giveback:
      description: Whether the node gives back to its partner by itself.
      type: bool
      sample: true
    interconnect:
      description: The state of the HA interconnect; null on releases before 9.11.1.
      type: str
      sample: up
    takeover:
      description: Whether the partner could take the node over now, why not, and what its takeover is doing.
      type: dict
      sample: {"state": "not_attempted", "possible": true, "reasons": []}
    giveback:
      description: What the partner's giveback to the node is doing, per aggregate where ONTAP tells (9.11.1 and later).
      type: dict
      sample: {"state": "nothing_to_giveback", "failure": "", "vetoes": [], "aggregates": []}
    aggregates_away:
      description: The node's aggregates that another node serves.
      type: list
      elements: dict
      sample: []
    lifs_away:
      description: The node's LIFs that are on another node.
      type: list
      elements: dict
      sample: []
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 3, "seconds": 0.05}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import ha
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client, dig
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.version import of_record, show

ARGUMENTS = CONNECTION.merge(Arguments({"nodes": {"type": "list", "elements": "str"}}))


def place(thing: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """An object that is away: its name, where it is, and where it belongs."""
    return {"name": thing["name"], "node": dig(thing, prefix + "node.name"), "home_node": dig(thing, prefix + "home_node.name")}


def describe(pair: ha.Pair, aggregates: list[dict[str, Any]], lifs: list[dict[str, Any]]) -> dict[str, Any]:
    """The record of one node; aggregates and lifs are those of the whole cluster that are away."""
    mine = [place(one) for one in aggregates if dig(one, "home_node.name") == pair.name]
    reasons = ha.takeover_reasons(pair)
    statuses = dig(pair.partner or {}, "ha.giveback.status") or []
    return {
        "name": pair.name,
        "uuid": pair.owner["uuid"],
        "state": pair.state,
        "release": show(of_record(pair.owner.get("version") or {})),
        "partner": pair.partner_name,
        "partner_state": pair.partner.get("state") if pair.partner else None,
        "storage": ha.pair_state(pair, bool(mine)),
        "ha_enabled": bool(dig(pair.owner, "ha.enabled")),
        "auto_giveback": bool(dig(pair.owner, "ha.auto_giveback")),
        "interconnect": dig(pair.owner, "ha.interconnect.state"),
        "takeover": {"state": pair.takeover, "possible": not reasons and pair.takeover == "not_attempted", "reasons": reasons},
        "giveback": {
            "state": pair.giveback,
            "failure": pair.failure("giveback"),
            "vetoes": pair.vetoes(),
            "aggregates": [{"name": dig(one, "aggregate.name"), "state": one.get("state")} for one in statuses],
        },
        "aggregates_away": mine,
        "lifs_away": [place(one, "location.") for one in lifs if dig(one, "location.home_node.name") == pair.name],
    }


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Read nodes, aggregates, and the LIFs that are away; three requests, whatever the size of the cluster."""
    nodes = ha.read_nodes(client)
    pairs = [ha.pair_of(nodes, name) for name in (params["nodes"] or sorted(nodes))]
    aggregates = ha.away(list(client.records(ha.AGGREGATES, ha.AGGREGATE_FIELDS)))
    lifs = list(client.records(ha.INTERFACES, ha.LIF_FIELDS, {"location.is_home": False}))
    return {"changed": False, "records": [describe(pair, aggregates, lifs) for pair in pairs]}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
