#include "program/c/formula.h"

#include <array>
#include <iterator>
#include <type_traits>
#include <utility>

#include "kernels/formulas.h"
#include "kernels/libm_formulas.h"

// Each formula as a type, where the names of formulas are at home: Written<Formula::add>()(a, b) is add(a, b).
#define DESCENT_FUNCTION(name, ...)             \
  template <>                                   \
  struct Written<Formula::name> {               \
    template <class... V>                       \
    auto operator()(const V&... values) const { \
      return name(values...);                   \
    }                                           \
  };
namespace descent::kernels::HWY_NAMESPACE::formulas {
template <Formula kFormula>
struct Written;
DESCENT_FORMULAS(DESCENT_FUNCTION)
}  // namespace descent::kernels::HWY_NAMESPACE::formulas
namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles {
template <Formula kFormula>
struct Written;
DESCENT_FORMULAS(DESCENT_FUNCTION)
}  // namespace descent::kernels::HWY_NAMESPACE::formulas::of_doubles
namespace descent::kernels::libm {
template <Formula kFormula>
struct Written;
DESCENT_FORMULAS(DESCENT_FUNCTION)
}  // namespace descent::kernels::libm
#undef DESCENT_FUNCTION

namespace descent::program::c {
namespace {

using kernels::Formula, kernels::FormulaInfo, kernels::Implementation, kernels::info_of;
namespace formulas = kernels::HWY_NAMESPACE::formulas;

// How the C functions that formulas hand over to are called for one number.
template <auto function>
constexpr const char* kCall = nullptr;
template <>
constexpr const char* kCall<formulas::libm_sin> = "(float)sin((double)";
template <>
constexpr const char* kCall<formulas::libm_cos> = "(float)cos((double)";
template <>
constexpr const char* kCall<formulas::libm_tan> = "(float)tan((double)";
template <>
constexpr const char* kCall<formulas::libm_fmod> = "fmodf(";
template <>
constexpr const char* kCall<formulas::of_doubles::libm_sin> = "sin(";
template <>
constexpr const char* kCall<formulas::of_doubles::libm_cos> = "cos(";
template <>
constexpr const char* kCall<formulas::of_doubles::libm_tan> = "tan(";

// What the tables of formulas are called in C.
template <const double (&kTable)[16]>
constexpr const char* kTableName = nullptr;
template <>
constexpr const char* kTableName<kernels::kRootsOfTwo> = "roots_of_two";
template <>
constexpr const char* kTableName<kernels::kRootsOfTwoLow> = "low_parts_of_roots";
template <>
constexpr const char* kTableName<kernels::kInverses> = "inverses_of_16";
template <>
constexpr const char* kTableName<kernels::kLogs> = "logs_of_16";
template <>
constexpr const char* kTableName<kernels::kLogsLow> = "low_parts_of_logs";

template <class T>
std::string list_of(const T (&row)[16]) {
  std::string numbers;
  for (const T number : row) numbers += (numbers.empty() ? "" : ", ") + literal(number);
  return concat("{", numbers, "}");
}

template <const double (&kTable)[16]>
Helper table_helper() {
  return {kTableName<kTable>, concat("static const double ", kTableName<kTable>, "[16] = ", list_of(kTable), ";\n")};
}

// The same of tables of floats, which have rows.
template <const auto& kTable>
constexpr const char* kRowsName = nullptr;
template <>
constexpr const char* kRowsName<kernels::kNormalTail> = "normal_tail";

template <const auto& kTable>
Helper rows_helper() {
  std::string rows;
  for (const auto& row : kTable) rows += concat("  ", list_of(row), ",\n");
  return {kRowsName<kTable>,
          concat("static const float ", kRowsName<kTable>, "[", std::size(kTable), "][16] = {\n", rows, "};\n")};
}

}  // namespace

template <const auto& kTable, int kRow>
Value<float> lookup(const Bits<float>& i) {
  return Value<float>::of(concat(kRowsName<kTable>, "[", kRow, "][", (i & 15).text, "]"));
}

template <const double (&kTable)[16]>
Value<double> lookup(const Bits<double>& i) {
  return Value<double>::of(concat(kTableName<kTable>, "[", (i & 15).text, "]"));
}

template <auto function, class T, class... V>
Value<T> replace(const Condition& c, const Value<T>& result, const Value<T>& first, const V&... rest) {
  std::string call = kCall<function> + first.text;
  ((call += ", " + rest.text), ...);
  return Value<T>::of(concat(c.text, " ? ", call, ") : ", result.text));
}

template <class T, class F>
Value<T> replace_seldom(const Condition& c, const Value<T>& result, const F& f) {
  const std::string name = statements->define_variable(name_of_type<T>(), result.text);
  statements->line(concat("if (", c.text, ") {"));
  statements->line(concat(name, " = ", f().text, ";"));
  statements->line("}");
  return Value<T>(name);
}

namespace {

constexpr bool is_ours(Formula formula) {
  return formula == Formula::erfinv || formula == Formula::lgamma || formula == Formula::digamma;
}

template <class T, Formula kFormula>
constexpr Implementation kImplementation = info_of(kFormula).implementation(dtype_of<T>());

template <class T, Formula kFormula>
constexpr bool kIsWritten = !is_ours(kFormula) && kImplementation<T, kFormula> != Implementation::none &&
                            kImplementation<T, kFormula> != Implementation::integer;

template <class T, Formula kFormula, std::size_t... kIndex>
std::string written(std::span<const std::string> inputs, std::index_sequence<kIndex...>) {
  if constexpr (kFormula == Formula::maximum || kFormula == Formula::minimum) {
    const Value<T> a(inputs[0]);
    if (const std::optional<double> b = number_of(inputs[1]))
      return (kFormula == Formula::maximum ? maximum_of_number(a, *b) : minimum_of_number(a, *b)).text;
  }
  constexpr Implementation implementation = kImplementation<T, kFormula>;
  using Function =
      std::conditional_t<implementation == Implementation::libm, kernels::libm::Written<kFormula>,
                         std::conditional_t<implementation == Implementation::of_doubles,
                                            formulas::of_doubles::Written<kFormula>, formulas::Written<kFormula>>>;
  return Function()(std::conditional_t < kIndex == 0 && kernels::has_condition(kFormula), Condition,
                    Value < T >> {inputs[kIndex]}...)
      .text;
}

// The formulas of bool, whose kernels are those of integers, of conditions.
std::string written_of_bools(Formula formula, std::span<const std::string> inputs) {
  const auto condition = [&](std::size_t k) { return Condition{inputs[k]}; };
  switch (formula) {
    case Formula::logical_not:
      return (!condition(0)).text;
    case Formula::logical_and:
    case Formula::minimum:
      return (condition(0) & condition(1)).text;
    case Formula::logical_or:
    case Formula::maximum:
      return (condition(0) | condition(1)).text;
    case Formula::logical_xor:
    case Formula::ne:
      return (condition(0) != condition(1)).text;
    case Formula::eq:
      return (!(condition(0) != condition(1))).text;
    case Formula::lt:
      return ((!condition(0)) & condition(1)).text;
    case Formula::le:
      return ((!condition(0)) | condition(1)).text;
    case Formula::gt:
      return (condition(0) & (!condition(1))).text;
    case Formula::ge:
      return (condition(0) | (!condition(1))).text;
    case Formula::where:
      return concat("(", inputs[0], " ? ", inputs[1], " : ", inputs[2], ")");
    default:
      return "";
  }
}

// Those of int64, which wrap around as unsigned numbers do.
std::string written_of_integers(Formula formula, std::span<const std::string> inputs) {
  const std::string& a = inputs[0];
  const auto wrapped = [](const std::string& x, const char* sign, const std::string& y) {
    return concat("(int64_t)((uint64_t)", x, " ", sign, " (uint64_t)", y, ")");
  };
  const auto compared = [&](const char* sign) { return concat("(", a, " ", sign, " ", inputs[1], ")"); };
  switch (formula) {
    case Formula::neg:
      return wrapped("0", "-", a);
    case Formula::abs:
      return concat("(", a, " < 0 ? ", wrapped("0", "-", a), " : ", a, ")");
    case Formula::sign:
      return concat("((", a, " > 0) - (", a, " < 0))");
    case Formula::square:
      return wrapped(a, "*", a);
    case Formula::relu:
      return concat("(", a, " < 0 ? 0 : ", a, ")");
    case Formula::floor:
    case Formula::ceil:
    case Formula::round:
    case Formula::trunc:
      return a;
    case Formula::add:
      return wrapped(a, "+", inputs[1]);
    case Formula::sub:
      return wrapped(a, "-", inputs[1]);
    case Formula::mul:
      return wrapped(a, "*", inputs[1]);
    case Formula::minimum:
      return concat("(", inputs[1], " < ", a, " ? ", inputs[1], " : ", a, ")");
    case Formula::maximum:
      return concat("(", a, " < ", inputs[1], " ? ", inputs[1], " : ", a, ")");
    case Formula::eq:
      return compared("==");
    case Formula::ne:
      return compared("!=");
    case Formula::lt:
      return compared("<");
    case Formula::le:
      return compared("<=");
    case Formula::gt:
      return compared(">");
    case Formula::ge:
      return compared(">=");
    case Formula::where:
      return concat("(", a, " ? ", inputs[1], " : ", inputs[2], ")");
    default:
      return "";
  }
}

using Writer = std::string (*)(std::span<const std::string> inputs);

template <class T>
std::array<Writer, kernels::kFormulaCount> writers() {
  std::array<Writer, kernels::kFormulaCount> result{};
  kernels::for_each_formula([&]<Formula kFormula>() {
    if constexpr (kIsWritten<T, kFormula>) {
      result[static_cast<std::size_t>(kFormula)] = [](std::span<const std::string> inputs) {
        return written<T, kFormula>(inputs, std::make_index_sequence<info_of(kFormula).arity>());
      };
    }
  });
  return result;
}

Writer writer_of(Formula formula, DType type) {
  static const auto kOfFloats = writers<float>(), kOfDoubles = writers<double>();
  if (type == float32) return kOfFloats[static_cast<std::size_t>(formula)];
  if (type == float64) return kOfDoubles[static_cast<std::size_t>(formula)];
  return nullptr;
}

}  // namespace

const char* type_name(DType dtype) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (dtype) {
    case DType::boolean:
      return "uint8_t";
    case DType::int64:
      return "int64_t";
    case DType::float32:
      return "float";
    case DType::float64:
      return "double";
    default:
      __builtin_unreachable();  // not written
  }
}

std::string converted(const std::string& element, DType from, DType to) {
  if (from == to) return element;
  if (to == boolean) return element + " != 0";
  if (to == int64 && is_floating_point(from))
    return concat(element, " >= -0x1p63 && ", element, " < 0x1p63 ? (int64_t)", element, " : INT64_MIN");
  return concat("(", type_name(to), ")", element);
}

bool is_written(Formula formula, DType type) {
  if (!is_computed(type)) return false;
  if (is_floating_point(type)) return writer_of(formula, type) != nullptr;
  const std::string inputs[] = {"a", "b", "c"};
  return !(type == boolean ? written_of_bools(formula, inputs) : written_of_integers(formula, inputs)).empty();
}

bool is_slow_in_c(Formula formula, DType type) {
  if (!is_floating_point(type)) return false;
  switch (formula) {
    case Formula::sin:
    case Formula::cos:
    case Formula::tan:
      return true;
    case Formula::fmod:
    case Formula::remainder:
    case Formula::floor_divide:
    case Formula::pow:
    case Formula::acos:
    case Formula::asin:
    case Formula::atan:
    case Formula::atan2:
      return type == float32;
    // Those that look numbers up in tables.
    case Formula::gelu:
      return true;
    case Formula::exp:
    case Formula::exp2:
    case Formula::log:
    case Formula::sinh:
    case Formula::cosh:
    case Formula::hypot:
    case Formula::sigmoid:
    case Formula::silu:
    case Formula::softplus:
      return type == float64;
    default:
      return false;
  }
}

std::string write_formula(Formula formula, DType type, std::span<const std::string> inputs, Statements& to) {
  if (type == boolean) return written_of_bools(formula, inputs);
  if (type == int64) {
    const std::string result = written_of_integers(formula, inputs);
    return info_of(formula).result == kernels::Result::boolean ? result : to.define("int64_t", result);
  }
  const WritingTo writing(to);
  return writer_of(formula, type)(inputs);
}

std::vector<Helper> formula_helpers() {
  std::vector<Helper> helpers = {table_helper<kernels::kRootsOfTwo>(), table_helper<kernels::kRootsOfTwoLow>(),
                                 table_helper<kernels::kInverses>(),   table_helper<kernels::kLogs>(),
                                 table_helper<kernels::kLogsLow>(),    rows_helper<kernels::kNormalTail>()};
  for (const auto& [type, bits] : {std::pair("float", "uint32_t"), std::pair("double", "uint64_t")}) {
    helpers.push_back(
        {concat("bits_of_", type), concat("static inline ", bits, " bits_of_", type, "(", type, " x) {\n  union { ",
                                          type, " number; ", bits, " bits; } u = {x};\n  return u.bits;\n}\n")});
    helpers.push_back(
        {concat(type, "_of_bits"), concat("static inline ", type, " ", type, "_of_bits(", bits, " x) {\n  union { ",
                                          bits, " bits; ", type, " number; } u = {x};\n  return u.number;\n}\n")});
  }
  return helpers;
}

}  // namespace descent::program::c
