// Convolutions as layers. See functional/convolution.h for what they compute.
#pragma once

#include <cstdint>
#include <string>

#include "descent/functional/convolution.h"
#include "descent/functional/padding.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// `padding_mode` says what stands in the padding: zeros, or what `pad` puts there.
struct ConvLayerOptions {
  Dims stride = 1;
  ConvPadding padding = 0;
  Dims dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
  PadMode padding_mode = PadMode::constant;
  DType dtype = float32;
};

/// weight [out_channels, in_channels / groups, kernel_size...] and bias [out_channels] start uniform on +-1 / sqrt(the
/// number of weights of an output), as PyTorch draws them. Input and result as conv1d, conv2d and conv3d have them.
template <int rank>
class Conv final : public Module<Conv<rank>> {
 public:
  Conv(std::int64_t in_channels, std::int64_t out_channels, const Dims& kernel_size,
       const ConvLayerOptions& options = {});
  Tensor forward(const Tensor& x) const;
  static std::string type_name() { return concat("Conv", rank, "d"); }
  std::string extra_repr() const;
  auto members() { return nn::members("weight", weight, "bias", bias, "options", options_); }

  Parameter weight;
  Parameter bias;  // undefined without

 private:
  ConvLayerOptions options_;
};

using Conv1d = Conv<1>;
using Conv2d = Conv<2>;
using Conv3d = Conv<3>;

struct ConvTransposeLayerOptions {
  Dims stride = 1;
  Dims padding = 0;
  Dims output_padding = 0;
  std::int64_t groups = 1;
  bool bias = true;
  Dims dilation = 1;
  DType dtype = float32;
};

/// weight [in_channels, out_channels / groups, kernel_size...] and bias [out_channels] start uniform on +-1 / sqrt(
/// out_channels / groups times the size of the kernel), as PyTorch draws them. Input and result as conv_transpose1d,
/// conv_transpose2d and conv_transpose3d have them.
template <int rank>
class ConvTranspose final : public Module<ConvTranspose<rank>> {
 public:
  ConvTranspose(std::int64_t in_channels, std::int64_t out_channels, const Dims& kernel_size,
                const ConvTransposeLayerOptions& options = {});
  Tensor forward(const Tensor& x) const;
  static std::string type_name() { return concat("ConvTranspose", rank, "d"); }
  std::string extra_repr() const;
  auto members() { return nn::members("weight", weight, "bias", bias, "options", options_); }

  Parameter weight;
  Parameter bias;  // undefined without

 private:
  ConvTransposeOptions options_;
};

using ConvTranspose1d = ConvTranspose<1>;
using ConvTranspose2d = ConvTranspose<2>;
using ConvTranspose3d = ConvTranspose<3>;

}  // namespace nn
}  // namespace descent
