# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of LUNs within an SVM and between SVMs that are peered for it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import luns
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.lun_client import GIB, LUNS, at, change, volume

PEERS = "/api/svm/peers"
SOURCE, COPY = "/vol/vol1/lun1", "/vol/vol2/copy"


@pytest.fixture(name="client")
def _client() -> Client:
    """Two SVMs; the LUN has 10 GiB of data and is copied at 1 GiB a second after 3 seconds of preparation."""
    client = Client("san")
    client.world.settings.update(lun_move_rate=GIB, lun_move_prepare=3, lun_move_revert=5, lun_job=0)
    luns.write(client.world, SOURCE, used=10 * GIB, content="precious", svm="san1")
    return client


def post(client: Client, svm: str = "san1", name: str = COPY, source: Any = None, **more: Any) -> Any:
    """POST a copy."""
    return client.call("POST", LUNS, {"name": name, "svm.name": svm, "copy": {"source": source or {"name": SOURCE}}, **more})


def peer(client: Client, *applications: str, **more: Any) -> None:
    """Peer the two SVMs."""
    body = {"svm.name": "san2", "peer.svm.name": "san1", "applications": list(applications or ("lun_copy",)), **more}
    assert client.done(client.call("POST", PEERS, body))["state"] == "success"


def row(client: Client, name: str = COPY, svm: str = "san1") -> dict[str, Any]:
    """The stored row of a LUN."""
    return next(one for one in client.world.store.each("luns", name=name) if one["svm"]["name"] == svm)


def progress(client: Client, name: str = COPY, svm: str = "san1") -> dict[str, Any]:
    """The progress of a copy."""
    return at(client, name, svm, "copy")["copy"]["source"]["progress"]


def test_a_copy_is_another_lun_with_the_same_data(client: Client) -> None:
    change(client, SOURCE, {"comment": "the source"})
    assert post(client).status == 201
    origin, found = at(client, SOURCE), at(client, COPY)
    assert found["copy"]["source"]["name"] == SOURCE and found["copy"]["source"]["uuid"] == origin["uuid"]
    assert progress(client) == {"state": "preparing", "percent_complete": 0, "elapsed": 0, "volume_snapshot_blocked": True}
    client.simulator.advance(8)
    assert (progress(client)["state"], progress(client)["percent_complete"]) == ("replicating", 50)
    client.simulator.advance(5)
    assert progress(client)["state"] == "complete"
    client.simulator.advance(120)
    found = at(client, COPY)
    assert "copy" not in found and row(client)["sim"] == {"content": "precious"}
    same = {name for name in origin if origin[name] == found.get(name)}
    assert {"os_type", "class", "comment", "auto_delete", "space", "svm"} <= same
    assert not {"uuid", "serial_number", "name", "location", "lun_maps"} & same and found["status"]["mapped"] is False


def test_with_a_job_the_copy_begins_when_the_job_ends(client: Client) -> None:
    client.world.settings["lun_job"] = 1
    response = post(client)
    assert response.status == 202 and client.names(f"{LUNS}?name={COPY}") == []
    client.simulator.advance(1)
    assert progress(client)["state"] == "preparing" and client.get(response.headers["Location"])["name"] == COPY


def test_what_is_written_to_the_source_meanwhile_is_not_in_the_copy(client: Client) -> None:
    post(client)
    luns.write(client.world, SOURCE, content="newer", svm="san1")
    client.simulator.advance(20)
    assert row(client)["sim"]["content"] == "precious"


def test_a_throttle_a_pause_and_a_resume(client: Client) -> None:
    post(client, source={"name": SOURCE, "max_throughput": GIB // 2})
    client.simulator.advance(3 + 10)
    assert progress(client)["percent_complete"] == 50
    change(client, COPY, {"copy": {"source": {"progress": {"state": "paused"}}}})
    client.simulator.advance(100)
    assert progress(client)["state"] == "paused"
    change(client, COPY, {"copy.source.progress.state": "replicating", "copy.source.max_throughput": GIB})
    client.simulator.advance(5)
    assert progress(client)["state"] == "complete"


# -- between SVMs ----------------------------------------------------------------------------------------------------------


def test_between_svms_a_peer_for_it_is_needed(client: Client) -> None:
    new = "/vol/vol1/copy"
    assert post(client, "san2", new, {"name": "/vol/thick/only"}).body["error"]["code"] == "5374876"
    client.world.settings["lun_job"] = 0
    client.call("POST", LUNS, {"name": "/vol/thick/only", "svm.name": "san1", "os_type": "linux", "space.size": GIB})
    source = {"name": "/vol/thick/only"}
    assert post(client, "san2", new, source).body["error"]["code"] == "26345672"
    peer(client, "snapmirror")
    assert post(client, "san2", new, source).body["error"]["code"] == "26345674"
    for one in client.world.store.table("svm_peers").values():
        one["applications"] = ["lun_copy"]
    client.world.store.find("svm_peers", name="san1")["state"] = "suspended"
    assert post(client, "san2", new, source).body["error"]["code"] == "26345673"
    client.world.store.find("svm_peers", name="san1")["state"] = "peered"
    assert post(client, "san2", new, source).status == 201
    shown = at(client, new, "san2")["copy"]["source"]
    assert shown["peer"]["name"] == "san1" and shown["name"] == "/vol/thick/only"


@pytest.mark.parametrize("by", ["name", "uuid", "alias"])
def test_the_peer_can_be_named(client: Client, by: str) -> None:
    peer(client, **({"name": "other"} if by == "alias" else {}))
    found = client.world.store.find("svm_peers", name="other" if by == "alias" else "san1")
    wanted = {"uuid": found["uuid"]} if by == "uuid" else {"name": found["name"]}
    assert post(client, "san2", "/vol/vol1/copy", {"name": SOURCE, "peer": wanted}).status == 201
    client.simulator.advance(20)
    assert row(client, "/vol/vol1/copy", "san2")["sim"]["content"] == "precious"


def test_a_name_that_both_svms_have_is_the_own_one_unless_the_peer_is_named(client: Client) -> None:
    peer(client)
    luns.write(client.world, SOURCE, used=GIB, content="of san2", svm="san2")
    post(client, "san2", "/vol/vol1/mine")
    post(client, "san2", "/vol/vol1/theirs", {"name": SOURCE, "peer": {"name": "san1"}})
    assert row(client, "/vol/vol1/mine", "san2")["sim"]["content"] == "of san2"
    assert row(client, "/vol/vol1/theirs", "san2")["sim"]["content"] == "precious"


def test_a_uuid_is_found_in_every_svm_and_needs_the_peer(client: Client) -> None:
    uuid = at(client, SOURCE)["uuid"]
    assert post(client, "san2", "/vol/vol1/copy", {"uuid": uuid}).body["error"]["code"] == "26345672"
    peer(client)
    assert post(client, "san2", "/vol/vol1/copy", {"uuid": uuid, "name": SOURCE}).status == 201
    assert post(client, "san2", "/vol/vol1/other", {"uuid": uuid, "name": "/vol/vol1/x"}).body["error"]["code"] == "5374874"


def test_a_peer_that_is_not_there(client: Client) -> None:
    peer(client)
    assert post(client, "san2", "/vol/vol1/c", {"name": SOURCE, "peer": {"name": "nobody"}}).body["error"]["code"] == "26345672"
    uuid = client.world.store.find("svm_peers", name="san1")["uuid"]
    wrong = {"name": SOURCE, "peer": {"name": "nobody", "uuid": uuid}}
    assert post(client, "san2", "/vol/vol1/c", wrong).body["error"]["code"] == "26345675"


# -- what is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "more", "expected"),
    [
        ("/vol/vol2/lun1", None, {}, "1254196"),
        (COPY, {"name": "/vol/vol1/nobody"}, {}, "5374876"),
        (COPY, {"name": "/vol/vol1/.snapshot/s/lun1"}, {}, "5374238"),
        (COPY, {"uuid": "11111111-2222-4333-8444-555555555555"}, {}, "5374876"),
        (COPY, None, {"os_type": "linux"}, "5374943"),
        (COPY, None, {"space": {"size": GIB}}, "5374943"),
        (COPY, None, {"comment": "x"}, "5374943"),
        (COPY, None, {"clone": {"source": {"name": SOURCE}}}, "5374943"),
        ("/vol/nowhere/copy", None, {}, "917927"),
        ("/vol/san1_root/copy", None, {}, "5374237"),
    ],
)
def test_a_bad_copy_is_refused(client: Client, name: str, source: Any, more: dict[str, Any], expected: str) -> None:
    before = set(client.world.store.table("luns"))
    assert post(client, name=name, source=source, **more).body["error"]["code"] == expected
    assert set(client.world.store.table("luns")) == before


def test_a_path_to_which_a_copy_is_on_its_way(client: Client) -> None:
    post(client)
    assert post(client).body["error"]["code"] == "7018919"
    client.simulator.advance(200)
    assert post(client).body["error"]["code"] == "1254196"


def test_the_volumes_must_be_online_and_have_room(client: Client) -> None:
    volume(client, "vol2")["size"] = GIB
    assert post(client).body["error"]["code"] == "524479"
    volume(client, "vol1")["state"] = "offline"
    assert post(client, name="/vol/thick/copy").body["error"]["code"] == "5374866"


def test_the_source_cannot_go_while_it_is_copied(client: Client) -> None:
    post(client)
    uuid = at(client, SOURCE)["uuid"]
    assert client.refused("DELETE", f"{LUNS}/{uuid}?allow_delete_while_mapped=true") == (400, "5374316")
    assert change(client, SOURCE, {"name": "/vol/thick/away"}).body["error"]["code"] == "5374316"
    assert post(client, name="/vol/vol2/second").status == 201
    assert post(client, name="/vol/vol2/third", source={"name": COPY}).body["error"]["code"] == "5374316"


# -- ends ------------------------------------------------------------------------------------------------------------------


def test_deleting_the_destination_cancels_a_copy(client: Client) -> None:
    post(client)
    client.simulator.advance(5)
    assert client.call("DELETE", f"{LUNS}?svm.name=san1&name={COPY}").status == 200
    assert client.world.store.table("lun_transfers") == {}
    client.simulator.advance(1000)
    assert client.names(f"{LUNS}?name={COPY}") == [] and post(client).status == 201


def test_a_copy_that_fails_is_gone_after_two_minutes(client: Client) -> None:
    post(client)
    client.simulator.advance(5)
    TRIGGERS["fail_transfer"](client.world, path=COPY, state="failed")
    client.simulator.advance(5)
    assert progress(client)["state"] == "failed" and at(client, COPY)["status"]["state"] == "offline"
    client.simulator.advance(120)
    assert client.names(f"{LUNS}?name={COPY}") == [] and at(client, SOURCE)["status"]["state"] == "online"


def test_the_cli_shows_and_cancels(client: Client) -> None:
    peer(client)
    post(client, "san2", "/vol/vol1/copy", {"name": SOURCE, "peer": {"name": "san1"}})
    cli = "/api/private/cli/lun/copy"
    (found,) = client.get(f"{cli}?fields=*")["records"]
    assert (found["vserver"], found["source_vserver"], found["source_path"]) == ("san2", "san1", SOURCE)
    assert (found["job_status"], found["is_snapshot_fenced"]) == ("Preparing", True)
    who = {"vserver": "san2", "destination-path": "/vol/vol1/copy"}
    assert client.call("POST", f"{cli}/cancel", who).status == 200
    assert client.get(cli)["records"] == [] and client.names(f"{LUNS}?svm.name=san2&name=/vol/vol1/copy") == []


def test_older_releases_have_no_copies(client: Client) -> None:
    old = Client("san", version=(9, 9, 1))
    assert post(old).body["error"]["code"] == "262179"
    middle = Client("san", version=(9, 13, 1))
    assert post(middle, source={"name": SOURCE, "peer": {"name": "san2"}}).body["error"]["code"] == "262179"
