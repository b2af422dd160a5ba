// Datasets: items that are counted from 0, whatever they are made of.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/export.h"
#include "descent/generator.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// A type with size() and get(position) const, for positions from 0 to size() - 1: all that a dataset is. A DataLoader
/// with workers calls get() on several threads at once; it may draw from default_generator(), which is then the batch's
/// own. Datasets are copied into what is made of them: one of yours that holds much keeps it behind a shared_ptr, as
/// those below do.
///
/// One that can read many items in less time than one by one may have get_batch(positions), too: what Collate
/// (collate.h) makes of these items. A DataLoader that collates so asks for that.
///
/// Source: torch.utils.data.Dataset, with its len(), [] and __getitems__.
template <class D>
concept Dataset = std::copy_constructible<D> && requires(const D& dataset, std::int64_t position) {
  { dataset.size() } -> std::convertible_to<std::int64_t>;
  dataset.get(position);
};

/// What get() gives.
template <Dataset D>
using ItemOf = std::remove_cvref_t<decltype(std::declval<const D&>().get(0))>;

namespace detail {
template <class D>
concept HasBatches = Dataset<D> && requires(const D& dataset, std::span<const std::int64_t> positions) {
  dataset.get_batch(positions);
};

/// An Error unless 0 <= position < size.
void check_position(const char* dataset, std::int64_t position, std::int64_t size);
/// The rows that all tensors have; an Error unless they have the same number.
std::int64_t rows_of(std::initializer_list<Tensor> tensors);
/// Those rows of a tensor.
Tensor rows_at(const Tensor& tensor, std::span<const std::int64_t> positions);
}  // namespace detail

/// The rows of tensors: of one tensor x, item i is x[i]; of several, which must have as many rows, the tuple of theirs.
///
///   data::TensorDataset dataset(inputs, targets);
///
/// Source: torch.utils.data.TensorDataset (which gives a tuple of one for one tensor).
template <std::size_t kCount>
class TensorDataset {
 public:
  template <std::same_as<Tensor>... Tensors>
  requires(sizeof...(Tensors) == kCount) explicit TensorDataset(const Tensors&... tensors)
      : tensors_{tensors...}, size_(detail::rows_of({tensors...})) {}

  std::int64_t size() const { return size_; }
  auto get(std::int64_t position) const {
    detail::check_position("TensorDataset", position, size_);
    return of_each([&](const Tensor& tensor) { return tensor[position]; });
  }
  /// What Collate makes of these items.
  auto get_batch(std::span<const std::int64_t> positions) const {
    return of_each([&](const Tensor& tensor) { return detail::rows_at(tensor, positions); });
  }

 private:
  /// f(tensor) of one tensor, of several the tuple of such.
  template <class F>
  auto of_each(const F& f) const {
    if constexpr (kCount == 1) {
      return f(tensors_[0]);
    } else {
      return std::apply([&](const auto&... tensors) { return std::make_tuple(f(tensors)...); }, tensors_);
    }
  }

  std::array<Tensor, kCount> tensors_;
  std::int64_t size_;
};
template <std::same_as<Tensor>... Tensors>
TensorDataset(const Tensors&...) -> TensorDataset<sizeof...(Tensors)>;

/// The elements of a vector, which copies of the dataset share.
template <class T>
class VectorDataset {
 public:
  explicit VectorDataset(std::vector<T> items) : items_(std::make_shared<const std::vector<T>>(std::move(items))) {}

  std::int64_t size() const { return static_cast<std::int64_t>(items_->size()); }
  T get(std::int64_t position) const {
    detail::check_position("VectorDataset", position, size());
    return (*items_)[static_cast<std::size_t>(position)];
  }

 private:
  std::shared_ptr<const std::vector<T>> items_;
};

/// f(0), f(1), ... f(size - 1), each computed when it is asked for. `f` may be called on several threads at once.
template <class F>
class FunctionDataset {
 public:
  FunctionDataset(std::int64_t size, F f) : size_(size), f_(std::move(f)) {
    if (size < 0) fail("FunctionDataset: got a size of ", size);
  }

  std::int64_t size() const { return size_; }
  auto get(std::int64_t position) const {
    detail::check_position("FunctionDataset", position, size_);
    return std::invoke(f_, position);
  }

 private:
  std::int64_t size_;
  F f_;
};

/// The items of a dataset, each passed through a function when it is asked for.
template <Dataset D, class F>
class MappedDataset {
 public:
  MappedDataset(D dataset, F f) : dataset_(std::move(dataset)), f_(std::move(f)) {}

  std::int64_t size() const { return dataset_.size(); }
  auto get(std::int64_t position) const {
    if constexpr (std::invocable<const F&, ItemOf<D>>) {
      return std::invoke(f_, dataset_.get(position));
    } else {
      return std::apply(f_, dataset_.get(position));
    }
  }

 private:
  D dataset_;
  F f_;
};

/// `dataset` with f(item) in place of each item. Where items are tuples or pairs, `f` may take their parts as arguments
/// of their own.
///
///   auto scaled = data::map(images, [](const Tensor& image, const Tensor& label) {
///     return std::pair(image.to(float32) / 255, label);
///   });
template <Dataset D, class F>
MappedDataset<D, F> map(D dataset, F f) {
  return {std::move(dataset), std::move(f)};
}

/// Those items of a dataset whose positions are given, in their order.
///
/// Source: torch.utils.data.Subset.
template <Dataset D>
class Subset {
 public:
  /// An Error for a position that the dataset does not have.
  Subset(D dataset, std::vector<std::int64_t> positions)
      : dataset_(std::move(dataset)), positions_(std::move(positions)) {
    for (const std::int64_t position : positions_) detail::check_position("Subset", position, dataset_.size());
  }

  std::int64_t size() const { return static_cast<std::int64_t>(positions_.size()); }
  auto get(std::int64_t position) const {
    detail::check_position("Subset", position, size());
    return dataset_.get(positions_[static_cast<std::size_t>(position)]);
  }
  auto get_batch(std::span<const std::int64_t> positions) const requires detail::HasBatches<D> {
    std::vector<std::int64_t> inner;
    inner.reserve(positions.size());
    for (const std::int64_t position : positions) inner.push_back(positions_[static_cast<std::size_t>(position)]);
    return dataset_.get_batch(inner);
  }

  const std::vector<std::int64_t>& positions() const { return positions_; }

 private:
  D dataset_;
  std::vector<std::int64_t> positions_;
};

/// Datasets one after another. They have one type; AnyDataset makes those of different types so.
///
/// Source: torch.utils.data.ConcatDataset.
template <Dataset D>
class ConcatDataset {
 public:
  explicit ConcatDataset(std::vector<D> datasets) : datasets_(std::move(datasets)) {
    for (const D& dataset : datasets_) ends_.push_back(size() + dataset.size());
  }

  std::int64_t size() const { return ends_.empty() ? 0 : ends_.back(); }
  auto get(std::int64_t position) const {
    detail::check_position("ConcatDataset", position, size());
    const auto part = static_cast<std::size_t>(std::ranges::upper_bound(ends_, position) - ends_.begin());
    return datasets_[part].get(part == 0 ? position : position - ends_[part - 1]);
  }

 private:
  std::vector<D> datasets_;
  /// Where each ends.
  std::vector<std::int64_t> ends_;
};

/// Any dataset with items of type T, for where its own type must not show. Copies share it.
template <class T>
class AnyDataset {
 public:
  template <class D>
  requires(!std::same_as<D, AnyDataset> && Dataset<D>) AnyDataset(D dataset)
      : size_(dataset.size()), get_([dataset = std::make_shared<const D>(std::move(dataset))](std::int64_t position) {
          return T(dataset->get(position));
        }) {}

  std::int64_t size() const { return size_; }
  T get(std::int64_t position) const { return get_(position); }

 private:
  std::int64_t size_;
  std::function<T(std::int64_t)> get_;
};

/// How long a part of a dataset is: a number of items, or a fraction of all if it is of a floating point type.
struct Length {
  template <std::integral T>
  Length(T items_) : items(static_cast<std::int64_t>(items_)) {}
  template <std::floating_point T>
  Length(T fraction_) : fraction(static_cast<double>(fraction_)), is_fraction(true) {}

  std::int64_t items = 0;
  double fraction = 0;
  bool is_fraction = false;
};

namespace detail {
std::vector<std::vector<std::int64_t>> split_positions(std::int64_t size, const std::vector<Length>& lengths,
                                                       Generator& generator);
}  // namespace detail

/// Parts of a dataset, drawn at random without overlap: a randperm of all positions, cut into pieces of these lengths.
/// They are numbers of items, which add up to all, or fractions, which add up to 1: then each part has its share
/// rounded down, and what is left over goes one by one to the parts, from the first on.
///
///   const auto parts = data::random_split(dataset, {0.8, 0.2});
///
/// An Error if they do not add up, or some are of each kind.
///
/// Source: torch.utils.data.random_split, whose parts these are for the same generator.
template <Dataset D>
std::vector<Subset<D>> random_split(const D& dataset, const std::vector<Length>& lengths,
                                    Generator& generator = default_generator()) {
  std::vector<Subset<D>> parts;
  for (std::vector<std::int64_t>& positions : detail::split_positions(dataset.size(), lengths, generator))
    parts.emplace_back(dataset, std::move(positions));
  return parts;
}

}  // namespace data
}  // namespace descent
