// The terminal that a file descriptor leads to.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace descent::cli {

struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};
/// The default where there is no terminal, or one that does not say.
TerminalSize terminal_size(int file);

/// Lines at the foot of what standard error shows, drawn again and again in their place. No mode of the terminal is
/// changed, so that whatever ends the process leaves nothing to be set right. One at a time.
class Redrawn {
 public:
  /// Whether standard error is a terminal that moves its cursor, which all else wants.
  static bool is_possible();
  Redrawn();
  /// The lines stay.
  ~Redrawn();
  Redrawn(const Redrawn&) = delete;
  Redrawn& operator=(const Redrawn&) = delete;

  /// What lines may take now.
  static TerminalSize room();
  /// At least one line, cut where the room ends. The cursor stays behind the last one. A process in the background
  /// draws nothing.
  void draw(std::vector<std::string> lines);
  /// Takes them away: what is written next stands in their place.
  void clear();

 private:
  std::string back_to_first();

  std::vector<std::size_t> widths_ = {};  // of the lines there are
  void (*on_continuing_before_)(int);
};

}  // namespace descent::cli
