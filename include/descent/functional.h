// What layers are made of, as functions: torch.nn.functional's. Losses are in loss.h, activations in ops.h.
#pragma once

#include "descent/functional/attention.h"
#include "descent/functional/distance.h"
#include "descent/functional/normalization.h"
#include "descent/functional/padding.h"
#include "descent/functional/pooling.h"
