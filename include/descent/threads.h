// How many threads the work is spread over.
#pragma once

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// How many threads an op may use, the calling one included: what set_num_threads said, else the environment variable
/// DESCENT_THREADS, else the number of processors this process may run on. Results have the same bits on any number.
/// An Error if DESCENT_THREADS is not a whole number from 1 to 1024, which whoever makes an optimizer or fits a table
/// meets too. Where the system has no more threads to give there are fewer, which is no error. In the child of a fork
/// they are started anew.
int num_threads();
/// An Error unless `count` is from 1 to 1024, or from inside an op. Waits for an op that is running on another thread.
void set_num_threads(int count);

}  // namespace descent
