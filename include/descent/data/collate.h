// Collating: the items of a batch become one.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/create.h"
#include "descent/export.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// Where padding stands.
enum class PaddingSide : std::uint8_t { right, left };

struct PadSequenceOptions {
  /// The result is [sequences, longest, ...], else [longest, sequences, ...].
  bool batch_first = false;
  double padding_value = 0;
  PaddingSide padding_side = PaddingSide::right;
};
/// Sequences [length, ...] of different lengths as one tensor, padded to the longest. It has the dtype of the first.
/// An Error if there is none, or their other sizes differ.
///
/// Source: torch.nn.utils.rnn.pad_sequence.
Tensor pad_sequence(const std::vector<Tensor>& sequences, const PadSequenceOptions& options = {});

namespace detail {

Tensor stack_items(const std::vector<Tensor>& items);
Tensor pad_items(const std::vector<Tensor>& items, const PadSequenceOptions& options);

template <class T>
inline constexpr bool kIsTuple = false;
template <class... T>
inline constexpr bool kIsTuple<std::tuple<T...>> = true;
template <class A, class B>
inline constexpr bool kIsTuple<std::pair<A, B>> = true;
template <class>
inline constexpr bool kIsCollated = false;

/// `join` makes a tensor of tensors.
template <class Item, class Join>
auto collate(std::vector<Item> items, const Join& join) {
  if constexpr (std::same_as<Item, Tensor>) {
    return join(items);
  } else if constexpr (std::same_as<Item, bool> || std::floating_point<Item>) {
    return tensor(items);
  } else if constexpr (std::integral<Item>) {
    return tensor(std::vector<std::int64_t>(items.begin(), items.end()));
  } else if constexpr (std::same_as<Item, std::string>) {
    return items;
  } else if constexpr (kIsTuple<Item>) {
    const auto part = [&]<std::size_t kIndex>(std::integral_constant<std::size_t, kIndex>) {
      std::vector<std::tuple_element_t<kIndex, Item>> parts;
      parts.reserve(items.size());
      for (Item& item : items) parts.push_back(std::move(std::get<kIndex>(item)));
      return collate(std::move(parts), join);
    };
    return [&]<std::size_t... kIndices>(std::index_sequence<kIndices...>) {
      if constexpr (requires(Item item) { item.first; }) {
        return std::make_pair(part(std::integral_constant<std::size_t, kIndices>())...);
      } else {
        return std::make_tuple(part(std::integral_constant<std::size_t, kIndices>())...);
      }
    }
    (std::make_index_sequence<std::tuple_size_v<Item>>());
  } else {
    static_assert(kIsCollated<Item>, "a batch of such items takes a collate function of its own");
  }
}

}  // namespace detail

/// The default: tensors of one shape are stacked; numbers become a tensor (integers int64, float and double float32 and
/// float64); strings a vector; and of pairs and tuples each part is collated by itself. For other items, a DataLoader
/// takes a function from a vector of items to a batch.
///
/// Source: torch.utils.data.default_collate.
struct Collate {
  template <class Item>
  auto operator()(std::vector<Item> items) const {
    return detail::collate(std::move(items), detail::stack_items);
  }
};

/// The same, but that tensors of one dimension or more are sequences, padded to the longest of the batch.
///
///   data::DataLoader loader(sentences, {.batch_size = 32}, data::PadCollate{.padding_value = -100});
struct PadCollate {
  bool batch_first = true;
  double padding_value = 0;
  PaddingSide padding_side = PaddingSide::right;

  template <class Item>
  auto operator()(std::vector<Item> items) const {
    return detail::collate(std::move(items), [this](const std::vector<Tensor>& tensors) {
      return detail::pad_items(
          tensors, {.batch_first = batch_first, .padding_value = padding_value, .padding_side = padding_side});
    });
  }
};

}  // namespace data
}  // namespace descent
