# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium that opens pages and tells what came of it: over a pipe, by the DevTools protocol, so that no library is needed.

Source: documentation of the Chrome DevTools protocol; --remote-debugging-pipe: it reads from file 3 and writes to file 4, each message ends
with a zero byte.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60.0
"""Seconds within which a page must answer, also on a busy machine."""


class Browser:
    """A Chromium with a profile of its own, and one page."""

    def __init__(self, folder: Path) -> None:
        program = next((found for found in map(shutil.which, NAMES) if found), None)
        assert program, "There is no Chromium: tools/chromium installs one."
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # Numbers far above 3 and 4, which the shell gives to Chromium.
        reading, writing = (fcntl.fcntl(one, fcntl.F_DUPFD, 50) for one in (theirs_in, theirs_out))
        command = ["bash", "-c", f'exec "$0" "$@" 3<&{reading} 4>&{writing}', program, *FLAGS, f"--user-data-dir={folder}"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, pass_fds=(reading, writing), **quiet)
        for one in (theirs_in, theirs_out, reading, writing):
            os.close(one)
        self._in, self._out = ours_in, ours_out
        self._number = 0
        self._read = b""
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{part}.enable")

    def close(self) -> None:
        """End it."""
        os.close(self._out)
        os.close(self._in)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol, and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        os.write(self._out, json.dumps({**message, **({"sessionId": self._session} if self._session else {})}).encode() + b"\0")
        while True:
            answer = self._next(method)
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            self.events.append(answer)

    def _next(self, what: str) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._read:
            ready, _none, _nothing = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"Chromium does not answer {what}"
            part = os.read(self._in, 1 << 20)
            assert part, f"Chromium has ended, asked for {what}"
            self._read += part
        message, _zero, self._read = self._read.partition(b"\0")
        return json.loads(message)

    def open(self, path: Path, width: int, height: int = 800, dark: bool = False) -> None:
        """Open a file in a window of this size, and wait until it has been loaded."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.events = []
        self.ask("Page.navigate", url=path.as_uri())
        while not self.seen("Page.loadEventFired"):
            self.events.append(self._next("Page.navigate"))

    def seen(self, method: str) -> list[dict[str, Any]]:
        """What events of this name said since the page was opened."""
        return [one["params"] for one in self.events if one.get("method") == method]

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def picture(self, path: Path) -> None:
        """A picture of the whole page."""
        found = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))

    def paper(self, path: Path) -> None:
        """The page as it is printed on A4."""
        found = self.ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(found["data"]))
