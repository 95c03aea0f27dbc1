# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""private/cli/storage/failover: show, modify, takeover and giveback, as the passthrough has them.

Sources: CLI manual, storage failover (commands, parameters, meaning), HA guide (texts of state_description and of the
giveback status), knowledge base (partial giveback). Columns that no client was seen reading are choices.

Not simulated: check-takeover, show-takeover per aggregate, privilege levels, the options force and check-only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..store import Row
from . import ha_failures, ha_giveback, ha_takeover
from .family import DONE, CliAction, CliCommand, Outcome
from .ha_actions import flag
from .ha_settings import setting
from .ha_state import (
    APPLICATIONS,
    BOOTING,
    HALTED,
    TAKEOVER_IMPOSSIBLE,
    WAITING,
    blockers,
    find_node,
    giveback_record,
    gives_back,
    held_for,
    node_state,
    partial,
    partner_of,
    serves,
    takeover_record,
    takes_over,
)
from .refusal import Refusal
from .world import World

TAKEOVER: tuple[str, ...] = ("ofnode", "bynode", "option", "bypass_optimization", "skip_lif_migration_before_takeover", "override_vetoes")
TAKEOVER += ("ignore_quorum_warnings",)
GIVEBACK = ("ofnode", "fromnode", "override_vetoes", "require_partner_waiting", "only_cfo_aggregates", "only_sfo_aggregates")


def possible(world: World, node: Row) -> bool:
    """Whether the node could take over its partner."""
    return not blockers(world, node)


def describe(world: World, node: Row) -> str:
    """The state_description of a node. Source: HA guide; texts for takeovers and givebacks that run are choices."""
    partner = partner_of(world, node)
    if partner is None:
        return "Non-HA mode"
    fixed = {HALTED: "Unknown", BOOTING: "Unknown", WAITING: "Waiting for giveback (HA mailboxes)"}
    if node["sim"]["run"] in fixed:
        return fixed[node["sim"]["run"]]
    if gives_back(node):
        return "Giveback in progress"
    if takes_over(node) == "in_progress":
        return "Takeover in progress"
    if takes_over(node) == "in_takeover":
        failed = _failed_module(node)
        return f"Previous giveback failed in module: {failed}" if failed else "In takeover"
    return _connected(world, node, partner)


def _connected(world: World, node: Row, partner: Row) -> str:
    reasons = blockers(world, node)
    reachable = serves(partner) and node["ha"]["interconnect"]["state"] == "up"
    text = f"{'Connected to' if reachable else 'Waiting for'} {partner['name']}"
    if partial(world, node):
        text += ", Partial giveback"
    if reasons == [APPLICATIONS]:
        return f"{text}, {APPLICATIONS}"
    if reasons:
        text += f", Takeover of {partner['name']} is not possible due to reason(s): {', '.join(reasons)}"
    return text


def _failed_module(node: Row) -> str | None:
    run = node["sim"]["giveback"]
    failed = [entry["module"] for entry in run["status"] if entry["state"] == "failed"] if run else []
    return failed[0] if failed else None


def named(world: World, body: Row, name: str) -> Row:
    """The node that a parameter names. Choice of the code: an invalid value."""
    node = find_node(world, str(body[name]))
    if node is None:
        raise Refusal(400, "262247", f'Invalid value specified for "{name}": node {body[name]} does not exist.', name)
    return node


def one_of(world: World, body: Row, by_owner: str, by_holder: str) -> Row:
    """The node whose storage moves, named itself or by its partner (source: CLI manual: exactly one of the two)."""
    given = [name for name in (by_owner, by_holder) if body.get(name)]
    if len(given) != 1:
        raise Refusal(400, "262245", f'Exactly one of "{by_owner}" and "{by_holder}" is required.', by_owner)
    node = named(world, body, given[0])
    if given[0] == by_owner:
        return node
    owner = partner_of(world, node)
    if owner is None:
        raise Refusal(400, "852130", f"Node {node['name']} has no HA partner.", by_holder)
    return owner


def parameters(body: Row, known: tuple[str, ...]) -> Row:
    """The parameters of an action with underscores; one that the command does not have is an error."""
    found = {name.replace("-", "_"): value for name, value in body.items()}
    for name in found:
        if name not in known:
            raise Refusal(400, "262179", f'Unexpected argument "{name}".', name)
    return found


def take_over(world: World, body: Row) -> Outcome:
    """storage failover takeover."""
    given = parameters(body, TAKEOVER)
    victim = one_of(world, given, "ofnode", "bynode")
    option = str(given.get("option", "normal"))
    if option not in ha_takeover.OPTIONS:
        raise Refusal(400, "262247", f'Invalid value "{option}" for field "option".', "option")
    others = [one for one in world.store.table("nodes").values() if one is not victim and serves(one)]
    total = len(world.store.table("nodes"))
    if total > 2 and len(others) * 2 <= total and not flag(given, "ignore_quorum_warnings"):
        # Source for the code: API reference, node.
        raise Refusal(400, "9240606", "The cluster would lose its quorum.")
    ha_takeover.start(
        world,
        victim,
        option=option,
        bypass_optimization=flag(given, "bypass_optimization"),
        skip_lif_migration=flag(given, "skip_lif_migration_before_takeover"),
        override=flag(given, "override_vetoes"),
    )
    return DONE


def give_back(world: World, body: Row) -> Outcome:
    """storage failover giveback."""
    given = parameters(body, GIVEBACK)
    owner = one_of(world, given, "ofnode", "fromnode")
    cfo, sfo = flag(given, "only_cfo_aggregates"), flag(given, "only_sfo_aggregates")
    if cfo and sfo:
        raise Refusal(400, "262245", 'Only one of "only_cfo_aggregates" and "only_sfo_aggregates" can be given.', "only_sfo_aggregates")
    ha_giveback.start(
        world,
        owner,
        override=flag(given, "override_vetoes"),
        only="cfo" if cfo else "sfo" if sfo else None,
        require_waiting=flag(given, "require_partner_waiting", True),
    )
    return DONE


def show_takeover(world: World) -> Iterable[Row]:
    """storage failover show-takeover: a row per node (choice: without the rows per aggregate)."""
    texts = {"not_attempted": "Not attempted", "not_possible": "Not possible", "in_progress": "In progress", "in_takeover": "Done"}
    for node in world.store.table("nodes").values():
        if node.get("ha"):
            state = takeover_record(world, node)["state"]
            failure = node["sim"]["takeover_failure"]
            yield {"node": node["name"], "node_status": f"Failed: {failure}" if state == "failed" else texts[state]}


def show_giveback(world: World) -> Iterable[Row]:
    """storage failover show-giveback: a row per partner aggregate, or one that says there is none."""
    for node in world.store.table("nodes").values():
        partner = partner_of(world, node)
        if partner is None:
            continue
        entries = {entry["aggregate"]["uuid"]: entry for entry in (node["sim"]["giveback"] or {"status": []})["status"]}
        for aggregate in held_for(world, node, partner):
            entries.setdefault(aggregate["uuid"], {"aggregate": aggregate, "state": "not_started", "module": None})
        if not entries:
            yield {"node": node["name"], "giveback_status": ["No aggregates to give back"]}
        for entry in entries.values():
            yield {"node": node["name"], "aggregate": entry["aggregate"]["name"], "giveback_status": [_giveback_text(entry)]}


def _giveback_text(entry: Row) -> str:
    if entry["state"] == "failed":
        return f"Failed module: {entry['module']}. Check the event log"
    return {"done": "Done", "in_progress": "In progress", "not_started": "Not attempted yet"}[entry["state"]]


class Failover(CliCommand):
    """storage failover: show and modify, and the actions takeover and giveback."""

    path = "storage/failover"
    keys = ("node",)
    columns = (
        "node",
        "partner_name",
        "possible",
        "state_description",
        "partner_state",
        "mode",
        "enabled",
        "auto_giveback",
        "auto_giveback_after_panic",
        "delay_seconds",
        "detection_time",
        "reason",
        "interconnect_up",
        "takeover_state",
        "giveback_state",
    )
    writable = ("enabled", "auto_giveback", "auto_giveback_after_panic")

    def rows(self, world: World) -> Iterable[Row]:
        """One row per node."""
        return (self._row(world, node) for node in list(world.store.table("nodes").values()))

    @staticmethod
    def _row(world: World, node: Row) -> Row:
        partner = partner_of(world, node)
        if partner is None:
            # Choice: a node without a partner has these columns only.
            return {"node": node["name"], "possible": False, "mode": "non_ha", "state_description": describe(world, node)}
        reasons = blockers(world, node)
        row = {
            "node": node["name"],
            "partner_name": partner["name"],
            "possible": not reasons,
            "state_description": describe(world, node),
            # Choice: the sources do not list the values.
            "partner_state": node_state(world, partner),
            "mode": "ha",
            "enabled": node["ha"]["enabled"],
            "auto_giveback": node["ha"]["auto_giveback"],
            "auto_giveback_after_panic": node["sim"]["auto_giveback_after_panic"],
            "delay_seconds": setting(world, "auto_giveback_delay"),
            "detection_time": setting(world, "takeover_detection"),
            "interconnect_up": node["ha"]["interconnect"]["state"] == "up",
            "takeover_state": takeover_record(world, node)["state"],
            "giveback_state": giveback_record(world, node)["state"],
        }
        return dict(row, reason=reasons) if reasons else row

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """storage failover modify on one node."""
        given = parameters(body, self.writable)
        node = find_node(world, row["node"])
        if node is None or not node.get("ha"):
            raise Refusal(400, str(TAKEOVER_IMPOSSIBLE), f"Node {row['node']} is not part of an HA pair.", "node")
        values: dict[str, Any] = {name: flag(given, name) for name in given}
        if "enabled" in values:
            ha_failures.set_ha(world, node["name"], values["enabled"])
        if "auto_giveback" in values:
            node["ha"]["auto_giveback"] = values["auto_giveback"]
        if "auto_giveback_after_panic" in values:
            node["sim"]["auto_giveback_after_panic"] = values["auto_giveback_after_panic"]
        return DONE

    def actions(self, world: World) -> dict[str, CliAction]:
        """takeover and giveback; which methods they take is a setting, because the sources do not settle it."""
        takeover = tuple(setting(world, "takeover_methods"))
        giveback = tuple(setting(world, "giveback_methods"))
        return {
            "takeover": CliAction(takeover, TAKEOVER, take_over, show_takeover, ("node", "node_status")),
            "giveback": CliAction(giveback, GIVEBACK, give_back, show_giveback, ("node", "aggregate", "giveback_status")),
        }
