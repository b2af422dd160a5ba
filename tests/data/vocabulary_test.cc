#include "descent/data/vocabulary.h"

#include <doctest/doctest.h>

#include "data/unicode.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using data::Vocabulary, data::split_words;

using Tokens = std::vector<std::int64_t>;
using Words = std::vector<std::string>;

TEST_CASE("capital letters have Python's small ones") {
  // Those whose lower() is one other character, in Python 3.11: how many, and the sum of the small letters.
  std::int64_t capitals = 0, sum = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    const char32_t small = data::small_letter(c);
    if (small == c) continue;
    ++capitals;
    sum += small;
  }
  CHECK(capitals == 1432);
  CHECK(sum == 34'914'066);
  CHECK(data::small_letter(U'A') == U'a');
  CHECK(data::small_letter(U'\u00d7') == U'\u00d7');
  CHECK(data::small_letter(U'\u0178') == U'\u00ff');
  CHECK(data::small_letter(U'\U0001e921') == U'\U0001e943');
}

TEST_CASE("texts are split into the words that Python's re finds") {
  CHECK(split_words("Don't you, Mr. Darcy?") == Words{"don't", "you", "mr", "darcy"});
  CHECK(split_words("'tis the readers' rock'n'roll -- 'a''b'") ==
        Words{"tis", "the", "readers", "rock'n'roll", "a", "b"});
  CHECK(split_words("Ünïcödé ÉTÉ l\u2019été 3.14 a_b") == Words{"ünïcödé", "été", "l\u2019été", "3", "14", "a", "b"});
  CHECK(split_words("ПРИВЕТ, Мир! 日本語 テキスト") == Words{"привет", "мир", "日本語", "テキスト"});
  CHECK(split_words("").empty());
  CHECK(split_words(" -- '").empty());
  CHECK(error_of([] { split_words("caf\xE9 noir"); }) == "split_words: byte 3 of the text is not UTF-8");
}

TEST_CASE("a Vocabulary numbers words by how often they occur") {
  const Words words = {"c", "b", "a", "b", "d", "a", "b", "e"};
  const Vocabulary all(words);
  CHECK(all.size() == 5);
  CHECK(all.decode(Tokens{0, 1, 2, 3, 4}) == Words{"b", "a", "c", "d", "e"});
  CHECK(all.encode(words) == Tokens{2, 0, 1, 0, 3, 1, 0, 4});
  CHECK(all.find("d") == 3);
  CHECK_FALSE(all.find("f").has_value());

  const Vocabulary common(words, {.min_count = 2});
  CHECK(common.size() == 2);
  CHECK(common.encode(words) == Tokens{0, 1, 0, 1, 0});

  CHECK(Vocabulary(Words{}).size() == 0);
  CHECK(Vocabulary(Words{}).encode(words).empty());
}

TEST_CASE("a word stands for all that are not in a Vocabulary") {
  const Words words = {"b", "a", "b", "<unk>", "b", "<unk>"};
  const Vocabulary vocabulary(words, {.min_count = 2, .unknown = "<unk>"});
  CHECK(vocabulary.size() == 2);
  CHECK(vocabulary.encode(words) == Tokens{1, 0, 1, 0, 1, 0});
  CHECK(vocabulary.decode(Tokens{0, 1}) == Words{"<unk>", "b"});
}

TEST_CASE("a Vocabulary is saved and loaded") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/words.json";
  const Words words = {"l\u2019été", "\"", "<unk>", "a"};
  Vocabulary(words).save(path);
  CHECK(contents(path) == R"({"l\u2019\u00e9t\u00e9": 0, "\"": 1, "<unk>": 2, "a": 3})");
  const Vocabulary loaded = Vocabulary::load(path, "<unk>");
  CHECK(loaded.decode(Tokens{0, 1, 2, 3}) == words);
  CHECK(loaded.encode(Words{"a", "b"}) == Tokens{3, 2});
  CHECK(Vocabulary::load(path).encode(Words{"a", "b"}) == Tokens{3});

  CHECK(error_of([&] { Vocabulary::load(path, "?"); }) ==
        path + ": '?', which is to stand for unknown words, is not there");
  std::ofstream(path) << "[]";
  CHECK(error_of([&] { Vocabulary::load(path); }) == path + ": is not a JSON object");
}

TEST_CASE("a Vocabulary refuses what it cannot do") {
  const Words words = {"a", "caf\xE9"};
  const Vocabulary vocabulary(words);
  CHECK(error_of([&] { Vocabulary(words, {.min_count = 0}); }) == "Vocabulary: min_count = 0 must be at least 1");
  CHECK(error_of([&] { vocabulary.decode(Tokens{2}); }) == "Vocabulary: 2 is no token, there are 2");
  CHECK(error_of([&] { vocabulary.decode(Tokens{-1}); }) == "Vocabulary: -1 is no token, there are 2");
  const TemporaryFolder folder;
  const std::string path = folder.path + "/words.json";
  CHECK(error_of([&] { vocabulary.save(path); }).starts_with("Vocabulary: byte 3 of the word 'caf"));
  CHECK_FALSE(std::filesystem::exists(path));
}
