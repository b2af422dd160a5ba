// The gradients of reductions, products, views, joins and indexing against difference quotients. Most of these are
// linear, so their square is checked: its second order passes through the gradient of the gradient.
#include <limits>

#include "ops/gradients.h"

namespace descent::gradients {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// [2, 3, 4] in every layout whose elements all differ.
std::vector<Tensor> cubes(double low = 0.3, double high = 2) {
  return {spread({2, 3, 4}, low, high), spread({4, 3, 2}, low, high).transpose(0, 2),
          spread({3, 4, 2}, low, high).permute({2, 0, 1}), spread({2, 3, 9}, low, high).slice(2, 1, 9, 2)};
}

using Along = std::pair<const char*, Tensor (*)(const Tensor&, std::int64_t)>;
const Along functions_along[] = {
    {"prod", [](const Tensor& x, std::int64_t dim) { return prod(x, dim); }},
    {"cumsum", cumsum},
    {"cumprod", cumprod},
    {"softmax", softmax},
    {"log_softmax", log_softmax},
    {"max", [](const Tensor& x, std::int64_t dim) { return max(x, dim).values; }},
    {"min", [](const Tensor& x, std::int64_t dim) { return min(x, dim, true).values; }},
    {"sort", [](const Tensor& x, std::int64_t dim) { return sort(x, dim).values; }},
    {"sort, descending", [](const Tensor& x, std::int64_t dim) { return sort(x, dim, true).values; }},
    {"topk", [](const Tensor& x, std::int64_t dim) { return topk(x, 2, dim).values; }},
    {"topk, smallest", [](const Tensor& x, std::int64_t dim) { return topk(x, 1, dim, false).values; }},
    {"flip", [](const Tensor& x, std::int64_t dim) { return flip(x, dim); }},
    {"roll", [](const Tensor& x, std::int64_t dim) { return roll(x, 1, dim); }},
    {"cat",
     [](const Tensor& x, std::int64_t dim) {
       return cat({x, square(x), x}, dim);
     }},
    {"stack",
     [](const Tensor& x, std::int64_t dim) {
       return stack({x, square(x), x}, dim);
     }},
    {"split", [](const Tensor& x, std::int64_t dim) { return split(x, 1, dim)[1]; }},
    {"chunk", [](const Tensor& x, std::int64_t dim) { return chunk(x, 2, dim)[0]; }},
    {"select", [](const Tensor& x, std::int64_t dim) { return select(x, dim, -1); }},
    {"slice", [](const Tensor& x, std::int64_t dim) { return slice(x, dim, 0, 99, 2); }},
    {"narrow", [](const Tensor& x, std::int64_t dim) { return narrow(x, dim, 1, 1); }},
    {"unsqueeze", unsqueeze},
};

}  // namespace

TEST_CASE("gradients of reductions over any dimensions") {
  struct ReductionCase {
    const char* name;
    Tensor (*f)(const Tensor&, const Dims&, bool);
    bool has_kinks;  // at equal elements, or nothing to say of one
  };
  const ReductionCase reductions[] = {
      {"sum", [](const Tensor& x, const Dims& dims, bool keep) { return sum(x, dims, keep); }, false},
      {"mean", [](const Tensor& x, const Dims& dims, bool keep) { return mean(x, dims, keep); }, false},
      {"var", [](const Tensor& x, const Dims& dims, bool keep) { return var(x, dims, 1, keep); }, true},
      {"var, correction 0.5", [](const Tensor& x, const Dims& dims, bool keep) { return var(x, dims, 0.5, keep); },
       true},
      {"std", [](const Tensor& x, const Dims& dims, bool keep) { return standard_deviation(x, dims, 1, keep); }, true},
      {"logsumexp", logsumexp, false},
      {"amax", [](const Tensor& x, const Dims& dims, bool keep) { return amax(x, dims, keep); }, true},
      {"amin", [](const Tensor& x, const Dims& dims, bool keep) { return amin(x, dims, keep); }, true},
      {"norm 2", [](const Tensor& x, const Dims& dims, bool keep) { return norm(x, 2, dims, keep); }, false},
      {"norm 1", [](const Tensor& x, const Dims& dims, bool keep) { return norm(x, 1, dims, keep); }, false},
      {"norm 3", [](const Tensor& x, const Dims& dims, bool keep) { return norm(x, 3, dims, keep); }, false},
      {"norm 1.5", [](const Tensor& x, const Dims& dims, bool keep) { return norm(x, 1.5, dims, keep); }, false},
      {"norm inf", [](const Tensor& x, const Dims& dims, bool keep) { return norm(x, kInfinity, dims, keep); }, true},
      {"norm 0", [](const Tensor& x, const Dims& dims, bool keep) { return norm(x, 0, dims, keep); }, false},
  };
  for (const ReductionCase& r : reductions) {
    for (const auto& [dims, keep] : std::vector<std::pair<Dims, bool>>{
             {{}, false}, {0, false}, {1, true}, {-1, false}, {{0, 2}, false}, {{2, 1}, true}}) {
      const Function f = [&r, dims = dims, keep = keep](const std::vector<Tensor>& in) {
        return r.f(in[0], dims, keep);
      };
      for (const Tensor& x : cubes()) check_square(r.name, f, {x});
      if (!r.has_kinks) check_square(r.name, f, {spread({2, 1, 4}, 0.3, 2).expand({2, 3, 4})});
    }
    const Function last = [&r](const std::vector<Tensor>& in) { return r.f(in[0], -1, false); };
    check_square(r.name, last, {spread({0, 3}, 0.3, 2)});
    if (!r.has_kinks) check_square(r.name, last, {spread({}, 0.3, 2)});
  }
  using Whole = Tensor (*)(const Tensor&);
  for (const Whole f : std::initializer_list<Whole>{sum, mean, prod, max, min}) {
    const Function whole = [f](const std::vector<Tensor>& in) { return f(in[0]); };
    for (const Tensor& x : cubes()) check_square("over all", whole, {x});
    check_square("over all of a zero-dim tensor", whole, {spread({})});
  }
  for (const Whole f : std::initializer_list<Whole>{sum, prod}) {
    check_square("over nothing", [f](const std::vector<Tensor>& in) { return f(in[0]); }, {spread({0, 3})});
  }
}

TEST_CASE("gradients of functions along one dimension") {
  for (const auto& [name, f] : functions_along) {
    for (const std::int64_t dim : {0, 1, 2, -1}) {
      const Function along = [f = f, dim](const std::vector<Tensor>& in) { return f(in[0], dim); };
      for (const Tensor& x : cubes()) check_square(name, along, {x});
    }
    check_square(name, [f = f](const std::vector<Tensor>& in) { return f(in[0], 1); }, {spread({0, 3})});
  }
  for (Tensor (*f)(const Tensor&, std::int64_t) : {cumsum, cumprod, softmax, log_softmax}) {
    const Function along = [f](const std::vector<Tensor>& in) { return f(in[0], -1); };
    check_square("zero-dim", along, {spread({})});
    check_square("one element", along, {spread({3, 1})});
    check_square("no element", along, {spread({3, 0})});
    check_square("expanded", along, {spread({3, 1}).expand({3, 4})});
  }
}

TEST_CASE("gradients of products of zeros") {
  const Tensor x = tensor({{2, 3, 4}, {2, 0, 4}, {0, 3, 0}, {0, 0, 0}}, {.dtype = float64});
  for (const std::int64_t dim : {0, 1}) {
    check_square("prod", [dim](const std::vector<Tensor>& in) { return prod(in[0], dim); }, {x});
    check("prod", [dim](const std::vector<Tensor>& in) { return prod(in[0], dim, true); }, {x});
    check("cumprod", [dim](const std::vector<Tensor>& in) { return cumprod(in[0], dim); }, {x});
  }
}

TEST_CASE("gradients of matrix products") {
  const Function product = [](const std::vector<Tensor>& in) { return matmul(in[0], in[1]); };
  const std::pair<Dims, Dims> shapes[] = {{{3}, {3}},
                                          {{3}, {3, 2}},
                                          {{2, 3}, {3}},
                                          {{2, 3}, {3, 2}},
                                          {{3}, {2, 3, 2}},
                                          {{2, 2, 3}, {3}},
                                          {{2, 3}, {2, 3, 2}},
                                          {{2, 2, 3}, {3, 2}},
                                          {{2, 2, 3}, {2, 3, 2}},
                                          {{1, 2, 3}, {2, 3, 2}},
                                          {{2, 2, 3}, {1, 3, 2}},
                                          {{2, 1, 2, 3}, {1, 2, 3, 2}},
                                          {{2, 0}, {0, 3}},
                                          {{0, 3}, {3, 2}},
                                          {{0, 2, 3}, {3, 2}},
                                          {{2, 3, 0}, {0, 4}},
                                          {{2, 3, 0}, {0}},
                                          {{2, 2, 1, 3}, {2, 3, 2}}};
  for (const auto& [a, b] : shapes) check_square("matmul", product, {spread(a), spread(b, -2, 2, 0.17)});
  const Tensor square_matrix = spread({3, 3});
  for (const Tensor& a : {spread({3, 2}).t(), spread({2, 6}).slice(1, 0, 6, 2), spread({1, 3}).expand({2, 3}),
                          spread({2, 1}).expand({2, 3}), spread({3, 2, 2}).permute({2, 1, 0})}) {
    check_square("matmul, left in a layout", product, {a, square_matrix});
    check_square("matmul, right in a layout", product, {square_matrix, a.transpose(-1, -2)});
  }
  check_square("matmul, both the same", [](const std::vector<Tensor>& in) { return matmul(in[0], in[0]); },
               {square_matrix});
  check_square("matmul, with its own transpose", [](const std::vector<Tensor>& in) { return matmul(in[0], in[0].t()); },
               {spread({2, 3})});
  const Function affine = [](const std::vector<Tensor>& in) {
    return linear(in[0], in[1], in.size() > 2 ? in[2] : Tensor());
  };
  for (const Dims& shape : {Dims{4}, Dims{3, 4}, Dims{2, 3, 4}, Dims{0, 4}}) {
    check_square("linear", affine, {spread(shape), spread({2, 4}, -1, 1, 0.17), spread({2})});
    check_square("linear, no bias", affine, {spread(shape), spread({2, 4}, -1, 1, 0.17)});
  }
}

TEST_CASE("gradients of sums of products") {
  const std::pair<const char*, std::vector<Dims>> equations[] = {{"ij,jk->ik", {{2, 3}, {3, 2}}},
                                                                 {"bij,bjk->bik", {{2, 2, 3}, {2, 3, 2}}},
                                                                 {"i,i->", {{3}, {3}}},
                                                                 {"i,j->ij", {{2}, {3}}},
                                                                 {"ii->", {{3, 3}}},
                                                                 {"bii->bi", {{2, 2, 2}}},
                                                                 {"ij->j", {{2, 3}}},
                                                                 {"ij->ji", {{2, 3}}},
                                                                 {"ij,ij->ij", {{2, 3}, {2, 3}}},
                                                                 {"ij,ii->j", {{3, 2}, {3, 3}}},
                                                                 {"...ij,jk", {{2, 2, 3}, {3, 2}}},
                                                                 {"ij,jk->ik", {{2, 3}, {1, 2}}},
                                                                 {"ij,jk,kl->il", {{2, 3}, {3, 2}, {2, 2}}},
                                                                 {"ij,jk->ik", {{2, 0}, {0, 2}}}};
  for (const auto& [equation, shapes] : equations) {
    std::vector<Tensor> inputs;
    for (const Dims& shape : shapes)
      inputs.push_back(spread(shape, -1, 1, 0.1 + 0.23 * static_cast<double>(inputs.size())));
    check_square(
        equation, [equation = equation](const std::vector<Tensor>& in) { return einsum(equation, in); }, inputs);
  }
  check_square("twice the same",
               [](const std::vector<Tensor>& in) {
                 return einsum("ij,kj->ik", {in[0], in[0]});
               },
               {spread({2, 3})});
}

TEST_CASE("gradients of views, joins and moves") {
  const std::pair<const char*, Tensor (*)(const Tensor&)> functions[] = {
      {"reshape",
       [](const Tensor& x) {
         return reshape(x, {4, -1});
       }},
      {"flatten", [](const Tensor& x) { return flatten(x, 1); }},
      {"transpose", [](const Tensor& x) { return transpose(x, 0, -1); }},
      {"permute",
       [](const Tensor& x) {
         return permute(x, {2, 0, 1});
       }},
      {"expand",
       [](const Tensor& x) {
         return expand(x(Slice(0, 1)), {2, 2, 3, 4});
       }},
      {"squeeze", [](const Tensor& x) { return squeeze(x(Ellipsis, Slice(1, 2))); }},
      {"squeeze, one", [](const Tensor& x) { return squeeze(x(Slice(0, 1), Ellipsis, Slice(1, 2)), 0); }},
      {"diagonal", [](const Tensor& x) { return diagonal(x); }},
      {"diagonal, offset", [](const Tensor& x) { return diagonal(x, -1, 2, 1); }},
      {"diagonal, none", [](const Tensor& x) { return diagonal(x, 9); }},
      {"split, sizes",
       [](const Tensor& x) {
         return split(x, {1, 0, 3}, 2)[2];
       }},
      {"repeat",
       [](const Tensor& x) {
         return repeat(x, {2, 1, 2, 1});
       }},
      {"roll, flat", [](const Tensor& x) { return roll(x, 5); }},
      {"roll, two",
       [](const Tensor& x) {
         return roll(x, {1, -2}, {0, 2});
       }},
      {"flip, two",
       [](const Tensor& x) {
         return flip(x, {0, -1});
       }},
      {"tril", [](const Tensor& x) { return tril(x); }},
      {"triu", [](const Tensor& x) { return triu(x, 1); }},
      {"index", [](const Tensor& x) { return x[1]; }},
      {"index, last", [](const Tensor& x) { return x(-1, -2); }},
      {"index, step", [](const Tensor& x) { return x(Ellipsis, Slice(0, Slice::kEnd, 2)); }},
      {"index, new axis", [](const Tensor& x) { return x(Slice(), NewAxis, 1); }},
      {"index, positions",
       [](const Tensor& x) {
         return x(tensor({1, 0, 1, -1}));
       }},
      {"index, pairs",
       [](const Tensor& x) {
         return x(tensor({1, 0, 1}), tensor({0, 2, 0}));
       }},
      {"index, apart",
       [](const Tensor& x) {
         return x(tensor({1, 0}), Slice(), tensor({3, 3}));
       }},
      {"index, mask", [](const Tensor& x) { return x(x.detach() > 1); }},
      {"index, mask of rows",
       [](const Tensor& x) {
         return x(Slice(), tensor({true, false, true}));
       }},
      {"masked_select", [](const Tensor& x) { return masked_select(x, x.detach() > 1); }},
      {"masked_fill", [](const Tensor& x) { return masked_fill(x, x.detach() > 1, -1.5); }},
      {"overlapping views", [](const Tensor& x) { return x(Ellipsis, Slice(0, 3)) * x(Ellipsis, Slice(1, 4)); }},
      {"a view of a view", [](const Tensor& x) { return x.transpose(0, 1)[1].slice(1, 0, 4, 3).t(); }},
  };
  for (const auto& [name, f] : functions) {
    for (const Tensor& x : cubes())
      check_square(name, [f = f](const std::vector<Tensor>& in) { return f(in[0]); }, {x});
    check_square(name, [f = f](const std::vector<Tensor>& in) { return f(in[0]); },
                 {spread({2, 1, 4}, 0.3, 2).expand({2, 3, 4})});
  }
  check_square("cat", [](const std::vector<Tensor>& in) { return cat(in, 1); },
               {spread({2, 1}), spread({2, 0}), spread({3, 2}).t()});
  check_square("stack", [](const std::vector<Tensor>& in) { return stack(in, -1); }, {spread({}), spread({}, 0, 1)});
  check_square("expand from a zero-dim tensor",
               [](const std::vector<Tensor>& in) {
                 return in[0].expand({2, 2});
               },
               {spread({})});
  check_square("reshape of nothing",
               [](const std::vector<Tensor>& in) {
                 return in[0].reshape({3, 0});
               },
               {spread({0, 4})});
}

TEST_CASE("gradients of the gradients of views") {
  const std::pair<const char*, Tensor (*)(const Tensor&)> functions[] = {
      {"slice", [](const Tensor& x) { return slice(x, 1, 0, 3, 2); }},
      {"diagonal", [](const Tensor& x) { return diagonal(x, 1); }},
  };
  for (const auto& [name, f] : functions) {
    const Function slope = [f = f](const std::vector<Tensor>& in) {
      const Tensor x = in[0].requires_grad() ? in[0] : in[0].detach().requires_grad_();
      return grad({sum(pow(f(x), 3))}, {x}, {}, {.create_graph = true})[0];
    };
    check_square(name, slope, {spread({2, 3}, 0.5, 1)});
  }
}

TEST_CASE("gradients of indexing by positions") {
  const Tensor index = tensor({{0, 2, 1}, {1, 1, 2}});
  const Function gather_columns = [index](const std::vector<Tensor>& in) { return gather(in[0], 1, index); };
  const Function gather_rows = [](const std::vector<Tensor>& in) { return gather(in[0], 0, tensor({{1, 1}, {0, 1}})); };
  const Function scatter = [index](const std::vector<Tensor>& in) { return scatter_add(in[0], -1, index, in[1]); };
  const Function select_rows = [](const std::vector<Tensor>& in) {
    return index_select(in[0], 0, tensor({1, 0, 1, 1}));
  };
  const Function add_rows = [](const std::vector<Tensor>& in) { return index_add(in[0], 0, tensor({1, 0, 1}), in[1]); };
  for (const Tensor& x : {spread({2, 3}), spread({3, 2}).t(), spread({2, 6}).slice(1, 0, 6, 2),
                          spread({1, 3}).expand({2, 3}), spread({2, 1}).expand({2, 3})}) {
    check_square("gather", gather_columns, {x});
    check_square("gather, smaller", gather_rows, {x});
    check_square("scatter_add", scatter, {x, spread({2, 3}, -2, 2, 0.17)});
    check_square("scatter_add", scatter, {spread({2, 4}), x});
    check_square("index_select", select_rows, {x});
    check_square("index_add", add_rows, {x, spread({3, 3}, -2, 2, 0.17)});
    check_square("index_add", add_rows, {spread({4, 3}), cat({x.clone(), x[0].unsqueeze(0)})});
  }
  check_square("gather, nothing",
               [](const std::vector<Tensor>& in) { return gather(in[0], 0, zeros({0}, {.dtype = int64})); },
               {spread({3})});
  check_square("index_select, nothing",
               [](const std::vector<Tensor>& in) { return index_select(in[0], 0, zeros({0}, {.dtype = int64})); },
               {spread({3, 2})});
  check_square("masked_fill by a tensor",
               [](const std::vector<Tensor>& in) {
                 return masked_fill(in[0], tensor({true, false, true}), in[1]);
               },
               {spread({2, 3}), spread({})});
  check_square("masked_select, broadcast",
               [](const std::vector<Tensor>& in) {
                 return masked_select(in[0], tensor({true, false, true}));
               },
               {spread({2, 3})});
}

}  // namespace descent::gradients
