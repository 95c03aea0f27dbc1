# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: what goes wrong between a client and the cluster, and with jobs.

A rule is a dict: `method` and `path` (with wildcards; default: any), `query` (wildcards on the query as sent), `call` (wildcards on the
word of a call of ONTAPI; a request that does not carry its login yet does not count), `nth` (the match
at which it begins, from 1) or `every` (each nth match), `times` (how often it strikes; default 1, 0 for ever), and `effect`, a
dict with `kind` and what that kind needs:

    status         status (503), retry_after, body           an answer from before the API
    error          status (400), code, message, target       an answer of the API
    delay          seconds                                   simulated seconds pass before the request is carried out
    drop_before    -                                         the connection closes, nothing was carried out
    drop_after     -                                         it was carried out, and the connection closes
    reset          after (false)                             as drop_before or drop_after, with a TCP reset
    empty_page     -                                         a page without records, and a next link
    short_page     records (1)                               a page with at most so many records
    job_failure    code, message                             the job that the request starts fails, without effect
    job_vanish     -                                         its record is gone at once; the effect comes
    job_pause      -                                         it stays paused
    lif_silent     seconds (60), after (false)               the management address answers nothing for so long
"""

from __future__ import annotations

import fnmatch
from typing import Any, Callable

from .api import ontapi
from .api.messages import Request, Response
from .model.world import World

Rule = dict[str, Any]
KNOWN = frozenset({"method", "path", "query", "call", "nth", "every", "times", "effect", "name"})


class Strike:
    """What the faults do to one request."""

    def __init__(self, drop: str | None = None, name: str | None = None) -> None:
        self.name = name
        self.drop = drop
        self.drop_after: str | None = None
        self.response: Response | None = None
        self.delay = 0.0
        self.page: int | None = None
        self.doom: dict[str, str] | None = None
        self.silence = 0.0


def _status(strike: Strike, effect: Rule, world: World) -> None:
    headers = {"Retry-After": str(effect["retry_after"])} if "retry_after" in effect else {}
    strike.response = Response(effect.get("status", 503), effect.get("body", ""), headers)


def _error(strike: Strike, effect: Rule, world: World) -> None:
    error = {"message": effect.get("message", "An injected error."), "code": str(effect.get("code", "1"))}
    if effect.get("target"):
        error["target"] = effect["target"]
    strike.response = Response(effect.get("status", 400), {"error": error})


def _delay(strike: Strike, effect: Rule, world: World) -> None:
    strike.delay += float(effect["seconds"])


def _drop_before(strike: Strike, effect: Rule, world: World) -> None:
    strike.drop = "close"


def _drop_after(strike: Strike, effect: Rule, world: World) -> None:
    strike.drop_after = "close"


def _reset(strike: Strike, effect: Rule, world: World) -> None:
    setattr(strike, "drop_after" if effect.get("after") else "drop", "reset")


def _empty_page(strike: Strike, effect: Rule, world: World) -> None:
    strike.page = 0


def _short_page(strike: Strike, effect: Rule, world: World) -> None:
    strike.page = int(effect.get("records", 1))


def _doom(fate: str) -> Callable[[Strike, Rule, World], None]:
    def apply(strike: Strike, effect: Rule, world: World) -> None:
        strike.doom = {"fate": fate, **{name: str(effect[name]) for name in ("code", "message") if name in effect}}

    return apply


def _lif_silent(strike: Strike, effect: Rule, world: World) -> None:
    seconds = float(effect.get("seconds", 60))
    if effect.get("after"):
        strike.silence = seconds
    else:
        world.settings["silent_until"] = world.now() + seconds
        strike.drop = "close"


KINDS: dict[str, Callable[[Strike, Rule, World], None]] = {
    "status": _status,
    "error": _error,
    "delay": _delay,
    "drop_before": _drop_before,
    "drop_after": _drop_after,
    "reset": _reset,
    "empty_page": _empty_page,
    "short_page": _short_page,
    "job_failure": _doom("failure"),
    "job_vanish": _doom("vanish"),
    "job_pause": _doom("pause"),
    "lif_silent": _lif_silent,
}
"""What each kind of effect does to a request."""


class Faults:
    """The rules that are in force, in order; each counts the requests that it matches."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, method: str = "*", path: str = "*", **rule: Any) -> Rule:
        """Add a rule; raises ValueError for one that says something unknown."""
        unknown = set(rule) - KNOWN
        kind = rule.get("effect", {}).get("kind")
        if unknown or kind not in KINDS:
            problem = f"unknown keys {', '.join(sorted(unknown))}" if unknown else f"no effect is called {kind}"
            raise ValueError(f"a fault rule with {problem}")
        made = {"method": method, "path": path, "nth": 1, "times": 1, **rule, "matched": 0, "struck": 0}
        self.rules.append(made)
        return made

    def on(self, method: str, path: str, kind: str, nth: int = 1, times: int = 1, **effect: Any) -> Rule:
        """Add a rule in one line: on("PATCH", "/api/cluster/nodes/*", "drop_after")."""
        return self.add(method, path, nth=nth, times=times, effect={"kind": kind, **effect})

    def on_call(self, name: str, kind: str, nth: int = 1, times: int = 1, **effect: Any) -> Rule:
        """Add a rule for a call of ONTAPI in one line: on_call("cg-start", "drop_after")."""
        return self.add("POST", call=name, nth=nth, times=times, effect={"kind": kind, **effect})

    def clear(self) -> None:
        """Drop all rules."""
        self.rules.clear()

    def strike(self, world: World, request: Request) -> Strike:
        """Count a request, and say what the rules do to it."""
        strike = Strike()
        names = []
        for rule in self.rules:
            if _matches(rule, request) and _due(rule):
                effect = rule["effect"]
                KINDS[effect["kind"]](strike, effect, world)
                names.append(effect["kind"])
        strike.name = ",".join(names) or None
        return strike


def _matches(rule: Rule, request: Request) -> bool:
    if rule["method"] not in ("*", request.method):
        return False
    if "call" in rule and not _calls(request, rule["call"]):
        return False
    return fnmatch.fnmatchcase(request.path, rule["path"]) and fnmatch.fnmatchcase(request.raw_query, rule.get("query", "*"))


def _calls(request: Request, pattern: str) -> bool:
    """Whether the request is a call of ONTAPI of such a name, with a login (clients send some without one first)."""
    name = ontapi.name_of(request)
    return name is not None and fnmatch.fnmatchcase(name, pattern) and bool(request.certificate or "authorization" in request.headers)


def _due(rule: Rule) -> bool:
    """Count the match; True when the rule strikes at it."""
    rule["matched"] += 1
    if rule["times"] and rule["struck"] >= rule["times"]:
        return False
    every = rule.get("every")
    if every and rule["matched"] % every:
        return False
    if not every and rule["matched"] < rule["nth"]:
        return False
    rule["struck"] += 1
    return True
