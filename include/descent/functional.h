// What layers are made of, as functions: torch.nn.functional's. Losses are in loss.h, activations in ops.h.
#pragma once

#include "descent/functional/convolution.h"
#include "descent/functional/distance.h"
#include "descent/functional/grid_sample.h"
#include "descent/functional/interpolate.h"
#include "descent/functional/padding.h"
#include "descent/functional/pixel_shuffle.h"
#include "descent/functional/pooling.h"
#include "descent/functional/unfold.h"
