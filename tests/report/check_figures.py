"""Opens pages of figures in a headless Chromium: everything is drawn, plays, pauses and is scrubbed, by keys too, at the
width of a phone and of a desk, light and dark, without an error or a request.

  check_figures.py CHROMIUM race DESCENT      pages that `descent race` writes
  check_figures.py CHROMIUM program PROGRAM   the page that the program writes to the path it is given
"""

import base64
import pathlib
import re
import subprocess
import sys
import tempfile

from chromium import Browser, Page

TABLE = pathlib.Path(__file__).resolve().parents[2] / "examples/data/iris.csv"
LOOK = """(() => {
  const figures = [...document.querySelectorAll("svg[role=img]")].map((svg) => ({
    label: svg.getAttribute("aria-label"), width: svg.getBoundingClientRect().width,
    contours: svg.querySelectorAll(".contour").length, curves: svg.querySelectorAll(".curve").length,
    paths: [...svg.querySelectorAll(".path")].map((path) => path.getTotalLength()) }));
  return { width: innerWidth, overflow: document.documentElement.scrollWidth - innerWidth, figures,
    paper: getComputedStyle(document.body).backgroundColor, players: document.querySelectorAll(".player").length };
})()"""
# Of the player number `i`.
PLAYER = """(() => {
  const player = document.querySelectorAll(".player")[%d], slider = player.querySelector("input");
  return { button: player.querySelector("button").textContent, label: slider.getAttribute("aria-label"),
    value: Number(slider.value), last: Number(slider.max), words: slider.getAttribute("aria-valuetext"),
    drawn: [...player.parentElement.querySelectorAll("svg[role=img] .path")].map((path) => path.getAttribute("d")).join() };
})()"""
FOCUS = 'document.querySelectorAll(".player")[%d].querySelector("%s").focus()'
FRAMES = "(async () => { for (let i = 0; i < %d; ++i) await new Promise(requestAnimationFrame); })()"
UNTIL_MOVED = """(async () => {
  const slider = document.querySelectorAll(".player")[%d].querySelector("input");
  for (let i = 0; i < 1000 && slider.value === "0"; ++i) await new Promise(requestAnimationFrame);
})()"""


def check_player(page, i):
    at_end = page.ask(PLAYER % i)
    assert at_end["button"] == "Play" and at_end["value"] == at_end["last"], at_end
    assert at_end["label"].startswith("Step of"), at_end
    # The slider, by keys.
    page.ask(FOCUS % (i, "input"))
    page.press("Home", 36)
    at_start = page.ask(PLAYER % i)
    assert at_start["value"] == 0 and at_start["drawn"] != at_end["drawn"], at_start
    assert re.fullmatch(r"step \d+ of \d+", at_start["words"]), at_start
    # The button, by keys: it plays, and stands still when pressed again.
    page.ask(FOCUS % (i, "button"))
    page.press("Enter", 13, "\r")
    assert page.ask(PLAYER % i)["button"] == "Pause"
    page.ask(UNTIL_MOVED % i)
    page.press("Enter", 13, "\r")
    paused = page.ask(PLAYER % i)
    page.ask(FRAMES % 5)
    assert paused["button"] == "Play" and paused["value"] > 0 and page.ask(PLAYER % i) == paused, paused
    page.ask(FOCUS % (i, "input"))
    page.press("End", 35)
    assert page.ask(PLAYER % i) == at_end


def check_print(page, width):
    """On paper everything stands still, is black on white, and is as wide as there is room for."""
    page.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    seen = page.ask("""(() => {
      const style = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
      return { paper: style("body", "backgroundColor"), ink: style("body", "color"), player: style(".player", "display"),
        paths: [...document.querySelectorAll("svg[role=img] .path")].map((path) => getComputedStyle(path).stroke),
        dashes: [...document.querySelectorAll("svg[role=img]")].map((svg) =>
          [...svg.querySelectorAll(".path")].map((path) => path.getAttribute("stroke-dasharray"))) };
    })()""")
    assert (seen["paper"], seen["ink"], seen["player"]) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)", "none"), seen
    greys = {f"rgb({grey}, {grey}, {grey})" for grey in (0, 0x44, 0x77)}
    assert set(seen["paths"]) <= greys, seen
    assert all(len(set(dashes)) == min(len(dashes), 4) for dashes in seen["dashes"]), seen
    # Paper is narrower than the window for which the figures were drawn: they shrink, and are not cut off.
    sizes = page.ask("""(() => {
      document.querySelector("main").style.width = "300px";
      return [...document.querySelectorAll("svg[role=img]")].map((svg) => {
        const box = svg.getBoundingClientRect(), [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
        return [box.width, box.height, width, height];
      });
    })()""")
    for shown_width, shown_height, drawn_width, drawn_height in sizes:
        assert shown_width <= 300 and abs(shown_height - drawn_height * shown_width / drawn_width) < 1, sizes
        assert drawn_width >= 300 or width == 390, sizes
    pages = base64.b64decode(page.call("Page.printToPDF", printBackground=False)["data"])
    assert pages.startswith(b"%PDF") and 1 <= len(re.findall(rb"/Type\s*/Page\b", pages)) <= 20, len(pages)


def check(browser, path):
    for width, dark in [(390, False), (1440, True)]:
        page = Page(browser, path, width, dark=dark)
        seen = page.ask(LOOK)
        assert seen["width"] == width and seen["overflow"] <= 0, (width, seen)
        assert seen["paper"] == ("rgb(22, 24, 27)" if dark else "rgb(255, 255, 255)"), seen
        assert seen["figures"] and seen["players"], seen
        for figure in seen["figures"]:
            assert 250 <= figure["width"] <= width and len(figure["label"]) > 20, figure
            assert figure["contours"] + figure["curves"] + len(figure["paths"]) > 0, figure
            assert all(length > 5 for length in figure["paths"]), figure
        for i in range(seen["players"]):
            check_player(page, i)
        check_print(page, width)
        assert not page.complaints(), page.complaints()
    return seen["figures"]


def check_races(browser, descent, folder):
    race = [descent, "race", "--optimizer", "sgd:lr=0.001", "--optimizer", "adam:lr=0.05", "--steps", "100", "--out"]
    page = folder / "race.html"
    for function, contours, curves in [("rosenbrock", 12, 0), ("two_valleys", 0, 1)]:
        subprocess.run([*race, page, function], check=True, stdout=subprocess.DEVNULL)
        landscape, losses = check(browser, page)
        assert landscape["contours"] >= contours and landscape["curves"] == curves, landscape
        assert len(landscape["paths"]) == 2 and len(losses["paths"]) == 2, (landscape, losses)
    over_table = ["--data", TABLE, "--target", "species", "--optimizer", "adam", "--optimizer", "sgd", "--epochs", "20"]
    subprocess.run([descent, "race", *over_table, "--out", page], check=True, stdout=subprocess.DEVNULL)
    landscape, losses = check(browser, page)
    assert landscape["contours"] > 3 and len(landscape["paths"]) == 2, landscape


def check_program(browser, program, folder):
    page = folder / "page.html"
    subprocess.run([program, page], check=True, stdout=subprocess.DEVNULL)
    check(browser, page)


def main():
    chromium, kind, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, Browser(chromium) as browser:
        {"race": check_races, "program": check_program}[kind](browser, program, pathlib.Path(folder))
    print("ok")


if __name__ == "__main__":
    main()
