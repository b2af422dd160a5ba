"use strict";
// Diagrams that are no curves over a training: points and lines over two axes of numbers, in SVG.
const svgElement = (parent, tag, attributes) => {
  const child = parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", tag));
  for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value);
  return child;
};

// About `count` round numbers of [low, high].
const ticksOf = (low, high, count) => {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) || 10);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); ++i) ticks.push(i * step);
  return ticks;
};

// The least and greatest of some numbers, and some room around them.
const rangeOf = (numbers) => {
  let low = Infinity, high = -Infinity;
  for (const number of numbers.filter(isNumber)) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  if (low > high) return [0, 1];
  const room = 0.03 * (high - low) || Math.abs(low) || 1;
  return [low - room, high + room];
};

// Series are {name, x, y, dots, bars, labels, faint, says(i)}: a line, or dots, or bars from 0 of [left, right] with
// labels; says() is what is said of a point that is pointed at. Of many lines the first six are shown, and others when they are asked for.
class Diagram {
  constructor(place, { title, words, xName, yName, x, y, series }) {
    Object.assign(this, { xName, yName, xRange: x, yRange: y, series });
    this.shown = series.map((each, i) => i < 6 || each.faint);
    this.figure = add(place, "figure");
    add(this.figure, "h3", title);
    this.place = add(this.figure, "div", "", { role: "img", "aria-label": `${title}. ${words}` });
    this.hovered = add(this.figure, "output", "", { class: "hovered" });
    if (series.filter((each) => !each.faint).length > 1) this.addLegend();
    add(this.figure, "figcaption", words);
    drawings.push(this);
    this.draw();
  }

  addLegend() {
    const legend = add(this.figure, "div", "", { class: "legend" });
    this.series.forEach((each, i) => {
      if (each.faint) return;
      const button = add(legend, "button", "", { type: "button", "aria-pressed": this.shown[i] });
      const sample = svgElement(button, "svg", { width: 36, height: 8, style: "display: inline" });
      svgElement(sample, "line", { x1: 0, x2: 36, y1: 4, y2: 4, style: this.lineStyle(i) });
      button.append(` ${each.name}`);
      button.addEventListener("click", () => {
        this.shown[i] = !this.shown[i];
        button.setAttribute("aria-pressed", this.shown[i]);
        this.draw();
      });
    });
  }

  lineStyle(i) {
    const faint = this.series[i].faint;
    return `fill: none; stroke: ${faint ? "var(--ink)" : `var(--line-${i % 6})`}; stroke-width: ${faint ? 1 : 2}; ` +
      `stroke-dasharray: ${faint ? "3 4" : dashOf(i).join(" ") || "none"}; opacity: ${faint ? 0.6 : 1}`;
  }

  draw() {
    const width = this.place.clientWidth, height = Math.min(380, Math.max(240, width * 0.75));
    const [left, right, top, bottom] = [64, width - 12, 10, height - 44];
    const [xLow, xHigh] = this.xRange, [yLow, yHigh] = this.yRange;
    const across = (x) => left + ((x - xLow) / (xHigh - xLow)) * (right - left);
    const down = (y) => bottom - ((y - yLow) / (yHigh - yLow)) * (bottom - top);
    this.place.replaceChildren();
    const svg = svgElement(this.place, "svg", { width, height });
    for (const tick of ticksOf(xLow, xHigh, Math.max(3, width / 100))) {
      svgElement(svg, "line", { x1: across(tick), x2: across(tick), y1: top, y2: bottom, stroke: "var(--faint)" });
      svgElement(svg, "text", { x: across(tick), y: bottom + 16, "text-anchor": "middle" }).textContent = digits(tick);
    }
    for (const tick of ticksOf(yLow, yHigh, 5)) {
      svgElement(svg, "line", { x1: left, x2: right, y1: down(tick), y2: down(tick), stroke: "var(--faint)" });
      svgElement(svg, "text", { x: left - 6, y: down(tick) + 4, "text-anchor": "end" }).textContent = digits(tick);
    }
    svgElement(svg, "text", { x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }).textContent = this.xName;
    const turned = `translate(13, ${(top + bottom) / 2}) rotate(-90)`;
    svgElement(svg, "text", { transform: turned, "text-anchor": "middle" }).textContent = this.yName;

    this.points = [];
    this.series.forEach((each, i) => {
      if (!this.shown[i]) return;
      if (each.bars) {
        each.bars.forEach(([from, to], k) => {
          const y = down(each.y[k]);
          svgElement(svg, "rect", { x: across(from) + 1, width: across(to) - across(from) - 2, y, height: bottom - y,
            style: "fill: var(--bar); stroke: var(--line-0)" });
          svgElement(svg, "text", { x: across((from + to) / 2), y: Math.min(y + 15, bottom - 4), "text-anchor": "middle" })
            .textContent = each.labels[k];
        });
      } else if (each.dots) {
        each.x.forEach((x, k) => svgElement(svg, "circle", {
          cx: across(x), cy: down(each.y[k]), r: 3, style: `fill: var(--line-${i % 6}); opacity: 0.6`,
        }));
      } else {
        const points = each.x.map((x, k) => `${across(x)},${down(each.y[k])}`).join(" ");
        svgElement(svg, "polyline", { points, style: this.lineStyle(i) });
      }
      if (each.says) each.x.forEach((x, k) => this.points.push([across(x), down(each.y[k]), () => each.says(k)]));
    });
    const mark = svgElement(svg, "circle", { r: 6, style: "fill: none; stroke: var(--ink); stroke-width: 2", visibility: "hidden" });
    svg.addEventListener("pointermove", (event) => this.pointAt(event, svg, mark));
    svg.addEventListener("pointerleave", () => mark.setAttribute("visibility", "hidden"));
  }

  pointAt(event, svg, mark) {
    const box = svg.getBoundingClientRect();
    const distance = ([x, y]) => Math.hypot(x - (event.clientX - box.left), y - (event.clientY - box.top));
    let nearest = null;
    for (const point of this.points) if (!nearest || distance(point) < distance(nearest)) nearest = point;
    if (!nearest) return;
    mark.setAttribute("cx", nearest[0]);
    mark.setAttribute("cy", nearest[1]);
    mark.setAttribute("visibility", "visible");
    this.hovered.textContent = nearest[2]();
  }
}

// Histograms one behind the other: the first in front, each later one a little higher.
class Ridges {
  constructor(place, name, epochs, histograms) {
    Object.assign(this, { epochs, histograms });
    const figure = add(place, "figure");
    add(figure, "h3", name);
    const last = histograms[histograms.length - 1];
    const words = `At first ${this.inWords(histograms[0])}; after ${epochs[epochs.length - 1]} epochs ${this.inWords(last)}.`;
    this.place = add(figure, "div", "", { role: "img", "aria-label": `Distribution of ${name}. ${words}` });
    this.hovered = add(figure, "output", "", { class: "hovered" });
    add(figure, "figcaption", words);
    addNumbers(figure, "As a table", ["after epoch", "least", "mean", "standard deviation", "greatest"], () =>
      histograms.map((each, i) => [epochs[i], each.least, each.mean, each.deviation, each.greatest]));
    drawings.push(this);
    this.draw();
  }

  inWords({ least, greatest, mean }) {
    return least === greatest ? `all ${digits(least)}` : `from ${digits(least)} to ${digits(greatest)}, mean ${digits(mean)}`;
  }

  draw() {
    const width = this.place.clientWidth, height = 200, left = 8, right = width - 46, top = 60, bottom = height - 24;
    const [low, high] = rangeOf(this.histograms.flatMap((each) => [each.least, each.greatest]));
    const across = (x) => left + ((x - low) / (high - low)) * (right - left);
    const count = this.histograms.length;
    const baseOf = (i) => (count === 1 ? bottom : bottom - (i / (count - 1)) * (bottom - top));
    // Of one area each: counts over the width of a bucket, the highest of all as high as there is room.
    const heightsOf = ({ least, greatest, counts }) => {
      const bucket = (greatest - least) / counts.length || (high - low) / 30, all = counts.reduce((a, b) => a + b, 0);
      return counts.map((number) => number / all / bucket);
    };
    const highest = Math.max(...this.histograms.flatMap(heightsOf).map(Math.sqrt));
    this.place.replaceChildren();
    const svg = svgElement(this.place, "svg", { width, height });
    for (const tick of ticksOf(low, high, 4))
      svgElement(svg, "text", { x: across(tick), y: height - 6, "text-anchor": "middle" }).textContent = digits(tick);
    for (let i = count - 1; i >= 0; --i) {
      const { least, greatest, counts } = this.histograms[i], heights = heightsOf(this.histograms[i]);
      const bucket = (greatest - least) / counts.length || (high - low) / 30, base = baseOf(i);
      const points = [[across(least), base]];
      heights.forEach((each, k) => {
        const up = base - (Math.sqrt(each) / highest) * (top - 8);
        points.push([across(least + k * bucket), up], [across(least + (k + 1) * bucket), up]);
      });
      points.push([across(least + counts.length * bucket), base]);
      svgElement(svg, "polygon", { points: points.join(" "), style: "fill: var(--bar); stroke: var(--line-0)", "fill-opacity": 0.85 });
      if (i % Math.ceil(count / 5) === 0)
        svgElement(svg, "text", { x: right + 6, y: base + 4 }).textContent = this.epochs[i];
    }
    svg.addEventListener("pointermove", (event) => {
      const y = event.clientY - svg.getBoundingClientRect().top;
      let nearest = 0;
      for (let i = 1; i < count; ++i) if (Math.abs(baseOf(i) - y) < Math.abs(baseOf(nearest) - y)) nearest = i;
      this.hovered.textContent = `after epoch ${this.epochs[nearest]}: ${this.inWords(this.histograms[nearest])}`;
    });
  }
}
