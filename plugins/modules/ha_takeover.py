#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_takeover
short_description: Have a node's HA partner take over its storage
version_added: 0.1.0
description:
  - Brings an HA pair to the state in which one node is out and its partner serves the storage of both, so that the node can be serviced.
  - Done means that the partner is C(in_takeover), the node is C(taken_over) or C(waiting_for_giveback), and the partner serves the node's
    aggregates and NAS LIFs. SAN LIFs do not fail over; hosts use the paths of the partner.
  - A takeover that is there already, or under way by anybody's hand, is joined and never repeated.
  - Taking a node over shuts it down and boots it; it then waits for M(ndo.ontap.ha_giveback).
  - SMB sessions that are not continuously available are lost. M(ndo.ontap.smb_session_info) reports them; the role
    P(ndo.ontap.node_maintenance#role) refuses to go on unless that is accepted.
options:
  node:
    description: The node that is to be taken over.
    type: str
    required: true
  option:
    description:
      - The style of the takeover.
      - V(immediate) does not let the node close its storage cleanly and delays the migration of its LIFs.
      - V(allow_version_mismatch) is for upgrades, while the two nodes run different releases.
    type: str
    choices: [normal, immediate, allow_version_mismatch]
    default: normal
  bypass_optimization:
    description: Do not relocate the aggregates one by one before the node is shut down. ONTAP's own setting counts when this is left out.
    type: bool
  skip_lif_migration:
    description: Do not migrate the node's data LIFs before the takeover. ONTAP's own setting counts when this is left out.
    type: bool
  engine:
    description:
      - By which API ONTAP is asked for the takeover. How far it is, is read by REST in any case.
      - V(rest) uses the private CLI passthrough.
      - V(ontapi) uses ONTAPI (C(cf-takeover)); it needs the Python library netapp-lib, and an account for the application ontapi.
      - V(auto) uses V(rest), and V(ontapi) when the account may not use the CLI passthrough.
    type: str
    choices: [auto, rest, ontapi]
    default: auto
    version_added: 0.3.0
  until:
    description:
      - How far to wait. V(taken_over) ends when the partner serves everything.
      - V(waiting_for_giveback) also waits until the node has booted and waits for giveback.
    type: str
    choices: [taken_over, waiting_for_giveback]
    default: taken_over
  wait_timeout:
    description: Seconds until the task fails. Nothing is cancelled then; running the task again joins what goes on in ONTAP.
    type: int
    default: 1800
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.wait
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
requirements:
  - netapp-lib (only where O(engine) comes to V(ontapi))
notes:
  - Uses the private CLI passthrough, because the public REST API has no takeover action. The account needs access to
    C(/api/private/cli/storage/failover/takeover), or to ONTAPI (O(engine)).
  - A run that was killed, or whose answer was lost, is finished by running the task again.
seealso:
  - module: ndo.ontap.ha_giveback
  - module: ndo.ontap.ha_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Take a node over and wait until it can be given back
  ndo.ontap.ha_takeover:
    node: ndo-01
    until: waiting_for_giveback
"""

RETURN = r"""
record:
  description: Who serves the node's storage now; in check mode, who would.
  returned: success
  type: dict
  sample: {"node": "ndo-01", "partner": "ndo-02", "storage": "taken_over", "served_by": "ndo-02"}
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when a takeover was there or was joined.
  returned: success
  type: list
  elements: str
  sample: [takeover]
joined:
  description: Whether somebody else's takeover was found under way, and waited for.
  returned: success
  type: bool
  sample: false
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 9, "seconds": 214.7}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "Refused", "message": "ndo-01 cannot be taken over: storage failover is disabled."}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments, wait_arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.ha_ontapi import ENGINE
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.resource import Work
from ansible_collections.ndo.ontap.plugins.module_utils.takeover import Takeover

ARGUMENTS = CONNECTION.merge(
    wait_arguments(1800),
    Arguments(
        {
            "node": {"type": "str", "required": True},
            "option": {"type": "str", "choices": ["normal", "immediate", "allow_version_mismatch"], "default": "normal"},
            "bypass_optimization": {"type": "bool"},
            "skip_lif_migration": {"type": "bool"},
            "until": {"type": "str", "choices": ["taken_over", "waiting_for_giveback"], "default": "taken_over"},
        }
    ),
    ENGINE,
)

CLI_WORDS = {"bypass_optimization": "bypass-optimization", "skip_lif_migration": "skip-lif-migration-before-takeover"}
"""Source: CLI manual, storage failover takeover."""


def cli_arguments(params: dict[str, Any]) -> dict[str, Any]:
    """The options as parameters of the CLI command; defaults are left out, so that ONTAP's own apply."""
    arguments = {word: params[option] for option, word in CLI_WORDS.items() if params[option] is not None}
    if params["option"] != "normal":
        arguments["option"] = params["option"].replace("_", "-")
    return arguments


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Bring the pair to the takeover that the task asks for."""
    goal = Takeover(client, params["node"], cli_arguments(params), params["until"], params["engine"])
    return Work(client, goal, waiting.Deadline(params["wait_timeout"]), params["wait"]).run(check_mode)


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
