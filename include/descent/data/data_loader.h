// Batches of any dataset, prepared ahead by threads.
#pragma once

#include <algorithm>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "descent/data/collate.h"
#include "descent/data/dataset.h"
#include "descent/data/epoch_place.h"
#include "descent/data/sampler.h"
#include "descent/export.h"
#include "descent/generator.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct DataLoaderOptions {
  std::int64_t batch_size = 1;
  /// Each epoch has an order of its own: a RandomSampler's.
  bool shuffle = false;
  /// Leave out a last batch that is smaller.
  bool drop_last = false;
  /// Which items an epoch has. Default: all, in their order or shuffled.
  std::optional<Sampler> sampler = std::nullopt;
  /// Threads that prepare batches ahead; with 0 each is made when it is asked for.
  int num_workers = 0;
  /// How many batches each of them may be ahead.
  int prefetch_factor = 2;
  /// Where orders, and what the dataset draws, come from.
  Generator generator = default_generator().fork();
};

namespace detail {

/// An Error for options that mean nothing.
void check_loader(const DataLoaderOptions& options);
/// How many batches may be made at a time.
std::size_t window_of(const DataLoaderOptions& options);
/// The positions of an epoch, each less than `size`.
std::vector<std::int64_t> draw_order(const Sampler& sampler, std::int64_t size, Generator& generator);
/// Throws on, in the catch of an exception that reading the item threw.
[[noreturn]] void fail_at_item(std::int64_t item);
/// The same of the collate function.
[[noreturn]] void fail_at_batch(std::int64_t batch);

/// Has make(0), make(1), ... make(count - 1) called by threads, which begin them in that order; without threads, by
/// wait().
class Prefetcher {
 public:
  /// make(k) begins once make(k - window) was taken. Its default generator starts from `seed` + k. Where the system has
  /// fewer threads to give there are fewer, or none: then wait(k) makes k.
  Prefetcher(std::int64_t count, int threads, std::int64_t window, std::uint64_t seed,
             std::function<void(std::int64_t)> make);
  /// Lets the calls that have begun end.
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// Returns when make(k) has, and throws what it threw. k is 0, then 1, and so on. An Error in the child of a fork,
  /// where there are no threads.
  void wait(std::int64_t k);
  /// What make(k) made is taken.
  void take(std::int64_t k);

 private:
  struct Outcome {
    bool done = false;
    std::exception_ptr error;
  };
  /// What threads share.
  struct Workers {
    std::mutex mutex;
    std::condition_variable may_begin, is_done;
    // Under the mutex:
    std::int64_t next = 0, taken = 0;
    bool stopping = false;
    /// Of call k at k % window.
    std::vector<Outcome> outcomes;

    std::vector<std::thread> threads;
    std::int64_t process;  // that they are in
  };

  void work();
  void run(std::int64_t k) const;
  bool is_forked() const;

  const std::int64_t count_, window_;
  const std::uint64_t seed_;
  const std::function<void(std::int64_t)> make_;
  std::unique_ptr<Workers> workers_;
};

StateDict loader_state(const EpochPlace& place, const DataLoaderOptions& options, std::int64_t items);
void load_loader_state(EpochPlace& place, DataLoaderOptions& options, std::int64_t items, std::int64_t batches,
                       const StateDict& state);

}  // namespace detail

/// A dataset, some items at a time. Each loop over it is an epoch:
///
///   data::DataLoader loader(dataset, {.batch_size = 32, .shuffle = true, .num_workers = 2});
///   for (auto& [x, y] : loader) ...
///
/// What a batch is, its collate function says: Collate stacks. Batches come in the same order and with the same bits
/// for any number of workers. All that is random is drawn when an epoch begins, a seed and the order; while batch k is
/// made, the default generator is one that starts from the seed + k. So the state of generator() between two epochs
/// decides those to come. Neither reading nor collating records history.
///
/// An exception in an item, or in the collate function, comes out of the loop as an Error that names the item or batch
/// ("DataLoader: item 17: ..."), with the exception nested (std::rethrow_if_nested); the epoch is over then.
///
/// Source: torch.utils.data.DataLoader, whose orders these are for the same generator (given to both the loader and the
/// sampler there).
template <Dataset D, class CollateFunction = Collate>
class DataLoader {
 public:
  using Batch = std::remove_cvref_t<std::invoke_result_t<const CollateFunction&, std::vector<ItemOf<D>>>>;

  /// An Error for a batch_size or prefetch_factor below 1, num_workers below 0, or a sampler together with `shuffle`.
  explicit DataLoader(D dataset, DataLoaderOptions options = {}, CollateFunction collate = {})
      : source_(std::make_shared<const Source>(Source{std::move(dataset), std::move(collate)})),
        options_(std::move(options)) {
    detail::check_loader(options_);
    const std::int64_t items = source_->dataset.size();
    if (!options_.sampler)
      options_.sampler = options_.shuffle ? Sampler(RandomSampler(items)) : SequentialSampler(items);
  }

  /// How many batches an epoch has.
  std::int64_t size() const {
    const std::int64_t items = options_.sampler->size;
    return options_.drop_last ? items / options_.batch_size : (items + options_.batch_size - 1) / options_.batch_size;
  }

  /// Where what is random comes from: its state between two epochs decides those to come.
  Generator& generator() { return options_.generator; }

  /// How many epochs are over: loops that came to their end.
  std::int64_t epoch() const { return place_.epoch(); }
  /// How many batches of the one under way were handed out.
  std::int64_t position() const { return place_.position(); }
  /// "items" and "batch_size" (int64), and what EpochPlace has. Taken within a loop, it says that the batch at hand is
  /// done: after it is loaded, the next loop goes on with the one that follows, or is over at once after the last.
  StateDict state_dict() const { return detail::loader_state(place_, options_, source_->dataset.size()); }
  /// Goes on bit for bit, on any number of workers. An Error that says what does not fit, the number of items or the
  /// size of a batch among it, leaves everything as it was.
  void load_state_dict(const StateDict& state) {
    detail::load_loader_state(place_, options_, source_->dataset.size(), size(), state);
  }

 private:
  struct Source {
    D dataset;
    CollateFunction collate;
  };

  class Epoch {
   public:
    Epoch(std::shared_ptr<const Source> source, const DataLoaderOptions& options, std::int64_t batches,
          std::shared_ptr<EpochPlace::Progress> progress, std::uint64_t seed, std::vector<std::int64_t> order)
        : source_(std::move(source)),
          batch_size_(options.batch_size),
          batches_(batches),
          progress_(std::move(progress)),
          order_(std::move(order)),
          first_(progress_->position),
          position_(first_),
          ahead_(detail::window_of(options)),
          prefetcher_(batches - first_, options.num_workers, static_cast<std::int64_t>(ahead_.size()),
                      seed + static_cast<std::uint64_t>(first_), [this](std::int64_t k) {
                        slot(k).reset();
                        slot(k) = make(first_ + k);
                      }) {
      advance();
    }

    void advance() {
      const std::int64_t batch = std::exchange(position_, batches_), k = batch - first_;
      std::optional<Batch> spent = std::exchange(current, std::nullopt);
      if (batch == batches_) {
        progress_->is_over = true;
        return;
      }
      prefetcher_.wait(k);
      current = std::move(slot(k));
      // Memory is kept by the thread that frees it: so let that be one which needs it.
      slot(k) = std::move(spent);
      prefetcher_.take(k);
      progress_->position = position_ = batch + 1;
    }

    /// None at the end.
    std::optional<Batch> current;

   private:
    std::optional<Batch>& slot(std::int64_t k) { return ahead_[static_cast<std::size_t>(k) % ahead_.size()]; }

    Batch make(std::int64_t k) const {
      const std::span<const std::int64_t> all(order_);
      const auto begin = static_cast<std::size_t>(k * batch_size_);
      const auto positions = all.subspan(begin, std::min(static_cast<std::size_t>(batch_size_), all.size() - begin));
      constexpr bool kWhole = detail::HasBatches<D> && std::same_as<CollateFunction, Collate>;
      [[maybe_unused]] std::vector<ItemOf<D>> items;
      if constexpr (!kWhole) items = read(positions);
      try {
        if constexpr (kWhole) {
          return source_->dataset.get_batch(positions);
        } else {
          return std::invoke(source_->collate, std::move(items));
        }
      } catch (...) {
        detail::fail_at_batch(k);
      }
    }

    std::vector<ItemOf<D>> read(std::span<const std::int64_t> positions) const {
      std::vector<ItemOf<D>> items;
      items.reserve(positions.size());
      for (const std::int64_t position : positions) {
        try {
          items.push_back(source_->dataset.get(position));
        } catch (...) {
          detail::fail_at_item(position);
        }
      }
      return items;
    }

    const std::shared_ptr<const Source> source_;
    const std::int64_t batch_size_, batches_;
    const std::shared_ptr<EpochPlace::Progress> progress_;
    const std::vector<std::int64_t> order_;
    /// The batch to begin with; the prefetcher's is 0.
    const std::int64_t first_;
    /// The next batch to take; `batches_` after an exception.
    std::int64_t position_;
    std::vector<std::optional<Batch>> ahead_;
    /// Last: its threads end before what they use.
    detail::Prefetcher prefetcher_;
  };

 public:
  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;

    Batch& operator*() const { return *epoch_->current; }
    Iterator& operator++() { return epoch_->advance(), *this; }
    void operator++(int) { epoch_->advance(); }
    bool operator==(std::default_sentinel_t) const { return !epoch_->current; }

   private:
    friend class DataLoader;
    explicit Iterator(std::shared_ptr<Epoch> epoch) : epoch_(std::move(epoch)) {}
    std::shared_ptr<Epoch> epoch_;
  };

  /// Begins an epoch. What it needs it keeps: the loader may go, or begin another, meanwhile.
  Iterator begin() {
    std::shared_ptr<EpochPlace::Progress> progress = place_.begin(generator());
    // PyTorch draws the seed first, too.
    const std::uint64_t seed = generator().random64();
    std::vector<std::int64_t> order = detail::draw_order(*options_.sampler, source_->dataset.size(), generator());
    return Iterator(std::make_shared<Epoch>(source_, options_, size(), std::move(progress), seed, std::move(order)));
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::shared_ptr<const Source> source_;
  DataLoaderOptions options_;
  EpochPlace place_;
};

}  // namespace data
}  // namespace descent
