# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module awx_object, by its real main(), against the stand-in of AWX."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.tests.controller.server import PASSWORD, USER, Controller
from ansible_collections.ndo.ontap.tests.unit import harness

PROJECT = {"organization": "Default", "scm_type": "git", "scm_url": "https://git.example.com/p.git"}
SURVEY = {
    "name": "",
    "description": "",
    "spec": [{"question_name": "Nodes", "variable": "nodes", "type": "text", "required": False, "min": 0, "max": 9, "default": ""}],
}
TYPE = {"kind": "cloud", "inputs": {"fields": [{"id": "key", "type": "string", "label": "Key", "secret": True}]}, "injectors": {}}


class Task:
    """Somebody who runs the module."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller

    def run(self, kind: str, name: str, /, check: bool = False, **more: Any) -> dict[str, Any]:
        """Run it; settings are given as they are, what begins with an underscore is an option."""
        options = {key[1:]: value for key, value in more.items() if key.startswith("_")}
        settings = {key: value for key, value in more.items() if not key.startswith("_")}
        login = {"controller_host": self.controller.url, "controller_username": USER, "controller_password": PASSWORD}
        return harness.run_ordinary("awx_object", {**login, "kind": kind, "name": name, "settings": settings, **options}, check)

    def lawful(self, kind: str, name: str, /, *actions: str, **more: Any) -> dict[str, Any]:
        """The forecast is the outcome, a dry run sends reads only, and a second run changes nothing; returns the outcome."""
        self.controller.log.clear()
        forecast = self.run(kind, name, check=True, **more)
        assert self.controller.writes() == [] and forecast["actions"] == list(actions), forecast
        outcome = self.run(kind, name, **more)
        assert not outcome.get("failed") and outcome["changed"] and outcome["actions"] == list(actions)
        assert forecast["diff"] == outcome["diff"] and forecast["changed"]
        again = self.run(kind, name, **more)
        assert not again["changed"] and again["actions"] == [] and again["diff"] == {"before": {}, "after": {}}
        assert again["record"] == outcome["record"] or actions == ("delete",)
        assert PASSWORD not in json.dumps([forecast, outcome, again])
        return outcome


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Iterator[Task]:
    # A setting of the machine must not say where the controller is.
    for name in ("HOST", "USERNAME", "PASSWORD", "OAUTH_TOKEN", "VERIFY_SSL"):
        monkeypatch.delenv(f"CONTROLLER_{name}", raising=False)
    monkeypatch.setattr(waiting, "backoff", lambda *_args: 0.0)
    with Controller(["playbooks/health.yml"]) as controller:
        yield Task(controller)


def template(task: Task, **more: Any) -> dict[str, Any]:
    """The settings of a job template, with what it needs."""
    task.run("project", "p", **PROJECT)
    task.run("inventory", "i", organization="Default")
    return {"project": "p", "inventory": "i", "playbook": "playbooks/health.yml", **more}


def test_inventory_is_made_changed_and_left_alone(task: Task) -> None:
    task.lawful("inventory", "i", "create", organization="Default", variables={"a": 1})
    outcome = task.lawful("inventory", "i", "change", organization="Default", variables={"a": 2}, description="all")
    assert outcome["diff"]["after"] == {"description": "all", "variables": '{"a": 2}'}
    assert task.controller.store.ignored == []


def test_only_what_differs_is_sent(task: Task) -> None:
    task.run("inventory", "i", organization="Default", description="one")
    task.controller.log.clear()
    task.run("inventory", "i", organization="Default", description="two")
    assert task.controller.writes() == ["PATCH /api/v2/inventories/6/"]
    assert task.run("inventory", "i", description="two")["api"]["requests"] == 1


def test_project_is_waited_for_so_that_its_playbooks_are_there(task: Task) -> None:
    outcome = task.lawful("project", "p", "create", **PROJECT)
    assert outcome["record"]["name"] == "p" and task.controller.store.rows("projects")[0]["status"] == "successful"


def test_job_template_has_a_survey_and_credentials(task: Task) -> None:
    settings = template(task, survey_enabled=True, survey_spec=SURVEY, credentials=["c"])
    task.run("credential_type", "T", **TYPE)
    task.run("credential", "c", organization="Default", credential_type="T", inputs={"key": "secret"})
    task.lawful("job_template", "t", "create", "survey", "credentials", **settings)
    task.run("credential", "other", organization="Default", credential_type="T", inputs={"key": "secret"})
    task.lawful("job_template", "t", "credentials", **{**settings, "credentials": ["other"]})
    other = {**SURVEY, "description": "more"}
    task.lawful("job_template", "t", "survey", "credentials", **{**settings, "survey_spec": other, "credentials": []})


def test_secret_is_set_once_and_never_shown(task: Task) -> None:
    task.run("credential_type", "T", **TYPE)
    wanted: dict[str, Any] = {"organization": "Default", "credential_type": "T", "inputs": {"key": "very secret"}}
    outcome = task.lawful("credential", "c", "create", **wanted)
    assert outcome["diff"]["after"]["inputs"] == ["key"]
    anew = task.run("credential", "c", _update_secrets=True, **wanted)
    assert anew["actions"] == ["change"] and "very secret" not in json.dumps({**anew, "invocation": {}})
    assert task.controller.store.rows("credentials")[0]["inputs"] == {"key": "very secret"}


def test_workflow_with_an_approval(task: Task) -> None:
    task.run("job_template", "t", **template(task))
    task.run("workflow_job_template", "w", organization="Default")
    step = {"workflow_job_template": "w"}
    task.lawful("workflow_job_template_node", "first", "create", unified_job_template="t", **step)
    task.lawful("workflow_job_template_node", "ask", "create", "approval", approval_node={"name": "Go?", "timeout": 60}, **step)
    task.lawful("workflow_job_template_node", "ask", "approval", approval_node={"name": "Go?", "timeout": 90}, **step)
    task.lawful("workflow_job_template_node", "first", "success_nodes", success_nodes=["ask"], **step)


def test_schedule_that_is_disabled(task: Task) -> None:
    task.run("job_template", "t", **template(task))
    rule = "DTSTART:20260101T000000Z RRULE:FREQ=HOURLY;INTERVAL=1"
    task.lawful("schedule", "s", "create", unified_job_template="t", rrule=rule, enabled=False)


def test_object_is_taken_away(task: Task) -> None:
    task.run("inventory", "i", organization="Default")
    outcome = task.lawful("inventory", "i", "delete", organization="Default", _state="absent")
    assert outcome["diff"] == {"before": {"state": "present"}, "after": {"state": "absent"}}


def test_dry_run_on_an_empty_controller_foretells_everything(task: Task) -> None:
    assert task.run("job_template", "t", check=True, project="p", inventory="i", playbook="x.yml", survey_spec=SURVEY)["actions"] == [
        "create",
        "survey",
    ]
    assert task.run("schedule", "s", check=True, unified_job_template="t", rrule="x")["changed"]


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("inventory", {"organisation": "Default"}, "A setting organisation is unknown"),
        ("inventory", {"organization": "None"}, "organizations has nothing of this name"),
        ("inventory", {}, "organization: This field is required."),
        ("project", {"scm_type": "git"}, "SCM URL is required."),
        ("schedule", {"unified_job_template": "none", "rrule": "x"}, "unified_job_templates has nothing of this name"),
    ],
)
def test_refusal_is_told_in_words(task: Task, kind: str, settings: dict[str, Any], words: str) -> None:
    failure = task.run(kind, "x", **settings)
    assert failure["failed"] and words in failure["msg"]


def test_wrong_login_and_no_controller_are_told_apart(task: Task) -> None:
    refused = task.run("inventory", "i", _controller_password="wrong", organization="Default")
    assert refused["error"]["kind"] == "AuthenticationFailed" and "wrong" not in refused["msg"]
    nobody = task.run("inventory", "i", _controller_host="http://127.0.0.1:1", organization="Default")
    assert nobody["error"]["kind"] == "Unreachable" and "controller_host" in nobody["msg"]
    elsewhere = task.run("inventory", "i", _controller_host=f"{task.controller.url}/elsewhere", organization="Default")
    assert elsewhere["failed"]


def test_token_is_enough(task: Task) -> None:
    task.controller.tokens["a-token"] = 1
    login = {"controller_host": task.controller.url, "controller_oauthtoken": "a-token"}
    found = harness.run_ordinary("awx_object", {**login, "kind": "organization", "name": "Default"})
    assert not found.get("failed") and found["record"] == {"id": 1, "name": "Default"}


def test_name_that_is_there_twice_is_not_guessed(task: Task) -> None:
    task.run("organization", "Other")
    for owner in ("Default", "Other"):
        task.run("inventory", "i", organization=owner)
    assert task.run("inventory", "i", description="x")["error"]["kind"] == "Ambiguous"
    assert task.run("inventory", "i", organization="Other", description="x")["actions"] == ["change"]
