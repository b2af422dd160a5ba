// Small pictures of what a training can be made of.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "descent/optim/optimizer.h"
#include "descent/report/plot.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// A picture of what `wish` asks for, as make_optimizer, make_tabular_loss and NamedSchedule take it
/// ("huber:delta=0.5"):
///
/// - of a schedule, the learning rate over the steps of a training of 1,000, where 1 was asked for; for "plateau" they
///   are 100 epochs, of which the loss falls until the 41st;
/// - of a loss of quantities, its value over the error, at the target 0 (of losses that learn a logarithm over the
///   output, at the target 1; of gaussian_nll at the variance that the output 0 stands for);
/// - of a loss of classes, its value over the lead of the right one of two classes, in logits;
/// - of an optimizer, its way_down_valley.
///
/// A name that stands for two of them means the first. The options' title and x_name do not count. An Error for a name
/// there is none of, with the nearest there are, and for an option or value that there is none of.
std::string picture(std::string_view wish, const PlotOptions& options = {});

/// The way of an optimizer in 100 steps over the valley (x^2 + 10 y^2) / 2, whose height is 28 where it begins, (-4,
/// 2).
struct ValleyWay {
  Series points = {};
  double lr = 0;
  double end = 0;  // the height where it ends
};

/// The way at the rate, of 1, 0.5, 0.2, 0.1, ..., 0.001, that ends lowest and is never higher than where it begins.
/// `make` makes an optimizer of the point, [1, 2], at a rate; `before_step` is called with it and the height, which has
/// its graph, before each backward pass. No points, and an infinite height, if there is none.
ValleyWay way_down_valley(
    const std::function<std::unique_ptr<optim::Optimizer>(const Tensor& point, double lr)>& make,
    const std::function<void(optim::Optimizer& optimizer, const Tensor& height)>& before_step = nullptr);

}  // namespace report
}  // namespace descent
