#include "descent/report/text_table.h"

#include <doctest/doctest.h>

using descent::report::text_table;
using descent::report::text_width;

TEST_CASE("a table of texts has a column to the left and the others to the right") {
  CHECK(text_table({{"", "loss"}, {"größer", "1"}, {"b", "0.25"}}) ==
        "        loss\n"
        "größer     1\n"
        "b       0.25\n");
  CHECK(text_table({}) == "");
  CHECK(text_width("größer ⣿") == 8);
}
