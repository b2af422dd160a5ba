// Modules in words.
#include <cxxabi.h>

#include <charconv>
#include <cstdlib>
#include <memory>

#include "descent/nn/module.h"

namespace descent::nn::detail {

std::string name_of_type(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                         std::free);
  std::string name = demangled ? demangled.get() : type.name();
  // Of "a::b<c::d>" the "b"; what stands inside brackets says what a user did not write.
  if (const std::size_t bracket = name.find('<'); bracket != std::string::npos && bracket > 0) name.resize(bracket);
  const std::size_t colons = name.rfind("::");
  return colons == std::string::npos ? name : name.substr(colons + 2);
}

std::string repr(bool value) { return value ? "True" : "False"; }

std::string repr(std::int64_t value) { return std::to_string(value); }

std::string repr(double value) {
  char text[32];
  std::string result(text, std::to_chars(text, std::end(text), value).ptr);
  const bool looks_like_an_integer = result.find_first_not_of("-0123456789") == std::string::npos;
  return looks_like_an_integer ? result + ".0" : result;
}

std::string repr(std::string_view value) { return concat("'", value, "'"); }

std::string repr(const Dims& value) {
  std::string text;
  for (const std::int64_t number : value) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return concat("(", text, value.size() == 1 ? ",)" : ")");
}

std::string to_string(ModuleRef module) {
  struct : Visitor {
    void enter(const Path& path, const ModuleInfo& info) override {
      if (!open.empty()) {
        text.append(open.back().has_layers || open.back().has_text ? "\n" : "(\n").append(2 * open.size(), ' ');
        open.back().has_layers = true;
        text.append("(").append(name_within(path, open.back().path)).append("): ");
      }
      const std::string inside = info.extra_repr(info.module);
      text.append(info.type_name());
      if (!inside.empty()) text.append("(").append(inside);
      open.push_back({&path, !inside.empty(), false});
    }
    void leave(const Path&, const ModuleInfo&) override {
      const Open module = open.back();
      open.pop_back();
      if (module.has_layers)
        text.append("\n").append(2 * open.size(), ' ').append(")");
      else
        text.append(module.has_text ? ")" : "()");
    }
    // The names along the path from the module around, joined by dots: "layers.0".
    static std::string name_within(const Path& path, const Path* around) {
      const bool is_first = path.parent == around || !path.parent;
      return is_first ? std::string(path.name) : concat(name_within(*path.parent, around), ".", path.name);
    }
    struct Open {
      const Path* path;
      bool has_text, has_layers;
    };
    std::vector<Open> open;
    std::string text;
  } visitor;
  module.visit(visitor);
  return std::move(visitor.text);
}

}  // namespace descent::nn::detail
