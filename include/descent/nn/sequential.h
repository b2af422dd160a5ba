#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <typeinfo>
#include <utility>
#include <vector>

#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// A layer of any type: a module, or anything else that can be called, that makes one tensor of one.
class AnyLayer {
 public:
  template <class Layer>
  requires(!std::same_as<Layer, AnyLayer> && std::invocable<Layer&, const Tensor&>) AnyLayer(Layer layer)
      : holder_(std::make_shared<Holder<Layer>>(std::move(layer))) {}

  Tensor operator()(const Tensor& x) const { return holder_->forward(x); }
  void visit(Visitor& visitor, const Path& path) const { holder_->visit(visitor, path); }
  /// Null if it is of another type.
  template <class Layer>
  Layer* get() const {
    auto* holder = dynamic_cast<Holder<Layer>*>(holder_.get());
    return holder ? &holder->layer : nullptr;
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual Tensor forward(const Tensor& x) = 0;
    virtual void visit(Visitor& visitor, const Path& path) = 0;
  };
  template <class Layer>
  struct Holder final : Base {
    explicit Holder(Layer layer_) : layer(std::move(layer_)) {}
    Tensor forward(const Tensor& x) override { return layer(x); }
    void visit([[maybe_unused]] Visitor& visitor, [[maybe_unused]] const Path& path) override {
      if constexpr (detail::IsModule<Layer>) detail::visit_module(visitor, path, layer);
    }
    Layer layer;
  };

  std::shared_ptr<Base> holder_;
};

/// Layers one after another, named by position ("0.weight"). Functions may stand among them:
///
///   nn::Sequential model{nn::Linear(2, 3), relu, nn::Linear(3, 1)};
///
/// Braces only, since what stands in braces is made from left to right: the same seed then gives PyTorch's numbers with
/// every compiler. Copies share their layers.
class Sequential final : public Module<Sequential> {
 public:
  Sequential(std::initializer_list<AnyLayer> layers = {}) : layers_(layers) {}
  void push_back(AnyLayer layer) { layers_.push_back(std::move(layer)); }
  std::size_t size() const { return layers_.size(); }
  /// Layer i, which must be a `Layer`: model.at<nn::Linear>(0).weight.
  template <class Layer>
  Layer& at(std::size_t i) const {
    if (i >= size()) fail("Sequential: there is no layer ", i, " among ", size());
    if (Layer* layer = layers_[i].get<Layer>()) return *layer;
    fail("Sequential: layer ", i, " is not a ", typeid(Layer).name());
  }

  /// The layers from `begin` up to, not including, `end`.
  Sequential slice(std::size_t begin, std::size_t end) const;

  Tensor forward(const Tensor& x) const;
  void visit(Visitor& visitor, const Path& path) const;

 private:
  std::vector<AnyLayer> layers_;
};

}  // namespace nn
}  // namespace descent
