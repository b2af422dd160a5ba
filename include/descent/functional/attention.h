// Attention.
#pragma once

#include <optional>

#include "descent/generator.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

struct AttentionOptions {
  /// What may be seen (bool: true), or what is added to the scores; broadcasts to [..., L, S].
  Tensor attn_mask = {};
  /// Of [0, 1]: each weight becomes 0 with this probability, and the others are divided by 1 - dropout_p. Always: to be
  /// set to 0 where nothing is trained.
  double dropout_p = 0;
  /// Query i sees keys 0, ..., i alone. Not together with attn_mask.
  bool is_causal = false;
  /// Default: 1 / sqrt(E).
  std::optional<double> scale = std::nullopt;
  /// Keys and values have fewer heads (dimension -3) than queries; each serves as many queries' heads, neighbours.
  bool enable_gqa = false;
};

/// softmax(scale query key^T + mask) value, the softmax over the keys, for query [..., L, E], key [..., S, E] and
/// value [..., S, Ev]: [..., L, Ev]. Leading dimensions broadcast. float32 or float64, all three alike; attn_mask is
/// bool, float32 or of their type. A query that sees no key gets zeros.
///
/// Scores are made, used and forgotten block by block, forward and backward: memory grows with L + S, not L S. With
/// dropout, for the gradient of attn_mask, and for second derivatives the matrix of scores is held.
///
/// Source: PyTorch, torch.nn.functional.scaled_dot_product_attention; Vaswani et al., "Attention Is All You Need",
/// 2017, arXiv:1706.03762; by blocks: Dao et al., "FlashAttention", 2022, arXiv:2205.14135.
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const AttentionOptions& options = {}, Generator& generator = default_generator());

}  // namespace descent
