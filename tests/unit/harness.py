# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs modules for real, both ways, against a simulator on a socket. Only the clock, the arguments and the system's log
are substituted."""

from __future__ import annotations

import importlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS

# Since ansible-core 2.21 a module only shows how it was called when it is told to.
SHOWN = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
MODULES = "ansible_collections.ndo.ontap.plugins.modules."


def is_validation(entry: dict[str, Any]) -> bool:
    """Whether a request of the log has ONTAP check something without doing it."""
    return "validate_only=true" in entry["query"]


def connects(name: str) -> bool:
    """Whether a module speaks to a cluster, and so takes the connection options."""
    return "hostname" in importlib.import_module(MODULES + name).ARGUMENTS.options


class LinkedClock:
    """The client's clock: sleeping advances the simulator's manual clock, so an hour passes in no time."""

    def __init__(self, simulated: Any) -> None:
        self.simulated = simulated
        self.slept: list[float] = []

    def now(self) -> float:
        """Simulated seconds."""
        return self.simulated.now()

    def wall(self) -> float:
        """Simulated seconds since the Unix epoch."""
        return self.simulated.now()

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.slept.append(seconds)
        self.simulated.advance(seconds)


@contextmanager
def arguments(args: dict[str, Any]) -> Iterator[None]:
    """Give a module its arguments the way that this release of ansible-core wants them."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        yield
    else:
        with patch_module_args(args):
            yield


def run_ordinary(name: str, args: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    """The real main() of a module, to its end; returns what it printed as JSON."""
    module = importlib.import_module(MODULES + name)
    printed = io.StringIO()
    # Writing into the system's log takes as long as the rest.
    basic.AnsibleModule.log = lambda *_args, **_more: None
    with arguments({**args, "_ansible_check_mode": check_mode, **SHOWN}), redirect_stdout(printed), suppress(SystemExit):
        module.main()
    return json.loads(printed.getvalue().strip().splitlines()[-1])


def run_in_worker(name: str, args: dict[str, Any], check_mode: bool = False, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """The real action plugin with a real task on a local connection; returns the task's result."""
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.play_context import PlayContext
    from ansible.playbook.task import Task
    from ansible.plugins import loader as loaders
    from ansible.template import Templar

    from ansible_collections.ndo.ontap.plugins.action.rest import ActionModule

    fqcn = f"ndo.ontap.{name}"
    data = DataLoader()
    task = Task()
    task.action, task.args, task.check_mode = fqcn, args, check_mode
    context = PlayContext()
    connection = loaders.connection_loader.get("local", context, os.devnull)
    action = ActionModule(task, connection, context, data, Templar(data, variables=variables or {}), loaders)
    return json.loads(json.dumps(action.run(task_vars={"ansible_inject_invocation": True, **(variables or {})})))


def _has_controller() -> bool:
    """Whether this Python can be a controller; on an older one only modules run."""
    try:
        importlib.import_module("ansible.plugins.action")
    except (ImportError, SyntaxError):
        return False
    return True


WAYS = {"ordinary": run_ordinary, **({"in_worker": run_in_worker} if _has_controller() else {})}
