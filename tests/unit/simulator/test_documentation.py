# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/simulator.md says is there is there, and the other way round."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.ndo.ontap.tests.simulator import scenarios
from ansible_collections.ndo.ontap.tests.simulator.__main__ import arguments
from ansible_collections.ndo.ontap.tests.simulator.model import (
    cloud_agent,
    cloud_events,
    cloud_timelines,
    cloud_vms,
    commands,
    families,
    lun_transfer,
    volume_move_state,
)
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.simulator.model.ha_settings import DEFAULTS
from ansible_collections.ndo.ontap.tests.simulator.schema import RESOURCES

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
ASIDE = {"silent_until"}
"""What is kept among the settings and is nobody's to set."""


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    return re.split(r"^#+ ", TEXT.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def first_column(title: str) -> list[str]:
    """The words in the first column of the table below a heading."""
    return [word for cell in re.findall(r"^\| ([^|]*) \|", section(title), re.M) for word in re.findall(r"`([^`]+)`", cell)]


def test_scenarios_and_triggers_are_those_that_are_there() -> None:
    assert sorted(first_column("Scenarios")) == sorted(scenarios.NAMES)
    assert sorted(first_column("Triggers")) == sorted(TRIGGERS)


def test_settings_are_those_that_are_read() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "simulator").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'settings\.get\(\s*"(\w+)"', source)}
    read |= {*DEFAULTS, *volume_move_state.DEFAULTS, *lun_transfer.DEFAULTS}
    read |= {*cloud_agent.DEFAULTS, *cloud_events.DEFAULTS, *cloud_vms.DEFAULTS}
    shown = set(re.findall(r"`([a-z_]+)`", section("Settings")))
    assert shown == read - ASIDE


def test_paths_and_methods_are_those_that_are_served() -> None:
    rows = re.findall(r"^\| (`/[^|]*) \| ([^|]*) \|", section("What it serves"), re.M)
    shown = {
        path: set(re.findall(r"\b(?:GET|POST|PATCH|DELETE)\b", methods))
        for paths, methods in rows
        for path in re.findall(r"`([^`]+)`", paths)
    }
    public = {path: methods for path, methods in shown.items() if not path.startswith("/private")}
    assert public == {one.path: set(RESOURCES[one.path].methods) for one in families()}
    assert set(shown) - set(public) == {f"/private/cli/{one.path}" for one in commands()}


def test_courses_and_words_of_scheduled_events_are_all_there() -> None:
    shown = set(re.findall(r"`([a-z_]+)`", section("Scheduled events of Azure")))
    assert shown >= {*cloud_timelines.TIMELINES, *cloud_events.PLAN} - {"type"}


def test_options_of_the_command_line_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--help"])
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert offered == set(re.findall(r"--[a-z-]+", " ".join(first_column("Start it"))))


def test_the_scenario_that_is_shown_can_be_built() -> None:
    (shown,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.S) if '"pairs"' in block]
    world = scenarios.build(shown)
    verdict = world.ledger.verdict()
    assert verdict["non_disruptive"] and verdict["paths_lost"] == 0
    assert [row["name"] for row in world.store.each("san_hosts")] == ["db1"]
    assert {row["lun"]["name"] for row in world.store.each("lun_maps")} == {"/vol/db/log"}
