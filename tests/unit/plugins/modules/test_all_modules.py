# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every module of the collection: documentation, spec, routing, results."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION
from ansible_collections.ndo.ontap.tests.unit.laws.table import ROWS

ROOT = Path(__file__).resolve().parents[4]
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
RUNTIME = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
READERS = {name for name in NAMES if name.endswith("_info")} | {"evacuation_plan", "group_clone_plan"}
RAW = {"rest"}
ELSEWHERE = {"azure_scheduled_event_info"}
"""Modules that speak to no cluster: a play's connection options are not for them."""
ON_CONTROLLER = {"awx_object", "run_report"}
"""Carried out by an action plugin of its own, on the controller: it speaks to no cluster."""
MODULES = sorted(set(NAMES) - ON_CONTROLLER)


def load(name: str) -> Any:
    """The module itself."""
    return importlib.import_module(f"ansible_collections.ndo.ontap.plugins.modules.{name}")


def documented(name: str) -> dict[str, Any]:
    """The options of a module's documentation, fragments included."""
    options: dict[str, Any] = {}
    documentation = yaml.safe_load(load(name).DOCUMENTATION)
    for fragment in documentation.get("extends_documentation_fragment", []):
        plugin = importlib.import_module(f"ansible_collections.ndo.ontap.plugins.doc_fragments.{fragment.rpartition('.')[2]}")
        options.update(yaml.safe_load(plugin.ModuleDocFragment.DOCUMENTATION).get("options") or {})
    return {**options, **documentation.get("options", {})}


def test_there_are_modules() -> None:
    assert {"ha_info", "ha_takeover", "ha_giveback", "health_info", "rest"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_documentation_is_the_spec(name: str) -> None:
    spec = load(name).ARGUMENTS.options
    options = documented(name)
    assert set(options) == set(spec)
    for option, details in spec.items():
        for key in ("type", "choices", "elements", "default"):
            assert options[option].get(key) == details.get(key), f"{option}.{key}"
        assert options[option].get("required", False) == details.get("required", False), option


@pytest.mark.parametrize("name", MODULES)
def test_module_takes_the_shared_connection(name: str) -> None:
    options = set(load(name).ARGUMENTS.options)
    assert not set(CONNECTION.options) & options if name in ELSEWHERE else set(CONNECTION.options) <= options


@pytest.mark.parametrize("name", NAMES)
def test_check_mode_is_supported_and_documented(name: str) -> None:
    module = load(name)
    attributes = yaml.safe_load(module.DOCUMENTATION)["attributes"]
    assert module.ARGUMENTS.supports_check_mode
    assert attributes["check_mode"]["support"] in (("full",) if name not in RAW else ("full", "partial"))
    assert attributes["diff_mode"]["support"] == ("none" if name in READERS | RAW | {"run_report"} else "full")


@pytest.mark.parametrize("name", MODULES)
def test_module_is_routed_and_in_the_action_group(name: str) -> None:
    assert (name in RUNTIME["action_groups"]["ontap"]) == (name not in ELSEWHERE)
    routed = RUNTIME["plugin_routing"]["modules"].get(name, {}).get("action_plugin")
    assert routed == (None if name == "rest" else "ndo.ontap.rest")


@pytest.mark.parametrize("name", NAMES)
def test_return_is_documented_with_samples(name: str) -> None:
    returns = yaml.safe_load(load(name).RETURN)
    assert "api" in returns or name in ON_CONTROLLER
    for key, details in returns.items():
        assert details["description"] and details["type"] and details["returned"], key
        assert "sample" in details or "contains" in details, key


@pytest.mark.parametrize("name", NAMES)
def test_no_return_key_means_something_else_to_ansible(name: str) -> None:
    own = {"skipped", "failed", "unreachable", "rc", "stdout", "stderr", "exception", "ansible_facts", "started", "finished", "skip_reason"}
    assert not own & set(yaml.safe_load(load(name).RETURN))


@pytest.mark.parametrize("name", NAMES)
def test_examples_name_the_module(name: str) -> None:
    tasks = yaml.safe_load(load(name).EXAMPLES)
    assert any(f"ndo.ontap.{name}" in task for task in tasks)


@pytest.mark.parametrize("name", sorted(set(MODULES) - READERS - RAW))
def test_writer_declares_its_laws(name: str) -> None:
    assert any(row.module == name for row in ROWS)


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_key_that_a_reader_returns_is_documented(lab: Any, name: str) -> None:
    task: dict[str, Any] = {"node": "ndo-01"} if name in ("maintenance_info", "evacuation_plan") else {}
    if name == "group_clone_plan":
        task = {"svm": "san1", "name": "old", "members": [{"source": "/vol/san1_vol1a/lun0", "clone": "copy"}]}
    if name in ("azure_scheduled_event_info", "cloud_maintenance_info"):
        task = {"document": {"DocumentIncarnation": 1, "Events": []}}
    result = lab().run(name, **task)
    assert not result.get("failed"), result
    assert set(result) - {"changed", "invocation", "failed"} <= set(yaml.safe_load(load(name).RETURN))
