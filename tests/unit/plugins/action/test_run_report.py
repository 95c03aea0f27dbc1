# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a runbook and its journal, by the real action plugins; the integration target reports shows pages in a browser."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins import loader as loaders
from ansible.template import Templar

from ansible_collections.ndo.ontap.plugins.action.rest import ActionModule as Rest
from ansible_collections.ndo.ontap.plugins.action.run_report import ActionModule as RunReport
from ansible_collections.ndo.ontap.plugins.plugin_utils import journal_file, report_data, report_page, report_timeline
from ansible_collections.ndo.ontap.plugins.plugin_utils.report_folder import safe

EVIL = "<script>alert('x')</script>"
DONE = {"success": True, "message": "It is done."}


class Runbook:
    """Tasks of one use of a runbook, one after the other, as Ansible's worker carries them out."""

    def __init__(self, folder: Path, title: str = "ndo-01", kind: str = "maintenance", check_mode: bool = False) -> None:
        self.given = {"dir": str(folder), "title": title, "kind": kind}
        self.folder = folder / f"{safe(title)}.{kind}"
        self.check_mode = check_mode
        self.variables: dict[str, Any] = {"inventory_hostname": "localhost"}

    def task(self, plugin: Any, name: str, args: dict[str, Any], **keywords: Any) -> dict[str, Any]:
        """Carry out a task."""
        task, context, data = Task(), PlayContext(), DataLoader()
        task.action, task.args, task.check_mode, task.name = f"ndo.ontap.{name}", args, self.check_mode, f"Do {name}"
        for keyword, value in keywords.items():
            setattr(task, keyword, value)
        connection = loaders.connection_loader.get("local", context, os.devnull)
        return plugin(task, connection, context, data, Templar(data, variables=self.variables), loaders).run(task_vars=self.variables)

    def report(self, **args: Any) -> dict[str, Any]:
        """Begin or write the report."""
        found = self.task(RunReport, "run_report", {**self.given, **args})
        self.variables[journal_file.VARIABLE] = json.loads(json.dumps(found))
        return found

    def begin(self) -> Runbook:
        """Begin the report."""
        self.report(state="begun")
        return self

    def end(self, **result: Any) -> dict[str, Any]:
        """Write it; returns what is in it."""
        self.report(result=result or DONE)
        name = "forecast" if self.check_mode else "report"
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def tag(self, cluster: Any, value: str, **keywords: Any) -> dict[str, Any]:
        """A task that writes: a tag of the cluster."""
        args = {**cluster.connection(), "key": "k", "value": value}
        return json.loads(json.dumps(self.task(Rest, "cluster_tag", args, **keywords)))


def outcomes(report: dict[str, Any]) -> list[str]:
    """How the runs of a report ended."""
    return [run["outcome"] for run in report["runs"]]


def test_report_has_tasks_and_writes_and_the_result_of_a_task_is_the_same(lab: Any, tmp_path: Path) -> None:
    cluster = lab()
    book = Runbook(tmp_path)
    before = book.tag(cluster, "a")
    told = book.begin().tag(cluster, "b")
    assert set(told) == set(before), "a task returns something else when a journal is kept"
    report = book.end()
    assert [(task["name"], task["outcome"], task["writes"]) for task in report["tasks"]] == [("Do cluster_tag", "changed", 1)]
    assert [(write["method"], write["path"], write["status"]) for write in report["writes"]] == [("PATCH", "/cluster", 200)]
    assert (report["success"], report["message"], report["result"], report["clusters"]) == (True, "It is done.", DONE, ["127.0.0.1"])
    assert "It is done." in (book.folder / "report.html").read_text(encoding="utf-8")


def test_run_goes_on_with_what_was_killed_or_failed_and_never_with_what_was_done(lab: Any, tmp_path: Path) -> None:
    cluster = lab()
    Runbook(tmp_path).begin().tag(cluster, "a")
    failing = Runbook(tmp_path).begin()
    failing.tag(cluster, "b")
    report = failing.end(success=False, error="It broke.")
    assert outcomes(report) == ["interrupted", "failed"] and len(report["writes"]) == 2 and report["error"] == "It broke."
    done = Runbook(tmp_path).begin()
    done.tag(cluster, "c")
    assert outcomes(done.end()) == ["interrupted", "failed", "success"]
    anew = Runbook(tmp_path).begin()
    anew.tag(cluster, "d")
    report = anew.end()
    assert outcomes(report) == ["success"] and len(report["writes"]) == 1


def test_run_that_wrote_nothing_leaves_the_report_of_the_one_that_did_but_a_failure_shows(lab: Any, tmp_path: Path) -> None:
    cluster = lab()
    first = Runbook(tmp_path).begin()
    first.tag(cluster, "a")
    report = first.end()
    idle = Runbook(tmp_path).begin()
    idle.tag(cluster, "a")
    assert idle.end(success=True, message="Nothing to do.") == report
    assert Runbook(tmp_path).begin().end(success=False, error="No.")["error"] == "No."
    assert Runbook(tmp_path).begin().end()["success"]


def test_forecast_has_files_of_its_own(lab: Any, tmp_path: Path) -> None:
    real, dry = Runbook(tmp_path), Runbook(tmp_path, check_mode=True)
    real.begin().tag(lab(), "a")
    report = real.end()
    forecast = dry.begin().end(success=True)
    assert (forecast["forecast"], report["forecast"]) == (True, False)
    assert json.loads((real.folder / "report.json").read_text(encoding="utf-8")) == report
    assert "nothing was changed" in (dry.folder / "forecast.html").read_text(encoding="utf-8")


def test_runbook_inside_of_another_one_is_in_both_reports(lab: Any, tmp_path: Path) -> None:
    cluster = lab()
    outer, inner = Runbook(tmp_path, "node", "evacuate").begin(), Runbook(tmp_path, "node", "relocate")
    outer.tag(cluster, "a")
    inner.variables = outer.variables
    inner.begin().tag(cluster, "b")
    assert len(inner.end()["writes"]) == 1
    outer.tag(cluster, "c")
    assert len(outer.end()["writes"]) == 3 and outer.variables[journal_file.VARIABLE]["journals"] == []
    assert "writes" not in outer.tag(cluster, "d"), "a task behind the end cannot be carried out"


def test_end_of_a_runbook_ends_those_inside_that_came_to_no_end(lab: Any, tmp_path: Path) -> None:
    outer, inner = Runbook(tmp_path, "node", "evacuate").begin(), Runbook(tmp_path, "node", "relocate")
    inner.variables = outer.variables
    inner.begin()
    outer.end()
    assert outer.variables[journal_file.VARIABLE]["journals"] == []


def test_journal_and_report_that_cannot_be_written_are_no_failure(lab: Any, tmp_path: Path) -> None:
    cluster = lab()
    (tmp_path / "file").write_text("", encoding="utf-8")
    nowhere = Runbook(tmp_path / "file")
    assert not nowhere.report(state="begun").get("failed") and nowhere.tag(cluster, "a")["changed"]
    assert "There is no report" in nowhere.report(result=DONE)["msg"]
    book = Runbook(tmp_path).begin()
    for path in book.folder.iterdir():
        path.unlink()
    book.folder.rmdir()
    assert book.tag(cluster, "b")["changed"] and book.end()["success"]


def test_nothing_is_written_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    book = Runbook(tmp_path)
    book.given["dir"] = ""
    book.report(state="begun")
    assert book.report(result=DONE)["files"] == [] and list(tmp_path.iterdir()) == []
    with pytest.raises(AnsibleActionFail):
        book.report(state="nonsense")


def test_task_with_no_log_shows_that_it_wrote_and_nothing_else(lab: Any, tmp_path: Path) -> None:
    book = Runbook(tmp_path).begin()
    book.tag(lab(), "hush", no_log=True)
    report = book.end()
    assert [(write["method"], write["path"], write["status"]) for write in report["writes"]] == [("PATCH", "(no_log)", 200)]
    assert report["tasks"][0]["message"] == "" and report["timeline"] == []


def test_lines_that_are_no_lines_are_passed_over(lab: Any, tmp_path: Path) -> None:
    book = Runbook(tmp_path).begin()
    with open(book.folder / "journal.jsonl", "ab") as file:
        file.write(b'{"kind": "task", "sta\n\xff\xfe\n[1]\n{}\n\n')
    book.tag(lab(), "a")
    assert len(book.end()["writes"]) == 1


@pytest.mark.parametrize("name", ["a/b", "../../etc", ".hidden", "x" * 500, "\u00e4" * 140, "", EVIL])
def test_any_title_is_one_folder(tmp_path: Path, name: str) -> None:
    Runbook(tmp_path, name).begin().end()
    (folder,) = tmp_path.iterdir()
    assert folder.is_dir() and not folder.name.startswith(".")


def test_every_text_of_a_report_is_escaped() -> None:
    lines: list[dict[str, Any]] = [
        {"kind": "run", "state": "begin", "at": 1.0, "job": {"user": EVIL}},
        {"kind": "task", "state": "begin", "task": "1", "at": 2.0, "name": EVIL, "module": EVIL, "host": EVIL, "check": False},
        {"kind": "cluster", "task": "1", "name": EVIL, "at": 2.0},
        {"kind": "write", "task": "1", "number": 1, "at": 3.0, "method": EVIL, "path": EVIL, "query": {EVIL: EVIL}},
        {"kind": "answer", "task": "1", "number": 1, "at": 4.0, "status": EVIL, "seconds": EVIL, "error": EVIL},
    ]
    for at, place in ((2.0, EVIL), (3.0, "other")):
        seen = {"name": EVIL, "state": f"{EVIL}{at}", "place": place, "home": EVIL, "to": EVIL, "doing": EVIL, "percent": EVIL}
        things = [{"thing": kind, **seen} for kind in ("node", "aggregate", "lif", "move", "lun")]
        veto = {"thing": "giveback", "name": EVIL, "state": "failed", "why": EVIL}
        lines.append({"kind": "seen", "task": "1", "at": at, "things": [*things, veto]})
    smb = {"message": EVIL, "moments": [{"moment": EVIL, "object": EVIL, "users": [EVIL], "sessions": EVIL, "open_files": EVIL}]}
    health = {"healthy": False, "message": EVIL, "problems": [{"severity": EVIL, "detail": EVIL, "remedy": EVIL}]}
    lines.append({"kind": "task", "state": "end", "task": "1", "at": 9.0, "failed": True, "message": EVIL, "health": health, "smb": smb})
    result = {EVIL: EVIL, "list": [EVIL, {EVIL: [EVIL]}], "deep": {EVIL: {EVIL: EVIL}}}
    about = dict.fromkeys(("title", "kind", "error", "message", "runbook", "host"), EVIL)
    report = report_data.build(lines, {**about, "forecast": False, "success": False, "result": result})
    page = report_page.render(report)
    assert "<script" not in page and page.count("&lt;script&gt;") > 30
    assert len(report["timeline"]) == 5 and report["pauses"]


def test_time_in_which_no_run_was_under_way_is_cut_out_of_the_timeline() -> None:
    from ansible_collections.ndo.ontap.plugins.plugin_utils.report_scale import Scale

    runs = [{"begun": f"2026-01-0{day}T00:00:00.000Z", "ended": f"2026-01-0{day}T00:01:00.000Z"} for day in (1, 3)]
    scale = Scale(runs)
    assert scale.at(runs[0]["begun"]) == 0 and scale.at(runs[1]["ended"]) == pytest.approx(100)
    assert scale.at(runs[0]["ended"]) == pytest.approx(47) and scale.at(runs[1]["begun"]) == pytest.approx(53)
    assert scale.gaps[0]["seconds"] == pytest.approx(2 * 86400 - 60)
    assert {mark["left"] for mark in scale.marks()} >= {0, 53}


LENGTHS = [[1], [60], [7, 0.5], [300, 2], [300, 30, 2], [2, 300], [40, 1, 1, 1], [0, 0], [86400, 100, 3600], [30] * 12, [5] * 40]
"""Seconds that the runs of a report took."""


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_marks_of_the_timeline_have_room_on_a_phone(lengths: list[float]) -> None:
    from ansible_collections.ndo.ontap.plugins.plugin_utils.report_scale import ROOM, Scale

    begin, runs = 1_790_000_000.0, []
    for seconds in lengths:
        runs.append({"begun": report_data.moment(begin), "ended": report_data.moment(begin + seconds)})
        begin += seconds + 900
    scale = Scale(runs)
    marks = scale.marks()
    texts = [(mark["left"] - (ROOM if mark["late"] else 0), mark["left"] + (0 if mark["late"] else ROOM)) for mark in marks]
    places = [scale.at(run[end]) for run in runs for end in ("begun", "ended")]
    assert places == sorted(places) and places[0] == 0 and places[-1] <= 100 + 1e-9
    assert marks[0]["left"] == 0 and 1 <= len(marks) <= 100 / ROOM
    assert all(first >= 0 and last <= 100 for first, last in texts)
    assert all(last <= first for (_first, last), (first, _last) in zip(texts, texts[1:]))


def looks(*seen: tuple[float, dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a journal: looks at things, at these moments."""
    return [{"kind": "seen", "at": at, "things": [thing]} for at, thing in seen]


def test_timeline_tells_what_was_seen_and_a_look_at_less_takes_nothing_back() -> None:
    lif = {"thing": "lif", "name": "l", "place": "a"}
    lines = looks(
        (1.0, {"thing": "node", "name": "a", "state": "up"}),
        (2.0, {**lif, "home": "a", "state": "up"}),
        (3.0, {"thing": "node", "name": "a", "state": "taken_over"}),
        (4.0, {**lif, "home": "a", "state": "down"}),
        (5.0, lif),
        (6.0, {"thing": "node", "name": "a", "state": "up"}),
        (7.0, {**lif, "home": "a", "state": "up"}),
    )
    node, found = report_timeline.lanes(lines)
    assert [(state["text"], state["meaning"]) for state in node["states"]] == [("up", "good"), ("taken over", "away"), ("up", "good")]
    assert [(state["text"], state["meaning"], state["begun"]) for state in found["states"]] == [
        ("on a", "good", 2.0),
        ("on a, down with its node", "away", 4.0),
        ("on a", "good", 7.0),
    ]


def test_vetoed_giveback_shows_at_its_aggregate_until_that_is_home() -> None:
    aggregate = {"thing": "aggregate", "name": "x", "home": "a", "state": "online"}
    veto = {"thing": "giveback", "name": "x", "state": "failed_migrate", "why": "files are open"}
    lines = looks(
        (1.0, {**aggregate, "place": "b"}),
        (2.0, veto),
        (3.0, {**aggregate, "place": "b"}),
        (5.0, {**aggregate, "place": "a", "after": 4.0}),
    )
    (lane,) = report_timeline.lanes(lines)
    assert [state["text"] for state in lane["states"]] == ["on b, home is a", "on b, giveback vetoed: files are open", "on a"]
    (pause,) = report_timeline.pauses([lane])
    assert (pause["what"], pause["text"], pause["begun"], pause["ended"]) == ("handover", "from b to a", 4.0, 5.0)


def test_cutover_lies_between_the_last_look_before_and_the_first_behind() -> None:
    move = {"thing": "move", "name": "v", "to": "y"}
    lines = looks(
        (1.0, {**move, "state": "replicating", "percent": 10, "place": "x"}),
        (9.0, {**move, "state": "cutover", "place": "x", "after": 8.0}),
        (12.0, {**move, "state": "success", "place": "y", "after": 11.0}),
    )
    (lane,) = report_timeline.lanes(lines)
    (pause,) = report_timeline.pauses([lane])
    assert (pause["what"], pause["begun"], pause["ended"], pause["seconds"]) == ("cutover", 8.0, 12.0, 4.0)
    assert report_timeline.lanes(looks((1.0, {**move, "state": "success"}))) == [], "a move of long ago is none of this run"
