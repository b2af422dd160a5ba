// Pieces of C as the values that formulas compute with: what a formula does to them, it writes down. The operators and
// primitives are those that kernels/formulas.h lists, and the C library's functions by their names for doubles.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "descent/dtype.h"
#include "descent/error.h"

namespace descent::program::c {

/// Statements of a block of C, one `const TYPE tN = EXPRESSION;` after another.
class Statements {
 public:
  explicit Statements(std::string& text, std::string indent) : text_(text), indent_(std::move(indent)) {}

  /// The name of a new constant.
  std::string define(const char* type, const std::string& expression) {
    return define_variable(concat("const ", type), expression);
  }
  std::string define_variable(const std::string& type, const std::string& expression) {
    std::string name = concat("t", count_++);
    line(concat(type, " ", name, " = ", expression, ";"));
    return name;
  }
  void line(const std::string& statement) { text_ += indent_ + statement + "\n"; }

  /// Notes that `name` is the larger of a number and `expression`.
  void note_least(const std::string& name, const std::string& expression, double least) {
    at_least_.insert_or_assign(name, Bounded{expression, least});
  }
  /// What a number that is more than `least` can be compared with in place of `name`, to the same answer. Compilers
  /// make much of two comparisons when the second hangs on the first.
  std::string unbounded(const std::string& name, double number) const {
    const auto found = at_least_.find(name);
    return found != at_least_.end() && found->second.least < number ? found->second.expression : name;
  }

 private:
  struct Bounded {
    std::string expression;
    double least;
  };

  std::string& text_;
  std::string indent_;
  int count_ = 0;
  std::map<std::string, Bounded> at_least_;
};

/// Where the values of this thread write what is done to them.
inline thread_local Statements* statements = nullptr;

/// What values do while this lives is written to `to`.
class WritingTo {
 public:
  explicit WritingTo(Statements& to) : before_(std::exchange(statements, &to)) {}
  ~WritingTo() { statements = before_; }
  WritingTo(const WritingTo&) = delete;
  WritingTo& operator=(const WritingTo&) = delete;

 private:
  Statements* before_;
};

template <class T>
constexpr const char* name_of_type() {
  return std::is_same_v<T, float> ? "float" : "double";
}
template <class T>
constexpr const char* name_of_bits() {
  return std::is_same_v<T, float> ? "uint32_t" : "uint64_t";
}
/// What the names of C's functions of a T end in.
template <class T>
constexpr const char* suffix_of() {
  return std::is_same_v<T, float> ? "f" : "";
}

template <class T>
std::string literal(T number) {
  if (std::isnan(number)) return "NAN";
  if (std::isinf(number)) return number > 0 ? "INFINITY" : "(-INFINITY)";
  char digits[64];
  const double size = std::abs(static_cast<double>(number));
  const std::string hex(digits, std::to_chars(digits, std::end(digits), size, std::chars_format::hex).ptr);
  return std::signbit(number) ? concat("(-0x", hex, suffix_of<T>(), ")") : concat("0x", hex, suffix_of<T>());
}

/// The number that an expression is, as literal() writes those that are finite; none: it is another.
inline std::optional<double> number_of(std::string_view expression) {
  const bool is_negative = expression.starts_with("(-");
  if (is_negative) expression = expression.substr(2, expression.size() - 3);
  if (!expression.starts_with("0x")) return {};
  double number = 0;
  std::from_chars(expression.data() + 2, expression.data() + expression.size(), number, std::chars_format::hex);
  return is_negative ? -number : number;
}

/// The bits of Value<T>.
template <class T>
struct Bits {
  std::string text;

  static Bits of(const std::string& expression) { return Bits(statements->define(name_of_bits<T>(), expression)); }
  explicit Bits(std::string expression) : text(std::move(expression)) {}
  Bits(std::uint64_t constant) : text(concat(constant, sizeof(T) == 4 ? "u" : "ull")) {}

  friend Bits operator+(const Bits& a, const Bits& b) { return of(concat(a.text, " + ", b.text)); }
  friend Bits operator-(const Bits& a, const Bits& b) { return of(concat(a.text, " - ", b.text)); }
  friend Bits operator&(const Bits& a, const Bits& b) { return of(concat(a.text, " & ", b.text)); }
  friend Bits operator|(const Bits& a, const Bits& b) { return of(concat(a.text, " | ", b.text)); }
};

template <int kBits, class T>
Bits<T> shift_left(const Bits<T>& a) {
  return Bits<T>::of(concat(a.text, " << ", kBits));
}
template <int kBits, class T>
Bits<T> shift_right(const Bits<T>& a) {
  return Bits<T>::of(concat(a.text, " >> ", kBits));
}

/// The result of a comparison: an expression, not a variable, which compilers take more readily for a mask.
struct Condition {
  std::string text;

  friend Condition operator&(const Condition& a, const Condition& b) {
    return {concat("(", a.text, " & ", b.text, ")")};
  }
  friend Condition operator|(const Condition& a, const Condition& b) {
    return {concat("(", a.text, " | ", b.text, ")")};
  }
  friend Condition operator!=(const Condition& a, const Condition& b) {
    return {concat("(", a.text, " != ", b.text, ")")};
  }
  friend Condition operator!(const Condition& a) { return {concat("(!", a.text, ")")}; }
};

/// A float or a double.
template <class T>
struct Value {
  std::string text;

  /// A new variable.
  static Value of(const std::string& expression) { return Value(statements->define(name_of_type<T>(), expression)); }
  /// That expression.
  explicit Value(std::string expression) : text(std::move(expression)) {}
  Value(double constant) : text(literal(static_cast<T>(constant))) {}

  friend Value operator+(const Value& a, const Value& b) { return of(concat(a.text, " + ", b.text)); }
  friend Value operator-(const Value& a, const Value& b) { return of(concat(a.text, " - ", b.text)); }
  friend Value operator*(const Value& a, const Value& b) { return of(concat(a.text, " * ", b.text)); }
  friend Value operator/(const Value& a, const Value& b) { return of(concat(a.text, " / ", b.text)); }
  friend Value operator-(const Value& a) { return of(concat("-", a.text)); }

  friend Condition operator==(const Value& a, const Value& b) { return compare(a, "==", b); }
  friend Condition operator!=(const Value& a, const Value& b) { return compare(a, "!=", b); }
  friend Condition operator<(const Value& a, const Value& b) { return compare(a, "<", b); }
  friend Condition operator<=(const Value& a, const Value& b) { return compare(a, "<=", b); }
  friend Condition operator>(const Value& a, const Value& b) { return compare(a, ">", b); }
  friend Condition operator>=(const Value& a, const Value& b) { return compare(a, ">=", b); }

  friend Value select(const Condition& c, const Value& a, const Value& b) {
    return of(concat(c.text, " ? ", a.text, " : ", b.text));
  }
  friend Value min(const Value& a, const Value& b) {
    const std::optional<double> number = number_of(a.text);
    return select(a < (number ? Value(statements->unbounded(b.text, *number)) : b), a, b);
  }
  friend Value max(const Value& a, const Value& b) {
    Value result = select(a > b, a, b);
    if (const std::optional<double> number = number_of(a.text)) statements->note_least(result.text, b.text, *number);
    return result;
  }
  friend Value fma(const Value& a, const Value& b, const Value& c) { return call("fma", a, b, c); }
  friend Value sqrt(const Value& a) { return call("sqrt", a); }
  friend Value abs(const Value& a) { return call("fabs", a); }
  friend Value floor(const Value& a) { return call("floor", a); }
  friend Value ceil(const Value& a) { return call("ceil", a); }
  friend Value trunc(const Value& a) { return call("trunc", a); }
  friend Value round(const Value& a) { return call("rint", a); }
  friend Value copysign(const Value& a, const Value& b) { return call("copysign", a, b); }
  friend Bits<T> bits(const Value& a) { return Bits<T>::of(concat("bits_of_", name_of_type<T>(), "(", a.text, ")")); }

  template <class... V>
  static Value call(const char* function, const Value& first, const V&... rest) {
    std::string arguments = first.text;
    ((arguments += ", " + rest.text), ...);
    return of(concat(function, suffix_of<T>(), "(", arguments, ")"));
  }

 private:
  static Condition compare(const Value& a, const char* sign, const Value& b) {
    return {concat("(", a.text, " ", sign, " ", b.text, ")")};
  }
};

/// The formulas maximum and minimum of a value and a number, which is not NaN.
template <class T>
Value<T> maximum_of_number(const Value<T>& a, double number) {
  const Value<T> b(number);
  Value<T> result = select(a <= b, b, a);
  statements->note_least(result.text, a.text, number);
  return result;
}
template <class T>
Value<T> minimum_of_number(const Value<T>& a, double number) {
  const Value<T> b(number);
  return select(Value<T>(statements->unbounded(a.text, number)) >= b, b, a);
}

template <class T>
Condition is_odd(const Bits<T>& i) {
  return {concat("(", (i & 1).text, " != 0)")};
}

template <class T>
Value<T> from_bits(const Bits<T>& i) {
  return Value<T>::of(concat(name_of_type<T>(), "_of_bits(", i.text, ")"));
}

inline Value<double> widen(const Value<float>& a) { return Value<double>::of(concat("(double)", a.text)); }
inline Value<float> narrow(const Value<double>& a) { return Value<float>::of(concat("(float)", a.text)); }

/// The C library's, of doubles.
#define DESCENT_C_FUNCTION(name) \
  inline Value<double> name(const Value<double>& x) { return Value<double>::call(#name, x); }
DESCENT_C_FUNCTION(asin)
DESCENT_C_FUNCTION(acos)
DESCENT_C_FUNCTION(atan)
DESCENT_C_FUNCTION(asinh)
DESCENT_C_FUNCTION(acosh)
DESCENT_C_FUNCTION(atanh)
#undef DESCENT_C_FUNCTION
#define DESCENT_C_FUNCTION(name) \
  inline Value<double> name(const Value<double>& x, const Value<double>& y) { return Value<double>::call(#name, x, y); }
DESCENT_C_FUNCTION(atan2)
DESCENT_C_FUNCTION(fmod)
DESCENT_C_FUNCTION(hypot)
DESCENT_C_FUNCTION(pow)
#undef DESCENT_C_FUNCTION

}  // namespace descent::program::c
