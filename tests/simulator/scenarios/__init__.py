# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting clusters as data: named ones, and files that describe a cluster in the same terms.

A description is a dict (or a JSON file) with these keys; only `pairs` is needed:

    cluster          name of the cluster
    pairs            lists of two node names each; a list of one name is a node without a partner
    data_aggregates  data aggregates per node (2); they are called aggr1_<node>, aggr2_<node>, ... and aggr0_<node> is root
    ha               enabled, auto_giveback, auto_giveback_after_panic, interconnect ("up") of all pairs
    nodes            by node name: model, location, owner, version, vm, auto_giveback
    model, vm, disks model and cloud provider of the nodes, disks per node
    svms             name, protocols, lifs, volumes, shares, sessions, nfs_clients, fc_lifs, luns, igroups, san_hosts,
                     consistency_groups, writers (san.py)
    vetoes           aggregate, module, and optionally hard, on ("giveback" or "takeover"), seconds
    movements        svm, volume, destination, state, percent_complete
    snapmirror       see services.py, also for more keys of svms
    timeline         after (seconds), trigger (see model/ha.py, TRIGGERS), args
    management_network  first three bytes of the management addresses ("192.0.2")
    settings         what World.settings is to hold: times (model/ha_settings.py), pause_limit, ...
"""

from __future__ import annotations

import json
import os
from typing import Any

from ..model import ha, ha_storage  # noqa: F401 - ha registers the handlers that a timeline needs
from ..model.clusters import found
from ..model.world import World
from . import hardware, san, services, tenants
from .presets import PRESETS

NAMES = tuple(PRESETS)
"""The named scenarios."""

KNOWN = {"cluster", "pairs", "data_aggregates", "ha", "nodes", "model", "vm", "disks", "svms", "vetoes", "movements", "timeline"}
KNOWN |= {"settings", "management_network"} | services.KNOWN
TENANT = {"name", "protocols", "state", "comment", "lifs", "volumes", "shares", "sessions", "nfs_clients"} | san.KEYS | services.TENANT


def describe(name: str) -> dict[str, Any]:
    """The description of a named scenario, or what a JSON file says."""
    if name in PRESETS:
        return PRESETS[name]()
    if not os.path.isfile(name):
        raise ValueError(f"there is no scenario and no file called {name}; scenarios: {', '.join(NAMES)}")
    with open(name, encoding="utf-8") as stream:
        spec = json.load(stream)
    if not isinstance(spec, dict):
        raise ValueError(f"{name}: a scenario is a JSON object")
    return spec


def build(name_or_path: Any, clock: Any = None, seed: int = 0, version: tuple[int, int, int] = (9, 16, 1)) -> World:
    """A world as the scenario describes it: a name, the path of a JSON file, or the description itself."""
    spec = name_or_path if isinstance(name_or_path, dict) else describe(str(name_or_path))
    _check(spec)
    world = World(clock=clock, seed=seed, version=(version[0], version[1], version[2]))
    world.settings.update(spec.get("settings", {}))
    found(world, spec.get("cluster", "ndo"))
    world.store.insert("ipspaces", {"name": "Default"}, key="Default")["uuid"] = world.store.uuid()
    nodes = [node for names in spec["pairs"] for node in hardware.pair(world, names, spec)]
    hardware.management(world, nodes, spec.get("management_network", "192.0.2"))
    names = tenants.Names(world)
    for one in spec.get("svms", []):
        tenants.svm(world, names, one)
    for one in spec.get("movements", []):
        tenants.movement(world, names, one)
    services.establish(world, spec)
    _events(world, names, spec)
    world.ledger.forget()
    return world


def _events(world: World, names: tenants.Names, spec: dict[str, Any]) -> None:
    for one in spec.get("vetoes", []):
        seconds = one.get("seconds")
        until = None if seconds is None else world.now() + seconds
        aggregate = names.pick(names.aggregates, one["aggregate"], "aggregate")
        ha_storage.set_veto(aggregate, one["module"], one.get("hard"), one.get("on", "giveback"), until)
    for one in spec.get("timeline", []):
        if one["trigger"] not in ha.TRIGGERS:
            raise ValueError(f"no trigger is called {one['trigger']}")
        world.later(one["after"], "ha_failures.pull", trigger=one["trigger"], args=one.get("args", {}))


def _check(spec: dict[str, Any]) -> None:
    unknown = set(spec) - KNOWN
    if unknown or not spec.get("pairs"):
        raise ValueError(f"unknown keys in the scenario: {', '.join(sorted(unknown))}" if unknown else "a scenario needs pairs")
    for names in spec["pairs"]:
        if len(names) not in (1, 2):
            raise ValueError("a pair has one or two nodes")
    for tenant in spec.get("svms", []):
        if set(tenant) - TENANT or "name" not in tenant:
            raise ValueError(f"unknown keys in an SVM, or no name: {', '.join(sorted(set(tenant) - TENANT))}")
