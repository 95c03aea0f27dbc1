# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in of AWX refuses what the real server refuses; each case is a request that the sources of AWX name a refusal for."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ansible_collections.ndo.ontap.tests.controller.credentials import injected
from ansible_collections.ndo.ontap.tests.controller.fields import Refused
from ansible_collections.ndo.ontap.tests.controller.server import PASSWORD, USER, Controller
from ansible_collections.ndo.ontap.tests.controller.surveys import check_spec, extra_vars

QUESTION = {"question_name": "Nodes", "variable": "nodes", "type": "text", "required": True, "min": 1, "max": 9}
RULE = "DTSTART:20260101T000000Z RRULE:FREQ=HOURLY;INTERVAL=1"


class Client:
    """Somebody who talks to the stand-in."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """Send a request; returns status and body."""
        url = path if path.startswith("/") else f"/api/v2/{path}"
        answer = requests.request(method, self.controller.url + url, json=body, params=query, auth=(USER, PASSWORD), timeout=10)
        return answer.status_code, answer.json() if answer.content else None

    def made(self, path: str, **body: Any) -> int:
        """Create an object; returns its id."""
        status, said = self.call("POST", f"{path}/", body)
        assert status == 201, said
        return int(said["id"])

    def project(self) -> int:
        """A project whose files are there."""
        number = self.made("projects", name="p", organization=1, scm_type="git", scm_url="https://git.example.com/p.git")
        assert self.call("GET", f"projects/{number}/")[1]["status"] == "successful"
        return number

    def template(self, **more: Any) -> int:
        """A job template."""
        inventory = self.made("inventories", name="i", organization=1)
        return self.made("job_templates", name="t", project=self.project(), inventory=inventory, playbook="playbooks/health.yml", **more)


@pytest.fixture
def client() -> Iterator[Client]:
    with Controller(["playbooks/health.yml"]) as controller:
        yield Client(controller)


TYPE: dict[str, Any] = {
    "name": "T",
    "kind": "cloud",
    "inputs": {"fields": [{"id": "host", "label": "Host"}, {"id": "key", "label": "Key", "secret": True}], "required": ["host"]},
    "injectors": {"env": {"X_HOST": "{{ host }}", "X_KEY": "{{ tower.filename.key }}"}, "file": {"template.key": "{{ key }}"}},
}


def test_who_is_not_logged_in_sees_only_where_to_log_in(client: Client) -> None:
    assert requests.get(f"{client.controller.url}/api/v2/", timeout=10).status_code == 200
    assert requests.get(f"{client.controller.url}/api/v2/projects/", timeout=10).status_code == 401
    wrong = requests.get(f"{client.controller.url}/api/v2/projects/", auth=(USER, "wrong"), timeout=10)
    assert wrong.status_code == 401 and "Authentication credentials" in wrong.json()["detail"]


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("kind", "ssh", "Must be 'cloud' or 'net'"),
        ("inputs.fields", [{"id": "tower", "label": "x"}], "reserved field name"),
        ("inputs.fields", [{"id": "a", "label": "x"}, {"id": "a", "label": "y"}], "must be unique"),
        ("inputs.fields", [{"id": "a"}], "lacks id or label"),
        ("inputs.fields", [{"id": "a", "label": "x", "type": "boolean", "secret": True}], "not allowed for boolean"),
        ("inputs.fields", [{"id": "a", "label": "x", "type": "boolean", "default": "yes"}], "is not a boolean"),
        ("inputs.more", [], "Additional properties"),
        ("injectors.env", {"X": "{{ nobody }}"}, "undefined field"),
        ("injectors.env", {"X": "{{ tower.filename.none }}"}, "undefined field"),
        ("injectors.env", {"ANSIBLE_X": "1"}, "may affect Ansible configuration"),
        ("injectors.env", {"PATH": "/"}, "not allowed to be used"),
        ("injectors.env", {"X": "{{ host"}, "Syntax error"),
        ("injectors.file", {"template": "a", "template.key": "b"}, "multi-file syntax"),
    ],
)
def test_credential_type_that_makes_no_sense_is_refused(client: Client, where: str, value: Any, words: str) -> None:
    body = copy.deepcopy(TYPE)
    *path, last = where.split(".")
    (body[path[0]] if path else body)[last] = value
    status, said = client.call("POST", "credential_types/", body)
    assert status == 400 and words in str(said)


def test_secrets_are_not_shown_and_stay_when_they_are_not_said_again(client: Client) -> None:
    kind = client.made("credential_types", **TYPE)
    number = client.made("credentials", name="c", organization=1, credential_type=kind, inputs={"host": "h", "key": "secret"})
    shown = client.call("GET", f"credentials/{number}/")[1]
    assert shown["inputs"] == {"host": "h", "key": "$encrypted$"} and "secret" not in str(shown)
    assert client.call("PATCH", f"credentials/{number}/", {"inputs": {"host": "other", "key": "$encrypted$"}})[0] == 200
    assert client.controller.store.get("credentials", number)["inputs"] == {"host": "other", "key": "secret"}


def test_credential_that_does_not_fit_its_type_is_refused(client: Client) -> None:
    kind = client.made("credential_types", **TYPE)
    for inputs, words in (({"user": "x"}, "unexpected"), ({"key": "$encrypted$"}, "reserved keyword"), ({"host": 7}, "not of type")):
        status, said = client.call("POST", "credentials/", {"name": "c", "organization": 1, "credential_type": kind, "inputs": inputs})
        assert status == 400 and words in str(said)
    assert client.call("POST", "credentials/", {"name": "c", "credential_type": kind, "inputs": {}})[0] == 400


def test_type_in_use_keeps_its_inputs(client: Client) -> None:
    kind = client.made("credential_types", **TYPE)
    client.made("credentials", name="c", organization=1, credential_type=kind, inputs={})
    assert client.call("PATCH", f"credential_types/{kind}/", {"inputs": {"fields": []}, "injectors": {}})[0] == 403
    assert client.call("PATCH", f"credential_types/{kind}/", {"injectors": {"env": {"X": "{{ host }}"}}})[0] == 200


def test_job_template_needs_a_playbook_that_the_project_has(client: Client) -> None:
    project = client.made("projects", name="p", organization=1, scm_type="git", scm_url="https://git.example.com/p.git")
    body = {"name": "t", "project": project, "playbook": "playbooks/health.yml"}
    assert client.call("POST", "job_templates/", body)[1] == {"playbook": ["Playbook not found for project."]}
    client.call("GET", f"projects/{project}/")
    assert "inventory" in client.call("POST", "job_templates/", body)[1]
    assert client.call("POST", "job_templates/", {**body, "playbook": "none.yml"})[1] == {"playbook": ["Playbook not found for project."]}
    assert client.call("POST", "job_templates/", {"name": "t"})[1] == {"project": ["This field is required."]}
    assert client.call("POST", "job_templates/", {**body, "ask_inventory_on_launch": True})[0] == 201
    again = client.call("POST", "job_templates/", {**body, "ask_inventory_on_launch": True})
    assert again == (400, {"__all__": ["Job template with this Name and Organization already exists."]})


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("projects", {"name": "x", "scm_type": "git"}, "scm_url"),
        ("inventories", {"name": "x"}, "organization"),
        ("inventories", {"name": "x", "organization": 99}, "organization"),
        ("inventories", {"name": "x", "organization": "Default"}, "organization"),
        ("inventories", {"name": "x", "organization": 1, "variables": "a"}, "variables"),
        ("inventories", {"name": "x" * 513, "organization": 1}, "name"),
        ("execution_environments", {"name": "x"}, "image"),
        ("execution_environments", {"name": "x", "image": "y", "pull": "often"}, "pull"),
        ("notification_templates", {"name": "x", "organization": 1, "notification_type": "webhook"}, "notification_configuration"),
        ("schedules", {"name": "x", "unified_job_template": 1, "rrule": RULE}, "unified_job_template"),
    ],
)
def test_object_that_lacks_something_is_refused_at_that_field(client: Client, path: str, body: dict[str, Any], field: str) -> None:
    status, said = client.call("POST", f"{path}/", body)
    assert status == 400 and field in said


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=1", "Valid DTSTART required"),
        ("DTSTART:20300308T050000 RRULE:FREQ=DAILY;INTERVAL=1", "naive datetime"),
        ("DTSTART:20300308T050000Z DTSTART:20310308T050000Z RRULE:FREQ=DAILY;INTERVAL=1", "Multiple DTSTART"),
        ("DTSTART:20300308T050000Z", "One or more rule required"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=DAILY", "INTERVAL required"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=SECONDLY;INTERVAL=5", "SECONDLY"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=5;UNTIL=20400101T000000Z", "both COUNT and UNTIL"),
        ("DTSTART:20300308T050000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=2000", "COUNT > 999"),
    ],
)
def test_rule_of_a_schedule_is_checked(client: Client, rule: str, words: str) -> None:
    template = client.template()
    status, said = client.call("POST", f"job_templates/{template}/schedules/", {"name": "s", "rrule": rule})
    assert status == 400 and words in str(said["rrule"])
    assert client.call("POST", f"job_templates/{template}/schedules/", {"name": "s", "rrule": RULE})[0] == 201


def test_schedule_can_only_say_what_the_survey_asks(client: Client) -> None:
    template = client.template(survey_enabled=True)
    client.call("POST", f"job_templates/{template}/survey_spec/", {"name": "", "description": "", "spec": [QUESTION]})
    path = f"job_templates/{template}/schedules/"
    for answers in ({"other": 1}, {"nodes": ""}, {"nodes": 7}):
        assert client.call("POST", path, {"name": "s", "rrule": RULE, "extra_data": answers})[0] == 400
    assert client.call("POST", path, {"name": "s", "rrule": RULE, "extra_data": {"nodes": "ndo-01"}})[0] == 201


def test_two_credentials_of_one_type_are_refused(client: Client) -> None:
    template = client.template()
    kind = client.made("credential_types", **TYPE)
    one, two = (client.made("credentials", name=name, organization=1, credential_type=kind, inputs={}) for name in ("c1", "c2"))
    path = f"job_templates/{template}/credentials/"
    assert client.call("POST", path, {"id": one}) == (204, None)
    assert client.call("POST", path, {"id": two}) == (400, {"error": "Cannot assign multiple T credentials."})
    assert client.call("POST", path, {"id": one, "disassociate": True})[0] == 204
    assert client.call("POST", path, {"id": two})[0] == 204
    assert [row["name"] for row in client.call("GET", path)[1]["results"]] == ["c2"]


def test_nodes_of_a_workflow_do_not_lead_in_a_circle(client: Client) -> None:
    template = client.template()
    workflow = client.made("workflow_job_templates", name="w", organization=1)
    nodes = [
        client.made("workflow_job_template_nodes", workflow_job_template=workflow, unified_job_template=template, identifier=name)
        for name in ("a", "b")
    ]
    assert client.call("POST", f"workflow_job_template_nodes/{nodes[0]}/success_nodes/", {"id": nodes[1]})[0] == 204
    back = client.call("POST", f"workflow_job_template_nodes/{nodes[1]}/failure_nodes/", {"id": nodes[0]})
    assert back == (400, {"Error": "Cycle detected."})
    assert client.call("POST", f"workflow_job_template_nodes/{nodes[1]}/create_approval_template/", {"timeout": 5})[0] == 400
    status, approval = client.call("POST", f"workflow_job_template_nodes/{nodes[1]}/create_approval_template/", {"name": "ok?"})
    assert status == 201 and approval["type"] == "workflow_approval_template"
    assert client.call("GET", f"workflow_job_template_nodes/{nodes[1]}/")[1]["related"]["unified_job_template"] == approval["url"]


def test_lists_have_pages_and_know_their_filters(client: Client) -> None:
    for number in range(30):
        client.made("inventories", name=f"i{number}", organization=1)
    first = client.call("GET", "inventories/")[1]
    assert first["count"] == 30 and len(first["results"]) == 25
    assert len(client.call("GET", first["next"])[1]["results"]) == 5
    assert [row["name"] for row in client.call("GET", "inventories/", name="i7")[1]["results"]] == ["i7"]
    assert client.call("GET", "inventories/", colour="red")[0] == 400
    assert client.call("GET", "inventories/", organization="Default")[0] == 400
    assert client.call("GET", "inventories/999/")[0] == 404
    assert client.call("GET", "nothing/")[0] == 404
    assert client.call("POST", "unified_job_templates/", {})[0] == 405


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "boolean"}, "allowed question types"),
        ({"required": "yes"}, "expected to be boolean"),
        ({"min": "1"}, "expected to be integer"),
        ({"type": "integer", "default": "1"}, "expected to be int"),
        ({"type": "multiplechoice"}, "must specify choices"),
        ({"type": "multiplechoice", "choices": ["a"], "default": "b"}, "answered from the choices"),
        ({"type": "multiselect", "choices": ["a"], "default": ""}, "answered from the choices"),
        ({"type": "multiselect", "choices": ["a"], "default": ["a"]}, "expected to be str"),
        ({"type": "multiplechoice", "choices": ["a", "b"], "default": "a\nb"}, "only have one default"),
        ({"default": "$encrypted$"}, "reserved keyword"),
    ],
)
def test_survey_that_awx_refuses_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_spec({"name": "", "description": "", "spec": [{**QUESTION, **change}]})


def test_survey_needs_its_frame_and_different_variables() -> None:
    for spec in ({"name": "", "spec": [QUESTION]}, {"name": "", "description": "", "spec": []}):
        with pytest.raises(Refused):
            check_spec(spec)
    with pytest.raises(Refused, match="duplicated"):
        check_spec({"name": "", "description": "", "spec": [QUESTION, QUESTION]})


def test_defaults_that_are_no_answers_are_not_sent() -> None:
    spec = [
        {**QUESTION, "required": False, "default": ""},
        {**QUESTION, "variable": "more", "required": False, "min": 0, "default": ""},
        {**QUESTION, "variable": "media", "required": False, "type": "multiselect", "choices": ["a"], "default": "a"},
    ]
    assert extra_vars({"spec": spec}, {}) == {"more": ""}
    assert extra_vars({"spec": spec}, {"nodes": "n", "media": ["a"]}) == {"nodes": "n", "media": ["a"], "more": ""}


def test_credential_gives_files_and_variables() -> None:
    environment, files = injected(TYPE, {"host": "h", "key": "k"})
    assert environment == {"X_HOST": "h", "X_KEY": "/runner/env/template.key"} and files == {"template.key": "k"}
