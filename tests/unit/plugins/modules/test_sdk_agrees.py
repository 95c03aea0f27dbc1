# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our modules and the vendor's Python SDK work on the same objects: what one has made the other finds to be as asked, and deletes.

Each row says the same thing in the options of our module and in the words of the SDK, which knows nothing of the simulator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

# The SDK needs Python 3.10.
netapp_ontap = pytest.importorskip("netapp_ontap")
sdk = pytest.importorskip("netapp_ontap.resources")

QUICK = {"poll_interval": 0.01, "poll_timeout": 20}
GIB = 1024**3
IQN = "iqn.1994-05.com.example:"
NAS, SAN = {"name": "nas1"}, {"name": "san1"}
VOLUME, PATH = "san1_vol1a", "/vol/san1_vol1a/data"

Record = dict[str, Any]
Task = tuple[str, Record]


class Kind:
    """One object: `task` is our module with its options, `kind` and `record` are the SDK's class and the record that it posts and reads.

    key: what identifies the object in a query; within: the volume below which it is; needs: tasks of ours that come before.
    """

    def __init__(self, word: str, task: Task, kind: str, key: Record, record: Record, *needs: Task, within: str = "") -> None:
        self.word = word
        self.module, self.options = task
        self._class = getattr(sdk, kind)
        self._key = key
        self.record = record
        self.needs = needs
        self._within = within

    def __str__(self) -> str:
        return self.word

    def _place(self) -> list[str]:
        return [sdk.Volume.find(name=self._within).uuid] if self._within else []

    def make(self) -> None:
        """Make it with the SDK."""
        self._class(*self._place(), **self.record).post(**QUICK)

    def find(self) -> Any:
        """Find it with the SDK, with all that is known about it; None when it is not there."""
        return self._class.find(*self._place(), fields="**", **self._key)

    def gone(self) -> Record:
        """The options with which our module deletes it."""
        identity = ("svm", "volume", "name", "lun", "igroup")
        return {**{key: value for key, value in self.options.items() if key in identity}, "state": "absent"}


def shows(record: Any, wanted: Any) -> bool:
    """Whether a record has these values; it may have others besides."""
    if isinstance(wanted, dict):
        return isinstance(record, dict) and all(name in record and shows(record[name], value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(record, list) and len(record) == len(wanted) and all(map(shows, record, wanted))
    return bool(record == wanted)


A_VOLUME: Record = {"svm": "nas1", "name": "both", "aggregate": "aggr1_ndo_01", "size": "20GiB"}
A_LUN: Task = ("lun", {"svm": "san1", "name": PATH, "size": "10GiB", "os_type": "linux"})
AN_IGROUP: Task = ("igroup", {"svm": "san1", "name": "both", "os_type": "linux", "protocol": "iscsi"})

KINDS = [
    Kind(
        "volume",
        (
            "volume",
            {
                **A_VOLUME,
                "comment": "finance",
                "junction_path": "/both",
                "space_guarantee": "none",
                "snapshot_reserve": 10,
                "snapshot_policy": "none",
                "export_policy": "default",
                "security_style": "unix",
                "unix_permissions": "0750",
                "tiering_policy": "auto",
                "autosize": {"mode": "grow", "maximum": "40GiB"},
            },
        ),
        "Volume",
        {"name": "both", "svm.name": "nas1"},
        {
            "svm": NAS,
            "name": "both",
            "aggregates": [{"name": "aggr1_ndo_01"}],
            "size": 20 * GIB,
            "comment": "finance",
            "guarantee": {"type": "none"},
            "space": {"snapshot": {"reserve_percent": 10}},
            "snapshot_policy": {"name": "none"},
            "nas": {"path": "/both", "export_policy": {"name": "default"}, "security_style": "unix", "unix_permissions": 750},
            "tiering": {"policy": "auto"},
            "autosize": {"mode": "grow", "maximum": 40 * GIB},
        },
    ),
    Kind(
        "FlexClone",
        ("volume", {"svm": "nas1", "name": "clone", "clone": {"parent_volume": "both", "parent_snapshot": "base"}}),
        "Volume",
        {"name": "clone", "svm.name": "nas1"},
        {
            "svm": NAS,
            "name": "clone",
            "clone": {"is_flexclone": True, "parent_volume": {"name": "both"}, "parent_snapshot": {"name": "base"}},
        },
        ("volume", A_VOLUME),
        ("snapshot", {"svm": "nas1", "volume": "both", "name": "base"}),
    ),
    Kind(
        "snapshot",
        ("snapshot", {"svm": "san1", "volume": VOLUME, "name": "both", "comment": "finance", "snapmirror_label": "weekly"}),
        "Snapshot",
        {"name": "both"},
        {"name": "both", "comment": "finance", "snapmirror_label": "weekly"},
        within=VOLUME,
    ),
    Kind(
        "LUN",
        (A_LUN[0], {**A_LUN[1], "comment": "finance", "space_reserved": True, "space_allocation": True, "online": True}),
        "Lun",
        {"name": PATH, "svm.name": "san1"},
        {
            "svm": SAN,
            "name": PATH,
            "os_type": "linux",
            "comment": "finance",
            "enabled": True,
            "space": {"size": 10 * GIB, "guarantee": {"requested": True}, "scsi_thin_provisioning_support_enabled": True},
        },
    ),
    Kind(
        "igroup with initiators",
        (
            AN_IGROUP[0],
            {**AN_IGROUP[1], "comment": "finance", "initiators": [IQN + "a", IQN + "b"], "initiator_comments": {IQN + "a": "first"}},
        ),
        "Igroup",
        {"name": "both", "svm.name": "san1"},
        {
            "svm": SAN,
            "name": "both",
            "os_type": "linux",
            "protocol": "iscsi",
            "comment": "finance",
            "initiators": [{"name": IQN + "a", "comment": "first"}, {"name": IQN + "b"}],
        },
    ),
    Kind(
        "igroup of igroups",
        ("igroup", {"svm": "san1", "name": "cluster", "os_type": "linux", "igroups": ["both"]}),
        "Igroup",
        {"name": "cluster", "svm.name": "san1"},
        {"svm": SAN, "name": "cluster", "os_type": "linux", "igroups": [{"name": "both"}]},
        AN_IGROUP,
    ),
    Kind(
        "LUN map",
        ("lun_map", {"svm": "san1", "lun": PATH, "igroup": "both", "lun_id": 7, "reporting_nodes": ["ndo-01", "ndo-02"]}),
        "LunMap",
        {"svm.name": "san1", "lun.name": PATH, "igroup.name": "both"},
        {"svm": SAN, "lun": {"name": PATH}, "igroup": {"name": "both"}, "logical_unit_number": 7},
        A_LUN,
        AN_IGROUP,
    ),
    Kind(
        "LUN with a QoS policy",
        (A_LUN[0], {**A_LUN[1], "qos_policy": "gold"}),
        "Lun",
        {"name": PATH, "svm.name": "san1"},
        {"svm": SAN, "name": PATH, "os_type": "linux", "space": {"size": 10 * GIB}, "qos_policy": {"name": "gold"}},
    ),
    Kind(
        "volume with a QoS policy",
        ("volume", {**A_VOLUME, "svm": "san1", "qos_policy": "gold"}),
        "Volume",
        {"name": "both", "svm.name": "san1"},
        {"svm": SAN, "name": "both", "aggregates": [{"name": "aggr1_ndo_01"}], "size": 20 * GIB, "qos": {"policy": {"name": "gold"}}},
    ),
]


@pytest.fixture
def cluster(lab: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A pair of nodes whose jobs are over at once, with the SDK connected to it, and a QoS policy that it has made."""
    found = lab()
    found.world.settings.update(dict.fromkeys(("volume_job", "lun_job", "snapshot_job", "qos_job"), 0))
    one = found.simulator
    # requests lets this variable override the certificate authority that the SDK is given.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(one.ca_path))
    with netapp_ontap.HostConnection(one.host, *one.auth, verify=one.ca_path, port=one.port):
        sdk.QosPolicy.from_dict({"name": "gold", "svm": SAN, "fixed": {"max_throughput_iops": 1000}}).post(**QUICK)
        yield found


def ours(cluster: Any, module: str, options: Record) -> list[str]:
    """What a module of ours did; it must succeed."""
    result = cluster.run(module, **options)
    assert not result.get("failed"), result
    return result["actions"]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_the_sdk_has_made_is_as_we_want_it(cluster: Any, kind: Kind) -> None:
    for need in kind.needs:
        assert ours(cluster, *need) == ["create"]
    kind.make()
    assert shows(kind.find().to_dict(), kind.record)
    cluster.forget()
    assert ours(cluster, kind.module, kind.options) == []
    assert cluster.writes() == []
    assert ours(cluster, kind.module, kind.gone())[-1] == "delete"
    assert kind.find() is None


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_we_have_made_is_as_the_sdk_wants_it(cluster: Any, kind: Kind) -> None:
    for need in kind.needs:
        assert ours(cluster, *need) == ["create"]
    assert ours(cluster, kind.module, kind.options)[0] == "create"
    found = kind.find()
    assert shows(found.to_dict(), kind.record), found.to_dict()
    found.delete(**QUICK)
    cluster.forget()
    assert ours(cluster, kind.module, kind.gone()) == []
    assert cluster.writes() == []
