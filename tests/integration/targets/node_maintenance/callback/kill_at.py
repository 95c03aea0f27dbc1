# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the whole run, as a crash would, when a task begins whose name contains NDO_KILL_AT; for tests only."""

from __future__ import annotations

import os
import signal

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: kill_at
type: aggregate
short_description: Kill the run at a task
description: Kills the process group when a task begins whose name contains E(NDO_KILL_AT).
"""


class CallbackModule(CallbackBase):
    """Ends the run without a chance to clean up."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "kill_at"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_task_start(self, task, is_conditional):
        """Kill at the task that was asked for."""
        name = os.environ.get("NDO_KILL_AT")
        if name and name in task.get_name():
            os.killpg(os.getpgrp(), signal.SIGKILL)
