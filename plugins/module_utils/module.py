# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The glue to Ansible: one exit, one fail. Nothing else knows AnsibleModule.

A module is a spec (ARGUMENTS) and `body(params, check_mode, client) -> result`. `run` carries it out the ordinary way, in
a Python of its own; `run_in_worker` does it inside Ansible's worker process for the action plugin. Both go through
`perform`, so the results are the same. A module whose spec has no connection options speaks to no cluster: its body gets a
Caller where others get a Client.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from .arguments import Arguments
from .client import Caller, Client
from .errors import OntapError
from .journal import ASKED, CREDENTIAL_WORDS, HANDED_OVER, Entry, Journal, Keep
from .transport import Settings, Transport
from .waiting import Report

Body = Callable[[dict, bool, Any], dict]
PROGRESS_FILE = "ndo_ontap_progress"
"""Where a module that runs on another machine writes what it reports, in the temporary folder that Ansible gives it."""

NUMERIC_SECRET = 6
"""Digits from which a number below a credential's name is taken for a secret."""


def perform(
    body: Body, params: dict[str, Any], check_mode: bool, report: Report | None = None, journal: Journal | None = None
) -> dict[str, Any]:
    """Connect, carry out the body, disconnect; a deliberate error becomes the arguments of fail_json."""
    caller = None
    try:
        with _connected(params, report, journal) as caller:
            result = body(params, check_mode, caller)
    except OntapError as error:
        result = {"failed": True, "changed": bool(error.facts.get("actions_done")), **error.to_fail()}
    result["api"] = caller.usage() if caller else {"requests": 0, "seconds": 0.0}
    return result


@contextlib.contextmanager
def _connected(params: dict[str, Any], report: Report | None, journal: Journal | None) -> Iterator[Caller]:
    """A client of the cluster that the options name; where there are no such options, somebody who calls no cluster."""
    if "hostname" not in params:
        yield Caller(report, journal)
        return
    transport = Transport(Settings(params))
    if journal is not None:
        journal.on(transport.settings.host)
    try:
        yield Client(transport, report, journal)
    finally:
        transport.close()


def run(arguments: Arguments, body: Body) -> None:
    """The ordinary way: an AnsibleModule from the spec, and exit_json or fail_json at the end."""
    from ansible.module_utils.basic import AnsibleModule

    module = AnsibleModule(arguments.options, supports_check_mode=arguments.supports_check_mode, **arguments.constraints)
    module.no_log_values.update(credentials(module.params))
    warnings.filterwarnings("ignore", message="Unverified HTTPS request")
    notes: list[Entry] = []
    journal = Journal(notes.append) if os.environ.get(ASKED) else None
    result = perform(body, module.params, module.check_mode, _to_file(module), journal)
    if journal is not None:
        # Ansible masks secrets in it as in the rest of the result.
        result[HANDED_OVER] = {"notes": notes, "reads": journal.reads}
    for text in result.pop("warnings", []):
        module.warn(text)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _to_file(module: Any) -> Report | None:
    """Writes what a wait sees to a file, from which the action plugin shows it; nothing where Ansible gave no folder, or with no_log."""
    folder = getattr(module, "_tmpdir", None)
    if not folder or module.no_log:
        return None
    path = os.path.join(folder, PROGRESS_FILE)

    def report(text: str) -> None:
        with contextlib.suppress(OSError), open(path, "a", encoding="utf-8") as file:
            file.write(text.replace("\n", " ") + "\n")

    return report


def run_in_worker(
    arguments: Arguments, body: Body, args: dict[str, Any], check_mode: bool, report: Report | None = None, *, keep: Keep | None = None
) -> dict[str, Any]:
    """The quick way: the same validation and the same body, in the process that calls; returns the task's result.

    `keep` gets what the task notes for its journal.
    """
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
    from ansible.module_utils.common.parameters import remove_values

    checked = ArgumentSpecValidator(arguments.options, **arguments.constraints).validate(args)
    params = checked.validated_parameters
    # Ansible's public validator keeps the secrets that it met in this attribute only, in all releases that we support.
    secrets = {str(value) for value in checked._no_log_values} | credentials(params)
    if checked.error_messages:
        return remove_values({"failed": True, "msg": "; ".join(checked.error_messages), **_invocation(params)}, secrets)
    warnings.filterwarnings("ignore", message="Unverified HTTPS request")
    journal = Journal(keep, secrets) if keep else None
    result = perform(body, params, check_mode, report, journal)
    if journal is not None:
        result[HANDED_OVER] = {"notes": [], "reads": journal.reads}
    return remove_values({**result, **_invocation(params)}, secrets)


def _invocation(params: dict[str, Any]) -> dict[str, Any]:
    return {"invocation": {"module_args": params}}


def credentials(value: Any, secret: bool = False) -> set[str]:
    """Every text below a key that names a credential, anywhere in the parameters: none of them may be shown."""
    if isinstance(value, dict):
        found = [credentials(inner, secret or _names_credential(key)) for key, inner in value.items()]
        return set().union(*found)
    if isinstance(value, (list, tuple)):
        return set().union(*(credentials(inner, secret) for inner in value))
    # A number is masked wherever its digits appear, so a short one would mask half of the output.
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return {text} if secret and text and (isinstance(value, str) or len(text) >= NUMERIC_SECRET) else set()


def _names_credential(key: Any) -> bool:
    return any(word in str(key).lower() for word in CREDENTIAL_WORDS)
