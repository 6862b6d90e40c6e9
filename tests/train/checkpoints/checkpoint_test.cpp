#include "train/checkpoints/checkpoint.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <numbers>

#include "core/error.h"
#include "core/files.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/weights/safetensors.h"
#include "models/weights/weights.h"
#include "tests/testing/temporary.h"
#include "tests/train/training_fixture.h"

namespace myoseg {
namespace {

using testing::SmallNetwork;
using testing::TemporaryFolder;

struct Parts {
  explicit Parts(std::uint64_t seed, int classes = 3) : network(classes) {
    initialise(network, seed);
    optimizer = testing::make_optimizer("adamw", testing::parameters_of(network));
    schedule = testing::make_schedule("plateau", 0.01, 10, 5);
  }
  // A step with made-up gradients, so that there are moments to save.
  void train(double value) {
    for (const auto& [name, parameter] : optimizer->parameters())
      parameter.mutable_grad() = at::full_like(parameter, value);
    optimizer->step(schedule->rate());
    schedule->advance(value);
  }
  Training training(const std::string& identity = "a") {
    return {network, *optimizer, *schedule, identity, "x: 1\n"};
  }

  SmallNetwork network;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<Schedule> schedule;
};

void expect_equal(const NamedTensors& a, const NamedTensors& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    EXPECT_TRUE(a[i].second.equal(b[i].second)) << a[i].first;
  }
}

ExitCode code_of(const std::function<void()>& call, std::string& sentence) {
  try {
    call();
  } catch (const Error& error) {
    sentence = error.what();
    return error.code();
  }
  return ExitCode::done;
}

TEST(Checkpoint, EverythingComesBackExactly) {
  const TemporaryFolder folder;
  Parts saved(1), loaded(2);
  saved.train(0.3);
  saved.train(0.1);
  const TrainingState state{.epoch = 7,
                            .batch = 3,
                            .updates = (std::int64_t{1} << 53) + 1,  // no double holds this
                            .loss_sum = 0.1 + 0.2,
                            .seconds = 1e-300,
                            .rate = 1.0 / 3,
                            .best_score = -0.0,
                            .best_epoch = 5,
                            .scale = 1024,
                            .scale_good_steps = 12,
                            .finished = 1};
  save_training(folder / "last.safetensors", saved.training(), state);
  const TrainingState back = load_training(folder / "last.safetensors", loaded.training());
  EXPECT_EQ(back.epoch, 7);
  EXPECT_EQ(back.batch, 3);
  EXPECT_EQ(back.updates, 9007199254740993);
  EXPECT_EQ(back.loss_sum, 0.30000000000000004);
  EXPECT_EQ(back.seconds, 1e-300);
  EXPECT_EQ(back.rate, 1.0 / 3);
  EXPECT_TRUE(std::signbit(back.best_score));
  EXPECT_EQ(back.best_epoch, 5);
  EXPECT_EQ(back.scale, 1024);
  EXPECT_EQ(back.scale_good_steps, 12);
  EXPECT_EQ(back.finished, 1);
  expect_equal(state_of(saved.network), state_of(loaded.network));
  expect_equal(saved.optimizer->state(), loaded.optimizer->state());
  EXPECT_EQ(saved.schedule->state(), loaded.schedule->state());
}

TEST(Checkpoint, NothingBetterYetComesBack) {
  const TemporaryFolder folder;
  Parts parts(1);
  save_training(folder / "last.safetensors", parts.training(), {});
  EXPECT_EQ(load_training(folder / "last.safetensors", parts.training()).best_score,
            -std::numeric_limits<double>::infinity());
}

TEST(Checkpoint, BestHasPlainNamesAndMetadata) {
  const TemporaryFolder folder;
  Parts parts(1);
  save_best(folder / "best.safetensors", parts.training("hash fold 0"), 4, 0.875);
  const TensorFile content = load_tensors(folder / "best.safetensors");
  expect_equal(content.tensors, state_of(parts.network));
  EXPECT_NE(content.find("norm.running_mean"), nullptr);
  EXPECT_EQ(content.metadata, (std::map<std::string, std::string>{{"format", "pt"},
                                                                  {"kind", "myoseg weights 1"},
                                                                  {"identity", "hash fold 0"},
                                                                  {"config_yaml", "x: 1\n"},
                                                                  {"epoch", "4"},
                                                                  {"score", "0.875"}}));
}

TEST(Checkpoint, WeightsLoadFromBothKinds) {
  const TemporaryFolder folder;
  Parts saved(1);
  save_training(folder / "last.safetensors", saved.training(), {});
  save_best(folder / "best.safetensors", saved.training(), 1, 0.5);
  for (const std::string file : {"last.safetensors", "best.safetensors"}) {
    SmallNetwork network;
    load_weights(network, folder / file);
    expect_equal(state_of(network), state_of(saved.network));
    SmallNetwork other(4);
    std::string sentence;
    EXPECT_EQ(code_of([&] { load_weights(other, folder / file); }, sentence), ExitCode::bad_data);
    EXPECT_NE(sentence.find(file), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("head.weight"), std::string::npos) << sentence;
  }
  SmallNetwork network;
  std::string sentence;
  EXPECT_EQ(code_of([&] { load_weights(network, folder / "absent.safetensors"); }, sentence),
            ExitCode::bad_data);
}

TEST(Checkpoint, LacksNothingUnnoticed) {
  const TemporaryFolder folder;
  Parts parts(1);
  parts.train(0.5);
  const auto file = folder / "last.safetensors";
  save_training(file, parts.training(), {});
  const TensorFile good = load_tensors(file);
  for (std::size_t i = 0; i < good.tensors.size(); ++i) {
    TensorFile bad = good;
    bad.tensors.erase(bad.tensors.begin() + static_cast<std::ptrdiff_t>(i));
    save_tensors(file, bad);
    std::string sentence;
    EXPECT_EQ(code_of([&] { (void)load_training(file, parts.training()); }, sentence),
              ExitCode::bad_data)
        << good.tensors[i].first;
    EXPECT_NE(sentence.find("last.safetensors"), std::string::npos) << sentence;
  }
}

// A limit on file sizes stands for a full disk.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST(Checkpoint, FullDiskLeavesTheFormerOne) {
  const TemporaryFolder folder;
  Parts parts(1);
  const auto file = folder / "last.safetensors";
  save_training(file, parts.training(), {.epoch = 1});
  const std::string before = read_file(file);
  parts.train(0.5);
  std::string sentence;
  {
    const SmallFiles limit(100);
    EXPECT_EQ(code_of([&] { save_training(file, parts.training(), {.epoch = 2}); }, sentence),
              ExitCode::failed);
  }
  EXPECT_NE(sentence.find("last.safetensors"), std::string::npos) << sentence;
  EXPECT_TRUE(read_file(file) == before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace myoseg
