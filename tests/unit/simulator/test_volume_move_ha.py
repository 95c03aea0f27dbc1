# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volume moves and takeovers: moves stand still while an aggregate is not served, and a cutover is cut short."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import GIB, Moves

TAKEOVER, GIVEBACK = "/api/private/cli/storage/failover/takeover", "/api/private/cli/storage/failover/giveback"


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    return Moves()


def test_a_move_goes_on_after_a_planned_takeover_of_its_node(cluster: Moves) -> None:
    cluster.start(to="aggr2_ndo_03").wait(50)
    assert cluster.call("POST", TAKEOVER, {"ofnode": "ndo-01"}).status == 200
    cluster.wait(1)
    # The aggregate is on its way.
    assert cluster.state() == "replicating" and cluster.show()["details"].startswith("Waiting for the aggregates")
    assert cluster.show()["bytes_sent"] == 50 * GIB and "replication_throughput" not in cluster.show()
    assert cluster.wait(2).show()["source_node"] == "ndo-02"
    assert cluster.wait(100).where() == "aggr2_ndo_03"
    assert {entry["kind"] for entry in cluster.world.ledger.entries} <= {"io_pause", "path_lost", "path_restored"}


def test_a_move_waits_until_its_node_is_back(cluster: Moves) -> None:
    cluster.trigger("disable_ha", node="ndo-03")
    cluster.start(to="aggr2_ndo_03").wait(50)
    cluster.trigger("fail_node", name="ndo-03")
    cluster.wait(170)
    assert (cluster.state(), cluster.movement()["percent_complete"]) == ("replicating", 50)
    cluster.wait(11)
    assert cluster.state() == "replicating" and cluster.show()["bytes_sent"] > 50 * GIB
    assert cluster.wait(60).state() == "success"


def test_a_move_in_the_queue_waits_too(cluster: Moves) -> None:
    cluster.world.settings["move_job"] = 5
    response = cluster.patch("nas1_vol1a", destination_aggregate={"name": "aggr2_ndo_03"})
    cluster.wait(4).trigger("fail_node", name="ndo-01")
    cluster.wait(1)
    assert cluster.get(response.body["job"]["_links"]["self"]["href"])["state"] == "success" and cluster.state() == "queued"
    assert cluster.wait(300).where() == "aggr2_ndo_03"


def test_a_takeover_cuts_a_cutover_short_and_its_clients_have_an_outage(cluster: Moves) -> None:
    cluster.start(to="aggr2_ndo_03").wait(102)
    assert cluster.state() == "cutover"
    cluster.call("POST", TAKEOVER, {"ofnode": "ndo-01"})
    assert cluster.state() == "replicating" and cluster.where() == "aggr1_ndo_01"
    assert {entry["object"] for entry in cluster.entries("outage")} == {"nas1_vol1a"}
    assert "not served" in cluster.show()["prior_issues"]
    assert cluster.wait(60).where() == "aggr2_ndo_03" and cluster.world.store.table("fences") == {}


def test_a_panic_during_the_cutover_is_a_longer_pause(cluster: Moves) -> None:
    cluster.start().wait(101)
    cluster.trigger("fail_node", name="ndo-02")
    assert cluster.state() == "replicating" and cluster.where() == "aggr1_ndo_01"
    assert cluster.wait(120).where() == "aggr2_ndo_02"


def test_a_trigger_while_an_aggregate_is_away_waits_for_it(cluster: Moves) -> None:
    cluster.start(to="aggr2_ndo_03", state="cutover_wait").wait(200)
    cluster.trigger("disable_ha", node="ndo-03")
    cluster.trigger("fail_node", name="ndo-03")
    cluster.steer("nas1_vol1a", "cutover")
    assert cluster.state() == "replicating" and "nas1_vol1a" not in {entry["object"] for entry in cluster.world.ledger.entries}
    assert cluster.wait(250).where() == "aggr2_ndo_03"


def test_there_and_back_during_a_long_move(cluster: Moves) -> None:
    cluster.row("nas1_vol1a")["sim"]["data"] = 1000 * GIB
    cluster.start(to="aggr2_ndo_03").wait(50)
    cluster.call("POST", TAKEOVER, {"ofnode": "ndo-01"})
    cluster.wait(400)
    cluster.call("POST", GIVEBACK, {"ofnode": "ndo-01"})
    cluster.wait(300)
    assert cluster.show()["source_node"] == "ndo-01" and cluster.state() == "replicating"
    assert cluster.wait(500).where() == "aggr2_ndo_03" and cluster.verdict()["outages"] == 0


def test_a_move_survives_a_reset_of_the_world(cluster: Moves) -> None:
    cluster.start().wait(50)
    snapshot = cluster.world.store.snapshot()
    cluster.wait(200)
    assert cluster.state() == "success"
    cluster.world.store.restore(snapshot)
    # Time goes on: what was due in the meantime is carried out.
    assert cluster.wait(0).state() == "success"
