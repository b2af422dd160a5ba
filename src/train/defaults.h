// What a training does where the options leave it open, by the table.
#pragma once

#include <string_view>

#include "descent/train/fit.h"

namespace descent::train {

/// The loss of classes where none is given and a temperature can make up for it: the hidden layers are to be sure, but
/// not certain, of the rows they learn from (Müller, Kornblith and Hinton, arXiv:1906.02629).
inline constexpr std::string_view kSmoothedLoss = "cross_entropy:label_smoothing=0.1";
/// From fewer rows a temperature is not found.
inline constexpr std::size_t kRowsToSmoothBy = 200;

/// The learning rate of an optimizer's name, with any options, for so many training rows.
double usual_rate(const std::string& optimizer, std::size_t rows);

/// By the optimizer and the number of training rows.
TrainingRecord choose_training(const FitOptions& options, const std::string& loss, std::size_t rows);

/// By what the inputs are and the number of training rows; that of `options.from` if there is one.
NetworkShape choose_network(const FitOptions& options, const data::Features& features, const data::Target& target,
                            std::size_t rows);

/// How many ramps, or waves, each of so many numbers becomes, if few numbers become `count`.
std::int64_t count_for_each(std::int64_t count, std::int64_t numbers);

}  // namespace descent::train
