#include "descent/nn/padding.h"

namespace descent::nn::detail {
namespace {

struct Kind {
  const char* name;
  PadMode mode;
};

Kind kind_of(Padding kind) {
  switch (kind) {
    case Padding::Constant:
      return {"ConstantPad", PadMode::constant};
    case Padding::Zero:
      return {"ZeroPad", PadMode::constant};
    case Padding::Reflection:
      return {"ReflectionPad", PadMode::reflect};
    case Padding::Replication:
      return {"ReplicationPad", PadMode::replicate};
    case Padding::Circular:
      return {"CircularPad", PadMode::circular};
  }
  __builtin_unreachable();
}

}  // namespace

std::string name_of_padding(Padding kind, int rank) { return concat(kind_of(kind).name, rank, "d"); }

Dims padding_of_layer(Padding kind, int rank, const Dims& padding) {
  if (padding.size() == 1) return Dims::filled(2 * rank, padding[0]);
  if (padding.size() == 2 * rank) return padding;
  fail(name_of_padding(kind, rank), ": padding ", padding, " must be one number, or ", 2 * rank);
}

Tensor pad_in_layer(Padding kind, int rank, const Tensor& x, const Dims& padding, double value) try {
  return pad(x, padding, {.mode = kind_of(kind).mode, .value = value});
} catch (const Error& error) {
  fail_as(name_of_padding(kind, rank), error);
}

}  // namespace descent::nn::detail
