# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts and users would have noticed: the proof that an operation was non-disruptive.

The ledger does not trust the transitions of the model to report their effects. After each of them `observe()` asks, for
every client that the scenario has, whether its paths are up and its volumes can be read and written (`reach.py`), and
writes down what changed. Only what cannot be derived from reachability (a lost SMB session, lost data) is reported to it.

Kinds of entries: `io_pause` (I/O waited for `seconds` and went on), `smb_session_lost`, `path_lost` and `path_restored`
(of a SAN host that has another path), `outage` (no path left, a LUN or volume that is gone or that nobody serves and nobody is
about to serve, a pause beyond the limit, both nodes of a pair down), `data_lost`, `optimized_paths_lost` and
`optimized_paths_restored` (of a LUN that is served by a node which does not report it), `identity_changed` (of a LUN: its serial number;
of a volume that clients have mounted: its junction path). The object of a SAN host is a LUN, by its path;
what hosts notice of LUNs, and what they do not mind, is in `ledger_san.py`.

Not simulated: the load of clients, and timeouts of single protocols (one limit, `pause_limit`, stands for all).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import reach, write_order
from .ledger_san import START, SanWatch
from .store import Row

PAUSE_LIMIT = 60.0
"""Setting `pause_limit`, in seconds. Choice: hosts wait about 60 s (the SCSI disk timeout that the vendor's host utilities
set, and the time for which SMB keeps a persistent handle); NFS hard mounts wait longer."""


class Ledger:
    """Entries of what each client noticed. They live in the store, so snapshots and resets cover them."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self._san = SanWatch(self)

    @property
    def entries(self) -> list[Row]:
        """Every entry, in order of the moments at which they began."""
        return sorted(self.world.store.table("ledger").values(), key=lambda entry: entry["time"])

    @property
    def limit(self) -> float:
        """The longest pause that hosts bear."""
        return float(self.world.settings.get("pause_limit", PAUSE_LIMIT))

    def note(self, kind: str, severity: str, client: str, thing: str, detail: str, **more: Any) -> Row:
        """Write an entry. `more` may give `time` (default: now), `seconds` and other facts."""
        table = self.world.store.table("ledger")
        entry = {"time": self.world.now(), "kind": kind, "severity": severity, "client": client, "object": thing, "detail": detail}
        entry.update({"seconds": 0.0}, **more)
        return table.setdefault(str(len(table)), entry)

    def forget(self) -> None:
        """Drop all entries, and take the present state as the normal one."""
        for name in ("ledger", "ledger_gaps", "ledger_luns", "ledger_cuts", "ledger_paths"):
            self.world.store.table(name).clear()
        self.observe(START)

    def catch_up(self) -> None:
        """Let the writers of the scenario write what was due by now: whoever reads or copies their LUNs asks for this first."""
        write_order.catch_up(self.world.store, self.world.now())

    # -- what can be derived -------------------------------------------------------------------------------------------

    def observe(self, because: str) -> None:
        """Look at every client, and write down what changed since the last look; `because` names what just happened."""
        self.catch_up()
        store = self.world.store
        addresses = reach.lif_by_address(store)
        state: dict[str, str | None] = {}
        seen = self._san.look(because)
        for _kind, client, row, name in reach.clients(store):
            path_up = reach.lif_up(store, addresses.get(row["server_ip"]))
            for volume in reach.used_volumes(store, row):
                self._mounted(client, name, volume, because)
                if volume["uuid"] not in state:
                    state[volume["uuid"]] = reach.blocked(store, volume)
                cause = state[volume["uuid"]] or (None if path_up else reach.NO_PATH)
                seen.add(f"{client}/{volume['uuid']}")
                lost = cause == reach.NOT_SERVED and not reach.recovering(store, volume)
                self.gap(f"{client}/{volume['uuid']}", cause, (name, volume["name"]), lost, because)
        self._close_vanished(seen)
        self._pairs(because)

    def _mounted(self, client: str, name: str, volume: Row, because: str) -> None:
        """A client of a volume that is mounted elsewhere has lost it, whatever else is well."""
        path = volume["nas"].get("path")
        known = self.world.store.table("ledger_paths")
        before = known.setdefault(f"{client}/{volume['uuid']}", {"path": path})
        if path and before["path"] and path != before["path"]:
            detail = f"{because}: the junction path is {path} instead of {before['path']}"
            self.note("identity_changed", "emergency", name, volume["name"], detail)
        before["path"] = path or before["path"]

    def observe_luns(self, because: str, luns: Iterable[str]) -> None:
        """Look only at what SAN hosts see of these LUNs: nothing else can have changed."""
        wanted = list(dict.fromkeys(luns))
        self.catch_up()
        if wanted:
            self._san.look(because, wanted)

    def gap(self, key: str, cause: str | None, about: tuple[str, str], lost: bool, because: str) -> None:
        """Note that a client cannot use a thing, for a cause, or (None) that it can; `lost` when it need not hope."""
        gaps = self.world.store.table("ledger_gaps")
        if cause is None:
            if key in gaps:
                self._close(gaps.pop(key))
            return
        if key not in gaps:
            gaps[key] = self._open(*about, because)
        gaps[key]["cause"] = cause
        self._weigh(gaps[key], lost)

    def _open(self, client: str, thing: str, because: str) -> Row:
        # What is out of reach from the start is normal: such a gap is remembered, and never counted.
        return {
            "since": self.world.now(),
            "client": client,
            "object": thing,
            "because": because,
            "outage": None,
            "normal": because == START,
        }

    def _weigh(self, gap: Row, lost: bool) -> None:
        """Call the gap an outage when nothing is under way that would end it, or when it lasts too long."""
        if gap["normal"] or gap["outage"] is not None:
            return
        if lost or self.world.now() - gap["since"] > self.limit:
            gap["outage"] = str(len(self.world.store.table("ledger")))
            detail = f"{gap['because']}: {gap['cause']}" + ("" if lost else f" for longer than {self.limit:g} s")
            self.note("outage", "emergency", gap["client"], gap["object"], detail, time=gap["since"], seconds=None)

    def _close(self, gap: Row) -> None:
        self._weigh(gap, False)
        seconds = self.world.now() - gap["since"]
        if gap["outage"] is not None:
            self.world.store.table("ledger")[gap["outage"]]["seconds"] = seconds
        elif seconds > 0 and not gap["normal"]:
            self.note("io_pause", "informational", gap["client"], gap["object"], gap["because"], time=gap["since"], seconds=seconds)

    def _close_vanished(self, seen: set[str]) -> None:
        gaps = self.world.store.table("ledger_gaps")
        for key in [key for key in gaps if key not in seen and not key.startswith("pair/")]:
            self._close(gaps.pop(key))

    def _pairs(self, because: str) -> None:
        store = self.world.store
        gaps = store.table("ledger_gaps")
        for node in list(store.table("nodes").values()):
            for partner in node["ha"]["partners"][:1] if "ha" in node else []:
                key = "pair/" + "/".join(sorted((node["uuid"], partner["uuid"])))
                down = not reach.serves(node) and not reach.serves(store.table("nodes").get(partner["uuid"]))
                if down and key not in gaps:
                    gaps[key] = self._open("everybody", " and ".join(sorted((node["name"], partner["name"]))), because)
                    gaps[key]["cause"] = "both nodes of the pair are down"
                    self._weigh(gaps[key], True)
                elif not down and key in gaps:
                    self._close(gaps.pop(key))

    # -- what has to be reported ---------------------------------------------------------------------------------------

    def lose_sessions(self, sessions: Iterable[Row], operation: str, because: str, even_available: bool = False) -> int:
        """Cut the SMB sessions that do not survive the move of a LIF or an aggregate; returns how many were lost.

        Source: SMB guide: only files opened through continuously available shares keep their handles, so a session
        with open files that is `unavailable` or `partial` is cut, once per operation (takeover, giveback, migration).
        """
        cuts = self.world.store.table("ledger_cuts")
        # One user can have several sessions, also with two SVMs: each is lost on its own.
        keys = {id(row): key for key, row in self.world.store.table("cifs_sessions").items()}
        lost = 0
        for session in sessions:
            protected = session["continuous_availability"] == "available" and not even_available
            key = f"{operation}/{keys[id(session)]}"
            if protected or not session["open_files"] or key in cuts:
                continue
            cuts[key] = {"time": self.world.now()}
            # The user connects again and opens the files again, in a new session (choice).
            session["identifier"] += 1000
            session["connection_id"] += 1000
            volumes = ", ".join(volume["name"] for volume in session["volumes"])
            detail = f"{because} ({session['continuous_availability']})"
            self.note("smb_session_lost", "error", reach.session_name(session), volumes, detail)
            lost += 1
        return lost

    # -- the verdict ---------------------------------------------------------------------------------------------------

    def verdict(self) -> dict[str, Any]:
        """Whether what happened was non-disruptive, and the figures behind the answer.

        Non-disruptive: pauses within the limit, and paths, optimized ones too, that were lost and came back while another one remained.
        """
        self.observe("the ledger was read")
        entries = self.entries
        gaps = [gap for gap in self.world.store.table("ledger_gaps").values() if not gap["normal"]]
        kinds = ("smb_session_lost", "outage", "data_lost", "path_lost", "identity_changed", "optimized_paths_lost")
        count = {kind: sum(entry["kind"] == kind for entry in entries) for kind in kinds}
        longest = self._longest([entry for entry in entries if entry["kind"] == "io_pause"])
        longest = max([longest] + [self.world.now() - gap["since"] for gap in gaps if gap["outage"] is None])
        figures = {
            "pauses": sum(entry["kind"] == "io_pause" for entry in entries),
            "longest_pause": longest,
            "pause_limit": self.limit,
            "lost_sessions": count["smb_session_lost"],
            "outages": count["outage"],
            "data_lost": count["data_lost"],
            "paths_lost": count["path_lost"],
            "paths_missing": self._san.missing(),
            "optimized_paths_lost": count["optimized_paths_lost"],
            "detours": self._san.detours(),
            "identity_changed": count["identity_changed"],
            "open": len(gaps),
        }
        reasons = self._reasons(figures)
        return {"non_disruptive": not reasons, "reasons": reasons, **figures}

    @staticmethod
    def _reasons(figures: dict[str, Any]) -> list[str]:
        bad = {
            "outages": "outage(s)",
            "data_lost": "loss(es) of data",
            "lost_sessions": "SMB session(s) lost",
            "paths_missing": "path(s) have not come back",
            "detours": "LUN(s) have lost their optimized paths",
            "identity_changed": "identity change(s) of what hosts use",
            "open": "client(s) still wait for their I/O",
        }
        reasons = [f"{figures[name]} {words}" for name, words in bad.items() if figures[name]]
        if figures["longest_pause"] > figures["pause_limit"]:
            reasons.append(f"a pause of {figures['longest_pause']:g} s, more than {figures['pause_limit']:g} s")
        return reasons

    @staticmethod
    def _longest(pauses: list[Row]) -> float:
        """The longest time without I/O to one object; pauses that touch are one pause for those who wait."""
        running: dict[tuple[str, str], tuple[float, float]] = {}
        longest = 0.0
        for pause in pauses:
            key = (pause["client"], pause["object"])
            begin, end = running.get(key, (pause["time"], pause["time"]))
            if pause["time"] > end:
                begin = pause["time"]
            end = max(end, pause["time"] + pause["seconds"])
            running[key] = (begin, end)
            longest = max(longest, end - begin)
        return longest
