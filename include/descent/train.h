// Training: a network that serves most tables, the loop that fits it, its metrics, and the model that comes out.
#pragma once

#include "descent/train/best_weights.h"
#include "descent/train/checkpoint.h"
#include "descent/train/epoch.h"
#include "descent/train/export_model.h"
#include "descent/train/finite.h"
#include "descent/train/fit.h"
#include "descent/train/history.h"
#include "descent/train/learning_rate_finder.h"
#include "descent/train/metrics.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"
#include "descent/train/network.h"
#include "descent/train/recorder.h"
#include "descent/train/tabular_loss.h"
#include "descent/train/tabular_model.h"
