#include "descent/report/svg.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string_view>

#include "descent/error.h"
#include "descent/text.h"
#include "report/digits.h"
#include "report/range.h"

namespace descent::report {

namespace {

// At least 4 times as light as black, and as dark as white.
constexpr std::string_view kInk = "#767676";
constexpr std::string_view kColours[] = {"#1a73e8", "#c5502a", "#1a8a4a", "#a142c9"};
constexpr std::string_view kDashes[] = {"", "6 3", "2 3", "9 3 2 3"};
constexpr std::string_view kDashesInText[] = {"━━", "╍╍", "┅┅", "━╍"};
constexpr double kLetterWidth = 6, kLineHeight = 13, kMargin = 6;

std::string in_markup(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

/// A place, to a tenth of a pixel.
std::string in_pixels(double place) {
  std::string result = in_format(place, std::chars_format::fixed, 1);
  if (result.ends_with(".0")) result.resize(result.size() - 2);
  return result == "-0" ? "0" : result;
}

/// Broken between words.
std::vector<std::string> lines_of(const std::string& text, std::size_t letters) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > letters)
      lines.push_back(word);
    else
      lines.back() += ' ' + word;
  }
  return lines;
}

/// Where the numbers of an axis lie, once its range is finished.
struct PixelAxis {
  Range range;
  double first = 0, last = 0;  // the pixels of its ends

  double at(double value) const { return first + (last - first) * range.part_of(value); }
};

bool is_place(const Series& series, std::size_t i) { return std::isfinite(series.x[i]) && std::isfinite(series.y[i]); }

/// "M1 2 3 4": a line that has a gap where a number is not finite.
std::string way(const Series& series, const PixelAxis& x, const PixelAxis& y) {
  std::string result;
  bool is_joined = false;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (is_place(series, i))
      result += concat(is_joined ? ' ' : 'M', in_pixels(x.at(series.x[i])), ' ', in_pixels(y.at(series.y[i])));
    is_joined = is_place(series, i);
  }
  return result;
}

void check_svg(const std::vector<Series>& series, const SvgOptions& options) {
  if (options.width < 160) fail("svg: width = ", options.width, " must be at least 160");
  if (options.height < 120) fail("svg: height = ", options.height, " must be at least 120");
  if (series.size() > std::size(kColours))
    fail("svg: ", series.size(), " series, wanted at most ", std::size(kColours));
  for (const auto* all : {&series, &options.ground}) {
    for (const Series& each : *all)
      if (each.x.size() != each.y.size())
        fail("svg: ", in_quotes(each.name), " has ", each.x.size(), " x and ", each.y.size(), " y");
  }
}

std::string text_at(double x, double y, std::string_view anchor, const std::string& text) {
  return concat("<text x=\"", in_pixels(x), "\" y=\"", in_pixels(y), "\" text-anchor=\"", anchor, "\">", text,
                "</text>\n");
}

}  // namespace

std::string svg(const std::vector<Series>& series, const SvgOptions& options) {
  check_svg(series, options);
  Range of_x, of_y;
  for (const Series& each : series) {
    for (std::size_t i = 0; i < each.x.size(); ++i) {
      if (!is_place(each, i)) continue;
      of_x.include(each.x[i]);
      of_y.include(each.y[i]);
    }
  }
  if (of_x.is_empty()) fail("svg: there is nothing to draw");
  const auto width = static_cast<double>(options.width), height = static_cast<double>(options.height);
  const std::vector<std::string> title =
      lines_of(options.title, static_cast<std::size_t>((width - 2 * kMargin) / kLetterWidth));
  const std::string top_number = in_digits(of_y.high()), bottom_number = in_digits(of_y.low());
  const double left =
      kMargin * 2 + kLetterWidth * static_cast<double>(std::max(top_number.size(), bottom_number.size()));
  const double top = kMargin + kLineHeight * static_cast<double>(title.size()) + kMargin;
  const double right = width - kMargin;
  const double bottom = height - kMargin - kLineHeight * (series.size() > 1 ? 2.0 : 1.0);
  of_x.finish();
  of_y.finish();
  const PixelAxis x{of_x, left + 2, right - 2}, y{of_y, bottom - 2, top + 2};

  std::string picture = concat("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"", options.width,
                               "\" height=\"", options.height, "\" viewBox=\"0 0 ", options.width, ' ', options.height,
                               "\">\n<title>", in_markup(options.title), "</title>\n");
  const std::string frame = concat("<rect x=\"", in_pixels(left), "\" y=\"", in_pixels(top), "\" width=\"",
                                   in_pixels(right - left), "\" height=\"", in_pixels(bottom - top), "\"/>");
  picture += concat("<clipPath id=\"f\">", frame, "</clipPath>\n");
  picture += concat("<g fill=\"none\" stroke=\"", kInk, "\" clip-path=\"url(#f)\">\n");
  for (const Series& each : options.ground)
    picture += concat("<path opacity=\".6\" stroke-width=\".7\" d=\"", way(each, x, y), "\"/>\n");
  picture += concat(frame, "\n</g>\n");
  if (options.has_dots)
    picture += concat("<marker id=\"d\" viewBox=\"-2 -2 4 4\" markerWidth=\"4\" markerHeight=\"4\" ",
                      "markerUnits=\"userSpaceOnUse\"><circle r=\"2\" fill=\"", kColours[0], "\"/></marker>\n");
  picture += "<g fill=\"none\" stroke-width=\"1.6\" stroke-linejoin=\"round\" clip-path=\"url(#f)\">\n";
  for (std::size_t i = 0; i < series.size(); ++i) {
    picture += concat("<path stroke=\"", kColours[i], '"');
    if (!kDashes[i].empty()) picture += concat(" stroke-dasharray=\"", kDashes[i], '"');
    if (options.has_dots && i == 0)
      picture += " marker-start=\"url(#d)\" marker-mid=\"url(#d)\" marker-end=\"url(#d)\"";
    picture += concat(" d=\"", way(series[i], x, y), "\"/>\n");
  }
  picture += concat("</g>\n<g fill=\"", kInk, "\" font-family=\"ui-monospace,monospace\" font-size=\"10\">\n");
  for (std::size_t i = 0; i < title.size(); ++i)
    picture += text_at(kMargin, kMargin + kLineHeight * (static_cast<double>(i) + 0.7), "start", in_markup(title[i]));
  picture += text_at(left - kMargin / 2, top + 8, "end", top_number);
  picture += text_at(left - kMargin / 2, bottom, "end", bottom_number);
  picture += text_at(left, bottom + kLineHeight, "start", in_digits(of_x.low()));
  picture += text_at(right, bottom + kLineHeight, "end", in_digits(of_x.high()));
  picture += text_at((left + right) / 2, bottom + kLineHeight, "middle", in_markup(options.x_name));
  if (series.size() > 1) {
    std::string names;
    for (std::size_t i = 0; i < series.size(); ++i)
      names += concat(i > 0 ? "  " : "", "<tspan fill=\"", kColours[i], "\">", kDashesInText[i], ' ',
                      in_markup(series[i].name), "</tspan>");
    picture += text_at((left + right) / 2, bottom + 2 * kLineHeight, "middle", names);
  }
  return picture + "</g>\n</svg>\n";
}

}  // namespace descent::report
