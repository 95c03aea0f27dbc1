# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of awx.awx or ansible.controller for the kind of object where one of them is installed, else our own."""

from __future__ import annotations

from typing import Any

from ansible.plugins.loader import module_loader

from ansible_collections.ndo.ontap.plugins.action.rest import ActionModule as InWorker
from ansible_collections.ndo.ontap.plugins.action.rest import plain, preload

COLLECTIONS = ("awx.awx", "ansible.controller")
CONNECTION = ("controller_host", "controller_username", "controller_password", "controller_oauthtoken", "validate_certs", "request_timeout")


class ActionModule(InWorker):
    """Carries the task out by the collection that is there, or by the API itself."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Choose between the two, by the option engine."""
        args = plain(self._task.args)
        engine, kind = args.get("engine", "auto"), str(args.get("kind", ""))
        collection = self._collection(kind) if engine in ("auto", "collection") else ""
        if engine == "collection" and not collection:
            return {"failed": True, "msg": f"Neither {' nor '.join(COLLECTIONS)} is installed, or they have no module for a {kind}."}
        if not collection:
            return super().run(tmp, task_vars)
        return self._by_collection(collection, kind, args, task_vars)

    @staticmethod
    def _collection(kind: str) -> str:
        """The first collection that has a module for the kind."""
        found = (name for name in COLLECTIONS if module_loader.find_plugin_with_context(f"{name}.{kind}").resolved)
        return next(found, "") if kind.isidentifier() else ""

    def _by_collection(self, collection: str, kind: str, args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
        settings = {name: value for name, value in (args.get("settings") or {}).items() if value is not None}
        identity = "identifier" if kind == "workflow_job_template_node" else "name"
        given = {name: args[name] for name in CONNECTION if args.get(name) is not None}
        more: dict[str, Any] = {"state": args.get("state", "present"), identity: args.get("name")}
        if kind == "credential":
            more["update_secrets"] = args.get("update_secrets", False)
        result = self._execute_module(module_name=f"{collection}.{kind}", module_args={**settings, **given, **more}, task_vars=task_vars)
        # What the module was called with may hold secrets that it does not know for such.
        result.pop("invocation", None)
        if not result.get("failed"):
            result.setdefault("changed", False)
            result.update(engine=collection, record={"id": result.get("id"), identity: args.get("name")}, actions=[])
        return result


preload("awx_object")
