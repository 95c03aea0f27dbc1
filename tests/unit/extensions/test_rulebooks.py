# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both rulebooks react to the same things, give the source what it takes, and have documented variables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.nativetypes import NativeEnvironment

from ansible_collections.ndo.ontap.extensions.eda.plugins.event_source import azure_scheduled_events as source

ROOT = Path(source.__file__).resolve().parents[4]
NAMES = ("cloud_maintenance", "cloud_maintenance_controller")
TEXTS = {name: (ROOT / "extensions" / "eda" / "rulebooks" / f"{name}.yml").read_text(encoding="utf-8") for name in NAMES}
BOOKS: dict[str, Any] = {name: yaml.safe_load(text)[0] for name, text in TEXTS.items()}
VARIABLE = re.compile(r"(cloud_maintenance_\w+) \| default\(([^)]*)\)")


def test_both_rulebooks_react_to_the_same_things() -> None:
    ours, controllers = ({rule["name"]: (rule["condition"], rule.get("throttle")) for rule in BOOKS[name]["rules"]} for name in NAMES)
    assert ours == controllers
    assert BOOKS[NAMES[0]]["sources"] == BOOKS[NAMES[1]]["sources"]


def test_the_source_takes_what_the_rulebooks_give() -> None:
    (one,) = BOOKS[NAMES[0]]["sources"]
    assert set(one["ndo.ontap.azure_scheduled_events"]) <= set(source.Arguments._fields)


def test_all_variables_are_documented_with_their_defaults() -> None:
    lines = (ROOT / "docs" / "event-driven.md").read_text(encoding="utf-8").splitlines()
    documented = {
        cells[1].strip("` "): cells[2].strip("` ") for cells in (line.split("|") for line in lines if line.startswith("| `cloud_"))
    }
    used = {name: default.strip("'") for text in TEXTS.values() for name, default in VARIABLE.findall(text)}
    # What the rulebook leaves to the source has the default of the source; nothing is none, or all.
    used |= {"cloud_maintenance_url": source.URL.partition("/metadata")[0]}
    empty = {"": "none", "[]": "all", "{}": "none"}
    assert documented == {name: empty.get(default, default) for name, default in used.items()}


EVENT = {"document": {"DocumentIncarnation": 3, "Events": [{"Description": "it's <b>\\", "More": None}]}}


def rendered(value: Any, **variables: Any) -> Any:
    """A value with its templates rendered, as ansible-rulebook does it."""
    if isinstance(value, dict):
        return {name: rendered(one, **variables) for name, one in value.items()}
    return NativeEnvironment(undefined=StrictUndefined).from_string(value).render(event=EVENT, **variables)


def variables_of_the_run(name: str, **variables: Any) -> dict[str, Any]:
    """What a run is given."""
    ((_kind, action),) = BOOKS[name]["rules"][0]["action"].items()
    return rendered(action.get("job_args", action)["extra_vars"], **variables)


def test_a_run_is_given_the_document() -> None:
    assert variables_of_the_run("cloud_maintenance") == {"cloud_maintenance_hosts": "localhost", "cloud_maintenance_source": EVENT}


def test_a_live_run_is_given_the_service() -> None:
    given = variables_of_the_run("cloud_maintenance", cloud_maintenance_live=True, cloud_maintenance_hosts="clusters")
    assert given == {"cloud_maintenance_hosts": "clusters", "cloud_maintenance_source": {"url": "http://169.254.169.254"}}
    given = variables_of_the_run("cloud_maintenance", cloud_maintenance_live=True, cloud_maintenance_url="http://127.0.0.1:8000")
    assert given["cloud_maintenance_source"] == {"url": "http://127.0.0.1:8000"}


def test_a_job_is_given_the_document_as_text_and_the_answers() -> None:
    given = variables_of_the_run("cloud_maintenance_controller", cloud_maintenance_answers={"cloud_maintenance_watch_seconds": 60})
    assert json.loads(given.pop("cloud_maintenance_source")) == EVENT
    assert given == {"cloud_maintenance_watch_seconds": 60}
    assert list(variables_of_the_run("cloud_maintenance_controller")) == ["cloud_maintenance_source"]
