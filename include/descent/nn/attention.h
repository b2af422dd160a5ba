#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "descent/nn/linear.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct MultiheadAttentionOptions {
  /// How likely a weight becomes 0 while training.
  double dropout = 0;
  bool bias = true;
  /// Parameters bias_k and bias_v are one more key and value.
  bool add_bias_kv = false;
  /// Zeros are one more key and value.
  bool add_zero_attn = false;
  /// Features of keys and values. Default: embed_dim.
  std::optional<std::int64_t> kdim = std::nullopt;
  std::optional<std::int64_t> vdim = std::nullopt;
  /// Inputs and outputs are [N, L, E], not [L, N, E].
  bool batch_first = false;
  DType dtype = float32;
};

/// How MultiheadAttention goes about one call. Masks are bool, true where nothing may be seen, or numbers that are
/// added to the scores.
struct AttentionCall {
  Tensor key_padding_mask = {};  // [N, S], or [S]
  /// Whether the weights are returned too; without them the scores are never held at once.
  bool need_weights = true;
  Tensor attn_mask = {};  // [L, S], or [N num_heads, L, S]
  /// Whether these are the mean of those of all heads.
  bool average_attn_weights = true;
  /// A hint that attn_mask, which must be there, is the causal mask: it is taken for it where that is faster.
  bool is_causal = false;
};

struct AttentionOutput {
  Tensor output;   // [L, N, E], [N, L, E] or [L, E], as the query
  Tensor weights;  // [N, L, S], or [N, num_heads, L, S], without N as the query; undefined unless asked for

  std::vector<Tensor> tensors() const { return weights.defined() ? std::vector{output, weights} : std::vector{output}; }
};

/// output = concat(head_1, ..., head_h) W_out^T + b_out, head_i = softmax(Q_i K_i^T / sqrt(E / h)) V_i,
///
/// where Q, K and V are linear functions of query [L, N, E], key [S, N, kdim] and value [S, N, vdim], and head i takes
/// E / h of their features; without N for a single one. Their weights are one, in_proj_weight [3 E, E], or, where kdim
/// or vdim are given and others, q_proj_weight [E, E], k_proj_weight [E, kdim] and v_proj_weight [E, vdim]. A query
/// that sees no key gets NaN with need_weights and zeros without, as in PyTorch.
///
/// Source: PyTorch, torch.nn.MultiheadAttention; Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762.
class MultiheadAttention final : public Module<MultiheadAttention> {
 public:
  /// An Error unless embed_dim is a multiple of num_heads and both are positive.
  MultiheadAttention(std::int64_t embed_dim, std::int64_t num_heads, MultiheadAttentionOptions options = {});
  AttentionOutput forward(const Tensor& query, const Tensor& key, const Tensor& value,
                          const AttentionCall& call = {}) const;
  auto members() {
    return nn::members("embed_dim", embed_dim, "num_heads", num_heads, "dropout", dropout, "add_zero_attn",
                       add_zero_attn, "batch_first", batch_first, "in_proj_weight", in_proj_weight, "q_proj_weight",
                       q_proj_weight, "k_proj_weight", k_proj_weight, "v_proj_weight", v_proj_weight, "in_proj_bias",
                       in_proj_bias, "bias_k", bias_k, "bias_v", bias_v, "out_proj", out_proj, "training", training);
  }

  std::int64_t embed_dim, num_heads;
  double dropout;
  bool add_zero_attn, batch_first;
  Parameter in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias;
  Parameter bias_k, bias_v;  // [1, 1, E]
  Linear out_proj;
  Flag training = true;

 private:
  Tensor projected(const Tensor& x, int which) const;
};

}  // namespace nn
}  // namespace descent
