# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For each job template: a cluster, what an operator answers, and what is so afterwards."""

from __future__ import annotations

import json
from typing import Any, Callable, NamedTuple

from controller import Job, playground

Place = playground.Cluster
GIB = playground.GIB
FAST = {"move_rate": 64 * GIB, "lun_move_rate": 64 * GIB}
GROUPS = {"group_job": 0.1, "snapshot_job": 0.1, "volume_job": 0.1, "lun_job": 0, "lun_clone_split": 1}


def nothing(place: Place) -> dict[str, Any]:
    """The cluster is as it should be, and nothing has to be answered that depends on it."""
    return {}


class Case(NamedTuple):
    """One job template.

    given: prepares the cluster, and may return more answers; extra: extra variables of the template, which a test needs whose time runs
    fast; done: looks at the cluster and the job after it; says: words of lines that
    operators see while tasks wait; again: whether a second job finds nothing to do.
    """

    done: Callable[[Place, Job], None]
    answers: dict[str, Any]
    scenario: Any = "ha_pair"
    scale: float = 60
    settings: dict[str, Any] = {}
    given: Callable[[Place], Any] = nothing
    extra: dict[str, Any] = {}
    says: tuple[str, ...] = ()
    again: bool = False


# -- nodes ---------------------------------------------------------------------------------------------------------------------


def cleared(place: Place, job: Job) -> None:
    """The job says that nothing speaks against servicing the node."""
    assert place.writes() == [] and job.report()["objections"] == []


def healthy(place: Place, job: Job) -> None:
    """The job says that the cluster is healthy."""
    assert place.writes() == []
    assert job.report() == {"healthy": True, "problems": []}


def foretold(place: Place, job: Job) -> None:
    """A dry run says what would be done."""
    assert job.report()["steps"]
    assert "ndo-01: takeover, then service, then giveback, then verify" in job.output


def serviced(place: Place, job: Job) -> None:
    """The node was out, is back, and serves its own storage."""
    report = job.report()
    assert (report["success"], [one["step"] for one in report["log"]]) == (True, ["takeover", "giveback"])
    assert {one["node"]["name"] for one in place.rows("aggregates") if one["home_node"]["name"] == "ndo-01"} == {"ndo-01"}
    assert place.verdict()["pauses"] > 0


# -- moves ---------------------------------------------------------------------------------------------------------------------


def volumes(place: Place) -> dict[str, str]:
    """Where each volume is."""
    return {one["name"]: one["aggregates"][0]["name"] for one in place.rows("volumes")}


def luns(place: Place) -> set[str]:
    """The LUNs of the first SVM for hosts."""
    return {one["name"] for one in place.rows("luns") if one["svm"]["name"] == "san1"}


def node_is_empty(place: Place, job: Job) -> None:
    """No volume is on the node any more, and no LIF that can leave it."""
    assert job.report()["success"]
    assert not [name for name, aggregate in volumes(place).items() if aggregate.endswith("_ndo_01")]
    assert place.row("interfaces", "nas1_lif1")["location"]["node"]["name"] != "ndo-01"


def aggregate_is_empty(place: Place, job: Job) -> None:
    """No volume is on the aggregate any more, but for the one that was to stay."""
    assert job.report()["success"]
    assert [name for name, aggregate in volumes(place).items() if aggregate == "aggr1_ndo_01"] == ["nas1_vol1c"]


def volumes_are_there(place: Place, job: Job) -> None:
    """Both volumes are on the aggregate."""
    assert {one["outcome"] for one in job.report()["volumes"]} == {"moved"}
    assert {volumes(place)[name] for name in ("nas1_vol1a", "san1_vol1a")} == {"aggr1_ndo_02"}


def share_is_there(place: Place, job: Job) -> None:
    """The share is on the aggregate, with its new name and policy."""
    row = place.row("volumes", "share_42")
    assert (row["aggregates"][0]["name"], row["nas"]["path"], row["snapshot_policy"]["name"]) == ("aggr1_ndo_02", "/nas1_vol1a", "none")
    assert job.report()["actions"] == ["move", "cutover", "modify"]


def luns_are_there(place: Place, job: Job) -> None:
    """Both LUNs are in the other volume."""
    assert {one["outcome"] for one in job.report()["luns"]} == {"moved"}
    assert {"/vol/vol2/lun 2", "/vol/vol2/LUN1"} <= luns(place)


# -- SAN -----------------------------------------------------------------------------------------------------------------------


def provisioned(place: Place, job: Job) -> None:
    """The LUNs are there and mapped, and the job says how hosts find them."""
    assert {"/vol/db/data1", "/vol/db/data2"} <= luns(place)
    maps = {one["lun"]["name"]: one["logical_unit_number"] for one in place.rows("lun_maps") if one["igroup"]["name"] == "db-host"}
    assert maps == {"/vol/db/data1": 7, "/vol/db/data2": 0}
    assert {one["serial_number"] for one in job.report()["luns"]} == {
        place.row("luns", f"/vol/db/data{n}")["serial_number"] for n in (1, 2)
    }


def released(place: Place) -> None:
    """The host has let go of its disk, and is still logged in."""
    place.trigger("host_release", "host1", ["/vol/vol1/lun1"])


def unmapped(place: Place, job: Job) -> None:
    """The LUN is there, and no host sees it."""
    assert "/vol/vol1/lun1" in luns(place)
    assert not [one for one in place.rows("lun_maps") if one["lun"]["name"] == "/vol/vol1/lun1" and one["svm"]["name"] == "san1"]
    assert job.report()["success"]


# -- groups --------------------------------------------------------------------------------------------------------------------

POINT = "0123456789ab"
LIVE = {f"{volume}{lun}": f"/vol/{volume}/{lun}" for volume in ("vol1", "vol2") for lun in ("lun1", "lun2")}
SAN1 = {"svm": {"name": "san1"}}


def text(value: Any) -> str:
    """A structure as an operator pastes it into a field."""
    return json.dumps(value, indent=2)


def clones(place: Place) -> None:
    """A group snapshot: four clones of one instant."""
    names = [{"name": name, "provisioning_options": {"action": "add"}} for name in ("vol1", "vol2")]
    groups = "application/consistency-groups"
    place.api("POST", groups, {**SAN1, "name": "made", "volumes": names})
    (group,) = place.rows("consistency_groups", name="made")
    place.api("POST", f"{groups}/{group['uuid']}/snapshots", {"name": "base"})
    for path in LIVE.values():
        source = path.replace("/lun", "/.snapshot/base/lun")
        comment = f"[group_snapshot nightly {POINT} of {len(LIVE)}]"
        place.api("POST", "storage/luns", {**SAN1, "name": f"{path}_s", "clone": {"source": {"name": source}}, "comment": comment})
    place.advance(10)
    (snapshot,) = place.rows("consistency_snapshots", name="base")
    place.api("DELETE", f"{groups}/{group['uuid']}/snapshots/{snapshot['uuid']}")
    place.api("DELETE", f"{groups}/{group['uuid']}")


def spoiled(place: Place) -> None:
    """There is a group snapshot; since then other contents were written, and nobody writes any more."""
    clones(place)
    place.trigger("writer_stop", "database")
    for path in LIVE.values():
        place.trigger("lun_write", path=path, content=f"spoiled {path}")


def leavings(place: Place) -> None:
    """A busy run has left snapshots."""
    for name in ("vol1", "vol2"):
        place.api("POST", f"storage/volumes/{place.row('volumes', name)['uuid']}/snapshots", {"name": "reap_nightly"})


def made(suffix: str) -> Callable[[Place, Job], None]:
    """Four LUNs with this end of their names are there, and the job knows each of them."""

    def look(place: Place, job: Job) -> None:
        wanted = {f"{path}{suffix}" for path in LIVE.values()}
        assert wanted <= luns(place)
        report = job.report()
        told = {one["lun"] for one in report["luns"]} if "luns" in report else {one["clone"] for one in report["clones"]}
        assert (told, report["success"]) == (wanted, True) and report["point"]

    return look


def deleted(place: Place, job: Job) -> None:
    """The clones are gone, their sources are not."""
    assert not {f"{path}_s" for path in LIVE.values()} & luns(place) and set(LIVE.values()) <= luns(place)
    assert {one["outcome"] for one in job.report()["luns"]} == {"deleted"}


def restored(place: Place, job: Job) -> None:
    """The LUNs have the contents of their clones, and a safety snapshot keeps the others."""
    contents = {one["name"]: one["sim"]["content"] for one in place.rows("luns")}
    assert all(contents[path] == contents[f"{path}_s"] for path in LIVE.values())
    assert {one["name"] for one in place.rows("snapshots")} == {job.report()["safety"]}


def reaped(place: Place, job: Job) -> None:
    """No snapshot is left."""
    assert place.rows("snapshots") == [] and len(job.report()["snapshots"]) == 2


PAIRED = [{"source": path, "clone": f"{path.rpartition('/')[2]}_s"} for path in LIVE.values()]
SOURCES = [{"id": one, "clone": f"{path}_s"} for one, path in LIVE.items()]
MEMBERS = [{"id": one, "lun": f"{path.rpartition('/')[2]}_new"} for one, path in LIVE.items()]
GROUP: dict[str, Any] = {"scenario": "groups", "scale": 1, "settings": GROUPS}


# -- the cloud -----------------------------------------------------------------------------------------------------------------


def announced(place: Place) -> dict[str, Any]:
    """Azure has announced a reboot of the first node."""
    place.trigger("cloud_timeline", "reboot", "ndo-01", lasts=60)
    return {"cloud_maintenance_source": text({"url": place.simulator.start_imds()})}


def escaped(place: Place, job: Job) -> None:
    """The node was out when it was rebooted, and serves its own storage again."""
    assert {one["node"]["name"] for one in place.rows("aggregates") if one["home_node"]["name"] == "ndo-01"} == {"ndo-01"}
    report = job.report()
    assert report["success"] and [one["step"] for one in report["log"]] == ["takeover", "approve", "giveback", "verify"]
    assert place.verdict()["pauses"] > 0


CASES: dict[str, Case] = {
    "ONTAP preflight": Case(cleared, {"preflight_node": "ndo-01"}),
    "ONTAP health": Case(healthy, {"health_nodes": "ndo-01, ndo-02"}, "two_pairs"),
    "ONTAP node maintenance (dry run)": Case(foretold, {"node_maintenance_nodes": "ndo-01"}),
    "ONTAP node maintenance": Case(serviced, {"node_maintenance_nodes": "ndo-01"}, scale=120, says=("ndo-01: ",)),
    "ONTAP cloud maintenance": Case(
        escaped, {"cloud_maintenance_approve": "true"}, scale=40, given=announced, extra={"cloud_maintenance_poll_seconds": 1}
    ),
    "ONTAP node evacuation": Case(node_is_empty, {"node_evacuate_node": "ndo-01"}, "two_pairs", 120, FAST, says=("nas1:nas1_vol1a to ",)),
    "ONTAP aggregate evacuation": Case(
        aggregate_is_empty,
        {"aggregate_evacuate_aggregates": "aggr1_ndo_01", "aggregate_evacuate_skip": "nas1:nas1_vol1c"},
        settings=FAST,
        says=("nas1:nas1_vol1a to ",),
    ),
    "ONTAP volume relocation": Case(
        volumes_are_there,
        {"volume_relocate_volumes": "nas1:nas1_vol1a\nsan1:san1_vol1a", "volume_relocate_aggregate": "aggr1_ndo_02"},
        settings=FAST,
        says=("nas1:nas1_vol1a to aggr1_ndo_02: ", "san1:san1_vol1a to aggr1_ndo_02: "),
    ),
    "ONTAP share relocation": Case(
        share_is_there,
        {
            "share_relocate_volume": "nas1:nas1_vol1a",
            "share_relocate_aggregate": "ndo@manila#aggr1_ndo_02",
            "share_relocate_phase": "all",
            "share_relocate_new_name": "share_42",
            "share_relocate_settings": '{"snapshot_policy": "none"}',
        },
        settings=FAST,
        says=("nas1:nas1_vol1a to aggr1_ndo_02: ",),
    ),
    "ONTAP LUN relocation": Case(
        luns_are_there,
        {"lun_relocate_luns": "san1:/vol/vol1/lun 2, san1:/vol/vol1/LUN1", "lun_relocate_to": "ndo@san#san1:vol2"},
        "san",
        settings=FAST,
        says=("LUN /vol/vol1/lun 2: ",),
        again=True,
    ),
    "ONTAP SAN provisioning": Case(
        provisioned,
        {
            "san_provision_svm": "san1",
            "san_provision_volume": '{"name": "db", "aggregate": "aggr1_ndo_01", "size": "100GiB", "space_guarantee": "none"}',
            "san_provision_luns": "- {name: data1, size: 10GiB, os_type: linux, lun_id: 7}\n- {name: data2, size: 10GiB, os_type: linux}\n",
            "san_provision_igroup": text(
                {"name": "db-host", "os_type": "linux", "protocol": "iscsi", "initiators": ["iqn.1994-05.com.example:db-host"]}
            ),
        },
        again=True,
    ),
    "ONTAP SAN decommissioning": Case(
        unmapped,
        {"san_decommission_svm": "san1", "san_decommission_luns": "/vol/vol1/lun1", "san_decommission_accept_logged_in": "true"},
        "san",
        given=released,
        again=True,
    ),
    "ONTAP group snapshot": Case(
        made("_s"),
        {"group_snapshot_svm": "san1", "group_snapshot_name": "nightly", "group_snapshot_members": text(PAIRED)},
        **GROUP,
        again=True,
    ),
    "ONTAP group from snapshot": Case(
        made("_new"),
        {
            "group_from_snapshot_svm": "san1",
            "group_from_snapshot_name": "test",
            "group_from_snapshot_sources": text(SOURCES),
            "group_from_snapshot_members": text(MEMBERS),
        },
        **GROUP,
        given=clones,
    ),
    "ONTAP group from source": Case(
        made("_new"),
        {
            "group_from_source_svm": "san1",
            "group_from_source_name": "copy",
            "group_from_source_sources": text([{"id": one, "lun": path} for one, path in LIVE.items()]),
            "group_from_source_members": text(MEMBERS),
        },
        **GROUP,
    ),
    "ONTAP group snapshot deletion": Case(
        deleted, {"group_snapshot_delete_svm": "san1", "group_snapshot_delete_name": "nightly"}, **GROUP, given=clones
    ),
    "ONTAP group restore": Case(
        restored,
        {
            "group_restore_svm": "san1",
            "group_restore_name": "nightly",
            "group_restore_members": text(PAIRED),
            "group_restore_accept_mapped": ", ".join(LIVE.values()),
        },
        **GROUP,
        given=spoiled,
    ),
    "ONTAP snapshot reaper": Case(reaped, {}, **GROUP, given=leavings),
}
