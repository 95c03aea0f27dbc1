# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Begins and writes the report of a runbook, on the controller, wherever the tasks of the runbook run."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.ndo.ontap.plugins.action.rest import plain
from ansible_collections.ndo.ontap.plugins.modules.run_report import ARGUMENTS
from ansible_collections.ndo.ontap.plugins.plugin_utils.journal_file import paths_of
from ansible_collections.ndo.ontap.plugins.plugin_utils.report_folder import Folder

NOWHERE = "No folder was given for reports."
STARTED_BY = {
    "awx_job_id": "job",
    "tower_job_id": "job",
    "awx_job_template_name": "template",
    "tower_job_template_name": "template",
    "awx_user_name": "user",
    "tower_user_name": "user",
}
"""Variables that AWX and Automation Controller give a job. Source: documentation of AWX, job templates, extra variables."""


class ActionModule(ActionBase):
    """Carries out ndo.ontap.run_report."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Begin the journal, or write the report; what the disk refuses is a warning."""
        result = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        checked = ArgumentSpecValidator(ARGUMENTS.options, **ARGUMENTS.constraints).validate(plain(self._task.args))
        if checked.error_messages:
            raise AnsibleActionFail("; ".join(checked.error_messages))
        params = checked.validated_parameters
        told: dict[str, Any] = {"changed": False, "journals": paths_of(task_vars), "folder": "", "files": [], "msg": NOWHERE}
        if params["dir"]:
            folder = Folder(params["dir"], params["title"], params["kind"], bool(self._task.check_mode))
            told["folder"] = folder.path
            try:
                if params["state"] == "begun":
                    told.update(self._begin(folder, told["journals"], task_vars))
                else:
                    told.update(self._write(folder, params, told, task_vars))
            except Exception as error:  # noqa: BLE001 - work on storage does not fail, nor end in a traceback, for want of a report
                told["msg"] = f"There is no report in {folder.path}: {getattr(error, 'strerror', None) or error}."
                Display().warning(told["msg"])
        result.update(told)
        return result

    @staticmethod
    def _begin(folder: Folder, journals: list[str], task_vars: dict[str, Any]) -> dict[str, Any]:
        folder.begin(_started_by(task_vars))
        # An earlier use that was left without its end, by a failure that somebody rescued, does not go on.
        outer = journals[: journals.index(folder.journal)] if folder.journal in journals else journals
        return {"journals": [*outer, folder.journal], "msg": f"The report will be in {folder.path}."}

    @staticmethod
    def _write(folder: Folder, params: dict[str, Any], told: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        journals = told["journals"]
        outer = journals[: journals.index(folder.journal)] if folder.journal in journals else journals
        told["journals"] = outer
        roles = task_vars.get("ansible_parent_role_names") or [""]
        about = {"runbook": str(roles[0]), "host": str(task_vars.get("inventory_hostname", ""))}
        files = folder.write(about, params["result"])
        if not files:
            return {"msg": f"Nothing was written to the cluster; the report in {folder.path} stays as it is."}
        Display().display(f"  Report: {files[-1]}")
        return {"files": files, "msg": f"The report is in {files[-1]}."}


def _started_by(task_vars: dict[str, Any]) -> dict[str, str]:
    return {word: str(task_vars[name]) for name, word in STARTED_BY.items() if task_vars.get(name) not in (None, "")}
