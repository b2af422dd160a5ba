#include "core/host.h"

#include <cmath>

#include "core/observer.h"

namespace descent {
namespace {

template <class T>
T constant_of(const Tensor& number, const char* what) {
  const TensorImpl& impl = impl_of(number, what);
  if (impl.numel != 1) fail(what, ": wants a number, not a tensor of shape ", impl.sizes);
  return value_of<T>(impl.is_number ? impl : host_read(number, what));
}

}  // namespace

bool answer_to(Question::Kind kind, DType dtype, const std::byte* at, std::int64_t divisor, std::int64_t ahead) {
  const double number =
      dispatch(dtype, [&](auto zero) { return static_cast<double>(*reinterpret_cast<const decltype(zero)*>(at)); });
  switch (kind) {
    case Question::Kind::is_nonzero:
      return number != 0;
    case Question::Kind::is_multiple:
      return std::fmod(number + static_cast<double>(ahead), static_cast<double>(divisor)) == 0;
    case Question::Kind::at_least:
      return number >= static_cast<double>(divisor);
  }
  __builtin_unreachable();
}

const TensorImpl& host_read(const Tensor& tensor, const char* what) {
  const TensorImpl& impl = impl_of(tensor, what);
  if (apply_mode.observer) [[unlikely]]
    apply_mode.observer->read(tensor, what);
  return impl;
}

void host_wrote(const Tensor& tensor) {
  if (apply_mode.observer) [[unlikely]]
    apply_mode.observer->wrote(tensor);
}

bool ask(const Question& question) {
  const TensorImpl& number = impl_of(question.number, "ask");
  const bool answer = answer_to(question.kind, number.dtype, number.data, question.divisor, question.ahead);
  answered(question, answer);
  return answer;
}

void answered(const Question& question, bool answer) {
  if (apply_mode.observer) [[unlikely]]
    apply_mode.observer->asked(question, answer);
}

double constant(const Tensor& number, const char* what) { return constant_of<double>(number, what); }
std::int64_t integer_constant(const Tensor& number, const char* what) {
  return constant_of<std::int64_t>(number, what);
}

}  // namespace descent
