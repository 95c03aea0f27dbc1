# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a survey may ask, and which answers it takes.

Source: awx/api/views/__init__.py, JobTemplateSurveySpec; awx/main/models/mixins.py, SurveyJobTemplateMixin.
"""

from __future__ import annotations

from typing import Any

from .fields import Refused

TYPES: dict[str, Any] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": float,
}

KEYS: dict[str, type] = {"type": str, "question_name": str, "variable": str, "required": bool}
"""What each question has to have."""


def check_spec(spec: Any) -> dict[str, Any]:
    """The survey, if it is one; the words are those of the real server."""
    if not isinstance(spec, dict):
        _refuse("Survey must be an object.")
    for field, kind in (("name", str), ("description", str), ("spec", list)):
        if field not in spec:
            _refuse(f"Field '{field}' is missing from survey spec.")
        if not isinstance(spec[field], kind):
            _refuse(f"Expected {kind.__name__} for field '{field}', received {type(spec[field]).__name__} type.")
    if not spec["spec"]:
        _refuse("'spec' doesn't contain any items.")
    variables: set[str] = set()
    for number, question in enumerate(spec["spec"]):
        _check_question(number, question)
        if question["variable"] in variables:
            _refuse(f"'variable' '{question['variable']}' duplicated in survey question {number}.")
        variables.add(question["variable"])
    return dict(spec)


def _refuse(words: str) -> None:
    raise Refused({"error": words})


def _check_question(number: int, question: Any) -> None:
    if not isinstance(question, dict):
        _refuse(f"Survey question {number} is not a json object.")
    for field, kind in KEYS.items():
        if field not in question:
            _refuse(f"'{field}' missing from survey question {number}")
        if not isinstance(question[field], kind):
            _refuse(f"'{field}' in survey question {number} expected to be {'boolean' if kind is bool else 'string'}.")
    _check_values(number, question)


def _check_values(number: int, question: dict[str, Any]) -> None:
    if question["type"] not in TYPES:
        _refuse(f"'{question['type']}' in survey question {number} is not one of '{', '.join(TYPES)}' allowed question types.")
    if "default" in question and not isinstance(question["default"], TYPES[question["type"]]):
        _refuse(f"Default value {question['default']} in survey question {number} expected to be {TYPES[question['type']].__name__}.")
    for limit in ("min", "max"):
        if question.get(limit) is not None and not isinstance(question[limit], int):
            _refuse(f"The {limit} limit in survey question {number} expected to be integer.")
    if question["type"] in ("multiplechoice", "multiselect"):
        _check_choices(number, question)
    if str(question.get("default", "")).startswith("$encrypted$"):
        _refuse(f"$encrypted$ is a reserved keyword for password question defaults, survey question {number} is type {question['type']}.")


def _check_choices(number: int, question: dict[str, Any]) -> None:
    if "choices" not in question:
        _refuse(f"Survey question {number} of type {question['type']} must specify choices.")
    if "default" in question:
        defaults = question["default"].strip().split("\n")
        if question["type"] == "multiplechoice" and len(defaults) > 1:
            _refuse("Multiple Choice (Single Select) can only have one default value.")
        if any(one not in question["choices"] for one in defaults):
            _refuse("Default choice must be answered from the choices listed.")


def extra_vars(spec: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The extra variables of a job: the answers, and the defaults of what was not answered, as far as they are answers themselves."""
    questions = spec.get("spec", [])
    unknown = sorted(set(answers) - {question["variable"] for question in questions})
    if unknown:
        raise Refused({"extra_vars": [f"Variables {', '.join(unknown)} are not allowed on launch. Check the Prompt on Launch setting."]})
    wrong = [words for question in questions for words in complaints(question, answers)]
    if wrong:
        raise Refused({"variables_needed_to_start": wrong})
    defaults = {question["variable"]: question["default"] for question in questions if question.get("default") is not None}
    usable = {
        name: value
        for name, value in defaults.items()
        if not any(complaints(one, {name: value}) for one in questions if one["variable"] == name)
    }
    return {**usable, **answers}


def complaints(question: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    """What is wrong with the answer to a question."""
    name, kind = question["variable"], question["type"]
    if name not in answers:
        return [f"'{name}' value missing"] if question["required"] else []
    value = answers[name]
    if kind in ("text", "textarea", "password"):
        if not isinstance(value, str):
            return [f"Value {value} for '{name}' expected to be a string."]
        return _range(question, len(value), value)
    if kind in ("integer", "float"):
        if isinstance(value, bool) or not isinstance(value, int if kind == "integer" else (int, float)):
            return [f"Value {value} for '{name}' expected to be {'an integer' if kind == 'integer' else 'a numeric type'}."]
        return _range(question, value, value)
    if kind == "multiselect" and not isinstance(value, list):
        return [f"'{name}' value is expected to be a list."]
    given = value if kind == "multiselect" else [value]
    return [f"Value {one} for '{name}' expected to be one of {question['choices']}." for one in given if one not in question["choices"]]


def _range(question: dict[str, Any], measure: float, value: Any) -> list[str]:
    low, high = question.get("min"), question.get("max")
    if low is not None and measure < low:
        return [f"'{question['variable']}' value {value} is too small (must be at least {low})."]
    if high is not None and measure > high:
        return [f"'{question['variable']}' value {value} is too large (must be no more than {high})."]
    return []
