// Metrics: how good predictions are, in numbers for people.
#pragma once

#include "descent/metrics/class_counts.h"
#include "descent/metrics/confusion_matrix.h"
#include "descent/metrics/metric.h"
#include "descent/metrics/probability.h"
#include "descent/metrics/ranking.h"
#include "descent/metrics/regression.h"
#include "descent/metrics/spearman.h"
#include "descent/metrics/top_k_accuracy.h"
