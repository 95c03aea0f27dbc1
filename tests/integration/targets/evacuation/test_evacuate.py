# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.aggregate_evacuate as its users run it: under faults, killed, refused, and in check mode."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sites import GIB, SOURCE, Playground, Run, Site, files

PLAYBOOK = "ndo.ontap.aggregate_evacuate"
PLANNED = re.compile(r'"files:(\w+) (\w+) -> (\w+): (?:[\d.]+ GiB, wave|is on its way)')
FULL = "aggr2_ndo_02"


def asked(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for the evacuation of an aggregate."""
    given = {"aggregates": SOURCE, "concurrency_per_node": 8, **variables}
    return place.set(**{f"aggregate_evacuate_{name}": value for name, value in given.items()})


def planned(outputs: list[str]) -> dict[str, set[str]]:
    """Where these runs have said that each volume goes."""
    found: dict[str, set[str]] = defaultdict(set)
    for output in outputs:
        for volume, _source, destination in PLANNED.findall(output):
            found[volume].add(destination)
    return found


def troubled(place: Site) -> Site:
    """A site where much goes wrong between the controller and the cluster, and with the moves."""
    place.fault("GET", "*", "reset", every=29)
    place.fault("GET", "*", "status", every=23, status=503)
    # Where a move may or may not have begun, the module looks for 20 seconds of real time. So checks are refused, and begins are lost.
    place.fault("PATCH", "storage/volumes/*", "status", every=41, status=503, query="*validate_only*")
    place.fault("PATCH", "storage/volumes/*", "reset", every=37, after=True, query="return_timeout*")
    place.fault("PATCH", "storage/volumes/*", "drop_after", every=43, query="return_timeout*")
    for volume in ("vol003", "vol070"):
        place.trigger("fail_cutovers", volume)
    return place


def test_hundred_volumes_leave_an_aggregate_whatever_goes_wrong(playground: Playground) -> None:
    place = troubled(asked(playground.site(scenario=files(100)), on_failure="continue", order="as_listed"))
    volumes = place.on()
    outputs = [playground.interrupted(PLAYBOOK, lambda: place.moves() >= 25, sites=[place])]
    outputs.append(playground.interrupted(PLAYBOOK, lambda: place.moves() >= 45, sites=[place]))
    assert 25 <= place.moves() < 100
    process = playground.start(PLAYBOOK, sites=[place])
    playground.wait_for(lambda: place.moves() >= 60, process)
    place.trigger("fill_aggregate", FULL)
    run = playground.finish(process)
    check_what_is_told(place, run, volumes)
    outputs.append(run.output)
    unlucky = place.on()
    assert unlucky, run.output
    outputs.append(playground.finish(playground.start(PLAYBOOK, sites=[place])).good().output)
    goals, places = planned(outputs), place.places()
    assert {name for name in volumes if places[name] not in goals[name]} == set()
    # No volume was moved twice; a move that had come to nothing, because its destination was full, was begun again.
    begun = place.begun()
    assert set(begun) == volumes and {name for name in volumes if begun[name] > 1} <= unlucky
    assert sum(begun.values()) == place.moves()
    place.undisturbed()
    assert place.verdict()["paths_lost"] == 0


def check_what_is_told(place: Site, run: Run, volumes: set[str]) -> None:
    """A run that has failed says of every volume that it knows where it is, and why not elsewhere."""
    assert run.code != 0
    report, left = run.report(place), place.on()
    told = {one["volume"]: one for one in report["volumes"]}
    assert left <= set(told) <= volumes
    assert {name for name, one in told.items() if one["outcome"] not in ("moved", "unchanged")} == left
    assert all("not enough space" in told[name]["reason"] for name in left), told
    assert all(one["aggregate"] == place.places()[name] for name, one in told.items())
    evacuation = run.report(place, "aggregate_evacuate")
    assert not report["success"] and not evacuation["success"]
    assert evacuation["left"] == [f"files:{name}" for name in sorted(left)]
    assert f"{len(left)} of {len(told)} volumes are not where they should be" in run.failures[place.name]


def test_check_mode_prints_the_plan_which_a_run_then_carries_out(playground: Playground) -> None:
    place = asked(playground.site(scenario=files(9)), skip=["files:vol003"], pin={"vol004": FULL}, svm="files")
    check = playground.play(PLAYBOOK, "--check", sites=[place]).good()
    assert (place.writes(), place.validations()) == ([], 8)
    goals = planned([check.output])
    assert goals["vol004"] == {FULL} and "vol003" not in goals and len(goals) == 8
    assert f"files:vol003 {SOURCE}: stays, as asked" in check.output
    assert "aggr2_ndo_02 of ndo-02: 0.0 % used before" in check.output
    assert set(check.fates(place).values()) == {"foretold"}
    run = playground.play(PLAYBOOK, sites=[place]).good()
    places = place.places()
    assert {name: {places[name]} for name in goals} == goals and place.on() == {"vol003"}
    assert run.report(place, "aggregate_evacuate")["aggregates"][0]["left"] == ["vol003"]
    assert set(run.fates(place).values()) == {"moved"}
    again = playground.play(PLAYBOOK, sites=[place]).good()
    assert (place.writes(), place.validations(), again.changed) == ([], 0, {"site": 0})
    assert set(again.fates(place).values()) == {"unchanged"}
    place.undisturbed()


def test_runs_that_are_killed_at_a_task_are_finished_by_the_next(playground: Playground) -> None:
    places = []
    for task in ("Read where the aggregates are", "Move the volumes", "See where they are", "See what is left on the aggregates"):
        place = asked(playground.site(task.replace(" ", "-"), files(4)))
        playground.killed(PLAYBOOK, task, sites=[place])
        places.append(place)
    run = playground.finish(playground.start(PLAYBOOK, sites=places)).good()
    for place in places:
        assert place.on() == set()
        assert len(run.fates(place)) == 4
        assert set(place.begun().values()) == {1}
        place.undisturbed()


def taken_over(place: Site) -> None:
    """A node is out, and waits for giveback."""
    place.trigger("start_takeover", ofnode="ndo-02")
    place.advance(600)


def giving_back(place: Site) -> None:
    """A node gets its storage back now."""
    taken_over(place)
    place.world.settings["giveback_per_aggregate"] = 36000
    place.trigger("start_giveback", ofnode="ndo-02")


REFUSED: dict[str, tuple[Any, str]] = {
    "takeover": (lambda place: place.trigger("start_takeover", ofnode="ndo-02"), "ndo-02"),
    "waiting": (taken_over, "ndo-02"),
    "giveback": (giving_back, "ndo-02"),
    "interconnect": (lambda place: place.trigger("interconnect", node="ndo-01"), "interconnect"),
    "degraded": (lambda place: place.trigger("degrade_node", node="ndo-01"), "ndo-01"),
    "far": (lambda place: place.trigger("disable_ha", node="ndo-03"), "ndo-03"),
    "full": (lambda place: place.set(aggregate_evacuate_headroom="43900GiB"), "files:vol000: It takes 100.0 GiB"),
}


def test_nothing_is_written_while_a_pair_is_not_fit_or_there_is_no_room(playground: Playground) -> None:
    places = []
    for name, (prepare, _words) in REFUSED.items():
        # A takeover that is not over before the run has looked.
        place = asked(playground.site(name, files(3), takeover_per_aggregate=36000 if name == "takeover" else 2))
        prepare(place)
        places.append(place)
    run = playground.play(PLAYBOOK, sites=places)
    for place in places:
        assert (place.writes(), place.validations()) == ([], 0), place.name
        assert run.failures[place.name].startswith("Nothing was changed. "), run.failures
        assert REFUSED[place.name][1] in run.failures[place.name], run.failures
        assert len(place.on()) == 3
        assert set(run.fates(place).values()) == ({"not_placed"} if place.name == "full" else {"not_begun"}), place.name


def test_volumes_without_a_place_stay_and_the_others_go_when_that_is_asked_for(playground: Playground) -> None:
    spec = files(6)
    spec["svms"][0]["volumes"][2]["used"] = 9000 * GIB
    place = asked(playground.site(scenario=spec), on_failure="continue", candidates="aggr1_ndo_02,aggr2_ndo_02", headroom="34000GiB")
    run = playground.play(PLAYBOOK, sites=[place])
    assert run.code != 0
    assert place.on() == {"vol002"}
    fates = run.fates(place)
    assert fates.pop("vol002") == "not_placed" and set(fates.values()) == {"moved"}
    assert "It takes 8.8 TiB" in run.failures["site"]
    place.undisturbed()
