"""A page in a headless Chromium, used as people use it: by the DevTools protocol over two pipes."""

import base64
import fcntl
import json
import os
import subprocess
import tempfile


class Browser:
    """`with Browser(chromium) as browser:`."""

    def __init__(self, chromium):
        # Its helpers may still write there when it has ended.
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
        command += [f"--user-data-dir={self.profile.name}", "--force-device-scale-factor=1", "--hide-scrollbars"]
        # It reads from descriptor 3 and writes to 4; the pipes' own are moved out of their way.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (*os.pipe(), *os.pipe())]
        theirs, ours = (ends[0], ends[3]), (ends[1], ends[2])
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=lambda: (os.dup2(theirs[0], 3), os.dup2(theirs[1], 4)),
        )  # fmt: skip
        for end in theirs:
            os.close(end)
        self.commands, self.answers = os.fdopen(ours[0], "wb", 0), os.fdopen(ours[1], "rb")
        self.count, self.events, self.rest = 0, [], b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call("Browser.close")
        self.process.wait()
        self.profile.cleanup()

    def receive(self):
        while b"\0" not in self.rest:
            more = self.answers.read1(1 << 20)
            assert more, "Chromium has ended"
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self.commands.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method, session):
        """The next event of that name, among those that came already or come."""
        while True:
            for event in self.events:
                if event["method"] == method and event.get("sessionId") == session:
                    self.events.remove(event)
                    return event["params"]
            self.events.append(self.receive())


class Page:
    """A file that is open in a browser, in a window of that size, as a system of light or dark colours shows it."""

    def __init__(self, browser, path, width, height=900, dark=False):
        self.browser, self.url = browser, f"file://{path}"
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        colours = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[colours])
        browser.events.clear()
        self.call("Page.navigate", url=self.url)
        browser.wait_for("Page.loadEventFired", self.session)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def ask(self, expression):
        """What the expression is in the page, or what the promise that it is comes to, as JSON can have it."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, (expression, answer)
        return answer["result"].get("value")

    def box(self, selector, which=0):
        """Left, top, width and height in the window, into which it is scrolled."""
        found = f"document.querySelectorAll({json.dumps(selector)})[{which}]"
        self.ask(f"{found}.scrollIntoView({{block: 'center'}})")
        return self.ask(f"(b => [b.left, b.top, b.width, b.height])({found}.getBoundingClientRect())")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, **more)

    def press(self, key, code, text=""):
        event = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, selector, which=0, count=1):
        left, top, width, height = self.box(selector, which)
        for i in range(count):
            for kind in ["Pressed", "Released"]:
                self.mouse(kind, left + width / 2, top + height / 2, button="left", clickCount=i + 1)

    def point(self, selector, across, down, which=0):
        """Moves the mouse to a place in the element, by parts of its width and height."""
        left, top, width, height = self.box(selector, which)
        self.mouse("Moved", left + across * width, top + down * height)

    def tap(self, selector, which=0):
        """With a finger, in the middle of the element, until that is the click that it comes to."""
        left, top, width, height = self.box(selector, which)
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        self.ask("void (window.tapped = new Promise((resolve) => addEventListener('click', () => resolve(), { once: true })))")
        places = [{"x": left + width / 2, "y": top + height / 2}]
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=places)
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.ask("tapped")
        self.call("Emulation.setTouchEmulationEnabled", enabled=False)

    def drag(self, selector, begin, end, which=0):
        """From left to right, in the middle of the element."""
        left, top, width, height = self.box(selector, which)
        places = [left + part * width for part in (begin, (begin + end) / 2, end)]
        y = top + height / 2
        self.mouse("Moved", places[0], y)
        self.mouse("Pressed", places[0], y, button="left", clickCount=1)
        for x in places[1:]:
            self.mouse("Moved", x, y, button="left", buttons=1)
        self.mouse("Released", places[2], y, button="left", clickCount=1)

    def picture(self, path, selector, height):
        """So much of the page, from the top of an element on, as a PNG file."""
        top = self.ask(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().top + scrollY")
        width = self.ask("innerWidth")
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        answer = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))

    def complaints(self):
        """What was said on the console, thrown, refused by the policy, or asked for beside the file itself."""
        self.ask("0")
        bad = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown"}
        mine = [event for event in self.browser.events if event.get("sessionId") == self.session]
        asked = [event["params"]["request"]["url"] for event in mine if event["method"] == "Network.requestWillBeSent"]
        logged = [event["params"]["entry"] for event in mine if event["method"] == "Log.entryAdded"]
        # A warning is that the tests read the pixels of canvases.
        errors = [entry for entry in logged if entry["level"] == "error"]
        return [event for event in mine if event["method"] in bad] + errors + [url for url in asked if url != self.url]
