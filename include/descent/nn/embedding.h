// Tables of learnt vectors. See functional/embedding.h for what their options mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "descent/functional/embedding.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct EmbeddingOptions {
  std::optional<std::int64_t> padding_idx = std::nullopt;  // negative: from the end
  std::optional<double> max_norm = std::nullopt;
  double norm_type = 2;
  bool scale_grad_by_freq = false;
  DType dtype = float32;
};

/// weight[index]. weight [num_embeddings, embedding_dim] starts normal with mean 0 and standard deviation 1; its row
/// padding_idx as zeros.
class Embedding final : public Module<Embedding> {
 public:
  Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions options = {});
  /// Of a matrix that is there, which it shares: it does not require gradients if `freeze`.
  static Embedding from_pretrained(const Tensor& embeddings, bool freeze = true, EmbeddingOptions options = {});
  Tensor forward(const Tensor& index) const;
  std::string extra_repr() const {
    return concat(weight.size(0), ", ", weight.size(1), ", ", detail::named_values("padding_idx", padding_idx));
  }
  auto members() {
    return nn::members("weight", weight, "padding_idx", padding_idx, "max_norm", max_norm, "norm_type", norm_type,
                       "scale_grad_by_freq", scale_grad_by_freq);
  }

  Parameter weight;
  std::optional<std::int64_t> padding_idx;
  std::optional<double> max_norm;
  double norm_type;
  bool scale_grad_by_freq;

 private:
  Embedding(Parameter table, const EmbeddingOptions& options);
};

struct EmbeddingBagOptions {
  std::optional<double> max_norm = std::nullopt;
  double norm_type = 2;
  bool scale_grad_by_freq = false;
  Bag mode = Bag::mean;
  bool include_last_offset = false;
  std::optional<std::int64_t> padding_idx = std::nullopt;  // negative: from the end
  DType dtype = float32;
};

/// embedding_bag of a weight [num_embeddings, embedding_dim], which starts as Embedding's.
class EmbeddingBag final : public Module<EmbeddingBag> {
 public:
  EmbeddingBag(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingBagOptions options = {});
  /// Of a matrix that is there, which it shares: it does not require gradients if `freeze`.
  static EmbeddingBag from_pretrained(const Tensor& embeddings, bool freeze = true, EmbeddingBagOptions options = {});
  Tensor forward(const Tensor& index, const Tensor& offsets = {}, const Tensor& per_sample_weights = {}) const;
  auto members() { return nn::members("weight", weight, "options", options); }

  Parameter weight;
  EmbeddingBagOptions options;

 private:
  EmbeddingBag(Parameter table, const EmbeddingBagOptions& options);
};

}  // namespace nn
}  // namespace descent
