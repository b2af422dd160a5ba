#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "data/byte_characters.h"
#include "data/unicode.h"
#include "descent/create.h"
#include "descent/data/byte_pair_tokenizer.h"
#include "descent/data/character_tokenizer.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using data::BytePairTokenizer, data::CharacterTokenizer;

namespace {

using Tokens = std::vector<std::int64_t>;

const nlohmann::json& golden_tokenizers() {
  static const auto all = nlohmann::json::parse(std::ifstream(DESCENT_SOURCE_DIR "/tests/golden/byte_pairs.json"));
  return all;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = data::end_of_word(text, begin);
    words.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

/// The merges of a tokenizer, as merges.txt has them.
std::vector<std::string> merges_of(const BytePairTokenizer& tokenizer) {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/merges.txt";
  tokenizer.save(folder.path + "/vocab.json", path);
  std::istringstream text(contents(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  REQUIRE(lines.at(0) == "#version: 0.2");
  lines.erase(lines.begin());
  return lines;
}

std::string license() { return contents(DESCENT_SOURCE_DIR "/LICENSE"); }

BytePairTokenizer license_tokenizer() { return BytePairTokenizer::train(license(), {.vocab_size = 500}); }

/// A vocabulary of all bytes and `tokens`, with merges, in files; and what load() makes of them.
BytePairTokenizer loaded_with(const std::vector<std::string>& tokens, const std::string& merges,
                              const std::string& folder) {
  nlohmann::json vocab;
  for (const char byte : data::bytes_in_order()) vocab[data::characters_of_bytes({&byte, 1})] = vocab.size();
  for (const std::string& token : tokens) vocab[token] = vocab.size();
  std::ofstream(folder + "/vocab.json") << vocab;
  std::ofstream(folder + "/merges.txt") << merges;
  return BytePairTokenizer::load(folder + "/vocab.json", folder + "/merges.txt");
}

}  // namespace

TEST_CASE("characters are read and written as UTF-8, and what is none is seen") {
  for (const char32_t c : {0x0u, 0x41u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
    std::string text;
    data::append_character(c, text);
    CHECK(data::character_at(text, 0).code == c);
    CHECK(data::character_at(text, 0).length == text.size());
    for (std::size_t cut = 1; cut < text.size(); ++cut) CHECK(data::character_at(text.substr(0, cut), 0).length == 0);
  }
  for (const char* text :
       {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xFF"})
    CHECK(data::character_at(text, 0).length == 0);
}

TEST_CASE("texts are split into words as by GPT-2's pattern") {
  for (const auto& record : golden_tokenizers()["texts"]) {
    CAPTURE(record.dump());
    CHECK(words_of(record["text"].get<std::string>()) == record["words"].get<std::vector<std::string>>());
  }
  CHECK(words_of("a\xFF\xFE b") == std::vector<std::string>{"a", "\xFF\xFE", " b"});
  CHECK(words_of("a \xC3") == std::vector<std::string>{"a", " \xC3"});
}

TEST_CASE("bytes have GPT-2's characters") {
  CHECK(data::characters_of_bytes(" \n!") == "ĠĊ!");
  CHECK(data::characters_of_bytes("\x7F\xA0\xAD\xAE\xFF") == "ġłŃ®ÿ");
  const std::string all = data::bytes_in_order();
  CHECK(all.starts_with("!\"#"));
  CHECK(all.ends_with("\x9F\xA0\xAD"));
  CHECK(data::bytes_of_characters(data::characters_of_bytes(all)) == all);
  CHECK_FALSE(data::bytes_of_characters(" ").has_value());
  CHECK_FALSE(data::bytes_of_characters("ń").has_value());
  CHECK_FALSE(data::bytes_of_characters("日").has_value());
  CHECK_FALSE(data::bytes_of_characters("\xFF").has_value());
}

TEST_CASE("training learns the merges that Hugging Face's trainer learns") {
  const auto& license_golden = golden_tokenizers()["license"];
  const BytePairTokenizer tokenizer = license_tokenizer();
  CHECK(tokenizer.size() == 500);
  CHECK(merges_of(tokenizer) == license_golden["merges"].get<std::vector<std::string>>());

  const auto& tied = golden_tokenizers()["tied"];
  const BytePairTokenizer small =
      BytePairTokenizer::train(tied["text"].get<std::string>(), {.vocab_size = 300, .min_frequency = 1});
  CHECK(small.size() == tied["size"].get<std::int64_t>());
  CHECK(merges_of(small) == tied["merges"].get<std::vector<std::string>>());
}

TEST_CASE("texts have tiktoken's tokens, and come back") {
  const BytePairTokenizer tokenizer = license_tokenizer();
  for (const auto& record : golden_tokenizers()["texts"]) {
    CAPTURE(record.dump());
    const std::string text = record["text"];
    CHECK(tokenizer.encode(text) == record["tokens"].get<Tokens>());
    CHECK(tokenizer.decode(tokenizer.encode(text)) == text);
  }
  Tokens tokens = tokenizer.encode(license());
  CHECK(tokenizer.decode(tokens) == license());
  const Tokens first = golden_tokenizers()["license"]["tokens_of_license"];
  tokens.resize(first.size());
  CHECK(tokens == first);
}

TEST_CASE("any bytes come back from their tokens") {
  const BytePairTokenizer tokenizer = license_tokenizer();
  std::minstd_rand random(1);
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    const std::size_t size = random() % 50;
    while (bytes.size() < size) bytes += static_cast<char>(random() % 256);
    CHECK(tokenizer.decode(tokenizer.encode(bytes)) == bytes);
  }
  const std::string one_word(100'000, 'e');
  CHECK(tokenizer.decode(tokenizer.encode(one_word)) == one_word);
}

TEST_CASE("merges are made in their order, the leftmost first") {
  const TemporaryFolder folder;
  const BytePairTokenizer tokenizer = loaded_with({"lo", "low", "er", "aa", "we", "Ġl", "<|end|>"},
                                                  "#version: 0.2\nl o\nlo w\ne r\na a\nw e\nĠ l\n", folder.path);
  const auto token = [&](const char* bytes) { return tokenizer.find(bytes).value(); };
  CHECK(tokenizer.encode("lower") == Tokens{token("low"), token("er")});
  // "l o" was learnt before " l".
  CHECK(tokenizer.encode(" low") == Tokens{token(" "), token("low")});
  CHECK(tokenizer.encode(" l") == Tokens{token(" l")});
  CHECK(tokenizer.encode("wer") == Tokens{token("w"), token("er")});
  CHECK(tokenizer.encode("wel") == Tokens{token("we"), token("l")});
  CHECK(tokenizer.encode("aaaaa") == Tokens{token("aa"), token("aa"), token("a")});
  CHECK(tokenizer.encode("l ow") == Tokens{token("l"), token(" "), token("o"), token("w")});
  CHECK(tokenizer.encode("<|end|>").size() == 7);
  CHECK(tokenizer.decode(Tokens{token("low"), token("<|end|>")}) == "low<|end|>");
  CHECK_FALSE(tokenizer.find("lower").has_value());
}

TEST_CASE("a BytePairTokenizer is saved in GPT-2's files, and loaded") {
  const BytePairTokenizer tokenizer =
      BytePairTokenizer::train(license(), {.vocab_size = 400, .special_tokens = {"<|endoftext|>", "<|pad|>"}});
  CHECK(tokenizer.size() == 400);
  CHECK(tokenizer.find("<|endoftext|>") == 398);
  CHECK(tokenizer.find("!") == 0);
  const TemporaryFolder folder;
  const std::string vocab = folder.path + "/vocab.json", merges = folder.path + "/merges.txt";
  tokenizer.save(vocab, merges);
  CHECK(contents(vocab).starts_with("{\"!\": 0, \"\\\"\": 1, \"#\": 2, "));
  CHECK(contents(vocab).find("\"\\u0120\": 220, ") != std::string::npos);
  const BytePairTokenizer again = BytePairTokenizer::load(vocab, merges);
  CHECK(again.size() == 400);
  CHECK(again.encode(license()) == tokenizer.encode(license()));
  CHECK(again.find("<|pad|>") == 399);
  const std::string first = contents(vocab) + contents(merges);
  again.save(vocab, merges);
  CHECK(contents(vocab) + contents(merges) == first);
}

TEST_CASE("files that are no tokenizer's are refused") {
  const TemporaryFolder folder;
  const std::string vocab = folder.path + "/vocab.json", merges = folder.path + "/merges.txt";
  const auto error_with = [&](const std::vector<std::string>& tokens, const std::string& lines) {
    return error_of([&] { loaded_with(tokens, lines, folder.path); });
  };
  CHECK(error_with({"lo"}, "l o\r\n\n") == "");
  CHECK(error_with({"lo"}, "l o\nl  o") == merges + ":2: 'l  o' is not two tokens");
  CHECK(error_with({"lo"}, "#version: 0.2\nlo") == merges + ":2: 'lo' is not two tokens");
  CHECK(error_with({"lo"}, "l ow") == merges + ":1: 'ow' is not in the vocabulary");
  CHECK(error_with({"lo"}, "l 日") == merges + ":1: '日' is not in the vocabulary");
  CHECK(error_with({"lo"}, "o l") == merges + ":1: what 'o l' makes is not in the vocabulary");
  CHECK(error_with({"lo"}, "l o\nl o") == merges + ":2: 'l o' was merged before");
  CHECK(error_with({"日"}, "") == vocab + ": '日' does not stand for bytes");

  const auto error_in = [&](const std::string& json) {
    std::ofstream(vocab) << json;
    return error_of([&] { BytePairTokenizer::load(vocab, merges); });
  };
  CHECK(error_in("{\"a\": 0") == vocab + ": is not a JSON object");
  CHECK(error_in("[1]") == vocab + ": is not a JSON object");
  CHECK(error_in("{\"a\": 0, \"b\": 2}") == vocab + ": 'b' has the number 2, of 2 tokens");
  CHECK(error_in("{\"a\": 0, \"b\": -1}") == vocab + ": 'b' has the number -1, of 2 tokens");
  CHECK(error_in("{\"a\": 0, \"b\": 0}") == vocab + ": two tokens have the number 0");
  CHECK(error_in("{\"a\": 0, \"a\": 1}") == vocab + ": 'a' has the number 1, of 1 tokens");
  CHECK(error_in("{\"a\": 0.5}") == vocab + ": 'a' has the number 0.5, of 1 tokens");
  CHECK(error_in("{\"a\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}") ==
        vocab + ": 'a' has no number but array, of 1 tokens");
  CHECK(error_in("{\"a\": 0}") == vocab + ": has no token for the byte 0");
}

TEST_CASE("a BytePairTokenizer refuses what it cannot do") {
  const auto error_with = [](const data::BytePairOptions& options) {
    return error_of([&] { BytePairTokenizer::train("ab ab ab", options); });
  };
  CHECK(error_with({.vocab_size = 255}) ==
        "BytePairTokenizer: got vocab_size = 255, wanted at least 256 and at most 2147483647");
  CHECK(error_with({.special_tokens = {"a b"}}) ==
        "BytePairTokenizer: the special token 'a b' is not two or more ASCII letters, digits and punctuation marks");
  CHECK(error_with({.special_tokens = {"<a>", "<a>"}}) == "BytePairTokenizer: the special token '<a>' comes twice");
  CHECK(error_with({.special_tokens = {"ab"}}) == "BytePairTokenizer: the special token 'ab' is a token of the text");
  const BytePairTokenizer bytes = BytePairTokenizer::train("");
  CHECK(bytes.size() == 256);
  CHECK(bytes.encode("").empty());
  CHECK(error_of([&] { bytes.decode(Tokens{256}); }) == "BytePairTokenizer: 256 is no token, there are 256");
  CHECK(error_of([&] { bytes.decode(Tokens{-1}); }) == "BytePairTokenizer: -1 is no token, there are 256");
}

TEST_CASE("a CharacterTokenizer numbers characters in their order") {
  const CharacterTokenizer tokenizer("hello wörld 日\n");
  CHECK(tokenizer.size() == 11);
  CHECK(tokenizer.encode("\n hö日") == Tokens{0, 1, 4, 9, 10});
  CHECK(tokenizer.decode(tokenizer.encode("old word 日ö")) == "old word 日ö");
  CHECK(tensor(tokenizer.encode("hello")).sizes() == Dims{5});
  CHECK(CharacterTokenizer("").size() == 0);

  CHECK(error_of([&] { tokenizer.encode("wö?"); }) ==
        "CharacterTokenizer: byte 3 of the text: '?' is not in the vocabulary");
  CHECK(error_of([&] { tokenizer.encode("w\xFF"); }) == "CharacterTokenizer: byte 1 of the text is not UTF-8");
  CHECK(error_of([&] { CharacterTokenizer("ab\xC3"); }) == "CharacterTokenizer: byte 2 of the text is not UTF-8");
  CHECK(error_of([&] { tokenizer.decode(Tokens{11}); }) == "CharacterTokenizer: 11 is no token, there are 11");
}

TEST_CASE("a CharacterTokenizer is saved and loaded") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/vocab.json";
  const CharacterTokenizer tokenizer("héllo \"wörld\" \n\t");
  tokenizer.save(path);
  CHECK(CharacterTokenizer::load(path).encode("\thé") == tokenizer.encode("\thé"));
  std::ofstream(path) << "{\"b\": 0, \"a\": 1}";
  CHECK(CharacterTokenizer::load(path).encode("aab") == Tokens{1, 1, 0});
  std::ofstream(path) << "{\"ab\": 0}";
  CHECK(error_of([&] { CharacterTokenizer::load(path); }) == path + ": 'ab' is not one character");
  std::ofstream(path) << "{\"\": 0}";
  CHECK(error_of([&] { CharacterTokenizer::load(path); }) == path + ": '' is not one character");
  CHECK(error_of([&] { CharacterTokenizer::load(folder.path + "/none"); }).find("cannot be opened") !=
        std::string::npos);
}
