#include "program/c/export.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "descent/atomic_file.h"
#include "descent/version.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/source.h"
#include "program/c/whole.h"
#include "program/passes.h"

namespace descent::program::c {

static bool is_identifier(const std::string& text) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

void check_name(const std::string& name) {
  const bool is_ours = name == "memory";  // of the function's own
  if (!is_identifier(name) || descent::detail::is_c_word(name) || is_ours)
    fail("export_c: '", name, "' is no name in C");
}

namespace {

constexpr DType kTypes[] = {boolean, int64, float32, float64};

// An instruction that cannot be written.
const Instruction* not_written(const Program& program) {
  for (const Group& group : program.groups) {
    if (group.numel > 0 && is_written(program, group)) continue;
    for (int i = group.begin; i < group.end; ++i) {
      const Instruction& instruction = program.instructions[static_cast<std::size_t>(i)];
      const bool written = group.numel > 0 ? is_written_elementwise(instruction) : is_written(instruction);
      if (!written) return &instruction;
    }
  }
  return nullptr;
}

// Whether a question that has this answer now has it ever after: nobody changes the number, or it is a count that only
// grows, and is large enough, or past what it was compared with.
bool stays(const Routine& routine, const Program& program, const Answer& answer) {
  bool is_written = false, only_grows = true;
  for (const Instruction& instruction : program.instructions) {
    if (instruction.output.buffer != answer.number.buffer) continue;
    is_written = true;
    const bool adds = instruction.op->kind == Kind::elementwise && instruction.op->formula == kernels::Formula::add &&
                      instruction.inputs[0] == instruction.output;
    if (!adds) return false;
    const Buffer& added = program.buffers[static_cast<std::size_t>(instruction.inputs[1].buffer)];
    only_grows = only_grows && added.kind == Buffer::Kind::constant &&
                 answer_to(Question::Kind::at_least, instruction.inputs[1].dtype,
                           added.number + instruction.inputs[1].offset, 0, 0);
  }
  if (!is_written) return true;
  const bool is_enough = answer.kind == Question::Kind::at_least && answer.answer;
  const bool is_past = answer.kind == Question::Kind::equals && !answer.answer && routine.is_past(answer);
  return only_grows && (is_enough || is_past);
}

void refuse(const Routine& routine, const Program& program) {
  const Captured& captured = routine.captured();
  if (const Instruction* instruction = not_written(program)) {
    fail("export_c: ", instruction->name,
         instruction->inputs.empty() ? "" : concat(" of ", instruction->inputs[0].dtype, instruction->inputs[0].sizes),
         " cannot be written in C");
  }
  for (std::size_t i = 0; i < captured.step_arguments; ++i) {
    const Form& form = captured.arguments[i];
    if (!is_row_major(form.sizes, form.strides)) fail("export_c: argument ", i, " is not row-major; call contiguous()");
  }
  for (const Slot& slot : captured.slots) {
    if (slot.before == Slot::Before::there || (slot.before == Slot::Before::none && slot.after == Slot::After::there))
      fail("export_c: the function adds to the gradient of a tensor of shape ", slot.leaf.sizes(),
           ", which is there before; clear it within the function");
  }
  for (const Answer& answer : captured.answers) {
    if (!stays(routine, program, answer))
      fail("export_c: the function goes another way when a number that it changes has another value");
  }
}

// A program as C sees it: what lies where, by buffer.
class Layout {
 public:
  Layout(const Routine& routine, Program program, const ExportOptions& options)
      : captured_(routine.captured()), options_(options), name_(options.name), program_(std::move(program)) {
    find_types();
    name_results();
    rebase_given();
    name_tensors(options.tensors);
    place_temporaries();
  }

  std::string declarations() const;
  std::string definitions() const;
  std::string weights() const;

 private:
  static std::size_t index(int buffer) { return static_cast<std::size_t>(buffer); }

  std::string argument(std::size_t i) const {
    return i < options_.arguments.size() ? options_.arguments[i] : concat("argument_", i);
  }
  std::string result(std::size_t k) const {
    return k < options_.results.size() ? options_.results[k] : concat("result_", k);
  }

  void find_types() {
    types_.resize(program_.buffers.size());
    const auto see = [&](const Operand& operand) {
      std::optional<DType>& type = types_[index(operand.buffer)];
      if (program_.buffers[index(operand.buffer)].kind == Buffer::Kind::constant) type.reset();
      if (type && *type != operand.dtype) fail("export_c: memory is seen as ", *type, " and as ", operand.dtype);
      type = operand.dtype;
    };
    for (const Group& group : program_.groups) {
      for_each_access(program_, group, [&](const Operand& operand, bool) {
        see(operand);
        // Loops have constants in their text; others want to find them in memory.
        const bool is_constant = program_.buffers[index(operand.buffer)].kind == Buffer::Kind::constant;
        if (is_constant && group.numel == 0) constants_.emplace(operand.buffer, operand.dtype);
      });
    }
    for (std::size_t k = 0; k < captured_.step_results; ++k) see(program_.results[k]);
  }

  // A result that is all of its buffer is written where the caller wants it; what else leaves the step is a temporary,
  // of which results are copied at the end.
  void name_results() {
    direct_.resize(program_.buffers.size(), -1);
    for (std::size_t k = 0; k < captured_.step_results; ++k) {
      const Operand& operand = program_.results[k];
      const Buffer& buffer = program_.buffers[index(operand.buffer)];
      const bool is_all = buffer.kind == Buffer::Kind::result && operand.offset == 0 && is_row_major(operand) &&
                          extent_of(operand) == buffer.bytes;
      if (is_all && direct_[index(operand.buffer)] < 0)
        direct_[index(operand.buffer)] = static_cast<int>(k);
      else
        copied_.push_back(k);
    }
    for (std::size_t b = 0; b < direct_.size(); ++b) {
      Buffer& buffer = program_.buffers[b];
      if (buffer.kind == Buffer::Kind::result && direct_[b] < 0) buffer.kind = Buffer::Kind::temporary;
    }
    // Those that are copied live to the end.
    for (const std::size_t k : copied_) {
      Buffer& buffer = program_.buffers[index(program_.results[k].buffer)];
      if (buffer.kind == Buffer::Kind::temporary)
        buffer.kind = Buffer::Kind::given, kept_.insert(program_.results[k].buffer);
    }
  }

  // Given buffers begin where the first of their elements that is used lies.
  void rebase_given() {
    first_.resize(program_.buffers.size(), -1);
    last_.resize(program_.buffers.size(), 0);
    const auto visit_given = [&](auto&& visit) {
      for (Instruction& instruction : program_.instructions) {
        for (Operand& input : instruction.inputs) visit(input);
        visit(instruction.output);
      }
      for (std::size_t k = 0; k < captured_.step_results; ++k) visit(program_.results[k]);
    };
    visit_given([&](Operand& operand) {
      std::int64_t& first = first_[index(operand.buffer)];
      first = first < 0 ? operand.offset : std::min(first, operand.offset);
      last_[index(operand.buffer)] = std::max(last_[index(operand.buffer)], operand.offset + extent_of(operand));
    });
    visit_given([&](Operand& operand) {
      if (program_.buffers[index(operand.buffer)].kind == Buffer::Kind::given)
        operand.offset -= first_[index(operand.buffer)];
    });
  }

  void name_tensors(const StateDict& tensors) {
    names_.resize(program_.buffers.size());
    for (std::size_t b = 0; b < names_.size(); ++b) names_[b] = concat("given_", b);
    for (const auto& [key, tensor] : tensors) {
      std::string name = key;
      std::replace(name.begin(), name.end(), '.', '_');
      check_name(name);
      bool found = false;
      for (std::size_t b = 0; b < names_.size(); ++b) {
        if (!is_given(b) || !types_[b]) continue;
        const TensorImpl& impl = impl_of(tensor, "export_c");
        const TensorImpl& given = *captured_.given[static_cast<std::size_t>(program_.buffers[b].index)].impl();
        const std::int64_t offset = impl.data - reinterpret_cast<std::byte*>(impl.storage);
        if (impl.storage != given.storage || offset != first_[b]) continue;
        names_[b] = concat(name_, "_", name);
        seen_.insert(static_cast<int>(b));
        found = true;
      }
      if (!found) fail("export_c: the function does not use the tensor ", key);
    }
  }

  // One arena for each type, so that no memory is of two.
  void place_temporaries() {
    for (const DType type : kTypes) {
      Program part = program_;
      for (std::size_t b = 0; b < part.buffers.size(); ++b) {
        Buffer& buffer = part.buffers[b];
        if (buffer.kind == Buffer::Kind::temporary && types_[b] != type) buffer.kind = Buffer::Kind::result;
      }
      part = plan_memory(std::move(part));
      for (std::size_t b = 0; b < part.buffers.size(); ++b) {
        if (part.buffers[b].kind == Buffer::Kind::temporary) program_.buffers[b].place = part.buffers[b].place;
      }
      arenas_.push_back(part.arena_bytes);
    }
    rooms_.resize(std::size(kRoomSizes));
    for (const Group& group : program_.groups) {
      const Instruction& first = program_.instructions[static_cast<std::size_t>(group.begin)];
      if (group.numel == 0) {
        std::int64_t& room = rooms_[room_index(first.output.dtype)];
        room = std::max(room, room_bytes(first));
        continue;
      }
      for (int i = group.begin; i < group.end; ++i) {
        const Operand& output = program_.instructions[static_cast<std::size_t>(i)].output;
        const Buffer& buffer = program_.buffers[index(output.buffer)];
        if (buffer.kind != Buffer::Kind::block || !is_kept_block(program_, group, output.buffer)) continue;
        std::int64_t& room = rooms_[room_index(output.dtype)];
        room = std::max(room, (buffer.place + static_cast<std::int64_t>(size_of(output.dtype))) * group.capacity());
      }
    }
  }

  static std::size_t room_index(DType type) {
    return static_cast<std::size_t>(
        std::find(std::begin(kRoomSizes), std::end(kRoomSizes), static_cast<std::int64_t>(size_of(type))) -
        std::begin(kRoomSizes));
  }

  bool is_given(std::size_t b) const {
    return program_.buffers[b].kind == Buffer::Kind::given && !kept_.contains(static_cast<int>(b));
  }

  bool is_variable(std::size_t b, const std::vector<int>& writes) const {
    return writes[b] > 0 || !options_.weights_inside || !is_given(b);
  }

  std::int64_t bytes(std::size_t b) const { return last_[b] - first_[b]; }
  const std::byte* values(std::size_t b) const {
    const Tensor& tensor = captured_.given[static_cast<std::size_t>(program_.buffers[b].index)];
    return reinterpret_cast<const std::byte*>(tensor.impl()->storage) + first_[b];
  }

  std::string array(DType type, const std::string& name, std::int64_t bytes) const {
    return concat(type_name(type), " ", name, "[", bytes / static_cast<std::int64_t>(size_of(type)), "]");
  }
  std::string definition(std::size_t b, bool with_values, bool is_written) const;
  std::string memory() const;
  std::string signature() const;
  std::int64_t static_bytes() const;
  bool can_fail() const;

  const Captured& captured_;
  const ExportOptions& options_;
  const std::string& name_;
  Program program_;
  std::vector<std::optional<DType>> types_;  // by buffer; none: it is not used
  std::vector<int> direct_;                  // by buffer: the result that it is
  std::vector<std::size_t> copied_;          // results
  std::set<int> kept_;                       // buffers of results that are copied
  std::vector<std::int64_t> first_, last_;   // by buffer: bytes, of what is used
  std::vector<std::string> names_;           // by buffer
  std::map<int, DType> constants_;           // buffers of constants that are to be in memory
  std::set<int> seen_;                       // buffers that C code sees
  std::vector<std::int64_t> arenas_;         // by type: bytes
  std::vector<std::int64_t> rooms_;          // bytes
};

std::string values_of(DType type, const std::byte* values, std::int64_t bytes) {
  const std::int64_t count = bytes / static_cast<std::int64_t>(size_of(type));
  std::string text;
  dispatch_computed("export_c", type, [&](auto zero) {
    using T = decltype(zero);
    const T* numbers = reinterpret_cast<const T*>(values);
    for (std::int64_t i = 0; i < count; ++i) {
      if constexpr (std::is_floating_point_v<T>)
        text += literal(numbers[i]);
      else
        text += concat(static_cast<std::int64_t>(numbers[i]));
      text += i + 1 == count ? "" : i % 8 == 7 ? ",\n  " : ", ";
    }
  });
  return text;
}

std::string Layout::definition(std::size_t b, bool with_values, bool is_written) const {
  const std::string text = concat(seen_.contains(static_cast<int>(b)) ? "" : "static ", is_written ? "" : "const ",
                                  array(*types_[b], names_[b], bytes(b)));
  if (!with_values) return text + ";\n";
  const std::byte* data = values(b);
  const bool is_zero = std::all_of(data, data + bytes(b), [](std::byte byte) { return byte == std::byte{}; });
  if (is_zero) return text + (is_written ? ";\n" : " = {0};\n");
  return text + " = {\n  " + values_of(*types_[b], data, bytes(b)) + "};\n";
}

std::string Layout::memory() const {
  std::string text = "  unsigned char *const memory[] = {\n";
  for (std::size_t b = 0; b < program_.buffers.size(); ++b) {
    const Buffer& buffer = program_.buffers[b];
    std::string place = "0";
    if (types_[b]) {
      switch (buffer.kind) {
        case Buffer::Kind::argument:
          place = concat("(unsigned char *)", argument(static_cast<std::size_t>(buffer.index)));
          break;
        case Buffer::Kind::result:
          place = concat("(unsigned char *)", result(static_cast<std::size_t>(direct_[b])));
          break;
        case Buffer::Kind::given:
          place = concat("(unsigned char *)", names_[b]);
          break;
        case Buffer::Kind::temporary:
          if (buffer.place >= 0)
            place = concat("(unsigned char *)temporaries_", type_name(*types_[b]), " + ", buffer.place);
          break;
        case Buffer::Kind::constant:
          if (constants_.contains(static_cast<int>(b))) place = concat("(unsigned char *)constant_", b);
          break;
        case Buffer::Kind::block:
          break;
      }
    }
    text += concat("    ", place, ",\n");
  }
  text += "  };\n";
  const char* rooms[] = {"room_uint8_t", "room_float", "room_double"};
  for (std::size_t k = 0; k < rooms_.size(); ++k) {
    if (rooms_[k] > 0)
      text += concat("  unsigned char *const room_", kRoomSizes[k], " = (unsigned char *)", rooms[k], ";\n");
  }
  return text;
}

std::string Layout::signature() const {
  const std::vector<int> writes = writes_of(program_);
  std::string parameters;
  for (std::size_t i = 0; i < captured_.step_arguments; ++i) {
    bool is_written = false;
    for (std::size_t b = 0; b < program_.buffers.size(); ++b) {
      const Buffer& buffer = program_.buffers[b];
      is_written =
          is_written || (buffer.kind == Buffer::Kind::argument && buffer.index == static_cast<int>(i) && writes[b] > 0);
    }
    parameters += concat(parameters.empty() ? "" : ", ", is_written ? "" : "const ",
                         type_name(captured_.arguments[i].dtype), " *", argument(i));
  }
  for (std::size_t k = 0; k < captured_.step_results; ++k) {
    parameters += concat(parameters.empty() ? "" : ", ", type_name(program_.results[k].dtype), " *", result(k));
  }
  return concat(can_fail() ? "const char *" : "void ", name_, "(", parameters.empty() ? "void" : parameters, ")");
}

bool Layout::can_fail() const {
  return std::any_of(program_.instructions.begin(), program_.instructions.end(), may_fail);
}

std::int64_t Layout::static_bytes() const {
  std::int64_t total = 0;
  for (std::size_t b = 0; b < program_.buffers.size(); ++b) {
    if (program_.buffers[b].kind == Buffer::Kind::given && types_[b]) total += bytes(b);
  }
  for (const std::int64_t arena : arenas_) total += arena;
  for (const std::int64_t room : rooms_) total += room;
  return total;
}

std::string Layout::declarations() const {
  std::string described;
  for (std::size_t i = 0; i < captured_.step_arguments; ++i)
    described +=
        concat("   ", argument(i), ": ", captured_.arguments[i].dtype, captured_.arguments[i].sizes, ", row by row\n");
  for (std::size_t k = 0; k < captured_.step_results; ++k)
    described += concat("   ", result(k), ": ", program_.results[k].dtype, program_.results[k].sizes, ", is written\n");
  std::string text =
      concat("/* ", static_bytes(), " bytes of static memory; for one thread at a time.\n", described,
             can_fail() ? "   Returns 0, or what is wrong with the arguments.\n" : "", "*/\n", signature(), ";\n");
  const std::vector<int> writes = writes_of(program_);
  for (const int b : seen_) {
    text += concat("\nextern ", is_variable(index(b), writes) ? "" : "const ",
                   array(*types_[index(b)], names_[index(b)], bytes(index(b))), ";\n");
  }
  if (!options_.weights_inside)
    text += concat("\n/* Sets all tensors to what ", name_, ".weights holds: before the first call. */\nvoid ", name_,
                   "_load(const unsigned char *weights);\n");
  return text;
}

std::string Layout::definitions() const {
  const std::vector<int> writes = writes_of(program_);
  std::string data, load, body;
  std::int64_t at = 0;
  for (std::size_t b = 0; b < program_.buffers.size(); ++b) {
    if (program_.buffers[b].kind != Buffer::Kind::given || !types_[b]) continue;
    data += definition(b, is_given(b) && options_.weights_inside, is_variable(b, writes));
    if (!is_given(b) || options_.weights_inside) continue;
    load += concat("  for (int i = 0; i < ", bytes(b), "; ++i) ((unsigned char *)", names_[b], ")[i] = weights[", at,
                   " + i];\n");
    at += bytes(b);
  }
  for (const auto& [b, type] : constants_) {
    const auto size = static_cast<std::int64_t>(size_of(type));
    data += concat("static const ", array(type, concat("constant_", b), size), " = {",
                   values_of(type, program_.buffers[index(b)].number, size), "};\n");
  }
  for (std::size_t t = 0; t < arenas_.size(); ++t) {
    if (arenas_[t] > 0)
      data += concat("static ", array(kTypes[t], concat("temporaries_", type_name(kTypes[t])), arenas_[t]), ";\n");
  }
  const DType rooms[] = {boolean, float32, float64};
  for (std::size_t k = 0; k < rooms_.size(); ++k) {
    if (rooms_[k] > 0)
      data += concat("static ", array(rooms[k], concat("room_", type_name(rooms[k])), rooms_[k]), ";\n");
  }
  for (const Group& group : program_.groups) {
    if (group.numel > 0)
      write_loops(program_, group, Extent::all, body);
    else
      write_whole(program_.instructions[static_cast<std::size_t>(group.begin)], body);
  }
  for (const std::size_t k : copied_) {
    const Operand& operand = program_.results[k];
    const Buffer& buffer = program_.buffers[index(operand.buffer)];
    if (buffer.kind == Buffer::Kind::constant)
      body += concat(
          "  *", result(k), " = ",
          values_of(operand.dtype, buffer.number + operand.offset, static_cast<std::int64_t>(size_of(operand.dtype))),
          ";\n");
    else
      write_copy(operand.sizes, operand.strides, address_of(operand), operand.dtype, contiguous_strides(operand.sizes),
                 result(k), operand.dtype, body);
  }
  std::string unused;
  for (std::size_t i = 0; i < captured_.step_arguments; ++i) unused += concat("  (void)", argument(i), ";\n");
  if (can_fail()) body += "  return 0;\n";
  if (!load.empty()) load = concat("\nvoid ", name_, "_load(const unsigned char *weights) {\n", load, "}\n");
  return data + "\n" +
         with_helpers(concat(signature(), " {\n", memory(), unused, "  (void)memory;\n", body, "}\n", load), true);
}

std::string Layout::weights() const {
  std::string all;
  for (std::size_t b = 0; b < program_.buffers.size(); ++b) {
    if (is_given(b) && types_[b])
      all.append(reinterpret_cast<const char*>(values(b)), static_cast<std::size_t>(bytes(b)));
  }
  return all;
}

}  // namespace

ExportedC exported(const Routine& routine, const ExportOptions& options) {
  check_name(options.name);
  for (const auto* names : {&options.arguments, &options.results}) {
    for (const std::string& each : *names) check_name(each);
  }
  Program program = optimized(routine.captured().program, Target::exported);
  refuse(routine, program);
  const Layout layout(routine, std::move(program), options);
  return {layout.declarations(), layout.definitions(), options.weights_inside ? "" : layout.weights()};
}

}  // namespace descent::program::c

namespace descent::detail {
namespace {

std::string notice() { return concat("/* Written by Descent ", version(), ". */\n"); }

}  // namespace

bool is_c_word(const std::string& text) {
  static constexpr std::string_view kKeywords[] = {
      "auto",     "break",  "case",     "char",   "const",    "continue",  "default", "do",     "double",  "else",
      "enum",     "extern", "float",    "for",    "goto",     "if",        "inline",  "int",    "long",    "register",
      "restrict", "return", "short",    "signed", "sizeof",   "static",    "struct",  "switch", "typedef", "union",
      "unsigned", "void",   "volatile", "while",  "class",    "new",       "delete",  "this",   "private", "public",
      "template", "bool",   "true",     "false",  "operator", "namespace", "virtual", "try",    "catch",   "using"};
  return std::find(std::begin(kKeywords), std::end(kKeywords), text) != std::end(kKeywords);
}

std::string quoted_in_c(const std::string& text) { return program::c::quoted(text); }

std::string header_of(const std::string& name, const std::string& declarations) {
  std::string guard = name + "_H";
  for (char& c : guard) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return concat(notice(), "#ifndef ", guard, "\n#define ", guard,
                "\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", declarations,
                "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}

void write_c(const std::string& path, const ExportOptions& options,
             FunctionRef<ExportedC(const ExportOptions& named)> write) {
  const std::filesystem::path file(path);
  if (file.extension() != ".c") fail("export_c: ", path, " does not end in .c");
  ExportOptions named = options;
  if (named.name.empty()) named.name = file.stem().string();
  program::c::check_name(named.name);
  const ExportedC exported = write(named);
  const std::filesystem::path header = std::filesystem::path(file).replace_extension(".h");
  if (!exported.weights.empty())
    write_whole(std::filesystem::path(file).replace_extension(".weights").string(), exported.weights);
  write_whole(header.string(), header_of(named.name, exported.declarations));
  write_whole(path, concat(notice(), "#include \"", header.filename().string(),
                           "\"\n\n#include <math.h>\n#include <stdint.h>\n\n", exported.definitions));
}

}  // namespace descent::detail
