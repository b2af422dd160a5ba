"use strict";
// The page of one training.
const epochs = data.epochs;

const showCurves = () => {
  new Chart("Loss", "epoch", epochs.epoch,
    [{ name: "training", values: epochs.loss }, { name: "held-out", values: epochs.held_out_loss }]);
  for (const [name, values] of Object.entries(epochs.metrics))
    new Chart(name, "epoch", epochs.epoch, [{ name: `${name}, held-out`, values }]);
  const { step, loss, least, greatest } = data.steps;
  const series = [{ name: "loss", values: loss }];
  // Where steps share a point, what they range over.
  if (least.some((value, i) => value !== greatest[i]))
    series.push({ name: "least", values: least, faint: true }, { name: "greatest", values: greatest, faint: true });
  new Chart("Loss of the steps", "step", step, series);
  new Chart("Learning rate", "epoch", epochs.epoch, [{ name: "rate", values: epochs.lr }]);
  new Chart("Norm of the gradient", "epoch", epochs.epoch, [{ name: "norm", values: epochs.gradient_norm }]);

  const columns = [["epoch", epochs.epoch], ["training loss", epochs.loss], ["held-out loss", epochs.held_out_loss],
    ...Object.entries(epochs.metrics), ["rate", epochs.lr], ["norm of the gradient", epochs.gradient_norm]];
  if (data.every > 1) element("epochs-summary").textContent = `Every ${data.every}th epoch, and the extremes, as a table`;
  addRow(element("epochs"), columns.map(([name]) => name), allAreHeadings);
  epochs.epoch.forEach((_, i) => addRow(element("epochs"), columns.map(([, values]) => digits(values[i])), firstIsHeading));
};

// One curve for each class: `what` is "roc" or "precision_recall".
const showClassCurves = (what, { title, area, xName, yName, guess }) => {
  const curves = [...data.diagnosis.curves];
  if (curves.length === 0) return;
  // Of many classes some are shown at first: those that are hardest to tell.
  if (curves.length > 6) curves.sort((a, b) => a[area] - b[area]);
  const lines = curves.map((each) => ({
    name: `${each.class}: ${digits(each[area])}`,
    ...each[what],
    says: (i) => `${each.class}: ${xName} ${digits(each[what].x[i])}, ${yName} ${digits(each[what].y[i])}` +
      (isNumber(each[what].threshold[i]) ? `, from a probability of ${digits(each[what].threshold[i])} on` : ""),
  }));
  if (guess) lines.push(guess);
  const words = `Area below the curve: ${curves.map((each) => `${each.class} ${digits(each[area])}`).join(", ")}.` +
    (curves.length > 1 ? " Each class against the rest." : "");
  const diagram = new Diagram(element("diagrams"),
    { title, words, xName, yName, x: [0, 1], y: [0, 1.02], series: lines });
  addNumbers(diagram.figure, "As a table", ["class", "threshold", xName, yName], () => curves.flatMap((each) =>
    each[what].x.map((x, i) => [each.class, each[what].threshold[i], x, each[what].y[i]])));
};

const showCalibration = ({ error, bins }) => {
  const count = bins.length, full = bins.map((bin, b) => ({ ...bin, b })).filter((bin) => bin.samples > 0);
  const said = ({ b, samples, right, confidence }) => `confidence ${digits(b / count)} to ${digits((b + 1) / count)}: ` +
    `${digits(samples)} rows, ${digits(right / samples)} of them right, mean confidence ${digits(confidence)}`;
  const diagram = new Diagram(element("diagrams"), {
    title: "Calibration",
    words: `Expected calibration error ${digits(error)}: how far confidence is from being right, on average over ` +
      `${full.reduce((sum, bin) => sum + bin.samples, 0)} rows. On the dotted line it is just right, below it too sure; the numbers count rows.`,
    xName: "confidence", yName: "part that is right", x: [0, 1], y: [0, 1.02],
    series: [
      { name: "right", bars: full.map(({ b }) => [b / count, (b + 1) / count]), x: full.map((bin) => bin.confidence),
        y: full.map((bin) => bin.right / bin.samples), labels: full.map((bin) => digits(bin.samples)), says: (i) => said(full[i]) },
      { name: "just right", x: [0, 1], y: [0, 1], faint: true },
    ],
  });
  addNumbers(diagram.figure, "As a table", ["confidence up to", "rows", "part that is right", "mean confidence"], () =>
    full.map(({ b, samples, right, confidence }) => [(b + 1) / count, samples, right / samples, confidence]));
};

const showQuantities = ({ rows, actual, predicted }) => {
  const residuals = predicted.map((value, i) => actual[i] - value);
  const some = actual.length < rows ? ` ${actual.length} of ${rows} rows, evenly chosen.` : "";
  const says = (i) => `actual ${digits(actual[i])}, predicted ${digits(predicted[i])}, residual ${digits(residuals[i])}`;
  const range = rangeOf([...actual, ...predicted]);
  const scatter = new Diagram(element("diagrams"), {
    title: "Predicted over actual", words: `On the dotted line a prediction is right.${some}`,
    xName: "actual", yName: "predicted", x: range, y: range,
    series: [{ name: "rows", x: actual, y: predicted, dots: true, says },
      { name: "right", x: range, y: range, faint: true }],
  });
  const across = rangeOf(predicted);
  new Diagram(element("diagrams"), {
    title: "Residuals", words: `Actual less predicted: a bend or a funnel is what the model does not know.${some}`,
    xName: "predicted", yName: "actual less predicted", x: across, y: rangeOf([0, ...residuals]),
    series: [{ name: "rows", x: predicted, y: residuals, dots: true, says },
      { name: "right", x: across, y: [0, 0], faint: true }],
  });
  addNumbers(scatter.figure, "Both as a table", ["actual", "predicted", "residual"], () =>
    actual.map((value, i) => [value, predicted[i], residuals[i]]));
};

const showMistakes = (mistakes) => {
  if (mistakes.length === 0) return;
  element("most-wrong").hidden = false;
  const table = element("mistakes");
  if (data.diagnosis.quantities) {
    const withDeviations = mistakes.some((each) => isNumber(each.deviation));
    addRow(table, ["line", "actual", "predicted", "error", ...(withDeviations ? ["standard deviation said"] : [])], allAreHeadings);
    for (const { line, actual, predicted, deviation } of mistakes)
      addRow(table, [line, actual, predicted, predicted - actual, ...(withDeviations ? [deviation] : [])].map(digits), firstIsHeading);
  } else {
    addRow(table, ["line", "actual", "predicted", "how sure", "probability of the actual one"], allAreHeadings);
    for (const each of mistakes)
      addRow(table, [each.line, each.actual, each.predicted, each.probability_of_predicted, each.probability_of_actual].map(digits),
        firstIsHeading);
  }
};

const showImportance = ({ rows, score, left_out, columns }) => {
  element("importance").hidden = false;
  const name = data.diagnosis.quantities ? "R²" : "accuracy";
  element("importance-words").textContent = `How far the ${name}, ${digits(score)} of ${rows} held-out rows, falls when ` +
    `the values of a column are shuffled: the mean of some times, and their standard deviation.` +
    (left_out > 0 ? ` ${left_out} further columns were not measured.` : "");
  const most = Math.max(...columns.map((column) => column.mean));
  const headings = ["column", `${name} lost`, "±"];
  addRow(element("columns"), [...headings, ""], allAreHeadings);
  for (const column of columns.slice(0, 20)) {
    const row = addRow(element("columns"), [column.name, digits(column.mean), digits(column.spread), ""], firstIsHeading);
    row.cells[3].className = "bar";
    if (column.mean > 0) add(row.cells[3], "div").style.width = `${(100 * column.mean) / most}%`;
  }
  if (columns.length > 20)
    addNumbers(element("importance"), `All ${columns.length} columns`, headings, () =>
      columns.map((column) => [column.name, column.mean, column.spread]));
};

const showDiagnosis = (diagnosis) => {
  element("diagnosis").hidden = false;
  if (diagnosis.quantities) {
    showQuantities(diagnosis.quantities);
  } else {
    showClassCurves("roc", { title: "ROC", area: "roc_auc", xName: "false positive rate", yName: "true positive rate",
      guess: { name: "guessing", x: [0, 1], y: [0, 1], faint: true } });
    showClassCurves("precision_recall", { title: "Precision and recall", area: "average_precision", xName: "recall", yName: "precision" });
    showCalibration(diagnosis.calibration);
  }
  showMistakes(diagnosis.most_wrong);
  showImportance(diagnosis.importance);
};

for (const remark of data.remarks) add(element("remarks"), "li", remark);
showCurves();
if (data.diagnosis) showDiagnosis(data.diagnosis);
if (data.confusion) {
  element("classes").hidden = false;
  addRow(element("confusion"), ["", ...data.classes], allAreHeadings);
  data.confusion.forEach((counts, i) => {
    const row = addRow(element("confusion"), [data.classes[i], ...counts], firstIsHeading);
    row.cells[i + 1].className = "right";
  });
}
if (data.weights.epochs.length > 0) {
  element("weights").hidden = false;
  for (const [name, histograms] of Object.entries(data.weights.tensors))
    if (histograms.every((each) => each.counts.length > 0))
      new Ridges(element("histograms"), name, data.weights.epochs, histograms);
}
for (const pair of data.configuration) addRow(element("configuration"), pair, firstIsHeading);
