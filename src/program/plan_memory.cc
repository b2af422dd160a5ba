#include <algorithm>
#include <limits>

#include "core/allocator.h"
#include "program/passes.h"

namespace descent::program {
namespace {

struct Interval {
  int buffer;
  int first = std::numeric_limits<int>::max();  // group
  int last = -1;
  std::int64_t bytes = 0;
};

std::vector<Interval> lifetimes_of(const Program& program) {
  std::vector<Interval> lifetimes(program.buffers.size());
  std::vector<std::pair<int, int>> times;  // by group: what is run at its time, the first and the last
  for (std::size_t g = 0; g < program.groups.size(); ++g) times.emplace_back(g, g);
  for (const Chain& chain : program.chains)
    std::fill(times.begin() + chain.begin, times.begin() + chain.end, std::pair(chain.begin, chain.end - 1));
  for (std::size_t g = 0; g < program.groups.size(); ++g) {
    for_each_access(program, program.groups[g], [&](const Operand& operand, bool) {
      Interval& life = lifetimes[static_cast<std::size_t>(operand.buffer)];
      life.first = std::min(life.first, times[g].first);
      life.last = std::max(life.last, times[g].second);
    });
  }
  return lifetimes;
}

}  // namespace

// The largest first, each at the lowest place where nothing lies that lives when it does.
Program plan_memory(Program program) {
  std::vector<Interval> lifetimes = lifetimes_of(program), waiting;
  for (std::size_t b = 0; b < lifetimes.size(); ++b) {
    const Buffer& buffer = program.buffers[b];
    if (buffer.kind != Buffer::Kind::temporary || lifetimes[b].last < 0) continue;
    lifetimes[b].buffer = static_cast<int>(b);
    lifetimes[b].bytes = static_cast<std::int64_t>(
        allocator::aligned(static_cast<std::size_t>(std::max<std::int64_t>(buffer.bytes, 1))));
    waiting.push_back(lifetimes[b]);
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const Interval& a, const Interval& b) { return a.bytes > b.bytes; });
  const auto place_of = [&](const Interval& life) -> std::int64_t& {
    return program.buffers[static_cast<std::size_t>(life.buffer)].place;
  };
  std::vector<Interval> placed;  // in order of their places
  program.arena_bytes = 0;
  for (const Interval& life : waiting) {
    std::int64_t place = 0;
    for (const Interval& other : placed) {
      if (other.last < life.first || life.last < other.first) continue;
      if (place + life.bytes <= place_of(other)) break;
      place = std::max(place, place_of(other) + other.bytes);
    }
    place_of(life) = place;
    program.arena_bytes = std::max(program.arena_bytes, place + life.bytes);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), place,
                                   [&](std::int64_t p, const Interval& other) { return p < place_of(other); }),
                  life);
  }
  return program;
}

}  // namespace descent::program
