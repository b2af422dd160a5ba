// Marching squares: the sides of a cell that the level crosses are joined in pairs, and the pairs of neighbouring cells
// share a side, so that lines are walked from side to side.
#include <cmath>
#include <map>
#include <utility>

#include "descent/report/landscape.h"

namespace descent::report {

namespace {

/// A side of a cell: from the corner `corner`, to the right or upwards.
using Side = std::pair<std::size_t, bool>;

class LevelLines {
 public:
  LevelLines(const ErrorSurface& surface, double level) : surface_(surface), level_(level) {
    for (std::size_t row = 0; row + 1 < surface.y.size(); ++row) {
      for (std::size_t column = 0; column + 1 < surface.x.size(); ++column) cross_cell(row * surface.x.size() + column);
    }
  }

  std::vector<std::vector<Point>> lines() {
    std::vector<std::vector<Point>> lines;
    // Those that end at a border first: what is left are rings.
    for (const auto& [side, neighbours] : neighbours_) {
      if (neighbours.size() == 1 && !visited_[side]) lines.push_back(walk(side));
    }
    for (const auto& [side, neighbours] : neighbours_) {
      if (visited_[side]) continue;
      lines.push_back(walk(side));
      lines.back().push_back(lines.back().front());
    }
    return lines;
  }

 private:
  double error(std::size_t corner) const { return surface_.errors[corner]; }
  bool is_above(std::size_t corner) const { return error(corner) > level_; }

  void cross_cell(std::size_t corner) {
    const std::size_t columns = surface_.x.size();
    const std::size_t corners[4] = {corner, corner + 1, corner + columns + 1, corner + columns};
    // In the order around the cell; side i lies between corners i and i + 1.
    const Side sides[4] = {{corner, false}, {corner + 1, true}, {corner + columns, false}, {corner, true}};
    double mean = 0;
    for (const std::size_t each : corners) {
      if (!std::isfinite(error(each))) return;
      mean += error(each) / 4;
    }
    std::vector<Side> crossed;
    for (std::size_t i = 0; i < 4; ++i) {
      if (is_above(corners[i]) != is_above(corners[(i + 1) % 4])) crossed.push_back(sides[i]);
    }
    if (crossed.size() == 2) {
      join(crossed[0], crossed[1]);
    } else if (crossed.size() == 4) {
      // A saddle: the lines cut off the corners that are not of the middle's kind.
      const std::size_t first = is_above(corners[0]) == (mean > level_) ? 0 : 1;
      join(crossed[first], crossed[first + 1]);
      join(crossed[first + 2], crossed[(first + 3) % 4]);
    }
  }

  void join(const Side& one, const Side& other) {
    neighbours_[one].push_back(other);
    neighbours_[other].push_back(one);
  }

  Point point_of(const Side& side) const {
    const auto [corner, upwards] = side;
    const std::size_t columns = surface_.x.size(), column = corner % columns, row = corner / columns;
    const double from = error(corner), to = error(upwards ? corner + columns : corner + 1);
    const double part = (level_ - from) / (to - from);
    if (upwards) return {surface_.x[column], surface_.y[row] + part * (surface_.y[row + 1] - surface_.y[row])};
    return {surface_.x[column] + part * (surface_.x[column + 1] - surface_.x[column]), surface_.y[row]};
  }

  std::vector<Point> walk(Side side) {
    std::vector<Point> line;
    for (bool goes_on = true; goes_on;) {
      visited_[side] = true;
      line.push_back(point_of(side));
      goes_on = false;
      for (const Side& next : neighbours_[side]) {
        if (visited_[next]) continue;
        side = next;
        goes_on = true;
        break;
      }
    }
    return line;
  }

  const ErrorSurface& surface_;
  double level_;
  std::map<Side, std::vector<Side>> neighbours_;
  std::map<Side, bool> visited_;
};

}  // namespace

std::vector<Contour> contours(const ErrorSurface& surface, const std::vector<double>& levels) {
  std::vector<Contour> result;
  for (const double level : levels) result.push_back({.level = level, .lines = LevelLines(surface, level).lines()});
  return result;
}

}  // namespace descent::report
