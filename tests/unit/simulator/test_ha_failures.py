# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens without being asked for: panics at every phase, lost nodes, and strangers."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import ha
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def settled(cluster):
    """Whether the pair is as it was in the beginning."""
    aggregates = [cluster.aggregate(f"aggr{index}_{node}") for node in ("ndo_01", "ndo_02") for index in range(3)]
    home = all(row["node"] == row["home_node"] and row["state"] == "online" for row in aggregates)
    return home and cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_a_panic_is_noticed_after_the_detection_time_and_the_partner_takes_over():
    cluster = Cluster()
    cluster.trigger("fail_node", name=ONE)
    assert cluster.states() == ("down", "not_attempted", "nothing_to_giveback", "up")
    cluster.wait(15)
    assert cluster.states() == ("down", "in_progress", "nothing_to_giveback", "up")
    cluster.wait(6)
    assert cluster.states() == ("taken_over", "in_takeover", "not_attempted", "up")
    cluster.wait(180)
    assert cluster.states()[0] == "waiting_for_giveback"
    verdict = cluster.verdict()
    assert verdict["outages"] == 0
    # Detection, three aggregates at once, and the LIFs after them.
    assert verdict["longest_pause"] == 15 + 6 + 3


def test_a_node_that_does_not_come_back_stays_taken_over():
    cluster = Cluster()
    cluster.trigger("fail_node", name=ONE, reboot=False)
    cluster.wait(5000)
    assert cluster.states() == ("taken_over", "in_takeover", "not_attempted", "up")
    cluster.trigger("power_on", node=ONE)
    cluster.wait(180)
    assert cluster.states()[0] == "waiting_for_giveback"


def test_a_panic_without_failover_is_an_outage_until_the_node_is_back():
    cluster = Cluster("ha_disabled")
    cluster.trigger("fail_node", name=ONE)
    assert cluster.states()[0] == "booting"
    assert cluster.verdict()["outages"] > 0
    cluster.wait(240)
    assert cluster.states()[0] == "up"
    outages = [entry for entry in cluster.world.ledger.entries if entry["kind"] == "outage"]
    assert {entry["seconds"] for entry in outages} <= {180.0, 193.0}
    assert not cluster.verdict()["non_disruptive"]


def test_a_panic_while_the_interconnect_is_down_is_not_taken_over():
    cluster = Cluster()
    cluster.trigger("interconnect", node=ONE)
    cluster.trigger("fail_node", name=ONE)
    cluster.wait(100)
    assert cluster.states()[:2] == ("booting", "not_possible")
    assert cluster.verdict()["outages"] > 0


@pytest.mark.parametrize("moment", [0, 1, 3, 5], ids=["first aggregate", "on its way", "second aggregate", "LIFs"])
def test_the_victim_panics_while_it_is_being_taken_over(moment):
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(moment)
    cluster.trigger("fail_node", name=ONE)
    cluster.wait(30)
    assert cluster.states()[:2] == ("taken_over", "in_takeover")
    cluster.wait(180)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(120)
    assert settled(cluster)
    assert cluster.verdict()["non_disruptive"]


@pytest.mark.parametrize("moment", [1, 3, 5])
def test_the_survivor_panics_before_the_victim_is_down_and_is_taken_over_in_turn(moment):
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(moment)
    cluster.trigger("fail_node", name=TWO)
    cluster.wait(30)
    assert cluster.node(ONE)["state"] == "up"
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "in_takeover"
    assert cluster.node(TWO)["state"] == "taken_over"
    assert all(row["node"]["name"] == ONE for row in (cluster.aggregate(f"aggr{n}_ndo_01") for n in range(3)))
    assert cluster.verdict()["outages"] == 0
    cluster.wait(300)
    cluster.run("giveback", ofnode=TWO)
    cluster.wait(120)
    assert settled(cluster)


@pytest.mark.parametrize("moment", [10, 28], ids=["halting", "halted"])
def test_the_survivor_panics_after_the_victim_halted_and_both_are_down(moment):
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(moment)
    cluster.trigger("fail_node", name=TWO)
    assert cluster.node(ONE)["state"] == cluster.node(TWO)["state"] == "booting"
    pair = [entry for entry in cluster.world.ledger.entries if entry["object"] == "ndo-01 and ndo-02"]
    assert [entry["kind"] for entry in pair] == ["outage"]
    cluster.wait(180)
    assert pair[0]["seconds"] == 180
    cluster.wait(60)
    assert cluster.node(ONE)["state"] == cluster.node(TWO)["state"] == "up"


def test_the_survivor_panics_in_takeover_and_comes_back_in_takeover():
    cluster = Cluster().taken_over()
    cluster.trigger("fail_node", name=TWO)
    assert cluster.node(ONE)["state"] == "waiting_for_giveback"
    assert cluster.node(TWO)["state"] == "booting"
    assert cluster.verdict()["outages"] > 0
    cluster.wait(180)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "not_attempted", "up")
    cluster.wait(700)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert not cluster.verdict()["non_disruptive"]


def test_an_automatic_giveback_that_fell_into_that_time_is_made_up_for():
    cluster = Cluster().taken_over()
    # Due at second 809; the survivor is down from 750 to 930, and waits its delay again.
    cluster.wait(450)
    cluster.trigger("fail_node", name=TWO)
    cluster.wait(180 + 599)
    assert cluster.states()[:3] == ("waiting_for_giveback", "in_takeover", "not_attempted")
    cluster.wait(1)
    assert cluster.states()[2] == "in_progress"


def test_the_owner_dies_again_while_its_root_aggregate_comes_home():
    cluster = Cluster().taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(10)
    cluster.trigger("fail_node", name=ONE)
    assert cluster.states() == ("taken_over", "in_takeover", "failed", "up")
    record = cluster.node(TWO)["ha"]["giveback"]
    assert {entry["error"]["message"] for entry in record["status"]} == {"communication_err"}
    assert cluster.aggregate("aggr0_ndo_01")["state"] == "online"
    cluster.wait(200)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(120)
    assert settled(cluster)


def test_the_owner_dies_after_its_root_aggregate_is_home_and_is_taken_over_again():
    cluster = Cluster(applications_online=0).taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(25)
    assert cluster.states()[0] == "up"
    cluster.trigger("fail_node", name=ONE)
    cluster.wait(30)
    assert cluster.states()[:3] == ("taken_over", "in_takeover", "not_attempted")
    assert cluster.verdict()["outages"] == 0


def test_the_survivor_dies_during_giveback_before_the_root_aggregate_is_home():
    cluster = Cluster().taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(10)
    cluster.trigger("fail_node", name=TWO)
    cluster.wait(200)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "failed", "up")


def test_the_survivor_dies_during_giveback_after_the_root_aggregate_is_home():
    cluster = Cluster(applications_online=0).taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(25)
    cluster.trigger("fail_node", name=TWO)
    cluster.wait(60)
    # The owner runs again, so it takes over, and its own aggregates come home that way.
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "in_takeover"
    assert all(cluster.aggregate(f"aggr{n}_ndo_01")["node"]["name"] == ONE for n in range(3))


def test_a_stranger_takes_over_and_gives_back():
    cluster = Cluster()
    cluster.trigger("start_takeover", ofnode=ONE)
    cluster.wait(300)
    assert cluster.states()[:2] == ("waiting_for_giveback", "in_takeover")
    cluster.trigger("start_giveback", ofnode=ONE)
    cluster.wait(120)
    assert settled(cluster)


def test_ha_is_turned_off_and_on_for_the_pair():
    cluster = Cluster()
    cluster.trigger("disable_ha", node=ONE)
    assert [cluster.node(name)["ha"]["enabled"] for name in (ONE, TWO)] == [False, False]
    cluster.trigger("enable_ha", node=TWO)
    assert [cluster.node(name)["ha"]["enabled"] for name in (ONE, TWO)] == [True, True]


def test_every_trigger_refuses_a_name_that_nobody_has():
    cluster = Cluster()
    arguments = {"fail_node": "name", "start_takeover": "ofnode", "start_giveback": "ofnode", "lif_down": "interface"}
    arguments.update({"set_veto": "aggregate", "clear_veto": "aggregate", "lun_write": "path"})
    arguments.update({"fail_cutovers": "volume", "fill_aggregate": "aggregate", "fail_transfer": "path"})
    arguments.update({name: "host" for name in ha.TRIGGERS if name.startswith("host_")})
    arguments.update({"writer_stop": "name", "cloud_cancel": "id", "cloud_replay": "id", "smb_files": "user"})
    given = {name: {arguments.get(name, "node"): "nobody"} for name in ha.TRIGGERS}
    given["writer_start"] = {"name": "database", "luns": ["nobody"]}
    given["cloud_timeline"] = {"name": "reboot", "node": "nobody"}
    for name, named in given.items():
        with pytest.raises(ValueError, match="nobody"):
            cluster.trigger(name, **named)


def test_a_snapshot_in_the_middle_of_a_takeover_can_be_gone_back_to():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(3)
    snapshot = cluster.world.store.snapshot()
    cluster.wait(300)
    end = cluster.states()
    cluster.world.store.restore(snapshot)
    assert cluster.aggregate("aggr2_ndo_01")["state"] == "relocating"
    cluster.wait(0)
    assert cluster.states() == end
