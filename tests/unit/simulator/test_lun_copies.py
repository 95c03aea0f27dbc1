# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs and their contents: clones, restores, what becomes of them with their volume; attributes; the CLI."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import luns
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.lun_client import GIB, LUNS, SVM, at, change, make, volume


@pytest.fixture(name="client")
def _client() -> Client:
    """Two SVMs with volumes and LUNs of the same names."""
    return Client("san")


# -- clones ----------------------------------------------------------------------------------------------------------------


def content(client: Client, name: str) -> str:
    """Whose data a LUN holds."""
    return str(client.world.store.table("luns")[at(client, name)["uuid"]]["sim"]["content"])


def snapshot(client: Client, name: str, of: str) -> list[dict[str, Any]]:
    """A snapshot of a volume, as far as LUNs are concerned; returns the rows that it has."""
    row = volume(client, of)
    rows = copy.deepcopy(luns.of_volume(client.world, row["uuid"]))
    about = {"volume": {"name": row["name"], "uuid": row["uuid"]}, "svm": dict(row["svm"])}
    client.world.store.insert("snapshots", {"name": name, **about, "sim": {"luns": rows, "changed": 0, "order": 1}})
    return rows


def clone(source: Any, **more: Any) -> dict[str, Any]:
    """A POST of a clone."""
    return {"svm": SVM, "name": "/vol/vol1/clone", "clone": {"source": source}, **more}


def test_a_clone_has_the_contents_and_nothing_else_of_its_source(client: Client) -> None:
    origin = at(client, "/vol/vol1/lun1")
    assert client.done(client.call("POST", LUNS, clone({"name": "/vol/vol1/lun1"})))["state"] == "success"
    made = at(client, "/vol/vol1/clone")
    assert (made["os_type"], made["space"]["size"]) == (origin["os_type"], origin["space"]["size"])
    assert made["serial_number"] != origin["serial_number"] and made["uuid"] != origin["uuid"] and not made["status"]["mapped"]
    assert made["space"]["scsi_thin_provisioning_support_enabled"] is False
    assert content(client, "/vol/vol1/clone") == content(client, "/vol/vol1/lun1")


def test_a_lun_in_a_snapshot_is_cloned_by_its_path(client: Client) -> None:
    snapshot(client, "hourly", "vol1")
    old = content(client, "/vol/vol1/lun1")
    luns.write(client.world, "/vol/vol1/lun1", GIB, "newer", "san1")
    client.done(client.call("POST", LUNS, clone({"name": "/vol/vol1/.snapshot/hourly/lun1"})))
    assert content(client, "/vol/vol1/clone") == old != content(client, "/vol/vol1/lun1")


@pytest.mark.parametrize(
    ("source", "more", "expected"),
    [
        ({"name": "/vol/vol1/lun1"}, {"os_type": "linux"}, (400, "5374883")),
        ({"name": "/vol/vol1/lun1"}, {"space": {"size": GIB}}, (400, "5374883")),
        ({"name": "/vol/vol1/lun1"}, {"name": "/vol/vol1/lun*"}, (409, "1260136")),
        ({"name": "/vol/vol2/lun1"}, {}, (400, "1260121")),
        ({"name": "/vol/vol1/nobody"}, {}, (400, "5374876")),
        ({"name": "/vol/vol1/.snapshot/never/lun1"}, {}, (400, "5374876")),
        ({"name": "/vol/vol1/.snapshot/s/lun1", "uuid": "00000000-0000-4000-8000-000000000000"}, {}, (400, "5374899")),
    ],
)
def test_what_a_clone_refuses(client: Client, source: Any, more: Any, expected: Any) -> None:
    assert client.refused("POST", LUNS, clone(source, **more)) == expected


def test_source_uuid_and_name_must_agree(client: Client) -> None:
    uuid = at(client, "/vol/vol1/lun*")["uuid"]
    assert client.refused("POST", LUNS, clone({"uuid": uuid, "name": "/vol/vol1/lun1"})) == (400, "5374874")


def test_contents_are_overwritten_and_the_identity_stays(client: Client) -> None:
    snapshot(client, "hourly", "vol1")
    before, old = at(client, "/vol/vol1/lun1"), content(client, "/vol/vol1/lun1")
    luns.write(client.world, "/vol/vol1/lun1", 2 * GIB, "newer", "san1")
    assert change(client, "/vol/vol1/lun1", {"clone": {"source": {"name": "/vol/vol1/.snapshot/hourly/lun1"}}}).status == 200
    after = at(client, "/vol/vol1/lun1")
    assert content(client, "/vol/vol1/lun1") == old
    assert after == before


# -- with the volume -------------------------------------------------------------------------------------------------------


def test_copies_for_a_cloned_volume_are_new_luns(client: Client) -> None:
    rows = snapshot(client, "base", "vol1")
    luns.adopt(client.world, rows, volume(client, "vol2", "san2"))
    made = at(client, "/vol/vol2/lun*", "san2")
    assert made["serial_number"] != at(client, "/vol/vol1/lun*")["serial_number"] and not made["status"]["mapped"]
    assert len(luns.of_volume(client.world, volume(client, "vol1")["uuid"])) == len(rows)


def test_a_volume_restore_brings_back_what_was(client: Client) -> None:
    rows = snapshot(client, "base", "vol1")
    kept, old = at(client, "/vol/vol1/lun1"), content(client, "/vol/vol1/lun1")
    luns.write(client.world, "/vol/vol1/lun1", 3 * GIB, "newer", "san1")
    change(client, "/vol/vol1/lun1", {"space": {"size": 200 * GIB}})
    make(client)
    client.call("DELETE", f"{LUNS}/{at(client, '/vol/vol1/lun*')['uuid']}")
    luns.put_back(client.world, volume(client, "vol1"), rows)
    assert at(client, "/vol/vol1/lun1") == kept and content(client, "/vol/vol1/lun1") == old
    assert client.names(f"{LUNS}?svm.name=san1&name=/vol/vol1/new") == []
    assert not at(client, "/vol/vol1/lun*")["status"]["mapped"]
    assert client.world.ledger.verdict()["non_disruptive"]


def test_one_lun_is_restored_in_place_or_beside(client: Client) -> None:
    rows = snapshot(client, "base", "vol1")
    row, kept = volume(client, "vol1"), at(client, "/vol/vol1/lun1")
    luns.write(client.world, "/vol/vol1/lun1", 3 * GIB, "newer", "san1")
    luns.restore_one(client.world, row, rows, "lun1", "/vol/vol1/beside")
    assert content(client, "/vol/vol1/beside") != "newer" == content(client, "/vol/vol1/lun1")
    assert at(client, "/vol/vol1/beside")["serial_number"] != kept["serial_number"]
    luns.restore_one(client.world, row, rows, "/vol/vol1/lun1")
    assert at(client, "/vol/vol1/lun1") == kept
    with pytest.raises(Exception, match="not in the snapshot"):
        luns.restore_one(client.world, row, rows, "nobody")


def test_a_deleted_volume_takes_its_luns_along(client: Client) -> None:
    luns.forget_volume(client.world, volume(client, "vol1")["uuid"])
    assert client.names(f"{LUNS}?svm.name=san1&location.volume.name=vol1") == []
    assert client.names("/api/protocols/san/lun-maps?svm.name=san1&lun.name=/vol/vol1/*", "lun") == []
    assert at(client, "/vol/vol1/lun1", "san2")


def test_paths_follow_a_volume_that_is_renamed(client: Client) -> None:
    row = volume(client, "vol1")
    assert client.done(client.call("PATCH", f"/api/storage/volumes/{row['uuid']}", {"name": "fresh"}))["state"] == "success"
    assert at(client, "/vol/fresh/lun1")["location"]["volume"]["name"] == "fresh"
    assert client.names("/api/protocols/san/lun-maps?svm.name=san1&igroup.name=host1", "lun")[0]["name"] == "/vol/fresh/lun1"


# -- attributes ------------------------------------------------------------------------------------------------------------


def test_attributes_are_kept_with_the_lun(client: Client) -> None:
    made = make(client, attributes=[{"name": "origin", "value": "cinder"}])
    below = f"{LUNS}/{made['uuid']}/attributes"
    assert made["attributes"] == [{"name": "origin", "value": "cinder"}]
    response = client.call("POST", below, {"name": "odd/name *", "value": "1"})
    assert response.status == 201
    assert client.get(response.headers["Location"])["value"] == "1"
    assert client.refused("POST", below, {"name": "origin", "value": "2"}) == (409, "5374930")
    assert client.refused("POST", below, {"name": "empty"}) == (400, "5374928")
    assert client.call("PATCH", f"{below}/origin", {"value": "nova"}).status == 200
    assert client.call("DELETE", response.headers["Location"]).status == 200
    assert [(one["name"], one["value"]) for one in client.get(f"{below}?fields=*")["records"]] == [("origin", "nova")]
    assert client.refused("GET", f"{below}/nobody") == (404, "5374931")
    assert client.refused("PATCH", f"{below}/origin", {"value": "n" * 4091}) == (400, "5374929")


# -- the CLI ---------------------------------------------------------------------------------------------------------------

CLI = "/api/private/cli/lun"


def resize(client: Client, **more: Any) -> Any:
    """lun resize of a LUN."""
    return client.call("POST", f"{CLI}/resize", {"vserver": "san1", "path": "/vol/vol1/lun1", **more})


def test_the_cli_shrinks_a_lun_only_by_force(client: Client) -> None:
    refused = resize(client, size="10GB")
    assert (refused.status, refused.body["error"]["code"]) == (400, "5374892")
    assert resize(client, size="20GB", **{"force-reduce": True}).status == 200
    assert at(client, "/vol/vol1/lun1")["space"]["size"] == 20 * GIB
    assert resize(client, size="+1GB").status == 200
    assert resize(client, size="-1g", force=True).status == 200
    assert at(client, "/vol/vol1/lun1")["space"]["size"] == 20 * GIB
    assert resize(client, size=20 * GIB).body["error"]["code"] == "1254226"
    assert resize(client, size="many").body["error"]["code"] == "5374130"
    assert resize(client, size="30GB", path="/vol/vol1/nobody").status == 404


def test_shrinking_below_what_is_written_loses_data(client: Client) -> None:
    before = content(client, "/vol/vol1/lun1")
    resize(client, size="99GB", force="true")
    assert content(client, "/vol/vol1/lun1") == before
    resize(client, size="1GB", force="true")
    assert content(client, "/vol/vol1/lun1") != before
    assert at(client, "/vol/vol1/lun1")["space"]["used"] == GIB


def test_the_cli_shows_and_changes_luns(client: Client) -> None:
    query = "?vserver=san1&path=/vol/vol1/lun1"
    (shown,) = client.get(f"{CLI}{query}&fields=size,state,mapped")["records"]
    assert shown == {"vserver": "san1", "path": "/vol/vol1/lun1", "size": 100 * GIB, "state": "online", "mapped": "mapped"}
    assert client.call("PATCH", f"{CLI}{query}", {"state": "offline", "space-reserve": "enabled"}).status == 200
    found = at(client, "/vol/vol1/lun1")
    assert found["enabled"] is False and found["space"]["guarantee"]["requested"] is True
    assert client.refused("PATCH", f"{CLI}{query}", {"size": 1}) == (400, "262196")
