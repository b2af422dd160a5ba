#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

#include "program/passes.h"

int main(int argc, char** argv) {
  setenv("DESCENT_CC", "off", 1);  // programs run on the kernels; tests of native code name a compiler
  descent::program::verifies_passes = true;
  return doctest::Context(argc, argv).run();
}
