// Texts on the command line.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "command_folder.h"

using nlohmann::json;

namespace {

/// Reviews whose words tell their stars; `line(text, is_good)` writes one.
template <class Line>
std::string reviews(const Line& line) {
  std::string text;
  for (int i = 0; i < 120; ++i) {
    const std::string of = " number " + std::to_string(i % 40) + ", seen " + std::to_string(i);
    text += line((i % 2 ? "What a great film" : "Such a dull film") + of, i % 2 == 1);
  }
  return text;
}

}  // namespace

TEST_CASE("train learns from sentences, and info tells their words") {
  const Folder folder;
  folder.write("reviews.csv", "review,stars\n" + reviews([](const std::string& text, bool good) {
                                return "\"" + text + "\"," + (good ? "5\n" : "1\n");
                              }));
  const Outcome train = folder.run("train reviews.csv --target stars --json");
  CHECK(train.status == 0);
  CHECK(train.err.find("note: column 'review' holds texts, of which ") != std::string::npos);
  CHECK(json::parse(train.out)["accuracy"] == 1);
  CHECK(json::parse(train.out)["epochs"] == 10);
  const Outcome info = folder.run("info reviews.safetensors");
  CHECK(info.out.find("network    0 inputs, linear, 2 outputs, ") != std::string::npos);
  const std::size_t words = info.out.find("strongest words of review\n  1: ");
  REQUIRE(words != std::string::npos);
  CHECK(info.out.find("dull", words) < info.out.find("\n  5: ", words));
  CHECK(info.out.find("great", words) > info.out.find("\n  5: ", words));
  const json described = json::parse(folder.run("info reviews.safetensors --json").out);
  CHECK(described["strongest_terms"].size() == 2);
  CHECK(described["strongest_terms"][1]["outcome"] == "5");
  CHECK(described["columns"][0]["terms"].get<int>() > 50);
  folder.write("new.csv", "review\nA great one\n\"so dull, so dull\"\n\n?\n");
  CHECK(folder.run("predict reviews.safetensors new.csv").out.find("\n5,") ==
        std::string("prediction,probability 1,probability 5").size());
  const Outcome exported = folder.run("export reviews.safetensors --c reviews.c");
  CHECK(exported.status == 1);
  CHECK(exported.err == "descent: export_c: column 'review' holds texts, and the C for such is not written yet\n");
  CHECK(
      folder.run("train reviews.csv --target stars --category review").err.find("holds a different text in each of") !=
      std::string::npos);
}

TEST_CASE("--text takes words of a column that does not look so") {
  const Folder folder;
  std::string text = "name,kind\n";
  for (int i = 0; i < 60; ++i)
    text += std::string(i % 2 ? "anna" : "otto") + std::to_string(i) + (i % 2 ? ",f\n" : ",m\n");
  folder.write("names.csv", text);
  const Outcome train = folder.run("train names.csv --target kind --text name --json --quiet");
  CHECK(train.err == "");
  CHECK(json::parse(train.out)["accuracy"] == 1);
  CHECK(folder.run("info names.safetensors").out.find("runs of 2 to 5 characters") != std::string::npos);
  CHECK(folder.run("train names.csv --target kind --text name --category name")
            .err.find("column 'name' cannot be both category and text") != std::string::npos);
}

TEST_CASE("fastText's files are learnt from, and plain lines predicted") {
  const Folder folder;
  folder.write("reviews.txt", reviews([](const std::string& text, bool good) {
                 return (good ? "__label__good " : "__label__bad ") + text + "\n";
               }));
  const Outcome train = folder.run("train reviews.txt --target label --json --quiet");
  CHECK(json::parse(train.out)["accuracy"] == 1);
  folder.write("new.txt", "great, \"great\"\nso dull\n");
  const Outcome predict = folder.run("predict reviews.safetensors new.txt");
  CHECK(predict.out.find("\ngood,") != std::string::npos);
  CHECK(predict.out.find("\nbad,") != std::string::npos);
  CHECK(folder.run("evaluate reviews.safetensors reviews.txt --json").out.find("\"accuracy\":1.0") !=
        std::string::npos);
  folder.write("two.txt", "__label__a __label__b x\n");
  CHECK(folder.run("train two.txt --target label").err == "descent: two.txt:1: has two labels; wanted one\n");
}
