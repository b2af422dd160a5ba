// Where the host reads elements, writes them, and lets what it does hang on them. Nothing else looks at elements, but
// for ops while they compute: what a step does apart from its ops can be seen here, and refused.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/tensor_impl.h"

namespace descent {

/// The elements of `tensor`, to be read; `what` is the function that its user called.
const TensorImpl& host_read(const Tensor& tensor, const char* what);

/// Tells that elements of `tensor` are written by the host: those of a new tensor, or an option that the user changed.
void host_wrote(const Tensor& tensor);

/// A number that is a `dtype` and lies at `data`, as a T; whether the host may read it is asked elsewhere.
template <class T>
T value_at(DType dtype, const std::byte* data) {
  return dispatch(dtype, [&](auto zero) { return static_cast<T>(*reinterpret_cast<const decltype(zero)*>(data)); });
}
/// The first element.
template <class T>
T value_of(const TensorImpl& number) {
  return value_at<T>(number.dtype, number.data);
}

/// The value of `number`, which came from C++ (TensorImpl::is_number) and was on the host all along; that of any other
/// tensor of one element is read.
double constant(const Tensor& number, const char* what);
std::int64_t integer_constant(const Tensor& number, const char* what);

/// A question about a number (a tensor of one element, on whose storage what is to be done hangs).
struct Question {
  enum class Kind : std::uint8_t {
    equals,       // `other`
    at_least,     // `other`
    is_multiple,  // of `other`, with `ahead` added to it
  };
  const Tensor& number;
  Kind kind;
  double other = 0;
  std::int64_t ahead = 0;
};

/// The answer about a number that is a `dtype` and lies at `data`.
inline bool answer_to(Question::Kind kind, DType dtype, const std::byte* data, double other, std::int64_t ahead) {
  // Options and counts are float64, and there are many: no dispatch for them.
  const double number =
      dtype == DType::float64 ? *reinterpret_cast<const double*>(data) : value_at<double>(dtype, data);
  switch (kind) {
    case Question::Kind::equals:
      return number == other;
    case Question::Kind::at_least:
      return number >= other;
    case Question::Kind::is_multiple:
      return std::fmod(number + static_cast<double>(ahead), other) == 0;
  }
  __builtin_unreachable();
}

/// The answer. In a step, every branch that hangs on an option or a count asks here, at its beginning, while the number
/// is what it was before the step: who repeats the step later can ask again.
bool ask(const Question& question);

/// The same where the answer is at hand.
void answered(const Question& question, bool answer);

/// Whether an option or a count is not 0.
inline bool is_nonzero(const Tensor& number) { return !ask({number, Question::Kind::equals, 0}); }
/// Whether a count is a multiple of `period`, or will be once it has gone on by `ahead`.
inline bool is_multiple(const Tensor& count, std::int64_t period, std::int64_t ahead = 0) {
  return ask({count, Question::Kind::is_multiple, static_cast<double>(period), ahead});
}
/// Whether a count is `bound` or more.
inline bool is_at_least(const Tensor& count, std::int64_t bound) {
  return ask({count, Question::Kind::at_least, static_cast<double>(bound)});
}

}  // namespace descent
