// The processor time that batches and tokens take, for bench/compare_data.py to compare: lines of a name and seconds.
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

double now() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class F>
void print_fastest(const std::string& name, int times, const F& f) {
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < times; ++i) {
    const double begin = now();
    f();
    fastest = std::min(fastest, now() - begin);
  }
  std::printf("%s\t%.6f\n", name.c_str(), fastest);
}

template <class Loader>
void print_epoch(const std::string& name, Loader&& loader) {
  print_fastest(name, 5, [&] {
    for ([[maybe_unused]] const auto& [x, y] : loader) continue;
  });
}

void run_loader() {
  set_num_threads(1);
  const Tensor x = randn({20'000, 784}), y = randint(10, {20'000});
  const data::TensorDataset rows(x, y);
  const auto one_by_one = data::map(rows, [](const Tensor& a, const Tensor& b) { return std::tuple(a, b); });
  for (const std::int64_t size : {32, 256}) {
    const std::string batch = std::to_string(size);
    print_epoch("Batches " + batch, data::Batches(x, y, size));
    print_epoch("rows at once " + batch, data::DataLoader(rows, {.batch_size = size, .shuffle = true}));
    print_epoch("one by one " + batch, data::DataLoader(one_by_one, {.batch_size = size, .shuffle = true}));
  }
}

void run_tokenizer(const std::string& path, const std::string& folder) {
  std::ostringstream read;
  read << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string text = read.str();
  print_fastest("train", 1, [&] {
    data::BytePairTokenizer::train(text, {.vocab_size = 32'000}).save(folder + "/vocab.json", folder + "/merges.txt");
  });
  const auto tokenizer = data::BytePairTokenizer::load(folder + "/vocab.json", folder + "/merges.txt");
  std::vector<std::int64_t> tokens;
  print_fastest("encode", 3, [&] { tokens = tokenizer.encode(text); });
  print_fastest("encode by line", 3, [&] {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
      tokenizer.encode(std::string_view(text).substr(begin, end - begin));
      begin = end;
    }
  });
  print_fastest("decode", 3, [&] { tokenizer.decode(tokens); });
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
