// The program's convert, init_from and fine_tune, as a user calls them.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/files.h"
#include "models/weights/weights_file.h"
#include "tests/experiments/program.h"
#include "tests/experiments/tiny.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;
using testing::TemporaryFolder;

std::vector<std::string> training(const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = testing::tiny(
      "train", {"fold=0", "runtime.threads=1", "preprocess.size=[32,32]", "train.epochs=1"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

fs::path only_run(const fs::path& folder, const std::string& part) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder / "runs")) {
    if (entry.path().filename().string().find(part) == std::string::npos) continue;
    EXPECT_TRUE(found.empty()) << entry.path();
    found = entry.path();
  }
  return found;
}

std::string folder_planned(const fs::path& folder, const std::vector<std::string>& more) {
  std::vector<std::string> words = training(more);
  words.emplace_back("--dry-run");
  const Outcome outcome = run_program(folder, words);
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  const std::size_t at = outcome.text.find("run folder ");
  return outcome.text.substr(at, outcome.text.find('\n', at) - at);
}

void expect_same(const NamedTensors& a, const NamedTensors& b, const std::string& beginning = "") {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    if (a[i].first.starts_with(beginning)) {
      EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
    }
  }
}

TEST(Weights, GoOutOfARunAndIntoAnother) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_program(folder.path(), training()).code, 0);
  const fs::path first = only_run(folder.path(), "kreher2022");
  const NamedTensors best = read_weights(first / "fold_0" / "best.safetensors").tensors;

  Outcome outcome =
      run_program(folder.path(), {"convert", "run=" + first.string(), "out=start.pt"});
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_EQ(run_program(folder.path(), {"convert", "start.pt", "out=start.safetensors"}).code, 0);
  expect_same(read_weights(folder / "start.pt").tensors, best);
  expect_same(read_weights(folder / "start.safetensors").tensors, best);

  // The content of the file counts, not its place.
  fs::create_directory(folder / "elsewhere");
  fs::copy_file(folder / "start.pt", folder / "elsewhere/again.pt");
  const std::string from_start = folder_planned(folder.path(), {"init_from=start.pt"});
  const auto hash_of = [](const std::string& name) { return name.substr(name.rfind('-')); };
  EXPECT_EQ(hash_of(from_start),
            hash_of(folder_planned(folder.path(), {"init_from=elsewhere/again.pt"})));
  EXPECT_NE(hash_of(from_start), hash_of(folder_planned(folder.path(), {})));
  EXPECT_NE(from_start.find("init_from=start.pt"), std::string::npos) << from_start;
  write_weights(folder / "elsewhere/again.pt", {{{"x", at::ones({1})}}, {}});
  EXPECT_NE(hash_of(from_start),
            hash_of(folder_planned(folder.path(), {"init_from=elsewhere/again.pt"})));

  // What is frozen stays as the file has it, also after going on, when the file is not needed.
  const std::vector<std::string> tuned =
      training({"init_from=start.pt", "fine_tune.freeze=[down1,down2]"});
  outcome = run_program(folder.path(), tuned);
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_NE(outcome.text.find("start.pt (PyTorch, the network's own names)"), std::string::npos)
      << outcome.text;
  const fs::path second = only_run(folder.path(), "freeze");
  const NamedTensors moved = read_weights(second / "fold_0" / "best.safetensors").tensors;
  expect_same(moved, best, "down");
  bool differs = false;
  for (std::size_t i = 0; i < best.size(); ++i)
    differs = differs || !at::equal(best[i].second, moved[i].second);
  EXPECT_TRUE(differs);
  EXPECT_NE(read_file(second / "provenance.json").find("starting_weights"), std::string::npos);
}

TEST(Weights, FaultsAreOneSentence) {
  const TemporaryFolder folder;
  write_weights(folder / "other.safetensors", {{{"layer.weight", at::ones({2})}}, {}});
  write_file(folder / "text.pt", "no weights");
  const auto expect = [&](const std::vector<std::string>& words, int code,
                          const std::string& sentence) {
    const Outcome outcome = run_program(folder.path(), words);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    EXPECT_NE(outcome.text.find(sentence), std::string::npos) << outcome.text;
  };
  expect(training({"init_from=absent.pt"}), 3, "init_from=absent.pt: there is no such file");
  expect(training({"init_from=other.safetensors"}), 3, "holds the weights of another network");
  expect(training({"init_from=text.pt"}), 3, "neither a safetensors file nor one of torch.save");
  expect(training({"fine_tune.freeze=[donw1]"}), 2, "did you mean 'down1'");
  expect(training({"fine_tune.rates=[{names:up1,factor:-1}]"}), 2, "fine_tune.rates");
  expect({"convert", "text.pt"}, 2, "out");
  expect({"convert", "out=x.pt"}, 2, "one file or one run");
  expect({"convert", "other.safetensors", "out=x.onnx"}, 2, ".safetensors, .pt or .pth");
  expect({"convert", "other.safetensors", "out=x.pt", "to=hf"}, 3, "no name in the layout");
  expect({"convert", "run=absent", "out=x.pt"}, 3, "absent");
}

}  // namespace
}  // namespace myoseg
