# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin, as Ansible loads and uses it, against simulated clusters: files, hosts and groups, requests."""

from __future__ import annotations

import importlib
import threading
from typing import Any

import pytest
import yaml
from ansible.plugins.loader import inventory_loader

from ansible_collections.ndo.ontap.tests.unit.fleet_place import AGGREGATES, ALL, CLUSTER, NODES, PLUGIN, SVMS, Place, evaluated, names, of

DOCUMENTED = "ansible_collections.ndo.ontap.plugins.inventory.ontap"


# -- files -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fits"),
    [("ontap.yml", True), ("ontap.yaml", True), ("fleet.ontap.yml", True), ("fleet.ontap.yaml", True)]
    + [("my_ontap.yml", False), ("ontap.json", False), ("ontap.yml.bak", False), ("fleet.yml", False)],
)
def test_only_files_with_its_name_are_for_the_plugin(place: Place, name: str, fits: bool) -> None:
    path = place.folder / name
    plugin = inventory_loader.get(PLUGIN)
    assert not plugin.verify_file(str(path))
    path.touch()
    assert plugin.verify_file(str(path)) is fits


# -- hosts and groups ------------------------------------------------------------------------------------------------------


def test_equal_names_in_two_clusters_are_different_hosts(place: Place) -> None:
    inventory = place.read([place.cluster("muc"), place.cluster("ber", "two_pairs")])
    assert names(inventory, "ontap_clusters") == ["muc", "ber"]
    assert names(inventory, "ontap_ha_pairs") == ["ndo-01+ndo-02@muc", "ndo-01+ndo-02@ber", "ndo-03+ndo-04@ber"]
    assert names(inventory, "ontap_nodes:&ontap_cluster_muc") == ["ndo-01@muc", "ndo-02@muc"]
    assert names(inventory, "ontap_svms:&ontap_cluster_ber") == ["nas1.svm@ber", "san1.svm@ber"]
    assert names(inventory, "ontap_aggregates:&ontap_pair_ber_ndo_03_ndo_04") == [
        f"aggr{number}_ndo_{node}.aggr@ber" for number in (1, 2) for node in ("03", "04")
    ]
    assert len(names(inventory, "ontap")) == len(names(inventory, "ontap_cluster_*")) == 10 + 17
    assert place.warnings == []


def test_facts_and_connection_of_each_kind(place: Place) -> None:
    entry = place.cluster("muc")
    inventory = place.read([entry])
    connection = {name: entry[name] for name in ("hostname", "port", "ca_path")}
    hosts = {
        "cluster": "muc",
        "ha_pair": "ndo-01+ndo-02@muc",
        "node": "ndo-01@muc",
        "svm": "san1.svm@muc",
        "aggregate": "aggr1_ndo_02.aggr@muc",
    }
    found = {kind: of(inventory, name) for kind, name in hosts.items()}
    for kind, variables in found.items():
        assert (variables["ontap_kind"], variables["ontap_cluster"]) == (kind, "muc")
        assert variables["ansible_connection"] == "local"
        assert variables["ontap_connection"] == connection
    nodes = {kind: variables["ontap_nodes"] for kind, variables in found.items()}
    both = ["ndo-01", "ndo-02"]
    assert nodes == {"cluster": both, "ha_pair": both, "node": ["ndo-01"], "svm": [], "aggregate": ["ndo-02"]}
    facts = {kind: variables["ontap_facts"] for kind, variables in found.items()}
    assert (
        facts["cluster"]["version"] == "9.16.1" and facts["cluster"]["ha_pairs"] == [both] and facts["cluster"]["svms"] == ["nas1", "san1"]
    )
    aggregates = [f"aggr{number}_ndo_{node}" for number in (1, 2) for node in ("01", "02")]
    assert facts["ha_pair"] == {"name": "ndo-01+ndo-02", "number": 1, "ha_enabled": True, "aggregates": aggregates}
    node = facts["node"]
    assert (node["partner"], node["state"], node["aggregates"]) == ("ndo-02", "up", ["aggr1_ndo_01", "aggr2_ndo_01"])
    assert (facts["svm"]["state"], facts["svm"]["protocols"]) == ("running", ["iscsi"])
    assert (facts["aggregate"]["home_node"], facts["aggregate"]["state"]) == ("ndo-02", "online")


def test_a_node_without_a_partner_is_in_no_pair(place: Place) -> None:
    inventory = place.read([place.cluster("one", "single_node")])
    assert names(inventory, "ontap_nodes") == ["ndo-01@one"]
    assert names(inventory, "ontap_ha_pairs") == []
    assert not [group for group in inventory.groups if group.startswith("ontap_pair")]
    assert of(inventory, "ndo-01@one")["ontap_facts"]["partner"] is None


def test_a_pair_stays_the_same_host_while_one_node_is_taken_over(place: Place) -> None:
    entry = place.cluster("muc")
    before = names(place.read([entry]), "all")
    place.clusters["muc"].world.later(0, "ha_failures.pull", trigger="fail_node", args={"name": "ndo-01"})
    place.clusters["muc"].advance(60)
    inventory = place.read([entry])
    assert names(inventory, "all") == before
    assert of(inventory, "ndo-01@muc")["ontap_facts"]["state"] != "up"
    assert of(inventory, "aggr1_ndo_01.aggr@muc")["ontap_facts"]["node"] == "ndo-02"
    assert "aggr1_ndo_01.aggr@muc" in names(inventory, "ontap_pair_muc_ndo_01_ndo_02")


def test_a_cluster_without_a_name_is_called_what_ontap_calls_it(place: Place) -> None:
    entry = place.cluster("x")
    del entry["name"]
    assert names(place.read([entry], include=["clusters"]), "all") == ["ndo"]


@pytest.mark.parametrize("name", ["ontap", "ontap_nodes", "all", "a@b", "a b", "a,b", "*"])
def test_names_that_mean_something_else_are_refused(place: Place, name: str) -> None:
    assert f"cannot be called '{name}'" in place.refused([{**place.cluster("muc"), "name": name}])


@pytest.mark.parametrize(("first", "second"), [("muc", "muc"), ("muc-1", "muc_1"), ("muc.1", "muc-1")])
def test_two_clusters_never_share_a_name_or_a_group(place: Place, first: str, second: str) -> None:
    entries = [place.cluster("a"), place.cluster("b")]
    said = place.refused([{**entries[0], "name": first}, {**entries[1], "name": second}])
    assert "Give one of them another name" in said


def test_a_cluster_that_is_named_twice_is_refused(place: Place) -> None:
    entry = place.cluster("muc")
    assert "muc and again are the same cluster" in place.refused([entry, {**entry, "name": "again"}])


# -- reads -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("include", "paths"),
    [
        (None, ALL),
        (["clusters"], [CLUSTER, NODES]),
        (["ha_pairs", "svms"], [CLUSTER, NODES, SVMS]),
        (["aggregates"], [CLUSTER, NODES, AGGREGATES]),
    ],
)
def test_one_request_for_each_kind_over_one_connection(place: Place, include: Any, paths: list[str]) -> None:
    inventory = place.read([place.cluster("muc")], **({"include": include} if include else {}))
    log = place.clusters["muc"].log
    assert len({entry["connection"] for entry in log.sent()}) == 1
    assert place.asked("muc") == paths
    if include:
        assert {group for group in inventory.groups if group in ("ontap_" + kind for kind in include)} == {
            f"ontap_{kind}" for kind in include
        }
        assert {of(inventory, name)["ontap_kind"] + "s" for name in names(inventory, "all")} == set(include)


def test_all_pages_are_read(place: Place) -> None:
    entry = place.cluster("muc")
    one = place.clusters["muc"]
    one.faults.on("GET", SVMS, "empty_page")
    one.faults.on("GET", AGGREGATES, "short_page", records=3)
    inventory = place.read([entry])
    assert len(names(inventory, "ontap_svms")) == 2 and len(names(inventory, "ontap_aggregates")) == 4
    assert place.asked("muc") == [CLUSTER, NODES, SVMS, SVMS, AGGREGATES, AGGREGATES]


def test_clusters_are_read_at_the_same_time(place: Place) -> None:
    entries = [place.cluster(name) for name in ("a", "b", "c")]
    together = threading.Barrier(3, timeout=20)

    def meeting(app: Any) -> Any:
        """Answers to the first request only while all clusters have one."""
        first = iter([together.wait])

        def answer(request: Any) -> Any:
            next(first, lambda: None)()
            return app(request)

        return answer

    for one in place.clusters.values():
        one._server.app = meeting(one.app)
    assert names(place.read(entries, include=["clusters"]), "all") == ["a", "b", "c"]


def test_an_old_release_is_asked_for_what_it_has(place: Place) -> None:
    inventory = place.read([place.cluster("old", version=(9, 8, 0))])
    assert place.asked("old") == ALL
    assert of(inventory, "old")["ontap_facts"]["version"] == "9.8.0"


# -- constructed and documented -----------------------------------------------------------------------------------------------------------


def test_variables_and_groups_can_be_composed(place: Place) -> None:
    inventory = place.read(
        [place.cluster("muc"), place.cluster("ber", "two_pairs")],
        compose={"node_maintenance_nodes": "ontap_nodes", "ontap_connection": "ontap_connection | combine({'http_timeout': 7})"},
        groups={"with_san": "'iscsi' in ontap_facts.protocols"},
        keyed_groups=[{"key": "ontap_facts.number | string", "prefix": "ontap_wave"}],
    )
    assert of(inventory, "ndo-03+ndo-04@ber")["node_maintenance_nodes"] == ["ndo-03", "ndo-04"]
    assert of(inventory, "muc")["ontap_connection"]["http_timeout"] == 7
    assert names(inventory, "with_san") == ["san1.svm@muc", "san1.svm@ber"]
    assert names(inventory, "ontap_wave_1") == ["ndo-01+ndo-02@muc", "ndo-01+ndo-02@ber"]
    assert names(inventory, "ontap_wave_2") == ["ndo-03+ndo-04@ber"]


def test_with_strict_an_expression_that_fails_is_an_error(place: Place) -> None:
    place.read([place.cluster("muc")], strict=True, compose={"x": "ontap_facts.nothing.at_all"})
    assert "Could not set x for host muc" in " ".join(place.warnings)


def test_what_a_cluster_says_is_never_evaluated(place: Place) -> None:
    trap = "{{ lookup('ansible.builtin.pipe', 'echo caught') }}"
    entry = place.cluster("muc")
    (svm,) = place.clusters["muc"].world.store.each("svms", name="san1")
    svm["comment"] = trap
    for _from_the_cluster_then_the_cache in range(2):
        inventory = place.read([entry], **place.cached())
        assert evaluated(inventory, "san1.svm@muc", "ontap_facts")["comment"] == trap
    assert place.asked("muc") == ALL


EXAMPLES = {
    "fleet.ontap.yml": ("ontap_aggregates", "aggr1_ndo_01.aggr@muc"),
    "accounts.ontap.yml": ("ontap_svms", "nas1.svm@ber"),
    "pairs.ontap.yml": ("ontap_wave_1", "ndo-01+ndo-02@muc"),
    "kept.ontap.yml": ("ontap_clusters", "ber"),
}
"""For each example, a group and a host that is in it."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_the_documentation_work(place: Place, monkeypatch: Any, name: str) -> None:
    text = yaml.safe_load(importlib.import_module(DOCUMENTED).EXAMPLES)
    assert set(text) == set(EXAMPLES)
    options = yaml.safe_load(text[name])
    assert options.pop("plugin") == PLUGIN
    for at, (short, entry) in enumerate(zip(("muc", "ber"), options["clusters"])):
        found = place.cluster(short, {"cluster": short, "pairs": [["ndo-01", "ndo-02"]], "svms": [{"name": "nas1"}]}, password="same")
        assert entry["hostname"] == f"{short}.example.com"
        options["clusters"][at] = {**entry, "hostname": found["hostname"], "port": found["port"], "ca_path": found["ca_path"]}
        options["clusters"][at].update({"username": "admin"} if "username" in entry else {})
    for variable in ("ONTAP_PASSWORD", "MUC_PASSWORD", "BER_PASSWORD"):
        monkeypatch.setenv(variable, "same")
    monkeypatch.setenv("ONTAP_USERNAME", "admin")
    monkeypatch.setenv("HOME", str(place.folder))
    group, host = EXAMPLES[name]
    inventory = place.read(**options)
    assert host in names(inventory, group), place.warnings
