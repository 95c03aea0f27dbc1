# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the examples of each module and document find: a cluster, and what earlier tasks of their reader have made."""

from __future__ import annotations

import json
from typing import Any

Task = dict[str, Any]


class Surroundings:
    """Where examples are run.

    given: tasks that come before all of them; before: a task that comes before one of them; scenario: the cluster;
    more: options that an example gets beside its own, because it would go elsewhere without them;
    actions: examples that do their work again each time they are run; done: examples that find nothing left to do, because one before
    them has done it; empty: examples that find no object, as they may.
    """

    def __init__(
        self,
        *given: Task,
        before: dict[str, Task] | None = None,
        more: dict[str, Task] | None = None,
        scenario: str = "ha_pair",
        **names: tuple[str, ...],
    ) -> None:
        self.given = given
        self.before = before or {}
        self.more = more or {}
        self.scenario = scenario
        self.actions = names.pop("actions", ())
        self.done = names.pop("done", ())
        self.empty = names.pop("empty", ())
        if names:
            raise TypeError(f"unknown: {', '.join(names)}")

    @property
    def named(self) -> set[str]:
        """The examples that this says something about."""
        return {*self.before, *self.more, *self.actions, *self.done, *self.empty}

    def changes(self, name: str) -> tuple[bool, bool]:
        """Whether the first and the second run of an example change something."""
        return name not in self.done, name in self.actions


def task(module: str, **options: Any) -> Task:
    """A task that makes what examples need."""
    return {"name": f"Given: {module}", f"ndo.ontap.{module}": options}


def san(module: str, **options: Any) -> Task:
    """The same in the SVM of the examples about LUNs."""
    return task(module, svm="san1", **options)


def control(path: str, **body: Any) -> Task:
    """A request to a control path of the simulator."""
    request = {"url": "{{ control_url }}/" + path, "method": "POST", "body_format": "json", "body": body}
    name = "Given: " + (body.get("name") or path)
    return {"name": name, "ansible.builtin.uri": {**request, "ca_path": "{{ ontap_connection.ca_path }}", "use_proxy": False}}


RESET = control("reset")


LUNS = san(
    "lun", volume="san1_vol1a", os_type="linux", size="1GiB", items=[{"name": name} for name in ("log", "data", "data1", "data2", "data3")]
)
HOST = "iqn.1994-05.com.example:db1"


def group(name: str) -> Task:
    """An igroup of one iSCSI host."""
    return san("igroup", name=name, os_type="linux", protocol="iscsi", initiators=[HOST])


GROUP = task(
    "rest",
    method="POST",
    path="application/consistency-groups",
    body={
        "svm": {"name": "san1"},
        "name": "app",
        "volumes": [{"name": name, "provisioning_options": {"action": "add"}} for name in ("vol1", "vol2")],
    },
)
"""The consistency group of the examples about snapshots."""


IMDS = {"url": "{{ imds_url }}"}
MAINTENANCE = control("trigger", name="cloud_event", args={"node": "ndo-01", "id": "C7061BAC-AFDC-4513-B24B-AA5F13A16123", "notice": 86400})
"""Maintenance that Azure has announced for the VM of a node."""


NIGHTLY = [
    san("lun", os_type="linux", size="1GiB", items=[{"name": "/vol/san1_vol1a/log"}, {"name": "/vol/san1_vol1b/data"}]),
    san(
        "lun",
        comment="[group_snapshot nightly 0123456789ab of 2]",
        items=[
            {"name": "/vol/san1_vol1a/log_nightly", "clone_from": "log"},
            {"name": "/vol/san1_vol1b/data_nightly", "clone_from": "data"},
        ],
    ),
]
"""The LUNs of a database, and the clones of a group snapshot of them."""


CONTROLLER = {"controller_host": "{{ controller_url }}", "controller_oauthtoken": "examples", "engine": "api"}
REPOSITORY = {"organization": "Default", "scm_type": "git", "scm_url": "https://git.example.com/storage/ndo.ontap.git"}
"""A stand-in of AWX, and the repository with the playbooks of its job templates."""


MODULES = {
    "aggregate_info": Surroundings(),
    "awx_object": Surroundings(
        task("awx_object", kind="project", name="ndo.ontap", settings=REPOSITORY, **CONTROLLER),
        more=dict.fromkeys(("Have an inventory", "Have a job template with a survey"), CONTROLLER),
    ),
    "azure_scheduled_event": Surroundings(
        MAINTENANCE,
        task("ha_takeover", node="ndo-01"),
        # While the node still boots, the cluster does not give it back by itself.
        more={"Tell Azure that the VM of a node may be redeployed now": IMDS},
        scenario="azure",
    ),
    "azure_scheduled_event_info": Surroundings(
        MAINTENANCE,
        more={"Ask the metadata service on a VM beside the pair": IMDS},
        scenario="azure",
    ),
    "cloud_maintenance_info": Surroundings(),
    "cluster_tag": Surroundings(),
    "consistency_group": Surroundings(scenario="groups"),
    "consistency_group_info": Surroundings(
        san("consistency_group", name="db", volumes=["vol1", "vol2"]),
        san("consistency_group", name="db_test", clone={"parent": "db"}),
        scenario="groups",
    ),
    "consistency_group_snapshot": Surroundings(
        GROUP,
        san("consistency_group_snapshot", group="app", items=[{"name": f"job_{number}"} for number in range(9)]),
        # A restore is about what was written since.
        before={"See what a restore would cost": control("trigger", name="lun_write", args={"path": "/vol/vol1/lun1", "content": "new"})},
        # They are as young as the cluster.
        done=("Keep the newest 7 of the snapshots that our jobs made, and all that are younger than two days",),
        scenario="groups",
    ),
    "evacuation_plan": Surroundings(),
    "group_clone_plan": Surroundings(done=("See what there is of a set of clones",), scenario="groups"),
    "group_member_info": Surroundings(),
    "group_snapshot": Surroundings(scenario="groups"),
    "ha_giveback": Surroundings(
        task("ha_takeover", node="ndo-01", until="waiting_for_giveback"),
        done=("The same, and keep trying for 20 minutes when something vetoes it",),
    ),
    "ha_info": Surroundings(),
    "ha_takeover": Surroundings(),
    "health_info": Surroundings(),
    "igroup": Surroundings(),
    "igroup_info": Surroundings(LUNS, group("db"), san("lun_map", lun="/vol/san1_vol1a/log", igroup="db")),
    "lif_migrate": Surroundings(
        before={
            "Bring all LIFs away from a node that can leave it": task(
                "lif_migrate", svm="nas1", to_node="ndo-01", items=[{"name": "nas1_lif1"}]
            )
        },
    ),
    "lun": Surroundings(),
    "lun_copy": Surroundings(
        before={
            "Cancel a copy that is not complete": san(
                "lun_copy", source={"lun": "/vol/vol1/lun1"}, name="/vol/vol2/lun1_slow", max_throughput="1MiB", wait=False
            ),
        },
        scenario="san",
    ),
    "lun_info": Surroundings(
        LUNS,
        group("db"),
        san("lun_map", lun="/vol/san1_vol1a/log", igroup="db"),
        # A serial number is ONTAP's choice.
        empty=("Find the LUN behind a multipath device of a Linux host",),
    ),
    "lun_map": Surroundings(LUNS, group("db1"), scenario="two_pairs"),
    "lun_move": Surroundings(
        LUNS,
        before={
            "Pause the move of a LUN during the working hours": san(
                "lun_move", lun="/vol/san1_vol1a/lun0", path="/vol/san1_vol2b/archive", max_throughput="1MiB", wait=False
            ),
        },
    ),
    "maintenance_info": Surroundings(),
    "rest": Surroundings(
        empty=("Read the LIFs that are away from home, with the query in the path",),
        actions=("Set the location of the cluster, in a real run only",),
    ),
    "run_report": Surroundings(done=("Begin the report", "Write the report")),
    "san_target_info": Surroundings(),
    "smb_session_info": Surroundings(scenario="smb_sessions"),
    "snapshot": Surroundings(
        san("snapshot", volume="san1_vol1b", items=[{"name": f"job_{number}"} for number in range(9)]),
        # A restore is about what was written since.
        before={
            "See what a restore would cost": control("trigger", name="lun_write", args={"path": "/vol/san1_vol1b/lun0", "content": "new"})
        },
        # They are as young as the cluster.
        done=("Keep the newest 7 of the snapshots that our jobs made, and all that are younger than two days",),
    ),
    "snapshot_info": Surroundings(
        task("volume", svm="nas1", name="held", clone={"parent_volume": "nas1_vol1a"}),
        # The snapshots of a simulated cluster are as young as the cluster.
        empty=("Find what a change left behind on all volumes, older than a date",),
    ),
    "svm_info": Surroundings(),
    "volume": Surroundings(),
    "volume_info": Surroundings(
        task("volume", svm="nas1", name="nas1_vol1a", size="400GiB", allow_shrink=True),
        task("volume", svm="nas1", name="held", clone={"parent_volume": "nas1_vol1a"}),
    ),
    "volume_move": Surroundings(
        before={
            "End a move that is under way": task(
                "volume_move", svm="nas1", volume="nas1_vol1a", aggregate="aggr1_ndo_01", cutover="manual"
            ),
        },
    ),
}
"""For each module of the collection; a new one is to be added."""


class Document:
    """A playbook or a list of tasks in a document: tasks that come before, and the flags that it is run with; or it is not run."""

    def __init__(self, *given: Task, flags: tuple[str, ...] = (), run: bool = True) -> None:
        self.given = given
        self.flags = flags
        self.run = run


DOCUMENTS = {
    "Have the LUNs of a database": Document(san("volume", name="db", aggregate="aggr1_ndo_01", size="500GiB")),
    "Take a database's LUNs away": Document(
        san("volume", name="db", aggregate="aggr1_ndo_01", size="500GiB"),
        san("lun", name="/vol/db/data", size="10GiB", os_type="linux"),
        flags=("-e", json.dumps({"san_decommission_report_dir": ""})),
    ),
    "Bring two LUNs to another volume while hosts use them": Document(LUNS),
    "Free a node of volumes and LIFs": Document(flags=("-e", json.dumps({"node_evacuate_report_dir": ""}))),
    # The folders of a site are not there.
    "Service both nodes of a pair": Document(
        flags=("-e", json.dumps({"node_maintenance_tasks": "", "node_maintenance_report_dir": ""})),
    ),
    "Watch for maintenance of a pair for an hour": Document(
        flags=(
            "-e",
            json.dumps({"cloud_maintenance_source": IMDS, "cloud_maintenance_watch_seconds": 1, "cloud_maintenance_report_dir": ""}),
        ),
    ),
    "Make the LUNs of a test database out of the nightly group snapshot": Document(*NIGHTLY),
    "Delete the nightly group snapshot": Document(*NIGHTLY),
    "Bring the LUNs of a database back to the nightly group snapshot": Document(*NIGHTLY),
    "Clone the LUNs of a database that is quiet meanwhile": Document(
        flags=("-e", json.dumps({"group_snapshot_quiesce_tasks": "", "group_snapshot_thaw_tasks": ""})),
    ),
    "Refuse what cannot be meant": Document(flags=("-e", json.dumps({"my_nodes": "ndo-01, ndo-02", "my_timeout": 60}))),
    # It waits for a person.
    "Wait until the technician says that the board is in": Document(run=False),
    # The target inventory runs it, over the inventory that it needs.
    "Service the nodes of all HA pairs, one pair after the other": Document(run=False),
}
"""By the name of the first play or task, where there is something to say."""
