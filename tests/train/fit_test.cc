#include "descent/train/fit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <thread>

#include "descent/create.h"
#include "descent/loss.h"
#include "descent/nn.h"
#include "descent/ops.h"
#include "descent/optim.h"
#include "descent/train/epoch.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"

using namespace descent;
using namespace descent::train;
using data::Table;

namespace {

const std::string kData = DESCENT_SOURCE_DIR "/examples/data/";

/// y = a line and a bend of x, and of a text.
Table quantity(int rows) {
  std::ostringstream text;
  text << "x,t,y\n";
  for (int i = 0; i < rows; ++i) {
    const double x = (i * 37 % 101) / 50.0 - 1;
    text << x << ',' << (i % 3 == 0 ? "a" : "b") << ',' << 5 + 2 * x + x * x + (i % 3 == 0 ? 1.5 : 0) << '\n';
  }
  return data::parse_csv(text.str());
}

double accuracy(const Metrics& metrics) { return std::get<descent::metrics::ClassCounts>(metrics.of_task).accuracy(); }
double r2(const Metrics& metrics) { return std::get<descent::metrics::RegressionMoments>(metrics.of_task).r2(); }

std::vector<float> weights(const TabularModel& model) {
  std::vector<float> all;
  for (const auto& [name, tensor] : model.network.state_dict())
    for (const float w : tensor.to_vector<float>()) all.push_back(w);
  return all;
}

}  // namespace

TEST_CASE("a quantity is learnt, far better than its mean predicts it") {
  const FitResult result = fit_table(quantity(200), "y");
  CHECK(result.model.target.task == data::Task::regression);
  CHECK(result.held_out->rows == 40);
  CHECK(r2(*result.held_out) > 0.98);
  CHECK(std::fabs(r2(*result.baseline)) < 0.2);
}

TEST_CASE("iris: classes are learnt") {
  const FitResult result = fit_table(data::read_csv(kData + "iris.csv"), "species");
  CHECK(result.model.target.classes == std::vector<std::string>{"setosa", "versicolor", "virginica"});
  CHECK(accuracy(*result.held_out) >= 0.86);
  CHECK(accuracy(*result.baseline) == doctest::Approx(1.0 / 3));
  CHECK(result.baseline->loss == doctest::Approx(std::log(3.0)));
}

TEST_CASE("the seed decides everything") {
  const Table table = quantity(60);
  const FitOptions options{.epochs = 3, .seed = 5};
  CHECK(weights(fit_table(table, "y", options).model) == weights(fit_table(table, "y", options).model));
  CHECK(weights(fit_table(table, "y", options).model) !=
        weights(fit_table(table, "y", {.epochs = 3, .seed = 6}).model));
}

TEST_CASE("fits with one seed give the same bits side by side, and leave the default generator alone") {
  const Table table = quantity(60);
  const FitOptions options{.epochs = 3, .seed = 5};
  manual_seed(1);
  const Generator::State before = default_generator().state();
  const std::vector<float> alone = weights(fit_table(table, "y", options).model);
  std::vector<std::vector<float>> together(8);
  std::vector<std::thread> threads;
  for (auto& result : together) threads.emplace_back([&] { result = weights(fit_table(table, "y", options).model); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : together) CHECK(result == alone);
  CHECK(default_generator().state() == before);
}

TEST_CASE("the held-out rows do not reach the model") {
  // With the same seed the same rows are held out; changing them changes nothing but the measurement.
  const auto scaled = [](double factor) {
    Table table = quantity(60);
    Generator generator = Generator(0).fork();
    const data::Rows held_out = data::split(data::all_rows(60), 0.2, generator).test;
    for (data::Column& column : table.columns)
      if (column.numeric)
        for (const std::size_t row : held_out) column.numbers[row] *= factor;
    return fit_table(table, "y", {.epochs = 3});
  };
  const FitResult one = scaled(1), hundred = scaled(100);
  CHECK(weights(one.model) == weights(hundred.model));
  CHECK(one.model.target.mean == hundred.model.target.mean);
  CHECK(one.model.features.columns[0].scale == hundred.model.features.columns[0].scale);
  CHECK(one.held_out->loss != hundred.held_out->loss);
}

TEST_CASE("a large table gets a validation part, whose best epoch is kept") {
  std::vector<double> losses;
  std::string notes;
  FitOptions options{.hidden = {8}, .epochs = 6, .holdout = 0};
  options.on_epoch = [&](const EpochReport& report) {
    CHECK(std::string(report.part) == "validation");
    CHECK(report.metrics.rows == 200);
    losses.push_back(report.metrics.loss);
  };
  options.on_plan = [&](const std::string& plan) { notes += plan + '\n'; };
  const FitResult result = fit_table(quantity(2000), "y", options);
  CHECK(losses.size() == 6);
  CHECK_FALSE(result.held_out.has_value());
  CHECK(notes ==
        "regression, since 'y' holds numbers with fractions\n"
        "1800 rows to train, 200 to choose the best epoch\n");
}

TEST_CASE("on_weights sees the model before the training and after each epoch") {
  std::vector<StateDict> seen;
  FitOptions options{.hidden = {8}, .epochs = 3};
  const FitResult plain = fit_table(quantity(100), "y", options);
  options.on_weights = [&](const TabularModel& model) {
    StateDict& copy = seen.emplace_back();
    for (const auto& [name, tensor] : model.network.state_dict()) copy.emplace(name, tensor.detach().clone());
  };
  const FitResult result = fit_table(quantity(100), "y", options);
  CHECK(weights(result.model) == weights(plain.model));
  REQUIRE(seen.size() == 4);
  for (const auto& [name, tensor] : result.model.network.state_dict()) {
    CHECK(equal(seen[3].at(name), tensor));
    CHECK_FALSE(equal(seen[0].at(name), tensor));
  }
}

TEST_CASE("every optimizer learns, with and without hidden layers") {
  const Table table = quantity(120);
  for (const std::string_view name : train::optimizer_names()) {
    CAPTURE(name);
    const std::string optimizer(name);
    CHECK(r2(*fit_table(table, "y", {.hidden = {16}, .optimizer = optimizer}).held_out) > 0.9);
    CHECK(r2(*fit_table(table, "y", {.hidden = {}, .optimizer = optimizer}).held_out) > 0.7);
  }
}

TEST_CASE("whole numbers are classes or a quantity, as the loss says") {
  std::string text = "x,y\n";
  for (int i = 0; i < 60; ++i) text += std::to_string(i % 3) + ',' + std::to_string(i % 3 * 2) + '\n';
  const Table table = data::parse_csv(text);
  CHECK(fit_table(table, "y", {.epochs = 1}).model.target.task == data::Task::classification);
  CHECK(fit_table(table, "y", {.loss = "mse", .epochs = 1}).model.target.task == data::Task::regression);
}

TEST_CASE("every loss of quantities learns, in the unit of the table") {
  const Table table = quantity(400);
  for (const std::string_view loss : tabular_loss_names(data::Task::regression)) {
    CAPTURE(loss);
    const FitResult result = fit_table(table, "y", {.hidden = {16}, .loss = std::string(loss)});
    CHECK(r2(*result.held_out) > 0.9);
  }
  const FitResult upper = fit_table(table, "y", {.hidden = {}, .loss = "quantile:quantile=0.9"});
  const Tensor actual = tensor(table.columns[2].numbers);
  const Tensor above = upper.model.predict(table, data::all_rows(400)).values > actual;
  CHECK(mean(above.to(float64)).item() == doctest::Approx(0.9).epsilon(0.05));
}

TEST_CASE("every loss of classes learns") {
  const Table table = data::read_csv(kData + "iris.csv");
  for (const std::string_view loss : tabular_loss_names(data::Task::classification)) {
    CAPTURE(loss);
    CHECK(accuracy(*fit_table(table, "species", {.hidden = {16}, .loss = std::string(loss)}).held_out) >= 0.86);
  }
}

TEST_CASE("every schedule learns, and begins and ends where it says") {
  const Table table = quantity(200);
  for (const std::string_view schedule : schedule_names()) {
    CAPTURE(schedule);
    FitOptions options{.hidden = {16}, .schedule = std::string(schedule)};
    std::vector<double> rates;
    options.on_epoch = [&](const EpochReport& report) { rates.push_back(report.lr); };
    const FitResult result = fit_table(table, "y", options);
    CHECK(r2(*result.held_out) > 0.9);
    CHECK(result.model.training.schedule == schedule);
    const double highest = *std::max_element(rates.begin(), rates.end());
    CHECK(highest <= 0.003 * (1 + 1e-12));
    if (schedule == "constant") CHECK(rates.front() == 0.003);
    if (schedule == "cosine" || schedule == "linear" || schedule == "warmup_cosine" || schedule == "one_cycle")
      CHECK(rates.back() < 1e-5);
    if (schedule == "step") CHECK(rates.back() == doctest::Approx(3e-5));
  }
}

TEST_CASE("time ends a training, with the schedule run to its end") {
  FitOptions options{.epochs = 1'000'000, .seconds = 0.05};
  double last_rate = 1;
  options.on_epoch = [&](const EpochReport& report) { last_rate = report.lr; };
  const FitResult result = fit_table(quantity(200), "y", options);
  CHECK(result.model.training.epochs < 1'000'000);
  CHECK(last_rate < 0.003);
}

TEST_CASE("rows without a target are left out") {
  std::string notes;
  FitOptions options{.epochs = 1, .holdout = 0};
  options.on_note = [&](const std::string& note) { notes += note + '\n'; };
  const FitResult result = fit_table(data::parse_csv("x,y\n1,a\n2,\n3,b\n4,a\n"), "y", options);
  CHECK(result.model.training.rows == 3);
  CHECK(notes.find("1 row without a value of 'y' is left out\n") != std::string::npos);
}

TEST_CASE("options out of bounds, and what cannot be learnt, are refused") {
  const Table table = quantity(20);
  const auto refuse = [&](const FitOptions& options, const std::string& message) {
    CHECK_THROWS_WITH_AS(fit_table(table, "y", options), message.c_str(), Error);
  };
  refuse({.hidden = {0}}, "hidden = 0 must be at least 1 and at most 65536");
  refuse({.hidden = {-1}}, "hidden = -1 must be at least 1 and at most 65536");
  refuse({.hidden = std::vector<std::int64_t>(40, 1)}, "hidden has 40 layers; there may be 32");
  refuse({.lr = 0.0}, "lr = 0 must be above 0");
  refuse({.lr = std::nan("")}, "lr = nan must be above 0");
  refuse({.batch_size = 0}, "batch_size = 0 must be at least 1 and at most 1e+09");
  refuse({.epochs = -1}, "epochs = -1 must be at least 1 and at most 1e+09");
  refuse({.holdout = 0.95}, "holdout = 0.95 must be at least 0 and at most 0.9");
  refuse({.seconds = 0.0}, "time = 0 must be above 0");
  refuse({.loss = "mae"}, "there is no loss 'mae'; did you mean 'mape'?");
  refuse({.loss = "likelihood"},
         "there is no loss 'likelihood'; there are cross_entropy, cross_entropy_with_z, focal, gaussian_nll, "
         "generalized_cross_entropy, hinge, huber, interval, l1, log_cosh, mape, mse, msle, multi_margin, poisson, "
         "poly_cross_entropy, quantile, smooth_l1, sparsemax, tweedie");
  refuse({.loss = "huber:delta=-1"}, "huber_loss: delta = -1 must be above 0");
  refuse({.loss = "huber:beta=1"}, "loss huber: there is no option 'beta'; there are delta");
  refuse({.loss = "poisson:log_input=false"}, "loss poisson: there is no option 'log_input'; there are full, eps");
  refuse({.schedule = "cosin"}, "there is no schedule 'cosin'; did you mean 'cosine'?");
  refuse({.loss = "huber:reduction=sum"}, "loss huber: there is no option 'reduction'; there are delta");
  refuse({.loss = "gaussian_nll:eps=0"}, "gaussian_nll_loss: eps = 0 must be above 0");
  refuse({.optimizer = "sgd:momentum=-1"}, "SGD: momentum = -1 must be at least 0");
  refuse({.optimizer = "muon:momentum=-1"}, "Muon: momentum = -1 must be at least 0");
  refuse({.schedule = "warmup_stable_decay:decay=square"},
         "schedule warmup_stable_decay: decay = 'square' is none of linear, cosine, one_minus_sqrt");
  refuse({.schedule = "step:gamma=-1"}, "StepLR: gamma = -1 must be at least 0");
  refuse({.optimizer = "adm"}, "there is no optimizer 'adm'; did you mean 'adam'?");
  try {
    fit_table(table, "y", {.optimizer = "sgd", .lr = 1e6});
    FAIL("a training that diverges went unnoticed");
  } catch (const Error& error) {
    const std::string message = error.what();
    CHECK(message.starts_with("epoch "));
    CHECK(message.find(": the loss is not finite any more at step ") != message.npos);
    CHECK(message.find("the learning rate is too high") != message.npos);
  }
  CHECK_THROWS_WITH_AS(fit_table(data::parse_csv("x,y\n1,2\n2,2\n3,\n"), "y"),
                       "csv: target 'y' has one class only, '2'; there must be two", Error);
}

TEST_CASE("a quantity that a loss cannot take is named by the first line that holds one") {
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i) + (i == 17 || i == 5 || i == 30 ? ",-1\n" : ",3.5\n");
  for (const char* loss : {"poisson", "msle", "tweedie", "mape"}) {
    for (const std::uint64_t seed : {0, 1, 2}) {
      CHECK_THROWS_WITH_AS(fit_table(data::parse_csv(text), "y", {.loss = loss, .seed = seed}),
                           "csv:7: column 'y': -1 is below 0; this loss wants quantities of at least 0", Error);
    }
  }
  CHECK_THROWS_WITH_AS(fit_table(data::parse_csv("x,y\n1,1\n2,two\n3,three\n"), "y", {.loss = "mse"}),
                       "csv:3: column 'y': 'two' is not a number; regression wants numbers", Error);
}

TEST_CASE("msle learns the logarithm of 1 + y") {
  // y spans five orders of magnitude, and is 0 at times.
  std::string text = "x,y\n";
  for (int i = 0; i < 200; ++i) {
    const double x = i / 200.0;
    text += std::to_string(x) + "," + (i % 40 == 0 ? "0" : std::to_string(std::exp(10 * x))) + "\n";
  }
  const Table table = data::parse_csv(text);
  const auto rows = data::all_rows(table.rows);
  const auto error = [&](const char* loss) {
    const TabularModel model = fit_table(table, "y", {.loss = loss, .holdout = 0}).model;
    const Tensor predicted = model.predict(table, rows).values;
    return msle_loss(clamp_min(predicted, 0), tensor(table.columns[1].numbers)).item();
  };
  const double msle = error("msle");
  CHECK(msle < 1);
  CHECK(error("mse") > 3 * msle);
  const FitResult result = fit_table(table, "y", {.loss = "msle", .epochs = 20});
  CHECK(result.model.target.link == data::Link::log1p);
  CHECK(result.held_out->loss < result.baseline->loss);
}

TEST_CASE("gaussian_nll learns how far the quantity strays too") {
  // y = x, with a deviation of 0.1 where t is calm and of 2 where it is wild.
  std::string text = "x,t,y\n";
  manual_seed(4);
  const std::vector<double> x = rand(600).to_vector<double>(), noise = randn(600).to_vector<double>();
  for (std::size_t i = 0; i < 600; ++i) {
    const bool wild = i % 2 == 0;
    text += std::to_string(10 * x[i]) + (wild ? ",wild," : ",calm,") +
            std::to_string(10 * x[i] + (wild ? 2 : 0.1) * noise[i]) + "\n";
  }
  const Table table = data::parse_csv(text);
  const FitResult result = fit_table(table, "y", {.hidden = {16}, .loss = "gaussian_nll"});
  CHECK(result.held_out->loss < result.baseline->loss - 1);
  CHECK(r2(*result.held_out) > 0.7);
  const TabularModel& model = result.model;
  CHECK(model.target.width() == 2);
  const Predictions predictions = model.predict(table, data::all_rows(table.rows));
  CHECK(predictions.values.sizes() == Dims(600));
  REQUIRE(predictions.deviations.sizes() == Dims(600));
  const Tensor of_wild = mean(predictions.deviations(Slice(0, Slice::kEnd, 2)));
  const Tensor of_calm = mean(predictions.deviations(Slice(1, Slice::kEnd, 2)));
  CHECK(of_wild.item() == doctest::Approx(2).epsilon(0.2));
  CHECK(of_calm.item() < 0.4);
  CHECK(model.predict(table, {}).deviations.sizes() == Dims(0));
  CHECK_FALSE(fit_table(table, "y", {.hidden = {}, .epochs = 1}).model.predict(table, {0}).deviations.defined());
}

TEST_CASE("a network begins as the linear model of zeros and has the shapes it says") {
  const NetworkShape shape{3, 2, {5, 4}};
  const Network network(shape);
  CHECK(equal(network(ones({7, 3})), zeros({7, 2})));
  std::map<std::string, Dims> shapes;
  for (const auto& [name, tensor] : network.state_dict()) shapes.emplace(name, tensor.sizes());
  CHECK(shapes == state_shapes(shape));
  CHECK(Network({3, 1, {}})(ones({7, 3})).sizes() == Dims(7));
}

TEST_CASE("train_epoch serves a module of one's own") {
  manual_seed(0);
  nn::Linear line(1, 1);
  optim::SGD optimizer(line.parameters(), {.lr = 0.3});
  const Tensor x = linspace(-1, 1, 20).reshape({20, 1});
  data::Batches batches(x, x * 3 + 1, 5, Generator(0));
  const nn::MSELoss loss;
  double mean_loss = 0;
  for (int epoch = 0; epoch < 50; ++epoch) mean_loss = train_epoch(line, loss, optimizer, batches);
  CHECK(mean_loss < 1e-6);
  CHECK(line.weight.item() == doctest::Approx(3).epsilon(1e-3));
}

namespace {

/// Two classes, ten to one, that overlap.
Table uneven_classes() {
  std::ostringstream text;
  text << "x,w,person,day,y\n";
  for (int i = 0; i < 330; ++i) {
    const bool rare = i % 11 == 0;
    text << (i * 37 % 101) / 50.0 + (rare ? 1 : 0) << ',' << (rare ? 10 : 1) << ",p" << i / 3 << ",2024-0"
         << 1 + i / 100 << '-' << 10 + i % 19 << ',' << (rare ? "rare" : "usual") << '\n';
  }
  return data::parse_csv(text.str());
}

}  // namespace

TEST_CASE("weights of rows, and of classes, make the same of them") {
  const Table table = uneven_classes();
  const FitOptions plain{.hidden = {}, .epochs = 30, .holdout = 0, .columns = {.only = {"x"}}};
  FitOptions balanced = plain, weighted = plain;
  balanced.class_weight = ClassWeight::balanced;
  weighted.columns.weight = "w";
  const auto recall = [&](const FitOptions& options) {
    const Evaluation evaluation = fit_table(table, "y", options).model.evaluate(table, data::all_rows(table.rows));
    return std::get<descent::metrics::ClassCounts>(evaluation.of_task).recall_per_class()[0].item();
  };
  CHECK(recall(plain) < 0.3);
  CHECK(recall(balanced) > 0.6);
  // 30 rows of weight 10 and 300 of 1: each class counts the same, as balanced ones do.
  CHECK(weights(fit_table(table, "y", weighted).model) == weights(fit_table(table, "y", balanced).model));

  FitOptions wrong = plain;
  wrong.columns.weight = "day";
  CHECK_THROWS_WITH_AS(fit_table(table, "y", wrong), "csv:2: column 'day': a weight is a number of at least 0", Error);
  CHECK_THROWS_WITH_AS(fit_table(quantity(30), "y", {.class_weight = ClassWeight::balanced}),
                       "class_weight = balanced is for classes; 'y' is learnt as a quantity", Error);
}

TEST_CASE("weights of 0 in the part that chooses the best epoch are no weights") {
  std::ostringstream text;
  text << "x,t,w,y\n";
  for (int i = 0; i < 2600; ++i) text << i % 7 << ',' << i << ',' << (i < 1800 ? 1 : 0) << ',' << i % 7 * 2 << ".5\n";
  const Table table = data::parse_csv(text.str());
  const FitOptions options{.hidden = {}, .epochs = 60, .holdout = 0, .columns = {.weight = "w", .order = "t"}};
  CHECK(r2(fit_table(table, "y", options).model.evaluate(table, data::all_rows(table.rows))) > 0.9);
}

TEST_CASE("every loss weights its rows") {
  std::ostringstream text;
  text << "x,w,y\n";
  for (int i = 0; i < 40; ++i) text << i % 7 << ",2," << 1 + i % 5 << ".5\n";
  for (int i = 0; i < 40; ++i) text << i % 7 << ",0," << 100 + i % 5 << ".5\n";
  const Table table = data::parse_csv(text.str());
  for (const std::string_view loss : tabular_loss_names(data::Task::regression)) {
    CAPTURE(loss);
    const FitOptions options{
        .hidden = {}, .loss = std::string(loss), .epochs = 60, .holdout = 0, .columns = {.weight = "w"}};
    const Tensor values = fit_table(table, "y", options).model.predict(table, data::all_rows(80)).values;
    CHECK(values.mean().item() < 45);  // 53 is the mean of all rows
  }
  const Table classes = uneven_classes();
  for (const std::string_view loss : tabular_loss_names(data::Task::classification)) {
    CAPTURE(loss);
    const FitOptions options{
        .hidden = {}, .loss = std::string(loss), .epochs = 2, .class_weight = ClassWeight::balanced};
    CHECK(std::isfinite(fit_table(classes, "y", options).held_out->loss));
  }
}

TEST_CASE("groups stay together, and the latest rows are held out") {
  const Table table = uneven_classes();
  FitOptions options{.hidden = {}, .epochs = 1, .holdout = 0.1, .columns = {.order = "day"}};
  const FitResult latest = fit_table(table, "y", options);
  CHECK(latest.held_out->rows == 33);
  CHECK(latest.model.features.text_columns() == std::vector<std::string>{"person"});
  options.columns = {.group = "person"};
  CHECK(fit_table(table, "y", options).held_out->rows == 33);
  const CrossValidation folds = cross_validate(table, "y", 5, options);
  REQUIRE(folds.held_out.size() == 5);
  for (const Evaluation& fold : folds.held_out) CHECK(fold.rows == 66);
  CHECK_THROWS_WITH_AS(cross_validate(table, "y", 400, options),
                       "folds = 400 must be at least 2 and at most the number of groups, 110", Error);
  // One group left to train with cannot be divided again.
  std::string two = "x,g,y\n";
  for (int i = 0; i < 4500; ++i)
    two += std::to_string(i % 7) + (i % 2 ? ",a," : ",b,") + std::to_string(i % 7 * 0.5) + "\n";
  options.columns = {.group = "g"};
  CHECK(fit_table(data::parse_csv(two), "y", options).model.training.rows == 2250);
}

TEST_CASE("folds are measured by models of the other rows") {
  const Table iris = data::read_csv(kData + "iris.csv");
  const CrossValidation folds = cross_validate(iris, "species", 5, {.epochs = 60});
  REQUIRE(folds.held_out.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(folds.held_out[i].rows == 30);
    CHECK(accuracy(folds.held_out[i]) > 0.85);
    CHECK(accuracy(folds.baseline[i]) == doctest::Approx(1.0 / 3));
  }
}

TEST_CASE("further tables choose the best epoch and measure") {
  const Table table = quantity(200), valid = quantity(60);
  Table test = quantity(30);
  FitOptions options{.epochs = 4, .valid = &valid, .test = &test};
  std::string plan;
  options.on_plan = [&](const std::string& line) { plan += line + '\n'; };
  options.on_epoch = [&](const EpochReport& report) { CHECK(std::string(report.part) == "test"); };
  const FitResult result = fit_table(table, "y", options);
  CHECK(plan.ends_with("200 rows to train, 60 to choose the best epoch, 30 held out to measure\n"));
  CHECK(result.held_out->rows == 30);
  CHECK(result.model.training.rows == 200);
  CHECK(result.held_out->loss == result.model.evaluate(test, data::all_rows(30)).loss);
}

TEST_CASE("a training stops early where the validation part gets no better") {
  std::int64_t best = 0, epochs = 0;
  double least = 1e9;
  FitOptions options{.optimizer = "sgd", .lr = 0.5, .epochs = 500, .holdout = 0, .early_stop = 5};
  options.on_epoch = [&](const EpochReport& report) {
    epochs = report.epoch;
    CHECK(std::string(report.part) == "validation");
    if (report.metrics.loss < least) least = report.metrics.loss, best = report.epoch;
  };
  const FitResult result = fit_table(quantity(100), "y", options);
  CHECK(epochs == best + 5);
  CHECK(result.model.training.epochs == epochs);
  CHECK(result.model.training.rows == 90);
}

TEST_CASE("notes say what was taken for granted, and are kept in the model") {
  std::vector<std::string> notes;
  FitOptions options{.epochs = 1};
  options.on_note = [&](const std::string& note) { notes.push_back(note); };
  std::string text = "x,same,score\n";
  for (int i = 0; i < 60; ++i) text += std::to_string(i % 7) + ",1," + std::to_string(3 + i % 4) + "\n";
  const FitResult result = fit_table(data::parse_csv(text), "score", options);
  CHECK(notes ==
        std::vector<std::string>{
            "'score' holds 4 different whole numbers, which are taken for classes; --loss mse learns a quantity",
            "column 'same' is left out: it has one value only"});
  CHECK(result.model.notes == notes);
}
