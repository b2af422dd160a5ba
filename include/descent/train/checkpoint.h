// A training kept in files, from which it goes on to the bit.
//
// (Not to be mixed up with checkpoint() of descent/checkpoint.h, which computes activations twice to save memory.)
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "descent/export.h"
#include "descent/safetensors.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// What a training can be made of: modules, optimizers and wrappers, schedules, averages, generators, data::Batches and
/// data::DataLoader, BestWeights, and whatever else gives its state and takes it back.
template <class Part>
concept HasState = requires(Part& part, const StateDict& state) {
  { part.state_dict() } -> std::convertible_to<StateDict>;
  part.load_state_dict(state);
};

/// A part of which the weights are held to be finite.
template <class Part>
concept HasParameters = requires(Part& part) {
  part.named_parameters();
};

struct CheckpointOptions {
  /// How many files stay, the latest ones; at least 1. The one with the least loss stays besides.
  std::int64_t keep_last = 2;
  /// Told, in one line, what could not be saved, removed or read, and why. Default: it goes to the standard error.
  std::function<void(const std::string&)> on_problem = nullptr;
};

/// All that a training is made of, by names of your choice, saved to and read from a folder:
///
///   train::Checkpoint checkpoint("runs/digits");
///   checkpoint.add("model", model).add("optimizer", optimizer).add("batches", batches);
///   checkpoint.resume();                                      // if there is something to resume
///   while (batches.epoch() < 20) {
///     for (const auto& [x, y] : batches) {
///       train_on(x, y);
///       checkpoint.save();                                    // or save_every(60)
///     }
///   }
///
/// The program that was stopped, begun again, ends with the bits of one that was never stopped, on any number of
/// threads, if all that changes from step to step was added: the default generator always is. Options are not saved;
/// the program makes model, optimizer and the rest as before, and may require() them to be the same.
///
/// A save is one safetensors file, "checkpoint-N.safetensors" with N = 000000001, 000000002, ..., written as AtomicFile
/// writes: whatever happens meanwhile, the earlier ones are whole, and what save() said is saved survives a power cut.
/// Tensors are named "PART.NAME". One process at a time uses a folder.
class Checkpoint {
 public:
  /// The folder is made by the first save. An Error if keep_last is below 1.
  explicit Checkpoint(std::string folder, CheckpointOptions options = {});

  /// `part`, which must outlive this, is saved and resumed from now on. A name is of letters, digits, '_' and '-'; an
  /// Error for one that is there already. Of a module the weights are held to be finite, see check_finite.
  template <HasState Part>
  Checkpoint& add(const std::string& name, Part& part) {
    const auto save = [&part] { return part.state_dict(); };
    const auto load = [&part](const StateDict& state) { part.load_state_dict(state); };
    return add({.name = name, .save = save, .load = load, .is_finite = HasParameters<Part>});
  }
  /// The same of a number, or of a list of them, which may grow (a history of losses).
  Checkpoint& add(const std::string& name, std::int64_t& number);
  Checkpoint& add(const std::string& name, double& number);
  Checkpoint& add(const std::string& name, std::vector<double>& numbers);

  /// What the training hangs on that is no part of it, such as an option: resume() and load() refuse a file of a
  /// training where `name` was another text, and say both. An Error for a name that is there already.
  Checkpoint& require(const std::string& name, std::string value);

  /// Whether the folder holds checkpoints, of whatever training.
  bool has_files() const;

  /// Reads the latest file there is, in place. False: there is none. One that cannot be read is left out, which is
  /// told; an Error that says why if the latest that can be read does not fit this training (another part, shape or
  /// dtype, other data), which is as it was then.
  bool resume();
  /// The same with the file at `path`, such as best().
  void load(const std::string& path);

  /// Saves, by now for certain, and removes what need not be kept. `loss`, if given, says how good this state is.
  /// False: it could not be saved (no room, a model that is not finite), which is told; what was saved earlier is still
  /// there, and so is the training.
  bool save(std::optional<double> loss = std::nullopt);
  /// The same if that many seconds have gone by since the latest save or, before the first, since this was made; true
  /// also if it was too early.
  bool save_every(double seconds);

  /// The path of the latest file, and of the one with the least loss; empty: there is none.
  std::string latest() const;
  std::string best() const;

 private:
  struct Part {
    std::string name;
    std::function<StateDict()> save;
    std::function<void(const StateDict&)> load;
    bool is_finite = false;  // holds it to be
  };

  Checkpoint& add(Part part);
  std::string path_of(std::int64_t number) const;
  void write();
  void take(const std::string& path, const Safetensors& file);
  void check_required(const std::string& path, const Safetensors& file) const;
  void remove_old() const;
  void tell(const std::string& problem) const;

  std::string folder_;
  CheckpointOptions options_;
  std::vector<Part> parts_;
  std::map<std::string, std::string> required_;
  std::int64_t latest_ = 0;  // the number of a file; 0: none
  std::int64_t best_ = 0;
  double least_loss_;
  double saved_at_;  // seconds on a clock that never goes back
};

}  // namespace train
}  // namespace descent
