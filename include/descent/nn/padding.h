// Padding as layers. See functional/padding.h for what each does.
#pragma once

#include <cstdint>
#include <string>

#include "descent/functional/padding.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// What a layer that pads is called, before Pad.
enum class Padding : std::uint8_t { Constant, Zero, Reflection, Replication, Circular };

namespace detail {

/// `padding`, two numbers for each of the last `rank` dimensions, or one number that stands for all.
Dims padding_of_layer(Padding kind, int rank, const Dims& padding);
std::string name_of_padding(Padding kind, int rank);
Tensor pad_in_layer(Padding kind, int rank, const Tensor& x, const Dims& padding, double value);

}  // namespace detail

/// Pads the last `rank` dimensions, each by as much at both ends, or by padding as `pad` has it: the last dimension
/// first.
template <Padding kind, int rank>
class PaddingLayer final : public Module<PaddingLayer<kind, rank>> {
 public:
  explicit PaddingLayer(const Dims& padding_) requires(kind != Padding::Constant)
      : padding(detail::padding_of_layer(kind, rank, padding_)) {}
  PaddingLayer(const Dims& padding_, double value_) requires(kind == Padding::Constant)
      : padding(detail::padding_of_layer(kind, rank, padding_)), value(value_) {}
  Tensor forward(const Tensor& x) const { return detail::pad_in_layer(kind, rank, x, padding, value); }
  static std::string type_name() { return detail::name_of_padding(kind, rank); }
  auto members() { return nn::members("padding", padding, "value", value); }

  Dims padding;
  double value = 0;  // of the constant
};

using ConstantPad1d = PaddingLayer<Padding::Constant, 1>;
using ConstantPad2d = PaddingLayer<Padding::Constant, 2>;
using ConstantPad3d = PaddingLayer<Padding::Constant, 3>;
using ZeroPad1d = PaddingLayer<Padding::Zero, 1>;
using ZeroPad2d = PaddingLayer<Padding::Zero, 2>;
using ZeroPad3d = PaddingLayer<Padding::Zero, 3>;
using ReflectionPad1d = PaddingLayer<Padding::Reflection, 1>;
using ReflectionPad2d = PaddingLayer<Padding::Reflection, 2>;
using ReflectionPad3d = PaddingLayer<Padding::Reflection, 3>;
using ReplicationPad1d = PaddingLayer<Padding::Replication, 1>;
using ReplicationPad2d = PaddingLayer<Padding::Replication, 2>;
using ReplicationPad3d = PaddingLayer<Padding::Replication, 3>;
using CircularPad1d = PaddingLayer<Padding::Circular, 1>;
using CircularPad2d = PaddingLayer<Padding::Circular, 2>;
using CircularPad3d = PaddingLayer<Padding::Circular, 3>;

}  // namespace nn
}  // namespace descent
