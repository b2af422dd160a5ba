// Beyond the nearest local minimum: the same minimisation from many starts.
#pragma once

#include <cstdint>
#include <vector>

#include "descent/minimize/minimize.h"

namespace DESCENT_EXPORT descent {

/// What many minimisations found together.
struct GlobalResult {
  /// The one with the lowest value; of equal ones the first.
  MinimizeResult best;
  /// The value that each of them ended at, in order; NaN where the objective was not finite at the start.
  std::vector<double> values;
  /// Of all of them.
  Evaluations evaluations;
};

struct RestartOptions {
  std::int64_t starts = 20;  // at least 1
  std::uint64_t seed = 0;
  /// Of each minimisation. It may leave the box that the starts come from, unless its `bounds` say otherwise.
  MinimizeOptions local = {};
};

/// minimize from starts drawn evenly from `box`, whose bounds are finite and of a floating point type, and give x its
/// shape and dtype together. Starts at which the objective is not finite are passed over.
///
/// Choose it where the minima are few and far apart, and a box is known that holds the best.
///
/// An Error if `starts` is below 1, the box is not as said, or no start had a finite value, and those of minimize.
GlobalResult restarts(const Objective& objective, const Box& box, const RestartOptions& options = {});

struct BasinHoppingOptions {
  std::int64_t hops = 100;  // at least 0
  double temperature = 1;   // at least 0; as large as the values of neighbouring minima differ
  double step_size = 0.5;   // the largest jump of a variable at first, above 0
  std::uint64_t seed = 0;
  /// Of each minimisation.
  MinimizeOptions local = {};
};

/// Basin hopping (Wales and Doye, 1997): minimize, then again and again jump away and minimize from there.
///
///   y = minimum from x + uniform(-step_size, step_size)
///   x <- y  with probability min(1, exp((f(x) - f(y)) / temperature))
///
/// Every 50 hops step_size is divided by 0.9 if more than half of them were accepted, and multiplied by it if fewer.
/// Jumps to where the objective is not finite are rejected.
///
/// Choose it where there are many minima, near each other, and the good ones lie among good ones.
///
/// An Error if an option is out of its bounds, and those of minimize.
///
/// Source: Wales and Doye, "Global optimization by basin-hopping and the lowest energy structures of Lennard-Jones
/// clusters containing up to 110 atoms", J. Physical Chemistry A 101 (1997), arXiv:cond-mat/9803344; the defaults are
/// SciPy's.
GlobalResult basin_hopping(const Objective& objective, const Tensor& start, const BasinHoppingOptions& options = {});

}  // namespace descent
