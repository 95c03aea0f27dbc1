# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of LUNs between volumes: the new path at once, the data in the background, and two minutes of memory."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import luns
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.lun_client import GIB, LUNS, at, change, volume

MAPS = "/api/protocols/san/lun-maps"
OLD, NEW = "/vol/vol1/lun1", "/vol/vol2/moved"
MIB = 1024**2


@pytest.fixture(name="client")
def _client() -> Client:
    """Two SVMs; the LUN has 10 GiB of data and is copied at 1 GiB a second after 3 seconds of preparation."""
    client = Client("san")
    client.world.settings.update(lun_move_rate=GIB, lun_move_prepare=3, lun_move_revert=5)
    luns.write(client.world, OLD, used=10 * GIB, content="precious", svm="san1")
    return client


def start(client: Client, **more: Any) -> None:
    """Move the LUN."""
    assert change(client, OLD, {"name": NEW, **more}).body == {}


def progress(client: Client, path: str = NEW) -> dict[str, Any]:
    """The progress of a move."""
    return at(client, path, fields="movement")["movement"]["progress"]


def refused(client: Client, path: str, what: Any) -> str:
    """The code with which a PATCH is refused."""
    return str(change(client, path, what).body["error"]["code"])


def test_the_lun_is_at_its_new_path_at_once_and_its_data_follows(client: Client) -> None:
    before = at(client, OLD)
    start(client)
    assert client.names(f"{LUNS}?svm.name=san1&name={OLD}") == []
    found = at(client, NEW)
    assert found["location"]["volume"]["name"] == "vol2" and found["location"]["node"]["name"] == "ndo-02"
    assert found["movement"]["paths"] == {"source": OLD, "destination": NEW} and "max_throughput" not in found["movement"]
    assert progress(client) == {"state": "preparing", "percent_complete": 0, "elapsed": 0, "volume_snapshot_blocked": True}
    client.simulator.advance(8)
    assert progress(client) == {"state": "replicating", "percent_complete": 50, "elapsed": 8, "volume_snapshot_blocked": False}
    client.simulator.advance(5)
    assert progress(client) == {"state": "complete", "percent_complete": 100, "elapsed": 13, "volume_snapshot_blocked": False}
    client.simulator.advance(119)
    assert progress(client)["elapsed"] == 13
    client.simulator.advance(1)
    after = at(client, NEW)
    assert "movement" not in after
    assert {name for name in before if before[name] != after.get(name)} == {"name", "location"}


def test_its_maps_and_hosts_stay(client: Client) -> None:
    before = client.get(f"{MAPS}?svm.name=san1&igroup.name=host1&fields=*")["records"]
    start(client)
    client.simulator.advance(200)
    after = client.get(f"{MAPS}?svm.name=san1&igroup.name=host1&fields=*")["records"]
    assert after[0]["lun"]["name"] == NEW and after[0]["lun"]["node"]["name"] == "ndo-02"
    assert {key: after[0][key] for key in ("igroup", "logical_unit_number")} == {
        key: before[0][key] for key in ("igroup", "logical_unit_number")
    }
    assert client.world.ledger.verdict()["non_disruptive"] and client.world.ledger.entries == []


def test_movement_comes_only_when_it_is_asked_for(client: Client) -> None:
    start(client)
    (found,) = client.get(f"{LUNS}?name={NEW}&fields=*")["records"]
    assert "movement" not in found
    (found,) = client.get(f"{LUNS}?name={NEW}&fields=movement.progress")["records"]
    assert set(found["movement"]) == {"progress"}
    assert client.get(f"{LUNS}?movement.progress.state=preparing")["num_records"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"location": {"volume": {"name": "vol2"}}},
        {"location.volume.name": "vol2", "location.logical_unit": "lun9"},
        {"name": "/vol/vol2/lun9", "location.volume.name": "vol2"},
    ],
)
def test_another_volume_in_the_location_is_a_move_too(client: Client, body: dict[str, Any]) -> None:
    new = "/vol/vol2/lun9" if "lun9" in str(body) else "/vol/vol2/lun2"
    if new.endswith("lun2"):
        change(client, OLD, {"name": "/vol/vol1/lun2"})
    path = OLD if new.endswith("lun9") else "/vol/vol1/lun2"
    assert change(client, path, body).status == 200
    assert progress(client, new)["state"] == "preparing"


def test_within_the_volume_it_is_a_rename(client: Client) -> None:
    change(client, OLD, {"name": "/vol/vol1/renamed"})
    assert "movement" not in at(client, "/vol/vol1/renamed")


# -- steering --------------------------------------------------------------------------------------------------------------


def test_a_throttle_is_rounded_up_to_whole_megabytes(client: Client) -> None:
    start(client, movement={"max_throughput": 100 * MIB - 5})
    assert at(client, NEW)["movement"]["max_throughput"] == 100 * MIB
    client.simulator.advance(3 + 10)
    assert progress(client)["percent_complete"] == 9
    change(client, NEW, {"movement": {"max_throughput": 0}})
    client.simulator.advance(10)
    assert progress(client)["state"] == "complete"
    assert refused(client, NEW, {"movement": {"max_throughput": MIB}}) == "5374889"


def test_a_pause_and_a_resume(client: Client) -> None:
    start(client)
    client.simulator.advance(8)
    assert change(client, NEW, {"movement": {"progress": {"state": "paused"}}}).status == 200
    client.simulator.advance(1000)
    assert (progress(client)["state"], progress(client)["percent_complete"]) == ("paused", 50)
    change(client, NEW, {"movement.progress.state": "replicating"})
    client.simulator.advance(5)
    assert progress(client)["state"] == "complete" and progress(client)["elapsed"] == 1013


@pytest.mark.parametrize("state", ["preparing", "complete", "failed", "reverting", "paused_error"])
def test_other_states_cannot_be_set(client: Client, state: str) -> None:
    start(client)
    assert refused(client, NEW, {"movement": {"progress": {"state": state}}}) == "5374889"


def test_there_must_be_a_move_to_steer(client: Client) -> None:
    assert refused(client, OLD, {"movement": {"progress": {"state": "paused"}}}) == "5374889"
    start(client)
    assert refused(client, NEW, {"copy": {"source": {"progress": {"state": "paused"}}}}) == "5374889"


# -- what is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "/vol/vol2/lun1"}, "1254196"),
        ({"name": "/vol/nowhere/lun1"}, "917927"),
        ({"name": "/vol/san1_root/lun1"}, "5374237"),
        ({"name": "/vol/vol2/q/lun1"}, "5242927"),
        ({"name": "/vol/vol2/x", "comment": "y"}, "262196"),
        ({"name": "/vol/vol2/x", "space": {"size": 1024**4}}, "262196"),
        ({"name": "/vol/vol2/x", "location.volume.name": "vol1"}, "5374858"),
    ],
)
def test_a_bad_destination_is_refused(client: Client, body: dict[str, Any], expected: str) -> None:
    before = at(client, OLD)
    assert refused(client, OLD, body) == expected
    assert at(client, OLD) == before


def test_the_destination_must_be_online_and_have_room(client: Client) -> None:
    volume(client, "vol2")["state"] = "offline"
    assert refused(client, OLD, {"name": NEW}) == "5374866"
    volume(client, "vol2").update(state="online", size=2 * GIB)
    assert refused(client, OLD, {"name": NEW}) == "524479"


def test_a_reserved_lun_needs_all_of_its_size(client: Client) -> None:
    change(client, OLD, {"space": {"guarantee": {"requested": True}}})
    assert at(client, OLD)["space"]["guarantee"] == {"requested": True, "reserved": False}
    assert change(client, OLD, {"name": "/vol/thick/moved"}).status == 200
    assert at(client, "/vol/thick/moved")["space"]["guarantee"] == {"requested": True, "reserved": True}
    other = change(client, "/vol/vol2/lun1", {"name": "/vol/thick/second"})
    assert other.status == 200
    client.simulator.advance(500)
    change(client, "/vol/vol1/LUN1", {"space": {"guarantee": {"requested": True}, "size": 150 * GIB}})
    assert refused(client, "/vol/vol1/LUN1", {"name": "/vol/thick/third"}) == "524479"


def test_both_volumes_are_charged_until_the_end(client: Client) -> None:
    def used(name: str) -> int:
        row = volume(client, name)
        return client.get(f"/api/storage/volumes/{row['uuid']}?fields=space.used")["space"]["used"]

    before = used("vol1"), used("vol2")
    start(client)
    assert (used("vol1"), used("vol2")) == (before[0], before[1] + 10 * GIB)
    client.simulator.advance(13)
    assert (used("vol1"), used("vol2")) == (before[0] - 10 * GIB, before[1] + 10 * GIB)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "/vol/vol1/back"}, "5374316"),
        ({"name": "/vol/vol2/renamed"}, "5374316"),
        ({"space": {"size": 1024**4}}, "5374316"),
        ({"clone": {"source": {"name": "/vol/vol2/lun1"}}}, "5374316"),
        ({"comment": "fine"}, None),
        ({"enabled": False}, None),
    ],
)
def test_what_waits_for_the_end_of_a_move(client: Client, body: dict[str, Any], expected: str | None) -> None:
    start(client)
    response = change(client, NEW, body)
    assert (response.status, response.body.get("error", {}).get("code")) == (400 if expected else 200, expected)


def test_a_lun_that_moves_is_neither_mapped_nor_deleted(client: Client) -> None:
    start(client)
    uuid = at(client, NEW)["uuid"]
    body = {"svm": {"name": "san1"}, "lun": {"uuid": uuid}, "igroup": {"name": "ig1"}}
    assert client.refused("POST", MAPS, body) == (400, "5374316")
    assert client.refused("DELETE", f"{LUNS}/{uuid}?allow_delete_while_mapped=true") == (400, "5374316")
    client.simulator.advance(13)
    assert client.call("POST", MAPS, body).status == 201


def test_snapshots_are_blocked_while_it_prepares(client: Client) -> None:
    path = f"/api/storage/volumes/{volume(client, 'vol2')['uuid']}/snapshots"
    start(client)
    assert client.refused("POST", path, {"name": "s1"}) == (400, "13107406")
    client.simulator.advance(3)
    assert client.done(client.call("POST", path, {"name": "s1"}))["state"] == "success"


def test_its_volumes_are_neither_deleted_nor_restored(client: Client) -> None:
    paths = [f"/api/storage/volumes/{volume(client, name)['uuid']}" for name in ("vol1", "vol2")]
    client.done(client.call("POST", f"{paths[0]}/snapshots", {"name": "s1"}))
    start(client)
    for path in paths:
        assert client.refused("DELETE", path) == (400, "13107406")
    assert client.refused("PATCH", f"{paths[0]}?restore_to.snapshot.name=s1", {}) == (400, "13107406")


def test_fifty_at_a_time(client: Client) -> None:
    odd = [row["name"] for row in client.get(f"{LUNS}?svm.name=san1&location.volume.name=vol1&max_records=9")["records"]]
    origin = next(row for row in client.world.store.table("luns").values() if row["name"] == odd[1])
    for number in range(51):
        name = f"/vol/vol1/many{number}"
        location = {**origin["location"], "logical_unit": f"many{number}"}
        client.world.store.insert("luns", {**origin, "uuid": None, "name": name, "location": location, "sim": {"content": "x"}})
    answers = [change(client, f"/vol/vol1/many{number}", {"name": f"/vol/vol2/many{number}"}) for number in range(51)]
    assert {answer.status for answer in answers[:50]} == {200} and answers[50].body["error"]["code"] == "7018877"
    client.simulator.advance(3)
    assert change(client, "/vol/vol1/many50", {"name": "/vol/vol2/many50"}).status == 200


# -- errors ----------------------------------------------------------------------------------------------------------------


def test_a_volume_that_goes_offline_stops_it_until_somebody_resumes(client: Client) -> None:
    start(client)
    client.simulator.advance(8)
    path = f"/api/storage/volumes/{volume(client, 'vol1')['uuid']}"
    client.world.settings["volume_job"] = 0
    client.call("PATCH", path, {"state": "offline"})
    shown = progress(client)
    assert shown["state"] == "paused_error" and "not online" in shown["failure"]["message"]
    client.call("PATCH", path, {"state": "online"})
    client.simulator.advance(1000)
    assert progress(client)["percent_complete"] == 50
    change(client, NEW, {"movement": {"progress": {"state": "replicating"}}})
    assert "failure" not in progress(client)
    client.simulator.advance(5)
    assert progress(client)["state"] == "complete"


def test_a_move_that_fails_leads_back_to_the_source(client: Client) -> None:
    before = at(client, OLD)
    start(client)
    client.simulator.advance(8)
    TRIGGERS["fail_transfer"](client.world, path=NEW, state="failed")
    assert progress(client)["state"] == "reverting"
    client.simulator.advance(5)
    shown = progress(client, OLD)
    assert shown["state"] == "failed" and shown["failure"]["message"]
    assert client.names(f"{LUNS}?svm.name=san1&name={NEW}") == []
    client.simulator.advance(120)
    assert at(client, OLD) == before and client.world.ledger.verdict()["non_disruptive"]


def test_a_failure_can_stop_it_only(client: Client) -> None:
    start(client)
    TRIGGERS["fail_transfer"](client.world, path=NEW, svm="san1")
    assert progress(client)["state"] == "paused_error"
    with pytest.raises(ValueError, match="cannot be made"):
        TRIGGERS["fail_transfer"](client.world, path=NEW, state="complete")


# -- snapshots and clones --------------------------------------------------------------------------------------------------


def test_a_snapshot_of_the_old_volume_does_not_take_it_back(client: Client) -> None:
    path = f"/api/storage/volumes/{volume(client, 'vol1')['uuid']}"
    client.done(client.call("POST", f"{path}/snapshots", {"name": "s1"}))
    serial = at(client, OLD)["serial_number"]
    start(client)
    client.simulator.advance(200)
    assert client.done(client.call("PATCH", f"{path}?restore_to.snapshot.name=s1&preserve_lun_ids=true", {}))["state"] == "success"
    assert at(client, NEW)["serial_number"] == serial and at(client, OLD)["serial_number"] != serial
    assert at(client, OLD)["status"]["mapped"] is False and client.world.ledger.verdict()["non_disruptive"]


def test_a_clone_of_the_volume_has_a_lun_at_rest(client: Client) -> None:
    start(client)
    client.simulator.advance(5)
    clone = {"is_flexclone": True, "parent_volume": {"name": "vol2"}}
    client.done(client.call("POST", "/api/storage/volumes", {"name": "copy", "svm.name": "san1", "clone": clone}))
    assert "movement" not in at(client, "/vol/copy/moved")


# -- private CLI -----------------------------------------------------------------------------------------------------------


def test_the_cli_shows_pauses_throttles_and_resumes(client: Client) -> None:
    start(client)
    client.simulator.advance(8)
    cli = "/api/private/cli/lun/move"
    who = {"vserver": "san1", "destination-path": NEW}
    (row,) = client.get(f"{cli}?fields=*")["records"]
    assert (row["source_path"], row["job_status"], row["progress_percent"]) == (OLD, "Data", 50)
    assert client.call("POST", f"{cli}/pause", who).status == 200
    assert client.get(f"{cli}?fields=job_status")["records"][0]["job_status"] == "Paused-Manual"
    assert client.call("PATCH", f"{cli}?vserver=san1", {"max-throughput": "25MB"}).status == 200
    assert client.call("POST", f"{cli}/resume", who).status == 200
    assert at(client, NEW)["movement"]["max_throughput"] == 25 * MIB
    assert client.refused("POST", f"{cli}/cancel", who) == (400, "5374889")
    assert client.refused("POST", f"{cli}/pause", {"vserver": "san1", "destination-path": "/vol/vol2/lun1"}) == (404, "4")


def test_the_cli_cancels_while_it_prepares(client: Client) -> None:
    before = at(client, OLD)
    start(client)
    response = client.call("POST", "/api/private/cli/lun/move/cancel", {"vserver": "san1", "destination-path": NEW})
    assert response.status == 200
    client.simulator.advance(1000)
    assert at(client, OLD) == before and client.get("/api/private/cli/lun/move")["records"] == []
