#include "descent/data/ngrams.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "error_of.h"

using namespace descent;
using data::HashingVectorizer, data::NgramOptions, data::ngrams;

using Words = std::vector<std::string>;

TEST_CASE("n-grams are words, runs of words and runs of characters") {
  CHECK(ngrams("Not good!") == Words{"not", "good"});
  CHECK(ngrams("Not good", {.words = 2}) == Words{"not", "not good", "good"});
  CHECK(ngrams("a b c", {.words = 3}) == Words{"a", "a b", "a b c", "b", "b c", "c"});
  CHECK(ngrams("good", {.least_characters = 3, .most_characters = 3}) == Words{"good", "goo*", "*ood"});
  CHECK(ngrams("good", {.words = 0, .least_characters = 3, .most_characters = 4}) == Words{"goo*", "good", "*ood"});
  CHECK(ngrams("", {.words = 2}).empty());
  CHECK(ngrams(" -- ", {.words = 2}).empty());
  // Characters, not bytes.
  CHECK(ngrams("영화는 좋다", {.words = 2, .least_characters = 2, .most_characters = 2}) ==
        Words{"영화는", "영화는 좋다", "영화*", "*화는", "좋다"});
}

TEST_CASE("n-grams of words and their buckets are scikit-learn's") {
  const auto cases = nlohmann::json::parse(std::ifstream(DESCENT_SOURCE_DIR "/tests/golden/ngrams.json"));
  for (const auto& one : cases) {
    const NgramOptions options{.words = one["words"]};
    const std::string text = one["text"];
    CAPTURE(text);
    Words found = ngrams(text, options), wanted = one["ngrams"];
    const HashingVectorizer vectorizer({.ngrams = options, .buckets = 1000});
    std::vector<std::int64_t> buckets = one["buckets"];
    for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(vectorizer.bucket(wanted[i]) == buckets[i]);
    // Its order is another: all of one length before those of the next.
    std::ranges::sort(found);
    std::ranges::sort(wanted);
    CHECK(found == wanted);
    std::vector<std::int64_t> encoded = vectorizer.encode(text);
    std::ranges::sort(encoded);
    std::ranges::sort(buckets);
    CHECK(encoded == buckets);
  }
}

TEST_CASE("of a hostile text so much counts and no more") {
  CHECK(ngrams(std::string(1000, 'a') + " b") == Words{"b"});
  std::string long_text;
  for (int i = 0; i < 20'000; ++i) long_text += "word ";
  CHECK(ngrams(long_text).size() == data::kMostWords);
  CHECK(error_of([] { ngrams("caf\xE9 noir"); }) == "ngrams: byte 3 of the text is not UTF-8");
}

TEST_CASE("options of n-grams out of their bounds are refused") {
  CHECK(error_of([] { ngrams("a", {.words = 17}); }) == "ngrams: words = 17 is not of 0 to 16");
  CHECK(error_of([] { ngrams("a", {.words = 0}); }) == "ngrams: most_characters = 0 is not of 1 to 16");
  CHECK(error_of([] { ngrams("a", {.least_characters = 0, .most_characters = 3}); }) ==
        "ngrams: least_characters = 0 is not of 1 to 3");
  CHECK(error_of([] { HashingVectorizer({.buckets = 0}); }) == "HashingVectorizer: buckets = 0 must be at least 1");
}
