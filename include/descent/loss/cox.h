#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

/// How events at the same time share the risk: each bears all of it, or, in Efron's way, what is left on average when
/// those before it have gone.
enum class Ties : std::uint8_t { breslow, efron };

struct CoxLossOptions {
  Ties ties = Ties::breslow;  // how events at the same time share the risk
  Reduction reduction = Reduction::mean;
};

/// The negative logarithm of Cox's partial likelihood of survival times (Cox 1972).
///
///   R_i = sum over j with time_j >= time_i of exp(log_hazard_j)
///   D_i = sum over the events j at time_i of exp(log_hazard_j)
///   l_i = log(R_i) - log_hazard_i                          Breslow; for each event i
///   l_i = log(R_i - k / d D_i) - log_hazard_i              Efron; i is the k-th, from 0, of d events at its time
///
/// All three are [N]: `log_hazard`, the prediction; `time`, until the event, or until the sample was last seen; `event`
/// (bool, or 0 and 1), whether it was the event. The losses, unreduced, are [N], 0 where there was no event; the mean
/// is over the events. Without any event there is no likelihood: an Error.
///
/// Choose it to predict who fails sooner where many have not failed yet. It needs whole batches: a risk set is made of
/// the samples at hand. Efron's way is the more exact where many times are equal.
///
/// Source: Cox 1972, "Regression Models and Life-Tables", J. R. Stat. Soc. B 34(2); Breslow 1974,
/// doi:10.2307/2529620; Efron 1977, doi:10.1080/01621459.1977.10480613.
Tensor cox_loss(const Tensor& log_hazard, const Tensor& time, const Tensor& event, const CoxLossOptions& options = {});

namespace nn {
using CoxLoss = Loss<cox_loss, CoxLossOptions>;
}

}  // namespace descent
