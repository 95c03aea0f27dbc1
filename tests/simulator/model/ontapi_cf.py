# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI: takeover and giveback. `node` is the node that does it: the one that takes over its partner, or that gives back to it.

Source: documentation of the manageability SDK, cf-takeover, cf-giveback, cf-status, cf-get-partner: inputs, defaults, that they
are for the cluster; override-vetoes of cf-takeover since ONTAP 9.5 (vendor's PowerShell toolkit). The rules are those of
`storage failover`. Choices: a refusal has the errno EAPIERROR; cf-status has a few of its outputs, with the words of the REST
API for states, and those of the CLI for reasons.

Not simulated: force, allow-disk-inventory-mismatch, and the outputs of cf-status about mailboxes, firmware and NVRAM.
"""

from __future__ import annotations

from ..store import Row
from . import failover_cli
from .ha_state import blockers, find_node, giveback_record, partner_of, takeover_record
from .ontapi import CLUSTER, EINVALIDINPUTERROR, ENODENOTFOUND, Given, OntapiCall, OntapiError, Svm, unsimulated
from .world import World


def _node(world: World, given: Given) -> Row:
    node = find_node(world, given["node"])
    if node is None:
        raise OntapiError(ENODENOTFOUND, f'Node "{given["node"]}" was not found.')
    return node


def _with_partner(world: World, given: Given) -> tuple[Row, Row]:
    node = _node(world, given)
    partner = partner_of(world, node)
    if partner is None:
        raise OntapiError(EINVALIDINPUTERROR, f'Node "{node["name"]}" is not in high-availability mode.')
    return node, partner


def _passed_on(given: Given, words: tuple[str, ...]) -> Row:
    """Inputs that the CLI has too."""
    return {word.replace("-", "_"): given[word] for word in words if word in given}


def _take_over(world: World, svm: Svm, given: Given) -> Row:
    unsimulated(given, "force", "allow-disk-inventory-mismatch")
    node, _partner = _with_partner(world, given)
    if given.get("immediate") and given.get("version-mismatch-ok"):
        raise OntapiError(EINVALIDINPUTERROR, "Only one of immediate and version-mismatch-ok can be specified.")
    body = _passed_on(given, ("bypass-optimization", "override-vetoes"))
    if "skip-lif-migration" in given:
        body["skip_lif_migration_before_takeover"] = given["skip-lif-migration"]
    if given.get("immediate") or given.get("version-mismatch-ok"):
        body["option"] = "immediate" if given.get("immediate") else "allow-version-mismatch"
    failover_cli.take_over(world, {"bynode": node["name"], **body})
    return {}


def _give_back(world: World, svm: Svm, given: Given) -> Row:
    unsimulated(given, "force")
    node, _partner = _with_partner(world, given)
    body = _passed_on(given, ("require-partner-waiting", "override-vetoes", "only-cfo-aggregates"))
    failover_cli.give_back(world, {"fromnode": node["name"], **body})
    return {}


def _status(world: World, svm: Svm, given: Given) -> Row:
    node = _node(world, given)
    partner = partner_of(world, node)
    if partner is None:
        return {"name": node["name"], "current-mode": "non_ha", "is-enabled": False, "takeover-possible": False}
    reasons = blockers(world, node)
    found = {
        "name": node["name"],
        "partner": partner["uuid"],
        "partner-name": partner["name"],
        "current-mode": "ha",
        "is-enabled": node["ha"]["enabled"],
        "is-interconnect-up": node["ha"]["interconnect"]["state"] == "up",
        "takeover-possible": not reasons,
        "takeover-by-partner-possible": not blockers(world, partner),
        "takeover-state": takeover_record(world, node)["state"],
        "giveback-state": giveback_record(world, node)["state"],
    }
    if reasons:
        found["takeover-of-partner-not-possible-reason"] = [{"takeover-info": {"reason": reason}} for reason in reasons]
    return found


def _partner(world: World, svm: Svm, given: Given) -> Row:
    return {"partner": _with_partner(world, given)[1]["name"]}


TAKEOVER = {"node": "text", **dict.fromkeys(("force", "version-mismatch-ok", "immediate", "bypass-optimization"), "flag")}
TAKEOVER.update(dict.fromkeys(("skip-lif-migration", "allow-disk-inventory-mismatch", "override-vetoes"), "flag"))
GIVEBACK = {"node": "text", **dict.fromkeys(("require-partner-waiting", "override-vetoes", "force", "only-cfo-aggregates"), "flag")}
NODE = {"node": "text"}

CALLS = (
    OntapiCall("cf-takeover", _take_over, TAKEOVER, required=("node",), scopes=CLUSTER),
    OntapiCall("cf-giveback", _give_back, GIVEBACK, required=("node",), scopes=CLUSTER),
    OntapiCall("cf-status", _status, NODE, required=("node",), scopes=CLUSTER),
    OntapiCall("cf-get-partner", _partner, NODE, required=("node",), scopes=CLUSTER),
)
