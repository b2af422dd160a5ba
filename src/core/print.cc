// Printing as PyTorch prints (torch/_tensor_str.py): numbers of one width, lines of 80, and of a large tensor only the
// first and last three of each dimension.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <ostream>

#include "core/history.h"
#include "core/host.h"
#include "descent/tensor.h"
#include "descent/text.h"

namespace descent {
namespace {

constexpr std::int64_t kEdge = 3;
constexpr std::int64_t kThreshold = 1000;  // elements from which on a tensor is summarised
constexpr std::size_t kLineWidth = 80;
constexpr std::string_view kOpening = "tensor(";

// The elements of a tensor that are shown.
class Shown {
 public:
  explicit Shown(const TensorImpl& impl) : impl_(impl), summarised_(impl.numel > kThreshold) {}

  const Dims& sizes() const { return impl_.sizes; }
  bool omits_some(int dim) const { return summarised_ && impl_.sizes[dim] > 2 * kEdge; }

  template <class Function>
  void for_each_position(int dim, const Function& function) const {
    const std::int64_t size = impl_.sizes[dim];
    for (std::int64_t i = 0; i < size; ++i) {
      if (omits_some(dim) && i == kEdge) i = size - kEdge;
      function(i);
    }
  }

  /// Calls function(value) for all: bool, integers as std::int64_t, floating point as double.
  template <class Function>
  void for_each_value(const Function& function, int dim = 0, std::int64_t offset = 0) const {
    if (dim == impl_.sizes.size()) return visit(offset, function);
    for_each_position(dim, [&](std::int64_t i) { for_each_value(function, dim + 1, offset + i * impl_.strides[dim]); });
  }

  template <class Function>
  void visit(std::int64_t offset, const Function& function) const {
    dispatch(impl_.dtype, [&](auto zero) {
      using Element = decltype(zero);
      const Element value = reinterpret_cast<const Element*>(impl_.data)[offset];
      constexpr DTypeKind kind = kind_of(dtype_of<Element>());
      if constexpr (kind == DTypeKind::floating) {
        function(static_cast<double>(value));
      } else if constexpr (kind == DTypeKind::integer) {
        function(static_cast<std::int64_t>(value));
      } else {
        function(value);
      }
    });
  }

  std::int64_t stride(int dim) const { return impl_.strides[dim]; }

 private:
  const TensorImpl& impl_;
  bool summarised_;
};

// How all numbers of a tensor are written.
class Formatter {
 public:
  explicit Formatter(const Shown& shown) {
    double smallest = std::numeric_limits<double>::infinity(), largest = 0;
    bool integers = true;
    const auto look = [&](double value) {
      if (value == 0 || !std::isfinite(value)) return;
      smallest = std::min(smallest, std::abs(value));
      largest = std::max(largest, std::abs(value));
      integers = integers && value == std::ceil(value);
    };
    shown.for_each_value([&](auto value) {
      if constexpr (std::is_same_v<decltype(value), double>) look(value);
    });
    if (largest > 0 && (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4)) {
      format_ = std::chars_format::scientific;
    } else if (!integers) {
      format_ = std::chars_format::fixed;
    }
    shown.for_each_value([&](auto value) {
      if constexpr (std::is_same_v<decltype(value), double>) {
        if (value == 0 || !std::isfinite(value)) return;  // those have no say in the width
      }
      width_ = std::max(width_, text(value).size());
    });
  }

  std::size_t width() const { return width_; }

  template <class T>
  std::string operator()(T value) const {
    std::string result = text(value);
    if (result.size() < width_) result.insert(0, width_ - result.size(), ' ');
    return result;
  }

 private:
  static std::string text(bool value) { return value ? "True" : "False"; }
  static std::string text(std::int64_t value) { return std::to_string(value); }
  std::string text(double value) const {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    return format_ ? in_format(value, *format_, 4) : in_format(value, std::chars_format::fixed, 0) + ".";
  }

  std::optional<std::chars_format> format_;  // none: whole numbers, written "1."
  std::size_t width_ = 1;
};

class Printer {
 public:
  explicit Printer(const TensorImpl& impl) : shown_(impl), format_(shown_) {}

  std::string print(int dim, std::int64_t offset, std::size_t indent) const {
    const int rank = shown_.sizes().size();
    if (dim == rank) return element(offset);
    if (dim == rank - 1) return vector(offset, indent);
    std::string separator = ",";
    separator.append(static_cast<std::size_t>(rank - dim - 1), '\n').append(indent + 1, ' ');
    std::string result = "[";
    std::int64_t next = 0;
    shown_.for_each_position(dim, [&](std::int64_t i) {
      if (i > 0) result += separator;
      if (i > next) result += "..." + separator;
      result += print(dim + 1, offset + i * shown_.stride(dim), indent + 1);
      next = i + 1;
    });
    return result + "]";
  }

 private:
  std::string element(std::int64_t offset) const {
    std::string result;
    shown_.visit(offset, [&](auto value) { result = format_(value); });
    return result;
  }

  std::string vector(std::int64_t offset, std::size_t indent) const {
    const int last = shown_.sizes().size() - 1;
    std::vector<std::string> items;
    std::int64_t next = 0;
    shown_.for_each_position(last, [&](std::int64_t i) {
      if (i > next) items.push_back(" ...");
      items.push_back(element(offset + i * shown_.stride(last)));
      next = i + 1;
    });
    const std::size_t room = kLineWidth > indent ? kLineWidth - indent : 0;
    const std::size_t per_line = std::max<std::size_t>(1, room / (format_.width() + 2));
    std::string result = "[";
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) result += i % per_line == 0 ? ",\n" + std::string(indent + 1, ' ') : ", ";
      result += items[i];
    }
    return result + "]";
  }

  Shown shown_;
  Formatter format_;
};

// "log_softmax" -> "LogSoftmaxBackward0".
std::string gradient_name(const char* op) {
  std::string result;
  bool starts_word = true;
  for (const char* c = op; *c; ++c) {
    if (*c == '_') {
      starts_word = true;
    } else {
      result += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(*c))) : *c;
      starts_word = false;
    }
  }
  return result + "Backward0";
}

// As Python prints a tuple.
std::string tuple(const Dims& sizes) {
  std::string list;
  for (const std::int64_t size : sizes) list += (list.empty() ? "" : ", ") + std::to_string(size);
  return "(" + list + (sizes.size() == 1 ? ",)" : ")");
}

std::vector<std::string> suffixes_of(const TensorImpl& impl, const PrintOptions& options) {
  std::vector<std::string> suffixes;
  const bool empty = impl.numel == 0;
  if (empty && impl.sizes.size() != 1) suffixes.push_back("size=" + tuple(impl.sizes));
  const bool told_by_elements = !empty && (impl.dtype == int64 || impl.dtype == boolean);
  if (impl.dtype != float32 && !told_by_elements) {
    suffixes.push_back(concat("dtype=", options.dtype_prefix, impl.dtype));
  }
  if (impl.history) {
    suffixes.push_back("grad_fn=<" + gradient_name(impl.history->op->name) + ">");
  } else if (impl.requires_grad) {
    suffixes.push_back("requires_grad=True");
  }
  return suffixes;
}

}  // namespace

std::string to_string(const Tensor& tensor, const PrintOptions& options) {
  if (!tensor.defined()) return "None";
  const TensorImpl& impl = host_read(tensor, "to_string");
  std::string result(kOpening);
  result += impl.numel == 0 ? "[]" : Printer(impl).print(0, 0, kOpening.size());
  const std::size_t last_line = result.rfind('\n');
  std::size_t length = last_line == std::string::npos ? result.size() + 2 : result.size() - last_line + 1;
  for (const std::string& suffix : suffixes_of(impl, options)) {
    if (length + suffix.size() + 2 > kLineWidth) {
      result += ",\n" + std::string(kOpening.size(), ' ') + suffix;
      length = kOpening.size() + suffix.size();
    } else {
      result += ", " + suffix;
      length += suffix.size() + 2;
    }
  }
  return result + ")";
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << to_string(tensor); }

}  // namespace descent
