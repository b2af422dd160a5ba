// Pooling as layers. See functional/pooling.h for what each gives.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "descent/functional/pooling.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

namespace detail {

/// What a layer is called in errors.
struct LayerName {
  template <std::size_t size>
  consteval LayerName(const char (&name)[size]) {
    static_assert(size <= sizeof(text));
    std::copy_n(name, size, text);
  }
  char text[32] = {};
};

// Errors in the name of a layer of so many pooled dimensions, where its options do not fit each other.
void check_pooling(const char* layer, int rank, const Dims& kernel_size, const MaxPoolOptions& options);
void check_pooling(const char* layer, int rank, const Dims& kernel_size, const AvgPoolOptions& options);
void check_pooling(const char* layer, int rank, const Dims& kernel_size, const LPPoolOptions& options);
std::string in_words(const MaxPoolOptions& options);
std::string in_words(const AvgPoolOptions& options);
std::string in_words(const LPPoolOptions& options);
void check_adaptive_pooling(const char* layer, int rank, const Dims& output_size);

}  // namespace detail

/// Pools windows of kernel_size by `function`.
template <detail::LayerName name, int rank, auto function, class Options>
class PoolingLayer final : public Module<PoolingLayer<name, rank, function, Options>> {
 public:
  explicit PoolingLayer(const Dims& kernel_size_, const Options& options_ = {})
      : kernel_size(kernel_size_), options(options_) {
    detail::check_pooling(name.text, rank, kernel_size, options);
  }
  Tensor forward(const Tensor& x) const try { return function(x, kernel_size, options); } catch (const Error& error) {
    fail_as(name.text, error);
  }
  static std::string type_name() { return name.text; }
  std::string extra_repr() const {
    return detail::named_values("kernel_size", kernel_size) + detail::in_words(options);
  }
  auto members() { return nn::members("kernel_size", kernel_size, "options", options); }

  Dims kernel_size;
  Options options;
};

using MaxPool1d = PoolingLayer<"MaxPool1d", 1, max_pool1d, MaxPoolOptions>;
using MaxPool2d = PoolingLayer<"MaxPool2d", 2, max_pool2d, MaxPoolOptions>;
using MaxPool3d = PoolingLayer<"MaxPool3d", 3, max_pool3d, MaxPoolOptions>;
using AvgPool1d = PoolingLayer<"AvgPool1d", 1, avg_pool1d, AvgPoolOptions>;
using AvgPool2d = PoolingLayer<"AvgPool2d", 2, avg_pool2d, AvgPoolOptions>;
using AvgPool3d = PoolingLayer<"AvgPool3d", 3, avg_pool3d, AvgPoolOptions>;

/// Pools by powers: PyTorch's order of arguments, norm_type first.
template <detail::LayerName name, int rank, auto function>
class PowerPoolingLayer final : public Module<PowerPoolingLayer<name, rank, function>> {
 public:
  PowerPoolingLayer(double norm_type_, const Dims& kernel_size_, const LPPoolOptions& options_ = {})
      : norm_type(norm_type_), kernel_size(kernel_size_), options(options_) {
    detail::check_pooling(name.text, rank, kernel_size, options);
  }
  Tensor forward(const Tensor& x) const try {
    return function(x, norm_type, kernel_size, options);
  } catch (const Error& error) {
    fail_as(name.text, error);
  }
  static std::string type_name() { return name.text; }
  std::string extra_repr() const {
    return detail::named_values("norm_type", norm_type, "kernel_size", kernel_size) + detail::in_words(options);
  }
  auto members() { return nn::members("norm_type", norm_type, "kernel_size", kernel_size, "options", options); }

  double norm_type;
  Dims kernel_size;
  LPPoolOptions options;
};

using LPPool1d = PowerPoolingLayer<"LPPool1d", 1, lp_pool1d>;
using LPPool2d = PowerPoolingLayer<"LPPool2d", 2, lp_pool2d>;
using LPPool3d = PowerPoolingLayer<"LPPool3d", 3, lp_pool3d>;

/// Pools to output_size.
template <detail::LayerName name, int rank, auto function>
class AdaptivePoolingLayer final : public Module<AdaptivePoolingLayer<name, rank, function>> {
 public:
  explicit AdaptivePoolingLayer(const Dims& output_size_) : output_size(output_size_) {
    detail::check_adaptive_pooling(name.text, rank, output_size);
  }
  Tensor forward(const Tensor& x) const try { return function(x, output_size); } catch (const Error& error) {
    fail_as(name.text, error);
  }
  static std::string type_name() { return name.text; }
  auto members() { return nn::members("output_size", output_size); }

  Dims output_size;
};

using AdaptiveMaxPool1d = AdaptivePoolingLayer<"AdaptiveMaxPool1d", 1, adaptive_max_pool1d>;
using AdaptiveMaxPool2d = AdaptivePoolingLayer<"AdaptiveMaxPool2d", 2, adaptive_max_pool2d>;
using AdaptiveMaxPool3d = AdaptivePoolingLayer<"AdaptiveMaxPool3d", 3, adaptive_max_pool3d>;
using AdaptiveAvgPool1d = AdaptivePoolingLayer<"AdaptiveAvgPool1d", 1, adaptive_avg_pool1d>;
using AdaptiveAvgPool2d = AdaptivePoolingLayer<"AdaptiveAvgPool2d", 2, adaptive_avg_pool2d>;
using AdaptiveAvgPool3d = AdaptivePoolingLayer<"AdaptiveAvgPool3d", 3, adaptive_avg_pool3d>;

}  // namespace nn
}  // namespace descent
