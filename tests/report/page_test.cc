#include "descent/report/page.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "descent/data/csv.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using nlohmann::json;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// What stands in the page as JSON.
std::string data_in(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t at = page.find(begin) + begin.size();
  return page.substr(at, page.find("</script>", at) - at);
}

train::FitResult fit(const TemporaryFolder& folder, const std::string& one, const std::string& other) {
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i % 10) + ',' + (i % 10 < 5 ? one : other) + '\n';
  std::ofstream(folder.path + "/t.csv") << text;
  train::FitOptions options{.epochs = 3};
  options.on_epoch = [](const train::EpochReport&) {};
  return train::fit_table(data::read_csv(folder.path + "/t.csv"), "y", options);
}

}  // namespace

TEST_CASE("a page has the history, the confusion matrix and how the model came about") {
  const TemporaryFolder folder;
  const train::FitResult result = fit(folder, "no", "yes");
  report::write_page(folder.path + "/p.html", result, "A title");
  const json data = json::parse(data_in(contents(folder.path + "/p.html")));
  CHECK(data["title"] == "A title");
  CHECK(data["epochs"]["epoch"] == json{1, 2, 3});
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(data["epochs"]["loss"][i] == result.history.epochs[i].loss);
    CHECK(data["epochs"]["held_out_loss"][i] == result.history.epochs[i].held_out_loss);
    CHECK(data["epochs"]["metrics"]["accuracy"][i] == result.history.epochs[i].metric("accuracy"));
  }
  CHECK(data["classes"] == json{"no", "yes"});
  const Tensor confusion = std::get<train::ClassificationDetails>(result.held_out->details).confusion;
  CHECK(data["confusion"] == json{confusion[0].to_vector<std::int64_t>(), confusion[1].to_vector<std::int64_t>()});
  CHECK(data["configuration"][0] == json{"target", "y"});
}

TEST_CASE("what is not known is null, and a model of a quantity has no classes") {
  const TemporaryFolder folder;
  train::FitResult result = fit(folder, "1.5", "2.5");
  CHECK(result.model.target.task == data::Task::regression);
  result.history.epochs[1].held_out_loss = train::EpochRecord::kUnknown;
  report::write_page(folder.path + "/p.html", result, "");
  const json data = json::parse(data_in(contents(folder.path + "/p.html")));
  CHECK(data["epochs"]["held_out_loss"][1] == nullptr);
  CHECK_FALSE(data.contains("confusion"));
  CHECK(error_of([&] { report::write_page(folder.path + "/none/p.html", result, ""); }) != "");
}

TEST_CASE("names from data cannot end the script that holds them") {
  const TemporaryFolder folder;
  const std::string first = "</script><script>alert(1)</script>", second = "<!--\xE2\x80\xA8{{page.js}}";
  const train::FitResult result = fit(folder, first, second);
  report::write_page(folder.path + "/p.html", result, "<b>" + second);
  report::write_page(folder.path + "/plain.html", fit(folder, "no", "yes"), "");
  const std::string page = contents(folder.path + "/p.html"), plain = contents(folder.path + "/plain.html");
  for (const char* part : {"<script", "</script", "<!--", "\xE2\x80\xA8", "<b>"}) {
    CAPTURE(part);
    CHECK(count_of(page, part) == count_of(plain, part));
  }
  const json data = json::parse(data_in(page));
  CHECK(data["title"] == "<b>" + second);
  CHECK(data["classes"] == json{second, first});
}
