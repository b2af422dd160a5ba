"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const setTheme = () => (document.documentElement.dataset.theme = prefersDark.matches ? "dark" : "light");
  prefersDark.addEventListener("change", setTheme);
  setTheme();
  const digits = (value, count = 4) => {
    const size = Math.abs(value), rounded = Number(value.toPrecision(count));
    return size > 0 && (size < 1e-3 || size >= 1e6) ? rounded.toExponential() : rounded.toString();
  };
  const isNumber = (value) => value !== null;
  const add = (parent, name, text) => {
    const child = parent.appendChild(document.createElement(name));
    if (text !== undefined) child.textContent = text;
    return child;
  };
  const draw = (parent, name, attributes, text) => {
    const child = parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name));
    for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
    if (text !== undefined) child.textContent = text;
    return child;
  };

  // Paths are told apart by colour, by dashes and by the mark at their end.
  const colour = (i) => `var(--path-${i % 6})`;
  const dashes = (i) => ["none", "8 4", "2 3", "10 3 2 3"][i % 4];
  const mark = (i, x, y) => {
    const r = 6;
    const corners = [
      null, [[-r, -r], [r, -r], [r, r], [-r, r]], [[0, -r], [r, r], [-r, r]], [[0, -r - 2], [r + 2, 0], [0, r + 2], [-r - 2, 0]],
      [[0, r], [r, -r], [-r, -r]], [[-r, -3], [r, -3], [r, 3], [-r, 3]]][i % 6];
    if (!corners) return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    return `M${corners.map(([dx, dy]) => `${x + dx} ${y + dy}`).join("L")}z`;
  };

  // Round numbers within an interval, or powers of ten where it goes by logarithms.
  const ticks = (low, high, logarithmic) => {
    const result = [];
    if (logarithmic) {
      const apart = Math.max(1, Math.ceil((high - low) / 6));
      for (let power = Math.ceil(low); power <= high; power += apart) result.push(power);
      return result.length > 1 ? result : [low, high];
    }
    const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
    const apart = power * [1, 2, 5, 10].find((times) => times * power >= rough);
    for (let i = Math.ceil(low / apart); i * apart <= high + 1e-9 * apart; ++i) result.push(i * apart);
    return result;
  };
  const extent = (values) => {
    let low = Infinity, high = -Infinity;
    for (const value of values) if (isNumber(value)) low = Math.min(low, value), high = Math.max(high, value);
    if (low > high) return [0, 1];
    return low < high ? [low, high] : [low - 1, high + 1];
  };

  class Figure {
    constructor(parent, figure, steps) {
      this.figure = figure;
      this.steps = steps;
      this.frame = Math.max(0, steps.length - 1);
      const place = add(parent, "figure");
      add(place, "h3", figure.title);
      this.place = add(place, "div");
      if (figure.paths.length > 0) this.addLegend(place);
      add(place, "figcaption", figure.words);
      this.redraw();
    }

    addLegend(place) {
      const list = add(place, "ul");
      list.className = "legend";
      this.figure.paths.forEach((path, i) => {
        const item = add(list, "li");
        const sample = draw(item, "svg", { width: 44, height: 18, "aria-hidden": "true" });
        draw(sample, "path", { class: "path", d: "M0 9H44", stroke: colour(i), "stroke-dasharray": dashes(i) });
        draw(sample, "path", { class: "mark", d: mark(i, 22, 9), fill: colour(i) });
        add(item, "span", path.name);
      });
    }

    // The ends of both axes, in what is drawn: logarithms where the axis goes by these.
    extents() {
      const { figure } = this;
      if (figure.kind === "surface") return [extent(figure.x), extent(figure.y)];
      if (figure.kind === "curve") {
        const [low, high] = extent(figure.y);
        return [extent(figure.x), [low - 0.05 * (high - low), high + 0.05 * (high - low)]];
      }
      const dots = figure.dots || [];
      const [x0, x1] = extent([...figure.paths.flatMap((path) => path.x), ...dots.map(([x]) => x)]);
      const [y0, y1] = extent([...figure.paths.flatMap((path) => path.y), ...dots.map(([, y]) => y)].map(this.height));
      // So that marks at the ends are seen whole.
      const room = 0.03;
      return [[x0, x1 + room * (x1 - x0)], [y0 - room * (y1 - y0), y1 + room * (y1 - y0)]];
    }

    height = (value) => {
      if (!this.figure.logarithmic || value === null) return value;
      return value > 0 ? Math.log10(value) : null;
    };

    redraw() {
      const { figure, place } = this;
      const width = Math.max(260, place.clientWidth), height = Math.round(Math.min(460, 0.72 * width + 40));
      const left = 58, right = 24, top = 8, bottom = 42;
      const [[x0, x1], [y0, y1]] = this.extents();
      // What is far outside stays so near that it can be drawn.
      const within = (value) => Math.max(-1e4, Math.min(1e4, value));
      this.x = (value) => within(left + ((value - x0) / (x1 - x0)) * (width - left - right));
      this.y = (value) => within(top + ((y1 - value) / (y1 - y0)) * (height - top - bottom));
      place.replaceChildren();
      const svg = draw(place, "svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${figure.title}. ${figure.words}` });
      const clip = `clip-${(Figure.count = (Figure.count || 0) + 1)}`;
      draw(draw(svg, "clipPath", { id: clip }), "rect", { x: left, y: top, width: width - left - right, height: height - top - bottom });
      this.inside = draw(svg, "g", { "clip-path": `url(#${clip})` });
      if (figure.kind === "surface") this.drawSurface();
      for (const value of ticks(x0, x1)) {
        if (figure.kind !== "surface") draw(this.inside, "path", { class: "gridline", d: `M${this.x(value)} 0V${height}` });
        draw(svg, "text", { x: this.x(value), y: height - bottom + 16, "text-anchor": "middle" }, digits(value));
      }
      for (const value of ticks(y0, y1, figure.logarithmic)) {
        if (figure.kind !== "surface") draw(this.inside, "path", { class: "gridline", d: `M0 ${this.y(value)}H${width}` });
        const name = digits(figure.logarithmic ? 10 ** value : value);
        draw(svg, "text", { x: left - 6, y: this.y(value) + 4, "text-anchor": "end" }, name);
      }
      draw(svg, "rect", { class: "frame", x: left, y: top, width: width - left - right, height: height - top - bottom });
      draw(svg, "text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, figure.x_name);
      draw(svg, "text", { x: 12, y: (top + height - bottom) / 2, "text-anchor": "middle",
        transform: `rotate(-90 12 ${(top + height - bottom) / 2})` }, figure.y_name);
      if (figure.kind === "curve") this.drawCurve();
      for (const [x, y] of figure.dots || [])
        draw(this.inside, "circle", { class: "dot", cx: this.x(x), cy: this.y(this.height(y)), r: 4 });
      this.paths = figure.paths.map((_, i) => ({
        line: draw(this.inside, "path", { class: "path", stroke: colour(i), "stroke-dasharray": dashes(i) }),
        dots: draw(this.inside, "path", { fill: colour(i) }),
        mark: draw(this.inside, "path", { class: "mark", fill: colour(i) }),
      }));
      this.show(this.frame);
    }

    drawSurface() {
      const { figure } = this;
      const levels = figure.contours.map((contour) => contour.level);
      const columns = figure.x.length;
      // Halfway between neighbours, in whole pixels: rectangles that share an edge have no seam.
      const edges = (values, place) => {
        const n = values.length, around = [2 * values[0] - values[1], ...values, 2 * values[n - 1] - values[n - 2]];
        return around.slice(1).map((value, i) => Math.round(place((around[i] + value) / 2)));
      };
      const xs = edges(figure.x, this.x), ys = edges(figure.y, this.y);
      const rank = (error) => (error === null ? levels.length : levels.filter((level) => level < error).length);
      figure.y.forEach((_, row) => {
        // Neighbours of one rank are one rectangle.
        for (let begin = 0, end; begin < columns; begin = end) {
          const here = rank(figure.errors[row * columns + begin]);
          for (end = begin + 1; end < columns && rank(figure.errors[row * columns + end]) === here;) ++end;
          if (here === 0) continue;
          draw(this.inside, "rect", { class: "height", "fill-opacity": (0.35 * here) / levels.length,
            x: xs[begin], y: ys[row + 1], width: xs[end] - xs[begin], height: ys[row] - ys[row + 1] });
        }
      });
      const named = [];
      for (const { level, lines } of figure.contours) {
        for (const line of lines) {
          draw(this.inside, "path", { class: "contour", d: `M${line.map(([x, y]) => `${this.x(x)} ${this.y(y)}`).join("L")}` });
          const [x, y] = line[Math.floor(line.length / 3)].map((value, i) => (i === 0 ? this.x(value) : this.y(value)));
          if (line.length < 12 || named.some(([nx, ny]) => Math.hypot(nx - x, ny - y) < 36)) continue;
          named.push([x, y]);
          draw(this.inside, "text", { class: "level-name", x, y: y + 4, "text-anchor": "middle" }, digits(level, 3));
        }
      }
      for (const [x, y] of figure.minima)
        draw(this.inside, "path", { class: "minimum", d: `M${this.x(x) - 5} ${this.y(y) - 5}l10 10m0 -10l-10 10` });
    }

    drawCurve() {
      const { figure } = this;
      const points = figure.x.flatMap((x, i) => (isNumber(figure.y[i]) ? [`${this.x(x)} ${this.y(figure.y[i])}`] : []));
      draw(this.inside, "path", { class: "curve", d: `M${points.join("L")}` });
      const reach = 0.12 * (figure.x[figure.x.length - 1] - figure.x[0]);
      for (const { x, y, slope } of figure.tangents) {
        draw(this.inside, "line", { class: "tangent", x1: this.x(x - reach), y1: this.y(y - slope * reach),
          x2: this.x(x + reach), y2: this.y(y + slope * reach) });
        draw(this.inside, "circle", { cx: this.x(x), cy: this.y(y), r: 3.5, class: "height" });
        draw(this.inside, "text", { class: "level-name", x: this.x(x) + 8, y: this.y(y) - 8 }, `slope ${digits(slope)}`);
      }
    }

    // How many points of a path are seen in a frame.
    countSeen(path, frame) {
      if (this.steps.length === 0) return path.x.length;
      if (this.figure.kind !== "lines") return Math.min(frame + 1, path.x.length);
      const until = path.x.findIndex((x) => x > this.steps[frame]);
      return until < 0 ? path.x.length : until;
    }

    show(frame) {
      this.frame = frame;
      this.figure.paths.forEach((path, i) => {
        const places = [];
        for (let k = 0, seen = this.countSeen(path, frame); k < seen; ++k) {
          const y = this.height(path.y[k]);
          if (isNumber(path.x[k]) && isNumber(y)) places.push([this.x(path.x[k]), this.y(y)]);
        }
        const { line, dots, mark: end } = this.paths[i];
        line.setAttribute("d", places.length > 0 ? `M${places.map(([x, y]) => `${x} ${y}`).join("L")}` : "");
        const dotted = this.figure.kind !== "lines" && path.x.length <= 60;
        dots.setAttribute("d", dotted ? places.map(([x, y]) => `M${x - 2.5} ${y}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z`).join("") : "");
        end.setAttribute("d", places.length > 0 ? mark(i, ...places[places.length - 1]) : "");
      });
    }
  }

  // A button and a slider, which move all figures of a section.
  class Player {
    static milliseconds = 8000;

    constructor(place, section, figures) {
      this.steps = section.steps;
      this.figures = figures;
      place.className = "player";
      this.button = add(place, "button");
      this.button.type = "button";
      const label = add(place, "label");
      add(label, "span", "Step");
      this.slider = add(label, "input");
      Object.assign(this.slider, { type: "range", min: 0, max: this.steps.length - 1, step: 1, value: this.steps.length - 1 });
      this.slider.setAttribute("aria-label", `Step of: ${section.title}`);
      this.output = add(place, "output");
      this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
      this.slider.addEventListener("input", () => {
        this.pause();
        this.show(Number(this.slider.value));
      });
      this.pause();
      this.show(this.steps.length - 1);
    }

    show(frame) {
      this.slider.value = frame;
      const words = `step ${this.steps[frame]} of ${this.steps[this.steps.length - 1]}`;
      this.slider.setAttribute("aria-valuetext", words);
      this.output.textContent = words;
      for (const figure of this.figures) figure.show(frame);
    }

    pause() {
      this.playing = false;
      this.button.textContent = "Play";
    }

    play() {
      const last = this.steps.length - 1;
      const from = Number(this.slider.value) === last ? 0 : Number(this.slider.value);
      this.playing = true;
      this.button.textContent = "Pause";
      let start;
      const next = (now) => {
        if (!this.playing) return;
        start ??= now;
        const frame = Math.min(last, from + Math.floor(((now - start) / Player.milliseconds) * this.steps.length));
        this.show(frame);
        if (frame === last) this.pause();
        else requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
    }
  }

  const addTable = (place, { caption, header, rows }) => {
    const wide = add(place, "div");
    wide.className = "wide";
    const table = add(wide, "table");
    add(table, "caption", caption);
    const names = table.insertRow();
    for (const name of header) add(names, "th", name).scope = "col";
    for (const cells of rows) {
      const row = table.insertRow();
      cells.forEach((text, i) => {
        const cell = add(row, i === 0 ? "th" : "td", text);
        if (i === 0) cell.scope = "row";
      });
    }
  };

  document.title = data.title;
  document.getElementById("title").textContent = data.title;
  const all = [];
  for (const section of data.sections) {
    const place = add(document.getElementById("sections"), "section");
    if (section.title) add(place, "h2", section.title);
    for (const paragraph of section.paragraphs) add(place, "p", paragraph);
    const controls = section.steps.length > 1 ? add(place, "div") : null;
    const row = add(place, "div");
    row.className = "figures";
    const figures = section.figures.map((figure) => new Figure(row, figure, section.steps));
    if (controls) new Player(controls, section, figures);
    if (section.table) addTable(place, section.table);
    all.push(...figures);
  }
  const redraw = () => all.forEach((figure) => figure.redraw());
  // Figures that came later made those before them narrower.
  redraw();
  addEventListener("resize", redraw);
})();
