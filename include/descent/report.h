// What is made of a training's history for people to look at: log files and pictures.
#pragma once

#include "descent/report/comparison.h"
#include "descent/report/event_file.h"
#include "descent/report/figures.h"
#include "descent/report/history_file.h"
#include "descent/report/landscape.h"
#include "descent/report/log.h"
#include "descent/report/page.h"
#include "descent/report/picture.h"
#include "descent/report/plot.h"
#include "descent/report/race.h"
#include "descent/report/remarks.h"
#include "descent/report/svg.h"
#include "descent/report/time_to_target.h"
#include "descent/report/weight_slice.h"
