#include "program/c/shared_loops.h"

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "descent/error.h"
#include "program/c/loops.h"

namespace descent::program::c {
namespace {

// Of fewer elements a loop had better be compiled for their number.
constexpr std::int64_t kMany = 256;

// A loop, as Loop (loops.cc) writes one that goes over all elements alike:
//     {
//       float *restrict const p0 = ADDRESS;
//       const float n1 = NUMBER;
//   NO_DEPENDENCES
//       for (int64_t i = BEGIN; i < END; ++i) {
//         STATEMENTS
//       }
//     }
struct LoopText {
  std::string_view begin, end;
  std::vector<std::string_view> arguments;
  std::string parameters;
  std::string_view body;
  std::size_t past;  // of the text
};

class Lines {
 public:
  Lines(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  std::string_view peek() const { return text_.substr(at_, text_.find('\n', at_) - at_); }
  void skip() { at_ += peek().size() + 1; }
  bool take(std::string_view line) {
    if (peek() != line) return false;
    skip();
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

// What stands in `line` between two parts of it, if it begins and ends with these.
std::optional<std::string_view> between(std::string_view line, std::string_view first, std::string_view last) {
  if (line.size() < first.size() + last.size() || !line.starts_with(first) || !line.ends_with(last)) return {};
  return line.substr(first.size(), line.size() - first.size() - last.size());
}

std::optional<LoopText> loop_at(std::string_view text, std::size_t at) {
  Lines lines(text, at);
  LoopText loop;
  if (!lines.take("  {")) return {};
  while (const auto definition = between(lines.peek(), "    ", ";")) {
    const std::size_t equals = definition->find(" = ");
    const std::string_view name = definition->substr(0, equals);
    const bool is_value = equals != std::string_view::npos &&
                          (name.starts_with("const ") || name.find("*restrict") != std::string_view::npos);
    if (!is_value) return {};
    loop.parameters += concat(name, ", ");
    loop.arguments.push_back(definition->substr(equals + 3));
    lines.skip();
  }
  if (!lines.take("NO_DEPENDENCES")) return {};
  const auto range = between(lines.peek(), "    for (int64_t i = ", "; ++i) {");
  if (!range) return {};
  const std::size_t middle = range->find("; i < ");
  loop.begin = range->substr(0, middle);
  loop.end = range->substr(middle + 6);
  lines.skip();
  const std::size_t body = lines.at();
  while (lines.peek().starts_with("      ")) lines.skip();
  loop.body = text.substr(body, lines.at() - body);
  if (!lines.take("    }") || !lines.take("  }")) return {};
  loop.past = lines.at();
  return loop;
}

bool is_long(const LoopText& loop) {
  if (loop.end == kEndOfLanes) return false;
  std::int64_t count = 0;
  const auto [past, error] = std::from_chars(loop.end.data(), loop.end.data() + loop.end.size(), count);
  return error != std::errc() || count >= kMany;  // else it is a part of one that is long
}

}  // namespace

std::string with_shared_loops(const std::string& functions) {
  struct Function {
    int uses = 0;
    std::string name;
  };
  std::map<std::string, Function> found;                        // by what it takes and does
  std::map<std::size_t, std::pair<LoopText, Function*>> loops;  // by their places
  for (std::size_t at = functions.find("  {\n"); at != std::string::npos; at = functions.find("  {\n", at + 1)) {
    const std::optional<LoopText> loop = loop_at(functions, at);
    if (!loop || !is_long(*loop)) continue;
    Function& function = found[loop->parameters + std::string(loop->body)];
    ++function.uses;
    loops.emplace(at, std::pair(*loop, &function));
  }
  std::string shared, rest;
  int named = 0;
  std::size_t done = 0;
  for (const auto& [at, use] : loops) {
    const auto& [loop, function] = use;
    if (function->uses < 2) continue;
    if (function->name.empty()) {
      function->name = concat("loop_", named++);
      shared += concat("NEVER_INLINE static void ", function->name, "(", loop.parameters,
                       "int64_t begin, int64_t end) {\nNO_DEPENDENCES\n  for (int64_t i = begin; i < end; ++i) {\n",
                       loop.body, "  }\n}\n\n");
    }
    rest += functions.substr(done, at - done) + concat("  ", function->name, "(");
    for (const std::string_view argument : loop.arguments) rest += concat(argument, ", ");
    rest += concat(loop.begin, ", ", loop.end, ");\n");
    done = loop.past;
  }
  return shared + rest + functions.substr(done);
}

}  // namespace descent::program::c
