# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose SMB sessions may be lost: a list of users, addresses of clients, volumes and shares that a task gives up by name.

A session may be lost only when all that it has open is given up: one that also uses a volume or a share that no entry covers stays.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Any, Callable

from .client import Client, dig
from .errors import InputError
from .smb import files_of, key_of

Accept = Callable[[str], bool]
KINDS = ("user", "client", "svm", "volume", "share")
HINT = (
    "Write {user: 'EXAMPLE\\anna'}, {client: 198.51.100.0/24}, {svm: nas1, volume: scratch} or {svm: nas1, share: tmp}; "
    "as a text, user=EXAMPLE\\anna."
)


def like(pattern: str, fold: bool = False) -> Accept:
    """Whether a name is meant; `*` stands for any text, all else for itself. fold: case does not matter, as in names of Windows users."""
    parts = (pattern.casefold() if fold else pattern).split("*")
    whole = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
    return lambda name: bool(whole.fullmatch(name.casefold() if fold else name))


def within(text: str, target: str) -> Accept:
    """Whether an address is this one, or in this network."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise InputError(f"{target}: {text!r} is neither an address nor a network: {error}.", hint=HINT, target=target) from error

    def accept(address: str) -> bool:
        try:
            return ipaddress.ip_address(address) in network
        except ValueError:
            return False

    return accept


def matcher(kind: str, value: str, target: str) -> Accept:
    """How a name of a kind is compared."""
    if kind == "client":
        return within(value, target)
    return like(value, fold=kind == "user")


class Entry:
    """An entry of the list: all of its conditions have to be true."""

    def __init__(self, given: Any, target: str) -> None:
        conditions = _conditions(given, target)
        self._accept = {kind: matcher(kind, value, target) for kind, value in conditions.items()}

    @property
    def narrow(self) -> bool:
        """Whether it gives up some volumes or shares only."""
        return "volume" in self._accept or "share" in self._accept

    @property
    def by_share(self) -> bool:
        """Whether it is about a share, which only the open files tell."""
        return "share" in self._accept

    def concerns(self, session: dict[str, Any]) -> bool:
        """Whether it is about the user, the client and the SVM of the session."""
        facts = {"user": session.get("user"), "client": session.get("client_ip"), "svm": dig(session, "svm.name")}
        return all(self._is(kind, value) for kind, value in facts.items())

    def covers(self, volume: Any, share: Any) -> bool:
        """Whether it gives up what is open in a volume, through a share; a share that is not known is none that it names."""
        return self._is("volume", volume) and self._is("share", share)

    def _is(self, kind: str, value: Any) -> bool:
        return kind not in self._accept or (value is not None and self._accept[kind](str(value)))


def _conditions(given: Any, target: str) -> dict[str, str]:
    entry = given
    if isinstance(given, str):
        kind, _equals, value = given.partition("=")
        entry = {kind.strip(): value}
    if not isinstance(entry, dict) or not entry or not set(entry) <= set(KINDS):
        raise InputError(f"{target}: {given!r} does not say whose sessions may be lost.", hint=HINT, target=target)
    found = {kind: "" if value is None else str(value).strip() for kind, value in entry.items()}
    empty = sorted(kind for kind, value in found.items() if not value)
    if empty:
        # An empty name is a template that found nothing; it must not give up everybody.
        raise InputError(f"{target}: {', '.join(empty)} is empty.", hint=HINT, target=target)
    return found


class AllowList:
    """The sessions that may be lost. target: the option that gives it, for messages."""

    def __init__(self, given: Iterable[Any] | None, target: str = "smb_allow") -> None:
        self.entries = [Entry(one, target) for one in given or [] if one != ""]

    def __bool__(self) -> bool:
        return bool(self.entries)

    def split(self, client: Client, sessions: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The sessions that must not be lost, and those that may. Costs a read of open files when an entry that matters names a share."""
        asked = [one for one in sessions if any(entry.by_share and entry.concerns(one) for entry in self.entries)]
        files = files_of(client, asked)
        allowed = [one for one in sessions if self._allows(one, files.get(key_of(one)))]
        kept = {id(one) for one in allowed}
        return [one for one in sessions if id(one) not in kept], allowed

    def _allows(self, session: dict[str, Any], files: list[dict[str, Any]] | None) -> bool:
        entries = [entry for entry in self.entries if entry.concerns(session)]
        if any(not entry.narrow for entry in entries):
            return True
        volumes = [(one.get("name"), None) for one in session.get("volumes") or []]
        by_volume = bool(volumes) and all(any(entry.covers(*one) for entry in entries) for one in volumes)
        if by_volume or files is None:
            return by_volume
        # Files that were opened since the sessions were read are not among them, so all that are counted have to be there.
        opened = [(dig(one, "volume.name"), dig(one, "share.name")) for one in files]
        whole = len(opened) >= int(session.get("open_files") or 0) > 0
        return whole and all(any(entry.covers(*one) for entry in entries) for one in opened)
