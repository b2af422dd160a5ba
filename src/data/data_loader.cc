#include "descent/data/data_loader.h"

#include <unistd.h>

#include <new>
#include <system_error>

#include "data/described.h"
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

namespace {

Description described(const DataLoaderOptions& options, std::int64_t items) {
  return {{"items", items}, {"batch_size", options.batch_size}};
}

}  // namespace

StateDict loader_state(const EpochPlace& place, const DataLoaderOptions& options, std::int64_t items) {
  return with_data(place.state_dict(options.generator), described(options, items));
}

void load_loader_state(EpochPlace& place, DataLoaderOptions& options, std::int64_t items, std::int64_t batches,
                       const StateDict& state) {
  const std::string what = "DataLoader: load_state_dict";
  place.load_state_dict(what, without_data(what, state, described(options, items)), batches, options.generator);
}

Prefetcher::Prefetcher(std::int64_t count, int threads, std::int64_t window, std::uint64_t seed,
                       std::function<void(std::int64_t)> make)
    : count_(count), window_(window), seed_(seed), make_(std::move(make)), workers_(std::make_unique<Workers>()) {
  workers_->outcomes.resize(static_cast<std::size_t>(window));
  workers_->threads.reserve(static_cast<std::size_t>(threads));
  workers_->process = ::getpid();
  try {
    for (int i = 0; i < threads; ++i) workers_->threads.emplace_back([this] { work(); });
  } catch (const std::system_error&) {  // the system has no more
  } catch (const std::bad_alloc&) {
  }
}

Prefetcher::~Prefetcher() {
  // In the child of a fork whatever the threads held stays held.
  if (is_forked()) {
    static_cast<void>(workers_.release());
    return;
  }
  {
    const std::lock_guard lock(workers_->mutex);
    workers_->stopping = true;
  }
  workers_->may_begin.notify_all();
  for (std::thread& thread : workers_->threads) thread.join();
}

bool Prefetcher::is_forked() const { return !workers_->threads.empty() && workers_->process != ::getpid(); }

void Prefetcher::wait(std::int64_t k) {
  if (workers_->threads.empty()) return run(k);
  if (is_forked()) fail("DataLoader: the process forked within an epoch that has workers; begin another epoch");
  std::unique_lock lock(workers_->mutex);
  Outcome& outcome = workers_->outcomes[static_cast<std::size_t>(k % window_)];
  workers_->is_done.wait(lock, [&] { return outcome.done; });
  if (outcome.error) std::rethrow_exception(outcome.error);
}

void Prefetcher::take(std::int64_t k) {
  if (workers_->threads.empty()) return;
  {
    const std::lock_guard lock(workers_->mutex);
    workers_->outcomes[static_cast<std::size_t>(k % window_)] = {};
    workers_->taken = k + 1;
  }
  workers_->may_begin.notify_one();
}

void Prefetcher::work() {
  Workers& w = *workers_;
  std::unique_lock lock(w.mutex);
  while (true) {
    w.may_begin.wait(lock, [&] { return w.stopping || w.next == count_ || w.next < w.taken + window_; });
    if (w.stopping || w.next == count_) return;
    const std::int64_t k = w.next++;
    lock.unlock();
    Outcome outcome{.done = true, .error = nullptr};
    try {
      run(k);
    } catch (...) {
      outcome.error = std::current_exception();
    }
    lock.lock();
    w.outcomes[static_cast<std::size_t>(k % window_)] = std::move(outcome);
    w.is_done.notify_one();
  }
}

void Prefetcher::run(std::int64_t k) const {
  Generator generator(seed_ + static_cast<std::uint64_t>(k));
  const NoGrad no_grad;
  const WithGenerator with_generator(generator);
  make_(k);
}

}  // namespace descent::data::detail
