# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes: what a POST and a PATCH take, what they refuse, and what is seen afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.volume_client import GIB, MIB, TIB, VOLUMES, Cluster

NEW = {"name": "vol", "svm": {"name": "nas"}, "aggregates": [{"name": "aggr1_n_01"}]}


@pytest.fixture(name="cluster")
def _cluster() -> Cluster:
    return Cluster()


def at(record: dict[str, Any], name: str) -> Any:
    """The value of a dotted name in a record."""
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


# -- creating --------------------------------------------------------------------------------------------------------------


def test_a_volume_that_says_nothing_has_the_defaults_of_the_documentation(cluster: Cluster) -> None:
    record = cluster.show(cluster.posted(VOLUMES, NEW))
    assert (record["size"], record["state"], record["type"], record["style"]) == (20 * MIB, "online", "rw", "flexvol")
    assert record["guarantee"] == {"type": "volume", "honored": True}
    assert record["snapshot_policy"]["name"] == record["nas"]["export_policy"]["name"] == "default"
    assert (record["nas"]["security_style"], record["nas"]["unix_permissions"], "path" in record["nas"]) == ("unix", 755, False)
    assert record["encryption"] == {"enabled": False, "state": "unencrypted", "type": "none"}
    assert record["space"]["snapshot"]["reserve_percent"] == 5
    assert record["efficiency"]["state"] == "enabled" and record["efficiency"]["volume_path"] == "/vol/vol"
    assert (record["snapshot_count"], record["is_svm_root"], record["error_state"]["is_inconsistent"]) == (0, False, False)
    assert "sim" not in record


VALUES: list[tuple[str, Any]] = [
    ("size", 3 * GIB),
    ("comment", "mine"),
    ("guarantee.type", "none"),
    ("space.snapshot.reserve_percent", 20),
    ("space.fractional_reserve", 0),
    ("space.logical_space.enforcement", True),
    ("space.logical_space.reporting", True),
    ("snapshot_policy.name", "none"),
    ("nas.path", "/one"),
    ("nas.security_style", "mixed"),
    ("nas.unix_permissions", 700),
    ("nas.uid", 17),
    ("nas.gid", 18),
    ("efficiency.compression", "none"),
    ("efficiency.dedupe", "background"),
    ("efficiency.compaction", "none"),
    ("efficiency.cross_volume_dedupe", "none"),
    ("efficiency.policy.name", "inline-only"),
    ("tiering.policy", "auto"),
    ("autosize.mode", "grow"),
    ("autosize.maximum", 50 * GIB),
    ("autosize.grow_threshold", 90),
    ("snapshot_directory_access_enabled", False),
    ("_tags", ["team:one"]),
]


@pytest.mark.parametrize(("name", "value"), [*VALUES, ("language", "de.utf_8"), ("encryption.enabled", True)])
def test_a_value_of_a_new_volume_is_seen(cluster: Cluster, name: str, value: Any) -> None:
    assert at(cluster.show(cluster.posted(VOLUMES, {**NEW, "size": GIB, name: value})), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [*VALUES, ("access_time_enabled", False), ("files.maximum", 100000), ("space.snapshot.autodelete.trigger", "snap_reserve")],
)
def test_a_value_of_a_volume_is_changed(cluster: Cluster, name: str, value: Any) -> None:
    path = cluster.make()
    cluster.patched(path, {name: value})
    assert at(cluster.show(path), name) == value


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": ""}, 400, "918232"),
        ({"aggregates": [], "style": "flexvol"}, 400, "918242"),
        ({"aggregates": []}, 400, "787140"),
        ({"space.snapshot.reserve_percent": 91}, 400, "917835"),
        ({"size": 101 * TIB}, 400, "918639"),
        ({"type": "ls"}, 400, "917617"),
        ({"type": "dp", "nas.path": "/dp"}, 400, "917617"),
        ({"type": "dp", "snapshot_policy.name": "default"}, 400, "917628"),
        ({"nas.path": "/ends/"}, 400, "918252"),
        ({"nas.unix_permissions": 789}, 400, "262247"),
        ({"nas.export_policy.name": "nobody"}, 400, "918271"),
        ({"snapshot_policy.name": "nobody"}, 400, "917551"),
        ({"qos.policy.name": "nobody"}, 400, "8454243"),
        ({"tiering.min_cooling_days": 5}, 400, "262247"),
        ({"tiering": {"policy": "auto", "min_cooling_days": 1}}, 400, "262247"),
        ({"efficiency.policy.name": "nobody"}, 400, "6881654"),
        ({"efficiency": {"dedupe": "none", "compression": "inline"}}, 400, "6881654"),
        ({"autosize": {"grow_threshold": 50, "shrink_threshold": 50}}, 400, "917829"),
        ({"autosize": {"minimum": 3 * GIB, "maximum": 2 * GIB}}, 400, "917831"),
        ({"autosize": {"maximum": 100 * MIB, "minimum": 50 * MIB}, "size": GIB}, 400, "918521"),
        ({"autosize": {"minimum": MIB}}, 400, "918524"),
        ({"consistency_group.name": "cg"}, 400, "262196"),
        ({"efficiency.state": "enabled"}, 400, "262196"),
        ({"clone.split_initiated": True}, 400, "262196"),
    ],
)
def test_a_bad_value_is_refused_before_any_job(cluster: Cluster, more: dict[str, Any], status: int, code: str) -> None:
    assert cluster.refused("POST", VOLUMES, {**NEW, **more}) == (status, code)


def test_a_name_that_is_being_made_cannot_be_asked_for_again(cluster: Cluster) -> None:
    first = cluster.call("POST", VOLUMES, NEW)
    assert cluster.refused("POST", VOLUMES, NEW) == (409, "13107405")
    assert cluster.done(first)["state"] == "success"
    assert cluster.refused("POST", VOLUMES, NEW) == (409, "917526")
    assert cluster.posted(VOLUMES, {**NEW, "svm": {"name": "san"}})


def test_what_a_name_may_be_depends_on_the_release() -> None:
    old = Cluster(version=(9, 12, 1))
    assert old.refused("POST", VOLUMES, {**NEW, "_tags": ["a:b"]}) == (400, "262179")
    assert old.posted(VOLUMES, NEW)


def test_a_data_protection_volume_has_no_policy_and_no_snapshots(cluster: Cluster) -> None:
    path = cluster.make(type="dp")
    record = cluster.show(path)
    assert (record["type"], record["snapshot_policy"]["name"]) == ("dp", "none")
    assert cluster.refused("POST", f"{path}/snapshots", {"name": "s1"}) == (400, "1638461")


# -- policies --------------------------------------------------------------------------------------------------------------


def test_policies_that_the_cluster_has_are_taken_by_name_and_by_uuid(cluster: Cluster) -> None:
    store = cluster.world.store
    svm = cluster.world.store.find("svms", name="nas")
    mine = {"name": "nas", "uuid": svm["uuid"]}
    policy = store.insert("snapshot_policies", {"name": "weekly", "scope": "cluster"})
    store.insert("export_policies", {"id": 17, "name": "web", "svm": mine}, key="17")
    qos = store.insert("qos_policies", {"name": "gold", "svm": mine})
    path = cluster.make(**{"snapshot_policy.name": "weekly", "nas.export_policy.id": 17, "qos.policy.uuid": qos["uuid"]})
    record = cluster.show(path)
    assert (record["snapshot_policy"]["name"], record["snapshot_policy"]["uuid"]) == ("weekly", policy["uuid"])
    assert (record["nas"]["export_policy"]["name"], record["nas"]["export_policy"]["id"]) == ("web", 17)
    assert (record["qos"]["policy"]["name"], record["qos"]["policy"]["uuid"]) == ("gold", qos["uuid"])
    assert cluster.refused("PATCH", path, {"snapshot_policy.name": "nobody"}) == (400, "917551")
    assert cluster.refused("PATCH", path, {"snapshot_policy": {"name": "x", "uuid": policy["uuid"]}}) == (400, "1638587")
    cluster.patched(path, {"qos.policy.name": "none"})
    assert "qos" not in cluster.show(path)


def test_a_policy_of_another_svm_is_none(cluster: Cluster) -> None:
    other = cluster.world.store.find("svms", name="san")
    row = {"name": "gold", "svm": {"name": "san", "uuid": other["uuid"]}}
    cluster.world.store.insert("qos_policies", row)
    assert cluster.refused("PATCH", cluster.make(), {"qos.policy.name": "gold"}) == (400, "8454243")


# -- state and junction ----------------------------------------------------------------------------------------------------


def test_offline_and_restricted_take_the_junction_away_and_online_does_not_bring_it_back(cluster: Cluster) -> None:
    path = cluster.make(**{"nas.path": "/vol"})
    assert cluster.show(path)["nas"]["junction_parent"]["name"] == "nas_root"
    for state in ("restricted", "online", "offline", "online"):
        cluster.patched(path, {"state": state})
        record = cluster.show(path)
        assert record["state"] == state and "path" not in record["nas"] and "junction_parent" not in record["nas"]


def test_a_junction_has_the_volume_above_it_as_its_parent(cluster: Cluster) -> None:
    cluster.make("outer", **{"nas.path": "/outer"})
    inner = cluster.make("inner", **{"nas.path": "/OUTER/inner"})
    assert cluster.show(inner)["nas"]["junction_parent"]["name"] == "outer"
    cluster.patched(inner, {"nas.path": "/inner"})
    assert cluster.show(inner)["nas"]["junction_parent"]["name"] == "nas_root"
    assert cluster.refused("PATCH", inner, {"nas.path": "/outer"}) == (409, "918252")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_setting_makes_mounted_volumes_stay_online(method: str) -> None:
    cluster = Cluster(mounted_volumes="refuse")
    path = cluster.make(**{"nas.path": "/vol"})
    body = {"state": "offline"} if method == "PATCH" else {}
    assert cluster.refused(method, path, body) == (400, "524546")
    if method == "PATCH":
        cluster.patched(path, {"state": "offline", "nas.path": ""})
        assert cluster.show(path)["state"] == "offline"
    else:
        cluster.patched(path, {"nas.path": ""})
        cluster.deleted(path)


@pytest.mark.parametrize(
    "change", [{"size": 11 * GIB}, {"nas.path": "/x"}, {"efficiency.dedupe": "both"}, {"space.snapshot.reserve_percent": 1}]
)
def test_a_volume_that_is_not_online_is_not_changed(cluster: Cluster, change: dict[str, Any]) -> None:
    path = cluster.make()
    cluster.patched(path, {"state": "offline"})
    assert cluster.refused("PATCH", path, change) == (400, "917775")
    cluster.patched(path, {"name": "renamed", "comment": "also offline"})
    cluster.patched(path, {"state": "online", **change})
    assert cluster.show(path)["name"] == "renamed"


def test_a_setting_hides_what_an_offline_volume_does_not_tell() -> None:
    cluster = Cluster(offline_hides=True)
    path = cluster.make()
    cluster.patched(path, {"state": "offline"})
    record = cluster.show(path)
    assert set(record["nas"]) == {"export_policy"} and record["space"] == {"size": 10 * GIB}


def test_what_clients_lose_by_an_offline_volume_is_an_outage() -> None:
    client = Client()
    path = f"{VOLUMES}/{client.uuid('/storage/volumes', 'nas1_vol1a')}"
    client.done(client.call("PATCH", path, {"state": "offline"}))
    assert client.world.ledger.verdict()["outages"] == 2


def test_a_rename_takes_the_paths_of_luns_and_the_names_in_snapshots_along(cluster: Cluster) -> None:
    path = cluster.make()
    cluster.lun(path, "lun0", GIB)
    snapshot = cluster.snapshot(path, "s1")
    cluster.patched(path, {"name": "renamed"})
    assert cluster.luns() == ["/vol/renamed/lun0"]
    assert cluster.show(snapshot)["volume"]["name"] == "renamed"


# -- efficiency, tiering, encryption ---------------------------------------------------------------------------------------


def test_the_state_of_efficiency_follows_from_its_parts(cluster: Cluster) -> None:
    path = cluster.make()
    off = dict.fromkeys(("compression", "dedupe", "compaction", "cross_volume_dedupe"), "none")
    cluster.patched(path, {"efficiency": off})
    assert cluster.show(path)["efficiency"]["state"] == "disabled"
    cluster.patched(path, {"efficiency.compression": "inline"})
    after = cluster.show(path)["efficiency"]
    assert (after["state"], after["dedupe"]) == ("enabled", "background")
    assert cluster.refused("PATCH", path, {"efficiency.dedupe": "none"}) == (400, "6881654")


def test_cooling_days_come_and_go_with_the_tiering_policy(cluster: Cluster) -> None:
    path = cluster.make()
    seen = []
    for policy in ("auto", "snapshot_only", "none"):
        cluster.patched(path, {"tiering.policy": policy})
        seen.append(cluster.show(path)["tiering"].get("min_cooling_days"))
    assert seen == [31, 2, None]
    cluster.patched(path, {"tiering": {"policy": "auto", "min_cooling_days": 20}})
    cluster.patched(path, {"tiering.policy": "auto"})
    assert cluster.show(path)["tiering"]["min_cooling_days"] == 20


def test_a_volume_is_encrypted_in_place_and_never_decrypted(cluster: Cluster) -> None:
    path = cluster.make()
    cluster.patched(path, {"encryption.enabled": False})
    cluster.patched(path, {"encryption.enabled": True})
    record = cluster.show(path)["encryption"]
    assert (record["enabled"], record["state"], record["type"]) == (True, "encrypted", "volume") and record["key_id"]
    assert cluster.refused("PATCH", path, {"encryption.enabled": False}) == (400, "262247")


# -- deleting --------------------------------------------------------------------------------------------------------------


def test_a_volume_with_locked_snapshots_is_not_deleted(cluster: Cluster) -> None:
    path = cluster.make(snapshot_locking_enabled=True)
    cluster.snapshot(path, "kept", snaplock_expiry_time="2026-01-02T00:00:00Z")
    assert cluster.failed("DELETE", path) == "1638555"
    cluster.simulator.advance(86400)
    cluster.deleted(path)


def test_parameters_that_do_nothing_here_are_refused(cluster: Cluster) -> None:
    path = cluster.make()
    assert cluster.refused("PATCH", f"{path}?validate_only=true", {"comment": "x"}) == (400, "262196")
    assert cluster.refused("DELETE", f"{path}?force=maybe") == (400, "262247")
