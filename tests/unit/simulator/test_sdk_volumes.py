# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's Python SDK, unmodified, over TLS: volumes, FlexClones, snapshots, restore and the recovery queue."""

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
GIB = 1024**3


@pytest.fixture(name="simulator")
def _simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A pair of nodes whose time runs two hundred times as fast, and which the SDK is connected to."""
    with Simulator("ha_pair", clock=ScaledClock(200)) as simulator:
        # requests lets this variable override the certificate authority that the SDK is given.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            yield simulator


def make(**fields: Any) -> Any:
    """A new volume."""
    body = {"name": "sdk_vol", "svm": {"name": "nas1"}, "aggregates": [{"name": "aggr1_ndo_01"}], "size": GIB}
    volume = sdk.Volume.from_dict({**body, **fields})
    volume.post(hydrate=True, **QUICK)
    return volume


def snap(volume: Any, name: str, **fields: Any) -> Any:
    """A new snapshot of a volume."""
    snapshot = sdk.Snapshot(volume.uuid, name=name, **fields)
    snapshot.post(hydrate=True, **QUICK)
    return snapshot


def test_a_volume_with_many_values_is_made_changed_and_deleted(simulator: Simulator) -> None:
    volume = make(
        guarantee={"type": "none"},
        space={"snapshot": {"reserve_percent": 0}},
        nas={"path": "/sdk_vol", "security_style": "unix", "unix_permissions": "755"},
        efficiency={"compression": "inline"},
        autosize={"mode": "grow", "maximum": "4GB"},
        snapshot_policy={"name": "none"},
    )
    volume.get(fields="**")
    assert (volume.nas.path, volume.guarantee.type, volume.autosize.mode) == ("/sdk_vol", "none", "grow")
    volume.size = 2 * GIB
    volume.state = "offline"
    volume.patch(hydrate=True, **QUICK)
    assert (volume.size, volume.state) == (2 * GIB, "offline")
    volume.delete(**QUICK)
    assert sdk.Volume.find(name="sdk_vol") is None
    queue = sdk.CLI().execute("volume recovery-queue show", vserver="nas1").http_response.json()
    assert [row["volume"].rpartition("_")[0] for row in queue["records"]] == ["sdk_vol"]


def test_a_deleted_volume_is_recovered_through_the_cli(simulator: Simulator) -> None:
    volume = make()
    volume.delete(**QUICK)
    (row,) = sdk.CLI().execute("volume recovery-queue show").http_response.json()["records"]
    sdk.CLI().execute("volume recovery-queue recover", body=row, privilege_level="advanced")
    assert sdk.Volume.find(name=row["volume"], fields="state").state == "offline"


def test_a_clone_is_made_and_split(simulator: Simulator) -> None:
    parent = make()
    snapshot = snap(parent, "base")
    clone = sdk.Volume.from_dict(
        {
            "name": "sdk_clone",
            "svm": {"name": "nas1"},
            "clone": {"is_flexclone": True, "parent_volume": {"name": "sdk_vol"}, "parent_snapshot": {"name": "base"}},
        }
    )
    clone.post(hydrate=True, **QUICK)
    snapshot.get(fields="owners")
    assert snapshot.owners and clone.clone.is_flexclone is True
    with pytest.raises(NetAppRestError, match="has not expired or is locked"):
        snapshot.delete(**QUICK)
    clone.clone = {"split_initiated": True}
    clone.patch(**QUICK)
    simulator.advance(70)
    clone.get(fields="clone")
    assert clone.clone.is_flexclone is False
    snapshot.delete(**QUICK)


def test_snapshots_are_made_read_changed_and_deleted(simulator: Simulator) -> None:
    volume = make()
    snapshot = snap(volume, "one", comment="first")
    snapshot.name = "two"
    snapshot.comment = "second"
    snapshot.patch(hydrate=True, **QUICK)
    assert (snapshot.name, snapshot.comment) == ("two", "second")
    assert sdk.Snapshot.find(volume.uuid, name="two").uuid == snapshot.uuid
    assert all(one.to_dict() for one in sdk.Snapshot.get_collection(volume.uuid, fields="**"))
    snapshot.delete(**QUICK)
    assert sdk.Snapshot.count_collection(volume.uuid) == 0


def test_snapshots_of_many_volumes_in_one_request(simulator: Simulator) -> None:
    volumes = [make(name=f"sdk_vol{number}") for number in (1, 2)]
    records = [sdk.Snapshot.from_dict({"volume": {"uuid": volume.uuid}, "name": "all"}) for volume in volumes]
    sdk.Snapshot.post_collection(records, "*", **QUICK)
    found = list(sdk.Snapshot.get_collection("*", name="all"))
    assert {one.volume.name for one in found} == {"sdk_vol1", "sdk_vol2"}
    sdk.Snapshot.delete_collection("*", name="all", **QUICK)
    assert list(sdk.Snapshot.get_collection("*", name="all")) == []


def test_a_volume_is_restored_by_query(simulator: Simulator) -> None:
    volume = make()
    snap(volume, "one")
    snap(volume, "two")
    volume.patch(**{"restore_to.snapshot.name": "one"}, **QUICK)
    assert [one.name for one in sdk.Snapshot.get_collection(volume.uuid)] == ["one"]


def test_a_full_aggregate_is_told_by_the_job(simulator: Simulator) -> None:
    with pytest.raises(NetAppRestError, match="not enough space in aggregate"):
        make(size=60 * 1024 * GIB)
