#include "prediction_writer.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "descent/error.h"
#include "descent/json.h"
#include "output.h"

namespace descent::cli {

namespace {

class CsvPredictions final : public PredictionWriter {
 public:
  using PredictionWriter::PredictionWriter;

  void begin() override {
    data::CsvWriter csv(text_);
    if (!id().empty()) csv.field(id());
    csv.field("prediction");
    for (const std::string& name : classes()) csv.field("probability " + name);
    for (const Companion& companion : companions()) csv.field(companion.title);
    csv.end_row();
    flush();
  }

  void write(const Answers& answers) override {
    data::CsvWriter csv(text_);
    const std::size_t width = classes().size();
    const std::size_t rows = classifies() ? answers.classes.size() : answers.values.size();
    for (std::size_t row = 0; row < rows; ++row) {
      if (!id().empty()) csv.field(answers.ids[row]);
      if (classifies()) {
        csv.field(classes()[static_cast<std::size_t>(answers.classes[row])]);
        for (std::size_t c = 0; c < width; ++c) csv.field(static_cast<float>(answers.values[row * width + c]));
      } else {
        csv.field(static_cast<float>(answers.values[row]));
      }
      for (std::size_t i = 0; i < companions().size(); ++i)
        csv.field(static_cast<float>(answers.companions[row * companions().size() + i]));
      csv.end_row();
    }
    flush();
  }

  void end(const std::vector<data::UnseenCategory>&, const std::vector<std::string>&) override {}

 private:
  void flush() {
    // A stream that finds no memory cuts its text short and tells nobody.
    if (!text_) throw OutOfMemory("", 0);
    put(text_.view());
    text_.str("");
  }

  std::ostringstream text_;
};

/// A list of JSON that grows in a temporary file.
class Spool {
 public:
  Spool() : file_(std::tmpfile(), std::fclose) {
    if (!file_) fail_now();
  }
  void add(const std::string& items) {
    if (std::fwrite(items.data(), 1, items.size(), file_.get()) != items.size()) fail_now();
  }
  void copy_to(const std::function<void(std::string_view)>& put) {
    std::rewind(file_.get());
    std::array<char, 1 << 16> bytes;
    while (const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), file_.get())) put({bytes.data(), count});
    if (std::ferror(file_.get()) != 0) fail_now();
  }

 private:
  [[noreturn]] static void fail_now() { fail("a temporary file: cannot be written: ", std::strerror(errno)); }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

class JsonPredictions final : public PredictionWriter {
 public:
  using PredictionWriter::PredictionWriter;

  void begin() override {
    if (!id().empty()) ids_ = std::make_unique<Spool>();
    of_companions_.resize(companions().size());
    for (auto& spool : of_companions_) spool = std::make_unique<Spool>();
    if (classifies()) probabilities_ = std::make_unique<Spool>();
    put(concat("{\"target\":", json_text(model().target.name), ",\"predictions\":["));
  }

  void write(const Answers& answers) override {
    const std::size_t rows = classifies() ? answers.classes.size() : answers.values.size();
    const std::size_t width = classes().size();
    std::string predictions, ids, probabilities;
    std::vector<std::string> of_companions(companions().size());
    for (std::size_t row = 0; row < rows; ++row, ++rows_) {
      const std::string comma = rows_ == 0 ? "" : ",";
      if (ids_) ids += comma + json_text(answers.ids[row]);
      for (std::size_t i = 0; i < of_companions.size(); ++i)
        of_companions[i] += comma + json_text(answers.companions[row * of_companions.size() + i]);
      if (classifies()) {
        predictions += comma + json_text(classes()[static_cast<std::size_t>(answers.classes[row])]);
        const auto first = answers.values.begin() + static_cast<std::ptrdiff_t>(row * width);
        probabilities += comma + json_text(std::vector<double>(first, first + static_cast<std::ptrdiff_t>(width)));
      } else {
        predictions += comma + json_text(answers.values[row]);
      }
    }
    put(predictions);
    if (ids_) ids_->add(ids);
    for (std::size_t i = 0; i < of_companions.size(); ++i) of_companions_[i]->add(of_companions[i]);
    if (probabilities_) probabilities_->add(probabilities);
  }

  void end(const std::vector<data::UnseenCategory>& unseen, const std::vector<std::string>& notes) override {
    put("]");
    add_list("id", ids_);
    for (std::size_t i = 0; i < companions().size(); ++i) add_list(companions()[i].key, of_companions_[i]);
    if (classifies()) put(",\"classes\":" + json_text(classes()));
    add_list("probabilities", probabilities_);
    put(concat(",\"rows\":", rows_, ",\"unseen\":", json_text(to_json(unseen)), ",\"notes\":", json_text(notes),
               "}\n"));
  }

 private:
  void add_list(const char* key, const std::unique_ptr<Spool>& spool) {
    if (!spool) return;
    put(concat(",\"", key, "\":["));
    spool->copy_to([this](std::string_view text) { put(text); });
    put("]");
  }

  std::size_t rows_ = 0;
  std::unique_ptr<Spool> ids_, probabilities_;
  std::vector<std::unique_ptr<Spool>> of_companions_;
};

}  // namespace

std::vector<Companion> companions_of(const data::Target& target) {
  if (target.link == data::Link::normal) return {{"standard deviation", "standard_deviations"}};
  if (target.link == data::Link::interval) return {{"low", "low"}, {"high", "high"}};
  return {};
}

std::unique_ptr<PredictionWriter> csv_prediction_writer(const train::TabularModel& model, std::string id, Sink sink) {
  return std::make_unique<CsvPredictions>(model, std::move(id), std::move(sink));
}

std::unique_ptr<PredictionWriter> json_prediction_writer(const train::TabularModel& model, std::string id, Sink sink) {
  return std::make_unique<JsonPredictions>(model, std::move(id), std::move(sink));
}

}  // namespace descent::cli
