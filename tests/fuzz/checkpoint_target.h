// What the fuzzer of checkpoints runs on each input, and the tests on its corpus.
#pragma once

#include <algorithm>
#include <map>

#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/data/batches.h"
#include "descent/generator.h"
#include "descent/loss.h"
#include "descent/nn.h"
#include "descent/ops.h"
#include "descent/optim.h"
#include "descent/optim/lr_scheduler.h"
#include "descent/text.h"
#include "descent/train/checkpoint.h"
#include "descent/train/recorder.h"
#include "fuzz/text_edits.h"

namespace descent::fuzz {

/// A training of every kind of part, and its state.
struct SmallTraining {
  nn::Linear model{2, 1};
  optim::Adam optimizer{model.parameters(), {.lr = 0.01, .amsgrad = true}};
  data::Batches batches{randn({5, 2}), randn({5, 1}), 2};
  optim::lr_scheduler::StepLR schedule{optimizer, {.step_size = 2}};
  train::Recorder recorder{optimizer};
  std::int64_t number = 3;
  std::vector<double> list = {1, 2};
  train::Checkpoint checkpoint{scratch_folder() + "/checkpoints",
                               {.on_problem = [](const std::string&) { check(false, "it is saved"); }}};

  SmallTraining() {
    checkpoint.add("model", model).add("optimizer", optimizer).add("batches", batches).add("schedule", schedule);
    checkpoint.add("recorder", recorder).add("number", number).add("list", list).require("option", "7");
  }

  void run_an_epoch() {
    for (const auto& [x, y] : batches) {
      optimizer.zero_grad();
      const Tensor loss = mse_loss(model(x), y);
      loss.backward();
      optimizer.step();
      recorder.step(loss);
    }
    schedule.step();
    recorder.epoch({});
  }

  std::string state() const {
    std::string text = concat(number, ' ', list.size(), '\n');
    for (const StateDict& part : {model.state_dict(), optimizer.state_dict(), batches.state_dict(),
                                  schedule.state_dict(), default_generator().state_dict()}) {
      for (const auto& [name, tensor] : part) {
        text += concat(name, ' ', tensor.sizes());
        for (const double element : tensor.to(float64).to_vector<double>()) text += concat(' ', element);
      }
    }
    return text;
  }
};

/// "NAME DTYPE SIZES VALUE...": a tensor, its elements the values over and over.
inline void set_tensor(StateDict& tensors, const std::string& name, const std::string& text) {
  std::vector<double> numbers;
  Dims sizes;
  std::string_view rest = text;
  const char kind = rest.empty() ? ' ' : rest[0];
  rest.remove_prefix(std::min<std::size_t>(2, rest.size()));
  bool in_sizes = true;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    double number = 0;
    if (word == "=")
      in_sizes = false;
    else if (!read_number(word, number))
      return;
    else if (!in_sizes)
      numbers.push_back(number);
    else if (sizes.size() < 3 && number >= 0 && number <= 100)
      sizes.push_back(static_cast<std::int64_t>(number));
  }
  const DType dtype = kind == 'i' ? int64 : kind == 'd' ? float64 : kind == 'b' ? boolean : float32;
  const std::int64_t count = numel_of(sizes);
  std::vector<double> all(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < all.size() && !numbers.empty(); ++i) all[i] = numbers[i % numbers.size()];
  if (kind == 'i')
    for (double& number : all) number = std::clamp(number, -9e18, 9e18);
  tensors[name] = reshape(tensor(all, {.dtype = float64}), sizes).to(dtype);
}

/// Each line changes a good checkpoint: "@KEY VALUE" its metadata, "NAME" alone takes a tensor away, and what
/// set_tensor() takes replaces one or adds one. A training that takes the checkpoint goes on by an epoch; one that
/// does not is as it was.
inline void run_checkpoint(std::span<const std::uint8_t> input) {
  static const Safetensors good = [] {
    manual_seed(1);
    SmallTraining training;
    training.run_an_epoch();
    training.checkpoint.save(0.5);
    return load(training.checkpoint.latest());
  }();
  StateDict tensors = good.tensors;
  std::map<std::string, std::string> metadata = good.metadata;
  for (const auto& [name, value] : edits_of(input)) {
    if (name.starts_with("@"))
      metadata[name.substr(1)] = value;
    else if (value.empty())
      tensors.erase(name);
    else
      set_tensor(tensors, name, value);
  }
  const std::string path = scratch_folder() + "/checkpoint";
  if (!accepted([&] { save(path, tensors, metadata); })) return;
  manual_seed(2);
  SmallTraining training;
  const std::string before = training.state();
  if (accepted([&] { training.checkpoint.load(path); }))
    accepted([&] { training.run_an_epoch(); });
  else
    check(training.state() == before, "a training that refuses a checkpoint is as it was");
}

}  // namespace descent::fuzz
