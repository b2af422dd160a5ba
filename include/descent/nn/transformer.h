// The layers of "Attention Is All You Need" (Vaswani et al., 2017, arXiv:1706.03762), and the whole of them.
//
// Names, defaults and initial parameters are those of torch.nn. Masks are as in MultiheadAttention (attention.h): bool,
// true where nothing may be seen, or numbers that are added to the scores.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "descent/nn/attention.h"
#include "descent/nn/dropout.h"
#include "descent/nn/linear.h"
#include "descent/nn/module.h"
#include "descent/nn/normalization.h"
#include "descent/ops.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct TransformerLayerOptions {
  std::int64_t dim_feedforward = 2048;
  double dropout = 0.1;
  std::function<Tensor(const Tensor&)> activation = [](const Tensor& x) { return relu(x); };
  double layer_norm_eps = 1e-5;
  /// Inputs and outputs are [N, L, E], not [L, N, E].
  bool batch_first = false;
  /// Each sublayer is x + f(norm(x)), not norm(x + f(x)).
  bool norm_first = false;
  bool bias = true;
  DType dtype = float32;
};

struct TransformerEncoderMasks {
  Tensor src_mask = {};              // [L, L], or [N nhead, L, L]
  Tensor src_key_padding_mask = {};  // [N, L], or [L]
  /// A hint that src_mask is the causal mask.
  bool is_causal = false;
};

/// Self-attention, then two linear layers with an activation between: norm(x + attention(x)), norm(x + feedforward(x)),
/// each with dropout before it is added.
class TransformerEncoderLayer final : public Module<TransformerEncoderLayer> {
 public:
  TransformerEncoderLayer(std::int64_t d_model, std::int64_t nhead, TransformerLayerOptions options = {});
  Tensor forward(const Tensor& src, const TransformerEncoderMasks& masks = {}) const;
  auto members() {
    return nn::members("self_attn", self_attn, "linear1", linear1, "dropout", dropout, "linear2", linear2, "norm_first",
                       norm_first, "norm1", norm1, "norm2", norm2, "dropout1", dropout1, "dropout2", dropout2,
                       "activation", activation);
  }

  MultiheadAttention self_attn;
  Linear linear1;
  Dropout dropout;
  Linear linear2;
  bool norm_first;
  LayerNorm norm1, norm2;
  Dropout dropout1, dropout2;
  std::function<Tensor(const Tensor&)> activation;
};

struct TransformerDecoderMasks {
  Tensor tgt_mask = {};                 // [L, L], or [N nhead, L, L]
  Tensor memory_mask = {};              // [L, S], or [N nhead, L, S]
  Tensor tgt_key_padding_mask = {};     // [N, L], or [L]
  Tensor memory_key_padding_mask = {};  // [N, S], or [S]
  /// Hints that tgt_mask, or memory_mask, is the causal mask.
  bool tgt_is_causal = false;
  bool memory_is_causal = false;
};

/// Self-attention, attention of what has come so far to `memory`, then two linear layers.
class TransformerDecoderLayer final : public Module<TransformerDecoderLayer> {
 public:
  TransformerDecoderLayer(std::int64_t d_model, std::int64_t nhead, TransformerLayerOptions options = {});
  Tensor forward(const Tensor& tgt, const Tensor& memory, const TransformerDecoderMasks& masks = {}) const;
  auto members() {
    return nn::members("self_attn", self_attn, "multihead_attn", multihead_attn, "linear1", linear1, "dropout", dropout,
                       "linear2", linear2, "norm_first", norm_first, "norm1", norm1, "norm2", norm2, "norm3", norm3,
                       "dropout1", dropout1, "dropout2", dropout2, "dropout3", dropout3, "activation", activation);
  }

  MultiheadAttention self_attn, multihead_attn;
  Linear linear1;
  Dropout dropout;
  Linear linear2;
  bool norm_first;
  LayerNorm norm1, norm2, norm3;
  Dropout dropout1, dropout2, dropout3;
  std::function<Tensor(const Tensor&)> activation;
};

/// Layers one after another, each a copy of `encoder_layer` with parameters of its own that begin alike; then `norm`,
/// if there is one, as it is. Every position is computed, padded ones too, in training and outside.
class TransformerEncoder final : public Module<TransformerEncoder> {
 public:
  TransformerEncoder(const TransformerEncoderLayer& encoder_layer, std::int64_t num_layers,
                     std::optional<LayerNorm> norm = std::nullopt);
  Tensor forward(const Tensor& src, const TransformerEncoderMasks& masks = {}) const;
  auto members() { return nn::members("layers", layers, "norm", norm); }

  std::vector<TransformerEncoderLayer> layers;
  std::optional<LayerNorm> norm;
};

/// The same of decoder layers.
class TransformerDecoder final : public Module<TransformerDecoder> {
 public:
  TransformerDecoder(const TransformerDecoderLayer& decoder_layer, std::int64_t num_layers,
                     std::optional<LayerNorm> norm = std::nullopt);
  Tensor forward(const Tensor& tgt, const Tensor& memory, const TransformerDecoderMasks& masks = {}) const;
  auto members() { return nn::members("layers", layers, "norm", norm); }

  std::vector<TransformerDecoderLayer> layers;
  std::optional<LayerNorm> norm;
};

struct TransformerOptions {
  std::int64_t num_encoder_layers = 6;
  std::int64_t num_decoder_layers = 6;
  std::int64_t dim_feedforward = 2048;
  double dropout = 0.1;
  std::function<Tensor(const Tensor&)> activation = [](const Tensor& x) { return relu(x); };
  double layer_norm_eps = 1e-5;
  bool batch_first = false;
  bool norm_first = false;
  bool bias = true;
  DType dtype = float32;
};

struct TransformerMasks {
  Tensor src_mask = {};
  Tensor tgt_mask = {};
  Tensor memory_mask = {};
  Tensor src_key_padding_mask = {};
  Tensor tgt_key_padding_mask = {};
  Tensor memory_key_padding_mask = {};
  /// Hints that src_mask, tgt_mask, or memory_mask is the causal mask.
  bool src_is_causal = false;
  bool tgt_is_causal = false;
  bool memory_is_causal = false;
};

/// decoder(tgt, encoder(src)), both with a LayerNorm at their end. Every matrix starts as xavier_uniform_ draws it.
class Transformer final : public Module<Transformer> {
 public:
  explicit Transformer(std::int64_t d_model = 512, std::int64_t nhead = 8, const TransformerOptions& options = {});
  /// src: [S, N, E], tgt: [L, N, E], or batch first, or without N: as tgt.
  Tensor forward(const Tensor& src, const Tensor& tgt, const TransformerMasks& masks = {}) const;
  auto members() {
    return nn::members("encoder", encoder, "decoder", decoder, "d_model", d_model, "batch_first", batch_first);
  }

  /// The causal mask: -infinity above the diagonal of [size, size], 0 elsewhere.
  static Tensor generate_square_subsequent_mask(std::int64_t size, DType dtype = float32);

  TransformerEncoder encoder;
  TransformerDecoder decoder;
  std::int64_t d_model;
  bool batch_first;
};

}  // namespace nn
}  // namespace descent
