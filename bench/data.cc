// The time that batches and tokens take, for bench/compare_data.py to compare: lines of a name and seconds.
//   bench_data loader
//   bench_data tokenizer TEXT FOLDER    trains on TEXT, leaves vocab.json and merges.txt in FOLDER, and encodes
#include <descent/descent.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>

using namespace descent;

namespace {

double now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class F>
void print_fastest(const std::string& name, int times, clockid_t clock, const F& f) {
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < times; ++i) {
    const double begin = now(clock);
    f();
    fastest = std::min(fastest, now(clock) - begin);
  }
  std::printf("%s\t%.6f\n", name.c_str(), fastest);
}

template <class Loader>
void print_epoch(const std::string& name, Loader&& loader) {
  print_fastest(name, 5, CLOCK_MONOTONIC, [&] {
    for ([[maybe_unused]] const auto& [x, y] : loader) continue;
  });
}

void run_loader() {
  const Tensor x = randn({20'000, 784}), y = randint(10, {20'000});
  const data::TensorDataset rows(x, y);
  const auto one_by_one = data::map(rows, [](const Tensor& a, const Tensor& b) { return std::tuple(a, b); });
  for (const std::int64_t size : {32, 256}) {
    const std::string batch = std::to_string(size);
    print_epoch("Batches " + batch, data::Batches(x, y, size));
    for (const int workers : {0, 1}) {
      const auto options = [&] {
        return data::DataLoaderOptions{.batch_size = size, .shuffle = true, .num_workers = workers};
      };
      const std::string with = batch + " " + std::to_string(workers);
      print_epoch("rows at once " + with, data::DataLoader(rows, options()));
      print_epoch("one by one " + with, data::DataLoader(one_by_one, options()));
    }
  }
}

void run_tokenizer(const std::string& path, const std::string& folder) {
  std::ostringstream read;
  read << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string text = read.str();
  const clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  print_fastest("train", 1, clock, [&] {
    data::BytePairTokenizer::train(text, {.vocab_size = 32'000}).save(folder + "/vocab.json", folder + "/merges.txt");
  });
  const auto tokenizer = data::BytePairTokenizer::load(folder + "/vocab.json", folder + "/merges.txt");
  std::vector<std::int64_t> tokens;
  print_fastest("encode", 3, clock, [&] { tokens = tokenizer.encode(text); });
  print_fastest("encode by line", 3, clock, [&] {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
      tokenizer.encode(std::string_view(text).substr(begin, end - begin));
      begin = end;
    }
  });
  print_fastest("decode", 3, clock, [&] { tokenizer.decode(tokens); });
  std::printf("tokens\t%zu\n", tokens.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "loader") return run_loader(), 0;
  if (what == "tokenizer" && argc == 4) return run_tokenizer(argv[2], argv[3]), 0;
  std::fputs("bench_data loader | tokenizer TEXT FOLDER\n", stderr);
  return 2;
}
