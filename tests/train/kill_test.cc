// Trainings killed at random moments, by a judge in another process, and begun again until they are done: each ends
// with the file that a training ends with which was never killed.
//
// DESCENT_KILLS of them, 25 by default (script/break-runs has 500).
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "descent/descent.h"
#include "temporary_folder.h"

using namespace descent;

namespace {

constexpr const char* kFolder = "DESCENT_TEST_FOLDER";

/// What is run and killed: 60 steps of a small network, each of them saved.
void train_in(const std::string& folder) {
  manual_seed(1);
  Generator generator(2);
  const Tensor x = randn({96, 10}, {}, generator), y = sum(x * x, {1}, true);
  nn::Sequential model{nn::Linear(10, 400), nn::Tanh(), nn::Dropout(0.1), nn::Linear(400, 1)};
  optim::AdamW optimizer(model.parameters(), {.lr = 1e-2});
  optim::lr_scheduler::CosineAnnealingLR schedule(optimizer, {.T_max = 60});
  data::Batches batches(x, y, 16);
  train::Checkpoint checkpoint(folder + "/run");
  checkpoint.add("model", model).add("optimizer", optimizer).add("schedule", schedule).add("batches", batches);
  checkpoint.resume();
  while (batches.epoch() < 10) {
    for (const auto& [inputs, wanted] : batches) {
      optimizer.step([&, &inputs = inputs, &wanted = wanted] {
        optimizer.zero_grad();
        const Tensor loss = mse_loss(model(inputs), wanted);
        loss.backward();
        return loss;
      });
      schedule.step();
      if (!checkpoint.save()) std::exit(1);
    }
  }
  StateDict end = model.state_dict();
  insert_under("optimizer.", optimizer.state_dict(), end);
  insert_under("generator.", default_generator().state_dict(), end);
  save(folder + "/end.safetensors", end);
}

/// Runs train_in in a process of its own on so many threads, which is killed after `microseconds` unless it has ended
/// by then. Whether it was killed.
bool is_killed(const std::string& folder, int threads, long microseconds) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(ends[0]);
    setenv(kFolder, folder.c_str(), 1);
    setenv("DESCENT_THREADS", std::to_string(threads).c_str(), 1);
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    execl(program.c_str(), program.c_str(), "--no-skip", "--test-case=a training to be killed", nullptr);
    _exit(127);
  }
  close(ends[1]);
  // The child's end closes when it has ended.
  pollfd end{ends[0], POLLIN, 0};
  const timespec time{microseconds / 1'000'000, microseconds % 1'000'000 * 1000};
  const bool runs = ppoll(&end, 1, microseconds < 0 ? nullptr : &time, nullptr) == 0;
  if (runs) kill(child, SIGKILL);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  close(ends[0]);
  if (WIFSIGNALED(status)) {
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return true;
  }
  REQUIRE(WEXITSTATUS(status) == 0);
  return false;
}

}  // namespace

TEST_CASE("a training to be killed" * doctest::skip()) {
  const char* folder = std::getenv(kFolder);
  REQUIRE(folder != nullptr);
  train_in(folder);
}

TEST_CASE("a training that is killed at random moments ends as if it never was") {
  const char* wish = std::getenv("DESCENT_KILLS");
  const int wanted = wish ? std::atoi(wish) : 25;
  const TemporaryFolder unbroken;
  const auto start = std::chrono::steady_clock::now();
  REQUIRE_FALSE(is_killed(unbroken.path, 1, -1));
  const long whole =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
  const std::string expected = contents(unbroken.path + "/end.safetensors");
  REQUIRE(expected != "");
  std::mt19937 random(7);
  int kills = 0, runs = 0;
  while (kills < wanted) {
    const TemporaryFolder folder;
    // A run in about five pieces, and at last one to its end.
    for (int piece = 0; piece < 20 && is_killed(folder.path, 1 + piece % 3,
                                                static_cast<long>(random() % static_cast<unsigned long>(whole / 2)));
         ++piece)
      ++kills;
    is_killed(folder.path, 2, -1);
    ++runs;
    REQUIRE((contents(folder.path + "/end.safetensors") == expected));
  }
  MESSAGE(kills << " kills in " << runs << " trainings");
}
