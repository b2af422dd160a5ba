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
  void visit(Visitor& visitor, const Path& path) {
    holder_ = std::static_pointer_cast<Base>(visitor.replace(holder_, [](const void* original) {
      return std::static_pointer_cast<void>(static_cast<const Base*>(original)->copy());
    }));
    holder_->visit(visitor, path);
  }
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
    virtual std::shared_ptr<Base> copy() const = 0;
  };
  template <class Layer>
  struct Holder final : Base {
    explicit Holder(Layer layer_) : layer(std::move(layer_)) {}
    Tensor forward(const Tensor& x) override { return layer(x); }
    void visit(Visitor& visitor, const Path& path) override {
      if constexpr (detail::IsModule<Layer>) {
        detail::visit_module(visitor, path, layer);
      } else {
        const ModuleInfo info = {{&layer, &typeid(Layer)},
                                 &layer,
                                 [] { return std::string("function"); },
                                 [](const void*) { return std::string(); }};
        visitor.enter(path, info);
        visitor.leave(path, info);
      }
    }
    std::shared_ptr<Base> copy() const override {
      if constexpr (std::copy_constructible<Layer>)
        return std::make_shared<Holder>(layer);
      else
        fail("clone: a layer of type ", detail::name_of_type(typeid(Layer)), " cannot be copied");
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
  const AnyLayer& operator[](std::size_t i) const { return layers_[i]; }
  /// Layer i, which must be a `Layer`: model.at<nn::Linear>(0).weight.
  template <class Layer>
  Layer& at(std::size_t i) const {
    if (i >= size()) fail("Sequential: there is no layer ", i, " among ", size());
    if (Layer* layer = layers_[i].get<Layer>()) return *layer;
    fail("Sequential: layer ", i, " is not a ", detail::name_of_type(typeid(Layer)));
  }

  /// The layers from `begin` up to, not including, `end`.
  Sequential slice(std::size_t begin, std::size_t end) const;

  Tensor forward(const Tensor& x) const;
  void visit(Visitor& visitor, const Path& path);

 private:
  std::vector<AnyLayer> layers_;
};

}  // namespace nn
}  // namespace descent
