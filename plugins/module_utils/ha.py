# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""High availability in ONTAP's words: what an HA pair is doing, and who may do what to it next.

`ha.takeover` and `ha.giveback` belong to the node that does it (the survivor), `state` to the node to which it happens
(the owner of the storage). Everything here is read from both. Source: API reference, node object.
"""

from __future__ import annotations

from typing import Any

from . import states
from .client import Client, dig
from .errors import ApiError, InputError, OntapError
from .version import of_record, require

NODES = "/cluster/nodes"
AGGREGATES = "/storage/aggregates"
INTERFACES = "/network/ip/interfaces"
NODE_FIELDS = ("name", "uuid", "state", "version", "ha")
AGGREGATE_FIELDS = ("name", "uuid", "state", "node.name", "home_node.name")
LIF_FIELDS = (
    "name", "uuid", "state", "enabled", "services", "svm.name", "location.node.name", "location.home_node.name", "location.is_home",
    "location.auto_revert",
)  # fmt: skip
SAN_SERVICES = ("data_iscsi", "data_fcp", "data_nvme_tcp")
NEEDS = {"the HA state of the nodes": "9.8"}
"""node.state exists since 9.7, node.ha.partners since 9.8. Source: SDK schemas."""
UNKNOWN_FIELD = "262197"
"""ONTAP's code for a field that the release does not have. Source: API reference."""
OUT = ("taken_over", "waiting_for_giveback")
"""States of a node whose partner serves its storage. Source: API reference, node.state."""


class Pair:
    """A node and its partner as one reading showed them; `owner` is the node that is asked about."""

    def __init__(self, owner: dict[str, Any], partner: dict[str, Any] | None) -> None:
        self.owner = owner
        self.partner = partner

    @property
    def name(self) -> str:
        """The name of the node that is asked about."""
        return str(self.owner["name"])

    @property
    def partner_name(self) -> str | None:
        """The name of the other node."""
        return self.partner["name"] if self.partner else None

    @property
    def state(self) -> str:
        """The owner's node state."""
        return str(self.owner.get("state", "unknown"))

    @property
    def takeover(self) -> str:
        """What the partner's takeover of the owner is doing."""
        return doing(self.partner, "takeover")

    @property
    def giveback(self) -> str:
        """What the partner's giveback to the owner is doing."""
        return doing(self.partner, "giveback")

    @property
    def is_out(self) -> bool:
        """Whether the partner has taken the owner over and has not given anything back."""
        return self.takeover == "in_takeover" and self.state in (*OUT, "booting", "down")

    @property
    def being_taken_over(self) -> bool:
        """Whether a takeover of the owner is under way."""
        return self.takeover == "in_progress"

    @property
    def being_given_back(self) -> bool:
        """Whether a giveback to the owner is under way."""
        return self.giveback == "in_progress"

    def failure(self, what: str) -> str:
        """ONTAP's words for a failed or impossible takeover or giveback of the partner; empty when there are none."""
        failure = dig(self.partner or {}, f"ha.{what}.failure") or {}
        words = str(failure.get("message") or "").rstrip(".")
        return f"{words} (code {failure['code']})" if words and "code" in failure else words

    def vetoes(self) -> list[str]:
        """The aggregates that the last giveback did not return, each with ONTAP's reason."""
        found = []
        for status in dig(self.partner or {}, "ha.giveback.status") or []:
            if str(status.get("state", "")).startswith("failed"):
                reason = dig(status, "error.message") or status["state"]
                found.append(f"{dig(status, 'aggregate.name')}: {reason}")
        return found

    def summary(self) -> str:
        """One sentence on where the pair stands, for error messages and progress."""
        if self.partner is None:
            return f"Node {self.name} is {self.state} and has no HA partner."
        return (
            f"Node {self.name} is {self.state}; its partner {self.partner_name} is {self.partner.get('state')}, "
            f"takeover {self.takeover}, giveback {self.giveback}."
        )


def doing(node: dict[str, Any] | None, what: str) -> str:
    """The state of a node's own `takeover` or `giveback`; a state that no table knows raises UnknownState."""
    raw = dig(node or {}, f"ha.{what}.state")
    if raw is None:
        return "not_possible" if what == "takeover" else "nothing_to_giveback"
    states.meaning(states.TAKEOVER if what == "takeover" else states.GIVEBACK, raw, f"{what} of node {(node or {}).get('name')}")
    return str(raw)


def read_nodes(client: Client, *more: str) -> dict[str, dict[str, Any]]:
    """All nodes of the cluster by name, in one read, with more fields if asked; the cluster's release comes along."""
    try:
        nodes = {node["name"]: node for node in client.records(NODES, [*NODE_FIELDS, *more])}
    except ApiError as error:
        if error.code == UNKNOWN_FIELD:
            require(client.release(), NEEDS)
        raise
    releases = [of_record(node["version"]) for node in nodes.values() if node.get("version")]
    if releases:
        # A cluster works at the release of its oldest node. Source: API reference, cluster.version.
        client.know_release(min(releases))
        require(min(releases), NEEDS)
    return nodes


def pair_of(nodes: dict[str, dict[str, Any]], name: str) -> Pair:
    """The pair around one node; an unknown name is an error that lists the names there are."""
    if name not in nodes:
        raise InputError(f"The cluster has no node {name}.", hint=f"Its nodes are: {', '.join(sorted(nodes))}.", target="node")
    owner = nodes[name]
    partners = dig(owner, "ha.partners") or []
    partner = nodes.get(partners[0].get("name")) if partners else None
    return Pair(owner, partner)


def aggregates_of(client: Client, owner: str) -> list[dict[str, Any]]:
    """The aggregates whose home is this node, wherever they are."""
    return list(client.records(AGGREGATES, AGGREGATE_FIELDS, {"home_node.name": owner}))


def not_served(client: Client, pair: Pair) -> list[str]:
    """The aggregates of a node that was taken over which its partner does not serve."""
    return [
        f"aggregate {one['name']} ({one.get('state')}, on {dig(one, 'node.name')})"
        for one in aggregates_of(client, pair.name)
        if dig(one, "node.name") != pair.partner_name or one.get("state") != "online"
    ]


def lifs_homed_on(client: Client, owner: str, **filters: Any) -> list[dict[str, Any]]:
    """The LIFs whose home is this node, wherever they are."""
    return list(client.records(INTERFACES, LIF_FIELDS, {"location.home_node.name": owner, **filters}))


def is_san(lif: dict[str, Any]) -> bool:
    """Whether a LIF serves SAN hosts; such LIFs do not fail over, their hosts use the paths of the other node."""
    return any(service in SAN_SERVICES for service in lif.get("services") or [])


def away(objects: list[dict[str, Any]], prefix: str = "") -> list[dict[str, Any]]:
    """The aggregates (prefix "") or LIFs (prefix "location.") that are not on their home node."""
    return [one for one in objects if dig(one, prefix + "node.name") != dig(one, prefix + "home_node.name")]


def takeover_reasons(pair: Pair) -> list[str]:
    """Why the partner cannot take the owner over now, in ONTAP's words where it gives any; empty when it can.

    `ha.takeover_check` exists since ONTAP 9.14.1; which reading fills it is not documented, so it only adds to the rest.
    """
    if pair.partner is None:
        return ["the node has no HA partner"]
    reasons = []
    if not dig(pair.owner, "ha.enabled") or not dig(pair.partner, "ha.enabled"):
        reasons.append("storage failover is disabled")
    if pair.partner.get("state") != "up":
        reasons.append(f"the partner {pair.partner_name} is {pair.partner.get('state')}")
    if dig(pair.partner, "ha.interconnect.state") == "down":
        reasons.append("the HA interconnect is down")
    if doing(pair.owner, "takeover") in ("in_takeover", "in_progress"):
        reasons.append(f"{pair.name} has itself taken over {pair.partner_name}")
    if pair.takeover in ("not_possible", "failed"):
        reasons.append(pair.failure("takeover") or f"takeover is {pair.takeover}")
    check = dig(pair.partner, "ha.takeover_check") or {}
    if check.get("takeover_possible") is False:
        reasons.extend(str(reason) for reason in check.get("reasons") or [])
    return list(dict.fromkeys(reasons))


def pair_state(pair: Pair, aggregates_away: bool) -> str:
    """Where a node's storage is, in one word: home, taken_over, partially_given_back, or a transition between them."""
    if pair.partner is None:
        return "no_partner"
    if pair.being_taken_over:
        return "takeover_in_progress"
    if pair.being_given_back:
        return "giveback_in_progress"
    if pair.is_out:
        return "taken_over"
    if aggregates_away:
        return "partially_given_back"
    return "home" if pair.state == "up" else "down"


def with_situation(client: Client, name: str, error: OntapError, last: Pair | None) -> OntapError:
    """The error with a sentence on where the pair stands; read anew where ONTAP answers, else as last seen."""
    if isinstance(error, InputError):
        return error
    try:
        last = pair_of(read_nodes(client), name)
        said = last.summary()
    except OntapError as unread:
        seen = f" When last seen: {last.summary()}" if last else ""
        said = f"The pair cannot be read at the moment ({unread.message}).{seen}"
    error.message = f"{error.message} {said}"
    return error
