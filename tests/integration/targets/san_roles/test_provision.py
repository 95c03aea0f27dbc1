# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.san_provision as its users run it."""

from __future__ import annotations

from typing import Any

from sites import GIB, Playground, Run, Site

PLAYBOOK = "ndo.ontap.san_provision"
INITIATOR = "iqn.1994-05.com.example:db-host"
HOST1 = "iqn.1994-05.com.example:san1-host1"
WWPN = "21:00:00:24:ff:00:00:09"


def lun(name: str, **options: Any) -> dict[str, Any]:
    """A LUN as a site asks for it."""
    return {"name": name, "size": "10GiB", "os_type": "linux", **options}


def asked(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for a volume, two LUNs and an igroup."""
    given: dict[str, Any] = {
        "san_provision_svm": "san1",
        "san_provision_volume": {"name": "db", "aggregate": "aggr1_ndo_01", "size": "100GiB", "space_guarantee": "none"},
        "san_provision_luns": [lun("data1", lun_id=7), lun("data2")],
        "san_provision_igroup": {"name": "db-host", "os_type": "linux", "protocol": "iscsi", "initiators": [INITIATOR]},
    }
    return place.set(**{**given, **variables})


def fc(place: Site) -> Site:
    """The same with FC."""
    return asked(place, san_provision_igroup={"name": "db-host", "os_type": "linux", "protocol": "fcp", "initiators": [WWPN]})


def good(run: Run, changed: int | None = None) -> Run:
    """The run, which has gone well, with so many changed tasks on each site."""
    assert run.code == 0, run.output
    assert changed is None or set(run.changed.values()) == {changed}, run.output
    return run


CREATED = [
    "create volume san1:db",
    "create LUN /vol/db/data1",
    "create LUN /vol/db/data2",
    "create igroup db-host",
    "create map of LUN /vol/db/data1 to igroup db-host",
    "create map of LUN /vol/db/data2 to igroup db-host",
]


def test_provision_from_nothing_and_then_there_is_nothing_to_do(playground: Playground) -> None:
    places = [asked(playground.site("iscsi")), fc(playground.site("fc", "san"))]
    places[0].set(san_provision_report_dir=str(places[0].folder))
    run = good(playground.play(PLAYBOOK, "--check", sites=places), changed=4)
    for place in places:
        assert place.writes() == []
        assert run.result(place)["actions"] == CREATED
    run = good(playground.play(PLAYBOOK, sites=places), changed=4)
    for place in places:
        result = run.result(place)
        assert (result["success"], result["error"], result["actions"], result["undone"]) == (True, "", CREATED, [])
        assert result["luns"] == all_told(place)
        assert result["reporting_nodes"] == ["ndo-01", "ndo-02"]
        assert place.verdict()["non_disruptive"]
    check_targets(places[0], run.result(places[0]), places[1], run.result(places[1]))
    assert places[0].file("provision") == run.result(places[0])
    run = good(playground.play(PLAYBOOK, sites=places), changed=0)
    for place in places:
        assert (place.writes(), run.result(place)["actions"]) == ([], [])
        assert run.result(place)["luns"] == all_told(place)


def told(place: Site, name: str, lun_id: int) -> dict[str, Any]:
    """What the model says of a LUN, as a host has to be told."""
    row = place.row("luns", f"/vol/db/{name}")
    (mapped,) = [one for one in place.rows("lun_maps") if one["lun"]["uuid"] == row["uuid"]]
    assert mapped["logical_unit_number"] == lun_id
    naa = "naa.600a0980" + row["serial_number"].encode().hex()
    numbers = {"uuid": row["uuid"], "serial_number": row["serial_number"], "naa": naa, "lun_id": lun_id}
    return {"path": row["name"], "size": 10 * GIB, **numbers}


def all_told(place: Site) -> list[dict[str, Any]]:
    """The same of both LUNs."""
    return [told(place, "data1", 7), told(place, "data2", 0)]


def check_targets(iscsi: Site, by_ip: dict[str, Any], fibre: Site, by_fc: dict[str, Any]) -> None:
    """The results say where the hosts find the LUNs."""
    assert by_ip["iscsi"]["target"] == iscsi.rows("iscsi_services")[0]["target"]["name"]
    assert [one["address"] for one in by_ip["iscsi"]["portals"]] == [f"203.0.113.{number}" for number in (11, 12, 21, 22)]
    assert {one["wwpn"] for one in by_fc["fcp"]["ports"]} == {one["wwpn"] for one in fibre.rows("fc_interfaces")}


# -- preflight -------------------------------------------------------------------------------------------------------------


def lifs_down(place: Site, *nodes: str) -> None:
    """The iSCSI LIFs on these nodes are taken down."""
    for row in place.rows("interfaces"):
        if row.get("svm", {}).get("name") == "san1" and row["location"]["node"]["name"] in nodes:
            row["enabled"] = False


def stopped(place: Site) -> None:
    """The SVM does not run."""
    place.row("svms", "san1")["state"] = "stopped"


def volume(**options: Any) -> dict[str, Any]:
    """Variables with another volume."""
    return {"san_provision_volume": options}


def luns(*wanted: dict[str, Any]) -> dict[str, Any]:
    """Variables with other LUNs."""
    return {"san_provision_luns": list(wanted)}


def igroup(**options: Any) -> dict[str, Any]:
    """Variables with another igroup."""
    return {"san_provision_igroup": {"name": "db-host", "os_type": "linux", **options}}


def down(table: str, name: str) -> Any:
    """A preparation: this object is offline."""
    return lambda place: place.row(table, name).update(state="offline")


OLD = "/vol/san1_vol1a/lun0"
FEW = "0 LIF(s) of san1 answer by FC on ndo-01 and ndo-02, where the LUNs are, and san_provision_min_portals is 3."
OBJECTIONS: dict[str, tuple[dict[str, Any], Any, list[str]]] = {
    "svm": ({"san_provision_svm": "gone"}, None, ["There is no SVM gone."]),
    "stopped": (
        {},
        lambda place: (stopped(place), lifs_down(place, "ndo-02")),
        ["The SVM san1 is stopped: start it first.", "2 LIF(s) of san1 answer by iSCSI on ndo-01 and ndo-02"],
    ),
    "fc": (igroup(protocol="fcp", initiators=[WWPN]), None, [FEW]),
    "far": ({}, lambda place: lifs_down(place, "ndo-01", "ndo-02"), ["0 LIF(s) of san1 answer by iSCSI on ndo-01 and ndo-02, where"]),
    "new": (
        {**volume(name="db", size="1GiB"), **luns({"name": "data1"}, lun("/vol/gone/data2")), **igroup(initiators=["host1"])},
        None,
        [
            "There is no volume gone for a LUN.",
            "volume san1:db does not exist, and a new volume needs aggregate.",
            "LUN /vol/db/data1 does not exist, and a new LUN needs size and os_type.",
            "'host1' is not the name of an initiator",
        ],
    ),
    "aggregate": (volume(name="db", size="1GiB", aggregate="aggr9"), None, ["There is no aggregate aggr9."]),
    "offline": (
        {**volume(name="san1_vol1a"), **luns(lun("data1"), lun(OLD, size="1GiB"))},
        down("aggregates", "aggr1_ndo_01"),
        ["Not online: aggregate aggr1_ndo_01.", "LUN /vol/san1_vol1a/lun0 has 107374182400 bytes"],
    ),
    "asleep": (
        {**volume(name="san1_vol2a"), **igroup(name="san1-host1", initiators=[INITIATOR])},
        down("volumes", "san1_vol2a"),
        ["Not online: volume san1_vol2a.", f"{HOST1} is logged in"],
    ),
    "taken": (
        {**igroup(name="san1-host1"), **luns(lun("data1", lun_id=0), lun("data2", lun_id=1), {"name": OLD, "lun_id": 9})},
        None,
        [f"A lun_id is taken in igroup san1-host1 by {OLD}, {OLD.replace('1a', '1b')}.", "has the LUN id 0, and 9 was asked for"],
    ),
    "moved": (volume(name="san1_vol1a", aggregate="aggr1_ndo_02"), None, ["cannot be changed to 'aggr1_ndo_02'"]),
    "senseless": (
        {**luns(lun("data1", lun_id=4, state="absent"), lun("data2", lun_id=4)), "san_provision_igroup": {"os_type": "linux"}},
        None,
        ["The volume, the igroup and every LUN need a name.", "svm and state have no place", "Two LUNs cannot have the same lun_id."],
    ),
}


def test_all_objections_are_told_at_once_before_the_first_write(playground: Playground) -> None:
    places = []
    for name, (variables, prepare, _words) in OBJECTIONS.items():
        place = asked(playground.site(name, "two_pairs" if name == "far" else "ha_pair"), san_provision_min_portals=3, **variables)
        if prepare:
            prepare(place)
        places.append(place)
    run = playground.play(PLAYBOOK, sites=places)
    for place in places:
        for words in OBJECTIONS[place.name][2]:
            assert words in run.failures[place.name], place.name
        assert place.writes() == [], place.name
    assert run.failures["fc"] == f"Nothing was changed. {FEW}"


# -- failures --------------------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "Volume": ("POST", "storage/volumes", {"kind": "job_failure", "code": "917927", "message": "No space."}),
    "LUNs": ("POST", "storage/luns", {"nth": 2, "code": "5374129", "message": "No more LUNs."}),
    "Igroup": ("POST", "protocols/san/igroups", {"code": "5374741", "message": "No more igroups."}),
    "Maps": ("POST", "protocols/san/lun-maps", {"nth": 2, "code": "5374878", "message": "No more maps."}),
}


def failing(playground: Playground, **variables: Any) -> list[Site]:
    """A site for each step, which fails there."""
    places = [asked(playground.site(step), **variables) for step in FAULTS]
    for place, (method, path, rule) in zip(places, FAULTS.values()):
        place.fault(method, path, **rule)
    return places


def test_failure_at_each_step_removes_what_the_run_made_and_nothing_else(playground: Playground) -> None:
    places = failing(playground)
    before = {place.name: place.objects() for place in places}
    run = playground.play(PLAYBOOK, sites=places)
    for place in places:
        result = run.result(place)
        assert place.objects() == before[place.name], place.name
        assert run.failures[place.name].startswith(f"{place.name}: "), run.output
        assert FAULTS[place.name][2]["message"].rstrip(".") in result["error"]
        assert (result["success"], bool(result["undone"]), result["luns"] == []) == (False, place.name != "Volume", place.name != "Volume")
        assert place.verdict()["non_disruptive"]
    assert "There was nothing to take back." in run.failures["Volume"]
    made = "volume san1:db, LUN /vol/db/data1, LUN /vol/db/data2, igroup db-host, map of LUN /vol/db/data1 to igroup db-host"
    assert f"Taken back: {made}." in run.failures["Maps"]


def test_without_rollback_what_was_made_stays_and_the_next_run_finishes(playground: Playground) -> None:
    places = {place.name: place for place in failing(playground, san_provision_rollback=False) if place.name in ("LUNs", "Maps")}
    run = playground.play(PLAYBOOK, sites=list(places.values()))
    assert run.failed == set(places)
    made = {"LUNs": CREATED[:2], "Maps": CREATED[:5]}
    assert {name: run.result(place)["actions"] for name, place in places.items()} == made
    assert run.result(places["Maps"])["luns"][0] == told(places["Maps"], "data1", 7)
    run = good(playground.play(PLAYBOOK, sites=list(places.values())))
    for name, place in places.items():
        assert run.result(place)["actions"] == CREATED[len(made[name]) :]
        assert run.result(place)["luns"] == all_told(place)


NEW_MAPS = ("POST", "protocols/san/lun-maps")


def members(place: Site) -> list[str]:
    """The initiators of the igroup that was there."""
    return [one["name"] for one in place.row("igroups", "san1-host1")["initiators"]]


def test_what_was_there_is_as_before_when_a_run_fails(playground: Playground) -> None:
    """A host that is logged in gets more LUNs and another initiator, in a volume that has grown."""
    place = asked(playground.site(), **volume(name="san1_vol2b", size="2TiB"), **luns(lun("new1"), lun("new2")))
    place.set(**igroup(name="san1-host1", initiators=[HOST1, INITIATOR]))
    place.fault(*NEW_MAPS, nth=2, code="5374878", message="No more maps.")
    # The new LUNs are gone again before the host looks for new ones.
    place.world.settings["rescan"] = 3600
    before = place.objects()
    run = playground.play(PLAYBOOK, sites=[place])
    assert place.objects() == before
    assert members(place) == [HOST1]
    assert "what was changed of igroup san1-host1" in run.failures["site"]
    assert "These were there before, and keep what was changed: volume san1:san1_vol2b." in run.failures["site"]
    assert place.row("volumes", "san1_vol2b")["size"] == 2048 * GIB
    assert place.verdict()["non_disruptive"]


def test_rollback_that_fails_or_cannot_be_sure_says_so(playground: Playground) -> None:
    stuck = asked(playground.site("stuck"))
    stuck.fault(*NEW_MAPS, code="5374878", message="No more maps.")
    stuck.fault("DELETE", "storage/luns/*", code="5374865", message="The aggregate is offline.")
    slow = asked(playground.site("slow"), san_provision_timeout=1)
    slow.fault("POST", "storage/volumes", "job_pause")
    run = playground.play(PLAYBOOK, sites=[stuck, slow])
    assert "No more maps" in run.failures["stuck"]
    assert "Taking back what this run had made failed too: " in run.failures["stuck"]
    assert "The aggregate is offline" in run.failures["stuck"]
    assert run.result(stuck)["undone"] == []
    assert "ONTAP may still finish what failed: run the playbook again." in run.failures["slow"]
    run = good(playground.play(PLAYBOOK, sites=[stuck]))
    assert run.result(stuck)["luns"] == all_told(stuck)


# -- interruptions ---------------------------------------------------------------------------------------------------------


def test_runs_that_are_killed_are_finished_by_the_next(playground: Playground) -> None:
    places = []
    for task in ("LUNs", "Maps"):
        place = asked(playground.site(task))
        playground.killed(PLAYBOOK, f"san_provision : {task}", sites=[place])
        places.append(place)
    middle = asked(playground.site("middle"))
    middle.world.settings["volume_job"] = 120
    playground.interrupted(PLAYBOOK, lambda: "POST /api/storage/volumes" in middle.writes(), sites=[middle])
    assert middle.rows("volumes", name="db") == []
    run = good(playground.play(PLAYBOOK, sites=[*places, middle]))
    for place in [*places, middle]:
        assert run.result(place)["luns"] == all_told(place)
        assert place.verdict()["non_disruptive"]


# -- other ways to ask -----------------------------------------------------------------------------------------------------


def test_clones_bring_their_luns_along_and_luns_may_be_in_several_volumes(playground: Playground) -> None:
    parent = {"parent_volume": "san1_vol1a"}
    clone = asked(playground.site("clone"), **volume(name="db", clone=parent), **luns({"name": "lun0", "lun_id": 3}))
    wanted = luns(lun("/vol/san1_vol1a/new"), lun("new", volume="san1_vol2a"))
    several = asked(playground.site("several", "two_pairs"), san_provision_volume={}, san_provision_igroup={}, **wanted)
    lifs_down(several, "ndo-03", "ndo-04")
    run = good(playground.play(PLAYBOOK, "--check", sites=[clone, several]))
    assert (clone.writes(), several.writes(), run.changed) == ([], [], {"clone": 3, "several": 1})
    run = good(playground.play(PLAYBOOK, sites=[clone, several]))
    assert run.changed == {"clone": 3, "several": 1}
    (found,) = run.result(clone)["luns"]
    assert (found["path"], found["lun_id"]) == ("/vol/db/lun0", 3)
    assert found["serial_number"] == clone.row("luns", "/vol/db/lun0")["serial_number"] != clone.row("luns", OLD)["serial_number"]
    result = run.result(several)
    assert [one["path"] for one in result["luns"]] == ["/vol/san1_vol1a/new", "/vol/san1_vol2a/new"]
    assert [one["lun_id"] for one in result["luns"]] == [None, None]
    assert result["reporting_nodes"] == ["ndo-01", "ndo-02"]
    good(playground.play(PLAYBOOK, sites=[clone, several]), changed=0)
