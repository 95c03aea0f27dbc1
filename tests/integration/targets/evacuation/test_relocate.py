# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.volume_relocate as its users run it: how volumes may be named, what is refused, and what a failure does."""

from __future__ import annotations

from typing import Any

from sites import GIB, SOURCE, Playground, Site, files

PLAYBOOK = "ndo.ontap.volume_relocate"
THERE = "aggr1_ndo_02"
FAR = "aggr1_ndo_03"


def asked(place: Site, volumes: Any, **variables: Any) -> Site:
    """The site with variables that ask for moves of volumes."""
    given = {"volumes": volumes, "aggregate": THERE, **variables}
    return place.set(**{f"volume_relocate_{name}": value for name, value in given.items()})


def elsewhere(count: int) -> dict[str, Any]:
    """A cluster where vol002 is being moved to another place."""
    moving = {"svm": "files", "volume": "vol002", "destination": FAR, "state": "replicating", "percent_complete": 5}
    return files(count, movements=[moving])


def uuid(place: Site, name: str) -> str:
    """The uuid of a volume."""
    return place.row("volumes", name)["uuid"]


def test_volumes_are_understood_as_people_name_them(playground: Playground) -> None:
    pasted = asked(
        playground.site("pasted", files(6)),
        [
            "files:vol000",
            "cinder@cdot-iscsi#vol001",
            {"volume": "vol002", "svm": "files"},
            {"volume": "controller@cdot#vol003", "svm": "files", "aggregate": f"manila@cdot#{FAR}"},
            {"volume": "files:vol004", "aggregate": FAR},
        ],
    )
    pasted.variables["volume_relocate_volumes"].append({"uuid": uuid(pasted, "vol005").upper()})
    survey = asked(playground.site("survey", files(3)), "files:vol000, host@backend#vol001\nvol002", svm="files", report_dir=None)
    survey.set(volume_relocate_report_dir=str(survey.folder))
    replaced = asked(playground.site("replaced", elsewhere(3)), ["files:vol002", "files:vol001"], replace=True)
    run = playground.play(PLAYBOOK, sites=[pasted, survey, replaced]).good()
    assert replaced.on(THERE) == {"vol001", "vol002"} and replaced.on(FAR) == set()
    assert pasted.places() == {f"vol{number:03}": FAR if number in (3, 4) else THERE for number in range(6)}
    assert survey.on(THERE) == {"vol000", "vol001", "vol002"}
    for place in (pasted, survey):
        check_report(place, run.report(place))
        place.undisturbed()
    assert survey.file("relocate") == run.report(survey)
    assert f"files:vol000 {SOURCE} -> {THERE}: moved, " in run.output


def check_report(place: Site, report: dict[str, Any]) -> None:
    """The report has what is known of each volume."""
    assert (report["success"], report["error"], report["counts"]) == (True, "", {"moved": len(place.places())})
    assert report["bytes"] == sum((100 + number) * GIB for number in range(len(place.places())))
    for one in report["volumes"]:
        assert (one["from"], one["to"], one["aggregate"]) == (SOURCE, place.places()[one["volume"]], one["to"])
        assert (one["svm"], one["uuid"], one["joined"], one["reason"]) == ("files", uuid(place, one["volume"]), False, "")
        assert one["seconds"] > 0


OBJECTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "homeless": ({"volumes": ["files:vol000", {"volume": "files:vol001", "aggregate": FAR}], "aggregate": ""}, "aggregate: files:vol000."),
    "twice": ({"volumes": ["files:vol000", {"volume": "vol000", "svm": "files"}]}, "A volume is named more than once."),
    "synonyms": ({"volumes": ["files:vol000", "vol000"]}, "A volume is named more than once, by different names."),
    "torn": ({"volumes": [{"volume": "files:vol000", "svm": "other"}]}, "with another SVM than its own: files:vol000 (other)."),
    "nobody": ({"volumes": [{"svm": "files"}]}, "Every volume needs a name or a uuid."),
    "unknown": ({"volumes": ["files:vol000", "files:gone"]}, "There is no volume files:gone."),
    "full": ({"volumes": ["files:vol000", "files:vol001"], "headroom": "40857GiB"}, "files:vol000: It takes 100.0 GiB"),
    "moving": ({"volumes": ["files:vol002"]}, f"It is being moved to {FAR} already"),
}


def test_objections_come_before_the_first_write(playground: Playground) -> None:
    places = []
    for name, (variables, _words) in OBJECTIONS.items():
        place = asked(playground.site(name, elsewhere(3) if name == "moving" else files(3)), **{"volumes": [], **variables})
        places.append(place)
    run = playground.play(PLAYBOOK, sites=places)
    for place in places:
        assert OBJECTIONS[place.name][1] in run.failures[place.name], run.failures
        assert (place.writes(), place.validations()) == ([], 0), place.name
    assert run.fates(places[-2]) == {"vol000": "not_placed", "vol001": "not_begun"}


def failing(playground: Playground, on_failure: str) -> Site:
    """A site where four moves are to be made, two at a time; the first takes long, and the second fails at once."""
    spec = files(4)
    spec["svms"][0]["volumes"][0]["used"] = 2000 * GIB
    slow = {"move_rate": GIB // 16} if on_failure == "stop" else {}
    place = asked(playground.site(on_failure, spec, **slow), [f"files:vol{number:03}" for number in range(4)])
    place.set(volume_relocate_concurrency=2, volume_relocate_on_failure=on_failure)
    message = {"code": "917927", "message": "The aggregate has taken offence."}
    place.fault("PATCH", f"storage/volumes/{uuid(place, 'vol001')}", "job_failure", query="return_timeout*", times=0, **message)
    return place


FATES = {
    "stop": ["moving", "failed", "not_begun", "not_begun"],
    "wait": ["moved", "failed", "not_begun", "not_begun"],
    "continue": ["moved", "failed", "moved", "moved"],
}


def test_failure_stops_the_run_or_lets_it_wait_or_lets_it_go_on(playground: Playground) -> None:
    places = [failing(playground, on_failure) for on_failure in FATES]
    run = playground.play(PLAYBOOK, sites=places)
    for place in places:
        report = run.report(place)
        assert list(run.fates(place).values()) == FATES[place.name], run.output
        reasons = {one["volume"]: one["reason"] for one in report["volumes"]}
        assert "The aggregate has taken offence" in reasons["vol001"]
        assert all(reasons[one["volume"]] for one in report["volumes"] if one["outcome"] != "moved")
        assert run.failures[place.name] == report["error"]
        assert "files:vol001 (failed)" in report["error"]
        place.simulator.faults.clear()
    stopped = places[0]
    assert "run the task again to join it" in run.report(stopped)["volumes"][0]["reason"]
    assert stopped.moving() == ["vol000"]
    tried = stopped.begun()["vol001"]
    process = playground.start(PLAYBOOK, sites=places)
    playground.wait_for(lambda: stopped.begun()["vol001"] > tried, process)
    stopped.pace(6000)
    run = playground.finish(process).good()
    for place in places:
        assert place.on() == set()
        assert set(run.fates(place).values()) <= {"moved", "unchanged"}
        place.undisturbed()
    assert run.report(stopped)["volumes"][0]["joined"] and stopped.begun()["vol000"] == 1
