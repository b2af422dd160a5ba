#include "kernels/parallel.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

#include "descent/error.h"
#include "kernels/thread_memory.h"

namespace descent::kernels {
namespace {

constexpr int kMaxThreads = 1024;

/// Whether this thread is running a block.
thread_local bool inside_block = false;

void pause_briefly() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

int processors() {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::clamp(CPU_COUNT(&set), 1, kMaxThreads);
#endif
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMaxThreads);
}

int default_threads() {
  const char* text = std::getenv("DESCENT_THREADS");
  if (text == nullptr || *text == '\0') return processors();
  const char* end = text + std::strlen(text);
  int count = 0;
  const auto [rest, error] = std::from_chars(text, end, count);
  if (error != std::errc() || rest != end || count < 1 || count > kMaxThreads) {
    fail("DESCENT_THREADS is '", text, "', not a number of threads from 1 to ", kMaxThreads);
  }
  return count;
}

/// Waits until `value` is another than `old`: for a while awake, because a thread that sleeps takes longer to wake than
/// a short job takes, then asleep.
std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kAwake = std::chrono::microseconds(50);
  constexpr int kLooks = 32;  // between looks at the clock
  const Clock::time_point end = Clock::now() + kAwake;
  do {
    for (int i = 0; i < kLooks; ++i) {
      if (const std::uint32_t now = value.load(std::memory_order_acquire); now != old) return now;
      pause_briefly();
    }
  } while (Clock::now() < end);
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

/// Threads that sleep until there is a job, and one job at a time. A worker joins the job while it is open; the owner
/// takes blocks like everyone, closes the job when none is left to take, and leaves when the last worker has left.
///
/// A process that forks has but the forking thread in the child: there the pool begins anew, with workers of its own
/// when they are needed.
class Pool {
 public:
  static Pool& instance() {
    static Pool pool;
    return pool;
  }

  Pool() {
    // What ends threads is made before this object is, and so is there until the last of its threads has ended.
    constinit thread_local ThreadEnd nothing{[](ThreadEnd&) {}};
    nothing.list();
    started = this;
    pthread_atfork(nullptr, nullptr, [] { started->begin_anew(); });
  }

  ~Pool() { stop(); }

  int size() {
    const int count = size_.load(std::memory_order_relaxed);
    if (count > 0) return count;
    const int by_default = default_threads();
    int unset = 0;
    return size_.compare_exchange_strong(unset, by_default, std::memory_order_relaxed) ? by_default : unset;
  }

  void resize(int count) {
    const std::lock_guard lock(owner_);
    if (count == size_.load(std::memory_order_relaxed)) return;
    stop();
    can_start_ = true;
    size_.store(count, std::memory_order_relaxed);
  }

  /// Runs all blocks and returns true; or returns false, having done nothing, when another thread's job is running.
  bool run(std::int64_t n, std::int64_t grain, detail::BlockFunction function, const void* context) {
    const std::unique_lock lock(owner_, std::try_to_lock);
    if (!lock) return false;
    start();
    job_ = {n, grain, function, context};
    next_.store(0, std::memory_order_relaxed);
    state_.store(kOpen, std::memory_order_release);
    generation_.fetch_add(1, std::memory_order_release);
    const std::int64_t useful = (n - 1) / grain;
    if (useful >= static_cast<std::int64_t>(workers_.size())) {
      generation_.notify_all();
    } else {
      for (std::int64_t i = 0; i < useful; ++i) generation_.notify_one();
    }

    inside_block = true;
    take_blocks();
    inside_block = false;

    std::uint32_t joined = state_.fetch_sub(kOpen, std::memory_order_acquire) - kOpen;
    while (joined != 0) joined = wait_for_change(state_, joined);
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    return true;
  }

 private:
  struct Job {
    std::int64_t n, grain;
    detail::BlockFunction function;
    const void* context;
  };
  static constexpr std::uint32_t kOpen = 1u << 31;

  /// Where the system has no more threads, those that there are do the work: it comes to the same bits.
  void start() {
    while (can_start_ && static_cast<int>(workers_.size()) < size() - 1) {
      try {
        workers_.emplace_back([this, seen = generation_.load(std::memory_order_relaxed)] { work(seen); });
      } catch (const std::system_error&) {
        can_start_ = false;
      } catch (const std::bad_alloc&) {
        can_start_ = false;
      }
    }
  }

  /// In the child of a fork, where nothing may be waited for: what the workers and who held the locks left is let go
  /// as it is.
  void begin_anew() { new (this) Pool(size_.load(std::memory_order_relaxed)); }

  explicit Pool(int size) : size_(size) {}

  inline static Pool* started = nullptr;

  void stop() {
    stopping_.store(true, std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    stopping_.store(false, std::memory_order_relaxed);
  }

  void work(std::uint32_t seen) {
    inside_block = true;
    for (;;) {
      seen = wait_for_change(generation_, seen);
      if (stopping_.load(std::memory_order_relaxed)) return;
      std::uint32_t state = state_.load(std::memory_order_relaxed);
      while ((state & kOpen) != 0 && !state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) {
      }
      if ((state & kOpen) == 0) continue;
      take_blocks();
      if (state_.fetch_sub(1, std::memory_order_release) == 1) state_.notify_one();
    }
  }

  void take_blocks() {
    for (;;) {
      const std::int64_t begin = next_.fetch_add(job_.grain, std::memory_order_relaxed);
      if (begin >= job_.n) return;
      try {
        job_.function(job_.context, begin, std::min(job_.n, begin + job_.grain));
      } catch (...) {
        const std::lock_guard lock(error_mutex_);
        if (!error_) error_ = std::current_exception();
        next_.store(job_.n, std::memory_order_relaxed);
      }
    }
  }

  std::mutex owner_;           // held while a job runs and while the number of threads changes
  std::atomic<int> size_ = 0;  // 0: nobody has asked yet
  std::vector<std::thread> workers_;
  bool can_start_ = true;  // more of them
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint32_t> generation_ = 0;  // counts jobs: what idle workers wait for
  Job job_{};                                  // written only while closed and left by all
  std::atomic<std::uint32_t> state_ = 0;       // kOpen plus the number of workers that joined the job
  std::atomic<std::int64_t> next_ = 0;         // where the next block begins
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

}  // namespace

namespace detail {

void run_blocks(std::int64_t n, std::int64_t grain, BlockFunction function, const void* context) {
  if (!inside_block && num_threads() > 1 && Pool::instance().run(n, grain, function, context)) return;
  for (std::int64_t begin = 0; begin < n; begin += grain) function(context, begin, std::min(n, begin + grain));
}

}  // namespace detail

}  // namespace descent::kernels

namespace descent {

int num_threads() { return kernels::Pool::instance().size(); }

void set_num_threads(int count) {
  if (count < 1 || count > kernels::kMaxThreads)
    fail("set_num_threads: got ", count, ", wanted 1 to ", kernels::kMaxThreads);
  if (kernels::inside_block) fail("set_num_threads: called from inside parallel_for");
  kernels::Pool::instance().resize(count);
}

}  // namespace descent
