# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module reports that runs elsewhere is fetched; the integration target live_progress shows it all together."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins import loader as loaders
from ansible.template import Templar

from ansible_collections.ndo.ontap.plugins.action.rest import ActionModule
from ansible_collections.ndo.ontap.plugins.plugin_utils import live_progress
from ansible_collections.ndo.ontap.plugins.plugin_utils.live_progress import LiveProgress

MOVE: dict[str, Any] = {"svm": "nas1", "volume": "nas1_vol1a", "aggregate": "aggr1_ndo_02"}


@pytest.fixture
def connection() -> Any:
    """A connection to this machine."""
    return loaders.connection_loader.get("local", PlayContext(), os.devnull)


def action(connection: Any, args: dict[str, Any], **task: Any) -> ActionModule:
    """The real action plugin for a task of volume_move."""
    made, context, data = Task(), PlayContext(), DataLoader()
    made.action, made.args = "ndo.ontap.volume_move", args
    for name, value in task.items():
        setattr(made, name, value)
    return ActionModule(made, connection, context, data, Templar(data, variables={}), loaders)


def test_only_whole_lines_are_shown_and_each_of_them_once(connection: Any, tmp_path: Path) -> None:
    path, lines = tmp_path / "a file's name", []
    live = LiveProgress(connection, str(path), lines.append)
    live.fetch()
    for text, known in (("one\ntw", ["one"]), ("o\n", ["one", "two"]), ("", ["one", "two"]), ("grün\n", ["one", "two", "grün"])):
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
        live.fetch()
        assert lines == known


def test_lines_are_fetched_while_the_block_lasts(connection: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(live_progress, "FIRST", 0.01)
    path, seen = tmp_path / "file", threading.Event()
    path.write_text("line\n", encoding="utf-8")
    with LiveProgress(connection, str(path), lambda _line: seen.set()):
        assert seen.wait(10)
    assert not [thread for thread in threading.enumerate() if thread.daemon and "LiveProgress" in repr(thread)]


def test_a_connection_that_breaks_is_no_trouble_of_the_task(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(live_progress, "FIRST", 0.01)
    # There is no shell at the other end at all.
    with LiveProgress(object(), str(tmp_path / "file"), print):
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("args", "task"),
    [
        ({"progress": False}, {}),
        ({"progress": "no"}, {}),
        ({"wait": False}, {}),
        ({"wait": ["odd"]}, {}),
        ({}, {"no_log": True}),
        ({}, {"async_val": 30}),
        ({}, {"check_mode": True}),
        ({}, {"action": "ndo.ontap.volume_info"}),
    ],
)
def test_a_task_that_has_nothing_to_tell_costs_nothing_more(connection: Any, args: dict[str, Any], task: dict[str, Any]) -> None:
    plugin = action(connection, {**MOVE, **args}, **task)
    with plugin._live({}) as live:
        assert live is None
    assert connection._shell.tmpdir is None
