#include "core/host.h"

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
  const bool answer = answer_to(question.kind, number.dtype, number.data, question.other, question.ahead);
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
