# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared option specs with their constraints, and how they are put together."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.common.parameters import env_fallback

CONSTRAINTS = ("mutually_exclusive", "required_together", "required_one_of", "required_if")


class Arguments:
    """An argument spec and its constraints as one value, so that both travel together."""

    def __init__(self, options: dict[str, Any], supports_check_mode: bool = True, **constraints: list[Any]) -> None:
        unknown = set(constraints) - set(CONSTRAINTS)
        if unknown:
            raise TypeError(f"not a constraint: {', '.join(sorted(unknown))}")
        self.options = options
        self.constraints = constraints
        self.supports_check_mode = supports_check_mode

    def merge(self, *others: Arguments) -> Arguments:
        """This spec and the others in one; an option may be defined once only."""
        options = dict(self.options)
        constraints = {name: list(rules) for name, rules in self.constraints.items()}
        for other in others:
            twice = set(options) & set(other.options)
            if twice:
                raise TypeError(f"defined twice: {', '.join(sorted(twice))}")
            options.update(other.options)
            for name, rules in other.constraints.items():
                constraints.setdefault(name, []).extend(rules)
        return Arguments(options, self.supports_check_mode, **constraints)


def filled_environment(*names: str) -> str:
    """The first of these environment variables that holds something. AWX sets those that a credential leaves out to an empty text."""
    return env_fallback(*(name for name in names if os.environ.get(name)))


def _from_environment(*names: str) -> dict[str, Any]:
    return {"fallback": (filled_environment, list(names))}


CONNECTION = Arguments(
    {
        "hostname": {"type": "str", "required": True, **_from_environment("ONTAP_HOSTNAME")},
        "username": {"type": "str", **_from_environment("ONTAP_USERNAME")},
        "password": {"type": "str", "no_log": True, **_from_environment("ONTAP_PASSWORD")},
        "cert_filepath": {"type": "path", **_from_environment("ONTAP_CERT_FILEPATH")},
        "key_filepath": {"type": "path", **_from_environment("ONTAP_KEY_FILEPATH")},
        "ca_path": {"type": "path", **_from_environment("ONTAP_CA_PATH")},
        "validate_certs": {"type": "bool", "default": True, **_from_environment("ONTAP_VALIDATE_CERTS")},
        "port": {"type": "int", "default": 443, **_from_environment("ONTAP_PORT")},
        "http_timeout": {"type": "int", "default": 30, **_from_environment("ONTAP_HTTP_TIMEOUT")},
    },
    required_together=[["username", "password"]],
    required_one_of=[["username", "cert_filepath"]],
    mutually_exclusive=[["username", "cert_filepath"]],
)
"""How to reach the cluster. Sizes and times: http_timeout in seconds."""


def wait_arguments(timeout: int) -> Arguments:
    """The options `wait` and `wait_timeout` (seconds) with a default that fits the operation."""
    return Arguments({"wait": {"type": "bool", "default": True}, "wait_timeout": {"type": "int", "default": timeout}})
