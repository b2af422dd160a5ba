#include "descent/train/export_model.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "descent/create.h"
#include "descent/export_c.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/text.h"

namespace descent::train {
namespace {

using data::Feature;
using descent::detail::quoted_in_c;

// A name in C that reminds of a column's, and that none has yet.
std::string identifier(const std::string& name, std::set<std::string>& taken) {
  std::string text;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 && (c & 0x80) == 0)
      text += c;
    else if (!text.empty() && text.back() != '_')
      text += '_';
  }
  while (!text.empty() && text.back() == '_') text.pop_back();
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) text = "column_" + text;
  if (descent::detail::is_c_word(text)) text += '_';
  std::string free = text;
  for (int i = 2; !taken.insert(free).second; ++i) free = concat(text, "_", i);
  return free;
}

// What a column's feature is called.
std::string title(const Feature& feature) {
  return feature.part ? concat(feature.name, ' ', data::to_string(*feature.part)) : feature.name;
}

// What a comment can hold.
std::string remark(const std::string& text) {
  std::string result = quoted_in_c(text);
  for (std::size_t at; (at = result.find("*/")) != std::string::npos;) result.replace(at, 2, "* /");
  return result;
}

std::string number(double value) {
  const std::string text = in_format(value, std::chars_format::general, 17);
  return text.find_first_of(".en") == std::string::npos ? concat(text, ".0") : text;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ",\n  ") + quoted_in_c(text);
  return list;
}

class Writer {
 public:
  Writer(const TabularModel& model, std::string name) : model_(model), name_(std::move(name)) {
    for (const Feature& feature : model.features.columns) members_.push_back(identifier(title(feature), taken_));
  }

  ExportedC written() const { return {declarations(), definitions(), ""}; }

 private:
  bool classifies() const { return model_.target.task == data::Task::classification; }

  // What is said of a quantity beside its value: how the pointers to it are called, and a sentence for the header.
  struct Companions {
    std::vector<const char*> names;
    const char* sentence;
  };
  Companions companions() const {
    if (model_.target.link == data::Link::normal)
      return {{"deviation"}, "Writes its standard deviation unless `deviation` is 0. "};
    if (model_.target.link == data::Link::interval)
      return {{"low", "high"}, "Writes its bounds unless `low` or `high` is 0. "};
    return {{}, ""};
  }

  std::string signature() const {
    if (classifies()) return concat("int ", name_, "(const ", name_, "_row *row, double *probabilities)");
    std::string text = concat("double ", name_, "(const ", name_, "_row *row");
    for (const char* name : companions().names) text += concat(", double *", name);
    return text + ")";
  }

  std::string upper_name() const {
    std::string text = name_;
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }

  std::string declarations() const {
    std::string text = "typedef struct {\n";
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Feature& feature = model_.features.columns[i];
      text += concat("  ", feature.numeric ? "double " : "const char *", members_[i], ";  /* ", remark(title(feature)),
                     feature.numeric ? ", NAN where it is missing */\n" : ", 0 where it is missing */\n");
    }
    text += concat("} ", name_, "_row;\n\n");
    const std::string target = remark(model_.target.name);
    if (classifies()) {
      text += concat("enum { ", upper_name(), "_CLASSES = ", model_.target.classes.size(), " };\n",
                     "extern const char *const ", name_, "_classes[", upper_name(), "_CLASSES];\n\n", "/* Predicts ",
                     target, ": the position of the most probable class. Writes the probability of each\n",
                     "   unless `probabilities` is 0. For one thread at a time. */\n");
    } else {
      text += concat("/* Predicts ", target, ". ", companions().sentence, "For one thread at a time. */\n");
    }
    return text + signature() + ";\n";
  }

  // What follows the network, as it does in TabularModel::predict.
  Tensor decoded(const Tensor& outputs) const {
    if (classifies()) return softmax(outputs.to(float64), 1);
    const Tensor values = data::decode_outputs(model_.target, outputs);
    if (model_.target.link == data::Link::normal) return cat({values, data::decode_deviations(model_.target, outputs)});
    if (model_.target.link == data::Link::interval)
      return cat({values, data::decode_intervals(model_.target, outputs).flatten()});
    return values;
  }

  ExportedC network() const {
    const NoGrad no_grad;
    auto predict = compile([this](const Tensor& inputs) { return decoded(model_.outputs(inputs)); }, {.native = false});
    predict(zeros({1, model_.features.width()}));
    return to_c(predict, {.name = name_ + "_network", .arguments = {"inputs"}, .results = {"outputs"}});
  }

  std::string encoder() const {
    std::string text = concat("static void ", name_, "_encode(const ", name_, "_row *row, float *inputs) {\n",
                              "  for (int i = 0; i < ", model_.features.width(), "; ++i) inputs[i] = 0;\n");
    std::int64_t at = 0;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Feature& feature = model_.features.columns[i];
      const std::string member = "row->" + members_[i];
      if (feature.numeric) {
        text += concat("  if (", member, " == ", member, ") {\n    const double x = ", member, " / ",
                       number(feature.scale), " - ", number(feature.mean / feature.scale), ";\n    inputs[", at,
                       "] = (float)(x < ", number(-Feature::kMaxDeviation), " ? ", number(-Feature::kMaxDeviation),
                       " : x > ", number(Feature::kMaxDeviation), " ? ", number(Feature::kMaxDeviation), " : x);\n  }",
                       feature.missing_indicator ? concat(" else {\n    inputs[", at + 1, "] = 1;\n  }\n") : "\n");
      } else {
        const auto count = static_cast<std::int64_t>(feature.categories.size());
        const std::int64_t missing =
            at + (feature.missing_indicator ? count : static_cast<std::int64_t>(feature.commonest));
        text += concat("  static const char *const texts_", i, "[] = {\n  ", list_of(feature.categories), "};\n",
                       "  if (", member, " == 0) inputs[", missing, "] = 1;\n", "  for (int k = 0; ", member,
                       " != 0 && k < ", count, "; ++k) {\n    if (!same_text(", member, ", texts_", i,
                       "[k])) continue;\n    inputs[", at, " + k] = 1;\n    break;\n  }\n");
      }
      at += feature.width();
    }
    return text + "}\n";
  }

  std::string definitions() const {
    const ExportedC network = this->network();
    std::string text = network.declarations + "\n" + network.definitions + "\n";
    const bool has_text = std::any_of(model_.features.columns.begin(), model_.features.columns.end(),
                                      [](const Feature& feature) { return !feature.numeric; });
    if (has_text) {
      text +=
          "static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }\n\n"
          "/* Whether two texts are the same but for the case of ASCII letters. */\n"
          "static int same_text(const char *a, const char *b) {\n"
          "  while (*a != 0 && lower(*a) == lower(*b)) ++a, ++b;\n"
          "  return lower(*a) == lower(*b);\n}\n\n";
    }
    text += encoder() + "\n";
    if (classifies()) {
      text += concat("const char *const ", name_, "_classes[", upper_name(), "_CLASSES] = {\n  ",
                     list_of(model_.target.classes), "};\n\n");
    }
    const std::int64_t outputs = model_.target.width();
    text += concat(signature(), " {\n  float inputs[", model_.features.width(), "];\n  double outputs[", outputs,
                   "];\n  ", name_, "_encode(row, inputs);\n  ", name_, "_network(inputs, outputs);\n");
    if (classifies()) {
      text += concat("  int best = 0;\n  for (int k = 0; k < ", outputs, "; ++k) {\n",
                     "    if (outputs[k] > outputs[best]) best = k;\n",
                     "    if (probabilities != 0) probabilities[k] = outputs[k];\n  }\n  return best;\n}\n");
    } else {
      const std::vector<const char*> names = companions().names;
      for (std::size_t i = 0; i < names.size(); ++i)
        text += concat("  if (", names[i], " != 0) *", names[i], " = outputs[", i + 1, "];\n");
      text += "  return outputs[0];\n}\n";
    }
    return text;
  }

  const TabularModel& model_;
  const std::string name_;
  std::set<std::string> taken_;
  std::vector<std::string> members_;  // by column
};

}  // namespace

void export_c(const TabularModel& model, const std::string& path) {
  for (const Feature& feature : model.features.columns) {
    if (feature.texts)
      fail("export_c: column ", in_quotes(feature.name), " holds texts, and the C for such is not written yet");
  }
  descent::detail::write_c(path, {}, [&](const ExportOptions& named) { return Writer(model, named.name).written(); });
}

}  // namespace descent::train
