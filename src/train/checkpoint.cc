#include "descent/train/checkpoint.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <limits>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "descent/create.h"
#include "descent/generator.h"
#include "descent/safetensors.h"
#include "descent/text.h"
#include "descent/train/finite.h"
#include "descent/version.h"
#include "io/folder.h"
#include "train/state_copies.h"

namespace descent::train {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNameBegin = "checkpoint-", kNameEnd = ".safetensors";
constexpr const char* kCheckpointFormat = "descent checkpoint";
constexpr const char* kCheckpointVersion = "1";
constexpr const char* kGeneratorPart = "default_generator";
constexpr const char* kRequiredBegin = "required ";  // of the metadata's key

double seconds_by_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of the files in `folder`, the latest first.
std::vector<std::int64_t> numbers_in(const std::string& folder) {
  std::vector<std::int64_t> numbers;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(kNameBegin) || !name.ends_with(kNameEnd)) continue;
    const std::string_view digits =
        std::string_view(name).substr(kNameBegin.size(), name.size() - kNameBegin.size() - kNameEnd.size());
    if (std::int64_t number = 0; read_number(digits, number) && number > 0) numbers.push_back(number);
  }
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

/// The tensors of a part whose state has the name "" alone stand under the part's own.
std::string name_of(const std::string& part, const std::string& name) {
  return name.empty() ? part : concat(part, '.', name);
}

StateDict of_part(const std::string& part, const StateDict& all) {
  StateDict state = under(part + ".", all);
  if (const auto own = all.find(part); own != all.end()) state.emplace("", own->second);
  return state;
}

const std::string& entry_of(const Safetensors& file, const std::string& key) {
  static const std::string none;
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? none : found->second;
}

template <class T>
void load_number(const std::string& name, T& number, const StateDict& state) {
  const Tensor tensor = full({}, T{0}, {.dtype = dtype_of<T>()});
  copy_state(name, {{"", tensor}}, state);
  number = tensor.item<T>();
}

}  // namespace

Checkpoint::Checkpoint(std::string folder, CheckpointOptions options)
    : folder_(std::move(folder)),
      options_(std::move(options)),
      least_loss_(std::numeric_limits<double>::infinity()),
      saved_at_(seconds_by_clock()) {
  if (folder_.empty()) fail("Checkpoint: the folder has no name");
  if (options_.keep_last < 1) fail("Checkpoint: got keep_last = ", options_.keep_last, ", wanted at least 1");
  add({.name = kGeneratorPart,
       .save = [] { return default_generator().state_dict(); },
       .load = [](const StateDict& state) { default_generator().load_state_dict(state); }});
}

Checkpoint& Checkpoint::add(Part part) {
  constexpr std::string_view kNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (part.name.empty() || part.name.find_first_not_of(kNames) != part.name.npos)
    fail("Checkpoint: a part is named ", in_quotes(part.name), ", wanted letters, digits, '_' and '-'");
  for (const Part& other : parts_) {
    if (other.name == part.name) fail("Checkpoint: there are two parts named ", in_quotes(part.name));
  }
  parts_.push_back(std::move(part));
  return *this;
}

Checkpoint& Checkpoint::add(const std::string& name, std::int64_t& number) {
  return add({.name = name,
              .save =
                  [&number] {
                    return StateDict{{"", full({}, number)}};
                  },
              .load = [name, &number](const StateDict& state) { load_number(name, number, state); }});
}

Checkpoint& Checkpoint::add(const std::string& name, double& number) {
  return add({.name = name,
              .save =
                  [&number] {
                    return StateDict{{"", full({}, number, {.dtype = float64})}};
                  },
              .load = [name, &number](const StateDict& state) { load_number(name, number, state); }});
}

Checkpoint& Checkpoint::add(const std::string& name, std::vector<double>& numbers) {
  return add({.name = name,
              .save =
                  [&numbers] {
                    const Tensor list = empty({static_cast<std::int64_t>(numbers.size())}, {.dtype = float64});
                    std::copy(numbers.begin(), numbers.end(), list.data<double>());
                    return StateDict{{"", list}};
                  },
              .load =
                  [name, &numbers](const StateDict& state) {
                    const Tensor& list = state.at("");
                    if (list.dim() != 1) fail(name, " is of shape ", list.sizes(), ", wanted a list");
                    numbers = list.to_vector<double>();
                  }});
}

Checkpoint& Checkpoint::require(const std::string& name, std::string value) {
  if (!required_.emplace(name, std::move(value)).second) fail("Checkpoint: ", in_quotes(name), " is required twice");
  return *this;
}

bool Checkpoint::has_files() const { return !numbers_in(folder_).empty(); }

std::string Checkpoint::path_of(std::int64_t number) const {
  std::string digits = std::to_string(number);
  if (digits.size() < 9) digits.insert(0, 9 - digits.size(), '0');
  return (fs::path(folder_) / concat(kNameBegin, digits, kNameEnd)).string();
}

std::string Checkpoint::latest() const { return latest_ == 0 ? "" : path_of(latest_); }
std::string Checkpoint::best() const { return best_ == 0 ? "" : path_of(best_); }

void Checkpoint::tell(const std::string& problem) const {
  if (options_.on_problem)
    options_.on_problem(problem);
  else
    std::fprintf(stderr, "%s\n", problem.c_str());
}

bool Checkpoint::save(std::optional<double> loss) {
  const std::int64_t latest_before = latest_, best_before = best_;
  const double loss_before = least_loss_;
  try {
    const std::vector<std::int64_t> there = numbers_in(folder_);
    latest_ = 1 + (there.empty() ? latest_ : std::max(latest_, there.front()));
    if (loss && *loss < least_loss_) {
      least_loss_ = *loss;
      best_ = latest_;
    }
    write();
    saved_at_ = seconds_by_clock();
    remove_old();
    return true;
  } catch (const std::exception& error) {
    latest_ = latest_before;
    best_ = best_before;
    least_loss_ = loss_before;
    try {
      tell(concat("the checkpoint is not saved: ", error.what()));
    } catch (const std::bad_alloc&) {
      std::fputs("the checkpoint is not saved: there is no memory\n", stderr);
    }
    return false;
  }
}

bool Checkpoint::save_every(double seconds) { return seconds_by_clock() - saved_at_ < seconds || save(); }

void Checkpoint::write() {
  StateDict all;
  for (const Part& part : parts_) {
    const StateDict state = part.save();
    if (part.is_finite) check_finite(part.name, state);
    for (const auto& [name, tensor] : state) all.emplace(name_of(part.name, name), tensor);
  }
  std::map<std::string, std::string> metadata = {{"format", kCheckpointFormat},
                                                 {"version", kCheckpointVersion},
                                                 {"descent", descent::version()},
                                                 {"best", std::to_string(best_)},
                                                 {"least_loss", exactly(least_loss_)}};
  for (const auto& [name, value] : required_) metadata.emplace(kRequiredBegin + name, value);
  io::make_folder(folder_);
  descent::save(path_of(latest_), all, metadata);
}

void Checkpoint::remove_old() const {
  const std::vector<std::int64_t> there = numbers_in(folder_);
  for (std::size_t i = static_cast<std::size_t>(options_.keep_last); i < there.size(); ++i) {
    if (there[i] == best_) continue;
    std::error_code error;
    if (!fs::remove(path_of(there[i]), error) && error)
      tell(concat(path_of(there[i]), ": cannot be removed: ", error.message()));
  }
}

bool Checkpoint::resume() {
  for (const std::int64_t number : numbers_in(folder_)) {
    const std::string path = path_of(number);
    std::optional<Safetensors> file;
    try {
      file = descent::load(path);
    } catch (const OutOfMemory&) {
      throw;
    } catch (const Error& error) {
      tell(concat(error.what(), "; an earlier checkpoint is tried"));
      continue;
    }
    take(path, *file);
    latest_ = number;
    return true;
  }
  return false;
}

void Checkpoint::load(const std::string& path) { take(path, descent::load(path)); }

void Checkpoint::check_required(const std::string& path, const Safetensors& file) const {
  for (const auto& [name, value] : required_) {
    const std::string key = kRequiredBegin + name;
    if (!file.metadata.contains(key)) fail(path, ": does not say what ", name, " was");
    if (const std::string& before = entry_of(file, key); before != value)
      fail(path, ": is of another training: ", name, " was ", in_quotes(before), " there and is ", in_quotes(value),
           " here");
  }
}

void Checkpoint::take(const std::string& path, const Safetensors& file) {
  if (entry_of(file, "format") != kCheckpointFormat) fail(path, ": is not a checkpoint of Descent");
  if (const std::string& version = entry_of(file, "version"); version != kCheckpointVersion)
    fail(path, ": is a checkpoint of version ", in_quotes(version), ", this program reads version ",
         kCheckpointVersion);
  std::int64_t best = 0;
  double least_loss = 0;
  if (!read_number(entry_of(file, "best"), best) || best < 0 || !read_number(entry_of(file, "least_loss"), least_loss))
    fail(path, ": what it says of the best checkpoint is no number");
  check_required(path, file);

  // All is looked at before anything is changed...
  std::size_t known = 0;
  std::vector<StateDict> loaded, before;
  for (const Part& part : parts_) {
    loaded.push_back(of_part(part.name, file.tensors));
    const StateDict& state = loaded.back();
    known += state.size();
    const StateDict own = part.save();
    if (state.empty() && !own.empty()) fail(path, ": holds no ", in_quotes(part.name));
    if (part.is_finite) check_finite(concat(path, ": ", part.name), state);
    for (const auto& [name, tensor] : own) {
      const auto found = state.find(name);
      if (found != state.end() && found->second.dtype() != tensor.dtype())
        fail(path, ": ", name_of(part.name, name), " is ", found->second.dtype(), ", wanted ", tensor.dtype());
    }
    before.push_back(copies_of(own));
  }
  if (known != file.tensors.size()) {
    for (const auto& [name, tensor] : file.tensors) {
      const std::string part = name.substr(0, name.find('.'));
      if (std::none_of(parts_.begin(), parts_.end(), [&](const Part& own) { return own.name == part; }))
        fail(path, ": holds ", in_quotes(part), ", which this training does not have");
    }
  }
  // ...and what a part refuses leaves the parts before it as they were.
  std::size_t next = 0;
  try {
    for (; next < parts_.size(); ++next) parts_[next].load(loaded[next]);
  } catch (const Error& error) {
    for (std::size_t i = 0; i < next; ++i) parts_[i].load(before[i]);
    fail(path, ": ", parts_[next].name, " does not fit: ", error.what());
  } catch (...) {
    for (std::size_t i = 0; i < next; ++i) parts_[i].load(before[i]);
    throw;
  }
  const bool is_there = best > 0 && fs::exists(path_of(best));
  best_ = is_there ? best : 0;
  least_loss_ = is_there ? least_loss : std::numeric_limits<double>::infinity();
  saved_at_ = seconds_by_clock();
}

}  // namespace descent::train
