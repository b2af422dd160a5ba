#include "descent/nn/module.h"

#include <charconv>
#include <unordered_map>
#include <unordered_set>

namespace descent::nn {

std::string to_string(const Path& path) {
  std::string prefix = path.parent ? to_string(*path.parent) : "";
  if (!prefix.empty()) prefix += '.';
  return prefix.append(path.name);
}

namespace detail {

Position::Position(std::size_t position)
    : length_(static_cast<std::size_t>(std::to_chars(text_, std::end(text_), position).ptr - text_)) {}

std::vector<Parameter> parameters(ModuleRef module) {
  std::vector<Parameter> parameters;
  for (auto& [name, parameter] : named_parameters(module)) parameters.push_back(std::move(parameter));
  return parameters;
}

std::vector<std::pair<std::string, Parameter>> named_parameters(ModuleRef module) {
  struct : Visitor {
    void parameter(const Path& path, Parameter& parameter) override {
      if (seen.insert(parameter.impl()).second) found.emplace_back(to_string(path), parameter);
    }
    std::unordered_set<TensorImpl*> seen;
    std::vector<std::pair<std::string, Parameter>> found;
  } visitor;
  module.visit(visitor);
  return std::move(visitor.found);
}

std::vector<std::pair<std::string, Buffer>> named_buffers(ModuleRef module) {
  struct : Visitor {
    void buffer(const Path& path, Buffer& buffer) override {
      if (seen.insert(buffer.impl()).second) found.emplace_back(to_string(path), buffer);
    }
    std::unordered_set<TensorImpl*> seen;
    std::vector<std::pair<std::string, Buffer>> found;
  } visitor;
  module.visit(visitor);
  return std::move(visitor.found);
}

StateDict state_dict(ModuleRef module) {
  struct : Visitor {
    void parameter(const Path& path, Parameter& parameter) override {
      state.emplace(to_string(path), parameter.detach());
    }
    void buffer(const Path& path, Buffer& buffer) override { state.emplace(to_string(path), buffer.detach()); }
    StateDict state;
  } visitor;
  module.visit(visitor);
  return std::move(visitor.state);
}

void load_state_dict(ModuleRef module, const StateDict& state, bool strict) {
  const StateDict own = state_dict(module);
  copy_state("load_state_dict", {own.begin(), own.end()}, state, strict);
}

void train(ModuleRef module, bool mode) {
  struct : Visitor {
    void training(Flag& training) override { training = mode; }
    bool mode;
  } visitor;
  visitor.mode = mode;
  module.visit(visitor);
}

void zero_grad(ModuleRef module) {
  struct : Visitor {
    void parameter(const Path&, Parameter& parameter) override { parameter.set_grad({}); }
  } visitor;
  module.visit(visitor);
}

void convert(ModuleRef module, DType dtype) {
  if (!is_floating_point(dtype)) fail("to: a module's parameters are floating point, not ", dtype);
  struct : Visitor {
    void parameter(const Path&, Parameter& parameter) override {
      // Members that share a parameter go on sharing it.
      Parameter& converted = done[parameter.impl()];
      if (!converted.defined()) {
        originals.push_back(parameter);
        converted = is_floating_point(parameter.dtype()) && parameter.dtype() != dtype
                        ? Parameter(parameter.detach().to(dtype), parameter.requires_grad())
                        : parameter;
      }
      parameter = converted;
    }
    void buffer(const Path&, Buffer& buffer) override {
      if (is_floating_point(buffer.dtype())) buffer = Buffer(buffer.to(dtype));
    }
    DType dtype;
    std::unordered_map<TensorImpl*, Parameter> done;
    std::vector<Parameter> originals;  // keeps their addresses from being used again
  } visitor;
  visitor.dtype = dtype;
  module.visit(visitor);
}

void require_grad(ModuleRef module, bool value) {
  struct : Visitor {
    void parameter(const Path&, Parameter& parameter) override { parameter.requires_grad_(value); }
    bool value;
  } visitor;
  visitor.value = value;
  module.visit(visitor);
}

void separate(ModuleRef module) {
  struct : Visitor {
    void parameter(const Path&, Parameter& parameter) override {
      const auto [found, is_new] = parameters.try_emplace(parameter.impl());
      if (is_new) {
        originals.push_back(parameter);
        found->second = Parameter(parameter.detach().clone(), parameter.requires_grad());
      }
      parameter = found->second;
    }
    void buffer(const Path&, Buffer& buffer) override {
      const auto [found, is_new] = buffers.try_emplace(buffer.impl());
      if (is_new) {
        originals.push_back(buffer);
        found->second = Buffer(buffer.detach().clone());
      }
      buffer = found->second;
    }
    std::shared_ptr<void> replace(const std::shared_ptr<void>& pointer,
                                  std::shared_ptr<void> (*copy)(const void* original)) override {
      // Who meets a copy again, on another way, keeps it.
      if (copies.contains(pointer.get())) return pointer;
      std::shared_ptr<void>& own = pointees[pointer.get()];
      if (!own) {
        own = copy(pointer.get());
        copies.insert(own.get());
        kept.push_back(pointer);
      }
      return own;
    }
    std::unordered_map<TensorImpl*, Parameter> parameters;
    std::unordered_map<TensorImpl*, Buffer> buffers;
    std::unordered_map<void*, std::shared_ptr<void>> pointees;
    std::unordered_set<void*> copies;
    // Keep addresses from being used again.
    std::vector<Tensor> originals;
    std::vector<std::shared_ptr<void>> kept;
  } visitor;
  module.visit(visitor);
}

void for_each_of_type(ModuleRef module, const std::type_info& type, void (*function)(void* f, void* module), void* f) {
  struct : Visitor {
    void leave(const Path&, const ModuleInfo& info) override {
      if (*info.id.type == *type) function(f, info.module);
    }
    const std::type_info* type;
    void (*function)(void* f, void* module);
    void* f;
  } visitor;
  visitor.type = &type;
  visitor.function = function;
  visitor.f = f;
  module.visit(visitor);
}

}  // namespace detail
}  // namespace descent::nn
