// A training that is stopped and resumed ends with the bits of one that never was.
#include "descent/train/checkpoint.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "optim/every_wrapper.h"
#include "temporary_folder.h"

using namespace descent;
namespace fs = std::filesystem;

namespace {

struct Recogniser final : nn::Module<Recogniser> {
  nn::Linear first{12, 300};
  nn::BatchNorm1d norm{300};
  nn::Dropout dropout{0.2};
  nn::Linear last{300, 3};
  Tensor forward(const Tensor& x) { return last(dropout(relu(norm(first(x))))); }
  auto members() { return nn::members("first", first, "norm", norm, "dropout", dropout, "last", last); }
};

using Bits = std::map<std::string, std::vector<double>>;

void add_bits(Bits& bits, const std::string& prefix, const StateDict& state) {
  for (const auto& [name, tensor] : state) bits[prefix + name] = tensor.to(float64).to_vector<double>();
}

/// The first name of which the elements are not the same bits.
std::string difference(const Bits& a, const Bits& b) {
  if (a.size() != b.size()) return "the names";
  for (const auto& [name, values] : a) {
    const auto found = b.find(name);
    if (found == b.end() || found->second.size() != values.size() ||
        (!values.empty() && std::memcmp(values.data(), found->second.data(), values.size() * sizeof(double)) != 0))
      return name;
  }
  return "";
}

Tensor inputs() {
  Generator generator(11);
  return randn({230, 12}, {}, generator);
}
Tensor targets() {
  Generator generator(12);
  return randint(0, 3, {230}, {}, generator);
}

/// Everything that a training can be made of.
struct Training {
  static constexpr int kEpochs = 3;

  Recogniser net;
  optim::Lookahead optimizer{optim::AdamW(net.parameters(), {.lr = 0.01}), {.k = 3}};
  optim::lr_scheduler::OneCycleLR schedule{optimizer, {.max_lr = 0.02, .total_steps = 12}};
  optim::lr_scheduler::ReduceLROnPlateau plateau{optimizer, {.patience = 0}};
  optim::ExponentialMovingAverage average{net.parameters(), {.decay = 0.9}};
  data::Batches batches{inputs(), targets(), 64};
  train::BestWeights best;
  std::vector<double> history;
  std::int64_t steps = 0;
  double last_loss = 0;

  void add_to(train::Checkpoint& checkpoint) {
    checkpoint.add("net", net).add("optimizer", optimizer).add("schedule", schedule).add("plateau", plateau);
    checkpoint.add("average", average).add("batches", batches).add("best", best);
    checkpoint.add("history", history).add("steps", steps).add("last_loss", last_loss);
  }

  /// Until the end, or until so many steps are taken.
  void go(std::int64_t stop_after, train::Checkpoint* checkpoint) {
    while (batches.epoch() < kEpochs) {
      for (const data::Batch& batch : batches) {
        const Tensor loss = optimizer.step([&] {
          optimizer.zero_grad();
          const Tensor value = cross_entropy(net(batch.inputs), batch.targets);
          value.backward();
          return value;
        });
        last_loss = loss.item();
        history.push_back(last_loss);
        average.update();
        best.offer(last_loss, net);
        if (steps < 11) schedule.step();
        ++steps;
        if (checkpoint) REQUIRE(checkpoint->save(last_loss));
        if (steps == stop_after) return;
      }
      plateau.step(last_loss);
    }
  }

  Bits bits() const {
    Bits bits;
    add_bits(bits, "net.", net.state_dict());
    add_bits(bits, "optimizer.", optimizer.state_dict());
    add_bits(bits, "schedule.", schedule.state_dict());
    add_bits(bits, "average.", average.state_dict());
    add_bits(bits, "best.", best.state_dict());
    add_bits(bits, "generator.", default_generator().state_dict());
    bits["history"] = history;
    bits["last_loss"] = {last_loss};
    bits["steps"] = {static_cast<double>(steps)};
    return bits;
  }
};

struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

}  // namespace

TEST_CASE("a training stopped after any step and resumed ends with the same bits, on other threads too") {
  manual_seed(3);
  Training whole;
  whole.go(-1, nullptr);
  REQUIRE(whole.steps == 12);
  const Bits expected = whole.bits();
  for (std::int64_t stop = 1; stop <= 12; ++stop) {
    CAPTURE(stop);
    const TemporaryFolder folder;
    {
      const Threads one(1);
      manual_seed(3);
      Training first;
      train::Checkpoint checkpoint(folder.path);
      first.add_to(checkpoint);
      CHECK_FALSE(checkpoint.resume());
      first.go(stop, &checkpoint);
    }
    const Threads others(1 + static_cast<int>(stop % 4));
    manual_seed(static_cast<std::uint64_t>(100 + stop));  // not what the training goes on with
    Training second;
    train::Checkpoint checkpoint(folder.path);
    second.add_to(checkpoint);
    REQUIRE(checkpoint.resume());
    CHECK(second.steps == stop);
    second.go(-1, &checkpoint);
    CHECK(difference(second.bits(), expected) == "");
  }
}

TEST_CASE("batches and loaders go on in the middle of an epoch") {
  const Tensor numbers = arange(50).reshape({50, 1});
  const auto rows_of = [](const Tensor& x) { return x.reshape({-1}).to_vector<std::int64_t>(); };
  const auto test = [&](auto make) {
    // Two epochs and a half, and where each batch is.
    std::vector<std::vector<std::int64_t>> order;
    auto whole = make();
    for (int epoch = 0; epoch < 3; ++epoch) {
      CHECK(whole.epoch() == epoch);
      for (const auto& batch : whole) order.push_back(rows_of(batch));
    }
    CHECK(whole.epoch() == 3);
    const std::size_t in_epoch = order.size() / 3;
    for (std::size_t stop = 1; stop <= 2 * in_epoch; ++stop) {
      auto first = make();
      StateDict state;
      std::size_t seen = 0;
      while (seen < stop) {
        for ([[maybe_unused]] const auto& batch : first) {
          if (++seen < stop) continue;
          state = first.state_dict();
          break;
        }
      }
      auto second = make();
      second.generator().manual_seed(99);
      second.load_state_dict(state);
      CHECK(second.position() == static_cast<std::int64_t>((stop - 1) % in_epoch + 1));
      std::vector<std::vector<std::int64_t>> rest;
      while (second.epoch() < 3) {
        for (const auto& batch : second) rest.push_back(rows_of(batch));
      }
      CHECK(std::vector(order.begin() + static_cast<std::ptrdiff_t>(stop), order.end()) == rest);
      // Between two epochs, too.
      auto third = make();
      third.load_state_dict(second.state_dict());
      CHECK(third.epoch() == 3);
      CHECK(rows_of(*third.begin()) == rows_of(*second.begin()));
    }
  };
  struct InputsOnly {
    data::Batches batches;
    struct Iterator {
      data::Batches::Iterator it;
      Tensor operator*() const { return (*it).inputs; }
      Iterator& operator++() { return ++it, *this; }
      bool operator==(const Iterator& other) const = default;
    };
    Iterator begin() { return {batches.begin()}; }
    Iterator end() const { return {batches.end()}; }
    Generator& generator() { return batches.generator(); }
    std::int64_t epoch() const { return batches.epoch(); }
    std::int64_t position() const { return batches.position(); }
    StateDict state_dict() const { return batches.state_dict(); }
    void load_state_dict(const StateDict& state) { batches.load_state_dict(state); }
  };
  test([&] { return InputsOnly{data::Batches(numbers, numbers, 8, Generator(4))}; });
  for (const int workers : {0, 2}) {
    test([&] {
      return data::DataLoader(data::TensorDataset(numbers),
                              {.batch_size = 8, .shuffle = true, .num_workers = workers, .generator = Generator(4)});
    });
  }
}

TEST_CASE("what a state of batches does not fit") {
  const Tensor numbers = arange(50).reshape({50, 1});
  data::Batches batches(numbers, numbers, 8, Generator(4));
  const StateDict state = batches.state_dict();
  data::Batches others(numbers, numbers, 7, Generator(5));
  CHECK(error_of([&] { others.load_state_dict(state); }) == "Batches: load_state_dict: batch_size was 8 and is 7");
  data::Batches fewer(numbers[0].reshape({1, 1}), numbers[0].reshape({1, 1}), 8, Generator(5));
  CHECK(error_of([&] { fewer.load_state_dict(state); }) == "Batches: load_state_dict: rows was 50 and is 1");
  StateDict past = state;
  past["position"] = full({}, std::int64_t{8});
  CHECK(error_of([&] { batches.load_state_dict(past); }) ==
        "Batches: load_state_dict: position is 8 in an epoch of 7 batches");
}

TEST_CASE("a training with any optimizer or wrapper goes on") {
  const auto parameters = [] {
    manual_seed(5);
    return std::vector<Tensor>{(randn({3, 4}) * 0.5).requires_grad_(), (randn({4}) * 0.5).requires_grad_()};
  };
  Generator generator(6);
  const Tensor x = randn({6, 3}, {}, generator);
  const auto steps = [&](optim::Optimizer& optimizer, const std::vector<Tensor>& p, int count) {
    for (int i = 0; i < count; ++i) {
      optimizer.step([&] {
        optimizer.zero_grad();
        const Tensor loss = mean(square(matmul(tanh(matmul(x, p[0])), p[1]) - 0.3));
        loss.backward();
        return loss;
      });
    }
  };
  const auto bits_of = [](const optim::Optimizer& optimizer, const std::vector<Tensor>& p) {
    Bits bits;
    add_bits(bits, "", optimizer.state_dict());
    for (std::size_t i = 0; i < p.size(); ++i) bits[std::to_string(i)] = p[i].to(float64).to_vector<double>();
    return bits;
  };
  struct Parameters {
    std::vector<Tensor> tensors;
    StateDict state_dict() const { return {{"0", tensors[0].detach()}, {"1", tensors[1].detach()}}; }
    void load_state_dict(const StateDict& state) {
      const StateDict own = state_dict();
      copy_state("parameters", {own.begin(), own.end()}, state);
    }
  };
  for (const OptimizerMaker& maker : optimizer_and_wrapper_makers()) {
    CAPTURE(maker.name);
    const TemporaryFolder folder;
    Parameters whole{parameters()};
    const auto unbroken = maker.make(whole.tensors);
    {
      train::Checkpoint checkpoint(folder.path);
      checkpoint.add("parameters", whole).add("optimizer", *unbroken);
      steps(*unbroken, whole.tensors, 4);
      REQUIRE(checkpoint.save());
      steps(*unbroken, whole.tensors, 4);
    }
    Parameters again{parameters()};
    const auto resumed = maker.make(again.tensors);
    train::Checkpoint checkpoint(folder.path);
    checkpoint.add("parameters", again).add("optimizer", *resumed);
    REQUIRE(checkpoint.resume());
    steps(*resumed, again.tensors, 4);
    CHECK(difference(bits_of(*resumed, again.tensors), bits_of(*unbroken, whole.tensors)) == "");
  }
}

TEST_CASE("the latest files are kept, and the best") {
  const TemporaryFolder folder;
  double value = 0;
  const auto files = [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  };
  train::Checkpoint checkpoint(folder.path, {.keep_last = 2});
  checkpoint.add("value", value);
  for (const double loss : {3.0, 1.0, 2.0, std::nan(""), 4.0}) {
    value = loss;
    REQUIRE(checkpoint.save(loss));
  }
  CHECK(files() == std::vector<std::string>{"checkpoint-000000002.safetensors", "checkpoint-000000004.safetensors",
                                            "checkpoint-000000005.safetensors"});
  CHECK(checkpoint.best() == folder.path + "/checkpoint-000000002.safetensors");
  CHECK(checkpoint.latest() == folder.path + "/checkpoint-000000005.safetensors");
  // Another process knows the best, too.
  train::Checkpoint later(folder.path, {.keep_last = 1});
  later.add("value", value);
  REQUIRE(later.resume());
  CHECK(value == 4.0);
  CHECK(later.best() == checkpoint.best());
  REQUIRE(later.save(1.5));
  CHECK(files() == std::vector<std::string>{"checkpoint-000000002.safetensors", "checkpoint-000000006.safetensors"});
  later.load(later.best());
  CHECK(value == 1.0);
  CHECK(later.save_every(1e6));
  CHECK(files().size() == 2);
  CHECK(later.save_every(0));
  CHECK(later.latest() == folder.path + "/checkpoint-000000007.safetensors");
}

TEST_CASE("a file that cannot be read is told, and the one before it serves") {
  const TemporaryFolder folder;
  double value = 1;
  std::string problem;
  train::Checkpoint checkpoint(folder.path, {.on_problem = [&](const std::string& text) { problem = text; }});
  checkpoint.add("value", value);
  REQUIRE(checkpoint.save());
  value = 2;
  REQUIRE(checkpoint.save());
  fs::resize_file(checkpoint.latest(), fs::file_size(checkpoint.latest()) - 1);
  REQUIRE(checkpoint.resume());
  CHECK(value == 1);
  CHECK(problem.starts_with(folder.path + "/checkpoint-000000002.safetensors: "));
  CHECK(problem.ends_with("; an earlier checkpoint is tried"));
  // Nothing is written over.
  REQUIRE(checkpoint.save());
  CHECK(checkpoint.latest() == folder.path + "/checkpoint-000000003.safetensors");
}

TEST_CASE("a checkpoint that does not fit is refused, and the training is as it was") {
  const TemporaryFolder folder;
  manual_seed(1);
  nn::Linear saved(3, 2);
  optim::Adam saved_optimizer(saved.parameters());
  std::int64_t step = 5;
  {
    train::Checkpoint checkpoint(folder.path);
    checkpoint.add("model", saved).add("optimizer", saved_optimizer).add("step", step);
    REQUIRE(checkpoint.save());
  }
  const std::string path = folder.path + "/checkpoint-000000001.safetensors";
  nn::Linear model(3, 2), other(4, 2);
  const Bits before = [&] {
    Bits bits;
    add_bits(bits, "", model.state_dict());
    return bits;
  }();
  optim::SGD sgd(model.parameters());
  optim::Adam adam(model.parameters());
  std::int64_t at = 0;
  double number = 0;
  const auto refusal = [&](auto add) {
    train::Checkpoint checkpoint(folder.path);
    add(checkpoint);
    const std::string error = error_of([&] { checkpoint.resume(); });
    Bits bits;
    add_bits(bits, "", model.state_dict());
    CHECK(difference(bits, before) == "");
    CHECK(at == 0);
    return error;
  };
  using C = train::Checkpoint&;
  CHECK(refusal([&](C c) { c.add("model", model).add("step", at); }) ==
        path + ": holds 'optimizer', which this training does not have");
  CHECK(refusal([&](C c) { c.add("model", model).add("optimizer", adam).add("step", at).add("ema", number); }) ==
        path + ": holds no 'ema'");
  CHECK(refusal([&](C c) {
          c.add("model", model).add("step", at).add("optimizer", sgd);
        }).starts_with(path + ": optimizer does not fit: SGD: load_state_dict: "));
  CHECK(refusal([&](C c) {
          c.add("step", at).add("optimizer", adam).add("model", other);
        }).starts_with(path + ": model does not fit: "));
  CHECK(refusal([&](C c) { c.add("model", model).add("optimizer", adam).add("step", number); }) ==
        path + ": step is int64, wanted float64");
  train::Checkpoint checkpoint(folder.path);
  checkpoint.add("model", model).add("optimizer", adam).add("step", at);
  REQUIRE(checkpoint.resume());
  CHECK(at == 5);

  save(path, {{"model.weight", ones({2, 3})}});
  CHECK(error_of([&] { checkpoint.resume(); }) == path + ": is not a checkpoint of Descent");
  save(path, {}, {{"format", "descent checkpoint"}, {"version", "2"}});
  CHECK(error_of([&] { checkpoint.resume(); }) ==
        path + ": is a checkpoint of version '2', this program reads version 1");
}

TEST_CASE("names of parts") {
  train::Checkpoint checkpoint("folder");
  double number = 0;
  checkpoint.add("a", number);
  CHECK(error_of([&] { checkpoint.add("a", number); }) == "Checkpoint: there are two parts named 'a'");
  CHECK(error_of([&] { checkpoint.add("a.b", number); }) ==
        "Checkpoint: a part is named 'a.b', wanted letters, digits, '_' and '-'");
  CHECK(error_of([&] { checkpoint.add("", number); }) ==
        "Checkpoint: a part is named '', wanted letters, digits, '_' and '-'");
  CHECK(error_of([&] { train::Checkpoint(""); }) == "Checkpoint: the folder has no name");
  CHECK(error_of([&] { train::Checkpoint("x", {.keep_last = 0}); }) ==
        "Checkpoint: got keep_last = 0, wanted at least 1");
}

TEST_CASE("a model that is not finite is not saved over a good one, nor loaded") {
  const TemporaryFolder folder;
  manual_seed(1);
  nn::Linear model(3, 2);
  std::string problem;
  train::Checkpoint checkpoint(folder.path + "/run", {.on_problem = [&](const std::string& text) { problem = text; }});
  checkpoint.add("model", model);
  REQUIRE(checkpoint.save());
  const Tensor good = model.weight.clone();
  {
    const NoGrad no_grad;
    model.weight[1][2].fill_(std::numeric_limits<double>::quiet_NaN());
  }
  CHECK_FALSE(checkpoint.save());
  CHECK(problem == "the checkpoint is not saved: model: weight holds nan at [1, 2]");
  REQUIRE(checkpoint.resume());
  CHECK(all(model.weight == good).item<bool>());
}

TEST_CASE("best weights") {
  manual_seed(1);
  nn::Linear model(2, 1);
  train::BestWeights best;
  CHECK(best.offer(2, model));
  const Tensor weight = model.weight.clone();
  {
    const NoGrad no_grad;
    model.weight.zero_();
  }
  CHECK_FALSE(best.offer(3, model));
  CHECK_FALSE(best.offer(std::nan(""), model));
  train::BestWeights other;
  other.load_state_dict(best.state_dict());
  CHECK(other.least() == 2);
  other.restore(model);
  CHECK(all(model.weight == weight).item<bool>());
  CHECK(error_of([&] {
          other.load_state_dict({{"most", ones(1)}});
        }) == "BestWeights: load_state_dict: missing least; unexpected most");
}
