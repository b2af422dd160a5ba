"""Opens pages that `descent` wrote in a headless Chromium and uses them as people do: at the width of a phone and of a
desk, by light and by night, with names that would like to be more than text.

  check_page.py DESCENT CHROMIUM DATA.csv TARGET
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from chromium import Browser, Page

descent, chromium, table, target = *sys.argv[1:3], pathlib.Path(sys.argv[3]).resolve(), sys.argv[4]
HOSTILE = ["</script><script>document.title='broken'</script>", "<img src=x onerror=alert(1)>", "\u202e{{page.js}}"]
WIDTHS = [390, 1440]
CURVES = ["Loss", "accuracy", "f1_macro", "Loss of the steps", "Learning rate", "Norm of the gradient"]


def run(folder, *arguments):
    subprocess.run([descent, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def train(folder, data, goal, *options):
    run(folder, "train", data, "--target", goal, "--quiet", "--out", "m", *options)


def digits(value):
    """As the page writes a number."""
    return json.loads(json.dumps(float(f"{value:.4g}")))


def pixels_near(page, which, colour):
    """How many pixels of a chart have about this colour, "#rrggbb"."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return page.ask(f"""(() => {{
      const canvas = document.querySelectorAll("canvas")[{which}];
      const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const wanted = {wanted};
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 200 && wanted.every((value, k) => Math.abs(data[i + k] - value) < 24)) ++count;
      return count;
    }})()""")


def check_fits(page, width):
    assert page.ask("document.documentElement.scrollWidth") <= width, "the page is wider than its window"


def check_controls(page):
    """Each control does what it says, to the first chart, and what is undone is as it was."""
    loss = page.ask("data.epochs.loss")
    scale = "drawings[0].plot.scales"
    whole = page.ask(f"[{scale}.x.min, {scale}.x.max]")
    assert whole == [1, len(loss)], whole

    page.point(".u-over", 0.4, 0.5)
    legend = page.ask("[...document.querySelectorAll('.u-legend')][0].textContent")
    epoch = page.ask("drawings[0].plot.cursor.idx") + 1
    assert legend.startswith(f"epoch{epoch}training{digits(loss[epoch - 1])}held-out"), (legend, loss[epoch - 1])

    page.drag(".u-over", 0.25, 0.5)
    part = page.ask(f"[{scale}.x.min, {scale}.x.max]")
    assert whole[0] < part[0] < part[1] < whole[1], part
    page.click(".u-over", count=2)
    assert page.ask(f"[{scale}.x.min, {scale}.x.max]") == whole

    assert page.ask(f"{scale}.y.distr") == 1
    page.click("#logarithmic")
    assert page.ask(f"{scale}.y.distr") == 3
    page.click("#logarithmic")
    page.click("#smooth")
    assert page.ask("drawings[0].plot.data[1][1]") == 0.8 * loss[0] + 0.2 * loss[1]
    page.click("#smooth")
    assert page.ask("drawings[0].plot.data[1]") == loss

    light = page.ask("getComputedStyle(document.body).backgroundColor")
    blue, pale = "#0b57d0", "#8ab4f8"
    # The edges of a line are something between it and the paper.
    assert pixels_near(page, 0, blue) > max(100, 4 * pixels_near(page, 0, pale))
    page.click("#dark")
    assert page.ask("getComputedStyle(document.body).backgroundColor") != light == "rgb(255, 255, 255)"
    assert pixels_near(page, 0, pale) > max(100, 4 * pixels_near(page, 0, blue))
    page.click("#dark")
    assert pixels_near(page, 0, blue) > 100


def check_zoom(page):
    """By keys, and by fingers: what the buttons below a curve do, which changes of the window keep."""
    scale = "drawings[0].plot.scales.x"
    seen = f"[{scale}.min, {scale}.max]"
    count = page.ask("data.epochs.loss.length")
    buttons = page.ask("""[...document.querySelector(".zoom").querySelectorAll("button")].map((button) => {
      const box = button.getBoundingClientRect();
      return [button.getAttribute("aria-label"), box.width, box.height];
    })""")
    assert [label for label, *_ in buttons] == [f"Loss: a part that is {what}" for what in ("smaller", "larger", "earlier", "later")]
    assert all(width >= 44 and height >= 44 for _, width, height in buttons), buttons
    said = "document.querySelector('.zoom output').textContent"
    assert page.ask(said) == f"epoch 1 to {count}", page.ask(said)
    page.ask("document.querySelector('.zoom button').focus()")
    page.press("Enter", 13, "\r")
    middle = (count + 1) / 2
    half = [middle - (count - 1) / 4, middle + (count - 1) / 4]
    assert page.ask(seen) == half, (page.ask(seen), half)
    assert page.ask(said) == f"epoch {half[0]:g} to {half[1]:g}", page.ask(said)
    page.press("Enter", 13, "\r")
    assert page.ask(seen) == half, "two points at least are seen"
    page.tap(".zoom button", 3)
    assert page.ask(seen) == [half[0] + (count - 1) / 4, count], page.ask(seen)
    page.tap(".zoom button", 3)
    assert page.ask(seen) == [half[1] - (count - 1) / 4, count], "there is nothing later"
    page.ask("dispatchEvent(new Event('resize'))")
    page.ask("new Promise(requestAnimationFrame)")
    assert page.ask(seen) == [middle, count], page.ask(seen)
    page.tap(".zoom button", 2)
    assert page.ask(seen) == [middle - (count - 1) / 4, middle + (count - 1) / 4], page.ask(seen)
    page.tap(".zoom button", 1)
    assert page.ask(seen) == [1, count], page.ask(seen)


def open_tables(page):
    """Their headings and the number of their rows, by the titles of their figures."""
    page.ask("document.querySelectorAll('figure summary').forEach((summary) => summary.click())")
    page.ask("0")  # until what follows the clicks is done
    return dict(page.ask("""[...document.querySelectorAll("figure")].filter((figure) => figure.querySelector("table:not(.u-legend)")).map((figure) => {
      const rows = figure.querySelectorAll("table:not(.u-legend) tr");
      return [figure.querySelector("h3").textContent, [rows[0].textContent, rows.length - 1]];
    })"""))  # fmt: skip


def check_classes(page, width):
    titles = page.ask("[...document.querySelectorAll('figure h3')].map((title) => title.textContent)")
    assert titles[:9] == [*CURVES, "ROC", "Precision and recall", "Calibration"], titles
    assert "deep.0.weight" in titles, titles
    labels = page.ask("[...document.querySelectorAll('[role=img]')].map((each) => each.getAttribute('aria-label'))")
    assert len(labels) == len(titles) and all(labels), labels
    assert all("from " in label and " least " in label for label in labels[:6]), labels[:6]
    sizes = page.ask("[...document.querySelectorAll('canvas')].map((canvas) => [canvas.width, canvas.height])")
    assert len(sizes) == 6 and all(300 < each[0] <= width and each[1] > 200 for each in sizes), sizes
    remarks = page.ask("document.getElementById('remarks').textContent")
    assert "too low" in remarks, remarks

    # Each class has a line, which its button hides; what is pointed at is said.
    roc = "document.querySelectorAll('figure')[6]"
    lines = f"{roc}.querySelectorAll('polyline').length"
    curve = page.ask("data.diagnosis.curves[0]")
    assert page.ask(lines) == 4, "three classes and the line of guessing"
    dashes = page.ask(f"[...{roc}.querySelectorAll('polyline')].map((line) => line.style.strokeDasharray)")
    assert len(set(dashes)) == 4, dashes
    page.click(".legend button")
    assert page.ask(lines) == 3
    page.click(".legend button")
    spot = page.ask("drawings[6].points.findIndex((point) => point[2]().startsWith('setosa'))")
    left, top, *_ = page.box("#diagrams svg")
    x, y = page.ask(f"drawings[6].points[{spot}].slice(0, 2)")
    page.mouse("Moved", left + x, top + y)
    said = page.ask(f"{roc}.querySelector('.hovered').textContent")
    assert "false positive rate 0, true positive rate 0" in said, said

    samples = sum(bin["samples"] for bin in page.ask("data.diagnosis.calibration.bins"))
    confusion = page.ask("data.confusion")
    assert samples == sum(map(sum, confusion)) == 30, (samples, confusion)
    cells = page.ask("[...document.querySelectorAll('#confusion td')].map((cell) => Number(cell.textContent))")
    assert cells == [count for row in confusion for count in row], cells
    assert page.ask("document.querySelectorAll('#columns tr').length") == 5
    widths = page.ask("[...document.querySelectorAll('#columns td.bar div')].map((bar) => bar.getBoundingClientRect().width)")
    assert widths == sorted(widths, reverse=True) and widths[0] > 50, widths

    tables = open_tables(page)
    points = sum(len(each["roc"]["x"]) for each in page.ask("data.diagnosis.curves"))
    assert tables["ROC"] == ["classthresholdfalse positive ratetrue positive rate", points], tables["ROC"]
    assert len(curve["roc"]["x"]) > 2 and tables["deep.0.weight"][1] == 6, tables
    check_fits(page, width)


def check_quantities(page, width):
    titles = page.ask("[...document.querySelectorAll('#diagrams h3')].map((title) => title.textContent)")
    assert titles == ["Predicted over actual", "Residuals"], titles
    rows = page.ask("data.diagnosis.quantities.rows")
    circles = "document.querySelectorAll('#diagrams svg')[{}].querySelectorAll('circle').length - 1"
    assert [page.ask(circles.format(i)) for i in (0, 1)] == [rows, rows] == [88, 88]
    actual, predicted = page.ask("[data.diagnosis.quantities.actual[3], data.diagnosis.quantities.predicted[3]]")
    left, top, *_ = page.box("#diagrams svg", 1)
    x, y = page.ask("drawings.find((each) => each.yName === 'actual less predicted').points[3].slice(0, 2)")
    page.mouse("Moved", left + x, top + y)
    said = page.ask("document.querySelectorAll('#diagrams .hovered')[1].textContent")
    wanted = [f"{name} {digits(value):g}" for name, value in
              {"actual": actual, "predicted": predicted, "residual": actual - predicted}.items()]  # fmt: skip
    assert said == ", ".join(wanted), (said, wanted)
    assert page.ask("document.querySelectorAll('#mistakes tr').length") == 21
    check_fits(page, width)


def check_hostile(page, width, name):
    assert page.ask("document.title") == f"Learning '{name}' from hostile.csv", page.ask("document.title")
    text = page.ask("document.querySelector('main').textContent")
    for each in HOSTILE:
        assert each in text, each
    assert page.ask("document.querySelectorAll('img').length") == 0
    check_fits(page, width)


def check_print(page, width):
    """On paper lines are black, whatever the system's colours are, and there is nothing to press."""
    page.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    page.ask("new Promise(requestAnimationFrame)")
    shown = page.ask("""["#controls", ".zoom", ".hint"].map((each) => getComputedStyle(document.querySelector(each)).display)""")
    assert shown == ["none"] * 3, shown
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert pixels_near(page, 0, "#000000") > 100
    check_fits(page, width)


def check_comparison(page, width):
    assert page.ask("document.querySelectorAll('canvas').length") == 7
    series = page.ask("drawings[0].plot.series.slice(1).map((each) => [each.label, each.dash])")
    assert [label for label, _ in series] == ["a", "b"] and series[0][1] != series[1][1], series
    first, second = page.ask("data.runs.map((run) => run.epochs.loss)")
    assert page.ask("drawings[0].plot.data.slice(1)") == [first, second + [None] * (len(first) - len(second))]
    assert pixels_near(page, 0, "#0b57d0") > 100 and pixels_near(page, 0, "#b3400a") > 50
    rows = page.ask("[...document.querySelectorAll('#options tr')].map((row) => row.textContent)")
    assert rows == ["ab", "optimizeradamwsgd", "rate1e-050.03", "weight decay10"], rows
    check_fits(page, width)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    # At so low a rate the loss hardly falls, which the page remarks on.
    train(folder, table, target, "--epochs", "5", "--lr", "1e-5", "--schedule", "constant", "--report", "classes.html", "--log", "a")
    train(folder, table, target, "--epochs", "3", "--optimizer", "sgd", "--schedule", "constant", "--log", "b")
    run(folder, "report", "a", "b", "--out", "comparison.html")
    train(folder, table.with_name("diabetes.csv"), "progression", "--epochs", "5", "--report", "quantities.html")
    first, second, third = HOSTILE
    lines = [f'"{first}",{second},{third}'] + [f"{i % 10},{i * 7 % 5},{first if i % 10 < 5 else second}" for i in range(40)]
    (folder / "hostile.csv").write_text("\n".join(lines) + "\n")
    train(folder, "hostile.csv", third, "--epochs", "5", "--report", "hostile.html")

    with Browser(chromium) as browser:
        for width in WIDTHS:
            for file, check in {
                "classes": lambda page: (check_controls(page), check_zoom(page), check_classes(page, width)),
                "quantities": lambda page: (check_quantities(page, width), check_print(page, width)),
                "hostile": lambda page: check_hostile(page, width, third),
                "comparison": lambda page: check_comparison(page, width),
            }.items():
                page = Page(browser, folder / f"{file}.html", width)
                check(page)
                assert not page.complaints(), page.complaints()
        page = Page(browser, folder / "classes.html", 390, dark=True)
        assert page.ask("document.getElementById('dark').checked") and pixels_near(page, 0, "#8ab4f8") > 100
        assert not page.complaints(), page.complaints()
print("ok")
