// What layers are made of, as functions: torch.nn.functional's. Losses are in loss.h, the best known activations in
// ops.h.
#pragma once

#include "descent/functional/activation.h"
#include "descent/functional/attention.h"
#include "descent/functional/bilinear.h"
#include "descent/functional/convolution.h"
#include "descent/functional/distance.h"
#include "descent/functional/dropout.h"
#include "descent/functional/embedding.h"
#include "descent/functional/interpolate.h"
#include "descent/functional/normalization.h"
#include "descent/functional/padding.h"
#include "descent/functional/pixel_shuffle.h"
#include "descent/functional/pooling.h"
#include "descent/functional/unfold.h"
