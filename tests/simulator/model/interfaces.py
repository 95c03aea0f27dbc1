# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/ip/interfaces: LIFs, where they are and where they belong.

Source: API reference, ip_interface: fields, codes of PATCH; HTTP status 400 is a choice. Not simulated: creating and
deleting LIFs, changing addresses and service policies, VIP LIFs, subnets, DNS zones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import reach
from ..store import Row
from . import ethernet_ports, ha_lifs
from .family import DONE, Family, Outcome
from .ha_state import find_node, next_operation, ref, serves
from .refusal import Refusal
from .world import World

WRITABLE = {"name", "enabled", "location"}
HIDDEN = ("sim", "node_management")
POLICIES = ("home_port_only", "default", "home_node_only", "sfo_partners_only", "broadcast_domain_only")
"""Values of location.failover. Source: network guide; the API reference types it as text (choice: nothing else goes)."""


def record(world: World, interface: Row) -> Row:
    """The full API record of a LIF."""
    view = {name: value for name, value in interface.items() if name not in HIDDEN}
    view["state"] = "up" if reach.lif_up(world.store, interface) else "down"
    view["location"] = dict(interface["location"], is_home=ha_lifs.at_home(interface))
    return view


class Interfaces(Family):
    """/network/ip/interfaces: GET, and PATCH (always synchronous)."""

    path = "/network/ip/interfaces"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every LIF."""
        return (record(world, row) for row in list(world.store.table("interfaces").values()))

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One LIF by its uuid."""
        row = world.store.table("interfaces").get(keys["uuid"])
        return record(world, row) if row else None

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Rename, enable, re-home, migrate or revert a LIF."""
        row = world.store.table("interfaces")[record["uuid"]]
        unknown = set(body) - WRITABLE
        if unknown:
            raise Refusal(400, "262196", f"Changing {', '.join(sorted(unknown))} of a LIF is not simulated.", sorted(unknown)[0])
        steps = self._plan(world, row, body.get("location", {}), bool(body.get("enabled", row["enabled"])))
        if body.get("name", row["name"]) != row["name"]:
            self._rename(world, row, body["name"])
        if body.get("enabled", row["enabled"]) != row["enabled"]:
            row["enabled"] = body["enabled"]
        for step, arguments in steps:
            step(*arguments)
        world.ledger.observe(f"LIF {row['name']} was changed")
        return DONE

    def _plan(self, world: World, row: Row, location: Row, enabled: bool) -> list[tuple[Any, tuple[Any, ...]]]:
        """What the request does to the location, checked before anything is changed."""
        steps: list[tuple[Any, tuple[Any, ...]]] = []
        if location.get("failover", POLICIES[0]) not in POLICIES:
            raise Refusal(400, "262247", f'Invalid value "{location["failover"]}" for field "location.failover".', "location.failover")
        plain = {name: location[name] for name in ("auto_revert", "failover") if name in location}
        steps.append((row["location"].update, (plain,)))
        if location.get("is_home") is False:
            raise Refusal(400, "262196", 'The field "location.is_home" cannot be set to false.', "location.is_home")
        if "home_node" in location or "home_port" in location:
            steps.append(self._home(world, row, location, enabled))
        if location.get("is_home"):
            home = world.store.table("nodes")[row["location"]["home_node"]["uuid"]]
            if not ha_lifs.at_home(row):
                steps.append(self._move(world, row, home, row["location"]["home_port"]["name"], enabled))
        elif "node" in location or "port" in location:
            node, port = self._target(world, row, location, "node", "port")
            if (node["uuid"], port) != (row["location"]["node"]["uuid"], row["location"]["port"]["name"]):
                steps.append(self._move(world, row, node, port, enabled))
        return steps

    def _target(self, world: World, row: Row, location: Row, node_field: str, port_field: str) -> tuple[Row, str]:
        """The node and the port that the request means; either may be left out."""
        wanted = location.get(port_field, {})
        names = [location.get(node_field, {}), wanted.get("node", {})]
        asked = [name for name in names if name]
        found = [node for node in (find_node(world, name.get("uuid") or name.get("name", "")) for name in asked) if node]
        if len(found) != len(asked):
            text = f"The node of location.{port_field} or location.{node_field} does not exist."
            raise Refusal(400, "1966987", text, f"location.{node_field}")
        if len(found) == 2 and found[0] is not found[1]:
            raise Refusal(400, "1967107", f"location.{port_field} is not on the node of location.{node_field}.", f"location.{port_field}")
        node = found[0] if found else world.store.table("nodes")[row["location"][node_field]["uuid"]]
        like = world.store.find("ports", name=row["location"]["home_port"]["name"], node=row["location"]["home_node"])
        moves = node["uuid"] != row["location"][node_field]["uuid"]
        pick = ethernet_ports.chosen(world, node, like) if moves and "name" not in wanted else None
        if moves and "name" not in wanted and pick is None:
            text = f"Node {node['name']} has no port in the broadcast domain of LIF {row['name']} that is up."
            raise Refusal(400, "1376998", text, f"location.{node_field}")
        name = wanted.get("name", pick["name"] if pick else row["location"][port_field]["name"])
        self._check_port(world, row, node, name, f"location.{port_field}")
        return node, name

    @staticmethod
    def _check_port(world: World, row: Row, node: Row, name: str, target: str) -> None:
        port = next(iter(world.store.each("ports", name=name, node=ref(node))), None)
        if port is None:
            code = "1376998" if name == row["location"]["home_port"]["name"] else "1966217"
            raise Refusal(400, code, f"Node {node['name']} has no port {name} for LIF {row['name']}.", target)
        if not ethernet_ports.usable(port):
            raise Refusal(400, "1376999", f"Port {name} of node {node['name']} is down.", target)
        here = world.store.find("ports", name=row["location"]["home_port"]["name"], node=row["location"]["home_node"])
        if here and here["broadcast_domain"]["name"] != port["broadcast_domain"]["name"]:
            raise Refusal(400, "1377607", f"Port {name} of node {node['name']} is in another broadcast domain.", target)

    def _home(self, world: World, row: Row, location: Row, enabled: bool) -> tuple[Any, tuple[Any, ...]]:
        node, port = self._target(world, row, location, "home_node", "home_port")
        if reach.is_san(row) and enabled and row["enabled"]:
            raise Refusal(400, "1966238", f"LIF {row['name']} is an active SAN LIF; disable it first.", "location.home_node")
        home = {"home_node": ref(node), "home_port": ha_lifs.port_on(world, node, port)}
        return row["location"].update, (home,)

    @staticmethod
    def _move(world: World, row: Row, node: Row, port: str, enabled: bool) -> tuple[Any, tuple[Any, ...]]:
        if reach.is_san(row) and enabled and row["enabled"]:
            raise Refusal(400, "1966238", f"LIF {row['name']} is an active SAN LIF and cannot be moved.", "location.node")
        if not serves(node):
            raise Refusal(400, "1376997", f"Node {node['name']} is not healthy.", "location.node")
        return ha_lifs.begin, (world, row, node, port, f"migration {next_operation(world)}")

    @staticmethod
    def _rename(world: World, row: Row, name: str) -> None:
        taken = [one for one in world.store.each("interfaces", name=name) if one.get("svm") == row.get("svm")]
        if taken:
            raise Refusal(409, "1966140", f'A LIF with the name "{name}" exists already.', "name")
        row["name"] = name
