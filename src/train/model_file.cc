// How a TabularModel lies in a safetensors file: the state dict of its network, and JSON in the metadata.
//
//   format    descent.tabular/2
//   features  [{"name": "carat", "mean": 0.8, "scale": 0.5, "missing_indicator": false},
//              {"name": "cut", "categories": ["Fair", "Good"], "commonest": 1, "missing_indicator": false},
//              {"name": "review", "words": 2, "characters": [3, 5], "terms": ["good", "not good"], ...},
//              {"name": "sold", "part": "month", "order": "day_month_year", "mean": 6.5, ...}]
//   target    {"name": "price", "task": "regression", "mean": 3933, "scale": 3989} or
//             {"name": "visits", "task": "regression", "mean": 3, "scale": 3, "link": "log"} or
//             {"name": "digit", "task": "classification", "numeric": true, "classes": ["0", "1"], "counts": [9, 7],
//              "numbers": [0, 1]}
//   network   {"inputs": 9, "hidden": [64, 64], "outputs": 1, "activation": "gelu", "clip": 3, "bins": 16,
//              "frequencies": 4, "dropout": 0.3, "others": 2}; all but the first three may be missing
//   training  {"loss": "mse", "optimizer": "adamw", ..., "temperature": 1.1}; the last may be missing
//   reading   {"missing": ["", "NA"], "id": "name"}
//   dialect   {"delimiter": ";", "decimal": ",", "backslash": false, "header": true, "said": {"delimiter": ";"}}
//   notes     ["column 'x' is left out: it has no values"]
//
// In descent.tabular/1 numbers, reading, dialect and notes were not there, nor dates.
#include <algorithm>
#include <cmath>
#include <set>

#include "data/json_value.h"
#include "descent/json.h"
#include "descent/safetensors.h"
#include "descent/text.h"
#include "descent/train/finite.h"
#include "descent/train/tabular_model.h"

namespace descent::train {

namespace {

using data::JsonValue;

constexpr const char* kFormat = "descent.tabular/2";
constexpr const char* kEarlierFormat = "descent.tabular/1";
/// More inputs, outputs or units than any network here has: with sizes up to it, products do not overflow.
constexpr std::int64_t kMaxWidth = std::int64_t{1} << 30;
/// More ramps or waves than a number has here.
constexpr std::int64_t kMaxEncoding = 1024;
/// More networks than are trained here.
constexpr std::int64_t kMostOthers = 1024;

JsonObject to_json(const data::Feature& feature) {
  JsonObject result;
  result.add("name", feature.name).add("missing_indicator", feature.missing_indicator);
  if (feature.texts) {
    const data::NgramOptions& ngrams = feature.texts->ngrams;
    result.add("words", ngrams.words);
    if (ngrams.most_characters > 0)
      result.add("characters", std::vector{ngrams.least_characters, ngrams.most_characters});
    return result.add("terms", feature.texts->terms);
  }
  if (!feature.numeric) return result.add("categories", feature.categories).add("commonest", feature.commonest);
  result.add("mean", feature.mean).add("scale", feature.scale);
  if (feature.part) result.add("part", data::to_string(*feature.part)).add("order", data::to_string(feature.order));
  return result;
}

JsonObject to_json(const NetworkShape& shape, std::size_t others) {
  JsonObject result;
  result.add("inputs", shape.inputs).add("hidden", shape.hidden).add("outputs", shape.outputs);
  result.add("activation", to_string(shape.activation));
  if (shape.clip > 0) result.add("clip", shape.clip);
  result.add("bins", shape.bins).add("frequencies", shape.frequencies).add("dropout", shape.dropout);
  if (others > 0) result.add("others", others);
  return result;
}

JsonObject to_json(const data::Target& target) {
  JsonObject result;
  result.add("name", target.name).add("task", data::to_string(target.task));
  if (target.task == data::Task::regression) {
    result.add("mean", target.mean).add("scale", target.scale);
    if (target.link != data::Link::identity) result.add("link", data::to_string(target.link));
  } else {
    result.add("numeric", target.numeric).add("classes", target.classes).add("counts", target.counts);
    if (target.numeric) result.add("numbers", target.numbers);
  }
  return result;
}

JsonObject to_json(const TrainingRecord& record) {
  JsonObject result;
  result.add("loss", record.loss)
      .add("optimizer", record.optimizer)
      .add("schedule", record.schedule)
      .add("lr", record.lr)
      .add("weight_decay", record.weight_decay)
      .add("batch_size", record.batch_size)
      .add("epochs", record.epochs)
      .add("seed", record.seed)
      .add("rows", record.rows);
  if (record.temperature != 1) result.add("temperature", record.temperature);
  return result;
}

/// The characters of a dialect that are not 0.
JsonObject signs_of(const data::Dialect& dialect) {
  JsonObject result;
  if (dialect.delimiter != 0) result.add("delimiter", std::string(1, dialect.delimiter));
  if (dialect.decimal != 0) result.add("decimal", std::string(1, dialect.decimal));
  return result;
}

JsonObject to_json(const data::Dialect& dialect, const data::Dialect& said) {
  JsonObject result = signs_of(dialect);
  if (dialect.lines) result.add("lines", true);
  return result.add("backslash", dialect.backslash).add("header", dialect.header).add("said", signs_of(said));
}

/// A JSON value and where it stands, for messages: "m.safetensors: metadata 'features': [2].scale".
class Value {
 public:
  Value(const JsonValue& value, std::string place) : value_(value), place_(std::move(place)) {}

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail(place_, ": ", parts...);
  }
  bool has(const char* key) const { return value_.find(key) != nullptr; }
  Value operator[](const char* key) const {
    if (value_.kind != Kind::object) refuse("wants an object");
    const JsonValue* found = value_.find(key);
    if (found == nullptr) refuse("lacks ", in_quotes(key));
    return {*found, concat(place_, '.', key)};
  }
  std::vector<Value> items() const {
    if (value_.kind != Kind::list) refuse("wants a list");
    std::vector<Value> items;
    items.reserve(value_.list.size());
    for (std::size_t i = 0; i < value_.list.size(); ++i)
      items.emplace_back(value_.list[i], concat(place_, '[', i, ']'));
    return items;
  }
  std::string text() const {
    if (value_.kind != Kind::text) refuse("wants a string");
    return value_.text;
  }
  bool boolean() const {
    if (value_.kind != Kind::boolean) refuse("wants true or false");
    return value_.boolean;
  }
  double number() const {
    if (!value_.is_number() || !std::isfinite(value_.real)) refuse("wants a number");
    return value_.real;
  }
  double positive() const {
    const double result = number();
    if (!(result > 0)) refuse("wants a number above 0, not ", result);
    return result;
  }
  /// Of [low, high].
  std::int64_t integer(std::int64_t low, std::int64_t high) const {
    if (value_.kind != Kind::integer) refuse("wants a whole number");
    const std::int64_t result = value_.integer;
    if (result < low || result > high) refuse(result, " is not of ", low, " to ", high);
    return result;
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const Value& item : items()) texts.push_back(item.text());
    return texts;
  }
  /// The one of `known` whose name it is; what else it is is no `thing`.
  template <class Enumeration>
  Enumeration one_of(const char* thing, std::initializer_list<Enumeration> known) const {
    const std::string name = text();
    for (const Enumeration value : known)
      if (name == to_string(value)) return value;
    refuse(in_quotes(name), " is no ", thing);
  }
  /// No text twice.
  std::vector<std::string> different_texts() const {
    std::vector<std::string> texts;
    std::set<std::string> seen;
    for (const Value& item : items()) {
      texts.push_back(item.text());
      if (!seen.insert(texts.back()).second) item.refuse(in_quotes(texts.back()), " is there twice");
    }
    return texts;
  }

 private:
  using Kind = JsonValue::Kind;

  const JsonValue& value_;
  std::string place_;
};

data::TextTerms read_terms(const Value& value) {
  data::TextTerms texts{.ngrams = {.words = value["words"].integer(1, data::kMostNgram)},
                        .terms = value["terms"].different_texts()};
  if (texts.terms.empty()) value["terms"].refuse("is empty");
  if (!value.has("characters")) return texts;
  const std::vector<Value> range = value["characters"].items();
  if (range.size() != 2) value["characters"].refuse("wants two numbers");
  texts.ngrams.most_characters = range[1].integer(1, data::kMostNgram);
  texts.ngrams.least_characters = range[0].integer(1, texts.ngrams.most_characters);
  return texts;
}

data::Feature read_feature(const Value& value) {
  data::Feature feature{.name = value["name"].text(), .numeric = !value.has("categories") && !value.has("terms")};
  feature.missing_indicator = value["missing_indicator"].boolean();
  if (value.has("terms")) {
    feature.texts = read_terms(value);
  } else if (feature.numeric) {
    feature.mean = value["mean"].number();
    feature.scale = value["scale"].positive();
    if (value.has("part")) {
      using enum data::DatePart;
      using enum data::DateOrder;
      feature.part = value["part"].one_of("part of a date", {year, month, day, weekday, hour});
      feature.order = value["order"].one_of("order", {year_month_day, day_month_year, month_day_year});
    }
  } else {
    feature.categories = value["categories"].different_texts();
    if (feature.categories.empty()) value["categories"].refuse("is empty");
    feature.commonest = static_cast<std::size_t>(
        value["commonest"].integer(0, static_cast<std::int64_t>(feature.categories.size()) - 1));
  }
  return feature;
}

data::Features read_features(const Value& value) {
  data::Features features;
  std::set<std::string> names;
  for (const Value& item : value.items()) {
    data::Feature feature = read_feature(item);
    // The parts of dates follow each other.
    const data::Feature* before = features.columns.empty() ? nullptr : &features.columns.back();
    const bool of_same_date = before && before->name == feature.name && before->part < feature.part;
    if (!names.insert(feature.name).second && !(of_same_date && before->part))
      item.refuse("column ", in_quotes(feature.name), " is there twice");
    features.columns.push_back(std::move(feature));
  }
  if (features.columns.empty()) value.refuse("is empty");
  return features;
}

data::Target read_target(const Value& value) {
  data::Target target{.name = value["name"].text()};
  const std::string task = value["task"].text();
  if (task == data::to_string(data::Task::regression)) {
    target.mean = value["mean"].number();
    target.scale = value["scale"].positive();
    if (value.has("link")) {
      target.link =
          value["link"].one_of("link", {data::Link::log, data::Link::log1p, data::Link::normal, data::Link::interval});
    }
    return target;
  }
  if (task != data::to_string(data::Task::classification)) value["task"].refuse(in_quotes(task), " is no task");
  target.task = data::Task::classification;
  target.numeric = value["numeric"].boolean();
  target.classes = value["classes"].different_texts();
  for (const Value& count : value["counts"].items()) target.counts.push_back(count.integer(1, kMaxWidth));
  if (target.classes.size() < 2) value["classes"].refuse("there must be two");
  if (target.counts.size() != target.classes.size())
    value["counts"].refuse("has ", target.counts.size(), " entries for ", target.classes.size(), " classes");
  if (value.has("numbers")) {
    for (const Value& number : value["numbers"].items()) target.numbers.push_back(number.number());
    if (target.numbers.size() != target.classes.size())
      value["numbers"].refuse("has ", target.numbers.size(), " entries for ", target.classes.size(), " classes");
  }
  return target;
}

NetworkShape read_shape(const Value& value) {
  NetworkShape shape{value["inputs"].integer(0, kMaxWidth), value["outputs"].integer(1, kMaxWidth)};
  for (const Value& width : value["hidden"].items()) shape.hidden.push_back(width.integer(1, kMaxWidth));
  if (value.has("activation"))
    shape.activation = value["activation"].one_of("activation", {NetworkActivation::silu, NetworkActivation::gelu});
  if (value.has("clip")) shape.clip = value["clip"].positive();
  if (value.has("bins")) shape.bins = value["bins"].integer(0, kMaxEncoding);
  if (value.has("frequencies")) shape.frequencies = value["frequencies"].integer(0, kMaxEncoding);
  if (value.has("dropout")) shape.dropout = value["dropout"].number();
  if (!(shape.dropout >= 0 && shape.dropout < 1)) value["dropout"].refuse("is to be of [0, 1)");
  if (shape.inputs == 0 && !shape.hidden.empty()) value["hidden"].refuse("has layers for no inputs");
  return shape;
}

/// How many networks there are beside the first.
std::size_t read_others(const Value& value) {
  return value.has("others") ? static_cast<std::size_t>(value["others"].integer(1, kMostOthers)) : 0;
}

TrainingRecord read_record(const Value& value) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return {.loss = value["loss"].text(),
          .optimizer = value["optimizer"].text(),
          .schedule = value["schedule"].text(),
          .lr = value["lr"].number(),
          .weight_decay = value["weight_decay"].number(),
          .batch_size = value["batch_size"].integer(1, most),
          .epochs = value["epochs"].integer(1, most),
          .seed = static_cast<std::uint64_t>(value["seed"].integer(0, most)),
          .rows = static_cast<std::size_t>(value["rows"].integer(1, most)),
          .temperature = value.has("temperature") ? value["temperature"].positive() : 1};
}

/// A member of one character, 0 if there is none.
char read_sign(const Value& value, const char* key) {
  if (!value.has(key)) return 0;
  const std::string text = value[key].text();
  if (text.size() != 1) value[key].refuse("wants one character");
  return text[0];
}

/// How the table of the model was read, and what of that was said.
std::pair<data::Dialect, data::Dialect> read_dialects(const Value& value) {
  const data::Dialect dialect{read_sign(value, "delimiter"), read_sign(value, "decimal"), value["backslash"].boolean(),
                              value["header"].boolean(), value.has("lines") && value["lines"].boolean()};
  const Value said = value["said"];
  return {dialect, {.delimiter = read_sign(said, "delimiter"), .decimal = read_sign(said, "decimal")}};
}

JsonValue parse_metadata(const std::string& path, const std::map<std::string, std::string>& metadata, const char* key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) fail(path, ": is no model of a table; its metadata lacks ", in_quotes(key));
  std::optional<JsonValue> value = data::parse_json(found->second);
  if (!value) fail(path, ": metadata ", in_quotes(key), " is not JSON");
  return std::move(*value);
}

/// What the names of the tensors of a model's network begin with, the first of which is 0.
std::string prefix_of(std::size_t network) { return network == 0 ? "" : concat("others.", network - 1, '.'); }

StateDict tensors_of(const TabularModel& model) {
  StateDict tensors = model.network.state_dict();
  for (std::size_t i = 0; i < model.others.size(); ++i)
    insert_under(prefix_of(i + 1), model.others[i].state_dict(), tensors);
  return tensors;
}

/// Holds the tensors to the shapes that the metadata says, before networks of that shape are made.
void check_tensors(const std::string& path, const NetworkShape& shape, std::size_t others, const StateDict& tensors) {
  std::map<std::string, Dims> expected;
  for (std::size_t network = 0; network <= others; ++network)
    for (const auto& [name, dims] : state_shapes(shape)) expected.emplace(prefix_of(network) + name, dims);
  for (const auto& [name, dims] : expected) {
    const auto found = tensors.find(name);
    if (found == tensors.end())
      fail(path, ": the network of its metadata has a tensor ", in_quotes(name), ", the file none");
    if (!(found->second.sizes() == dims) || found->second.dtype() != float32)
      fail(path, ": tensor ", in_quotes(name), " is ", found->second.dtype(), ' ', found->second.sizes(),
           "; by the metadata it is ", float32, ' ', dims);
  }
  for (const auto& [name, tensor] : tensors) {
    if (!expected.contains(name))
      fail(path, ": tensor ", in_quotes(name), " is no part of the network of its metadata");
  }
}

/// That it can be loaded again.
void check_numbers(const std::string& path, const TabularModel& model) {
  check_finite(concat(path, ": not saved"), tensors_of(model));
  const auto check = [&](const std::string& column, double mean, double scale) {
    if (!std::isfinite(mean) || !std::isfinite(scale) || !(scale > 0))
      fail(path, ": not saved: column ", in_quotes(column), " has mean ", mean, " and scale ", scale);
  };
  for (const data::Feature& feature : model.features.columns) check(feature.name, feature.mean, feature.scale);
  check(model.target.name, model.target.mean, model.target.scale);
}

/// JSON would replace what is not UTF-8, and a loaded model look for other columns and words.
void check_texts(const std::string& path, const TabularModel& model) {
  const auto check = [&](const std::string& text) {
    if (!is_utf8(text)) fail(path, ": not saved: ", in_quotes(text), " is not UTF-8");
  };
  for (const data::Feature& feature : model.features.columns) {
    check(feature.name);
    std::ranges::for_each(feature.categories, check);
    if (feature.texts) std::ranges::for_each(feature.texts->terms, check);
  }
  check(model.target.name);
  std::ranges::for_each(model.target.classes, check);
  std::ranges::for_each(model.missing, check);
  check(model.id);
}

}  // namespace

void TabularModel::save(const std::string& path) const {
  check_numbers(path, *this);
  check_texts(path, *this);
  std::vector<JsonObject> columns;
  for (const data::Feature& feature : features.columns) columns.push_back(to_json(feature));
  descent::save(path, tensors_of(*this),
                {{"format", kFormat},
                 {"features", json_text(columns)},
                 {"target", json_text(to_json(target))},
                 {"network", json_text(to_json(shape, others.size()))},
                 {"training", json_text(to_json(training))},
                 {"reading", json_text(JsonObject().add("missing", missing).add("id", id))},
                 {"dialect", json_text(to_json(dialect, said))},
                 {"notes", json_text(notes)}});
}

TabularModel TabularModel::load(const std::string& path) {
  const Safetensors file = descent::load(path);
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end()) fail(path, ": is no model of a table; its metadata lacks 'format'");
  if (format->second != kFormat && format->second != kEarlierFormat)
    fail(path, ": its format is ", in_quotes(format->second), "; this version reads ", in_quotes(kEarlierFormat),
         " and ", in_quotes(kFormat));
  const auto read = [&](const char* key, auto reader) {
    const JsonValue value = parse_metadata(path, file.metadata, key);
    return reader(Value(value, concat(path, ": metadata ", in_quotes(key))));
  };
  data::Features features = read("features", read_features);
  data::Target target = read("target", read_target);
  NetworkShape shape = read("network", read_shape);
  shape.terms = features.term_count();
  if (!shape.hidden.empty()) shape.numbers = features.number_positions();
  TrainingRecord record = read("training", read_record);

  if (std::any_of(features.columns.begin(), features.columns.end(),
                  [&](const auto& f) { return f.name == target.name; }))
    fail(path, ": its metadata has the target ", in_quotes(target.name), " among the features");
  if (features.width() != shape.inputs || target.width() != shape.outputs)
    fail(path, ": its metadata has a network of ", shape.inputs, " inputs and ", shape.outputs,
         " outputs for features of ", features.width(), " and a target of ", target.width());
  const TabularLoss loss = make_tabular_loss(record.loss);
  if (loss.task != target.task || loss.link != target.link)
    fail(path, ": its metadata has loss ", in_quotes(record.loss),
         " for another kind of target: ", data::to_string(target.task),
         target.link == data::Link::identity ? "" : concat(" with the ", data::to_string(target.link), " link"));
  const std::size_t others = read("network", read_others);
  check_tensors(path, shape, others, file.tensors);
  check_finite(path, file.tensors);

  const auto read_network = [&](std::size_t i) {
    StateDict tensors;
    for (const auto& [name, dims] : state_shapes(shape)) tensors.emplace(name, file.tensors.at(prefix_of(i) + name));
    Network network(shape);
    network.load_state_dict(tensors);
    network.eval();
    return network;
  };
  TabularModel model{.features = std::move(features),
                     .target = std::move(target),
                     .shape = shape,
                     .network = read_network(0),
                     .training = std::move(record)};
  for (std::size_t i = 1; i <= others; ++i) model.others.push_back(read_network(i));
  if (format->second == kEarlierFormat) {
    model.missing = {"", "NA", "N/A", "NaN", "nan", "null", "?"};
  } else {
    std::tie(model.missing, model.id) =
        read("reading", [](const Value& value) { return std::pair(value["missing"].texts(), value["id"].text()); });
    std::tie(model.dialect, model.said) = read("dialect", read_dialects);
    model.notes = read("notes", [](const Value& value) { return value.texts(); });
  }
  return model;
}

}  // namespace descent::train
