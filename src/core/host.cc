#include "core/host.h"

#include <cmath>

namespace descent {

const TensorImpl& host_read(const Tensor& tensor, const char* what) { return impl_of(tensor, what); }

void host_wrote(const Tensor&) {}

bool ask(const Question& question) {
  const TensorImpl& impl = impl_of(question.number, "ask");
  return dispatch(impl.dtype, [&](auto zero) {
    const auto number = static_cast<double>(*reinterpret_cast<const decltype(zero)*>(impl.data));
    const auto divisor = static_cast<double>(question.divisor);
    switch (question.kind) {
      case Question::Kind::is_nonzero:
        return number != 0;
      case Question::Kind::is_multiple:
        return std::fmod(number + static_cast<double>(question.ahead), divisor) == 0;
      case Question::Kind::at_least:
        return number >= divisor;
    }
    __builtin_unreachable();
  });
}

}  // namespace descent
