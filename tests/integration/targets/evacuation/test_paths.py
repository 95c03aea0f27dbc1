# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes with mapped LUNs that leave their HA pair: hosts have optimized paths at every moment, unless nobody cares for them."""

from __future__ import annotations

from collections import Counter

from sites import SOURCE, Playground, Site, blocks

PLAYBOOK = "ndo.ontap.aggregate_evacuate"
HERE, THERE = {"ndo-01", "ndo-02"}, {"ndo-03", "ndo-04"}


def asked(place: Site, **variables: str) -> Site:
    """The site with variables that ask for the evacuation of an aggregate into the other pair."""
    given = {"aggregates": SOURCE, "affinity": "other_pair", "concurrency_per_node": 4, **variables}
    return place.set(**{f"aggregate_evacuate_{name}": value for name, value in given.items()})


def test_hosts_have_optimized_paths_at_every_moment_only_when_reporting_nodes_follow(playground: Playground) -> None:
    follow = asked(playground.site("follow", blocks(12)))
    ignore = asked(playground.site("ignore", blocks(12)), paths="ignore")
    for place in (follow, ignore):
        place.fault("GET", "*", "reset", every=29)
        place.fault("POST", "protocols/san/lun-maps/*", "drop_after", every=7)
        place.fault("DELETE", "protocols/san/lun-maps/*", "status", every=9, status=503)
    playground.interrupted(PLAYBOOK, lambda: follow.moves() >= 5, sites=[follow])
    assert follow.reporting() != dict.fromkeys(follow.reporting(), THERE)
    # What is under way arrives while nobody looks.
    follow.advance(900)
    assert follow.moving() == [] and 0 < len(follow.on()) < 12
    playground.finish(playground.start(PLAYBOOK, sites=[follow, ignore])).good()
    for place in (follow, ignore):
        assert place.on() == set()
        assert place.begun() == Counter(dict.fromkeys(place.places(), 1))
        assert place.identity() == place.identities
    assert set(map(frozenset, follow.reporting().values())) == {frozenset(THERE)}
    follow.undisturbed()
    # The counterpart: the hosts reach the LUNs by way of the other pair only, and the ledger says so.
    assert set(map(frozenset, ignore.reporting().values())) == {frozenset(HERE)}
    verdict = ignore.verdict()
    assert not verdict["non_disruptive"]
    assert verdict["optimized_paths_lost"] == verdict["detours"] == 24


def test_hosts_that_cannot_reach_the_other_pair_stop_the_run_before_it_begins(playground: Playground) -> None:
    spec = blocks(2)
    for host in spec["svms"][0]["san_hosts"]:
        host["lifs"] = ["iscsi1", "iscsi2"]
    place = asked(playground.site(scenario=spec))
    run = playground.play(PLAYBOOK, sites=[place])
    assert run.code != 0
    assert place.writes() == [] and len(place.on()) == 2
    assert "where hosts that use its LUNs are logged in to no LIF" in run.failures["site"]
    assert set(run.fates(place).values()) == {"failed"}
    place.undisturbed()
