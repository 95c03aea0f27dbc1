# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ONTAP refuses about volume moves, validation, and what a move makes of encryption and tiering."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.references import ref
from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import GIB, TIB, Moves

TO = {"destination_aggregate": {"name": "aggr2_ndo_02"}}


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    return Moves()


def code(cluster: Moves, movement: dict[str, Any], name: str = "nas1_vol1a", **more: Any) -> str:
    """The code with which a PATCH is refused; nothing has changed, and no job has begun."""
    status, found = cluster.refused("PATCH", cluster.volume(name), {"movement": movement, **more})
    assert status == 400 and cluster.movement(name) == {} and cluster.get("/api/cluster/jobs")["num_records"] == 0
    return found


@pytest.mark.parametrize(
    ("movement", "expected"),
    [
        ({"destination_aggregate": {"name": "aggr1_ndo_01"}}, "918265"),
        ({**TO, "state": "cutover"}, "918266"),
        ({**TO, "state": "replicating"}, "918266"),
        ({"destination_aggregate": {"name": "nowhere"}}, "918267"),
        ({"destination_aggregate": {"uuid": "11111111-2222-4333-8444-555555555555"}}, "918267"),
        ({"destination_aggregate": {}}, "918267"),
        ({"destination_aggregate": {"name": "aggr0_ndo_02"}}, "917597"),
        ({**TO, "cutover_window": 29}, "262245"),
        ({**TO, "cutover_window": 301}, "262245"),
        ({**TO, "cutover_window": 0}, "262245"),
        ({**TO, "tiering_policy": "sometimes"}, "262247"),
        ({"percent_complete": 5}, "262196"),
        ({"state": "aborted"}, "918267"),
        ({"state": "cutover"}, "918267"),
        ({"cutover_window": 60}, "918267"),
        ({"state": "success"}, "918786"),
        ({"state": "queued"}, "918786"),
        ({"state": "cutover_pending"}, "918786"),
        ({"state": "moving"}, "262247"),
    ],
)
def test_a_bad_request_is_refused_before_anything_happens(cluster: Moves, movement: dict[str, Any], expected: str) -> None:
    assert code(cluster, movement) == expected


def test_the_two_names_of_the_destination_must_agree(cluster: Moves) -> None:
    wrong = {"name": "aggr2_ndo_02", "uuid": cluster.uuid("/storage/aggregates", "aggr2_ndo_01")}
    assert code(cluster, {"destination_aggregate": wrong}) == "787141"


def test_nothing_else_can_be_changed_together_with_a_move(cluster: Moves) -> None:
    assert code(cluster, TO, comment="x") == "262196"
    assert code(cluster, TO, encryption={"rekey": True}) == "262196"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": "offline"}, "917775"),
        ({"style": "flexgroup"}, "918241"),
        ({"type": "ls"}, "917617"),
        ({"type": "dp"}, "917536"),
        ({"error_state": {"is_inconsistent": True}}, "144182225"),
        ({"sim": {"data": 0, "split": {"seconds": 9, "elapsed": 0, "since": 0}, "shared": 0}}, "13107406"),
    ],
)
def test_a_volume_that_cannot_be_moved(cluster: Moves, change: dict[str, Any], expected: str) -> None:
    cluster.row("nas1_vol1b").update(change)
    assert cluster.refused("PATCH", cluster.volume("nas1_vol1b"), {"movement": TO}) == (400, expected)


def test_a_mirror_that_is_initialized_and_an_svm_root_can_be_moved(cluster: Moves) -> None:
    row = cluster.row("nas1_vol1b")
    row["type"] = "dp"
    mirror = {"source": {"path": "x:y"}, "destination": {"path": "nas1:nas1_vol1b"}, "state": "snapmirrored"}
    cluster.world.store.insert("snapmirror_relationships", mirror)
    assert cluster.start("nas1_vol1b").wait(200).where("nas1_vol1b") == "aggr2_ndo_02"
    assert cluster.start("nas1_root").wait(200).where("nas1_root") == "aggr2_ndo_02"


@pytest.mark.parametrize(("change", "expected"), [({"state": "offline"}, "786787"), ({"state": "relocating"}, "786787")])
def test_an_aggregate_that_cannot_take_it(cluster: Moves, change: dict[str, Any], expected: str) -> None:
    cluster.world.store.find("aggregates", name="aggr2_ndo_02").update(change)
    assert code(cluster, TO) == expected


def test_the_node_of_the_destination_must_be_up(cluster: Moves) -> None:
    cluster.world.store.find("nodes", name="ndo-02")["sim"]["run"] = "halted"
    assert code(cluster, TO) == "786472"


def test_only_assigned_aggregates_of_the_svm_are_taken(cluster: Moves) -> None:
    svm = cluster.world.store.find("svms", name="nas1")
    svm["aggregates"] = [ref(cluster.world.store.find("aggregates", name="aggr1_ndo_03"))]
    assert code(cluster, TO) == "13107341"
    assert cluster.start(to="aggr1_ndo_03").state() == "replicating"


@pytest.mark.parametrize(("version", "fine"), [((9, 9, 1), False), ((9, 10, 1), True)])
def test_snaplock_aggregates_mix_since_9_10_1(version: tuple[int, int, int], fine: bool) -> None:
    cluster = Moves(version=version)
    cluster.world.store.find("aggregates", name="aggr2_ndo_02")["snaplock_type"] = "compliance"
    if fine:
        assert cluster.start().state() == "replicating"
    else:
        assert code(cluster, TO) == "13107341"


def test_the_destination_must_have_room_for_what_the_volume_uses(cluster: Moves) -> None:
    aggregate = cluster.world.store.find("aggregates", name="aggr2_ndo_02")
    free = cluster.free("aggr2_ndo_02")
    cluster.trigger("fill_aggregate", aggregate="aggr2_ndo_02", bytes=free - 100 * GIB + 1)
    response = cluster.patch("nas1_vol1a", **TO)
    assert response.body["error"]["code"] == "460770" and response.body["error"]["target"] == "movement.destination_aggregate"
    assert aggregate["name"] in response.body["error"]["message"]
    cluster.trigger("fill_aggregate", aggregate="aggr2_ndo_02", bytes=-1)
    assert cluster.start().wait(200).where() == "aggr2_ndo_02"


def test_a_guaranteed_volume_needs_all_of_its_size(cluster: Moves) -> None:
    cluster.row("nas1_vol1a")["guarantee"]["type"] = "volume"
    cluster.trigger("fill_aggregate", aggregate="aggr2_ndo_02", bytes=cluster.free("aggr2_ndo_02") - TIB + 1)
    assert code(cluster, TO) == "460770"


def test_two_starts_at_once_make_one_move(cluster: Moves) -> None:
    first = cluster.patch("nas1_vol1a", **TO)
    second = cluster.patch("nas1_vol1a", destination_aggregate={"name": "aggr1_ndo_03"})
    cluster.wait(1)
    states = [cluster.get(one.body["job"]["_links"]["self"]["href"]) for one in (first, second)]
    assert [job["state"] for job in states] == ["success", "failure"] and states[1]["error"]["code"] == "13107406"
    assert cluster.wait(200).where() == "aggr2_ndo_02"


# -- validation ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["query", "body"])
def test_a_validation_says_yes_and_changes_nothing(cluster: Moves, way: str) -> None:
    path = cluster.volume("nas1_vol1a")
    before = cluster.get(f"{path}?fields=**"), cluster.free("aggr2_ndo_02")
    body = {"movement": TO, "encryption": {"enabled": True}, **({"validate_only": True} if way == "body" else {})}
    cluster.ended(cluster.call("PATCH", path + ("?validate_only=true" if way == "query" else ""), body))
    assert (cluster.wait(500).get(f"{path}?fields=**"), cluster.free("aggr2_ndo_02")) == before


@pytest.mark.parametrize(
    ("movement", "expected"),
    [({"destination_aggregate": {"name": "aggr1_ndo_01"}}, "918265"), ({**TO, "state": "paused"}, "918266"), ({"state": "x"}, "262247")],
)
def test_a_validation_refuses_what_a_move_does(cluster: Moves, movement: dict[str, Any], expected: str) -> None:
    assert cluster.refused("PATCH", f"{cluster.volume('nas1_vol1a')}?validate_only=true", {"movement": movement}) == (400, expected)


def test_the_job_of_a_validation_sees_what_has_changed_meanwhile(cluster: Moves) -> None:
    response = cluster.call("PATCH", f"{cluster.volume('nas1_vol1a')}?validate_only=true", {"movement": TO})
    cluster.trigger("fill_aggregate", aggregate="aggr2_ndo_02")
    job = cluster.done(response)
    assert (job["state"], job["error"]["code"]) == ("failure", "460770")


def test_the_field_in_the_body_is_newer_than_the_parameter() -> None:
    old = Moves(version=(9, 13, 1))
    path = old.volume("nas1_vol1a")
    assert old.refused("PATCH", path, {"movement": TO, "validate_only": True}) == (400, "262179")
    assert old.call("PATCH", f"{path}?validate_only=true", {"movement": TO}).status == 202
    assert old.refused("PATCH", path, {"movement": {**TO, "capacity_tier_optimized": True}}) == (400, "262179")


def test_steering_can_be_validated_and_other_changes_cannot(cluster: Moves) -> None:
    path = cluster.volume("nas1_vol1a")
    assert cluster.refused("PATCH", f"{path}?validate_only=true", {"comment": "x"}) == (400, "262196")
    assert cluster.refused("PATCH", f"{path}?validate_only=true", {"movement": {"state": "aborted"}}) == (400, "918267")
    cluster.start().ended(cluster.call("PATCH", f"{path}?validate_only=true", {"movement": {"state": "aborted"}}))
    assert cluster.wait(200).state() == "success"
    assert cluster.call("PATCH", path, {"comment": "x", "validate_only": False}).status == 202


# -- encryption and tiering ------------------------------------------------------------------------------------------------


def encrypted(cluster: Moves, aggregate: str) -> None:
    """Give an aggregate a key of its own."""
    cluster.world.store.find("aggregates", name=aggregate)["data_encryption"]["software_encryption_enabled"] = True


def moved(cluster: Moves, to: str = "aggr2_ndo_02", **more: Any) -> dict[str, Any]:
    """The volume after a move."""
    cluster.ended(cluster.call("PATCH", cluster.volume("nas1_vol1a"), {"movement": {"destination_aggregate": {"name": to}}, **more}))
    cluster.wait(200)
    assert cluster.where() == to
    return cluster.get(f"{cluster.volume('nas1_vol1a')}?fields=encryption,tiering,movement")


def test_a_move_encrypts_and_is_the_only_way_to_decrypt(cluster: Moves) -> None:
    found = moved(cluster, encryption={"enabled": True})["encryption"]
    assert (found["enabled"], found["type"], found["state"]) == (True, "volume", "encrypted")
    assert moved(cluster, "aggr2_ndo_01")["encryption"] == found
    assert moved(cluster, encryption={"enabled": False})["encryption"] == {"enabled": False, "state": "unencrypted", "type": "none"}


def test_an_encrypted_aggregate_encrypts_what_comes(cluster: Moves) -> None:
    encrypted(cluster, "aggr2_ndo_02")
    assert code(cluster, TO, encryption={"enabled": False}) == "262247"
    assert moved(cluster)["encryption"]["type"] == "aggregate"
    assert moved(cluster, "aggr2_ndo_01")["encryption"]["type"] == "volume"


def test_the_tiering_policy_is_that_of_the_move(cluster: Moves) -> None:
    body = {"destination_aggregate": {"name": "aggr2_ndo_02"}, "tiering_policy": "auto", "capacity_tier_optimized": True}
    cluster.ended(cluster.call("PATCH", cluster.volume("nas1_vol1a"), {"movement": body}))
    shown = cluster.movement()
    assert (shown["tiering_policy"], shown["capacity_tier_optimized"]) == ("auto", True)
    found = cluster.wait(200).get(f"{cluster.volume('nas1_vol1a')}?fields=tiering")["tiering"]
    assert found == {"policy": "auto", "min_cooling_days": 31}
