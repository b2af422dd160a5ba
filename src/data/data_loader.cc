#include "descent/data/data_loader.h"

#include "descent/error.h"
#include "descent/grad_mode.h"

namespace descent::data::detail {

void check_loader(const DataLoaderOptions& options) {
  if (options.batch_size < 1) fail("DataLoader: got batch_size = ", options.batch_size, ", wanted at least 1");
  if (options.num_workers < 0) fail("DataLoader: got num_workers = ", options.num_workers);
  if (options.prefetch_factor < 1)
    fail("DataLoader: got prefetch_factor = ", options.prefetch_factor, ", wanted at least 1");
  if (options.sampler && options.shuffle) fail("DataLoader: a sampler decides the order, shuffle must be false");
}

std::size_t window_of(const DataLoaderOptions& options) {
  if (options.num_workers == 0) return 1;
  return static_cast<std::size_t>(options.num_workers) * static_cast<std::size_t>(options.prefetch_factor);
}

std::vector<std::int64_t> draw_order(const Sampler& sampler, std::int64_t size, Generator& generator) {
  std::vector<std::int64_t> order = sampler.draw(generator);
  if (std::ssize(order) != sampler.size)
    fail("DataLoader: the sampler drew ", order.size(), " items, its size is ", sampler.size);
  for (const std::int64_t item : order) {
    if (item < 0 || item >= size) fail("DataLoader: the sampler drew item ", item, ", the dataset has ", size);
  }
  return order;
}

namespace {

[[noreturn]] void fail_nested(const std::string& where) {
  std::string message;
  try {
    throw;
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "an exception that is no std::exception";
  }
  std::throw_with_nested(Error(where + ": " + message));
}

}  // namespace

void fail_at_item(std::int64_t item) { fail_nested(concat("DataLoader: item ", item)); }
void fail_at_batch(std::int64_t batch) { fail_nested(concat("DataLoader: batch ", batch)); }

Prefetcher::Prefetcher(std::int64_t count, int threads, std::int64_t window, std::uint64_t seed,
                       std::function<void(std::int64_t)> make)
    : count_(count), window_(window), seed_(seed), make_(std::move(make)), outcomes_(static_cast<std::size_t>(window)) {
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (...) {
    stop();
    throw;
  }
}

Prefetcher::~Prefetcher() { stop(); }

void Prefetcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  may_begin_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Prefetcher::wait(std::int64_t k) {
  if (threads_.empty()) return run(k);
  std::unique_lock lock(mutex_);
  Outcome& outcome = outcomes_[static_cast<std::size_t>(k % window_)];
  is_done_.wait(lock, [&] { return outcome.done; });
  if (outcome.error) std::rethrow_exception(outcome.error);
}

void Prefetcher::take(std::int64_t k) {
  if (threads_.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    outcomes_[static_cast<std::size_t>(k % window_)] = {};
    taken_ = k + 1;
  }
  may_begin_.notify_one();
}

void Prefetcher::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    may_begin_.wait(lock, [&] { return stopping_ || next_ == count_ || next_ < taken_ + window_; });
    if (stopping_ || next_ == count_) return;
    const std::int64_t k = next_++;
    lock.unlock();
    Outcome outcome{.done = true, .error = nullptr};
    try {
      run(k);
    } catch (...) {
      outcome.error = std::current_exception();
    }
    lock.lock();
    outcomes_[static_cast<std::size_t>(k % window_)] = std::move(outcome);
    is_done_.notify_one();
  }
}

void Prefetcher::run(std::int64_t k) const {
  Generator generator(seed_ + static_cast<std::uint64_t>(k));
  const NoGrad no_grad;
  const WithGenerator with_generator(generator);
  make_(k);
}

}  // namespace descent::data::detail
