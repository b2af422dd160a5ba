// Optimizers around optimizers.
#pragma once

#include "descent/optim/wrapper/combined.h"
#include "descent/optim/wrapper/gradient_accumulation.h"
#include "descent/optim/wrapper/gradient_centralization.h"
#include "descent/optim/wrapper/lookahead.h"
#include "descent/optim/wrapper/projected.h"
#include "descent/optim/wrapper/sam.h"
#include "descent/optim/wrapper/skip_non_finite.h"
#include "descent/optim/wrapper/wrapper.h"
