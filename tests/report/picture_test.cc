#include "descent/report/picture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"
#include "descent/train/tabular_loss.h"
#include "error_of.h"

using namespace descent;
using report::picture;

TEST_CASE("the picture of a schedule") {
  CHECK(picture("linear", {.width = 40, .height = 4}) ==
        "linear: the learning rate, of 1\n"
        "    1 ┤⠉⠓⠒⠢⠤⢤⣀⣀\n"
        "      │       ⠈⠉⠉⠒⠒⠦⠤⣄⣀⡀\n"
        "0.334 ┤                ⠈⠉⠙⠒⠲⠤⠤⣀⣀⡀\n"
        "0.001 ┤                         ⠉⠉⠓⠒⠢⠤⢤⣀\n"
        "      └─────────────────────────────────\n"
        "       0             step            999\n");
}

TEST_CASE("the picture of a loss, with its options") {
  CHECK(picture("l1", {.width = 40, .height = 5}) ==
        "l1: the loss of a row\n"
        "  3 ┤⠙⠢⢄⡀                           ⢀⡠⠔⠋\n"
        "    │   ⠈⠑⠦⣄                     ⣀⠴⠊⠁\n"
        "1.5 ┤       ⠉⠲⠤⣀             ⣀⠤⠖⠉\n"
        "    │          ⠈⠑⠢⣄⡀     ⢀⣠⠔⠊⠁\n"
        "  0 ┤              ⠉⠓⠦⣀⠴⠚⠉\n"
        "    └───────────────────────────────────\n"
        "     -3 error, in standard deviations  3\n");
  // 0.5 (3 - 0.25), at the ends.
  CHECK(picture("huber:delta=0.5").starts_with("huber:delta=0.5: the loss of a row\n1.375 ┤"));
  CHECK(picture("cross_entropy").find("lead of the right one of two classes, in logits") != std::string::npos);
  CHECK(picture("poisson").find("output, a logarithm; the target is 1") != std::string::npos);
}

TEST_CASE("the picture of an optimizer is the same each time") {
  const std::string first = picture("sgd:momentum=0.5");
  CHECK(first.starts_with("sgd:momentum=0.5: 100 steps over (x^2 + 10 y^2) / 2 at rate "));
  CHECK(first.find("⠒⠒ way   o start   x minimum") != std::string::npos);
  CHECK(picture("sgd:momentum=0.5") == first);
  CHECK(picture("noisy_sgd") == picture("noisy_sgd"));
}

TEST_CASE("there is one of everything that the command line names, and no name twice") {
  std::set<std::string_view> all;
  std::size_t count = 0;
  for (const auto& names : {train::schedule_names(), train::tabular_loss_names(data::Task::regression),
                            train::tabular_loss_names(data::Task::classification), train::optimizer_names()}) {
    for (const std::string_view name : names) {
      CAPTURE(name);
      const std::string drawn = picture(name);
      CHECK(drawn.starts_with(std::string(name) + ": "));
      CHECK(std::count(drawn.begin(), drawn.end(), '\n') >= 15);
      all.insert(name);
      ++count;
    }
  }
  CHECK(all.size() == count);
}

TEST_CASE("a picture that there is not") {
  CHECK(error_of([] { picture("adan_"); }) == "there is no schedule, loss or optimizer 'adan_'; did you mean 'adan'?");
  CHECK(error_of([] { picture("huber:delta=-1"); }) == "huber_loss: delta = -1 must be above 0");
  CHECK(error_of([] { picture("huber:gamma=1"); }) == "loss huber: there is no option 'gamma'; there are delta");
}
