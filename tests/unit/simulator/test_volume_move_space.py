# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Space of volume moves: both aggregates are charged, a destination fills up, clones are parted from what they share."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import GIB, TIB, VOLUMES, Moves

FROM, TO = "aggr1_ndo_01", "aggr2_ndo_02"


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    return Moves()


def test_both_aggregates_are_charged_until_the_cutover(cluster: Moves) -> None:
    source, target = cluster.free(FROM), cluster.free(TO)
    cluster.start().wait(25)
    assert (cluster.free(FROM), cluster.free(TO)) == (source, target - 25 * GIB)
    cluster.wait(75)
    assert cluster.state() == "cutover" and (cluster.free(FROM), cluster.free(TO)) == (source, target - 100 * GIB)
    cluster.wait(4)
    assert (cluster.free(FROM), cluster.free(TO)) == (source + 100 * GIB, target - 100 * GIB)


def test_a_guarantee_counts_from_the_start(cluster: Moves) -> None:
    cluster.row("nas1_vol1a")["guarantee"]["type"] = "volume"
    source, target = cluster.free(FROM), cluster.free(TO)
    cluster.start()
    assert (cluster.free(FROM), cluster.free(TO)) == (source, target - TIB)
    cluster.wait(200)
    assert (cluster.free(FROM), cluster.free(TO)) == (source + TIB, target - TIB)


def test_a_volume_is_counted_where_it_is(cluster: Moves) -> None:
    def count(name: str) -> int:
        return cluster.get(f"/api/storage/aggregates?name={name}&fields=volume-count")["records"][0]["volume-count"]

    before = count(FROM), count(TO)
    cluster.start().wait(50)
    assert (count(FROM), count(TO)) == before
    cluster.wait(100)
    assert (count(FROM), count(TO)) == (before[0] - 1, before[1] + 1)


def test_a_destination_that_fills_up_lets_the_move_fail(cluster: Moves) -> None:
    cluster.start().wait(50)
    cluster.trigger("fill_aggregate", aggregate=TO, bytes=cluster.free(TO) - 20 * GIB)
    assert cluster.wait(19).state() == "replicating"
    assert cluster.wait(1 + 5).state() == "failed"
    assert (cluster.where(), cluster.free(TO)) == (FROM, 70 * GIB)
    assert "not enough space" in cluster.show()["details"] and cluster.show()["state"] == "failed"
    assert cluster.verdict()["non_disruptive"] and not cluster.world.ledger.entries


def test_of_several_the_last_one_to_begin_fails(cluster: Moves) -> None:
    names = ["nas1_vol1a", "nas1_vol1c", "nas1_vol2a"]
    cluster.trigger("fill_aggregate", aggregate=TO, bytes=cluster.free(TO) - 250 * GIB)
    for name in names:
        cluster.start(name)
    cluster.wait(1000)
    assert [cluster.state(name) for name in names] == ["success", "success", "failed"]
    assert cluster.free(TO) == 50 * GIB


def test_a_destination_that_is_full_at_once_lets_all_of_them_fail(cluster: Moves) -> None:
    cluster.start()
    cluster.start("nas1_vol2a")
    cluster.wait(10).trigger("fill_aggregate", aggregate=TO)
    cluster.wait(10)
    assert cluster.state("nas1_vol2a") == "failed"
    # What the first one has left behind is not enough for the other.
    assert cluster.wait(200).state() == "failed"


def test_what_is_written_meanwhile_must_fit_too(cluster: Moves) -> None:
    cluster.start().wait(50)
    cluster.row("nas1_vol1a")["sim"]["data"] += 20 * GIB
    cluster.trigger("fill_aggregate", aggregate=TO, bytes=cluster.free(TO) - 55 * GIB)
    assert cluster.wait(55).state() == "failed"


def test_space_comes_back_and_a_trigger_needs_a_name(cluster: Moves) -> None:
    free = cluster.free(TO)
    cluster.trigger("fill_aggregate", aggregate=TO)
    assert cluster.free(TO) == 0
    cluster.trigger("fill_aggregate", aggregate=TO, bytes=-(10**18))
    assert cluster.free(TO) == free
    with pytest.raises(ValueError, match="no aggregate"):
        cluster.trigger("fill_aggregate", aggregate="nowhere")


# -- clones ----------------------------------------------------------------------------------------------------------------


def clone(cluster: Moves, name: str = "copy", parent: str = "nas1_vol1a") -> str:
    """The address of a new clone."""
    cluster.world.settings.update(volume_job=1)
    body = {"name": name, "svm.name": "nas1", "clone": {"is_flexclone": True, "parent_volume": {"name": parent}}}
    response = cluster.call("POST", VOLUMES, body)
    cluster.ended(response)
    return str(response.headers["Location"])


def test_a_clone_that_is_moved_is_a_volume_of_its_own(cluster: Moves) -> None:
    path = clone(cluster)
    cluster.done(cluster.call("POST", f"{path}/snapshots", {"name": "mine"}))
    parent, free = cluster.volume("nas1_vol1a"), cluster.free(TO)
    cluster.start("copy").wait(200)
    found = cluster.get(f"{path}?fields=clone,snapshot_count,space")
    assert found["clone"] == {"is_flexclone": False, "has_flexclone": False}
    assert found["snapshot_count"] == 1 and cluster.free(TO) == free - 100 * GIB
    assert cluster.get(f"{parent}?fields=clone.has_flexclone")["clone"]["has_flexclone"] is False
    (base,) = cluster.get(f"{parent}/snapshots?fields=owners")["records"]
    assert "owners" not in base


def test_the_parent_of_clones_leaves_their_blocks_behind_until_they_are_gone(cluster: Moves) -> None:
    path, parent = clone(cluster), cluster.volume("nas1_vol1a")
    source, target = cluster.free(FROM), cluster.free(TO)
    cluster.start().wait(200)
    assert (cluster.free(FROM), cluster.free(TO)) == (source, target - 100 * GIB)
    assert cluster.get(f"{path}?fields=clone.is_flexclone")["clone"]["is_flexclone"] is True
    assert cluster.get(f"{parent}?fields=clone.has_flexclone")["clone"]["has_flexclone"] is False
    cluster.ended(cluster.call("DELETE", f"{path}?force=true"))
    assert cluster.free(FROM) == source + 100 * GIB


def test_a_split_and_a_move_exclude_each_other(cluster: Moves) -> None:
    path = clone(cluster)
    cluster.start("copy")
    assert cluster.refused("PATCH", path, {"clone": {"split_initiated": True}}) == (400, "13107406")
    cluster.steer("copy", "aborted").wait(5)
    cluster.ended(cluster.call("PATCH", path, {"clone": {"split_initiated": True}}))
    body = {"movement": {"destination_aggregate": {"name": TO}}}
    assert cluster.refused("PATCH", path, body) == (400, "13107406")
    assert cluster.wait(60).start("copy").wait(200).where("copy") == TO
