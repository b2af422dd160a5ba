#include "descent/nn/attention.h"

#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/functional/attention.h"
#include "descent/nn/dropout.h"
#include "descent/nn/init.h"
#include "descent/ops.h"

namespace descent::nn {
namespace {

// Before it draws anything: so many heads of a width.
std::int64_t checked(std::int64_t embed_dim, std::int64_t num_heads, double dropout) {
  if (embed_dim <= 0 || num_heads <= 0 || embed_dim % num_heads != 0) {
    fail("MultiheadAttention: embed_dim = ", embed_dim, " must be a multiple of num_heads = ", num_heads,
         ", and both positive");
  }
  if (!(dropout >= 0 && dropout <= 1))
    fail("MultiheadAttention: dropout = ", dropout, " must be at least 0 and at most 1");
  return embed_dim;
}

// As numbers to add to scores.
Tensor as_numbers(const Tensor& mask, DType dtype, const char* name) {
  if (is_floating_point(mask.dtype())) return mask.to(dtype);
  if (mask.dtype() != boolean) fail(name, " is of ", mask.dtype(), "; wanted bool or numbers of ", dtype);
  return masked_fill(zeros(mask.sizes(), {.dtype = dtype}), mask, -std::numeric_limits<double>::infinity());
}

// With one more key, which all may see.
Tensor with_key(const Tensor& mask) {
  if (!mask.defined()) return mask;
  Dims shape = mask.sizes();
  shape[shape.size() - 1] = 1;
  return cat({mask, zeros(shape, {.dtype = mask.dtype()})}, -1);
}

// x [N, heads, S, width] with `row` behind the S.
Tensor with_row(const Tensor& x, const Tensor& row) {
  Dims shape = x.sizes();
  shape[2] = 1;
  return cat({x, expand(row, shape)}, 2);
}

void check_shape(const char* name, const Tensor& x, const Dims& wanted) {
  if (!(x.sizes() == wanted)) fail(name, " has shape ", x.sizes(), ", wanted ", wanted);
}

}  // namespace

MultiheadAttention::MultiheadAttention(std::int64_t embed_dim_, std::int64_t num_heads_,
                                       MultiheadAttentionOptions options)
    : embed_dim(checked(embed_dim_, num_heads_, options.dropout)),
      num_heads(num_heads_),
      dropout(options.dropout),
      add_zero_attn(options.add_zero_attn),
      batch_first(options.batch_first),
      out_proj(embed_dim, embed_dim, {.bias = options.bias, .dtype = options.dtype}) {
  const auto parameter = [&](const Dims& shape) { return Parameter(empty(shape, {.dtype = options.dtype})); };
  const std::int64_t kdim = options.kdim.value_or(embed_dim), vdim = options.vdim.value_or(embed_dim);
  if (kdim == embed_dim && vdim == embed_dim) {
    in_proj_weight = parameter({3 * embed_dim, embed_dim});
    init::xavier_uniform_(in_proj_weight);
  } else {
    q_proj_weight = parameter({embed_dim, embed_dim});
    k_proj_weight = parameter({embed_dim, kdim});
    v_proj_weight = parameter({embed_dim, vdim});
    for (const Parameter& weight : {q_proj_weight, k_proj_weight, v_proj_weight}) init::xavier_uniform_(weight);
  }
  if (options.bias) {
    in_proj_bias = parameter(3 * embed_dim);
    init::zeros_(in_proj_bias);
    init::zeros_(out_proj.bias);
  }
  if (options.add_bias_kv) {
    bias_k = parameter({1, 1, embed_dim});
    bias_v = parameter({1, 1, embed_dim});
    init::xavier_normal_(bias_k);
    init::xavier_normal_(bias_v);
  }
}

// Queries (0), keys (1) or values (2).
Tensor MultiheadAttention::projected(const Tensor& x, int which) const {
  const Parameter* const own[] = {&q_proj_weight, &k_proj_weight, &v_proj_weight};
  const auto part = [&](const Tensor& whole) {
    return whole.defined() ? narrow(whole, 0, which * embed_dim, embed_dim) : Tensor();
  };
  const Tensor weight = own[which]->defined() ? Tensor(*own[which]) : part(in_proj_weight);
  return linear(x, weight, part(in_proj_bias));
}

AttentionOutput MultiheadAttention::forward(const Tensor& query, const Tensor& key, const Tensor& value,
                                            const AttentionCall& call) const try {
  const int rank = query.dim();
  if ((rank != 2 && rank != 3) || key.dim() != rank || value.dim() != rank) {
    fail("query, key and value want 3 dimensions, or 2 without a batch, not shapes ", query.sizes(), ", ", key.sizes(),
         " and ", value.sizes());
  }
  if (query.size(-1) != embed_dim) fail("the query has ", query.size(-1), " features; embed_dim is ", embed_dim);
  const bool batched = rank == 3;
  const int batch_dim = batch_first || !batched ? 0 : 1, length_dim = 1 - batch_dim;
  const auto with_batch = [&](const Tensor& x) { return batched ? x : unsqueeze(x, 0); };
  const Tensor q_input = with_batch(query), k_input = with_batch(key), v_input = with_batch(value);
  const std::int64_t batch = q_input.size(batch_dim), queries = q_input.size(length_dim);
  std::int64_t keys = k_input.size(length_dim);
  if (k_input.size(batch_dim) != batch || v_input.size(batch_dim) != batch || v_input.size(length_dim) != keys) {
    fail("query, key and value of shapes ", query.sizes(), ", ", key.sizes(), " and ", value.sizes(),
         " do not belong together");
  }
  const DType dtype = q_input.dtype();
  const std::int64_t width = embed_dim / num_heads;

  // [N, heads, L, width], where it lies.
  const auto heads = [&](const Tensor& x, int which) {
    const Tensor y = projected(x, which);
    const Tensor split = reshape(y, {y.size(0), y.size(1), num_heads, width});
    return batch_dim == 0 ? permute(split, {0, 2, 1, 3}) : permute(split, {1, 2, 0, 3});
  };
  const Tensor q = heads(q_input, 0);
  Tensor k = heads(k_input, 1), v = heads(v_input, 2);

  if (call.is_causal && !call.attn_mask.defined()) fail("is_causal wants the mask too, as attn_mask");
  const bool causal =
      call.is_causal && !call.need_weights && !call.key_padding_mask.defined() && !bias_k.defined() && !add_zero_attn;
  Tensor mask, padding;
  if (call.attn_mask.defined() && !causal) {
    mask = as_numbers(call.attn_mask, dtype, "attn_mask");
    if (mask.dim() == 3) {
      check_shape("attn_mask", mask, {batch * num_heads, queries, keys});
      mask = reshape(mask, {batch, num_heads, queries, keys});
    } else {
      check_shape("attn_mask", mask, {queries, keys});
    }
  }
  if (call.key_padding_mask.defined()) {
    padding = as_numbers(call.key_padding_mask, dtype, "key_padding_mask");
    if (!batched) padding = unsqueeze(padding, 0);
    check_shape("key_padding_mask", padding, {batch, keys});
    padding = reshape(padding, {batch, 1, 1, keys});
  }
  const auto add_key = [&](const Tensor& of_k, const Tensor& of_v) {
    k = with_row(k, of_k), v = with_row(v, of_v);
    mask = with_key(mask), padding = with_key(padding);
    ++keys;
  };
  if (bias_k.defined()) add_key(reshape(bias_k, {1, num_heads, 1, width}), reshape(bias_v, {1, num_heads, 1, width}));
  if (add_zero_attn) add_key(zeros(1, {.dtype = dtype}), zeros(1, {.dtype = dtype}));
  if (padding.defined()) mask = mask.defined() ? mask + padding : padding;

  AttentionOutput result;
  Tensor attended;  // [N, heads, L, width]
  if (call.need_weights) {
    const Tensor products = matmul(q * std::sqrt(1 / static_cast<double>(width)), transpose(k, -1, -2));
    Dropout drop(dropout);
    drop.training = training;
    result.weights = drop(softmax(mask.defined() ? products + mask : products, -1));
    attended = matmul(result.weights, v);
    if (call.average_attn_weights) result.weights = mean(result.weights, 1);
    if (!batched) result.weights = squeeze(result.weights, 0);
  } else {
    attended = scaled_dot_product_attention(
        q, k, v, {.attn_mask = mask, .dropout_p = training ? dropout : 0, .is_causal = causal});
  }
  const Dims order = batch_dim == 0 ? Dims{0, 2, 1, 3} : Dims{2, 0, 1, 3};
  result.output = out_proj(flatten(permute(attended, order), 2, 3));
  if (!batched) result.output = squeeze(result.output, 0);
  return result;
} catch (const Error& error) {
  fail_as("MultiheadAttention", error);
}

}  // namespace descent::nn
