# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's Python SDK, unmodified, against the simulator over TLS: reading, writing, jobs, the CLI, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

# The SDK needs Python 3.10.
netapp_ontap = pytest.importorskip("netapp_ontap")
sdk = pytest.importorskip("netapp_ontap.resources")
HostConnection, NetAppRestError = netapp_ontap.HostConnection, netapp_ontap.NetAppRestError

QUICK = {"poll_interval": 0.01, "poll_timeout": 20}
FAILOVER = "storage failover"


@pytest.fixture(name="simulator")
def _simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A pair of nodes whose time runs two hundred times as fast, and which the SDK is connected to."""
    with Simulator("ha_pair", clock=ScaledClock(200)) as simulator:
        # requests lets this variable override the certificate authority that the SDK is given.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            yield simulator


def new_volume(**fields: Any) -> Any:
    """A volume that is not there yet."""
    body = {"name": "sdk_vol", "svm": {"name": "nas1"}, "aggregates": [{"name": "aggr1_ndo_01"}], "size": 1024**3}
    return sdk.Volume.from_dict({**body, **fields})


# -- reading ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_collection_comes_in_pages(simulator: Simulator, size: int) -> None:
    names = [volume.name for volume in sdk.Volume.get_collection(max_records=size, fields="svm,size")]
    assert len(names) == len(set(names)) == 12
    assert len(simulator.log.sent("GET", "/storage/volumes")) == -(-12 // size)


def test_short_and_empty_pages_are_followed(simulator: Simulator) -> None:
    simulator.faults.on("GET", "/api/storage/volumes", "empty_page")
    simulator.faults.on("GET", "/api/storage/volumes", "short_page", nth=2, records=3)
    assert len(list(sdk.Volume.get_collection())) == 12


@pytest.mark.parametrize(
    "kind",
    [
        sdk.Node,
        sdk.Aggregate,
        sdk.IpInterface,
        sdk.Svm,
        sdk.Volume,
        sdk.CifsShare,
        sdk.CifsSession,
        sdk.CifsOpenFile,
        sdk.NfsClients,
        sdk.Disk,
        sdk.EmsEvent,
        sdk.Job,
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_family_is_understood_in_full(simulator: Simulator, kind: Any) -> None:
    new_volume().post(poll=False)
    sdk.CLI().execute(f"{FAILOVER} takeover", body={"ofnode": "ndo-01"})
    simulator.advance(120)
    found = list(kind.get_collection(fields="**"))
    assert found
    for one in found:
        assert one.to_dict()


def test_an_instance_is_read_with_its_fields(simulator: Simulator) -> None:
    node = next(iter(sdk.Node.get_collection(name="ndo-01")))
    node.get(fields="ha,state")
    assert node.state == "up" and node.ha.partners[0].name == "ndo-02" and node.ha.takeover.state == "not_attempted"
    node.get()
    assert node.serial_number


def test_find_and_count(simulator: Simulator) -> None:
    assert sdk.Volume.find(name="nas1_vol1a").svm.name == "nas1"
    assert sdk.Volume.find(name="nobody") is None
    assert sdk.Volume.count_collection(**{"svm.name": "nas1"}) == 7
    with pytest.raises(NetAppRestError):
        sdk.Volume.find(name="nas1*")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"name": "nas1_vol*"}, 6),
        ({"name": "nas1_vol1a|san1_vol1a"}, 2),
        ({"size": ">1073741824"}, 10),
        ({"name": "!nas1*", "is_svm_root": "false"}, 4),
    ],
)
def test_queries_arrive_as_they_were_meant(simulator: Simulator, query: dict[str, str], count: int) -> None:
    assert len(list(sdk.Volume.get_collection(**query))) == count


def test_the_cluster_and_its_version(simulator: Simulator) -> None:
    cluster = sdk.Cluster()
    cluster.get(fields="version")
    assert (cluster.version.generation, cluster.version.major, cluster.version.minor) == (9, 16, 1)


# -- writing ---------------------------------------------------------------------------------------------------------------


def test_a_volume_is_created_changed_and_deleted(simulator: Simulator) -> None:
    volume = new_volume(nas={"path": "/sdk_vol"})
    volume.post(hydrate=True, **QUICK)
    assert volume.uuid and volume.state == "online" and volume.size == 1024**3
    volume.comment = "changed"
    volume.size = 2 * 1024**3
    volume.patch(hydrate=True, **QUICK)
    assert (volume.comment, volume.size, volume.space.size) == ("changed", 2 * 1024**3, 2 * 1024**3)
    volume.delete(**QUICK)
    assert sdk.Volume.find(name="sdk_vol") is None


def test_a_job_that_fails_tells_why(simulator: Simulator) -> None:
    simulator.faults.on("POST", "/api/storage/volumes", "job_failure", code="13107341", message="no suitable aggregate")
    with pytest.raises(NetAppRestError, match="no suitable aggregate"):
        new_volume().post(**QUICK)


def test_a_job_is_polled_by_hand(simulator: Simulator) -> None:
    response = new_volume().post(poll=False)
    assert response.is_job and response.http_response.status_code == 202
    assert not response.poll(timeout=20, interval=0.01).is_err
    assert sdk.Volume.find(name="sdk_vol")


def test_many_volumes_are_changed_and_deleted_by_a_query(simulator: Simulator) -> None:
    sdk.Volume.patch_collection({"comment": "all"}, name="nas1_vol1*", **QUICK)
    assert sdk.Volume.count_collection(comment="all") == 3
    sdk.Volume.delete_collection(name="nas1_vol1*", **QUICK)
    assert sdk.Volume.count_collection(name="nas1_vol1*") == 0


def test_many_volumes_are_created_at_once(simulator: Simulator) -> None:
    sdk.Volume.post_collection([new_volume(name="many1"), new_volume(name="many2")], **QUICK)
    assert sdk.Volume.count_collection(name="many*") == 2


def test_a_share_is_created_changed_and_deleted_at_once(simulator: Simulator) -> None:
    share = sdk.CifsShare.from_dict({"name": "sdk_share", "svm": {"name": "nas1"}, "path": "/nas1_vol1a"})
    share.post(hydrate=True)
    assert share.volume.name == "nas1_vol1a" and share.svm.uuid
    share.continuously_available = True
    share.patch(hydrate=True)
    assert share.continuously_available is True
    share.delete()
    assert sdk.CifsShare.find(name="sdk_share") is None


def test_shares_are_created_and_deleted_many_at_a_time(simulator: Simulator) -> None:
    shares = [sdk.CifsShare.from_dict({"name": name, "svm": {"name": "nas1"}, "path": "/nas1_vol1a"}) for name in ("a1", "a2")]
    sdk.CifsShare.post_collection(shares)
    assert sdk.CifsShare.count_collection(name="a*") == 2
    sdk.CifsShare.delete_collection(name="a*")
    assert sdk.CifsShare.count_collection(name="a*") == 0


def test_a_session_is_closed(simulator: Simulator) -> None:
    session = next(iter(sdk.CifsSession.get_collection(fields="user")))
    session.delete()
    assert sdk.CifsSession.count_collection(user=f'"{session.user}"') == 0


def test_open_files_are_found_by_their_session_and_read_one_by_one(simulator: Simulator) -> None:
    session = next(iter(sdk.CifsSession.get_collection(fields="user,open_files")))
    files = list(sdk.CifsOpenFile.get_collection(**{"session.identifier": session.identifier}, fields="*"))
    assert len(files) == session.open_files > 0
    files[0].get(fields="path,share,continuously_available")
    assert (files[0].path, files[0].share.name, files[0].continuously_available) == ("file1.txt", "nas1_share1", "yes")


def test_a_node_is_changed(simulator: Simulator) -> None:
    node = next(iter(sdk.Node.get_collection(name="ndo-01", fields="location")))
    node.location = "rack 7"
    node.patch(hydrate=True, **QUICK)
    assert node.location == "rack 7"


# -- takeover and giveback -------------------------------------------------------------------------------------------------


def test_a_node_is_taken_over_and_given_back(simulator: Simulator) -> None:
    sdk.CLI().execute(f"{FAILOVER} takeover", body={"ofnode": "ndo-01"})
    simulator.advance(300)
    node = next(iter(sdk.Node.get_collection(name="ndo-01", fields="state")))
    assert node.state == "waiting_for_giveback"
    assert sdk.Aggregate.count_collection(**{"node.name": "ndo-02", "home_node.name": "ndo-01"}) == 2
    node.patch(action="giveback", **QUICK)
    simulator.advance(300)
    node.get(fields="state,ha")
    assert node.state == "up"
    assert sdk.Aggregate.count_collection(**{"node.name": "ndo-01", "home_node.name": "ndo-01"}) == 2
    assert simulator.world.ledger.verdict()["non_disruptive"] is True


def test_the_cli_shows_changes_and_answers_errors(simulator: Simulator) -> None:
    response = sdk.CLI().execute(f"{FAILOVER} show", fields="partner_name,possible", node="ndo-01")
    assert response.http_response.json()["records"] == [{"node": "ndo-01", "partner_name": "ndo-02", "possible": True}]
    sdk.CLI().execute(f"{FAILOVER} modify", body={"auto_giveback": False}, node="ndo-01")
    shown = sdk.CLI().execute(f"{FAILOVER} show", fields="auto_giveback").http_response.json()["records"]
    assert [one["auto_giveback"] for one in shown] == [False, True]
    assert sdk.CLI().execute(f"{FAILOVER} show-giveback", node="ndo-01").http_response.json()["num_records"] == 1
    with pytest.raises(NetAppRestError):
        sdk.CLI().execute(f"{FAILOVER} takeover", body={"ofnode": "nobody"})


# -- errors ----------------------------------------------------------------------------------------------------------------


def test_an_object_that_is_not_there_is_an_error_with_its_code(simulator: Simulator) -> None:
    with pytest.raises(NetAppRestError) as caught:
        sdk.Volume(uuid="00000000-0000-4000-8000-000000000000").get()
    assert caught.value.status_code == 404 and caught.value.response_body["error"]["code"] == "4"


def test_a_duplicate_is_an_error_with_its_code(simulator: Simulator) -> None:
    with pytest.raises(NetAppRestError, match="Duplicate volume name") as caught:
        new_volume(name="nas1_vol1a").post(**QUICK)
    assert caught.value.status_code == 409 and caught.value.response_body["error"]["code"] == "917526"


def test_an_unknown_field_is_an_error(simulator: Simulator) -> None:
    with pytest.raises(NetAppRestError) as caught:
        list(sdk.Node.get_collection(fields="nonsense"))
    assert caught.value.response_body["error"]["code"] == "262197"


def test_wrong_credentials_are_a_401(simulator: Simulator) -> None:
    connection = HostConnection(simulator.host, "admin", "wrong", verify=simulator.ca_path, port=simulator.port)
    with connection, pytest.raises(NetAppRestError) as caught:
        sdk.Cluster().get()
    assert caught.value.status_code == 401


def test_an_svm_account_meets_a_403(simulator: Simulator) -> None:
    with HostConnection(simulator.host, *simulator.svm_account(), verify=simulator.ca_path, port=simulator.port):
        with pytest.raises(NetAppRestError) as caught:
            list(sdk.Node.get_collection())
        assert sdk.Volume.count_collection() > 0
    assert caught.value.status_code == 403 and caught.value.response_body["error"]["code"] == "6"


def test_one_connection_serves_a_whole_story(simulator: Simulator) -> None:
    for kind in (sdk.Node, sdk.Svm, sdk.Volume):
        list(kind.get_collection())
    assert simulator.log.connections() == 1
