#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "program/passes.h"

int main(int argc, char** argv) {
  descent::program::verifies_passes = true;
  return doctest::Context(argc, argv).run();
}
