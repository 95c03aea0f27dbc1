# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of the collection: every module is routed to it (meta/runtime.yml).

With a local connection it runs the module's body inside the worker process, which saves the 0.3 s that Ansible needs to
start a Python for each task. Everywhere else (another host, async, become, another interpreter, an environment of the
task's own, or when the variable ndo_ontap_in_worker is false) the same module runs the ordinary way.

The files beside this one have the modules' names. Ansible loads an action plugin of a task's own name in the parent process,
before it forks the worker, but one that it is routed to only in the worker. So what they load is inherited by all workers
instead of being compiled by each (80 ms and more per task, most of it for requests; Ansible keeps no bytecode of collections).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

# Loaded in the parent process, once (see above): workers inherit requests and the TLS context.
try:
    from ansible_collections.ndo.ontap.plugins.module_utils import journal as notes
    from ansible_collections.ndo.ontap.plugins.module_utils import module as glue
    from ansible_collections.ndo.ontap.plugins.module_utils.transport import tls_context
    from ansible_collections.ndo.ontap.plugins.plugin_utils.journal_file import TaskJournal, paths_of
    from ansible_collections.ndo.ontap.plugins.plugin_utils.live_progress import LiveProgress

    tls_context()
    IMPORT_ERROR = None
except Exception as error:  # noqa: BLE001 - an error here would end the whole play with a traceback; the task says it in one sentence
    IMPORT_ERROR = error

MODULES = "ansible_collections.ndo.ontap.plugins.modules."
OWN_INTERPRETER = ("", "auto", "auto_silent", "auto_legacy", "auto_legacy_silent", sys.executable)


class ActionModule(ActionBase):
    """Runs the module that the task names, in the worker where that is possible."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Carry out the task; see the module docstring for the two ways."""
        task_vars = task_vars or {}
        if IMPORT_ERROR is not None:
            return self._ordinary(task_vars)
        journal = self._journal(task_vars)
        if journal is None:
            return self._carry_out(tmp, task_vars, None)
        journal.begin()
        result: dict[str, Any] = {"failed": True}
        handed: dict[str, Any] = {}
        try:
            result = self._carry_out(tmp, task_vars, journal)
            handed = result.pop(notes.HANDED_OVER, handed)
            journal.keep_all(handed.get("notes", []))
        finally:
            journal.end(result, handed.get("reads", 0))
        return result

    def _carry_out(self, tmp: Any, task_vars: dict[str, Any], journal: Any) -> dict[str, Any]:
        if not self._in_worker(task_vars):
            if journal is not None and not self._task.async_val:
                self._task.environment = [*(self._task.environment or []), {notes.ASKED: "1"}]
            with self._live(task_vars):
                return self._ordinary(task_vars)
        result = super().run(tmp, task_vars)
        keep = journal.keep if journal is not None else None
        args, report = plain(self._task.args), self._report(task_vars)
        found = glue.run_in_worker(self._module().ARGUMENTS, self._module().body, args, self._task.check_mode, report, keep=keep)
        result.update(found)
        if not self._shows_invocation(task_vars):
            del result["invocation"]
        return result

    def _journal(self, task_vars: dict[str, Any]) -> Any:
        """The journal that the task adds to, where a runbook keeps one."""
        paths = paths_of(task_vars)
        if not paths:
            return None
        name = self._task.name or self._task.action
        with contextlib.suppress(AnsibleError):
            name = self._templar.template(name)
        about = {
            "name": str(name),
            "module": str(self._task.action),
            "host": str(task_vars.get("inventory_hostname", "")),
            "check": bool(self._task.check_mode),
        }
        return TaskJournal(paths, about, bool(self._task.no_log))

    @staticmethod
    def _shows_invocation(task_vars: dict[str, Any]) -> bool:
        """Whether results show how the module was called: a setting since ansible-core 2.21, always so before."""
        try:
            return boolean(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
        except AnsibleError:
            return True

    def _ordinary(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        normal = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        return normal.run(task_vars=task_vars)

    def _in_worker(self, task_vars: dict[str, Any]) -> bool:
        there = task_vars
        if self._task.delegate_to:
            there = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        interpreter = str(self._templar.template(there.get("ansible_python_interpreter", "")) or "")
        return (
            self._connection.transport == "local"
            and not self._play_context.become
            and not self._task.async_val
            and not any(self._task.environment or [])
            and interpreter in OWN_INTERPRETER
            and boolean(self._templar.template(task_vars.get("ndo_ontap_in_worker", True)))
        )

    def _module(self) -> Any:
        return importlib.import_module(MODULES + self._task.action.rpartition(".")[2])

    def _report(self, task_vars: dict[str, Any]) -> Any:
        """Shows what a wait sees, live on the terminal and in AWX's job output; nothing for a task with no_log."""
        if self._task.no_log:
            return None
        several = len(task_vars.get("ansible_play_hosts") or ()) > 1
        host = f"[{task_vars.get('inventory_hostname')}] " if several else ""
        return lambda text: Display().display(f"  {host}{text}")

    def _live(self, task_vars: dict[str, Any]) -> Any:
        """The same for a module that runs elsewhere and may have to wait there; nothing for async, whose module outlives the task."""
        if IMPORT_ERROR is not None or self._task.no_log or self._task.async_val or self._task.check_mode:
            return contextlib.nullcontext()
        if "wait" not in self._module().ARGUMENTS.options or not self._waits():
            return contextlib.nullcontext()
        shell = self._connection._shell
        if getattr(shell, "SHELL_FAMILY", "") != "sh":
            return contextlib.nullcontext()
        try:
            folder = shell.tmpdir or self._make_tmp_path()
        except AnsibleError:
            # What is wrong with the other machine is told when the module is to run there.
            return contextlib.nullcontext()
        return LiveProgress(self._connection, shell.join_path(folder, glue.PROGRESS_FILE), self._report(task_vars))

    def _waits(self) -> bool:
        """Whether the task waits, and may say so; options that are no truth values are the module's to complain about."""
        try:
            return all(boolean(self._task.args.get(name, True)) for name in ("wait", "progress"))
        except TypeError:
            return False


def preload(name: str) -> None:
    """Load a module in the parent process; when that fails, the task that needs it says why."""
    with contextlib.suppress(Exception):
        importlib.import_module(MODULES + name)
    # The garbage collector of each worker would look through all that Ansible has loaded: a tenth of the user time of a play.
    gc.freeze()


def plain(value: Any) -> Any:
    """Arguments as a module would get them: without Ansible's marks on text, and with vaulted text in the clear."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


preload("rest")
