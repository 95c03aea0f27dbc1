# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a path to a resource, and from there to what carries the method out."""

from __future__ import annotations

from ..model.family import CliCommand, Family
from ..model.world import World
from ..schema import RESOURCES, Resource
from . import cli, errors, reading, writing
from .auth import Account
from .call import Call, Place
from .messages import Request, Response

CARRIERS = {"GET": reading.get, "HEAD": reading.get, "POST": writing.post, "PATCH": writing.patch, "DELETE": writing.delete}


class Router:
    """The paths that a simulated cluster has."""

    def __init__(self, families: list[Family], commands: list[CliCommand]) -> None:
        self._commands = commands
        self._routes = [(RESOURCES[family.path], family) for family in families]

    def answer(self, world: World, request: Request, account: Account, page_cut: int | None = None) -> Response:
        """Carry out a request of an account."""
        if request.path == cli.PREFIX or request.path.startswith(f"{cli.PREFIX}/"):
            return cli.handle(world, self._commands, request)
        resource, family, place = self._find(world, request)
        methods = allowed(resource, place)
        if request.method == "OPTIONS":
            return Response(200, {}, {"Allow": ", ".join(methods)})
        if request.method not in methods:
            raise errors.no_method(request.method)
        call = Call(world, request, resource, family, place)
        call.scope = account.svm or request.headers.get("x-dot-svm-name") or request.headers.get("x-dot-svm-uuid")
        call.page_cut = page_cut
        call.check_parents()
        return CARRIERS[request.method](call)

    def _find(self, world: World, request: Request) -> tuple[Resource, Family, Place]:
        if request.parts[0] == "api":
            for resource, family in self._routes:
                place = match(resource, request.parts[1:])
                if place is not None and resource.since <= world.version:
                    return resource, family, place
        raise errors.no_api()


def match(resource: Resource, parts: list[str]) -> Place | None:
    """What the path says about the resource, or None when it is not its path."""
    template = resource.parts
    if len(parts) not in (len(template), len(template) + len(resource.own_keys)):
        return None
    parents = {}
    for wanted, given in zip(template, parts):
        if wanted[0] == "{":
            parents[wanted[1:-1]] = given
        elif wanted != given:
            return None
    tail = parts[len(template) :]
    if not tail:
        return parents, {} if resource.singleton else None
    return parents, dict(zip(resource.own_keys, tail))


def allowed(resource: Resource, place: Place) -> list[str]:
    """The methods that the path takes."""
    methods = [name for name in resource.methods if name != "POST" or place[1] is None]
    return [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
