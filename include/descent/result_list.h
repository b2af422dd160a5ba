// The results of functions of tensors, as lists.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {
namespace detail {

/// A function's result (a Tensor, a std::vector, std::array, std::pair or std::tuple of Tensors) as a list of tensors,
/// and back.
template <class Result>
struct ResultList;
template <>
struct ResultList<Tensor> {
  static std::vector<Tensor> list(Tensor result) { return {std::move(result)}; }
  static Tensor result(std::vector<Tensor>&& list) { return std::move(list[0]); }
};
template <>
struct ResultList<std::vector<Tensor>> {
  static std::vector<Tensor> list(std::vector<Tensor> result) { return result; }
  static std::vector<Tensor> result(std::vector<Tensor>&& list) { return std::move(list); }
};
template <class Tuple>
requires requires { std::tuple_size<Tuple>::value; }
struct ResultList<Tuple> {
  static std::vector<Tensor> list(const Tuple& result) {
    return std::apply([](const auto&... tensors) { return std::vector<Tensor>{tensors...}; }, result);
  }
  static Tuple result(std::vector<Tensor>&& list) {
    return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) { return Tuple{std::move(list[kIndex])...}; }
    (std::make_index_sequence<std::tuple_size_v<Tuple>>());
  }
};

}  // namespace detail
}  // namespace descent
