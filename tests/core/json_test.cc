#include "descent/json.h"

#include <doctest/doctest.h>

#include <limits>

#include "descent/text.h"

using namespace descent;

TEST_CASE("values are written as JSON") {
  CHECK(json_text(true) == "true");
  CHECK(json_text(0.1) == "0.1");
  CHECK(json_text(2.0) == "2.0");
  CHECK(json_text(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(json_text(-std::numeric_limits<double>::infinity()) == "null");
  CHECK(json_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(json_text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(json_text("a\"b\\\n\x1b\xc3\xa9") == "\"a\\\"b\\\\\\n\\u001b\xc3\xa9\"");
  CHECK(json_text("a\xff") == "\"a\xef\xbf\xbd\"");
  CHECK(json_text(std::optional<double>()) == "null");
  CHECK(json_text(std::vector<std::vector<int>>{{1, 2}, {}}) == "[[1,2],[]]");
}

TEST_CASE("an object has its members in the order in which they were added") {
  const JsonObject inner = JsonObject().add("z", 1).add("a", "x");
  JsonObject outer;
  CHECK(json_text(outer) == "{}");
  CHECK(json_text(JsonObject().add(outer).add(inner)) == "{\"z\":1,\"a\":\"x\"}");
  outer.add("first", inner).add("list", std::vector{inner, JsonObject()}).add(inner);
  CHECK(json_text(outer) ==
        "{\"first\":{\"z\":1,\"a\":\"x\"},\"list\":[{\"z\":1,\"a\":\"x\"},{}],\"z\":1,\"a\":\"x\"}");
}

TEST_CASE("what is UTF-8") {
  for (const char* text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(text);
    CHECK(is_utf8(text));
  }
  // Cut off, too long, surrogates, beyond Unicode, in the middle of a character.
  for (const char* text :
       {"\xc3", "a\xe2\x82", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"}) {
    CAPTURE(text);
    CHECK_FALSE(is_utf8(text));
  }
}
