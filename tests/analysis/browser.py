"""A page in headless Chromium, over its DevTools protocol: what it asks for, what it complains of, how it looks."""
import base64
import contextlib
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SECONDS = 60  # for all that is done with one browser, so that one that hangs fails the test

QUESTIONS = {  # in JavaScript, about a page that is open
    "excess": "document.documentElement.scrollWidth - innerWidth",  # pixels that it is wider than the window
    "widths": """[...document.querySelectorAll('img, svg')].map(one => one.tagName === 'IMG' ? one.naturalWidth
        : Math.min(one.getBoundingClientRect().width, one.getBBox().width))""",  # of all pictures, as drawn
    "outside": """[...document.querySelectorAll('svg text')].filter(text => {
        const a = text.getBoundingClientRect(), b = text.closest('svg').getBoundingClientRect();
        return a.left < b.left - 2 || a.right > b.right + 2 || a.top < b.top - 2 || a.bottom > b.bottom + 2;
    }).map(text => text.textContent)""",  # texts that stick out of their picture
    "smallest": """Math.min(...[...document.querySelectorAll('svg text')].map(text =>
        text.getBBox().height * text.closest('svg').getScreenCTM().a))""",  # the least height of such a text
}


class Browser:
    """Chromium without a window. It talks through two pipes, its files 3 and 4: there is no port that others could take."""

    def __enter__(self):
        self.ends, self.events, self.number, self.read = time.monotonic() + SECONDS, [], 0, b""
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self.to = os.pipe()
        self.back, theirs_out = os.pipe()
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}', PROGRAM, "--headless", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--remote-debugging-pipe", f"--user-data-dir={self.folder.name}", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.folder.name}, start_new_session=True)
        os.close(theirs_in), os.close(theirs_out)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_failure):
        with contextlib.suppress(Exception):
            self.session = None
            self.ask("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()
        os.close(self.to), os.close(self.back)
        self.folder.cleanup()

    def _receive(self):
        """The next message, which ends with a zero byte."""
        while b"\0" not in self.read:
            ready = select.select([self.back], [], [], max(self.ends - time.monotonic(), 0))[0]
            piece = os.read(self.back, 1 << 20) if ready else b""
            if not piece:
                raise TimeoutError("the browser does not answer")
            self.read += piece
        message, _, self.read = self.read.partition(b"\0")
        return json.loads(message)

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path, width, height=900, is_dark=False):
        """Load a file in a window of this size, until all of it is there."""
        self.events.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}])
        self.ask("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def value(self, expression):
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["text"])
        return found["result"].get("value")

    def requests(self):
        """Addresses that were asked for since the page was opened."""
        return [event["params"]["request"]["url"] for event in self.events if event.get("method") == "Network.requestWillBeSent"]

    def complaints(self):
        """What stands in the console, and what the browser itself says: warnings, errors, exceptions."""
        said = [event["params"]["entry"]["text"] for event in self.events if event.get("method") == "Log.entryAdded"]
        said += [str(event["params"].get("args")) for event in self.events if event.get("method") == "Runtime.consoleAPICalled"]
        return said + [str(event["params"]) for event in self.events if event.get("method") == "Runtime.exceptionThrown"]

    def picture(self, path, clip=None):
        """The whole page as PNG, or a part of it: x, y, width and height."""
        x, y, width, height = clip or (0, 0, *self.value("[innerWidth, document.documentElement.scrollHeight]"))
        found = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": x, "y": y, "width": width, "height": height, "scale": 1})
        pathlib.Path(path).write_bytes(base64.b64decode(found["data"]))
