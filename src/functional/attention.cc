#include "descent/functional/attention.h"

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "core/promotion.h"
#include "descent/create.h"
#include "descent/functional/dropout.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "kernels/attention.h"

namespace descent {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Attributes of the ops: flag: causal; index: the bits of the scale; set: 0 in it where there is a mask.
bool has_mask(const Attributes& attributes) { return attributes.set.contains(0); }
double scale_of(const Attributes& attributes) { return std::bit_cast<double>(attributes.index); }

Dims leading(const Tensor& x) {
  const Dims sizes = x.sizes();
  return Dims(std::span(sizes.begin(), sizes.end() - 2));
}

Dims with_matrix(Dims batch, std::int64_t rows, std::int64_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}

Dims batch_shape(const Tensor& q, const Tensor& k, const Tensor& v) {
  const char* const name = "scaled_dot_product_attention";
  return broadcast_shapes(name, broadcast_shapes(name, leading(q), leading(k)), leading(v));
}

Tensor transposed(const Tensor& x) { return transpose(x, -1, -2); }

// ---- the matrix in the middle, where it is held ----

// softmax(scale q k^T + mask), and zeros where a row has nothing but -infinity.
Tensor attention_weights(const Tensor& q, const Tensor& k, const Tensor& mask, bool causal, double scale) {
  Tensor scores = matmul(q * scale, transposed(k));
  if (causal) {
    const Tensor seen = tril(ones({q.size(-2), k.size(-2)}, {.dtype = boolean}));
    scores = masked_fill(scores, !seen, -kInfinity);
  }
  if (mask.defined()) scores = mask.dtype() == boolean ? masked_fill(scores, !mask, -kInfinity) : scores + mask;
  if (scores.numel() == 0) return scores;
  const Tensor largest = amax(scores.detach(), -1, true);
  const Tensor weights = exp(scores - masked_fill(largest, largest == -kInfinity, 0));
  const Tensor sums = sum(weights, -1, true);
  return weights / masked_fill(sums, sums == 0, 1);
}

// ---- the ops by blocks ----

inline namespace compute {

// A batch of matrices as the kernels take it.
struct BatchOperand {
  Tensor tensor;  // expanded to the batch
  std::vector<std::int64_t> offsets;

  BatchOperand(const Tensor& x, const Dims& shape, bool rows_in_order) {
    const bool in_order = !rows_in_order || x.impl()->strides.back() == 1 || x.impl()->sizes.back() <= 1;
    const Tensor whole = in_order ? x : clone_elements(*x.impl());
    tensor = Tensor::adopt(expanded_view(*whole.impl(), shape));
    const TensorImpl& impl = *tensor.impl();
    std::int64_t count = 1;
    for (int d = 0; d < shape.size() - 2; ++d) count *= shape[d];
    offsets.assign(static_cast<std::size_t>(count), 0);
    std::int64_t inner = 1;
    for (int d = shape.size() - 3; d >= 0; --d) {
      for (std::int64_t i = 0; i < count; ++i)
        offsets[static_cast<std::size_t>(i)] += i / inner % shape[d] * impl.strides[d];
      inner *= shape[d];
    }
  }

  std::int64_t stride(int from_end) const {
    const Dims& strides = tensor.impl()->strides;
    return strides[strides.size() - from_end];
  }
  kernels::RowBatch rows() const { return {tensor.impl()->data, offsets.data(), stride(2)}; }
  kernels::MaskBatch mask() const {
    return {tensor.impl()->data, offsets.data(), stride(2), stride(1), tensor.impl()->dtype == boolean};
  }
};

// The inputs q, k, v and, where there is one, the mask.
struct AttentionOperands {
  Dims batch;
  BatchOperand q, k, v;
  std::vector<BatchOperand> mask;  // one or none
  kernels::Attention attention;

  AttentionOperands(const Tensor& q_, const Tensor& k_, const Tensor& v_, const Tensor* mask_,
                    const Attributes& attributes)
      : batch(batch_shape(q_, k_, v_)),
        q(q_, with_matrix(batch, q_.size(-2), q_.size(-1)), true),
        k(k_, with_matrix(batch, k_.size(-2), k_.size(-1)), true),
        v(v_, with_matrix(batch, v_.size(-2), v_.size(-1)), true) {
    if (mask_) mask.emplace_back(*mask_, with_matrix(batch, q_.size(-2), k_.size(-2)), false);
    attention = {.type = q_.dtype(),
                 .items = static_cast<std::int64_t>(q.offsets.size()),
                 .queries = q_.size(-2),
                 .keys = k_.size(-2),
                 .width = q_.size(-1),
                 .value_width = v_.size(-1),
                 .q = q.rows(),
                 .k = k.rows(),
                 .v = v.rows(),
                 .mask = mask_ ? mask[0].mask() : kernels::MaskBatch{},
                 .causal = attributes.flag,
                 .scale = scale_of(attributes)};
  }

  std::int64_t rows() const { return attention.items * attention.queries; }
  std::int64_t out_size() const { return attention.items * attention.queries * attention.value_width; }
  std::int64_t q_size() const { return attention.items * attention.queries * attention.width; }
  std::int64_t k_size() const { return attention.items * attention.keys * attention.width; }
  std::int64_t v_size() const { return attention.items * attention.keys * attention.value_width; }
};

std::byte* bytes_from(const TensorImpl& x, std::int64_t i) {
  return x.data + i * static_cast<std::int64_t>(size_of(x.dtype));
}

}  // namespace compute

// One after another: the gradients of q, k and v, each of the shape that it is broadcast to.
struct AttentionGradients {
  Tensor q, k, v;

  AttentionGradients(const Tensor& packed, const Tensor& q_, const Tensor& k_, const Tensor& v_) {
    const Dims batch = batch_shape(q_, k_, v_);
    std::int64_t begin = 0;
    const auto next = [&](const Tensor& like) {
      const Dims shape = with_matrix(batch, like.size(-2), like.size(-1));
      const Tensor part = narrow(packed, 0, begin, numel_of(shape));
      begin += numel_of(shape);
      return reshape(part, shape);
    };
    q = next(q_), k = next(k_), v = next(v_);
  }
};

// What the op gives is [..., L, Ev] and, behind it, two numbers of each row that its gradient takes up.
Tensor result_of(const Tensor& packed, const Dims& shape) {
  return reshape(narrow(packed, 0, 0, numel_of(shape)), shape);
}

// The gradients of q, k, v and g of what attention_gradient gives, by the formula with the matrix in the middle:
// of weights W, slopes U = g v^T and S = W (U - sum(W U)), the sum along rows, it gave scale S k, scale S^T q and W^T
// g.
std::vector<Tensor> gradients_of_gradients(const Tensor& packed, const Call& call) {
  const Tensor &q = call.input(0), &k = call.input(1), &v = call.input(2);
  const double scale = scale_of(call.attributes());
  const Dims shape = with_matrix(batch_shape(q, k, v), q.size(-2), v.size(-1));
  const Tensor g = result_of(call.input(3), shape);
  const Tensor mask = has_mask(call.attributes()) ? call.input(4) : Tensor();
  const AttentionGradients of(packed, q, k, v);
  const Tensor w = attention_weights(q, k, mask, call.attributes().flag, scale);
  const auto centred = [&w](const Tensor& x) { return w * (x - sum(w * x, -1, true)); };
  const Tensor u = matmul(g, transposed(v));
  const Tensor s = centred(u);
  const Tensor of_s = scale * (matmul(of.q, transposed(k)) + matmul(q, transposed(of.k)));
  const Tensor of_u = centred(of_s);
  const Tensor of_w = of_s * (u - sum(w * u, -1, true)) - sum(of_s * w, -1, true) * u + matmul(g, transposed(of.v));
  const Tensor of_scores = centred(of_w);
  const Tensor of_g = matmul(of_u, v) + matmul(w, of.v);
  const Tensor rest = zeros(call.input(3).numel() - of_g.numel(), {.dtype = g.dtype()});
  std::vector<Tensor> result(has_mask(call.attributes()) ? 6 : 5);
  result[0] = scale * (matmul(of_scores, k) + matmul(s, of.k));
  result[1] = scale * (matmul(transposed(of_scores), q) + matmul(transposed(s), of.q));
  result[2] = matmul(transposed(of_u), g);
  result[3] = cat({reshape(of_g, {-1}), rest});
  return result;
}

Tensor attention_gradient(Inputs inputs, const Attributes& attributes) {
  // Inputs: q, k, v, the gradient, the mask if there is one, what attention gave.
  static constexpr Op op = {.name = "attention_gradient",
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const AttentionOperands o(*inputs[0], *inputs[1], *inputs[2],
                                                            has_mask(attributes) ? inputs[4] : nullptr, attributes);
                                  const Tensor g = row_major(*inputs[3]), packed = row_major(*inputs.back());
                                  const TensorImpl& result =
                                      out.make(o.q_size() + o.k_size() + o.v_size(), o.attention.type);
                                  kernels::attention_gradients(
                                      o.attention, packed.impl()->data, bytes_from(*packed.impl(), o.out_size()),
                                      bytes_from(*packed.impl(), o.out_size() + o.rows()), g.impl()->data, result.data,
                                      bytes_from(result, o.q_size()), bytes_from(result, o.q_size() + o.k_size()));
                                },
                            .gradients = {{nullptr, kInput0 | kInput1 | kInput2 | kInput3 | kInput4}},
                            .gradient_of_all = gradients_of_gradients};
  return apply<op>(inputs, attributes);
}

Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask, bool causal, double scale) {
  static constexpr Op op = {.name = "attention",
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const AttentionOperands o(*inputs[0], *inputs[1], *inputs[2],
                                                            has_mask(attributes) ? inputs[3] : nullptr, attributes);
                                  const TensorImpl& result = out.make(o.out_size() + 2 * o.rows(), o.attention.type);
                                  kernels::attention(o.attention, result.data, bytes_from(result, o.out_size()),
                                                     bytes_from(result, o.out_size() + o.rows()));
                                },
                            .multiply_adds =
                                [](Inputs inputs, const Attributes&, const TensorImpl&) {
                                  const Tensor &q = *inputs[0], &k = *inputs[1], &v = *inputs[2];
                                  return numel_of(batch_shape(q, k, v)) * q.size(-2) * k.size(-2) *
                                         (q.size(-1) + v.size(-1));
                                },
                            .gradients = {{nullptr, kInput0 | kInput1 | kInput2 | kInput3 | kOutput}},
                            .gradient_of_all =
                                [](const Tensor& g, const Call& c) {
                                  const Tensor &q = c.input(0), &k = c.input(1), &v = c.input(2), packed = c.output();
                                  std::vector<const Tensor*> inputs = {&q, &k, &v, &g};
                                  if (has_mask(c.attributes())) inputs.push_back(&c.input(3));
                                  inputs.push_back(&packed);
                                  const AttentionGradients of(attention_gradient(inputs, c.attributes()), q, k, v);
                                  std::vector<Tensor> result = {of.q, of.k, of.v};
                                  if (has_mask(c.attributes())) result.emplace_back();
                                  return result;
                                }};
  Attributes attributes;
  attributes.flag = causal;
  attributes.index = std::bit_cast<std::int64_t>(scale);
  if (mask.defined()) attributes.set.insert(0);
  const Tensor packed =
      mask.defined() ? apply<op>({&q, &k, &v, &mask}, attributes) : apply<op>({&q, &k, &v}, attributes);
  return result_of(packed, with_matrix(batch_shape(q, k, v), q.size(-2), v.size(-1)));
}

// ---- what it is called with ----

void check_shapes(const Tensor& q, const Tensor& k, const Tensor& v) {
  for (const Tensor* x : {&q, &k, &v}) {
    if (x->dim() < 2) {
      fail("query, key and value want at least 2 dimensions, not shapes ", q.sizes(), ", ", k.sizes(), " and ",
           v.sizes());
    }
  }
  if (q.dtype() != k.dtype() || q.dtype() != v.dtype() || !is_floating_point(q.dtype())) {
    fail("query, key and value must be of one floating point type, not ", q.dtype(), ", ", k.dtype(), " and ",
         v.dtype());
  }
  if (q.size(-1) != k.size(-1)) {
    fail("queries have ", q.size(-1), " features, keys ", k.size(-1), " (shapes ", q.sizes(), " and ", k.sizes(), ")");
  }
  if (k.size(-2) != v.size(-2)) {
    fail("there are ", k.size(-2), " keys and ", v.size(-2), " values (shapes ", k.sizes(), " and ", v.sizes(), ")");
  }
}

// The mask in the type of the queries, or bool.
Tensor mask_for(const Tensor& mask, const Tensor& q) {
  if (!mask.defined() || mask.dtype() == boolean || mask.dtype() == q.dtype()) return mask;
  if (mask.dtype() != float32) fail("attn_mask is of ", mask.dtype(), "; wanted bool, or numbers of ", q.dtype());
  return mask.to(q.dtype());
}

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionOptions& options,
              Generator& generator) {
  if (const DType dtype = computed_dtype(q.dtype()); dtype != q.dtype()) {
    AttentionOptions wide = options;
    if (wide.attn_mask.defined() && wide.attn_mask.dtype() != boolean) wide.attn_mask = wide.attn_mask.to(dtype);
    return attend(q.to(dtype), k.to(dtype), v.to(dtype), wide, generator).to(q.dtype());
  }
  const Tensor mask = mask_for(options.attn_mask, q);
  const double width = static_cast<double>(q.size(-1));
  const double scale = options.scale.value_or(width > 0 ? 1 / std::sqrt(width) : 1);
  if (mask.defined()) {
    const Dims scores = with_matrix(batch_shape(q, k, v), q.size(-2), k.size(-2));
    if (!(broadcast_shapes("attn_mask", scores, mask.sizes()) == scores))
      fail("attn_mask of shape ", mask.sizes(), " does not broadcast to the scores' shape ", scores);
  }
  if (options.dropout_p > 0 || (mask.defined() && mask.requires_grad() && is_grad_enabled())) {
    const Tensor weights = attention_weights(q, k, mask, options.is_causal, scale);
    return matmul(dropout(weights, options.dropout_p, /*training=*/true, generator), v);
  }
  return attention(q, k, v, mask, options.is_causal, scale);
}

// [..., groups * size, rows, columns] to [..., groups, size, rows, columns].
Tensor in_groups(const Tensor& x, std::int64_t size) {
  Dims shape = x.sizes();
  const int heads = shape.size() - 3;
  shape[heads] /= size;
  shape.insert(heads + 1, size);
  return reshape(x, shape);
}

// The same heads, each as often as there are queries' heads for it.
Tensor repeated(const Tensor& x, std::int64_t heads) {
  Dims shape = x.sizes();
  const int at = shape.size() - 3;
  const std::int64_t times = heads / shape[at];
  shape.insert(at + 1, times);
  const Tensor several = expand(unsqueeze(x, -3), shape);
  return flatten(several, at, at + 1);
}

// Queries' heads in groups that share a head of keys and values: those broadcast.
Tensor attend_grouped(const Tensor& q, const Tensor& k, const Tensor& v, AttentionOptions options,
                      Generator& generator) {
  if (q.dim() < 3 || k.dim() < 3 || v.dim() < 3) {
    fail("enable_gqa wants at least 3 dimensions, not shapes ", q.sizes(), ", ", k.sizes(), " and ", v.sizes());
  }
  const std::int64_t heads = q.size(-3), key_heads = k.size(-3), value_heads = v.size(-3);
  if (key_heads == 0 || value_heads == 0 || heads % key_heads != 0 || heads % value_heads != 0) {
    fail("the heads of keys and values, ", key_heads, " and ", value_heads, ", must divide those of queries, ", heads);
  }
  if (key_heads != value_heads) return attend(q, repeated(k, heads), repeated(v, heads), options, generator);
  const std::int64_t size = heads / key_heads;
  Tensor& mask = options.attn_mask;
  if (mask.defined() && mask.dim() >= 3) mask = mask.size(-3) == 1 ? unsqueeze(mask, -3) : in_groups(mask, size);
  const Tensor result = attend(in_groups(q, size), unsqueeze(k, -3), unsqueeze(v, -3), options, generator);
  return flatten(result, result.dim() - 4, result.dim() - 3);
}

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const AttentionOptions& options, Generator& generator) try {
  check_shapes(query, key, value);
  if (!(options.dropout_p >= 0 && options.dropout_p <= 1))
    fail("dropout_p = ", options.dropout_p, " must be at least 0 and at most 1");
  if (options.is_causal && options.attn_mask.defined()) fail("attn_mask and is_causal exclude each other");
  return options.enable_gqa ? attend_grouped(query, key, value, options, generator)
                            : attend(query, key, value, options, generator);
} catch (const Error& error) {
  fail_as("scaled_dot_product_attention", error);
}

}  // namespace descent
