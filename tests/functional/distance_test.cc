// Distances of vectors against PyTorch's: tests/golden/distance.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family distances() {
  return {.stem = "distance",
          .expressions =
              {
                  DESCENT_EXPRESSION("F.normalize(a)", normalize(a)),
                  DESCENT_EXPRESSION("F.normalize(a, p=1.0)", normalize(a, 1)),
                  DESCENT_EXPRESSION("F.normalize(a, dim=0)", normalize(a, 2, 0)),
                  DESCENT_EXPRESSION("F.normalize(a, dim=-1)", normalize(a, 2, -1)),
                  DESCENT_EXPRESSION("F.normalize(a, eps=2.5)", normalize(a, 2, 1, 2.5)),
                  DESCENT_EXPRESSION("F.normalize(a.t())", normalize(a.t())),
                  DESCENT_EXPRESSION("F.cosine_similarity(a, b)", cosine_similarity(a, b)),
                  DESCENT_EXPRESSION("F.cosine_similarity(a, b, dim=0)", cosine_similarity(a, b, 0)),
                  DESCENT_EXPRESSION("F.cosine_similarity(a, b, dim=-1)", cosine_similarity(a, b, -1)),
                  DESCENT_EXPRESSION("F.cosine_similarity(a, b, eps=2.5)", cosine_similarity(a, b, 1, 2.5)),
                  DESCENT_EXPRESSION("F.pairwise_distance(a, b)", pairwise_distance(a, b)),
                  DESCENT_EXPRESSION("F.pairwise_distance(a, b, p=1.0)", pairwise_distance(a, b, 1)),
                  DESCENT_EXPRESSION("F.pairwise_distance(a, b, eps=0.1)", pairwise_distance(a, b, 2, 0.1)),
                  DESCENT_EXPRESSION("F.pairwise_distance(a, b, keepdim=True)", pairwise_distance(a, b, 2, 1e-6, true)),
              },
          // PyTorch differentiates as if the length counted where eps has taken its place.
          .without_gradient = {"cosine_similarity_short"}};
}

}  // namespace

TEST_CASE("distances are what PyTorch gives") { golden::check_golden(distances()); }

TEST_CASE("distances, of inputs of any kind") { golden::check_golden_with_any_inputs(distances()); }

TEST_CASE("distances, compiled") {
  CHECK(golden::check_golden_compiled(distances(), {.native = false}).empty());
  CHECK(golden::check_golden_native(distances()).empty());
  CHECK(golden::check_golden_exported(distances()).empty());
}

TEST_CASE("gradients of distances") {
  using gradients::spread;
  gradients::check("normalize", [](const auto& in) { return normalize(in[0], 2, -1); }, {spread({3, 4})});
  gradients::check("cosine_similarity", [](const auto& in) { return cosine_similarity(in[0], in[1]); },
                   {spread({3, 4}), spread({4}, -2, 2, 0.7)});
  gradients::check("pairwise_distance", [](const auto& in) { return pairwise_distance(in[0], in[1], 3); },
                   {spread({3, 4}), spread({3, 4}, -2, 2, 0.7)});
}

TEST_CASE("errors of distances are in their names") {
  DESCENT_OF_ONE(normalize);
  DESCENT_OF_TWO(cosine_similarity);
  DESCENT_OF_TWO(pairwise_distance);
  check_names_of_two("cosine_similarity", [](const Tensor& a, const Tensor& b) { nn::CosineSimilarity()(a, b); });
}

}  // namespace descent
