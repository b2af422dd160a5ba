// MultiheadAttention and the layers of a transformer against PyTorch's: tests/golden/attention_layers.py.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_names.h"
#include "golden/golden.h"

using namespace descent;

namespace {

// What a case is called with, by name.
struct Arguments : std::map<std::string, Tensor> {
  const Tensor& operator()(const char* name) const { return at(name); }
};

bool is_close(const Tensor& got, const Tensor& wanted) {
  const bool single = wanted.dtype() == float32;
  return got.dtype() == wanted.dtype() && got.sizes() == wanted.sizes() &&
         allclose(got, wanted, single ? 1e-5 : 1e-11, single ? 1e-6 : 1e-13);
}

template <class Layer, class Call>
void check(const Golden& golden, const std::string& id, Layer layer, const Call& call) {
  layer.eval();
  const StateDict wanted = golden.under(id + "/state/");
  CHECK(layer.state_dict().size() == wanted.size());
  Arguments leaves, in;
  for (const auto& entry : layer.named_parameters()) {
    const auto& name = entry.first;
    const auto& parameter = entry.second;
    CAPTURE(name);
    REQUIRE(wanted.contains(name));
    CHECK(equal(parameter, wanted.at(name)));
    const NoGrad no_grad;
    if (parameter.dim() == 1) parameter.add_(0.1);
    leaves.emplace(name, parameter);
  }
  for (const auto& [name, tensor] : golden.under(id + "/")) {
    if (name.find('/') != std::string::npos || name.starts_with("out") || name.starts_with("cotangent")) continue;
    in.emplace(name, tensor.clone());
    if (is_floating_point(tensor.dtype())) leaves.emplace(name, in.at(name).requires_grad_());
  }
  const std::vector<Tensor> outputs = call(layer, in);
  CHECK(!golden.has(concat(id, "/out", outputs.size())));
  std::vector<Tensor> cotangents;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    CHECK(is_close(outputs[i], golden[concat(id, "/out", i)]));
    cotangents.push_back(golden[concat(id, "/cotangent", i)]);
  }
  std::vector<std::string> names;
  std::vector<Tensor> wrt;
  for (const auto& [name, leaf] : leaves) {
    if (!golden.has(id + "/grad/" + name)) continue;
    names.push_back(name);
    wrt.push_back(leaf);
  }
  const std::vector<Tensor> gradients = grad(outputs, wrt, cotangents);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::string& name = names[i];
    CAPTURE(name);
    CHECK(is_close(gradients[i], golden[id + "/grad/" + name]));
  }
}

// What a case makes, after a seed, and calls.
using Run = std::function<void(const Golden&, const std::string&, DType)>;

Run attention(nn::MultiheadAttentionOptions options,
              const std::function<nn::AttentionOutput(const nn::MultiheadAttention&, const Arguments&)>& call) {
  return [=](const Golden& golden, const std::string& id, DType dtype) mutable {
    options.dtype = dtype;
    check(golden, id, nn::MultiheadAttention(4, 2, options),
          [&](const auto& layer, const Arguments& in) { return call(layer, in).tensors(); });
  };
}
Run attention(const nn::MultiheadAttentionOptions& options,
              const std::function<nn::AttentionCall(const Arguments&)>& of) {
  return attention(options, [of](const nn::MultiheadAttention& layer, const Arguments& in) {
    return layer(in("q"), in("k"), in("v"), of(in));
  });
}
nn::AttentionCall masked(const Arguments& in) { return {.key_padding_mask = in("p"), .attn_mask = in("m")}; }
nn::AttentionCall masked_without_weights(const Arguments& in) {
  return {.key_padding_mask = in("p"), .need_weights = false, .attn_mask = in("m")};
}
nn::AttentionCall plain(const Arguments&) { return {}; }

Run encoder_layer(nn::TransformerLayerOptions options,
                  const std::function<nn::TransformerEncoderMasks(const Arguments&)>& masks = {}) {
  return [=](const Golden& golden, const std::string& id, DType dtype) mutable {
    options.dim_feedforward = 6, options.dtype = dtype;
    check(golden, id, nn::TransformerEncoderLayer(4, 2, options), [&](const auto& layer, const Arguments& in) {
      return std::vector<Tensor>{masks ? layer(in("x"), masks(in)) : layer(in("x"))};
    });
  };
}
Run decoder_layer(nn::TransformerLayerOptions options,
                  const std::function<nn::TransformerDecoderMasks(const Arguments&)>& masks = {}) {
  return [=](const Golden& golden, const std::string& id, DType dtype) mutable {
    options.dim_feedforward = 6, options.dtype = dtype;
    check(golden, id, nn::TransformerDecoderLayer(4, 2, options), [&](const auto& layer, const Arguments& in) {
      return std::vector<Tensor>{masks ? layer(in("x"), in("y"), masks(in)) : layer(in("x"), in("y"))};
    });
  };
}
Run transformer(nn::TransformerOptions options,
                const std::function<nn::TransformerMasks(const Arguments&)>& masks = {}) {
  return [=](const Golden& golden, const std::string& id, DType dtype) mutable {
    options.dim_feedforward = 6, options.dtype = dtype;
    check(golden, id, nn::Transformer(4, 2, options), [&](const auto& layer, const Arguments& in) {
      return std::vector<Tensor>{masks ? layer(in("x"), in("y"), masks(in)) : layer(in("x"), in("y"))};
    });
  };
}

Tensor gelu_of(const Tensor& x) { return gelu(x); }

const std::map<std::string, Run>& runs() {
  using nn::AttentionCall, nn::MultiheadAttention;
  static const std::map<std::string, Run> all = {
      {"mha", attention({}, plain)},
      {"mha_float32", attention({}, plain)},
      {"mha_self",
       attention({}, [](const MultiheadAttention& f, const Arguments& in) { return f(in("q"), in("q"), in("q")); })},
      {"mha_without_weights", attention({}, [](const Arguments&) { return AttentionCall{.need_weights = false}; })},
      {"mha_each_head", attention({}, [](const Arguments&) { return AttentionCall{.average_attn_weights = false}; })},
      {"mha_without_bias", attention({.bias = false}, plain)},
      {"mha_unbatched", attention({}, [](const Arguments& in) { return AttentionCall{.key_padding_mask = in("m")}; })},
      {"mha_batch_first", attention({.batch_first = true}, plain)},
      {"mha_kdim_vdim", attention({.kdim = 3, .vdim = 5}, plain)},
      {"mha_dropout_in_eval", attention({.dropout = 0.5}, plain)},
      {"mha_more_keys", attention({.add_bias_kv = true, .add_zero_attn = true}, plain)},
      {"mha_masks", attention({}, masked)},
      {"mha_masks_without_weights", attention({}, masked_without_weights)},
      {"mha_more_keys_masks", attention({.add_bias_kv = true, .add_zero_attn = true}, masked)},
      {"mha_more_keys_masks_without_weights",
       attention({.add_bias_kv = true, .add_zero_attn = true}, masked_without_weights)},
      {"mha_masks_of_numbers", attention({}, masked)},
      {"mha_masks_of_numbers_without_weights", attention({}, masked_without_weights)},
      {"mha_causal", attention({},
                               [](const MultiheadAttention& f, const Arguments& in) {
                                 return f(
                                     in("q"), in("q"), in("q"),
                                     AttentionCall{.need_weights = false, .attn_mask = in("m"), .is_causal = true});
                               })},
      {"mha_mask_a_head",
       attention({}, [](const Arguments& in) { return AttentionCall{.need_weights = false, .attn_mask = in("m")}; })},
      {"encoder_layer", encoder_layer({})},
      {"decoder_layer", decoder_layer({})},
      {"encoder_layer_norm_first", encoder_layer({.norm_first = true})},
      {"decoder_layer_norm_first", decoder_layer({.norm_first = true})},
      {"encoder_layer_without_bias", encoder_layer({.bias = false})},
      {"decoder_layer_without_bias", decoder_layer({.bias = false})},
      {"encoder_layer_gelu", encoder_layer({.activation = gelu_of})},
      {"decoder_layer_gelu", decoder_layer({.activation = gelu_of})},
      {"encoder_layer_eps", encoder_layer({.layer_norm_eps = 0.1})},
      {"decoder_layer_eps", decoder_layer({.layer_norm_eps = 0.1})},
      {"encoder_layer_batch_first", encoder_layer({.batch_first = true})},
      {"encoder_layer_masks", encoder_layer({.batch_first = true},
                                            [](const Arguments& in) {
                                              return nn::TransformerEncoderMasks{.src_mask = in("m"),
                                                                                 .src_key_padding_mask = in("p")};
                                            })},
      {"encoder_layer_causal", encoder_layer({.batch_first = true},
                                             [](const Arguments& in) {
                                               return nn::TransformerEncoderMasks{.src_mask = in("m"),
                                                                                  .is_causal = true};
                                             })},
      {"decoder_layer_masks", decoder_layer({.batch_first = true},
                                            [](const Arguments& in) {
                                              return nn::TransformerDecoderMasks{.tgt_mask = in("m"),
                                                                                 .memory_mask = in("n"),
                                                                                 .tgt_key_padding_mask = in("p"),
                                                                                 .memory_key_padding_mask = in("q")};
                                            })},
      {"encoder",
       [](const Golden& golden, const std::string& id, DType dtype) {
         const nn::TransformerEncoderLayer layer(4, 2, {.dim_feedforward = 6, .dtype = dtype});
         check(golden, id, nn::TransformerEncoder(layer, 2, nn::LayerNorm(4, {.dtype = dtype})),
               [](const auto& f, const Arguments& in) { return std::vector<Tensor>{f(in("x"))}; });
       }},
      {"decoder",
       [](const Golden& golden, const std::string& id, DType dtype) {
         const nn::TransformerDecoderLayer layer(4, 2, {.dim_feedforward = 6, .dtype = dtype});
         check(golden, id, nn::TransformerDecoder(layer, 2),
               [](const auto& f, const Arguments& in) { return std::vector<Tensor>{f(in("x"), in("y"))}; });
       }},
      {"transformer", transformer({.num_encoder_layers = 2, .num_decoder_layers = 2, .batch_first = true})},
      {"transformer_float32", transformer({.num_encoder_layers = 1, .num_decoder_layers = 1})},
      {"transformer_masks", transformer({.num_encoder_layers = 2, .num_decoder_layers = 2, .batch_first = true},
                                        [](const Arguments& in) {
                                          return nn::TransformerMasks{.src_mask = in("m"),
                                                                      .tgt_mask = in("n"),
                                                                      .memory_mask = in("o"),
                                                                      .src_key_padding_mask = in("p"),
                                                                      .tgt_key_padding_mask = in("q"),
                                                                      .memory_key_padding_mask = in("r"),
                                                                      .tgt_is_causal = true};
                                        })},
      {"transformer_unbatched", transformer({.num_encoder_layers = 1, .num_decoder_layers = 1, .norm_first = true})},
  };
  return all;
}

}  // namespace

TEST_CASE("attention layers are what PyTorch gives") {
  const Golden golden("attention_layers");
  std::set<std::string> met;
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    if (!id.starts_with("layer/")) continue;
    CAPTURE(id);
    const std::string name = id.substr(6);
    REQUIRE(runs().contains(name));
    met.insert(name);
    manual_seed(0);
    runs().at(name)(golden, id, name.ends_with("float32") ? float32 : float64);
  }
  CHECK(met.size() == runs().size());
}

TEST_CASE("an encoder layer learns as PyTorch's does") {
  const Golden golden("attention_layers");
  for (const std::string id : {"train/sgd", "train/adamw"}) {
    CAPTURE(id);
    nn::TransformerEncoderLayer net(8, 2, {.dim_feedforward = 16, .dropout = 0, .batch_first = true});
    net.load_state_dict(golden.under(id + "/state/"));
    optim::SGD sgd(net.parameters(), {.lr = 0.05, .momentum = 0.9});
    optim::AdamW adamw(net.parameters(), {.lr = 0.01});
    const Tensor wanted = golden[id + "/losses"];
    for (std::int64_t step = 0; step < 20; ++step) {
      const Tensor loss = mse_loss(net(golden[id + "/x"]), golden[id + "/y"]);
      net.zero_grad();
      loss.backward();
      if (id == "train/sgd")
        sgd.step();
      else
        adamw.step();
      CHECK(loss.item() == doctest::Approx(wanted[step].item()).epsilon(1e-5));
    }
  }
}

TEST_CASE("dropout of attention layers is of training alone") {
  manual_seed(1);
  nn::MultiheadAttention attention(4, 2, {.dropout = 0.5});
  const Tensor x = randn({5, 3, 4});
  for (const bool need_weights : {false, true}) {
    const nn::AttentionCall call = {.need_weights = need_weights};
    CHECK(!equal(attention(x, x, x, call).output, attention(x, x, x, call).output));
    attention.eval();
    CHECK(equal(attention(x, x, x, call).output, attention(x, x, x, call).output));
    attention.train();
  }
  nn::TransformerEncoderLayer layer(4, 2, {.dim_feedforward = 8});
  CHECK(!equal(layer(x), layer(x)));
  layer.eval();
  CHECK(equal(layer(x), layer(x)));
}

TEST_CASE("layers of an encoder begin alike and are their own") {
  const nn::TransformerEncoderLayer layer(4, 2, {.dim_feedforward = 8});
  const nn::TransformerEncoder encoder(layer, 2);
  CHECK(equal(encoder.layers[0].linear1.weight, encoder.layers[1].linear1.weight));
  CHECK(equal(encoder.layers[0].linear1.weight, layer.linear1.weight));
  const std::size_t count = layer.parameters().size();
  CHECK(encoder.parameters().size() == 2 * count);
  CHECK(encoder.named_parameters()[count].first == "layers.1.self_attn.in_proj_weight");
}

TEST_CASE("a query without a key gets NaN beside weights, and zeros without") {
  manual_seed(1);
  const nn::MultiheadAttention attention(4, 2);
  const Tensor x = randn({3, 1, 4}), unseen = ones({1, 3}, {.dtype = boolean});
  CHECK(all(isnan(attention(x, x, x, nn::AttentionCall{.key_padding_mask = unseen}).weights)).item<bool>());
  const Tensor output = attention(x, x, x, nn::AttentionCall{.key_padding_mask = unseen, .need_weights = false}).output;
  CHECK(equal(output, expand(attention.out_proj.bias, {3, 1, 4})));
}

TEST_CASE("the causal mask of a transformer") {
  const double minus_infinity = -std::numeric_limits<double>::infinity();
  CHECK(equal(nn::Transformer::generate_square_subsequent_mask(2), tensor({{0.0, minus_infinity}, {0.0, 0.0}})));
  CHECK(nn::Transformer::generate_square_subsequent_mask(0, float64).sizes() == Dims{0, 0});
}

TEST_CASE("errors of attention layers") {
  CHECK(error_of([] { nn::MultiheadAttention(5, 2); }) ==
        "MultiheadAttention: embed_dim = 5 must be a multiple of num_heads = 2, and both positive");
  CHECK(error_of([] { nn::MultiheadAttention(4, 2, {.dropout = 2}); }) ==
        "MultiheadAttention: dropout = 2 must be at least 0 and at most 1");
  CHECK(error_of([] { nn::TransformerEncoderLayer(5, 2); }) ==
        "TransformerEncoderLayer: embed_dim = 5 must be a multiple of num_heads = 2, and both positive");
  CHECK(error_of([] { nn::Transformer(5, 2); }) ==
        "Transformer: embed_dim = 5 must be a multiple of num_heads = 2, and both positive");
  CHECK(error_of([] { nn::TransformerEncoder(nn::TransformerEncoderLayer(4, 2), -1); }) ==
        "TransformerEncoder: num_layers = -1 is negative");
  const nn::MultiheadAttention f(4, 2);
  const auto error = [&](const Dims& q, const Dims& k, const Dims& v, const nn::AttentionCall& call = {}) {
    return error_of([&] { f(ones(q), ones(k), ones(v), call); });
  };
  const std::string name = "MultiheadAttention: ";
  CHECK(error({4}, {4}, {4}) ==
        name + "query, key and value want 3 dimensions, or 2 without a batch, not shapes [4], [4] and [4]");
  CHECK(error({3, 2, 5}, {3, 2, 4}, {3, 2, 4}) == name + "the query has 5 features; embed_dim is 4");
  CHECK(error({3, 2, 4}, {3, 1, 4}, {3, 1, 4}) ==
        name + "query, key and value of shapes [3, 2, 4], [3, 1, 4] and [3, 1, 4] do not belong together");
  CHECK(error({3, 2, 4}, {5, 2, 4}, {5, 2, 4}, {.attn_mask = ones({3, 4})}) ==
        name + "attn_mask has shape [3, 4], wanted [3, 5]");
  CHECK(error({3, 2, 4}, {5, 2, 4}, {5, 2, 4}, {.key_padding_mask = ones({5, 2})}) ==
        name + "key_padding_mask has shape [5, 2], wanted [2, 5]");
  CHECK(error({3, 2, 4}, {5, 2, 4}, {5, 2, 4}, {.attn_mask = ones({3, 5}, {.dtype = int64})}) ==
        name + "attn_mask is of int64; wanted bool or numbers of float32");
  CHECK(error({3, 2, 4}, {5, 2, 4}, {5, 2, 4}, {.is_causal = true}) ==
        name + "is_causal wants the mask too, as attn_mask");
  const nn::Transformer transformer(4, 2, {.num_encoder_layers = 1, .num_decoder_layers = 1});
  CHECK(error_of([&] {
          transformer(ones({5, 2, 4}), ones({5, 3, 4}));
        }) == "Transformer: src and tgt are batches of 2 and 3 (shapes [5, 2, 4] and [5, 3, 4])");
  CHECK(error_of([&] {
          transformer(ones({5, 2, 3}), ones({5, 2, 4}));
        }) == "Transformer: src and tgt have 3 and 4 features; d_model is 4");
}
