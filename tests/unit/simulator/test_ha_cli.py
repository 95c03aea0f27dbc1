# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""storage failover of the private CLI: the columns through a takeover and a giveback, and modify."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.failover_cli import Failover
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def text(cluster, node):
    """The state_description of a node."""
    return cluster.cli(node)["state_description"]


def test_a_quiet_pair():
    row = Cluster().cli(ONE)
    assert row["partner_name"] == TWO
    assert row["possible"] is True
    assert row["state_description"] == "Connected to ndo-02"
    assert (row["mode"], row["enabled"], row["auto_giveback"], row["auto_giveback_after_panic"]) == ("ha", True, True, True)
    assert (row["takeover_state"], row["giveback_state"]) == ("not_attempted", "nothing_to_giveback")
    assert (row["delay_seconds"], row["detection_time"]) == (600, 15)
    assert set(row) == set(Failover.columns) - {"reason"}


def test_a_node_without_a_partner():
    row = Cluster("single_node").cli(ONE)
    assert "partner_name" not in row
    assert (row["possible"], row["mode"]) == (False, "non_ha")


def test_the_texts_through_a_takeover_and_a_giveback():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    assert text(cluster, TWO) == "Takeover in progress"
    cluster.wait(60)
    assert (text(cluster, ONE), text(cluster, TWO)) == ("Unknown", "In takeover")
    cluster.wait(200)
    assert text(cluster, ONE) == "Waiting for giveback (HA mailboxes)"
    assert cluster.cli(TWO)["partner_state"] == "waiting_for_giveback"
    cluster.run("giveback", ofnode=ONE)
    assert text(cluster, TWO) == "Giveback in progress"
    cluster.wait(120)
    assert (text(cluster, ONE), text(cluster, TWO)) == ("Connected to ndo-02", "Connected to ndo-01")


def test_reasons_why_takeover_is_not_possible():
    cluster = Cluster("ha_disabled")
    assert text(cluster, ONE) == "Connected to ndo-02, Takeover of ndo-02 is not possible due to reason(s): Storage failover is disabled"
    assert cluster.cli(ONE)["possible"] is False
    cluster.trigger("enable_ha", node=ONE)
    cluster.trigger("interconnect", node=ONE)
    assert text(cluster, ONE) == "Waiting for ndo-02, Takeover of ndo-02 is not possible due to reason(s): Interconnect error"
    assert cluster.cli(ONE)["interconnect_up"] is False
    assert cluster.cli(ONE)["reason"] == ["Interconnect error"]


def test_show_takeover_follows():
    cluster = Cluster()

    def shown():
        return {row["node"]: row["node_status"] for row in Failover().actions(cluster.world)["takeover"].rows(cluster.world)}

    assert shown() == {ONE: "Not attempted", TWO: "Not attempted"}
    cluster.run("takeover", ofnode=ONE)
    assert shown() == {ONE: "Not possible", TWO: "In progress"}
    cluster.wait(100)
    assert shown()[TWO] == "Done"


def test_show_giveback_has_a_row_per_aggregate():
    cluster = Cluster().taken_over()
    rows = list(Failover().actions(cluster.world)["giveback"].rows(cluster.world))
    assert {"node": ONE, "giveback_status": ["No aggregates to give back"]} in rows
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(25)
    rows = Failover().actions(cluster.world)["giveback"].rows(cluster.world)
    assert [row["giveback_status"] for row in rows if row["node"] == TWO] == [["Done"], ["In progress"], ["Not attempted yet"]]


def test_modify_changes_one_node_but_failover_itself_for_both():
    cluster = Cluster()
    Failover().modify(cluster.world, cluster.cli(ONE), {"auto-giveback": "false", "auto_giveback_after_panic": False})
    assert [cluster.cli(ONE)[name] for name in ("auto_giveback", "auto_giveback_after_panic")] == [False, False]
    assert cluster.cli(TWO)["auto_giveback"] is True
    Failover().modify(cluster.world, cluster.cli(ONE), {"enabled": False})
    assert cluster.cli(TWO)["enabled"] is False


@pytest.mark.parametrize("body", [{"mode": "non_ha"}, {"colour": "red"}])
def test_modify_refuses_what_it_does_not_have(body):
    cluster = Cluster()
    with pytest.raises(Refusal) as caught:
        Failover().modify(cluster.world, cluster.cli(ONE), body)
    assert caught.value.code == "262179"


def test_the_methods_that_the_actions_take_are_a_setting():
    cluster = Cluster(takeover_methods=["PATCH"])
    actions = Failover().actions(cluster.world)
    assert actions["takeover"].methods == ("PATCH",)
    assert actions["giveback"].methods == ("POST",)
