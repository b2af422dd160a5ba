"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const digits = (value) => (value === null ? "" : Number(value.toPrecision(4)).toString());
  const isNumber = (value) => value !== null;

  // An exponential mean; what is missing stays missing.
  const smoothed = (values) => {
    let mean = null;
    return values.map((value) => {
      if (value !== null) mean = mean === null ? value : 0.8 * mean + 0.2 * value;
      return value === null ? null : mean;
    });
  };

  // A curve in words.
  const inWords = (series) => {
    const numbers = series.values.filter(isNumber);
    if (numbers.length === 0) return "";
    const least = Math.min(...numbers), greatest = Math.max(...numbers);
    const epochOf = (value) => data.epochs.epoch[series.values.indexOf(value)];
    return `${series.name}: from ${digits(numbers[0])} to ${digits(numbers[numbers.length - 1])}, ` +
      `least ${digits(least)} in epoch ${epochOf(least)}, greatest ${digits(greatest)} in epoch ${epochOf(greatest)}.`;
  };

  const charts = [];

  class Chart {
    constructor(title, series) {
      this.series = series.filter((each) => each.values.some(isNumber));
      if (this.series.length === 0) return;
      const figure = element("charts").appendChild(document.createElement("figure"));
      figure.appendChild(document.createElement("h2")).textContent = title;
      this.place = figure.appendChild(document.createElement("div"));
      this.place.setAttribute("role", "img");
      const words = this.series.map(inWords).join(" ");
      this.place.setAttribute("aria-label", `${title} over the epochs. ${words}`);
      figure.appendChild(document.createElement("figcaption")).textContent = words;
      charts.push(this);
      this.draw();
    }

    draw() {
      const logarithmic = element("logarithmic").checked &&
        this.series.every((each) => each.values.every((value) => value === null || value > 0));
      const axis = { stroke: variable("--ink"), grid: { stroke: variable("--faint") }, ticks: { stroke: variable("--faint") } };
      const lines = this.series.map((each, i) => ({
        label: each.name,
        stroke: variable(i === 0 ? "--first" : "--second"),
        width: 2,
        // Told apart without colours, too.
        dash: i === 0 ? [] : [8, 4],
        value: (_, value) => (value === null || value === undefined ? "" : digits(value)),
      }));
      if (this.plot) this.plot.destroy();
      this.plot = new uPlot(
        {
          width: this.place.clientWidth,
          height: 280,
          scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
          axes: [{ ...axis, label: "epoch" }, { ...axis, size: 70 }],
          series: [{ label: "epoch" }, ...lines],
        },
        [data.epochs.epoch, ...this.series.map((each) => (element("smooth").checked ? smoothed(each.values) : each.values))],
        this.place,
      );
    }
  }

  const addRow = (table, cells, headings) => {
    const row = table.insertRow();
    cells.forEach((text, i) => {
      const cell = row.appendChild(document.createElement(headings(i) ? "th" : "td"));
      if (headings(i)) cell.scope = headings(i);
      cell.textContent = text;
    });
    return row;
  };
  const firstIsHeading = (i) => (i === 0 ? "row" : "");
  const allAreHeadings = () => "col";

  document.title = data.title;
  element("title").textContent = data.title;
  for (const remark of data.remarks) element("remarks").appendChild(document.createElement("li")).textContent = remark;
  const epochs = data.epochs;
  new Chart("Loss", [{ name: "training", values: epochs.loss }, { name: "held-out", values: epochs.held_out_loss }]);
  for (const [name, values] of Object.entries(epochs.metrics)) new Chart(name, [{ name: `${name}, held-out`, values }]);
  new Chart("Learning rate", [{ name: "rate", values: epochs.lr }]);
  new Chart("Norm of the gradient", [{ name: "norm", values: epochs.gradient_norm }]);

  for (const pair of data.configuration) addRow(element("configuration"), pair, firstIsHeading);

  const columns = [["epoch", epochs.epoch], ["training loss", epochs.loss], ["held-out loss", epochs.held_out_loss],
    ...Object.entries(epochs.metrics), ["rate", epochs.lr], ["norm of the gradient", epochs.gradient_norm]];
  addRow(element("epochs"), columns.map(([name]) => name), allAreHeadings);
  epochs.epoch.forEach((_, i) => addRow(element("epochs"), columns.map(([, values]) => digits(values[i])), firstIsHeading));

  if (data.confusion) {
    element("classes").hidden = false;
    addRow(element("confusion"), ["", ...data.classes], allAreHeadings);
    data.confusion.forEach((counts, i) => {
      const row = addRow(element("confusion"), [data.classes[i], ...counts], firstIsHeading);
      row.cells[i + 1].className = "right";
    });
  }

  const redraw = () => charts.forEach((chart) => chart.draw());
  element("controls").addEventListener("change", redraw);
  addEventListener("resize", redraw);
  for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", redraw);
})();
