// Recurrent layers against PyTorch's: tests/golden/recurrent.py.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_names.h"
#include "golden/golden.h"

using namespace descent;

namespace {

using Tensors = std::map<std::string, Tensor>;

// What a case is called with.
struct Arguments {
  Tensor x, h, c;
  std::vector<std::int64_t> lengths;
};

template <class Layer>
auto packed(Layer& layer, const Arguments& in, const auto&... state) {
  const bool is_sorted = std::is_sorted(in.lengths.rbegin(), in.lengths.rend());
  auto [output, last] = layer(nn::pack_padded_sequence(in.x, in.lengths, {.enforce_sorted = is_sorted}), state...);
  const auto [padded, lengths] = nn::pad_packed_sequence(output);
  CHECK(lengths == in.lengths);
  return std::pair(padded, last);
}

Tensors call(nn::LSTM& layer, const Arguments& in) {
  const nn::LSTMState state = {in.h, in.c};
  const auto [out, last] = in.lengths.empty() ? layer(in.x, state) : packed(layer, in, state);
  return {{"out", out}, {"h_n", last.h}, {"c_n", last.c}};
}
Tensors call(auto& layer, const Arguments& in) {
  const auto [out, h] = in.lengths.empty() ? layer(in.x, in.h) : packed(layer, in, in.h);
  return {{"out", out}, {"h_n", h}};
}
Tensors call(nn::LSTMCell& layer, const Arguments& in) {
  const nn::LSTMState state = layer(in.x, nn::LSTMState{in.h, in.c});
  return {{"h_n", state.h}, {"c_n", state.c}};
}
Tensors call(nn::RNNCell& layer, const Arguments& in) { return {{"h_n", layer(in.x, in.h)}}; }
Tensors call(nn::GRUCell& layer, const Arguments& in) { return {{"h_n", layer(in.x, in.h)}}; }

bool is_close(const Tensor& got, const Tensor& wanted) {
  const bool single = wanted.dtype() == float32;
  return got.dtype() == wanted.dtype() && got.sizes() == wanted.sizes() &&
         allclose(got, wanted, single ? 1e-5 : 1e-12, single ? 1e-6 : 1e-13);
}

template <class Layer>
void check(const Golden& golden, const std::string& id, Layer layer) {
  const StateDict state = layer.state_dict(), wanted = golden.under(id + "/state/");
  CHECK(state.size() == wanted.size());
  Tensors leaves;
  for (const auto& entry : layer.named_parameters()) {
    const auto& name = entry.first;
    const auto& parameter = entry.second;
    CAPTURE(name);
    REQUIRE(wanted.contains(name));
    CHECK(equal(parameter, wanted.at(name)));
    leaves.emplace(name, parameter);
  }
  Arguments in;
  for (const auto& [name, argument] : {std::pair("x", &in.x), std::pair("h", &in.h), std::pair("c", &in.c)}) {
    if (!golden.has(id + "/" + name)) continue;
    *argument = golden[id + "/" + name].clone().requires_grad_();
    leaves.emplace(name, *argument);
  }
  if (golden.has(id + "/lengths")) in.lengths = golden[id + "/lengths"].to_vector<std::int64_t>();
  const auto check_without_gradient = [&] {
    const NoGrad no_grad;
    return call(layer, in);
  };
  const Tensors plain = check_without_gradient(), outputs = call(layer, in);
  Tensor loss = 0.0;
  for (const auto& entry : outputs) {
    const auto& name = entry.first;
    const auto& output = entry.second;
    CAPTURE(name);
    CHECK(is_close(output, golden[id + "/" + name]));
    CHECK(equal(output, plain.at(name)));
    loss = loss + sum(output * golden[id + "/weights/" + name]);
  }
  std::vector<Tensor> inputs;
  for (const auto& [name, leaf] : leaves) inputs.push_back(leaf);
  const std::vector<Tensor> gradients = grad({loss}, inputs);
  std::size_t i = 0;
  for (const auto& entry : leaves) {
    const auto& name = entry.first;
    CAPTURE(name);
    CHECK(is_close(gradients[i++], golden[id + "/grad/" + name]));
  }
}

}  // namespace

TEST_CASE("recurrent layers start with, and give, PyTorch's numbers") {
  const Golden golden("recurrent");
  using Options = nn::RecurrentOptions;
  using CellOptions = nn::RecurrentCellOptions;
  const std::map<std::string, std::function<void(const std::string&, DType)>> cases = {
      {"rnn", [&](auto& id, DType dtype) { check(golden, id, nn::RNN(3, 4, {.dtype = dtype})); }},
      {"rnn_relu",
       [&](auto& id, DType dtype) {
         check(golden, id, nn::RNN(3, 4, {.nonlinearity = nn::Nonlinearity::relu, .dtype = dtype}));
       }},
      {"lstm_no_bias",
       [&](auto& id, DType dtype) { check(golden, id, nn::LSTM(3, 4, {.bias = false, .dtype = dtype})); }},
      {"lstm_batch_first",
       [&](auto& id, DType dtype) { check(golden, id, nn::LSTM(3, 9, {.batch_first = true, .dtype = dtype})); }},
      {"gru_no_bias",
       [&](auto& id, DType dtype) { check(golden, id, nn::GRU(3, 4, {.bias = false, .dtype = dtype})); }},
      {"gru_packed",
       [&](auto& id, DType dtype) { check(golden, id, nn::GRU(3, 4, {.bidirectional = true, .dtype = dtype})); }},
      {"rnn_cell", [&](auto& id, DType dtype) { check(golden, id, nn::RNNCell(3, 4, {.dtype = dtype})); }},
      {"rnn_cell_relu",
       [&](auto& id, DType dtype) {
         check(golden, id, nn::RNNCell(3, 4, CellOptions{.nonlinearity = nn::Nonlinearity::relu, .dtype = dtype}));
       }},
      {"lstm_cell", [&](auto& id, DType dtype) { check(golden, id, nn::LSTMCell(3, 4, {.dtype = dtype})); }},
      {"lstm_cell_unbatched",
       [&](auto& id, DType dtype) { check(golden, id, nn::LSTMCell(3, 4, {.bias = false, .dtype = dtype})); }},
      {"gru_cell", [&](auto& id, DType dtype) { check(golden, id, nn::GRUCell(3, 4, {.dtype = dtype})); }},
  };
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    manual_seed(std::stoull(PythonCall(code.substr(0, code.find(';'))).arguments.at(0)));
    const std::string name = id.substr(0, id.find('/'));
    const DType dtype = id.ends_with("float64") ? float64 : float32;
    const bool is_deep = name.ends_with("_layers") || name == "lstm_packed";
    const Options options = {.num_layers = is_deep ? 2 : 1,
                             .batch_first = name == "rnn_layers" || name == "gru_layers",
                             .bidirectional = is_deep,
                             .dtype = dtype};
    const auto found = cases.find(name);
    if (found != cases.end())
      found->second(id, dtype);
    else if (name.starts_with("rnn"))
      check(golden, id, nn::RNN(3, 4, options));
    else if (name.starts_with("lstm"))
      check(golden, id, nn::LSTM(3, 4, options));
    else
      check(golden, id, nn::GRU(3, 4, options));
  }
}

TEST_CASE("dropout stands between recurrent layers, while training") {
  nn::LSTM lstm(3, 4, {.num_layers = 2, .dropout = 0.5});
  const Tensor x = randn({5, 2, 3});
  CHECK_FALSE(equal(lstm(x).first, lstm(x).first));
  lstm.eval();
  CHECK(equal(lstm(x).first, lstm(x).first));
  lstm.train();
  // One layer has none behind it.
  nn::LSTM single(3, 4, {.dropout = 0.5});
  CHECK(equal(single(x).first, single(x).first));
}

TEST_CASE("sequences are packed and padded as by PyTorch") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 0}, {6, 0, 0}}).t().to(float32);  // [steps, batch]
  const nn::PackedSequence packed = nn::pack_padded_sequence(x, {3, 2, 1});
  CHECK(equal(packed.data, tensor({1.0, 4.0, 6.0, 2.0, 5.0, 3.0})));
  CHECK(equal(packed.batch_sizes, tensor({3, 2, 1})));
  CHECK(packed.lengths() == std::vector<std::int64_t>{3, 2, 1});
  const auto [padded, lengths] =
      nn::pad_packed_sequence(packed, {.batch_first = true, .padding_value = -1, .total_length = 4});
  CHECK(equal(padded, tensor({{1.0, 2.0, 3.0, -1.0}, {4.0, 5.0, -1.0, -1.0}, {6.0, -1.0, -1.0, -1.0}})));
  const nn::PackedSequence other = nn::pack_sequence({tensor({1.0}), tensor({2.0, 3.0})}, false);
  CHECK(equal(other.data, tensor({2.0, 1.0, 3.0})));
  CHECK(equal(other.sorted_indices, tensor({1, 0})));
  CHECK(other.lengths() == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("recurrent layers and packing say what is wrong") {
  const Tensor x = ones({5, 2, 3});
  CHECK(error_of([&] { nn::LSTM(4, 2)(x); }) == "LSTM: the input has 3 features, the weight wants 4");
  CHECK(error_of([&] { nn::GRU(3, 2)(ones({5})); }) ==
        "GRU: the input has shape [5]; wanted [steps, batch, features] or [steps, features]");
  CHECK(error_of([&] { nn::RNN(3, 2)(x, ones({1, 3, 2})); }) == "RNN: h has shape [1, 3, 2]; wanted [1, 2, 2]");
  CHECK(error_of([&] { nn::RNN(3, 2)(ones({0, 2, 3})); }) == "RNN: the sequence has no steps");
  CHECK(error_of([&] { nn::LSTM(3, 2)(x.to(float64)); }) == "LSTM: the input is float64, the weight float32");
  CHECK(error_of([] { nn::LSTM(3, 0); }) == "LSTM: input_size = 3 and hidden_size = 0 must be at least 1");
  CHECK(error_of([] { nn::GRU(3, 1, {.dropout = 2}); }) == "GRU: dropout = 2 must be at least 0 and at most 1");
  CHECK(error_of([] { nn::LSTMCell(3, 2)(ones({2, 4})); }) == "LSTMCell: the input has 4 features, the weight wants 3");
  CHECK(error_of([] {
          nn::RNNCell(3, 2)(ones({2, 3}), ones({2, 3}));
        }) == "RNNCell: h has shape [2, 3]; wanted [2, 2]");
  CHECK(error_of([&] {
          nn::pack_padded_sequence(x, {2, 3});
        }) == "pack_padded_sequence: lengths must fall; enforce_sorted = false takes any order");
  CHECK(error_of([&] {
          nn::pack_padded_sequence(x, {6, 3});
        }) == "pack_padded_sequence: length 6 of sequence 0; wanted 1 to 5, the steps there are");
  CHECK(error_of([&] { nn::pack_padded_sequence(x, {3}); }) ==
        "pack_padded_sequence: 1 lengths for a batch of 2 sequences");
}

TEST_CASE("recurrent layers print as PyTorch's") {
  CHECK(to_string(nn::LSTM(3, 4, {.num_layers = 2, .batch_first = true, .dropout = 0.5, .bidirectional = true})) ==
        "LSTM(3, 4, num_layers=2, batch_first=True, dropout=0.5, bidirectional=True)");
  CHECK(to_string(nn::GRUCell(3, 4)) == "GRUCell(3, 4)");
}
