# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host needs (volume, LUN, igroup, map) in as few requests as the API allows, and a thousand LUNs in one task."""

from __future__ import annotations

from typing import Any

import pytest

JOBS = ("volume_job", "lun_job", "snapshot_job", "qos_job")
HOST = "iqn.1994-05.com.example:db1"
COUNT = 1000
LONGEST = 4000
"""Characters of a query that every web server and proxy lets pass."""

Task = tuple[str, dict[str, Any]]


def stack(svm: str = "san1", name: str = "db1", aggregate: str = "aggr1_ndo_01") -> list[Task]:
    """The tasks that give a host a LUN on a volume of its own."""
    path = f"/vol/{name}/data"
    return [
        (
            "volume",
            {"svm": svm, "name": name, "aggregate": aggregate, "size": "20GiB", "space_guarantee": "none", "snapshot_policy": "none"},
        ),
        ("lun", {"svm": svm, "name": path, "size": "10GiB", "os_type": "linux", "comment": svm}),
        ("igroup", {"svm": svm, "name": name, "os_type": "linux", "protocol": "iscsi", "initiators": [HOST]}),
        ("lun_map", {"svm": svm, "lun": path, "igroup": name, "lun_id": 7}),
    ]


IDENTITY = {"volume": ("svm", "name"), "lun": ("svm", "name"), "igroup": ("svm", "name"), "lun_map": ("svm", "lun", "igroup")}


def removal(tasks: list[Task], **more: dict[str, Any]) -> list[Task]:
    """The tasks that take it away again, in the order in which nothing is in use any more; `more` are options by module."""
    order = ("lun_map", "igroup", "lun", "volume")
    gone = {module: {key: options[key] for key in IDENTITY[module]} for module, options in tasks}
    return [(module, {**gone[module], "state": "absent", **more.get(module, {})}) for module in order]


def carry_out(cluster: Any, tasks: list[Task]) -> tuple[list[str], list[int]]:
    """Run the tasks: what each did, and how many requests each sent, all of them over one connection."""
    actions, counts = [], []
    for module, options in tasks:
        cluster.forget()
        result = cluster.run(module, **options)
        assert not result.get("failed"), result
        assert len({entry["connection"] for entry in cluster.requests()}) == 1
        actions.append(" ".join(result["actions"]))
        counts.append(len(cluster.requests()))
    return actions, counts


@pytest.fixture
def cluster(lab: Any) -> Any:
    """Two SVMs with the same names of everything, where jobs are over at once."""
    found = lab("san")
    found.world.settings.update(dict.fromkeys(JOBS, 0))
    return found


def rows(cluster: Any, table: str, **fields: Any) -> list[dict[str, Any]]:
    """Rows of the simulated cluster with these values."""
    return [row for row in cluster.world.store.each(table) if all(row.get(key) == value for key, value in fields.items())]


def test_a_stack_takes_eight_requests_to_make_and_four_to_find(cluster: Any) -> None:
    assert carry_out(cluster, stack()) == (["create"] * 4, [2, 2, 2, 2])
    assert carry_out(cluster, stack()) == ([""] * 4, [1, 1, 1, 1])


def test_a_stack_takes_two_requests_each_to_delete_when_nothing_need_be_asked(cluster: Any) -> None:
    carry_out(cluster, stack())
    accepted = removal(stack(), lun_map={"allow_in_use": True}, volume={"accept": ["mapped_luns"]})
    assert carry_out(cluster, accepted) == (["delete"] * 4, [2, 2, 2, 2])
    assert carry_out(cluster, removal(stack())) == ([""] * 4, [1, 1, 1, 1])


def test_who_uses_a_map_and_a_volume_costs_one_request_each(cluster: Any) -> None:
    carry_out(cluster, stack())
    for module, options in removal(stack()):
        carry_out(cluster, [(module, options)])
        asked = {"lun_map": ["/api/protocols/san/iscsi/sessions"], "volume": ["/api/storage/luns"]}.get(module, [])
        assert [entry["path"] for entry in cluster.requests("GET")[1:]] == asked
        assert len(cluster.writes()) == 1


ASKED = {
    "mapped_luns": "/api/storage/luns",
    "smb_clients": "/api/protocols/cifs/sessions",
    "nfs_clients": "/api/protocols/nfs/connected-clients",
}
"""What the preflight of a mounted volume without snapshots and clones reads, by the word that accepts it."""


@pytest.mark.parametrize(
    "accepted", [[], ["mapped_luns"], ["smb_clients", "nfs_clients"], list(ASKED)], ids=lambda words: " ".join(words) or "nothing"
)
def test_a_mounted_volume_takes_an_unmount_and_a_read_for_each_use_that_is_not_accepted(cluster: Any, accepted: list[str]) -> None:
    (_volume, options), *_rest = stack()
    carry_out(cluster, [("volume", {**options, "junction_path": "/db1"})])
    carry_out(cluster, [("volume", {"svm": "san1", "name": "db1", "state": "absent", "accept": accepted})])
    sent = [(entry["method"], entry["path"]) for entry in cluster.requests()]
    (uuid,) = {path.rpartition("/")[2] for method, path in sent if method == "DELETE"}
    questions = [("GET", path) for word, path in ASKED.items() if word not in accepted]
    volume = f"/api/storage/volumes/{uuid}"
    assert sent == [("GET", "/api/storage/volumes"), *questions, ("PATCH", volume), ("DELETE", volume)]


def test_the_order_is_enforced_by_refusals_that_name_what_is_in_the_way(cluster: Any) -> None:
    carry_out(cluster, stack())
    for module, options in removal(stack())[1:]:
        cluster.forget()
        result = cluster.run(module, **options)
        assert result["failed"] and "db1" in result["msg"] and result["error"]["kind"] == "Refused"
        assert cluster.writes() == []


def test_stacks_of_the_same_names_in_two_svms_are_two_stacks(cluster: Any) -> None:
    stacks = [stack("san1"), stack("san2")]
    for tasks in stacks:
        assert carry_out(cluster, tasks) == (["create"] * 4, [2, 2, 2, 2])
    assert {row["comment"] for row in rows(cluster, "luns", name="/vol/db1/data")} == {"san1", "san2"}
    carry_out(cluster, removal(stacks[0]))
    assert carry_out(cluster, stacks[1]) == ([""] * 4, [1, 1, 1, 1])
    assert [row["svm"]["name"] for table in ("volumes", "igroups") for row in rows(cluster, table, name="db1")] == ["san2", "san2"]
    (left,) = rows(cluster, "luns", name="/vol/db1/data")
    assert left["svm"]["name"] == left["comment"] == "san2"


def of_svm(cluster: Any, svm: str) -> set[str]:
    """The paths of the LUNs of an SVM."""
    return {row["name"] for row in cluster.world.store.each("luns") if row["svm"]["name"] == svm}


def luns(*paths: str) -> dict[str, Any]:
    """A task that has these LUNs."""
    return {"svm": "san1", "os_type": "linux", "size": "4MiB", "items": [{"name": path} for path in paths]}


ONE_VOLUME = [f"/vol/vol1/l{number:04d}" for number in range(COUNT)]
VOLUMES = [f"a_volume_whose_name_is_longer_than_it_need_be_{number:02d}" for number in range(50)]
MANY_VOLUMES = [f"/vol/{VOLUMES[number % 50]}/l{number:04d}" for number in range(COUNT)]


@pytest.mark.parametrize("paths", [ONE_VOLUME, MANY_VOLUMES], ids=["one volume", "names of volumes that fit into no address either"])
def test_a_thousand_luns_are_read_once_and_not_one_by_one(cluster: Any, paths: list[str]) -> None:
    common = {"svm": "san1", "aggregate": "aggr1_ndo_01", "size": "1GiB"}
    assert len(cluster.run("volume", **common, items=[{"name": name} for name in VOLUMES])["results"]) == len(VOLUMES)
    before = of_svm(cluster, "san1"), of_svm(cluster, "san2")
    cluster.forget()
    made = cluster.run("lun", **luns(*paths))
    assert made["actions"] == [f"create LUN {path}" for path in paths]
    assert [len(cluster.requests(method)) for method in ("GET", "POST", "PATCH", "DELETE")] == [1, COUNT, 0, 0]
    assert (of_svm(cluster, "san1"), of_svm(cluster, "san2")) == (before[0] | set(paths), before[1])
    cluster.forget()
    again = cluster.run("lun", **luns(*paths))
    assert not again["changed"] and {one["status"] for one in again["results"]} == {"ok"}
    assert [entry["method"] for entry in cluster.requests()] == ["GET"]
    (read,) = cluster.requests()
    assert "l0000" not in read["query"] and "san1" in read["query"] and len(read["query"]) < LONGEST
    cluster.forget()
    wanted = luns(*paths)
    wanted["items"][500]["comment"] = "other"
    assert cluster.run("lun", **wanted)["actions"] == [f"modify LUN {paths[500]}"]
    assert [entry["method"] for entry in cluster.requests()] == ["GET", "PATCH"]


def test_names_that_fit_into_an_address_are_asked_for_by_name(cluster: Any) -> None:
    paths = ONE_VOLUME[:50]
    assert cluster.run("lun", **luns(*paths))["changed"]
    cluster.forget()
    assert not cluster.run("lun", **luns(*paths))["changed"]
    (read,) = cluster.requests()
    assert "l0000" in read["query"] and "l0049" in read["query"] and len(read["query"]) < LONGEST
