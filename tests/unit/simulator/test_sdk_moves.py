# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's Python SDK, unmodified, over TLS: moves of volumes and LUNs, copies of LUNs, SVM peers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

# The SDK needs Python 3.10.
netapp_ontap = pytest.importorskip("netapp_ontap")
sdk = pytest.importorskip("netapp_ontap.resources")
HostConnection, NetAppRestError = netapp_ontap.HostConnection, netapp_ontap.NetAppRestError

QUICK = {"poll_interval": 0.01, "poll_timeout": 20}


@pytest.fixture(name="simulator")
def _simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Two SVMs with LUNs, on a pair of nodes whose time runs a hundred times as fast, and which the SDK is connected to."""
    with Simulator("san", clock=ScaledClock(100)) as simulator:
        simulator.world.settings.update(move_rate=10 * 1024**3, move_job=1, lun_move_rate=1024**3)
        # requests lets this variable override the certificate authority that the SDK is given.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            yield simulator


def until(read: Callable[[], Any], wanted: Any) -> None:
    """Look until something is so; a move takes about half a second, and what is told of one that ended stays for more than a second."""
    end = time.monotonic() + 10
    while read() != wanted:
        assert time.monotonic() < end, read()
        time.sleep(0.01)


def volume() -> Any:
    """A volume with what there is to see of its move."""
    return sdk.Volume.find(name="vol1", **{"svm.name": "san1"}, fields="movement,aggregates,uuid")


def test_a_volume_is_validated_moved_and_stays_the_same(simulator: Simulator) -> None:
    before = volume()
    assert before.aggregates[0].name == "aggr1_ndo_01"
    moving = sdk.Volume(uuid=before.uuid)
    moving.movement = {"destination_aggregate": {"name": "aggr2_ndo_02"}}
    moving.patch(validate_only=True, **QUICK)
    assert "movement" not in volume().to_dict()
    moving = sdk.Volume(uuid=before.uuid)
    moving.movement = {"destination_aggregate": {"name": "aggr2_ndo_02"}, "state": "cutover_wait", "cutover_window": 60}
    moving.patch(**QUICK)
    until(lambda: volume().movement.state, "cutover_pending")
    moving = sdk.Volume(uuid=before.uuid)
    moving.movement = {"state": "cutover"}
    moving.patch(**QUICK)
    until(lambda: volume().movement.state, "success")
    after = volume()
    assert (after.uuid, after.aggregates[0].name, after.movement.percent_complete) == (before.uuid, "aggr2_ndo_02", 100)


def test_a_refused_move_raises(simulator: Simulator) -> None:
    moving = sdk.Volume(uuid=volume().uuid)
    moving.movement = {"destination_aggregate": {"name": "aggr1_ndo_01"}}
    with pytest.raises(NetAppRestError) as caught:
        moving.patch(**QUICK)
    assert caught.value.response_body["error"]["code"] == "918265"


def test_the_cli_of_moves(simulator: Simulator) -> None:
    body = {"vserver": "san1", "volume": "vol1", "destination-aggregate": "aggr2_ndo_02", "cutover-action": "wait"}
    sdk.CLI().execute("volume move start", body=body, poll=False)
    until(lambda: "movement" in volume().to_dict() and volume().movement.state, "cutover_pending")
    (row,) = sdk.CLI().execute("volume move show", vserver="san1", fields="phase,details").http_response.json()["records"]
    assert row["phase"] == "cutover_hard_deferred"
    sdk.CLI().execute("volume move abort", body={"vserver": "san1", "volume": "vol1"}, poll=False)
    until(lambda: volume().movement.state, "aborted")


def lun(name: str, svm: str = "san1") -> Any:
    """A LUN by its path."""
    return sdk.Lun.find(name=name, **{"svm.name": svm}, fields="movement,copy,serial_number,location")


def test_a_lun_is_moved(simulator: Simulator) -> None:
    before = lun("/vol/vol1/lun1")
    moving = sdk.Lun(uuid=before.uuid)
    moving.name = "/vol/vol2/moved"
    moving.patch()
    found = lun("/vol/vol2/moved")
    assert (found.uuid, found.serial_number) == (before.uuid, before.serial_number)
    assert (found.movement.paths.source, found.movement.paths.destination) == ("/vol/vol1/lun1", "/vol/vol2/moved")
    until(lambda: lun("/vol/vol2/moved").movement.progress.state, "complete")
    until(lambda: "movement" in lun("/vol/vol2/moved").to_dict(), False)


def test_a_lun_is_copied_to_a_peer(simulator: Simulator) -> None:
    body = {"name": "/vol/vol2/copy", "svm": {"name": "san2"}, "copy": {"source": {"name": "/vol/vol1/lun1", "peer": {"name": "san1"}}}}
    with pytest.raises(NetAppRestError) as caught:
        sdk.Lun.from_dict(body).post(**QUICK)
    assert caught.value.response_body["error"]["code"] == "26345672"
    peer = {"svm": {"name": "san2"}, "peer": {"svm": {"name": "san1"}}, "applications": ["lun_copy"]}
    sdk.SvmPeer.from_dict(peer).post(hydrate=True, **QUICK)
    assert [one.state for one in sdk.SvmPeer.get_collection(fields="state")] == ["peered", "peered"]
    copied = sdk.Lun.from_dict(body)
    copied.post(hydrate=True, **QUICK)
    until(lambda: lun("/vol/vol2/copy", "san2").copy.source.progress.state, "complete")
    assert copied.serial_number != lun("/vol/vol1/lun1").serial_number
