# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of runbooks as people see them: a maintenance with SMB losses that was killed and gone on with, and a relocation.

The runbooks run against simulators whose log says which writes the reports must have. The pages are opened in a headless Chromium.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from browser import Browser

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.plugins.plugin_utils import report_page  # noqa: E402
from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

MARKER = "do-not-tell-7d1f"
"""The password of the clusters: nothing that a run leaves behind may hold it."""
EVIL = "<img src=x onerror=alert(1)>"
"""A name that must stay a text."""
NODE, VOLUME, THERE = "ndo-01", "nas1_vol1a", "aggr2_ndo_01"
WIDTHS = {"phone": 360, "desk": 1100}

CONTRAST = """(() => {
  const light = text => {
    const parts = text.match(/[\\d.]+/g).slice(0, 3).map(v => Number(v) / 255);
    const c = parts.map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * c[0] + .7152 * c[1] + .0722 * c[2];
  };
  const back = one => {
    while (one && getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)') one = one.parentElement;
    return one ? getComputedStyle(one).backgroundColor : 'rgb(255, 255, 255)';
  };
  const told = [...document.querySelectorAll('body *')].filter(one => [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  return told.map(one => {
    const [a, b] = [light(getComputedStyle(one).color), light(back(one))].sort((x, y) => y - x);
    return [(a + .05) / (b + .05), one.className + ': ' + one.textContent.slice(0, 40)];
  }).filter(pair => pair[0] < 4.5);
})()"""
"""Texts of the page with less contrast than people need. Source: WCAG 2.1, 1.4.3."""


class Made:
    """A site with the report that a runbook has left, and what the runs have said."""

    def __init__(self, place: Any, kind: str, output: str) -> None:
        self.place = place
        (self.folder,) = place.folder.glob(f"*.{kind}")
        self.page = self.folder / "report.html"
        self.report: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        self.output = output

    def lane(self, kind: str, name: str) -> list[str]:
        """The states of a thing in the timeline, in words."""
        (found,) = [lane for lane in self.report["timeline"] if (lane["kind"], lane["name"]) == (kind, name)]
        return [state["text"] for state in found["states"]]


class Playground(playground.Playground):
    """Runs playbooks that keep reports."""

    NEW_LOGS = False
    SETTINGS = {"auto_giveback_delay": 864000}


class Maintained(Playground):
    """A node with SMB users is serviced: the first run is killed while the node is out, the second one finishes the work."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.place = self.site("pair", "smb_sessions", password=MARKER)
        self.place.set(node_maintenance_nodes=[NODE], node_maintenance_accept_smb_disruption=True)
        self.place.set(node_maintenance_report_dir=str(self.place.folder))

    def made(self) -> Made:
        """Run the runbook."""
        self.killed("ndo.ontap.node_maintenance", "Have the partner give back", sites=[self.place])
        output = self.output()
        run = self.play("ndo.ontap.node_maintenance", sites=[self.place]).good()
        return Made(self.place, "maintenance", output + run.output)


class Relocated(Playground):
    """A volume is moved, first as a forecast, then by modules that run the ordinary way; the name of the use is no good name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.place = self.site("files", password=MARKER)
        self.place.set(volume_relocate_volumes=[f"nas1:{VOLUME}"], volume_relocate_aggregate=THERE, volume_relocate_name=EVIL)
        self.place.set(volume_relocate_report_dir=str(self.place.folder))

    def made(self) -> Made:
        """Run the runbook."""
        output = self.play("ndo.ontap.volume_relocate", "--check", sites=[self.place]).good().output
        run = self.play("ndo.ontap.volume_relocate", "-e", "ndo_ontap_in_worker=false", sites=[self.place]).good()
        return Made(self.place, "relocate", output + run.output)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Made]]:
    """Both reports; the runbooks run at the same time."""
    fields = [Maintained(tmp_path_factory.mktemp("maintained")), Relocated(tmp_path_factory.mktemp("relocated"))]
    with ThreadPoolExecutor(len(fields)) as pool:
        maintenance, relocation = pool.map(lambda field: field.made(), fields)
    yield {"maintenance": maintenance, "relocation": relocation}
    for field in fields:
        field.stop()


def test_report_of_an_interrupted_maintenance_has_both_runs_and_every_write(made: dict[str, Made]) -> None:
    report = made["maintenance"].report
    assert (report["success"], report["forecast"], [run["outcome"] for run in report["runs"]]) == (True, False, ["interrupted", "success"])
    sent = [(one["method"], one["path"].partition("/api")[2]) for one in made["maintenance"].place.simulator.log.writes()]
    assert [(write["method"], write["path"]) for write in report["writes"]] == sent and len(sent) >= 5
    assert {write["status"] for write in report["writes"]} <= {200, 201, 202}
    assert made["maintenance"].lane("node", NODE)[-2:] == ["waiting for giveback", "up"]
    assert "on ndo-02, home is ndo-01" in made["maintenance"].lane("aggregate", "aggr1_ndo_01")
    assert made["maintenance"].lane("lif", "nas1:nas1_lif1") == ["on ndo-01", "on ndo-02, home is ndo-01", "on ndo-01"]
    assert {(one["what"], one["text"]) for one in report["pauses"]} >= {("handover", "from ndo-01 to ndo-02")}
    assert report["health"]["before"]["healthy"] and report["health"]["after"]["healthy"]


def test_report_tells_the_smb_sessions_that_were_lost_and_nobody_lost_more(made: dict[str, Made]) -> None:
    moments = made["maintenance"].report["sessions"]["moments"]
    assert {one["moment"] for one in moments} >= {"takeover", "giveback"} and all(one["sessions"] and one["users"] for one in moments)
    assert sum(one["moment"] == "takeover" for one in moments) == 1, "what the second run announced comes beside the first"
    assert 0 < made["maintenance"].place.verdict()["lost_sessions"] <= sum(one["sessions"] for one in moments)


def test_report_of_a_relocation_has_the_move_and_the_forecast_is_beside_it(made: dict[str, Made]) -> None:
    one = made["relocation"]
    assert (one.report["success"], one.report["title"]) == (True, f"files-{EVIL}")
    states = one.lane("move", f"nas1:{VOLUME}")
    assert states[-1] == "success" and any(state.startswith("replicating") for state in states)
    (cutover,) = [pause for pause in one.report["pauses"] if pause["what"] == "cutover"]
    assert cutover["name"] == f"nas1:{VOLUME}" and 0 <= cutover["seconds"] < one.report["seconds"]
    writes = [write for write in one.report["writes"] if not write["validation"]]
    assert [f"{write['method']} /api{write['path']}" for write in writes] == one.place.writes()
    assert "ndo_ontap_journal" not in one.output
    forecast = json.loads((one.folder / "forecast.json").read_text(encoding="utf-8"))
    assert forecast["forecast"] and all(write["validation"] for write in forecast["writes"])


def test_nothing_that_a_run_leaves_behind_holds_the_password(made: dict[str, Made]) -> None:
    for one in made.values():
        left = [path for path in one.place.folder.rglob("*") if path.is_file()]
        assert {"journal.jsonl", "report.json", "report.html"} <= {path.name for path in left}
        assert not [path for path in left if MARKER in path.read_text(encoding="utf-8")] and MARKER not in one.output


def test_page_fits_a_phone_wherever_runs_begin_and_whatever_things_are_called(
    made: dict[str, Made], browser: Browser, tmp_path: Path
) -> None:
    report = json.loads(json.dumps(made["maintenance"].report))
    long = "v" * 200
    for lane in report["timeline"]:
        lane["name"] = long
    report.update(title=long, message=f"{long} was moved.")
    for second in (*range(100), 101):
        # The second run of a maintenance of 100 seconds begins so late.
        moments = [f"2026-11-20T10:0{at // 60}:{at % 60:02}.000Z" for at in (0, second, second, 101)]
        report["runs"] = [{**report["runs"][0], "begun": moments[2 * one], "ended": moments[2 * one + 1]} for one in (0, 1)]
        page = tmp_path / "report.html"
        page.write_text(report_page.render(report), encoding="utf-8")
        browser.open(page, WIDTHS["phone"])
        assert browser.run("document.documentElement.scrollWidth") <= WIDTHS["phone"], second


WORDS = {
    "maintenance": [
        "Success", f"Node maintenance: pair-{NODE}", "SMB sessions lost", "restart: success", "Hatched: no run was under way",
        "EXAMPLE\\plain", "POST /private/cli/storage/failover/takeover", "Health before and after",
    ],
    "relocation": [
        "Success", f"Relocation: files-{EVIL}", f"Cutover of nas1:{VOLUME}", "had ONTAP check something", "PATCH /storage/volumes/",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_page_is_whole_quiet_and_readable_on_a_phone_and_at_a_desk(
    made: dict[str, Made], browser: Browser, tmp_path: Path, name: str
) -> None:
    for window, width in WIDTHS.items():
        browser.open(made[name].page, width)
        assert browser.run("document.documentElement.scrollWidth") <= width, f"the page is wider than the {window}"
        requests = [one["request"]["url"] for one in browser.seen("Network.requestWillBeSent")]
        assert [url for url in requests if not url.startswith("data:")] == [made[name].page.as_uri()]
        assert browser.seen("Log.entryAdded") + browser.seen("Runtime.consoleAPICalled") + browser.seen("Runtime.exceptionThrown") == []
        text = browser.run("document.body.innerText")
        assert [words for words in WORDS[name] if words not in text] == []
        assert browser.run("document.querySelectorAll('img, script, iframe, [onerror]').length") == 0
        assert browser.run(CONTRAST) == [], "light"
        browser.picture(tmp_path / f"{window}.png")
        assert (tmp_path / f"{window}.png").read_bytes().startswith(b"\x89PNG")
    browser.open(made[name].page, WIDTHS["desk"], dark=True)
    assert browser.run(CONTRAST) == [], "dark"
    browser.paper(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
