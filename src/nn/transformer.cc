#include "descent/nn/transformer.h"

#include <limits>
#include <utility>

#include "descent/create.h"
#include "descent/nn/init.h"

namespace descent::nn {
namespace {

MultiheadAttention attention_of(std::int64_t d_model, std::int64_t nhead, const TransformerLayerOptions& options) {
  return {
      d_model,
      nhead,
      {.dropout = options.dropout, .bias = options.bias, .batch_first = options.batch_first, .dtype = options.dtype}};
}

LayerNorm norm_of(std::int64_t d_model, double eps, bool bias, DType dtype) {
  return LayerNorm(d_model, {.eps = eps, .bias = bias, .dtype = dtype});
}
LayerNorm norm_of(std::int64_t d_model, const TransformerLayerOptions& options) {
  return norm_of(d_model, options.layer_norm_eps, options.bias, options.dtype);
}

// x + f(norm(x)), or norm(x + f(x)).
template <class Sublayer>
Tensor add_sublayer(const Tensor& x, const LayerNorm& norm, bool norm_first, const Sublayer& f) {
  return norm_first ? x + f(norm(x)) : norm(x + f(x));
}

template <class Layer>
std::vector<Layer> clones(const char* name, const Layer& layer, std::int64_t count) {
  if (count < 0) fail(name, ": num_layers = ", count, " is negative");
  std::vector<Layer> layers;
  for (std::int64_t i = 0; i < count; ++i) layers.push_back(layer.clone());
  return layers;
}

TransformerLayerOptions layer_options(const TransformerOptions& options) {
  return {.dim_feedforward = options.dim_feedforward,
          .dropout = options.dropout,
          .activation = options.activation,
          .layer_norm_eps = options.layer_norm_eps,
          .batch_first = options.batch_first,
          .norm_first = options.norm_first,
          .bias = options.bias,
          .dtype = options.dtype};
}

}  // namespace

TransformerEncoderLayer::TransformerEncoderLayer(std::int64_t d_model, std::int64_t nhead,
                                                 TransformerLayerOptions options) try
    : self_attn(attention_of(d_model, nhead, options)),
      linear1(d_model, options.dim_feedforward, {.bias = options.bias, .dtype = options.dtype}),
      dropout(options.dropout),
      linear2(options.dim_feedforward, d_model, {.bias = options.bias, .dtype = options.dtype}),
      norm_first(options.norm_first),
      norm1(norm_of(d_model, options)),
      norm2(norm_of(d_model, options)),
      dropout1(options.dropout),
      dropout2(options.dropout),
      activation(std::move(options.activation)) {
} catch (const Error& error) {
  fail_as("TransformerEncoderLayer", error);
}

Tensor TransformerEncoderLayer::forward(const Tensor& src, const TransformerEncoderMasks& masks) const try {
  const Tensor x = add_sublayer(src, norm1, norm_first, [&](const Tensor& y) {
    return dropout1(self_attn(y, y, y,
                              AttentionCall{.key_padding_mask = masks.src_key_padding_mask,
                                            .need_weights = false,
                                            .attn_mask = masks.src_mask,
                                            .is_causal = masks.is_causal})
                        .output);
  });
  return add_sublayer(x, norm2, norm_first,
                      [&](const Tensor& y) { return dropout2(linear2(dropout(activation(linear1(y))))); });
} catch (const Error& error) {
  fail_as("TransformerEncoderLayer", error);
}

TransformerDecoderLayer::TransformerDecoderLayer(std::int64_t d_model, std::int64_t nhead,
                                                 TransformerLayerOptions options) try
    : self_attn(attention_of(d_model, nhead, options)),
      multihead_attn(attention_of(d_model, nhead, options)),
      linear1(d_model, options.dim_feedforward, {.bias = options.bias, .dtype = options.dtype}),
      dropout(options.dropout),
      linear2(options.dim_feedforward, d_model, {.bias = options.bias, .dtype = options.dtype}),
      norm_first(options.norm_first),
      norm1(norm_of(d_model, options)),
      norm2(norm_of(d_model, options)),
      norm3(norm_of(d_model, options)),
      dropout1(options.dropout),
      dropout2(options.dropout),
      dropout3(options.dropout),
      activation(std::move(options.activation)) {
} catch (const Error& error) {
  fail_as("TransformerDecoderLayer", error);
}

Tensor TransformerDecoderLayer::forward(const Tensor& tgt, const Tensor& memory,
                                        const TransformerDecoderMasks& masks) const try {
  Tensor x = add_sublayer(tgt, norm1, norm_first, [&](const Tensor& y) {
    return dropout1(self_attn(y, y, y,
                              AttentionCall{.key_padding_mask = masks.tgt_key_padding_mask,
                                            .need_weights = false,
                                            .attn_mask = masks.tgt_mask,
                                            .is_causal = masks.tgt_is_causal})
                        .output);
  });
  x = add_sublayer(x, norm2, norm_first, [&](const Tensor& y) {
    return dropout2(multihead_attn(y, memory, memory,
                                   AttentionCall{.key_padding_mask = masks.memory_key_padding_mask,
                                                 .need_weights = false,
                                                 .attn_mask = masks.memory_mask,
                                                 .is_causal = masks.memory_is_causal})
                        .output);
  });
  return add_sublayer(x, norm3, norm_first,
                      [&](const Tensor& y) { return dropout3(linear2(dropout(activation(linear1(y))))); });
} catch (const Error& error) {
  fail_as("TransformerDecoderLayer", error);
}

TransformerEncoder::TransformerEncoder(const TransformerEncoderLayer& encoder_layer, std::int64_t num_layers,
                                       std::optional<LayerNorm> norm_)
    : layers(clones("TransformerEncoder", encoder_layer, num_layers)), norm(std::move(norm_)) {}

Tensor TransformerEncoder::forward(const Tensor& src, const TransformerEncoderMasks& masks) const {
  Tensor x = src;
  for (const TransformerEncoderLayer& layer : layers) x = layer(x, masks);
  return norm ? (*norm)(x) : x;
}

TransformerDecoder::TransformerDecoder(const TransformerDecoderLayer& decoder_layer, std::int64_t num_layers,
                                       std::optional<LayerNorm> norm_)
    : layers(clones("TransformerDecoder", decoder_layer, num_layers)), norm(std::move(norm_)) {}

Tensor TransformerDecoder::forward(const Tensor& tgt, const Tensor& memory,
                                   const TransformerDecoderMasks& masks) const {
  Tensor x = tgt;
  for (const TransformerDecoderLayer& layer : layers) x = layer(x, memory, masks);
  return norm ? (*norm)(x) : x;
}

Transformer::Transformer(std::int64_t d_model_, std::int64_t nhead, const TransformerOptions& options) try
    : encoder(TransformerEncoderLayer(d_model_, nhead, layer_options(options)), options.num_encoder_layers,
              norm_of(d_model_, options.layer_norm_eps, options.bias, options.dtype)),
      decoder(TransformerDecoderLayer(d_model_, nhead, layer_options(options)), options.num_decoder_layers,
              norm_of(d_model_, options.layer_norm_eps, options.bias, options.dtype)),
      d_model(d_model_),
      batch_first(options.batch_first) {
  for (const Parameter& parameter : parameters()) {
    if (parameter.dim() > 1) init::xavier_uniform_(parameter);
  }
} catch (const Error& error) {
  fail_as("Transformer", error);
}

Tensor Transformer::forward(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks) const try {
  const int batch_dim = batch_first ? 0 : 1;
  if (src.dim() == 3 && tgt.dim() == 3 && src.size(batch_dim) != tgt.size(batch_dim)) {
    fail("src and tgt are batches of ", src.size(batch_dim), " and ", tgt.size(batch_dim), " (shapes ", src.sizes(),
         " and ", tgt.sizes(), ")");
  }
  if (src.size(-1) != d_model || tgt.size(-1) != d_model) {
    fail("src and tgt have ", src.size(-1), " and ", tgt.size(-1), " features; d_model is ", d_model);
  }
  const Tensor memory = encoder(src, TransformerEncoderMasks{.src_mask = masks.src_mask,
                                                             .src_key_padding_mask = masks.src_key_padding_mask,
                                                             .is_causal = masks.src_is_causal});
  return decoder(tgt, memory,
                 TransformerDecoderMasks{.tgt_mask = masks.tgt_mask,
                                         .memory_mask = masks.memory_mask,
                                         .tgt_key_padding_mask = masks.tgt_key_padding_mask,
                                         .memory_key_padding_mask = masks.memory_key_padding_mask,
                                         .tgt_is_causal = masks.tgt_is_causal,
                                         .memory_is_causal = masks.memory_is_causal});
} catch (const Error& error) {
  fail_as("Transformer", error);
}

Tensor Transformer::generate_square_subsequent_mask(std::int64_t size, DType dtype) {
  const Tensor unseen = triu(ones({size, size}, {.dtype = boolean}), 1);
  return masked_fill(zeros({size, size}, {.dtype = dtype}), unseen, -std::numeric_limits<double>::infinity());
}

}  // namespace descent::nn
