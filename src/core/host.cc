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

bool answer_to(const Question& question) {
  const auto number = value_of<double>(impl_of(question.number, "ask"));
  switch (question.kind) {
    case Question::Kind::is_nonzero:
      return number != 0;
    case Question::Kind::is_multiple:
      return std::fmod(number + static_cast<double>(question.ahead), static_cast<double>(question.divisor)) == 0;
    case Question::Kind::at_least:
      return number >= static_cast<double>(question.divisor);
  }
  __builtin_unreachable();
}

}  // namespace

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
  const bool answer = answer_to(question);
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
