// Minimising functions.
#pragma once

#include "descent/minimize/global.h"
#include "descent/minimize/known_function.h"
#include "descent/minimize/line_search.h"
#include "descent/minimize/methods.h"
#include "descent/minimize/minimize.h"
#include "descent/minimize/result.h"
