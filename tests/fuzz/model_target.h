// What the fuzzer of models runs on each input, and the tests on its corpus.
#pragma once

#include <map>
#include <optional>

#include "descent/data/csv.h"
#include "descent/ops.h"
#include "descent/safetensors.h"
#include "descent/train/tabular_model.h"
#include "fuzz/text_edits.h"

namespace descent::fuzz {

/// Each line, "KEY VALUE", replaces what the metadata of a good model say of KEY, and "KEY" alone removes it. A model
/// that is accepted predicts, and is saved and read again.
inline void run_model(std::span<const std::uint8_t> input) {
  const std::string models = DESCENT_SOURCE_DIR "/tests/golden/models/";
  static const Safetensors good[] = {load(models + "tabular-1-price.safetensors"),
                                     load(models + "tabular-2-kind.safetensors"),
                                     load(models + "tabular-2-review.safetensors")};
  if (input.empty()) return;
  const std::size_t which = input[0] % 3;
  const Safetensors& base = good[which];
  std::map<std::string, std::string> metadata = base.metadata;
  for (const auto& [key, value] : edits_of(input.subspan(1))) {
    if (value.empty())
      metadata.erase(key);
    else
      metadata[key] = value;
  }
  const std::string path = scratch_folder() + "/model";
  if (!accepted([&] { save(path, base.tensors, metadata); })) return;
  std::optional<train::TabularModel> model;
  if (!accepted([&] { model = train::TabularModel::load(path); })) return;

  const auto prediction = [&](const train::TabularModel& of) {
    const data::Table rows =
        data::read_csv(models + (which == 2 ? "review_rows.csv" : "rows.csv"), of.csv_options(false));
    return of.predict(rows, data::all_rows(rows.rows)).values;
  };
  Tensor before;
  if (!accepted([&] { before = prediction(*model); })) return;
  model->save(path);
  const Tensor after = prediction(train::TabularModel::load(path));
  check(equal(before, after) || !all(isfinite(before)).item<bool>(), "a model that was saved predicts the same");
}

}  // namespace descent::fuzz
