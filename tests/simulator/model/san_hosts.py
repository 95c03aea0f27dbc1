# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the administrators of SAN hosts do, set off from outside: let go of LUNs, shut a host down, write.

A row of `san_hosts` is described in reach_san.py. Nothing here is part of ONTAP.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from .. import write_order
from ..reach_san import San, lun_path
from ..store import Row
from .luns import write
from .world import World


def _host(world: World, name: str) -> tuple[str, Row]:
    for key, host in world.store.table("san_hosts").items():
        if host["name"] == name:
            return key, host
    raise ValueError(f"there is no SAN host {name}")


def host_release(world: World, host: str, luns: list[str] | None = None) -> None:
    """The host has unmounted and removed these LUNs (their paths), or all that it sees: their loss is nobody's loss from now on."""
    key, row = _host(world, host)
    table = world.store.table("luns")
    seen = [lun_path(table[uuid]) for uuid in San(world.store).used().get(key, {}) if uuid in table]
    row["released"] = sorted({*row.get("released", ()), *(seen if luns is None else luns)})
    world.ledger.observe(f"host {host} let go of LUNs")


def host_offline(world: World, host: str, offline: bool = True) -> None:
    """The host is shut down (its initiators log out), or comes back."""
    _key, row = _host(world, host)
    row["offline"] = offline
    world.ledger.observe(f"host {host} {'went down' if offline else 'came back'}")


def host_initiators(world: World, host: str, initiators: Iterable[str] = ()) -> None:
    """The host has other initiators from now on."""
    _key, row = _host(world, host)
    row["initiators"] = list(initiators)
    world.ledger.observe(f"host {host} has other initiators")


def lun_write(world: World, path: str, used: int | None = None, content: str | None = None, svm: str | None = None) -> None:
    """The host of a LUN has written: so many bytes are in use now (as many as before unless given), and the content is another."""
    write(world, path, used, content, svm)


def writer_start(world: World, name: str, luns: list[str], rate: float = write_order.RATE, svm: str | None = None) -> None:
    """An application begins to write numbered records, so many a second, to these LUNs (their paths) in turn."""
    rows = []
    for path in luns:
        found = [row for row in world.store.each("luns") if lun_path(row) == path and svm in (None, row["svm"]["name"])]
        if len(found) != 1:
            raise ValueError(f"there is no LUN {path}" if not found else f"several SVMs have a LUN {path}; name one")
        rows += found
    world.ledger.catch_up()
    write_order.insert(world.store, world.now(), name, rows, rate)


def writer_stop(world: World, name: str) -> None:
    """An application writes no more."""
    world.ledger.catch_up()
    write_order.stop(world.store, name)


OFFERED = (host_release, host_offline, host_initiators, lun_write, writer_start, writer_stop)
TRIGGERS: dict[str, Callable[..., Any]] = {one.__name__: one for one in OFFERED}
