# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX as code, against a stand-in of AWX 24.6.1 that refuses what the real serializers refuse."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from office import COLLECTION, EXTENSIONS, SECRET, Office, awx_collection

from ansible_collections.ndo.ontap.tests.controller.credentials import injected
from ansible_collections.ndo.ontap.tests.integration import playground
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

CREDENTIAL = {"name": "cluster one", "inputs": {"hostname": "cluster1.example.com", "username": "ndo", "password": SECRET}}
SITE: dict[str, Any] = {"awx_setup_credentials": [CREDENTIAL], "awx_setup_credential": "cluster one"}
API = {"awx_setup_engine": "api"}
FEW = {"awx_setup_runbooks": ["node_maintenance", "health", "snapshot_reaper"]}
"""Runbooks with all kinds of objects: the workflow and the schedule come with them."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def test_the_api_itself_sets_everything_up_and_the_second_run_changes_nothing(office: Office) -> None:
    forecast = office.setup("--check", site={**SITE, **API}).good()
    assert office.awx.writes() == [] and forecast.changed["localhost"] == 1

    office.setup("--diff", site={**SITE, **API}).good()
    assert office.refusals() == [] and office.awx.store.ignored == []
    store = office.awx.store
    templates = yaml.safe_load((EXTENSIONS / "job_templates.yml").read_text(encoding="utf-8"))
    assert office.names("job_templates") == sorted(one["name"] for one in templates)
    assert all(row["survey_enabled"] and store.survey(row["id"])["spec"] for row in store.rows("job_templates"))
    assert all([one["name"] for one in store.attached(row, "credentials")] == ["cluster one"] for row in store.rows("job_templates"))
    assert [row["enabled"] for row in store.rows("schedules")] == [False]
    (workflow,) = store.rows("workflow_job_templates")
    assert [row["name"] for row in store.attached(workflow, "notification_templates_error")] == ["ONTAP runbooks"]
    follows = {row["identifier"]: [one["identifier"] for one in store.attached(row, "success_nodes")] for row in store.nodes()}
    assert follows == {"preflight": ["approval"], "approval": ["change"], "change": ["verify"], "verify": []}
    assert all(store.attached(row, edges) == [] for row in store.nodes() for edges in ("failure_nodes", "always_nodes"))

    again = office.setup(site={**SITE, **API}).good()
    assert again.changed["localhost"] == 0 and office.awx.writes() == []


def test_the_modules_of_awx_set_it_up_too_and_both_ways_agree(office: Office) -> None:
    site = {**SITE, **FEW, "awx_setup_engine": "collection"}
    office.setup(site=site, collections=awx_collection()).good()
    assert office.refusals() == [] and len(office.names("workflow_job_templates")) == 1
    other = office.setup(site={**SITE, **FEW, **API}).good()
    assert other.changed["localhost"] == 0 and office.awx.writes() == []
    # A second run of all of them would take as long as the first one; the API has just found all of them unchanged.
    again = office.setup(site={**site, "awx_setup_runbooks": ["snapshot_reaper"]}, collections=awx_collection()).good()
    assert again.changed["localhost"] == 0


def test_the_file_for_awx_import_makes_the_same_objects(office: Office) -> None:
    document = (EXTENSIONS / "awx-import.json").read_text(encoding="utf-8")
    assert SECRET not in document and "password of" not in document
    # Some objects refer to others that awxkit makes later; the second time they are there.
    for _time in range(2):
        office.kit("import", given=document)
    assert office.refusals() == [] and office.awx.store.ignored == []
    run = office.setup(site=API).good()
    assert run.changed["localhost"] == 0 and office.awx.writes() == []
    exported = json.loads(office.kit("export", "--job_templates", "--workflow_job_templates"))
    said = json.loads(document)
    for kind in ("job_templates", "workflow_job_templates"):
        surveys = {one["name"]: one["related"]["survey_spec"] for one in said[kind]}
        assert {one["name"]: one["related"]["survey_spec"] for one in exported[kind]} == surveys


def test_the_file_for_awx_import_is_current(office: Office) -> None:
    objects = office.folder / "objects.json"
    office.finish(office.begin([str(EXTENSIONS / "objects.yml"), "-e", f"objects_file={objects}"])).good()
    checked = [sys.executable, str(COLLECTION / "tools" / "awx_export.py"), str(objects), "--check"]
    done = subprocess.run(checked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_job_with_the_credential_reaches_its_cluster(office: Office) -> None:
    with Simulator("ha_pair") as cluster:
        inputs = {
            "hostname": cluster.host,
            "port": str(cluster.port),
            "username": cluster.username,
            "password": cluster.password,
            "ca": Path(cluster.ca_path).read_text(encoding="utf-8"),
        }
        site = {"awx_setup_credentials": [{"name": "one", "inputs": inputs}], "awx_setup_runbooks": ["health"], **API}
        office.setup(site=site).good()
        (stored,) = office.awx.store.rows("credentials")
        environment, files = injected(office.awx.store.get("credential_types", stored["credential_type"]), stored["inputs"], office.folder)
        for name, content in files.items():
            (office.folder / name).write_text(content, encoding="utf-8")
        assert environment["ONTAP_CERT_FILEPATH"] == "" and environment["ONTAP_VALIDATE_CERTS"] == "true"
        job = office.finish(office.begin(["ndo.ontap.health"], **environment)).good()
        assert job.stats["health"]["localhost"]["healthy"]


def test_what_cannot_be_meant_is_refused_before_the_first_request(office: Office) -> None:
    run = office.setup(site={**API, "awx_setup_project_url": "", "awx_setup_runbooks": ["nothing"]})
    assert run.code != 0 and office.awx.log == []
    assert "awx_setup_project_url is empty" in run.output and "awx_setup_runbooks names nothing" in run.output


def test_the_execution_environment_is_one_for_ansible_builder(tmp_path: Path) -> None:
    builder = shutil.which("ansible-builder")
    assert builder, "ansible-builder is missing: tests/integration/requirements.txt"
    shutil.copy(EXTENSIONS / "execution-environment.yml", tmp_path)
    (tmp_path / "ndo-ontap.tar.gz").write_bytes(b"")
    done = subprocess.run([builder, "create"], cwd=tmp_path, capture_output=True, text=True, timeout=playground.LIMIT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    built = tmp_path / "context" / "_build"
    assert (built / "collections" / "ndo-ontap.tar.gz").is_file()
    assert "ndo-ontap.tar.gz" in (built / "requirements.yml").read_text(encoding="utf-8")
