# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong answers of every survey: each is refused by name, and not one request reaches the cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from office import COLLECTION, EXTENSIONS

from ansible_collections.ndo.ontap.tests.integration import playground
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

GOOD = {
    "cloud_maintenance_source": '{"document": {"DocumentIncarnation": 1, "Events": []}}',
    "san_provision_volume": '{"name": "db"}',
    "san_provision_luns": '[{"name": "data", "size": "1GiB", "os_type": "linux"}]',
    "group_snapshot_members": '[{"source": "/vol/a/b", "clone": "c"}]',
    "group_from_snapshot_sources": '[{"id": "1", "clone": "/vol/a/c"}]',
    "group_from_snapshot_members": '[{"id": "1", "lun": "d"}]',
    "group_from_source_sources": '[{"id": "1", "lun": "/vol/a/b"}]',
    "group_from_source_members": '[{"id": "1", "lun": "d"}]',
}
"""Answers to questions that have to be answered, where a mere name would be wrong itself."""


def surveys() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The surveys with their runbooks."""
    for path in sorted((EXTENSIONS / "surveys").glob("*.yml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))


def limits(runbook: str) -> dict[str, Any]:
    """What a role refuses beyond its argument specification."""
    folder = COLLECTION / "roles" / runbook / "vars"
    files = [path for path in (folder / "main" / "limits.yml", folder / "main.yml") if path.is_file()]
    return yaml.safe_load(files[0].read_text(encoding="utf-8"))[f"__{runbook}_limits"]


def wrong(runbook: str, question: dict[str, Any]) -> list[Any]:
    """Answers that cannot be meant."""
    name, kind = question["variable"], question["type"]
    if kind == "integer":
        # The other end, and other types, are for the unit tests.
        return [limits(runbook)[name]["max"] + 1, *(["ten"] if runbook == "node_maintenance" else [])]
    if kind == "multiplechoice":
        return ["nonsense"]
    if kind == "multiselect":
        return [["nonsense"]] if limits(runbook).get(name, {}).get("choices") else []
    structured = limits(runbook).get(name, {}).get("form") in ("list", "dict")
    # The metadata service of a machine need not be named.
    blank = question["required"] and name != "cloud_maintenance_source"
    return (["{["] if structured else []) + ([" "] if blank else [])


def cases() -> dict[str, dict[str, Any]]:
    """For each runbook one wrong answer of each type, as hosts with their variables."""
    found: dict[str, dict[str, Any]] = {}
    for runbook, questions in surveys():
        needed = {one["variable"]: GOOD.get(one["variable"], "name1") for one in questions if one["required"]}
        seen: set[str] = set()
        for question in questions:
            for value in wrong(runbook, question) if question["type"] not in seen else []:
                name = question["variable"]
                found[f"{name}-{len(found)}"] = {**needed, name: value, "runbook": runbook, "culprit": name}
                seen.add(question["type"])
    return found


def test_wrong_answers_of_every_survey_are_refused_before_the_first_request(tmp_path: Path) -> None:
    hosts = cases()
    assert {one["runbook"] for one in hosts.values()} == {runbook for runbook, _questions in surveys()}
    run_it = {"name": "Run the role", "ansible.builtin.include_role": {"name": "ndo.ontap.{{ runbook }}"}}
    not_refused = {"name": "It was not refused", "ansible.builtin.fail": {"msg": "It was not refused."}}
    named = {"that": "culprit in ansible_failed_result | to_json", "fail_msg": "{{ ansible_failed_result | to_json }}", "quiet": True}
    see = {"name": "The culprit is named", "ansible.builtin.assert": named}
    attempt = [{"name": "Try it", "block": [run_it, not_refused], "rescue": [see]}]
    player = playground.Player(tmp_path)
    with Simulator("ha_pair") as cluster:
        connection = playground.Cluster(cluster).connection
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "ontap_connection": connection,
        }
        inventory = {"all": {"hosts": hosts, "vars": common}}
        (tmp_path / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
        defaults = {"group/ndo.ontap.ontap": "{{ ontap_connection }}"}
        book = [{"name": "Wrong answers", "hosts": "all", "gather_facts": False, "module_defaults": defaults, "tasks": attempt}]
        (tmp_path / "book.yml").write_text(json.dumps(book), encoding="utf-8")
        run = player.finish(player.begin(["-i", "inventory.yml", "book.yml", "--forks", "4"]))
        assert not run.failed, {host: run.failures[host] for host in run.failed}
        assert run.code == 0, run.output
        assert cluster.log.entries == []
