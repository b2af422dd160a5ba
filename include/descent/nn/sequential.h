#pragma once

#include <memory>
#include <typeinfo>
#include <utility>
#include <vector>

#include "descent/nn/module.h"

namespace descent::nn {

/// Layers one after another: Sequential(Linear(2, 3), ReLU(), Linear(3, 1)). A layer is any module, or anything else
/// that can be called, that makes one tensor of one: `relu`, a lambda. Names are positions: "0.weight".
class Sequential : public Module<Sequential> {
 public:
  Sequential() = default;
  template <class... Layers>
  requires(sizeof...(Layers) > 0 &&
           (std::invocable<Layers&, const Tensor&> && ...)) explicit Sequential(Layers... layers) {
    (push_back(std::move(layers)), ...);
  }

  template <class Layer>
  requires std::invocable<Layer&, const Tensor&>
  void push_back(Layer layer) { layers_.push_back(std::make_unique<Holder<Layer>>(std::move(layer))); }

  std::size_t size() const { return layers_.size(); }
  /// Layer i, counted from 0, which must be a `Layer`: model.at<nn::Linear>(0).weight.
  template <class Layer>
  Layer& at(std::size_t i) const {
    auto* holder = dynamic_cast<Holder<Layer>*>(&checked(i));
    if (!holder) fail("Sequential: layer ", i, " is not a ", typeid(Layer).name());
    return holder->layer;
  }

  Tensor forward(const Tensor& x) const;
  void visit(Visitor& visitor, const Path& path) const;

 private:
  struct AnyLayer {
    virtual ~AnyLayer() = default;
    virtual Tensor forward(const Tensor& x) = 0;
    virtual void visit(Visitor& visitor, const Path& path) = 0;
  };
  template <class Layer>
  struct Holder final : AnyLayer {
    explicit Holder(Layer layer) : layer(std::move(layer)) {}
    Tensor forward(const Tensor& x) override { return layer(x); }
    void visit([[maybe_unused]] Visitor& visitor, [[maybe_unused]] const Path& path) override {
      if constexpr (detail::IsModule<Layer>) detail::visit_module(visitor, path, layer);
    }
    Layer layer;
  };
  AnyLayer& checked(std::size_t i) const;

  std::vector<std::unique_ptr<AnyLayer>> layers_;
};

}  // namespace descent::nn
