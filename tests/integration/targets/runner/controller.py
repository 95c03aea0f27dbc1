# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates as AWX runs them, by ansible-runner, on simulated clusters.

What AWX gives to ansible-runner is what awx/main/tasks/jobs.py of AWX gives: files of the same names with the same contents, the credential
in the environment, nothing else. Left out is the container, which ends with all its processes when a job is canceled.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, NamedTuple

import ansible_runner
import yaml
from credential import inject

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
ROOT = next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())
sys.path.insert(0, str(ROOT))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

COLLECTION = ROOT / "ansible_collections/ndo/ontap"
LIMIT = 180
"""Seconds of real time after which a job counts as hung."""

FAILED = {"runner_on_failed", "runner_item_on_failed", "runner_on_unreachable", "runner_on_async_failed"}
COMPLAINTS = {"warning", "system_warning", "deprecated", "error"}
"""Events that operators would ask about."""


class Template(NamedTuple):
    """A job template and its survey, as the collection brings them into AWX."""

    name: str
    runbook: str
    check: bool
    survey: list[dict[str, Any]]

    @property
    def playbook(self) -> str:
        """The playbook, in the project."""
        return f"playbooks/{self.runbook}.yml"

    def answers(self, given: dict[str, Any]) -> dict[str, Any]:
        """The extra variables that AWX sends: the answers that are given, and the defaults of the other questions.

        AWX validates defaults like answers, and leaves out those that are not valid: too short ones, and those of multiselect, which are
        texts where an answer is a list. Source: awx/main/models/mixins.py, _update_unified_job_kwargs.
        """
        unknown = set(given) - {question["variable"] for question in self.survey}
        assert not unknown, f"the survey does not ask for {unknown}"
        valid = [one for one in self.survey if "default" in one and one["type"] != "multiselect"]
        texts = ("text", "textarea")
        sent = {one["variable"]: one["default"] for one in valid if one["type"] not in texts or len(one["default"]) >= one["min"]}
        return {**sent, **given}


def templates() -> list[Template]:
    """All job templates of the collection."""
    folder = COLLECTION / "extensions/awx"
    found = []
    for one in yaml.safe_load((folder / "job_templates.yml").read_text(encoding="utf-8")):
        survey = yaml.safe_load((folder / "surveys" / f"{one['runbook']}.yml").read_text(encoding="utf-8"))
        found.append(Template(one["name"], one["runbook"], one.get("job_type", "run") == "check", survey))
    return found


def template(name: str) -> Template:
    """The job template of this name."""
    (found,) = [one for one in templates() if one.name == name]
    return found


class Unsafe(yaml.SafeDumper):
    """Writes extra variables as AWX does: no text of a survey is a template. Source: awx/main/utils/safe_yaml.py."""

    def represent_data(self, data: Any) -> yaml.Node:
        """Mark texts, also those that are keys."""
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


class Job:
    """One run of a job template. Its folder is the private data of ansible-runner."""

    def __init__(self, number: int, folder: Path, template: Template, place: playground.Cluster) -> None:
        self.number = number
        self.folder = folder
        self.template = template
        self.place = place
        self.events: list[dict[str, Any]] = []
        self.left: set[int] = set()
        self._cancel = threading.Event()
        self._before = set(playground.descendants(os.getpid()))

    def start(self, answers: dict[str, Any], flags: str = "", extra: dict[str, Any] | None = None) -> Job:
        """Begin; the log of the requests begins with it. `extra`: extra variables of the job template, which a survey does not ask for."""
        self.place.simulator.log.clear()
        self._write("env/extravars", self._extra_variables(answers, extra or {}))
        self._write("env/cmdline", f"{'--check ' if self.template.check else ''}-u root {flags}")
        # AWX leaves the timeout at 5 seconds: that is how often ansible-runner looks whether a job was canceled.
        self._write("env/settings", json.dumps({"job_timeout": 0, "suppress_ansible_output": True, "pexpect_timeout": 0.1}))
        self._write("inventory/hosts", f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(INVENTORY)!r})\n").chmod(0o700)
        shutil.copytree(COLLECTION / "playbooks", self.folder / "project/playbooks")
        self._thread, self._runner = ansible_runner.run_async(
            private_data_dir=str(self.folder),
            ident=self.number,
            playbook=self.template.playbook,
            inventory=str(self.folder / "inventory/hosts"),
            envvars=self._environment(),
            suppress_env_files=True,
            cancel_callback=self._cancel.is_set,
            event_handler=self._hear,
        )
        return self

    def _hear(self, event: dict[str, Any]) -> bool:
        """Take an event as it comes; it is to be written into a file too."""
        self.events.append(event)
        return True

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def _extra_variables(self, answers: dict[str, Any], extra: dict[str, Any]) -> str:
        about = {f"{product}_{name}": value for product in ("awx", "tower") for name, value in self._about().items()}
        return yaml.dump({**answers, **about}, Dumper=Unsafe, default_flow_style=False) + yaml.safe_dump(extra) * bool(extra)

    def _about(self) -> dict[str, Any]:
        """What AWX says of a job. Source: awx/main/models, awx_meta_vars."""
        return {"job_id": self.number, "job_launch_type": "manual", "job_template_name": self.template.name, "user_name": "operator"}

    def _environment(self) -> dict[str, str]:
        """The environment of a job: its credential, and what AWX adds."""
        one = self.place.simulator
        ca = Path(one.ca_path).read_text(encoding="utf-8")
        given = {"hostname": one.host, "port": str(one.port), "username": one.username, "password": one.password, "ca": ca}
        credential = inject(COLLECTION, self.folder / "env", given)
        awx = {"JOB_ID": str(self.number), "INVENTORY_ID": "1", "PROJECT_REVISION": "0" * 40, "MAX_EVENT_RES": "700000"}
        awx.update(ANSIBLE_FORCE_COLOR="True", ANSIBLE_INVENTORY_UNPARSED_FAILED="True", ANSIBLE_RETRY_FILES_ENABLED="False")
        # An execution environment has no such setting; that of the tests leaves the plugin out that reads the inventory of AWX.
        return {**credential, **awx, "ANSIBLE_INVENTORY_ENABLED": "script"}

    # -- its end -------------------------------------------------------------------------------------------------------

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._thread.is_alive()

    def wait(self) -> Job:
        """Wait for the end."""
        self._thread.join(LIMIT)
        assert not self.runs(), self.output
        return self

    def wait_for(self, what: Callable[[], bool]) -> Job:
        """Wait in real time until something is so, while the job runs."""
        until = time.monotonic() + LIMIT
        while not what():
            assert self.runs() and time.monotonic() < until, self.output
            time.sleep(0.02)
        return self

    def cancel(self, container: bool = True) -> Job:
        """Cancel it. ansible-runner kills the process group of the playbook; the container ends with it, and so does all that is in it.

        Without a container, what Ansible has started in sessions of their own goes on to the end of its task.
        """
        self.left = set(playground.descendants(os.getpid())) - self._before
        self.place.pace(playground.STILL)
        self._cancel.set()
        self.wait()
        if container:
            self.clear()
        return self

    def clear(self) -> None:
        """End all processes that are left of it."""
        for pid in self.left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.left = set()

    @property
    def status(self) -> str:
        """What AWX shows as the status of the job."""
        return str(self._runner.status)

    @property
    def rc(self) -> int:
        """The exit status."""
        return int(self._runner.rc)

    @property
    def output(self) -> str:
        """What the output of the job shows, out of the events, as AWX puts it together."""
        return "\n".join(event["stdout"] for event in self.events if event["stdout"])

    def said(self) -> list[str]:
        """The lines that were displayed beside the results of tasks."""
        return [event["stdout"].strip() for event in self.events if event["event"] == "verbose"]

    def kinds(self) -> set[str]:
        """The kinds of events that there were."""
        return {event["event"] for event in self.events}

    def failures(self) -> list[str]:
        """The messages of tasks that have failed, in their order."""
        found = [event["event_data"] for event in self.events if event["event"] in FAILED and not event["event_data"].get("ignore_errors")]
        return [str(one["res"].get("msg")) for one in found]

    @property
    def artifacts(self) -> dict[str, Any]:
        """The artifacts of the job: what it has set with set_stats. Source: awx/main/tasks/callback.py."""
        (stats,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(stats["event_data"].get("artifact_data", {}))

    def report(self) -> dict[str, Any]:
        """The one report of the runbook."""
        (found,) = self.artifacts[self.template.runbook].values()
        return dict(found)

    def successful(self) -> Job:
        """The job, which has gone well: AWX shows it in green, and nobody has to ask about an event."""
        assert (self.status, self.rc) == ("successful", 0), self.output
        assert not self.kinds() & (FAILED | COMPLAINTS), [event for event in self.events if event["event"] in FAILED | COMPLAINTS]
        assert [event["counter"] for event in self.events] == list(range(1, len(self.events) + 1))
        assert self.without_secrets()
        return self

    def without_secrets(self) -> bool:
        """Whether the password is in no file of the job; AWX censors the command with its environment, before it keeps it."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "command"]
        secret = self.place.simulator.password.encode()
        assert len(files) > len(self.events) > 0
        assert [str(path) for path in files if secret in path.read_bytes()] == []
        return True


INVENTORY = {
    "all": {"hosts": ["localhost"]},
    "_meta": {"hostvars": {"localhost": {"ansible_connection": "local", "remote_tower_enabled": "true", "remote_tower_id": 1}}},
}
"""Source: awx/main/models/inventory.py, get_script_data."""


class Controller:
    """Launches jobs, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Any] = []
        self.jobs: list[Job] = []
        self.scale = 1.0

    def cluster(self, scenario: Any = "ha_pair", scale: float = 60, **settings: Any) -> playground.Cluster:
        """A cluster; nothing is given back behind the back of a test."""
        self.scale = scale
        simulator = Simulator(scenario=scenario, clock=ScaledClock(scale)).start()
        simulator.world.settings.update(auto_giveback_delay=864000, **settings)
        self.started.append(simulator)
        return playground.Cluster(simulator)

    def launch(self, template: Template, place: playground.Cluster, answers: dict[str, Any], says: str = "", **options: Any) -> Job:
        """Start a job with these answers, and options of Job.start.

        Time stands still until it has come to the cluster, or says something: Ansible may take long to start.
        """
        number = len(self.jobs) + 1
        job = Job(number, self.folder / f"job{number}", template, place)
        self.jobs.append(job)
        place.pace(playground.STILL)
        job.start(template.answers(answers), **options)
        while job.runs() and not (any(says in line for line in job.said()) if says else place.simulator.log.entries):
            time.sleep(0.02)
        place.pace(self.scale)
        return job

    def run(self, template: Template, place: playground.Cluster, answers: dict[str, Any], **options: Any) -> Job:
        """Run a job to its end."""
        return self.launch(template, place, answers, **options).wait()

    def stop(self) -> None:
        """End the simulators, and what is left of jobs."""
        for job in self.jobs:
            job.clear()
        for simulator in self.started:
            simulator.stop()
