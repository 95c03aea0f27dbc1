# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses functions and files that have grown too long: taste shows in the longest one, not in the median."""

from __future__ import annotations

import ast
import pathlib
import sys
import typing as t

FUNCTION_LINES = 45
FILE_LINES = 400
FOLDERS = ("extensions", "plugins", "tests", "tools")
GENERATED = ("tests/output",)
DOCUMENTS = ("DOCUMENTATION", "EXAMPLES", "RETURN")
"""Ansible's documentation blocks: every option costs lines there, so they do not count as length."""


def lines_of(node: ast.AST) -> int:
    """How many lines a piece of syntax takes."""
    return node.end_lineno - node.lineno + 1


def documentation_lines(tree: ast.Module) -> int:
    """How many lines of a module are documentation that Ansible reads."""
    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    return sum(lines_of(node) for node in assignments if getattr(node.targets[0], "id", None) in DOCUMENTS)


def objections(path: str, source: str) -> t.Iterator[str]:
    """What is too long in one file, one sentence each."""
    tree = ast.parse(source, path)
    length = len(source.splitlines()) - documentation_lines(tree)
    if length > FILE_LINES:
        yield f"{path}:1: the file has {length} lines, at most {FILE_LINES} are allowed"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and lines_of(node) > FUNCTION_LINES:
            yield f"{path}:{node.lineno}: {node.name} has {lines_of(node)} lines, at most {FUNCTION_LINES} are allowed"


def main() -> int:
    """Print every objection, and fail when there is one."""
    root = pathlib.Path(__file__).resolve().parent.parent
    files = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    names = [(path, path.relative_to(root).as_posix()) for path in files]
    names = [(path, name) for path, name in names if not name.startswith(GENERATED)]
    found = [text for path, name in names for text in objections(name, path.read_text(encoding="utf-8"))]
    print("\n".join(found) if found else f"{len(names)} files are within the gates")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
