# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The named clusters are what they say, and a file can describe one."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

from ansible_collections.ndo.ontap.tests.simulator import scenarios
from ansible_collections.ndo.ontap.tests.simulator.clock import ManualClock
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def references(value):
    """Every {"name", "uuid"} pair in a row."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        if set(value) == {"name", "uuid"}:
            yield value
        for item in value.values():
            yield from references(item)


@pytest.mark.parametrize("name", scenarios.NAMES)
def test_every_reference_leads_to_the_row_that_it_names(name):
    store = scenarios.build(name).store
    names = {row["uuid"]: row["name"] for table in store.tables.values() for row in table.values() if {"uuid", "name"} <= set(row)}
    tables = ["nodes", "aggregates", "interfaces", "svms", "volumes", "shares", "cifs_sessions", "nfs_clients", "san_hosts", "disks"]
    for table in [*tables, "luns", "igroups", "lun_maps", "fc_interfaces"]:
        for row in store.table(table).values():
            for reference in references(row):
                assert names[reference["uuid"]] == reference["name"]


@pytest.mark.parametrize("name", scenarios.NAMES)
def test_a_scenario_starts_quiet_and_repeatable(name):
    first, second = scenarios.build(name, seed=7), scenarios.build(name, seed=7)
    assert first.store.tables == second.store.tables
    assert first.ledger.verdict()["non_disruptive"]
    assert scenarios.build(name, seed=8).store.tables != first.store.tables


def test_ha_pair_has_what_the_runbook_needs():
    store = scenarios.build("ha_pair").store
    assert [node["name"] for node in store.each("nodes")] == [ONE, TWO]
    assert len(store.table("aggregates")) == 6
    assert sum(row["sim"]["root"] for row in store.each("aggregates")) == 2
    assert len(store.table("volumes")) == 12
    roles = [row["sim"]["role"] for row in store.each("interfaces")]
    assert {role: roles.count(role) for role in roles} == {
        "cluster_mgmt": 1,
        "node_mgmt": 2,
        "intercluster": 2,
        "data_nas": 2,
        "data_san": 4,
    }
    assert [len(store.table(name)) for name in ("luns", "igroups", "lun_maps", "san_hosts")] == [4, 2, 4, 2]
    for row in store.each("lun_maps"):
        assert {node["name"] for node in row["reporting_nodes"]} == {ONE, TWO}
    assert {len(host["paths"]) for host in store.each("san_hosts")} == {4}
    assert {session["continuous_availability"] for session in store.each("cifs_sessions")} == {"available"}


def test_smb_sessions_has_every_kind_of_session():
    store = scenarios.build("smb_sessions").store
    found = {(session["continuous_availability"], session["open_files"] > 0) for session in store.each("cifs_sessions")}
    assert found == {("available", True), ("unavailable", True), ("partial", True), ("unavailable", False)}


def test_volume_move_has_volumes_in_three_phases():
    store = scenarios.build("volume_move").store
    states = [volume["movement"]["state"] for volume in store.each("volumes") if "movement" in volume]
    assert sorted(states) == ["cutover", "cutover_pending", "replicating"]


def test_large_is_as_large_as_it_says_and_quick_to_build():
    started = time.process_time()
    store = scenarios.build("large").store
    assert time.process_time() - started < 2
    sizes = {name: len(store.table(name)) for name in ("nodes", "aggregates", "interfaces", "volumes")}
    assert sizes == {"nodes": 8, "aggregates": 200, "interfaces": 400, "volumes": 5000}
    addresses = [row["ip"]["address"] for row in store.each("interfaces")]
    assert len(set(addresses)) == len(addresses)


def test_large_fits_into_little_memory():
    tracemalloc.start()
    world = scenarios.build("large")
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert world.store.table("volumes")
    assert used < 60 * 2**20


def test_large_survives_the_service_of_one_node():
    cluster = Cluster("large")
    cluster.run("takeover", ofnode="big-01")
    cluster.wait(300)
    cluster.run("giveback", ofnode="big-01")
    cluster.wait(600)
    assert cluster.node("big-01")["state"] == "up"
    assert cluster.verdict()["non_disruptive"]


def test_a_file_describes_a_cluster(tmp_path):
    spec = {
        "cluster": "mine",
        "pairs": [["a", "b"]],
        "data_aggregates": 1,
        "ha": {"auto_giveback": False},
        "nodes": {"b": {"location": "cellar"}},
        "settings": {"halt": 5},
        "timeline": [{"after": 100, "trigger": "fail_node", "args": {"name": "a"}}],
        "svms": [
            {
                "name": "s",
                "protocols": ["nfs"],
                "lifs": [{"name": "l", "node": "a", "address": "198.51.100.1"}],
                "volumes": [{"name": "v", "aggregate": "aggr1_a"}],
                "nfs_clients": [{"client_ip": "198.51.100.9", "lif": "l", "volumes": ["v"]}],
            }
        ],
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(spec))
    cluster = Cluster(str(path))
    assert cluster.node("b")["location"] == "cellar"
    assert cluster.node("a")["ha"]["auto_giveback"] is False
    assert cluster.world.settings["halt"] == 5
    assert cluster.node("a")["state"] == "up"
    cluster.wait(140)
    assert cluster.node("a")["state"] == "taken_over"
    assert cluster.verdict()["pauses"] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pairs": []}, "needs pairs"),
        ({"pairs": [["a", "b", "c"]]}, "one or two nodes"),
        ({"colour": "red"}, "colour"),
        ({"svms": [{"name": "s", "colour": "red"}]}, "colour"),
        ({"svms": [{"name": "s", "volumes": [{"name": "v", "aggregate": "nowhere"}]}]}, "no aggregate nowhere"),
        ({"vetoes": [{"aggregate": "nowhere", "module": "raid"}]}, "no aggregate nowhere"),
        ({"timeline": [{"after": 1, "trigger": "explode"}]}, "explode"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        scenarios.build({"pairs": [["a", "b"]], **change})


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="ha_pair"):
        scenarios.build("no_such_scenario")


def test_clock_and_version_are_the_callers():
    clock = ManualClock(1000.0)
    world = scenarios.build("ha_pair", clock=clock, version=(9, 12, 1))
    assert world.now() == 1000.0
    assert Cluster(version=(9, 12, 1)).node(ONE)["version"]["major"] == 12
