// A formula of lanes becomes a loop over spans. Included once per target.
#if defined(DESCENT_KERNELS_ELEMENTWISE_LOOP_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_ELEMENTWISE_LOOP_H
#undef DESCENT_KERNELS_ELEMENTWISE_LOOP_H
#else
#define DESCENT_KERNELS_ELEMENTWISE_LOOP_H
#endif

#include <type_traits>
#include <utility>

#include "kernels/elementwise.h"
#include "kernels/formulas.h"
#include "kernels/kernel_table.h"
#include "kernels/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

/// Each formula as a type: Function<Formula::add>()(a, b) is formulas::add(a, b).
#define DESCENT_FUNCTION(name, ...)                 \
  template <>                                       \
  struct Function<Formula::name> {                  \
    template <class... V>                           \
    HWY_INLINE auto operator()(V... values) const { \
      return name(values...);                       \
    }                                               \
  };
namespace formulas {
template <Formula kFormula>
struct Function;
DESCENT_FORMULAS(DESCENT_FUNCTION)
namespace of_doubles {
template <Formula kFormula>
struct Function;
DESCENT_FORMULAS(DESCENT_FUNCTION)
}  // namespace of_doubles
}  // namespace formulas
#undef DESCENT_FUNCTION

template <class D>
using ByteTag = hn::Rebind<std::uint8_t, D>;

template <class T>
HWY_INLINE void copy_few(const T* from, std::size_t n, T* to) {
  for (std::size_t i = 0; i < n; ++i) to[i] = from[i];
}

/// The first n lanes of a vector in memory; the others are 0.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_few(D d, const T* from, std::size_t n) {
#if HWY_TARGET == HWY_AVX3
  return hn::MaskedLoad(hn::FirstN(d, n), d, from);
#elif HWY_TARGET == HWY_AVX2
  if constexpr (sizeof(T) >= 4) return hn::MaskedLoad(hn::FirstN(d, n), d, from);
#endif
  HWY_ALIGN T lanes[hn::MaxLanes(D())] = {};
  copy_few(from, n, lanes);
  return hn::Load(d, lanes);
}

template <class D, class T = hn::TFromD<D>>
HWY_INLINE void store_few(hn::Vec<D> v, D d, T* to, std::size_t n) {
#if HWY_TARGET == HWY_AVX3
  return hn::BlendedStore(v, hn::FirstN(d, n), d, to);
#elif HWY_TARGET == HWY_AVX2
  if constexpr (sizeof(T) >= 4) return hn::BlendedStore(v, hn::FirstN(d, n), d, to);
#endif
  HWY_ALIGN T lanes[hn::MaxLanes(D())];
  hn::Store(v, d, lanes);
  copy_few(lanes, n, to);
}

template <class D>
HWY_INLINE Condition<D> condition_from_bytes(D, hn::Vec<ByteTag<D>> v) {
  using U = hn::RebindToUnsigned<D>;
  const auto words = hn::PromoteTo(hn::Rebind<std::uint32_t, D>(), v);
  if constexpr (sizeof(hn::TFromD<D>) == 4)
    return hn::RebindMask(D(), hn::Ne(words, hn::Zero(U())));
  else
    return hn::RebindMask(D(), hn::Ne(hn::PromoteTo(U(), words), hn::Zero(U())));
}

template <class D>
HWY_INLINE hn::Vec<ByteTag<D>> to_bytes(Condition<D> c) {
  using U = hn::RebindToUnsigned<D>;
  const auto ones = hn::IfThenElseZero(hn::RebindMask(U(), c.raw), hn::Set(U(), 1));
  return hn::TruncateTo(ByteTag<D>(), ones);
}

/// An operand, read vector by vector. A single value is spread over a buffer that is read again and again.
template <class Tag>
class Reader {
 public:
  using T = hn::TFromD<Tag>;

  HWY_INLINE explicit Reader(const Operand& operand)
      : data_(static_cast<const T*>(operand.data)), mask_(-operand.step) {
    if (operand.step == 0) {
      hn::Store(hn::Set(Tag(), *data_), Tag(), spread_);
      data_ = spread_;
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  HWY_INLINE hn::Vec<Tag> at(std::int64_t i) const { return hn::LoadU(Tag(), data_ + (i & mask_)); }

  static HWY_INLINE hn::Vec<Tag> few(const Operand& operand, std::size_t n) {
    const T* data = static_cast<const T*>(operand.data);
    return operand.step == 0 ? hn::Set(Tag(), *data) : load_few(Tag(), data, n);
  }

 private:
  const T* data_;
  std::int64_t mask_;
  HWY_ALIGN T spread_[hn::MaxLanes(Tag())];
};

/// Floats or doubles in, as Lanes<D>.
template <class D>
class RealInput {
 public:
  HWY_INLINE explicit RealInput(const Operand& operand) : reader_(operand) {}
  HWY_INLINE Lanes<D> at(std::int64_t i) const { return reader_.at(i); }
  static HWY_INLINE Lanes<D> few(const Operand& operand, std::size_t n) { return Reader<D>::few(operand, n); }

 private:
  Reader<D> reader_;
};

/// Bools in, as Condition<D>.
template <class D>
class BoolInput {
 public:
  HWY_INLINE explicit BoolInput(const Operand& operand) : reader_(operand) {}
  HWY_INLINE Condition<D> at(std::int64_t i) const { return condition_from_bytes(D(), reader_.at(i)); }
  static HWY_INLINE Condition<D> few(const Operand& operand, std::size_t n) {
    return condition_from_bytes(D(), Reader<ByteTag<D>>::few(operand, n));
  }

 private:
  Reader<ByteTag<D>> reader_;
};

template <class D>
struct Output {
  using T = hn::TFromD<D>;
  static HWY_INLINE void store(Lanes<D> v, void* out, std::int64_t i) {
    hn::StoreU(v.raw, D(), static_cast<T*>(out) + i);
  }
  static HWY_INLINE void store(Condition<D> c, void* out, std::int64_t i) {
    hn::StoreU(to_bytes(c), ByteTag<D>(), static_cast<std::uint8_t*>(out) + i);
  }
  static HWY_INLINE void store_few(Lanes<D> v, void* out, std::size_t n) {
    HWY_NAMESPACE::store_few(v.raw, D(), static_cast<T*>(out), n);
  }
  static HWY_INLINE void store_few(Condition<D> c, void* out, std::size_t n) {
    HWY_NAMESPACE::store_few(to_bytes(c), ByteTag<D>(), static_cast<std::uint8_t*>(out), n);
  }
};

/// The last vector ends at n and may overlap the one before: it is computed first and stored last, because `out` may be
/// one of the inputs.
template <class Function, class D, class... Input>
HWY_INLINE void run(void* out, std::int64_t n, const Input&... input) {
  const std::int64_t end = n - static_cast<std::int64_t>(hn::MaxLanes(D()));
  const auto last = Function()(input.at(end)...);
  for (std::int64_t i = 0; i < end; i += hn::MaxLanes(D())) Output<D>::store(Function()(input.at(i)...), out, i);
  Output<D>::store(last, out, end);
}

template <class Function, class D, class... Input, std::size_t... kIndex>
HWY_INLINE void run_or_few(const Operand* in, void* out, std::int64_t n, std::index_sequence<kIndex...>) {
  if (n >= static_cast<std::int64_t>(hn::MaxLanes(D())))
    run<Function, D>(out, n, Input(in[kIndex])...);
  else if (n > 0)
    Output<D>::store_few(Function()(Input::few(in[kIndex], n)...), out, n);
}

/// `Function` of lanes D, as an ElementwiseKernel.
template <class Function, class D, class... Input>
void kernel(const Operand* in, void* out, std::int64_t n) {
  run_or_few<Function, D, Input...>(in, out, n, std::index_sequence_for<Input...>());
}

template <Formula kFormula, Implementation kImplementation, class D, std::size_t... kIndex>
ElementwiseKernel kernel_of(std::index_sequence<kIndex...>) {
  using Function = std::conditional_t<kImplementation == Implementation::of_doubles,
                                      formulas::of_doubles::Function<kFormula>, formulas::Function<kFormula>>;
  using Out = decltype(Function()(
      std::declval<std::conditional_t<kIndex == 0 && has_condition(kFormula), Condition<D>, Lanes<D>>>()...));
  static_assert(std::is_same_v<Out, Condition<D>> == (info_of(kFormula).result == Result::boolean),
                "another result than the table of formulas says");
  return kernel<Function, D, std::conditional_t<kIndex == 0 && has_condition(kFormula), BoolInput<D>, RealInput<D>>...>;
}

/// Adds the kernels over lanes D of the formulas that `kImplementation` computes.
template <Implementation kImplementation, class D>
void add_kernels(KernelTable& table) {
  for_each_formula([&]<Formula kFormula>() {
    constexpr DType type = dtype_of<hn::TFromD<D>>();
    if constexpr (info_of(kFormula).implementation(type) == kImplementation)
      table.at(kFormula, type) =
          kernel_of<kFormula, kImplementation, D>(std::make_index_sequence<info_of(kFormula).arity>());
  });
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
