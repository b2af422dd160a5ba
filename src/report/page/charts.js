"use strict";
// What every page has: its data, elements made of text, tables, and curves over steps or epochs, drawn by uPlot.
const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const digits = (value) =>
  value === null || value === undefined ? "" : typeof value === "number" ? Number(value.toPrecision(4)).toString() : value;
const isNumber = (value) => value !== null && value !== undefined;

// Lines are told apart by their dashes too, without colours.
const dashes = [[], [8, 4], [2, 3], [12, 3, 3, 3], [16, 6], [5, 5], [1, 6], [12, 3, 3, 3, 3, 3]];
const dashOf = (i) => dashes[i % dashes.length];
const colourOf = (i) => variable(`--line-${i % 6}`);

const add = (parent, tag, text = "", attributes = {}) => {
  const child = parent.appendChild(document.createElement(tag));
  if (text !== "") child.textContent = text;
  for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value);
  return child;
};

const addRow = (table, cells, headings) => {
  const row = table.insertRow();
  cells.forEach((text, i) => add(row, headings(i) ? "th" : "td", text, headings(i) ? { scope: headings(i) } : {}));
  return row;
};
const firstIsHeading = (i) => (i === 0 ? "row" : "");
const allAreHeadings = () => "col";

// A table that is made when it is opened: `rows()` gives arrays of numbers and texts.
const addNumbers = (parent, summary, headings, rows) => {
  const details = add(parent, "details");
  add(details, "summary", summary);
  details.addEventListener("toggle", () => {
    if (details.querySelector("table")) return;
    const table = add(add(details, "div", "", { class: "wide" }), "table");
    addRow(table, headings, allAreHeadings);
    for (const row of rows()) addRow(table, row.map(digits), firstIsHeading);
  });
};

// An exponential mean; what is missing stays missing.
const smoothed = (values) => {
  let mean = null;
  return values.map((value) => {
    if (isNumber(value)) mean = mean === null ? value : 0.8 * mean + 0.2 * value;
    return isNumber(value) ? mean : null;
  });
};

const drawings = [];
const redraw = () => drawings.forEach((drawing) => drawing.draw());

// Series are {name, values}, of one value for each of `x`; `faint` ones are not said in words, `joined` ones have no gaps.
class Chart {
  constructor(title, xName, x, series) {
    this.series = series.filter((each) => each.values.some(isNumber));
    if (this.series.length === 0) return;
    Object.assign(this, { xName, x });
    this.figure = add(element("charts"), "figure");
    add(this.figure, "h3", title);
    const words = this.series.filter((each) => !each.faint).map((each) => this.inWords(each)).join(" ");
    this.place = add(this.figure, "div", "", { role: "img", "aria-label": `${title} over the ${xName}s. ${words}` });
    if (x.length > 2) this.addZoom(title);
    add(this.figure, "figcaption", words);
    drawings.push(this);
    this.draw();
  }

  // What dragging and double-clicking do with a mouse: buttons, for keys and fingers.
  addZoom(title) {
    const zoom = add(this.figure, "div", "", { class: "zoom", role: "group", "aria-label": `The part of ${title} that is seen` });
    for (const [sign, name, begin, end] of [["+", "smaller", 0.25, 0.75], ["\u2212", "larger", -0.5, 1.5],
      ["\u2190", "earlier", -0.5, 0.5], ["\u2192", "later", 0.5, 1.5]]) {
      const button = add(zoom, "button", sign, { type: "button", "aria-label": `${title}: a part that is ${name}` });
      button.addEventListener("click", () => this.see(begin, end));
    }
    this.seen = add(zoom, "output");
  }

  // From one place to another, of which 0 is the left end of what is seen and 1 the right one; within what there is.
  see(begin, end) {
    const { min, max } = this.plot.scales.x, [first, last] = [this.x[0], this.x[this.x.length - 1]];
    const least = (2 * (last - first)) / (this.x.length - 1), wanted = (end - begin) * (max - min);
    const width = Math.min(last - first, Math.max(least, wanted));
    const low = min + begin * (max - min) + (wanted - width) / 2;
    const from = Math.max(first, Math.min(low, last - width));
    this.plot.setScale("x", { min: from, max: from + width });
  }

  inWords({ name, values }) {
    const numbers = values.filter(isNumber);
    let least = numbers[0], greatest = numbers[0];
    for (const number of numbers) {
      least = Math.min(least, number);
      greatest = Math.max(greatest, number);
    }
    const at = (value) => `${digits(value)} in ${this.xName} ${this.x[values.indexOf(value)]}`;
    return `${name}: from ${digits(numbers[0])} to ${digits(numbers[numbers.length - 1])}, least ${at(least)}, ` +
      `greatest ${at(greatest)}.`;
  }

  draw() {
    const logarithmic = element("logarithmic").checked &&
      this.series.every((each) => each.values.every((value) => !isNumber(value) || value > 0));
    const axis = { stroke: variable("--ink"), grid: { stroke: variable("--faint") }, ticks: { stroke: variable("--faint") } };
    const lines = this.series.map((each, i) => ({
      label: each.name,
      stroke: each.faint ? variable("--line-4") : colourOf(i),
      width: each.faint ? 1 : 2,
      dash: each.faint ? [1, 3] : dashOf(i),
      spanGaps: Boolean(each.joined),
      value: (_, value) => digits(value),
    }));
    const values = (each) => (element("smooth").checked && !each.faint ? smoothed(each.values) : each.values);
    const part = this.plot ? { min: this.plot.scales.x.min, max: this.plot.scales.x.max } : null;
    if (this.plot) this.plot.destroy();
    this.plot = new uPlot(
      {
        width: this.place.clientWidth,
        height: 280,
        scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
        axes: [{ ...axis, label: this.xName }, { ...axis, size: 70 }],
        series: [{ label: this.xName }, ...lines],
        hooks: { setScale: [(plot, key) => key === "x" && this.seen && this.saySeen(plot.scales.x)] },
      },
      [this.x, ...this.series.map(values)],
      this.place,
    );
    if (part) this.plot.setScale("x", part);
  }

  saySeen({ min, max }) {
    this.seen.textContent = isNumber(min) ? `${this.xName} ${digits(min)} to ${digits(max)}` : "";
  }
}

const setTheme = (dark) => {
  element("dark").checked = dark;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
};

document.title = data.title;
element("title").textContent = data.title;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
setTheme(prefersDark.matches);
element("controls").addEventListener("change", () => {
  setTheme(element("dark").checked);
  redraw();
});
prefersDark.addEventListener("change", () => {
  setTheme(prefersDark.matches);
  redraw();
});
matchMedia("print").addEventListener("change", redraw);
addEventListener("resize", redraw);
