// Data: tables, what a network gets to see of them, splits and mini-batches.
#pragma once

#include "descent/data/batches.h"
#include "descent/data/csv.h"
#include "descent/data/features.h"
#include "descent/data/split.h"
#include "descent/data/target.h"
