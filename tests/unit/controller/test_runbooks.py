# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The surveys of the job templates are held against the roles: names, types, ranges, defaults; and nothing of them is a secret."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.ndo.ontap.plugins.filter.answers import answer, refused
from ansible_collections.ndo.ontap.plugins.module_utils.module import CREDENTIAL_WORDS
from ansible_collections.ndo.ontap.tests.controller.surveys import check_spec, extra_vars

ROOT = Path(__file__).resolve().parents[3]
AWX = ROOT / "extensions" / "awx"
TEMPLATES: list[dict[str, str]] = yaml.safe_load((AWX / "job_templates.yml").read_text(encoding="utf-8"))
RUNBOOKS = sorted({one["runbook"] for one in TEMPLATES})
OWN = {"awx_setup"}
"""Playbooks that are no job templates: this one makes them."""

DANGEROUS = ("accept", "allow", "adopt", "hold", "replace", "create_peer", "management", "approve", "purge")
"""Words in the names of variables that take a risk when they are true, or are not empty."""


@functools.cache
def read(path: Path) -> Any:
    """What a file says."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def survey(runbook: str) -> list[dict[str, Any]]:
    """The questions of a survey."""
    return read(AWX / "surveys" / f"{runbook}.yml")


def options(runbook: str) -> dict[str, dict[str, Any]]:
    """The variables of a role, by its argument specification."""
    return read(ROOT / "roles" / runbook / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]


def limits(runbook: str) -> dict[str, dict[str, Any]]:
    """What the role refuses beyond that."""
    folder = ROOT / "roles" / runbook / "vars"
    files = sorted([*folder.glob("main/limits.yml"), *folder.glob("main.yml")])
    return next(said[f"__{runbook}_limits"] for said in map(read, files) if f"__{runbook}_limits" in said)


QUESTIONS = [(runbook, question) for runbook in RUNBOOKS for question in survey(runbook)]
EACH = pytest.mark.parametrize(("runbook", "question"), QUESTIONS, ids=[question["variable"] for _runbook, question in QUESTIONS])


def test_each_playbook_has_a_job_template_and_each_survey_is_used() -> None:
    playbooks = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    assert playbooks - OWN == set(RUNBOOKS) == {path.stem for path in (AWX / "surveys").glob("*.yml")}
    assert len({one["name"] for one in TEMPLATES}) == len(TEMPLATES)


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_survey_is_one_that_awx_takes(runbook: str) -> None:
    assert check_spec({"name": "", "description": "", "spec": survey(runbook)})


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_everything_that_the_role_needs_is_asked_and_has_to_be_answered(runbook: str) -> None:
    needed = {name for name, option in options(runbook).items() if option.get("required")}
    assert needed <= {question["variable"] for question in survey(runbook) if question["required"]}


@EACH
def test_question_is_about_a_variable_of_the_role_and_fits_its_type(runbook: str, question: dict[str, Any]) -> None:
    option = options(runbook)[question["variable"]]
    kinds = {
        "str": {"text", "multiplechoice"},
        "int": {"integer"},
        "bool": {"multiplechoice"},
        "list": {"text", "textarea", "multiselect"},
        "dict": {"textarea"},
        "raw": {"text", "textarea", "multiselect"},
    }
    assert question["type"] in kinds[option["type"]]
    if option["type"] == "bool":
        assert question["choices"] == ["false", "true"]
    elif "choices" in option:
        assert set(question["choices"]) <= set(option["choices"])


@EACH
def test_default_is_that_of_the_role(runbook: str, question: dict[str, Any]) -> None:
    option = options(runbook)[question["variable"]]
    if question["required"] or question["variable"] in ("share_relocate_phase", "san_decommission_until"):
        return
    given = question.get("default", "")
    form = {"list": "names", "raw": "names", "dict": "dict"}.get(option["type"], "")
    expected = read(ROOT / "roles" / runbook / "defaults" / "main.yml")[question["variable"]]
    if option["type"] == "bool":
        assert given == str(expected).lower()
    elif question["type"] == "integer":
        assert given == expected
    elif question["type"] == "multiselect" or form:
        assert answer(given, form) == (expected or ({} if form == "dict" else []))
    else:
        assert given == (expected or "")


def test_the_two_defaults_that_differ_are_the_safer_ones() -> None:
    defaults = {question["variable"]: question.get("default") for _runbook, question in QUESTIONS}
    assert defaults["share_relocate_phase"] == "start" and defaults["san_decommission_until"] == "unmapped"


@EACH
def test_nothing_dangerous_is_accepted_by_default(runbook: str, question: dict[str, Any]) -> None:
    words = question["variable"].replace(f"{runbook}_", "", 1).split("_")
    if any(word in words for word in DANGEROUS) or "create_peer" in question["variable"]:
        assert question.get("default") in ("false", "", None)


@EACH
def test_no_secret_is_asked_for(runbook: str, question: dict[str, Any]) -> None:
    assert question["type"] != "password"
    assert not any(word in question["variable"] for word in CREDENTIAL_WORDS)


@EACH
def test_range_of_a_number_is_within_that_of_the_role(runbook: str, question: dict[str, Any]) -> None:
    if question["type"] == "integer":
        limit = limits(runbook)[question["variable"]]
        assert limit["form"] == "integer" and limit["min"] <= question["min"] <= question["default"] <= question["max"] <= limit["max"]


@EACH
def test_wrong_answers_are_refused_by_the_role_before_it_does_anything(runbook: str, question: dict[str, Any]) -> None:
    """Numbers, choices and booleans; what argument specifications refuse is run by the target runner."""
    limit = limits(runbook).get(question["variable"])
    if question["type"] == "integer":
        for wrong in (limit["min"] - 1, limit["max"] + 1, "ten", "", 1.5):
            assert refused({question["variable"]: wrong}, {question["variable"]: limit})
    elif limit is not None and limit.get("required"):
        assert refused({question["variable"]: " "}, {question["variable"]: limit}) == [f"{question['variable']} is empty."]
    elif question["type"] in ("text", "textarea", "multiselect") and options(runbook)[question["variable"]]["type"] in (
        "list",
        "raw",
        "dict",
    ):
        assert refused({question["variable"]: 7}, {question["variable"]: limit})


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_defaults_pass_what_the_role_refuses(runbook: str) -> None:
    must = {question["variable"] for question in survey(runbook) if question["required"]}
    sent = extra_vars({"spec": [question for question in survey(runbook) if question["variable"] not in must]}, {})
    known = {name: limit for name, limit in limits(runbook).items() if name in sent and "{{" not in str(limit)}
    assert refused(sent, known) == []
