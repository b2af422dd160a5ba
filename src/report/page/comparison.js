"use strict";
// The page that compares trainings: curves of one kind over the same axes.
const names = data.runs.map((run) => run.name);
addRow(element("numbers"), ["", ...names], allAreHeadings);
for (const { name, values } of data.numbers) addRow(element("numbers"), [name, ...values.map(digits)], firstIsHeading);
element("no-options").hidden = data.options.length > 0;
if (data.options.length > 0) addRow(element("options"), ["", ...names], allAreHeadings);
for (const { name, values } of data.options) addRow(element("options"), [name, ...values], firstIsHeading);

// `of(run)` gives [x, values] of each run; all of them over all x that one has.
const showTogether = (title, xName, of) => {
  const tables = data.runs.map(of);
  const x = [...new Set(tables.flatMap(([of_run]) => of_run))].sort((a, b) => a - b);
  const series = tables.map(([of_run, values], i) => {
    const valueAt = new Map(of_run.map((each, k) => [each, values[k]]));
    return { name: names[i], values: x.map((each) => valueAt.get(each) ?? null), joined: true };
  });
  new Chart(title, xName, x, series);
};
const ofEpochs = (column) => (run) => [run.epochs.epoch, column(run.epochs) ?? []];

showTogether("Training loss", "epoch", ofEpochs((epochs) => epochs.loss));
showTogether("Held-out loss", "epoch", ofEpochs((epochs) => epochs.held_out_loss));
for (const name of new Set(data.runs.flatMap((run) => Object.keys(run.epochs.metrics))))
  showTogether(`${name}, held-out`, "epoch", ofEpochs((epochs) => epochs.metrics[name]));
showTogether("Loss of the steps", "step", (run) => [run.steps.step, run.steps.loss]);
showTogether("Learning rate", "epoch", ofEpochs((epochs) => epochs.lr));
showTogether("Norm of the gradient", "epoch", ofEpochs((epochs) => epochs.gradient_norm));
