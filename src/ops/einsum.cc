// Einstein summation: parse the equation, then contract the operands from left to right, each time summing what no
// later operand and no output names, as one batched matrix product.
#include <map>

#include "core/tensor_impl.h"
#include "descent/ops.h"
#include "ops/along.h"

namespace descent {
namespace {

// What names a dimension: a letter, or a number from kEllipsis on for the dimensions that an ellipsis stands for, which
// are aligned at the right. In this order an implicit output lists them.
using Label = int;
using Labels = std::vector<Label>;
constexpr Label kEllipsis = 0;

Label letter(char c) { return kMaxRank + c; }
std::string name_of(Label label) {
  return label < kMaxRank ? "..." : std::string(1, static_cast<char>(label - kMaxRank));
}

bool has(const Labels& labels, Label label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

// One side of a comma: the letters before and after the ellipsis, if there is one.
struct Term {
  Labels before, after;
  bool ellipsis = false;

  std::size_t letters() const { return before.size() + after.size(); }
  /// With `dims` labels, the last ones of `broadcast`, for the ellipsis.
  Labels labels(int dims, int broadcast) const {
    Labels result = before;
    for (int d = broadcast - dims; d < broadcast; ++d) result.push_back(kEllipsis + d);
    result.insert(result.end(), after.begin(), after.end());
    return result;
  }
};

Term parse_term(std::string_view text) {
  Term term;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      (term.ellipsis ? term.after : term.before).push_back(letter(c));
    } else if (text.substr(i, 3) == "..." && !term.ellipsis) {
      term.ellipsis = true;
      i += 2;
    } else {
      fail("einsum: ", in_quotes(text), " has ", in_quotes(text.substr(i, 1)),
           " where a letter or one ellipsis was wanted");
    }
  }
  return term;
}

struct Equation {
  std::vector<Term> inputs;
  std::optional<Term> output;
};

Equation parse(std::string_view text) {
  Equation equation;
  const std::size_t arrow = text.find("->");
  if (arrow != std::string_view::npos) equation.output = parse_term(text.substr(arrow + 2));
  std::string_view left = text.substr(0, arrow);
  for (;;) {
    const std::size_t comma = left.find(',');
    equation.inputs.push_back(parse_term(left.substr(0, comma)));
    if (comma == std::string_view::npos) return equation;
    left.remove_prefix(comma + 1);
  }
}

// A tensor whose dimensions have names, all different.
struct Named {
  Tensor tensor;
  Labels labels;

  std::int64_t dim_of(Label label) const { return std::find(labels.begin(), labels.end(), label) - labels.begin(); }
  std::int64_t size_of(Label label) const { return tensor.size(dim_of(label)); }
};

// Takes the diagonal where a label is repeated.
Named without_repeats(Named x, std::size_t operand) {
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    for (std::size_t j = i + 1; j < x.labels.size();) {
      if (x.labels[j] != x.labels[i]) {
        ++j;
        continue;
      }
      const auto first = static_cast<std::int64_t>(i), second = static_cast<std::int64_t>(j);
      if (x.tensor.size(first) != x.tensor.size(second)) {
        fail("einsum: ", name_of(x.labels[i]), " is repeated in operand ", operand, ", of shape ", x.tensor.sizes(),
             ", but the sizes ", x.tensor.size(first), " and ", x.tensor.size(second), " differ");
      }
      // The diagonal comes out as the last dimension.
      Dims order;
      const int rank = x.tensor.dim() - 1;
      for (int d = 0; d < rank - 1; ++d) order.push_back(d);
      order.insert(static_cast<int>(i), rank - 1);
      x.tensor = permute(diagonal(x.tensor, 0, first, second), order);
      x.labels.erase(x.labels.begin() + second);
    }
  }
  return x;
}

Named sum_out(Named x, const Labels& labels) {
  Dims dims;
  Labels kept;
  for (const Label label : x.labels) {
    if (has(labels, label)) {
      dims.push_back(x.dim_of(label));
    } else {
      kept.push_back(label);
    }
  }
  if (!dims.empty()) x.tensor = sum(x.tensor, dims);
  x.labels = kept;
  return x;
}

Tensor in_order(const Named& x, const Labels& order) {
  if (order == x.labels) return x.tensor;
  Dims dims;
  for (const Label label : order) dims.push_back(x.dim_of(label));
  return permute(x.tensor, dims);
}

Labels joined(const Labels& a, const Labels& b, const Labels& c = {}) {
  Labels result = a;
  result.insert(result.end(), b.begin(), b.end());
  result.insert(result.end(), c.begin(), c.end());
  return result;
}

// The product of a and b, summed over the labels that are not in `needed`.
Named contract(Named a, Named b, const Labels& needed) {
  // A size of 1 broadcasts: the other operand's is the label's.
  Labels batch, contracted, only_a, only_b, lone_a, lone_b;
  const auto drop_ones = [](Named& x, const Named& other) {
    Dims dims;
    Labels kept;
    for (const Label label : x.labels) {
      if (has(other.labels, label) && x.size_of(label) == 1 && other.size_of(label) != 1) {
        dims.push_back(x.dim_of(label));
      } else {
        kept.push_back(label);
      }
    }
    if (!dims.empty()) x.tensor = squeeze(x.tensor, dims);
    x.labels = kept;
  };
  drop_ones(a, b);
  drop_ones(b, a);
  for (const Label label : a.labels) {
    const bool both = has(b.labels, label), wanted = has(needed, label);
    (both ? (wanted ? batch : contracted) : (wanted ? only_a : lone_a)).push_back(label);
  }
  for (const Label label : b.labels) {
    if (!has(a.labels, label)) (has(needed, label) ? only_b : lone_b).push_back(label);
  }
  a = sum_out(std::move(a), lone_a);
  b = sum_out(std::move(b), lone_b);

  const auto sizes_of = [](const Named& x, const Labels& labels) {
    Dims sizes;
    for (const Label label : labels) sizes.push_back(x.size_of(label));
    return sizes;
  };
  const Dims batch_sizes = sizes_of(a, batch), a_sizes = sizes_of(a, only_a), b_sizes = sizes_of(b, only_b);
  const Labels labels = joined(batch, only_a, only_b);
  Dims sizes = batch_sizes;
  for (const std::int64_t size : a_sizes) sizes.push_back(size);
  for (const std::int64_t size : b_sizes) sizes.push_back(size);
  const Tensor left = in_order(a, joined(batch, only_a, contracted));
  if (contracted.empty()) {
    Dims spread = left.sizes();
    for (int d = 0; d < b_sizes.size(); ++d) spread.push_back(1);
    const Tensor right = in_order(b, joined(batch, only_b));
    Dims right_spread = right.sizes();
    for (int d = 0; d < a_sizes.size(); ++d) right_spread.insert(batch_sizes.size(), 1);
    return {reshape(left, spread) * reshape(right, right_spread), labels};
  }
  const Tensor right = in_order(b, joined(batch, contracted, only_b));
  const std::int64_t count = numel_of(batch_sizes), m = numel_of(a_sizes), n = numel_of(b_sizes);
  const std::int64_t k = numel_of(sizes_of(a, contracted));
  return {reshape(matmul(reshape(left, {count, m, k}), reshape(right, {count, k, n})), sizes), labels};
}

// The labels of each operand, checked against its shape, and of the output.
struct Plan {
  std::vector<Named> operands;
  Labels output;
};

Plan plan(std::string_view text, const std::vector<Tensor>& tensors) {
  const Equation equation = parse(text);
  if (equation.inputs.size() != tensors.size()) {
    fail("einsum: ", in_quotes(text), " names ", equation.inputs.size(), " operands, but ", tensors.size(),
         " were given");
  }
  int broadcast = 0;  // dimensions that the longest ellipsis stands for
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Term& term = equation.inputs[i];
    const int spare = impl_of(tensors[i], "einsum").sizes.size() - static_cast<int>(term.letters());
    if (spare < 0 || (spare > 0 && !term.ellipsis)) {
      fail("einsum: ", in_quotes(text), " names ", term.letters(), " dimensions of operand ", i, ", whose shape is ",
           tensors[i].sizes());
    }
    broadcast = std::max(broadcast, spare);
    if (tensors[i].dtype() != tensors[0].dtype()) {
      fail("einsum: operand ", i, " is ", tensors[i].dtype(), " and operand 0 ", tensors[0].dtype(),
           "; they must be the same");
    }
  }
  Plan result;
  std::map<Label, int> uses;
  std::map<Label, std::int64_t> sizes;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Term& term = equation.inputs[i];
    Labels labels = term.labels(tensors[i].dim() - static_cast<int>(term.letters()), broadcast);
    for (const Label label : labels) ++uses[label];
    result.operands.push_back(without_repeats({tensors[i], std::move(labels)}, i));
    for (const Label label : result.operands[i].labels) {
      const std::int64_t size = result.operands[i].size_of(label);
      std::int64_t& known = sizes.emplace(label, size).first->second;
      if (size != known && size != 1 && known != 1) {
        fail("einsum: ", name_of(label), " has size ", size, " in operand ", i, ", of shape ", tensors[i].sizes(),
             ", but ", known, " before");
      }
      if (known == 1) known = size;
    }
  }
  if (!equation.output) {
    for (const auto& [label, count] : uses) {
      if (label < kMaxRank || count == 1) result.output.push_back(label);
    }
    return result;
  }
  result.output = equation.output->labels(equation.output->ellipsis ? broadcast : 0, broadcast);
  for (const Label label : result.output) {
    if (!uses.contains(label))
      fail("einsum: ", name_of(label), " of the output of ", in_quotes(text), " names no input");
    if (std::count(result.output.begin(), result.output.end(), label) > 1) {
      fail("einsum: ", name_of(label), " is repeated in the output of ", in_quotes(text));
    }
  }
  return result;
}

}  // namespace

Tensor einsum(std::string_view equation, const std::vector<Tensor>& operands) {
  const Plan named = plan(equation, operands);
  Named result = named.operands[0];
  for (std::size_t i = 1; i < operands.size(); ++i) {
    Labels needed = named.output;
    for (std::size_t later = i + 1; later < operands.size(); ++later) {
      needed = joined(needed, named.operands[later].labels);
    }
    result = contract(std::move(result), named.operands[i], needed);
  }
  Labels summed;
  for (const Label label : result.labels) {
    if (!has(named.output, label)) summed.push_back(label);
  }
  return in_order(sum_out(std::move(result), summed), named.output);
}

}  // namespace descent
