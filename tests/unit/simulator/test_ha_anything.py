# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever operators, strangers and bad luck do to a pair, its state makes sense, and it can be brought back to normal."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster

NODE_STATES = {"up", "booting", "down", "taken_over", "waiting_for_giveback", "degraded"}
TAKEOVER_STATES = {"not_possible", "not_attempted", "in_progress", "in_takeover", "failed"}
GIVEBACK_STATES = {"nothing_to_giveback", "not_attempted", "in_progress", "failed"}
AGGREGATES = [f"aggr{number}_{node}" for node in ("ndo_01", "ndo_02") for number in range(3)]

nodes = st.sampled_from((ONE, TWO))
steps = st.one_of(
    st.tuples(st.just("takeover"), nodes, st.sampled_from(("normal", "immediate"))),
    st.tuples(st.just("giveback"), nodes, st.booleans()),
    st.tuples(st.sampled_from(("reboot", "shutdown", "power_off", "power_on")), nodes),
    st.tuples(st.just("fail"), nodes, st.booleans()),
    st.tuples(st.just("interconnect"), st.sampled_from(("up", "down"))),
    st.tuples(st.just("veto"), st.sampled_from(AGGREGATES), st.booleans()),
    st.tuples(st.just("migrate"), nodes),
    st.tuples(st.just("wait"), st.sampled_from((1, 2, 5, 17, 40, 200, 700))),
)


def apply(cluster, step):
    """Do one thing to the pair; a refusal is an answer like any other."""
    what, *args = step
    with contextlib.suppress(Refusal):
        if what == "takeover":
            cluster.run("takeover", ofnode=args[0], option=args[1])
        elif what == "giveback":
            cluster.run("giveback", **{"ofnode": args[0], "override-vetoes": args[1]})
        elif what == "fail":
            cluster.trigger("fail_node", name=args[0], reboot=args[1])
        elif what == "interconnect":
            cluster.trigger("interconnect", node=ONE, state=args[0])
        elif what == "veto":
            cluster.trigger("set_veto", aggregate=args[0], hard=args[1])
        elif what == "migrate":
            cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": args[0]}}})
        elif what == "wait":
            cluster.wait(args[0])
        else:
            cluster.patch(args[0], action=what)


def makes_sense(cluster):
    """What must hold at any moment."""
    records = {name: cluster.node(name) for name in (ONE, TWO)}
    for name, record in records.items():
        assert record["state"] in NODE_STATES
        assert record["ha"]["takeover"]["state"] in TAKEOVER_STATES
        assert record["ha"]["giveback"]["state"] in GIVEBACK_STATES
        root = cluster.aggregate(f"aggr0_{name.replace('-', '_')}")
        away = root["node"]["name"] != name
        assert away is (record["state"] in ("taken_over", "waiting_for_giveback"))
        other = records[TWO if name == ONE else ONE]
        if away:
            assert other["ha"]["takeover"]["state"] == "in_takeover"
        if record["ha"]["giveback"]["state"] == "nothing_to_giveback" and other["ha"]["takeover"]["state"] != "in_progress":
            held = [cluster.aggregate(one) for one in AGGREGATES]
            foreign = [row for row in held if row["node"]["name"] == name != row["home_node"]["name"]]
            assert not foreign or record["ha"]["takeover"]["state"] == "in_progress"
    for name in AGGREGATES:
        assert cluster.aggregate(name)["state"] in ("online", "relocating")


def bring_back(cluster):
    """What a patient operator does in the end."""
    for name in AGGREGATES:
        cluster.trigger("clear_veto", aggregate=name)
    cluster.trigger("interconnect", node=ONE, state="up")
    for _attempt in range(3):
        cluster.wait(400)
        for name in (ONE, TWO):
            cluster.trigger("power_on", node=name)
        cluster.wait(400)
        for name in (ONE, TWO):
            apply(cluster, ("giveback", name, True))
            cluster.wait(200)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(steps, max_size=12))
def test_every_history_makes_sense_and_ends_well(history):
    cluster = Cluster()
    for step in history:
        apply(cluster, step)
        makes_sense(cluster)
    bring_back(cluster)
    makes_sense(cluster)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "not_attempted"
    assert all(cluster.aggregate(name)["state"] == "online" for name in AGGREGATES)
    assert cluster.verdict()["open"] == 0


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(steps, max_size=8))
def test_both_nodes_down_never_goes_unnoticed(history):
    cluster = Cluster()
    for step in history:
        apply(cluster, step)
        down = all(cluster.node(name)["state"] not in ("up", "degraded") for name in (ONE, TWO))
        if down:
            assert cluster.verdict()["outages"] > 0
