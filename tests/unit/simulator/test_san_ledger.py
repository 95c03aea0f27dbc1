# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SAN hosts notice of changes to LUNs, igroups, maps and reporting nodes, and what they do not mind."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

MAPS = "/api/protocols/san/lun-maps"
IGROUPS = "/api/protocols/san/igroups"
LUNS = "/api/storage/luns"
FORCE = "allow_delete_while_mapped=true"
HOST = "SAN host san1-host1"
LUN = "/vol/san1_vol1a/lun0"


class San(Client):
    """A simulated cluster, and its hosts."""

    def address(self, collection: str, name: str) -> str:
        """The address of a LUN or an igroup."""
        return f"/api{collection}/{self.uuid(collection, name)}"

    @property
    def lun(self) -> str:
        """The address of the LUN."""
        return self.address("/storage/luns", LUN)

    @property
    def igroup(self) -> str:
        """The address of the igroup of the host."""
        return self.address("/protocols/san/igroups", "san1-host1")

    @property
    def map(self) -> str:
        """The address of the map of the two."""
        return f"{MAPS}/{self.lun.rpartition('/')[2]}/{self.igroup.rpartition('/')[2]}"

    def ok(self, method: str, target: str, body: Any = None) -> Any:
        """Send a write that succeeds, and wait for its job; returns its address."""
        response = self.call(method, target, body)
        assert response.status in (200, 201, 202), response.body
        if response.status == 202:
            assert self.done(response)["state"] == "success"
        return response.headers.get("Location")

    def trigger(self, what: str, **args: Any) -> None:
        """Something that a host or its administrator does."""
        assert self.call("POST", "/simulator/trigger", {"name": what, "args": args}).status == 200

    def entries(self, kind: str = "") -> list[dict[str, Any]]:
        """The entries of the ledger, of one kind or all."""
        return [entry for entry in self.world.ledger.entries if kind in ("", entry["kind"])]

    def outages(self) -> set[tuple[str, str]]:
        """Who had an outage of what."""
        return {(entry["client"], entry["object"]) for entry in self.entries("outage")}

    def harmless(self) -> bool:
        """The verdict."""
        return bool(self.world.ledger.verdict()["non_disruptive"])


@pytest.fixture(name="san")
def _san() -> San:
    """One pair, two hosts with two LUNs each."""
    return San("ha_pair", control=True)


@pytest.fixture(name="four")
def _four() -> San:
    """Two pairs."""
    return San("two_pairs", control=True)


# -- what is an outage -----------------------------------------------------------------------------------------------------


def unmap(san: San) -> None:
    """DELETE of the map."""
    san.ok("DELETE", san.map)


def take_offline(san: San) -> None:
    """PATCH enabled."""
    san.ok("PATCH", san.lun, {"enabled": False})


def delete(san: San) -> None:
    """DELETE of the LUN, mapped as it is."""
    san.ok("DELETE", f"{san.lun}?{FORCE}")


def delete_igroup_map_by_query(san: San) -> None:
    """DELETE of all maps of the LUN by a query."""
    san.ok("DELETE", f"{MAPS}?lun.name={LUN}")


@pytest.mark.parametrize("act", [unmap, take_offline, delete, delete_igroup_map_by_query])
def test_a_lun_that_goes_away_is_an_outage_of_its_host(san: San, act: Any) -> None:
    act(san)
    assert san.outages() == {(HOST, LUN)}
    verdict = san.world.ledger.verdict()
    assert not verdict["non_disruptive"] and verdict["open"] == 1


def test_a_volume_that_is_taken_offline_is_one_too(san: San) -> None:
    san.ok("PATCH", san.address("/storage/volumes", "san1_vol1a"), {"state": "offline"})
    assert san.outages() == {(HOST, LUN)}


def test_an_igroup_that_is_deleted_takes_all_luns(san: San) -> None:
    san.ok("DELETE", f"{san.igroup}?{FORCE}")
    assert san.outages() == {(HOST, LUN), (HOST, "/vol/san1_vol1b/lun0")}


def test_an_instant_without_the_lun_is_an_outage_although_it_is_over(san: San) -> None:
    san.ok("DELETE", san.map)
    san.ok("POST", MAPS, {"svm": {"name": "san1"}, "lun": {"name": LUN}, "igroup": {"name": "san1-host1"}})
    (entry,) = san.entries("outage")
    assert entry["seconds"] == 0 and "unmapped" in entry["detail"]
    verdict = san.world.ledger.verdict()
    assert (verdict["outages"], verdict["open"], verdict["non_disruptive"]) == (1, 0, False)


def test_a_lun_that_comes_back_online_ends_its_outage(san: San) -> None:
    take_offline(san)
    san.simulator.advance(25)
    san.ok("PATCH", san.lun, {"enabled": True})
    assert san.entries("outage")[0]["seconds"] == 25
    assert san.world.ledger.verdict()["open"] == 0


# -- initiators ------------------------------------------------------------------------------------------------------------


def swap(san: San, order: str) -> None:
    """Give the host other initiators, and the igroup with it: "add" or "remove" first."""
    old = [one["name"] for one in san.get(san.igroup)["initiators"]]
    new = ["iqn.1994-05.com.example:new-a", "iqn.1994-05.com.example:new-b"]
    san.trigger("host_initiators", host="san1-host1", initiators=[*old, *new])
    below = f"{san.igroup}/initiators"
    steps = [("POST", below, {"records": [{"name": name} for name in new]}), ("DELETE", f"{below}?name={'|'.join(old)}&{FORCE}", None)]
    for step in steps if order == "add" else reversed(steps):
        san.ok(*step)
    assert [one["name"] for one in san.get(san.igroup)["initiators"]] == new


def test_a_swap_of_all_initiators_that_removes_first_is_an_outage(san: San) -> None:
    swap(san, "remove")
    assert san.outages() == {(HOST, LUN), (HOST, "/vol/san1_vol1b/lun0")}
    assert not san.harmless()


def test_a_swap_of_all_initiators_that_adds_first_is_nothing(san: San) -> None:
    swap(san, "add")
    assert san.entries() == []
    assert san.harmless()


def test_initiators_that_nobody_is_logged_in_with_are_nobodys_loss(san: San) -> None:
    stranger = "iqn.1994-05.com.example:stranger"
    san.ok("POST", f"{san.igroup}/initiators", {"name": stranger})
    san.ok("DELETE", f"{san.igroup}/initiators/{stranger}?{FORCE}")
    assert san.harmless() and san.entries() == []


def test_a_host_sees_luns_through_nested_igroups(san: San) -> None:
    san.ok("POST", IGROUPS, {"svm": {"name": "san1"}, "name": "cluster", "os_type": "linux", "igroups": [{"name": "san1-host2"}]})
    shared = "/vol/san1_vol1b/lun0"
    san.ok("POST", MAPS, {"svm": {"name": "san1"}, "lun": {"name": shared}, "igroup": {"name": "cluster"}, "logical_unit_number": 9})
    san.simulator.advance(60)
    san.ok("DELETE", san.address("/protocols/san/igroups", "san1-host2") + f"?{FORCE}")
    assert ("SAN host san1-host2", shared) in san.outages()


# -- paths -----------------------------------------------------------------------------------------------------------------


def test_reporting_nodes_that_are_added_and_trimmed_are_no_loss(four: San) -> None:
    below = f"{four.map}/reporting-nodes"
    four.ok("POST", below, {"name": "ndo-03"})
    four.ok("DELETE", f"{below}/{four.uuid('/cluster/nodes', 'ndo-03')}")
    lost = four.entries("path_lost")
    assert {entry["object"] for entry in lost} == {f"san1_iscsi{number}{letter}" for number in (3, 4) for letter in "ab"}
    assert {entry["remaining"] for entry in lost} == {4} and {entry["severity"] for entry in lost} == {"notice"}
    assert {path for entry in lost for path in entry["luns"]} == {LUN}
    verdict = four.world.ledger.verdict()
    assert verdict["non_disruptive"] and verdict["paths_missing"] == 0


def test_trimming_the_nodes_with_the_only_paths_is_an_outage(four: San) -> None:
    four.trigger("host_release", host="san1-host2")
    for name in ("san1_iscsi3a", "san1_iscsi3b", "san1_iscsi4a", "san1_iscsi4b"):
        four.trigger("lif_down", interface=name)
    below = f"{four.map}/reporting-nodes"
    four.ok("POST", below, {"name": "ndo-03"})
    assert (HOST, LUN) not in four.outages()
    four.ok("DELETE", f"{below}/{four.uuid('/cluster/nodes', 'ndo-01')}")
    assert (HOST, LUN) in four.outages()
    assert {entry["severity"] for entry in four.entries("path_lost") if LUN in entry["luns"]} == {"error"}


def test_a_portset_without_the_paths_is_an_outage(san: San) -> None:
    lif = next(san.world.store.each("interfaces", name="nas1_lif1"))
    svm = next(san.world.store.each("svms", name="san1"))
    about = {"svm": {"name": "san1", "uuid": svm["uuid"]}, "protocol": "iscsi"}
    ref = {"uuid": lif["uuid"], "name": lif["name"]}
    san.world.store.insert("portsets", {"name": "wrong", **about, "interfaces": [{"uuid": lif["uuid"], "ip": ref}]})
    paths = [row for row in san.world.store.each("interfaces") if row["name"] in ("san1_iscsi1a", "san1_iscsi2a")]
    found = [{"uuid": row["uuid"], "ip": {"uuid": row["uuid"], "name": row["name"]}} for row in paths]
    san.world.store.insert("portsets", {"name": "half", **about, "interfaces": found})
    san.ok("PATCH", san.igroup, {"portset": {"name": "half"}})
    assert san.harmless() and {entry["object"] for entry in san.entries("path_lost")} == {"san1_iscsi1b", "san1_iscsi2b"}
    san.ok("PATCH", san.igroup, {"portset": {"name": "wrong"}})
    assert (HOST, LUN) in san.outages()


def test_a_lif_that_goes_down_is_one_entry_for_all_luns(san: San) -> None:
    san.trigger("lif_down", interface="san1_iscsi1a")
    mine = [entry for entry in san.entries("path_lost") if entry["client"] == HOST]
    assert len(mine) == 1
    assert (mine[0]["remaining"], sorted(mine[0]["luns"])) == (3, [LUN, "/vol/san1_vol1b/lun0"])
    assert san.world.ledger.verdict()["paths_missing"] == 2
    san.trigger("lif_down", interface="san1_iscsi1a", enabled=True)
    assert san.harmless() and len(san.entries("path_restored")) == 2


def test_fc_and_iscsi_are_paths_of_their_own_initiators() -> None:
    san = San("san", control=True)
    san.world.store.table("fc_interfaces")[next(san.world.store.each("fc_interfaces", name="san1_fc1a"))["uuid"]]["enabled"] = False
    san.world.ledger.observe("an FC LIF goes down")
    assert [(entry["client"], entry["object"], entry["remaining"]) for entry in san.entries()] == [("SAN host host2", "san1_fc1a", 3)]
    svm = next(san.world.store.each("svms", name="san1"))
    san.world.store.table("fcp_services")[svm["uuid"]]["enabled"] = False
    san.world.ledger.observe("FCP is stopped")
    assert san.outages() == {("SAN host host2", "/vol/vol2/lun1")}


# -- what nobody minds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [unmap, take_offline, delete])
def test_a_host_that_is_down_misses_nothing(san: San, act: Any) -> None:
    san.trigger("host_offline", host="san1-host1")
    act(san)
    assert san.harmless() and san.entries() == []


def test_a_host_that_comes_back_misses_nothing_that_was_gone_before(san: San) -> None:
    san.trigger("host_offline", host="san1-host1")
    unmap(san)
    san.trigger("host_offline", host="san1-host1", offline=False)
    san.simulator.advance(100)
    assert san.harmless()
    san.ok("DELETE", f"{san.address('/storage/luns', '/vol/san1_vol1b/lun0')}?{FORCE}")
    assert san.outages() == {(HOST, "/vol/san1_vol1b/lun0")}


@pytest.mark.parametrize("act", [unmap, take_offline, delete])
def test_a_lun_that_the_host_has_released_may_go(san: San, act: Any) -> None:
    san.trigger("host_release", host="san1-host1", luns=[LUN])
    act(san)
    assert san.harmless() and san.entries() == []
    san.ok("DELETE", f"{san.address('/storage/luns', '/vol/san1_vol1b/lun0')}?{FORCE}")
    assert not san.harmless()


def test_letting_go_of_everything_ends_an_outage_but_does_not_undo_it(san: San) -> None:
    unmap(san)
    san.simulator.advance(10)
    san.trigger("host_release", host="san1-host1", luns=[LUN])
    verdict = san.world.ledger.verdict()
    assert (verdict["outages"], verdict["open"]) == (1, 0)
    assert san.entries("outage")[0]["seconds"] == 10


def new_lun(san: San) -> str:
    """The address of a map of a new LUN, which it has for the host."""
    spec = {"svm": {"name": "san1"}, "name": "/vol/san1_vol1a/new", "os_type": "linux", "space": {"size": 4096}}
    san.ok("POST", LUNS, spec)
    return str(san.ok("POST", MAPS, {"svm": {"name": "san1"}, "lun": {"name": spec["name"]}, "igroup": {"name": "san1-host1"}}))


def test_a_lun_that_was_mapped_a_moment_ago_may_be_unmapped(san: San) -> None:
    san.ok("DELETE", new_lun(san))
    assert san.harmless() and san.entries() == []


def test_a_lun_that_was_mapped_a_while_ago_is_in_use(san: San) -> None:
    address = new_lun(san)
    san.simulator.advance(31)
    san.ok("DELETE", address)
    assert san.outages() == {(HOST, "/vol/san1_vol1a/new")}


def test_renames_are_nothing(san: San) -> None:
    san.ok("PATCH", san.lun, {"name": "/vol/san1_vol1a/renamed"})
    san.ok("PATCH", san.igroup, {"name": "renamed"})
    san.ok("PATCH", san.address("/storage/volumes", "san1_vol1a"), {"name": "fresh"})
    assert san.harmless() and san.entries() == []
    san.ok("PATCH", san.address("/storage/luns", "/vol/fresh/renamed"), {"enabled": False})
    assert san.outages() == {(HOST, "/vol/fresh/renamed")}


def test_growing_cloning_and_mapping_more_are_nothing(san: San) -> None:
    san.ok("PATCH", san.lun, {"space": {"size": 200 * 1024**3}, "comment": "more"})
    san.ok("POST", LUNS, {"svm": {"name": "san1"}, "name": "/vol/san1_vol1a/clone", "clone": {"source": {"name": LUN}}})
    new_lun(san)
    assert san.harmless() and san.entries() == []


def test_unmapped_luns_are_made_without_a_look_at_any_host(san: San) -> None:
    # A change behind the ledger's back shows whether it has looked.
    next(san.world.store.each("interfaces", name="san1_iscsi1a"))["enabled"] = False
    spec = {"svm": {"name": "san1"}, "name": "/vol/san1_vol1a/new", "os_type": "linux", "space": {"size": 4096}}
    address = san.ok("POST", LUNS, spec)
    san.ok("PATCH", address, {"comment": "x"})
    san.ok("DELETE", address)
    assert san.entries() == []
    san.ok("PATCH", san.lun, {"enabled": True})
    assert {(entry["kind"], entry["client"]) for entry in san.entries()} == {("path_lost", HOST)}
