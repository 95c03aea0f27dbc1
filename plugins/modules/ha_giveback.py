#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ha_giveback
short_description: Have a node's HA partner give its storage back
version_added: 0.1.0
description:
  - Brings an HA pair to the state in which a node serves its own storage again.
  - Done means that the node is C(up), every aggregate and LIF of it is home, nothing is left to give back, and takeover is possible again.
  - Waits for a node that is still booting. A giveback that is under way by anybody's hand, auto-giveback included, is joined.
  - A partial giveback (the root aggregate is home, others were vetoed) goes on where it stopped.
options:
  node:
    description: The node that gets its storage back.
    type: str
    required: true
  override_vetoes:
    description:
      - Set soft vetoes aside. This can cost the clients behind the veto their sessions or locks; hard vetoes stay.
    type: bool
    default: false
  only_cfo_aggregates:
    description: Give back the root aggregate only, so that the node comes up while its data stays with the partner.
    type: bool
    default: false
  only_sfo_aggregates:
    description: Give back the data aggregates only, after the root aggregate has gone home.
    type: bool
    default: false
  require_partner_waiting:
    description:
      - Pass on ONTAP's parameter of this name; V(false) gives back to a node that does not say that it waits.
      - ONTAP's own default counts when this is left out.
    type: bool
  engine:
    description:
      - By which API ONTAP is asked for the giveback. How far it is, is read by REST in any case.
      - V(rest) uses the public action, and the private CLI passthrough for what that lacks.
      - V(ontapi) uses ONTAPI (C(cf-giveback)); it needs the Python library netapp-lib, and an account for the application ontapi.
        It has no O(only_sfo_aggregates).
      - V(auto) uses V(rest), and V(ontapi) when the account may not use what that takes.
    type: str
    choices: [auto, rest, ontapi]
    default: auto
    version_added: 0.3.0
  revert_lifs:
    description:
      - Send home the node's LIFs that have no auto-revert, too. With V(false) they stay where they are, and only LIFs with
        auto-revert are waited for.
    type: bool
    default: true
  veto_timeout:
    description:
      - Seconds for which a vetoed giveback is tried again before the task fails.
      - Some vetoes, such as a core dump or AutoSupport, go away by themselves.
    type: int
    default: 0
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
  - Uses C(PATCH /api/cluster/nodes/{uuid}?action=giveback), and the private CLI passthrough for O(override_vetoes),
    O(only_cfo_aggregates), O(only_sfo_aggregates) and O(require_partner_waiting).
seealso:
  - module: ndo.ontap.ha_takeover
  - module: ndo.ontap.ha_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Give the storage back to its node and see everything home
  ndo.ontap.ha_giveback:
    node: ndo-01

- name: The same, and keep trying for 20 minutes when something vetoes it
  ndo.ontap.ha_giveback:
    node: ndo-01
    veto_timeout: 1200
"""

RETURN = r"""
record:
  description: Who serves the node's storage now; in check mode, who would.
  returned: success
  type: dict
  sample: {"node": "ndo-01", "partner": "ndo-02", "storage": "home", "served_by": "ndo-01"}
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when there was nothing to give back.
  returned: success
  type: list
  elements: str
  sample: [giveback, revert LIF nas_2]
joined:
  description: Whether somebody else's giveback was found under way, and waited for.
  returned: success
  type: bool
  sample: false
job:
  description: The job that ONTAP started; only with O(wait=false), and where the public action was used.
  returned: when not waited for
  type: dict
  sample: {"uuid": "2f7a6c1e-8a3d-4a0e-9a41-2f3f9b1f4a55"}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 14, "seconds": 96.2}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample:
    kind: OperationFailed
    message: "The giveback of ndo-01 by ndo-02 failed: aggr1_ndo_01: veto."
    state: partially_given_back
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments, wait_arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.giveback import Giveback
from ansible_collections.ndo.ontap.plugins.module_utils.ha_ontapi import ENGINE
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.resource import Work

ARGUMENTS = CONNECTION.merge(
    wait_arguments(1800),
    Arguments(
        {
            "node": {"type": "str", "required": True},
            "override_vetoes": {"type": "bool", "default": False},
            "only_cfo_aggregates": {"type": "bool", "default": False},
            "only_sfo_aggregates": {"type": "bool", "default": False},
            "require_partner_waiting": {"type": "bool"},
            "revert_lifs": {"type": "bool", "default": True},
            "veto_timeout": {"type": "int", "default": 0},
        },
        mutually_exclusive=[["only_cfo_aggregates", "only_sfo_aggregates"]],
    ),
    ENGINE,
)

CONTROLS = ("engine", "revert_lifs", "veto_timeout", "wait")
FLAGS = {
    "override_vetoes": "override-vetoes",
    "only_cfo_aggregates": "only-cfo-aggregates",
    "only_sfo_aggregates": "only-sfo-aggregates",
}
"""Source: CLI manual, storage failover giveback."""


def cli_arguments(params: dict[str, Any]) -> dict[str, Any]:
    """The options that the public giveback action lacks, as parameters of the CLI command."""
    arguments = {word: True for option, word in FLAGS.items() if params[option]}
    if params["require_partner_waiting"] is not None:
        arguments["require-partner-waiting"] = params["require_partner_waiting"]
    return arguments


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Bring the node's storage home."""
    goal = Giveback(client, params["node"], cli_arguments(params), **{name: params[name] for name in CONTROLS})
    return Work(client, goal, waiting.Deadline(params["wait_timeout"]), params["wait"]).run(check_mode)


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
