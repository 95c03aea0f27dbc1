# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people see while a task waits: soon enough, seldom enough, and with what they want to know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.module_utils import move_progress, waiting
from ansible_collections.ndo.ontap.plugins.modules import ha_takeover, volume_move
from ansible_collections.ndo.ontap.tests.simulator.clock import ManualClock
from ansible_collections.ndo.ontap.tests.unit import harness

MOVE: dict[str, Any] = {"svm": "nas1", "volume": "nas1_vol1a", "aggregate": "aggr1_ndo_02"}


@pytest.fixture
def clock(monkeypatch: Any) -> Any:
    """A clock that only sleeping moves."""
    made = harness.LinkedClock(ManualClock(0.0))
    monkeypatch.setattr(waiting, "clock", made)
    return made


def told(cluster: Any, module: Any, **task: Any) -> list[str]:
    """The lines that a task shows."""
    lines: list[str] = []
    params = {name: spec.get("default") for name, spec in module.ARGUMENTS.options.items()}
    result = modules.perform(module.body, {**params, **cluster.connection(), **task}, False, lines.append)
    assert not result.get("failed"), result
    return lines


# -- when ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.3, 1, 5, 9.9, 10.1, 60, 99, 101, 1000, 20000])
def test_an_end_is_seen_within_a_second_or_a_tenth(clock: Any, seconds: float) -> None:
    waiting.wait(lambda: waiting.Progress(clock.now() >= seconds, "goes on"), waiting.Deadline(1e6), "it")
    assert clock.now() - seconds <= max(1.0, seconds / 10)
    assert clock.slept[0] < 1 and max(clock.slept) <= 10


def test_a_wait_that_sees_nothing_new_shows_that_it_lives(clock: Any) -> None:
    lines: list[str] = []
    waiting.wait(lambda: waiting.Progress(clock.now() >= 7200, "node booting"), waiting.Deadline(1e6), "Boot of n1", report=lines.append)
    assert lines[:3] == ["Boot of n1: node booting", "Boot of n1: node booting (32 s)", "Boot of n1: node booting (64 s)"]
    assert lines[-1].startswith("Boot of n1: node booting (1 h") and 30 < len(lines) < 60


def test_a_new_phase_is_told_at_once_and_a_number_is_none(clock: Any) -> None:
    lines: list[str] = []
    text = ["2 aggregate(s) away", "1 aggregate(s) away", "LIFs away", "home"]
    waiting.wait(
        lambda: waiting.Progress(clock.now() >= 12, text[min(3, int(clock.now() // 4))]),
        waiting.Deadline(60),
        "Giveback",
        report=lines.append,
    )
    assert lines == ["Giveback: 2 aggregate(s) away", "Giveback: LIFs away", "Giveback: home"]


def test_every_tenth_is_told_and_not_each_look(clock: Any) -> None:
    lines: list[str] = []

    def probe() -> waiting.Progress:
        percent = min(100, int(clock.now() / 2))
        return waiting.Progress(percent == 100, f"{percent} % done", percent=percent)

    waiting.wait(probe, waiting.Deadline(1000), "Split", report=lines.append)
    looks = len(clock.slept)
    assert 8 <= len(lines) <= 14 < looks and lines[0] == "Split: 0 % done" and lines[-1] == "Split: 100 % done"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (119, "119 s"), (121, "2 min"), (3599, "1 h"), (12000, "3 h 20 min"), (86400, "24 h")]
)
def test_spans_of_time_in_words(seconds: int, words: str) -> None:
    assert waiting.spell(seconds) == words


# -- what ----------------------------------------------------------------------------------------------------------------------


def test_rate_and_rest_follow_from_what_was_seen(clock: Any) -> None:
    track = move_progress.Track(100 * 1024**3)
    for percent in (0, 10, 20, 30):
        track.see("replicating", percent)
        clock.sleep(10)
    progress = track.progress(False, "replicating")
    assert progress.text == "replicating, 30 % of 100.0 GiB, 1.0 GiB/s, about 60 s left" and progress.percent == 30
    track.see("cutover", 100)
    clock.sleep(4)
    track.see("success", 100)
    track.end()
    assert [(one["phase"], one["started"], one["seconds"]) for one in track.phases] == [
        ("replicating", 0.0, 40.0),
        ("cutover", 40.0, 4.0),
        ("success", 44.0, 0.0),
    ]
    assert track.seconds("cutover") == 4.0


def test_a_pause_does_not_count_for_the_rate(clock: Any) -> None:
    track = move_progress.Track(None)
    for phase, percent in (("replicating", 10), ("paused", 10), ("replicating", 10), ("replicating", 20)):
        track.see(phase, percent)
        clock.sleep(1000 if phase == "paused" else 10)
    assert track.progress(False, "replicating").text == "replicating, 20 %, about 70 s left"


@pytest.mark.parametrize(("count", "words"), [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1536 * 1024**3, "1.5 TiB")])
def test_sizes_in_words(count: int, words: str) -> None:
    assert move_progress.size_words(count) == words


def test_a_move_is_told_with_its_name_first(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("fail_cutovers", volume="nas1_vol1a")
    cluster.advance(1)
    lines = [line for line in told(cluster, volume_move, **MOVE) if not line.startswith("validation")]
    assert all(line.startswith("nas1:nas1_vol1a to aggr1_ndo_02: ") for line in lines)
    texts = [line.partition(": ")[2] for line in lines]
    assert texts[0] == "begins" and texts[-1] == "is on aggr1_ndo_02" and "cuts over" in texts
    assert any("MiB/s, about 9 min left" in text for text in texts)
    assert any("1 cutover did not end in time, ONTAP tries again" in text for text in texts)
    assert 15 < len(lines) < 40


def test_several_moves_are_told_apart(lab: Any) -> None:
    items = [{"volume": "nas1_vol1a"}, {"volume": "nas1_vol1b"}]
    lines = told(lab(), volume_move, svm="nas1", aggregate="aggr1_ndo_02", items=items)
    for volume in ("nas1_vol1a", "nas1_vol1b"):
        mine = [line for line in lines if line.startswith(f"nas1:{volume} to aggr1_ndo_02: ")]
        assert len(mine) > 10 and mine[-1].endswith("is on aggr1_ndo_02")


def test_quiet_is_quiet(lab: Any) -> None:
    assert told(lab(), volume_move, **MOVE, progress=False) == []


def test_a_silent_management_address_is_told(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/storage/volumes*", "lif_silent", nth=9, seconds=200)
    assert any("the management address does not answer" in line for line in told(cluster, volume_move, **MOVE))


def test_a_takeover_is_told_in_a_few_lines(lab: Any) -> None:
    lines = told(lab(), ha_takeover, node="ndo-01", until="waiting_for_giveback")
    assert lines[0].startswith("Takeover of ndo-01: ") and 4 <= len(lines) <= 20


# -- the ordinary way -----------------------------------------------------------------------------------------------------------


def lines_of(folder: Path) -> list[str]:
    """The lines that a module wrote for the action plugin."""
    path = folder / modules.PROGRESS_FILE
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_a_module_elsewhere_writes_its_lines_to_ansibles_folder(lab: Any, tmp_path: Path) -> None:
    cluster = lab()
    result = cluster.run("volume_move", **MOVE, _ansible_tmpdir=str(tmp_path))
    assert not result.get("failed"), result
    lines = lines_of(tmp_path)
    assert lines[-1] == "nas1:nas1_vol1a to aggr1_ndo_02: is on aggr1_ndo_02" and 15 < len(lines) < 40


@pytest.mark.parametrize("quiet", [{"progress": False}, {"_ansible_no_log": True}])
def test_a_module_elsewhere_writes_nothing_when_it_is_to_be_quiet(lab: Any, tmp_path: Path, quiet: dict[str, Any]) -> None:
    assert not lab().run("volume_move", **MOVE, _ansible_tmpdir=str(tmp_path), **quiet).get("failed")
    assert lines_of(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_no_trouble(lab: Any, tmp_path: Path) -> None:
    assert lab().run("volume_move", **MOVE, _ansible_tmpdir=str(tmp_path / "gone"))["outcome"] == "moved"
