// The members of an aggregate and their names: what lets a layer be a plain member of a struct.
//
// The members are counted by trying how many initialisers the aggregate takes, reached by a structured binding, and
// named by the compiler's spelling of a template whose argument is their address.
#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "descent/export.h"

namespace descent {
namespace DESCENT_EXPORT reflect {

/// The most members an aggregate may have.
inline constexpr int kMaxMembers = 40;

namespace detail {

// Initialises anything.
struct Anything {
  template <class T>
  operator T() const;
};

template <class T, bool has_base, class... Found>
consteval bool takes_another() {
  if constexpr (has_base) return requires {
      T{{}, Found{}..., Anything{}};
    };
  else
    return requires { T{Found{}..., Anything{}}; };
}

template <class T, bool has_base, class... Found>
consteval int count() {
  if constexpr (sizeof...(Found) <= kMaxMembers && takes_another<T, has_base, Found...>()) {
    return count<T, has_base, Found..., Anything>();
  } else {
    return sizeof...(Found);
  }
}

// Pointers to the members of `object`; the compiler refuses a wrong count.
template <int count, class T>
constexpr auto pointers(T& object) {
  [[maybe_unused]] const auto addresses = [](auto&... members) {
    return std::tuple<decltype(&members)...>(&members...);
  };
#define DESCENT_MEMBERS(n, ...)    \
  if constexpr (count == n) {      \
    auto& [__VA_ARGS__] = object;  \
    return addresses(__VA_ARGS__); \
  } else
  // clang-format off
  DESCENT_MEMBERS(1, a)
  DESCENT_MEMBERS(2, a, b)
  DESCENT_MEMBERS(3, a, b, c)
  DESCENT_MEMBERS(4, a, b, c, d)
  DESCENT_MEMBERS(5, a, b, c, d, e)
  DESCENT_MEMBERS(6, a, b, c, d, e, f)
  DESCENT_MEMBERS(7, a, b, c, d, e, f, g)
  DESCENT_MEMBERS(8, a, b, c, d, e, f, g, h)
  DESCENT_MEMBERS(9, a, b, c, d, e, f, g, h, i)
  DESCENT_MEMBERS(10, a, b, c, d, e, f, g, h, i, j)
  DESCENT_MEMBERS(11, a, b, c, d, e, f, g, h, i, j, k)
  DESCENT_MEMBERS(12, a, b, c, d, e, f, g, h, i, j, k, l)
  DESCENT_MEMBERS(13, a, b, c, d, e, f, g, h, i, j, k, l, m)
  DESCENT_MEMBERS(14, a, b, c, d, e, f, g, h, i, j, k, l, m, n)
  DESCENT_MEMBERS(15, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
  DESCENT_MEMBERS(16, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
  DESCENT_MEMBERS(17, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q)
  DESCENT_MEMBERS(18, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r)
  DESCENT_MEMBERS(19, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s)
  DESCENT_MEMBERS(20, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)
  DESCENT_MEMBERS(21, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)
  DESCENT_MEMBERS(22, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v)
  DESCENT_MEMBERS(23, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w)
  DESCENT_MEMBERS(24, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x)
  DESCENT_MEMBERS(25, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y)
  DESCENT_MEMBERS(26, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z)
  DESCENT_MEMBERS(27, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A)
  DESCENT_MEMBERS(28, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B)
  DESCENT_MEMBERS(29, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C)
  DESCENT_MEMBERS(30, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D)
  DESCENT_MEMBERS(31, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E)
  DESCENT_MEMBERS(32, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F)
  DESCENT_MEMBERS(33, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G)
  DESCENT_MEMBERS(34, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H)
  DESCENT_MEMBERS(35, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I)
  DESCENT_MEMBERS(36, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J)
  DESCENT_MEMBERS(37, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J, K)
  DESCENT_MEMBERS(38, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J, K, L)
  DESCENT_MEMBERS(39, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J, K, L, M)
  DESCENT_MEMBERS(40, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, G, H, I, J, K, L, M, N)
  return std::tuple<>();
  // clang-format on
#undef DESCENT_MEMBERS
}

// An object that is never made: only the addresses of its members are used, and only while compiling.
template <class T>
struct Imagined {
  Imagined();
  T value;
};
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-internal"
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif
template <class T>
extern const Imagined<T> imagined;

// clang spells a pointer's name only inside a struct.
template <class P>
struct Pointer {
  P pointer;
};
template <class P>
Pointer(P) -> Pointer<P>;

// "... spelling() [pointer = {&imagined.value.weight}]" or "... [with auto pointer = (& ...::Net::weight)]"
template <auto pointer>
consteval const char* spelling() {
  return __PRETTY_FUNCTION__;
}

template <class T, int count, int i>
consteval std::string_view name_of_member() {
#ifdef __clang__
  std::string_view name = spelling<Pointer{std::get<i>(pointers<count>(imagined<T>.value))}>();
#else
  std::string_view name = spelling<std::get<i>(pointers<count>(imagined<T>.value))>();
#endif
  name.remove_suffix(2);
  return name.substr(name.find_last_of(":.") + 1);
}
#ifdef __clang__
#pragma clang diagnostic pop
#endif

}  // namespace detail

/// How many members the aggregate T has, after one empty base if `has_base`; kMaxMembers + 1 if more than kMaxMembers.
template <class T, bool has_base = false>
inline constexpr int member_count = detail::count<T, has_base>();

/// Calls visit(name, member) for each member of the aggregate `x`, in order of declaration.
template <bool has_base = false, class T, class Visit>
void for_each_member(T& x, Visit&& visit) {
  using Aggregate = std::remove_const_t<T>;
  constexpr int count = member_count<Aggregate, has_base>;
  static_assert(std::is_aggregate_v<Aggregate> && count <= kMaxMembers);
  [&]<int... i>(std::integer_sequence<int, i...>) {
    [[maybe_unused]] const auto members = detail::pointers<count>(x);
    (visit(detail::name_of_member<Aggregate, count, i>(), *std::get<i>(members)), ...);
  }
  (std::make_integer_sequence<int, count>());
}

}  // namespace reflect
}  // namespace descent
