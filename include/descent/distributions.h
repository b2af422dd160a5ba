// Distributions of random tensors, and how far one is from another.
#pragma once

#include "descent/distributions/bernoulli.h"
#include "descent/distributions/categorical.h"
#include "descent/distributions/cauchy.h"
#include "descent/distributions/distribution.h"
#include "descent/distributions/exponential.h"
#include "descent/distributions/geometric.h"
#include "descent/distributions/gumbel.h"
#include "descent/distributions/half_normal.h"
#include "descent/distributions/independent.h"
#include "descent/distributions/kl_divergence.h"
#include "descent/distributions/laplace.h"
#include "descent/distributions/log_normal.h"
#include "descent/distributions/normal.h"
#include "descent/distributions/one_hot_categorical.h"
#include "descent/distributions/probabilities.h"
#include "descent/distributions/uniform.h"
