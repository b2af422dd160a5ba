"""Opens pages that `descent train --report` wrote in a headless Chromium: curves are drawn, without an error or a request.

  check_page.py DESCENT CHROMIUM DATA.csv TARGET
"""

import pathlib
import re
import subprocess
import sys
import tempfile

descent, chromium, table, target = *sys.argv[1:3], pathlib.Path(sys.argv[3]).resolve(), sys.argv[4]
HOSTILE = "</script><script>document.title='broken'</script>"


def train(folder, data, target):
    # At so low a rate the loss still falls at the end, which the page remarks on.
    command = [descent, "train", data, "--target", target, "--epochs", "5", "--lr", "1e-5", "--schedule", "constant"]
    command += ["--quiet", "--out", "m", "--report", "r.html"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    page = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--dump-dom"]
    page += ["--virtual-time-budget=5000", "--enable-logging=stderr", "--log-level=0", f"file://{folder}/r.html"]
    done = subprocess.run(page, check=True, capture_output=True, text=True)
    # Errors of scripts, and what the page's policy refused, are lines of the console.
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    assert not console, console
    # Behind the scripts stands nothing; what they made is before them.
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    dom = train(folder, table, target)
    charts = re.findall(r'role="img" aria-label="([^"]*)"><div class="uplot', dom)
    assert [label.split(" over ")[0] for label in charts] == [
        "Loss", "accuracy", "f1_macro", "Learning rate", "Norm of the gradient"], charts  # fmt: skip
    assert all("from " in label and " least " in label for label in charts), charts
    sizes = re.findall(r'<canvas width="(\d+)" height="(\d+)"', dom)
    assert len(sizes) == 5 and all(int(width) > 300 and int(height) > 200 for width, height in sizes), sizes
    assert "<li>not over: in the last fifth" in dom, "the remarks"
    assert dom.count('<th scope="row">setosa</th>') == 1, "the confusion matrix"

    rows = "".join(f"{i % 10},{HOSTILE if i % 10 < 5 else 'b'}\n" for i in range(40))
    (pathlib.Path(folder) / "hostile.csv").write_text("x,y\n" + rows)
    dom = train(folder, "hostile.csv", "y")
    assert "<title>Learning 'y' from hostile.csv</title>" in dom, re.findall("<title>.*", dom)
    assert "&lt;/script&gt;&lt;script&gt;document.title='broken'" in dom
print("ok")
