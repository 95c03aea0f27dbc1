# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takeover and giveback through ONTAPI: cf-takeover and cf-giveback, the second engine beside the CLI passthrough.

Both calls name the node that does it, the partner, where the CLI names the node whose storage moves. They only start something; how far it
is, is read as ever. Source: documentation of the manageability SDK, cf-takeover and cf-giveback.
"""

from __future__ import annotations

from typing import Any

from .arguments import Arguments
from .client import Answer, Client
from .errors import InputError
from .ontapi import Ontapi
from .plan import Step

AUTO, REST, ONTAPI = "auto", "rest", "ontapi"
ENGINE = Arguments({"engine": {"type": "str", "choices": [AUTO, REST, ONTAPI], "default": AUTO}})

TAKEOVER = {"bypass-optimization": "bypass-optimization", "skip-lif-migration-before-takeover": "skip-lif-migration"}
STYLES = {"immediate": "immediate", "allow-version-mismatch": "version-mismatch-ok"}
GIVEBACK = ("override-vetoes", "only-cfo-aggregates", "require-partner-waiting")
"""Parameters of the CLI commands, and the inputs of the calls that mean the same."""


def takeover_step(client: Client, partner: str | None, arguments: dict[str, Any]) -> Step:
    """The step that has the partner take over; `arguments` are those of the CLI command."""
    inputs = {word: arguments[name] for name, word in TAKEOVER.items() if name in arguments}
    if arguments.get("option") in STYLES:
        inputs[STYLES[arguments["option"]]] = True
    return _step(client, "takeover", "cf-takeover", {"node": partner, **inputs})


def giveback_step(client: Client, partner: str | None, arguments: dict[str, Any]) -> Step:
    """The step that has the partner give back; `arguments` are those of the CLI command."""
    if not gives_back(arguments):
        raise InputError("only_sfo_aggregates is not known to ONTAPI.", hint="Use engine: rest.", target="only_sfo_aggregates")
    inputs = {name: arguments[name] for name in GIVEBACK if name in arguments}
    return _step(client, "giveback", "cf-giveback", {"node": partner, **inputs})


def gives_back(arguments: dict[str, Any]) -> bool:
    """Whether ONTAPI knows all that is asked of a giveback."""
    return "only-sfo-aggregates" not in arguments


def _step(client: Client, name: str, call: str, inputs: dict[str, Any]) -> Step:
    """A step that is a call. netapp-lib is looked for when the call is made, for a step that stands in may never be needed."""

    def send() -> Answer:
        return Answer(200, {"outputs": Ontapi(client).call(call, inputs)})

    step = Step(name, "POST", call, body=inputs)
    step.send = send
    return step
