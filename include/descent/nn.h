// Modules, layers and starting values.
#pragma once

#include "descent/nn/activation.h"
#include "descent/nn/convolution.h"
#include "descent/nn/distance.h"
#include "descent/nn/dropout.h"
#include "descent/nn/flatten.h"
#include "descent/nn/init.h"
#include "descent/nn/linear.h"
#include "descent/nn/module.h"
#include "descent/nn/padding.h"
#include "descent/nn/pixel_shuffle.h"
#include "descent/nn/pooling.h"
#include "descent/nn/sequential.h"
#include "descent/nn/unfold.h"
#include "descent/nn/upsampling.h"
