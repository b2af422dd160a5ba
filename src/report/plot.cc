#include "descent/report/plot.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "descent/error.h"
#include "descent/text.h"
#include "report/digits.h"
#include "report/range.h"

namespace descent::report {

namespace {

/// Of the series behind the first.
constexpr std::string_view kLetters = "ox+*";
constexpr std::size_t kLeastWidth = 30, kLeastHeight = 4;
/// A character of a Braille pattern has two columns of four dots.
constexpr std::size_t kDotsAcross = 2, kDotsDown = 4;
/// How near to each other two letters of a series stand, so that the dots between them are seen.
constexpr std::size_t kLetterColumns = 3;

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (; times > 0; --times) result += text;
  return result;
}

/// Characters, of dots or a letter.
class Canvas {
 public:
  Canvas(std::size_t columns, std::size_t rows) : columns_(columns), dots_(columns * rows), letters_(columns * rows) {}

  void dot(std::size_t x, std::size_t y) {
    // The bits of the Unicode block, by row and column.
    constexpr unsigned char kBits[kDotsDown][kDotsAcross] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    dots_[y / kDotsDown * columns_ + x / kDotsAcross] |= kBits[y % kDotsDown][x % kDotsAcross];
  }
  void letter(std::size_t column, std::size_t row, char letter) { letters_[row * columns_ + column] = letter; }

  std::string row(std::size_t row) const {
    std::string text;
    for (std::size_t i = row * columns_; i < (row + 1) * columns_; ++i) {
      if (letters_[i] != 0) {
        text += letters_[i];
      } else if (dots_[i] != 0) {
        // U+2800 and the bits, in UTF-8.
        text += {'\xE2', static_cast<char>(0xA0 | dots_[i] >> 6), static_cast<char>(0x80 | (dots_[i] & 0x3F))};
      } else {
        text += ' ';
      }
    }
    return text;
  }

 private:
  std::size_t columns_;
  std::vector<unsigned char> dots_;
  std::vector<char> letters_;
};

struct Axes {
  Range x, y;

  bool has(double at_x, double at_y) const { return std::isfinite(at_x) && std::isfinite(at_y); }
};

std::size_t position(double part, std::size_t places) {
  return static_cast<std::size_t>(std::lround(part * static_cast<double>(places - 1)));
}

void draw_line(Canvas& canvas, const Series& series, const Axes& axes, std::size_t dots_x, std::size_t dots_y) {
  bool is_joined = false;
  double from_x = 0, from_y = 0;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!axes.has(series.x[i], series.y[i])) {
      is_joined = false;
      continue;
    }
    const auto x = static_cast<double>(position(axes.x.part_of(series.x[i]), dots_x));
    const auto y = static_cast<double>(position(1 - axes.y.part_of(series.y[i]), dots_y));
    if (!is_joined) from_x = x, from_y = y;
    const double steps = std::max({std::fabs(x - from_x), std::fabs(y - from_y), 1.0});
    for (double step = 0; step <= steps; ++step)
      canvas.dot(static_cast<std::size_t>(std::lround(from_x + (x - from_x) * step / steps)),
                 static_cast<std::size_t>(std::lround(from_y + (y - from_y) * step / steps)));
    from_x = x, from_y = y;
    is_joined = true;
  }
}

void draw_letters(Canvas& canvas, const Series& series, const Axes& axes, std::size_t columns, std::size_t rows,
                  char letter) {
  auto latest = -static_cast<std::ptrdiff_t>(kLetterColumns);
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!axes.has(series.x[i], series.y[i])) continue;
    const std::size_t column = position(axes.x.part_of(series.x[i]), columns);
    const auto place = static_cast<std::ptrdiff_t>(column);
    if (std::abs(place - latest) < static_cast<std::ptrdiff_t>(kLetterColumns)) continue;
    canvas.letter(column, position(1 - axes.y.part_of(series.y[i]), rows), letter);
    latest = place;
  }
}

void check(const std::vector<Series>& series, const PlotOptions& options) {
  if (options.width < kLeastWidth) fail("plot: width = ", options.width, " must be at least ", kLeastWidth);
  if (options.height < kLeastHeight) fail("plot: height = ", options.height, " must be at least ", kLeastHeight);
  if (series.size() > kLetters.size() + 1)
    fail("plot: ", series.size(), " series, wanted at most ", kLetters.size() + 1);
  for (const Series& each : series) {
    if (each.x.size() != each.y.size())
      fail("plot: ", in_quotes(each.name), " has ", each.x.size(), " x and ", each.y.size(), " y");
  }
}

void add_line(std::string& picture, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  picture += line + '\n';
}

/// `left` at the left end, `right` at the right end, `middle` between them if there is room.
std::string spread(const std::string& left, const std::string& middle, const std::string& right, std::size_t width) {
  std::string line(width, ' ');
  line.replace(0, left.size(), left);
  line.replace(width - right.size(), right.size(), right);
  const std::size_t begin = (width - std::min(width, middle.size())) / 2;
  if (begin > left.size() && begin + middle.size() + right.size() < width) line.replace(begin, middle.size(), middle);
  return line;
}

std::string legend(const std::vector<Series>& series) {
  std::string line;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (i > 0) line += "   ";
    line += i == 0 ? "⠒⠒" : std::string(1, kLetters[i - 1]);
    line += ' ' + printable(series[i].name);
  }
  return line;
}

}  // namespace

std::string plot(const std::vector<Series>& series, const PlotOptions& options) {
  check(series, options);
  Axes axes;
  for (const Series& each : series) {
    for (std::size_t i = 0; i < each.x.size(); ++i) {
      if (!axes.has(each.x[i], each.y[i])) continue;
      axes.x.include(each.x[i]);
      axes.y.include(each.y[i]);
    }
  }
  if (axes.x.is_empty())
    return concat(printable(options.title), options.title.empty() ? "" : ": ", "there is nothing to draw\n");
  const bool logarithmic =
      options.logarithmic_from > 0 && axes.y.low() > 0 && axes.y.high() / axes.y.low() >= options.logarithmic_from;
  axes.x.finish(false);
  axes.y.finish(logarithmic);

  const std::size_t rows = options.height, middle = rows / 2;
  std::vector<std::string> labels(rows);
  labels.front() = in_digits(axes.y.at(1));
  labels[middle] = in_digits(axes.y.at(1 - static_cast<double>(middle) / static_cast<double>(rows - 1)));
  labels.back() = in_digits(axes.y.at(0));
  std::size_t label_width = 0;
  for (const std::string& label : labels) label_width = std::max(label_width, label.size());
  const std::size_t columns = options.width - label_width - 2;

  Canvas canvas(columns, rows);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (i == 0)
      draw_line(canvas, series[i], axes, columns * kDotsAcross, rows * kDotsDown);
    else
      draw_letters(canvas, series[i], axes, columns, rows, kLetters[i - 1]);
  }

  std::string picture;
  if (!options.title.empty() || logarithmic)
    add_line(picture, printable(options.title) + (logarithmic ? " (logarithmic scale)" : ""));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string& label = labels[row];
    add_line(picture,
             concat(std::string(label_width - label.size(), ' '), label, label.empty() ? " │" : " ┤", canvas.row(row)));
  }
  const std::string margin(label_width + 1, ' ');
  add_line(picture, margin + "└" + repeated("─", columns));
  add_line(picture, margin + ' ' +
                        spread(in_digits(axes.x.low()), printable(options.x_name), in_digits(axes.x.high()), columns));
  if (series.size() > 1) add_line(picture, margin + ' ' + legend(series));
  return picture;
}

std::string plot(const train::History& history, const PlotOptions& options) {
  PlotOptions named = options;
  if (named.title.empty()) named.title = "loss";
  Series training{.name = "training"}, held_out{.name = "held-out"};
  bool is_measured = false;
  for (const train::EpochRecord& epoch : history.epochs) {
    training.x.push_back(static_cast<double>(epoch.epoch));
    training.y.push_back(epoch.loss);
    held_out.y.push_back(epoch.held_out_loss);
    is_measured = is_measured || !std::isnan(epoch.held_out_loss);
  }
  held_out.x = training.x;
  if (history.epochs.empty()) {
    double first = 0;
    for (const train::Curve::Bucket& bucket : history.loss.buckets()) {
      training.x.push_back(first + static_cast<double>(bucket.steps - 1) / 2);
      training.y.push_back(bucket.mean);
      first += static_cast<double>(bucket.steps);
    }
  }
  if (named.x_name.empty()) named.x_name = history.epochs.empty() ? "step" : "epoch";
  return is_measured ? plot({training, held_out}, named) : plot({training}, named);
}

}  // namespace descent::report
