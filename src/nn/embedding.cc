#include "descent/nn/embedding.h"

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/nn/init.h"

namespace descent::nn {
namespace {

Parameter drawn_table(const char* name, std::int64_t rows, std::int64_t dim, std::optional<std::int64_t> padding_idx,
                      DType dtype) {
  if (rows < 0 || dim < 0) fail(name, ": wants sizes of 0 or more, not ", rows, " and ", dim);
  if (padding_idx && (*padding_idx < -rows || *padding_idx >= rows))
    fail(name, ": padding_idx = ", *padding_idx, " is no row of ", rows);
  Parameter table(empty({rows, dim}, {.dtype = dtype}));
  init::normal_(table);
  const NoGrad no_grad;
  if (padding_idx) table[*padding_idx].zero_();
  return table;
}

Parameter given_table(const char* name, const Tensor& embeddings, bool freeze) {
  if (embeddings.dim() != 2) fail(name, ": wants embeddings [rows, dim], not of shape ", embeddings.sizes());
  return Parameter(embeddings, !freeze);
}

}  // namespace

Embedding::Embedding(Parameter table, const EmbeddingOptions& options)
    : weight(std::move(table)),
      padding_idx(options.padding_idx),
      max_norm(options.max_norm),
      norm_type(options.norm_type),
      scale_grad_by_freq(options.scale_grad_by_freq) {}

Embedding::Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions options)
    : Embedding(drawn_table("Embedding", num_embeddings, embedding_dim, options.padding_idx, options.dtype), options) {}

Embedding Embedding::from_pretrained(const Tensor& embeddings, bool freeze, EmbeddingOptions options) {
  return {given_table("Embedding", embeddings, freeze), options};
}

Tensor Embedding::forward(const Tensor& index) const try {
  return embedding(index, weight, padding_idx, max_norm, norm_type, scale_grad_by_freq);
} catch (const Error& error) {
  fail_as("Embedding", error);
}

EmbeddingBag::EmbeddingBag(Parameter table, const EmbeddingBagOptions& options)
    : weight(std::move(table)), options(options) {}

EmbeddingBag::EmbeddingBag(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingBagOptions options)
    : EmbeddingBag(drawn_table("EmbeddingBag", num_embeddings, embedding_dim, options.padding_idx, options.dtype),
                   options) {}

EmbeddingBag EmbeddingBag::from_pretrained(const Tensor& embeddings, bool freeze, EmbeddingBagOptions options) {
  return {given_table("EmbeddingBag", embeddings, freeze), options};
}

Tensor EmbeddingBag::forward(const Tensor& index, const Tensor& offsets, const Tensor& per_sample_weights) const try {
  return embedding_bag(index, weight, offsets,
                       {.max_norm = options.max_norm,
                        .norm_type = options.norm_type,
                        .scale_grad_by_freq = options.scale_grad_by_freq,
                        .mode = options.mode,
                        .per_sample_weights = per_sample_weights,
                        .include_last_offset = options.include_last_offset,
                        .padding_idx = options.padding_idx});
} catch (const Error& error) {
  fail_as("EmbeddingBag", error);
}

}  // namespace descent::nn
