#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

#include "program/passes.h"

int main(int argc, char** argv) {
  setenv("DESCENT_CC", "off", 0);  // programs run on the kernels, where nothing else is asked for
  descent::program::verifies_passes = true;
  return doctest::Context(argc, argv).run();
}
