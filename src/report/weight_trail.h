// The weights of a training of a table as it went on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "descent/report/race.h"

namespace descent::report {

/// A handful of places, evenly chosen, the first and the last among them.
class WeightTrail {
 public:
  static constexpr std::size_t kCapacity = 33;
  /// Of more weights no trail is kept: 33 places would be more than 13 MB, and their directions take long to find.
  static constexpr std::int64_t kMostWeights = 100'000;
  struct Place {
    std::int64_t epoch = 0;  // how many were over
    std::vector<Tensor> weights = {};
  };

  /// The weights after the next epoch, at first those of before the training.
  void add(const train::TabularModel& model);
  /// None where there were too many weights.
  std::vector<Place> places() const;

 private:
  std::vector<Place> places_ = {};
  Place latest_ = {.epoch = -1};
  std::int64_t stride_ = 1;
};

/// A run of a race: where it went, and what it led to.
struct TrailedRun {
  WeightTrail trail;
  std::optional<train::FitResult> result;  // none if it diverged
};

/// By racer, in the order of `runs`, the first of each. None if none has a trail of three places, or if there are no
/// rows held out.
std::optional<WeightLandscape> landscape_around(const std::vector<std::vector<RaceRun>>& runs,
                                                const std::vector<TrailedRun>& trails, const data::Table& held_out);

}  // namespace descent::report
