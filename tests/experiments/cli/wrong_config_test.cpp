// Fifteen kinds of wrong config and some more: each is answered with exit code 2 and a sentence
// that names the file with line and column, or the override, and what was probably meant.
#include <gtest/gtest.h>

#include "core/files.h"
#include "tests/experiments/program.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

class WrongConfig : public ::testing::Test {
 protected:
  // An experiment of the user's own, in my/experiment/NAME.yaml.
  void experiment(const std::string& name, const std::string& text) {
    write_file(folder_ / "my/experiment" / (name + ".yaml"), "# @package _global_\n" + text);
  }

  // What the program says of it, without "myoseg: "; nothing is run in any case.
  std::string fault(std::vector<std::string> overrides) {
    std::filesystem::create_directories(folder_ / "my");
    std::vector<std::string> arguments{"run", "--dry-run", "--config-dir", "my"};
    arguments.insert(arguments.end(), overrides.begin(), overrides.end());
    const testing::Outcome outcome = testing::run_program(folder_.path(), arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.text;
    EXPECT_EQ(outcome.text.find("terminate"), std::string::npos) << outcome.text;
    EXPECT_TRUE(outcome.text.starts_with("myoseg: ")) << outcome.text;
    return outcome.text.substr(outcome.text.find(' ') + 1);
  }

  void expect_start(const std::vector<std::string>& overrides, const std::string& sentence) {
    const std::string found = fault(overrides);
    EXPECT_EQ(found.substr(0, sentence.size()), sentence) << found;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(WrongConfig, TypoInAKey) {
  expect_start({"train.epoch=50"},
               "override 'train.epoch=50': train.epoch: unknown key; did you mean 'epochs'?");
  experiment("mine", "train:\n  epoch: 50\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:3:10: train.epoch: unknown key; did you mean 'epochs'?");
}

TEST_F(WrongConfig, TypoInAGroup) {
  expect_start({"optmizer=sgd"},
               "override 'optmizer=sgd': optmizer: unknown key; did you mean 'optimizer'?");
  experiment("mine", "defaults:\n  - override /optmizer: sgd\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:3:5: no defaults list has the group 'optmizer'; did you "
               "mean 'optimizer'?");
}

TEST_F(WrongConfig, TypoInAnOption) {
  expect_start(
      {"optimizer=sdg"},
      "override 'optimizer=sdg': the group 'optimizer', which 'myoseg' lists, has no option "
      "'sdg' (optimizer/sdg.yaml); did you mean 'sgd'?\n  options of 'optimizer': adamw, sgd\n  "
      "searched in my, ");
  experiment("mine", "defaults:\n  - override /model: unett\n");
  expect_start(
      {"experiment=mine"},
      "my/experiment/mine.yaml:3:5: the group 'model', which 'myoseg' lists, has no option "
      "'unett' (model/unett.yaml); did you mean 'unet'?");
}

TEST_F(WrongConfig, WrongType) {
  expect_start({"train.epochs=many"},
               "override 'train.epochs=many': train.epochs: expected a whole number, found text "
               "'many'");
  experiment("mine", "train:\n  epochs: 1.5\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:3:11: train.epochs: expected a whole number, found 1.5");
}

TEST_F(WrongConfig, OutOfRange) {
  expect_start({"optimizer.lr=-1"}, "override 'optimizer.lr=-1': optimizer.lr: -1 is outside > 0");
}

TEST_F(WrongConfig, CyclicDefaults) {
  experiment("mine", "defaults:\n  - /experiment: other\n");
  experiment("other", "defaults:\n  - /experiment: mine\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:3:5: 'experiment/mine' lists itself, directly or through "
               "others");
}

TEST_F(WrongConfig, CyclicInterpolation) {
  experiment("mine", "seed: ${train.epochs}\ntrain:\n  epochs: ${seed}\n");
  const std::string found = fault({"experiment=mine"});
  EXPECT_TRUE(found.starts_with("my/experiment/mine.yaml:")) << found;
  EXPECT_NE(found.find("the reference leads back to itself"), std::string::npos) << found;
}

TEST_F(WrongConfig, MissingValue) {
  experiment("mine", "train:\n  clip_norm: ???\n");
  expect_start({"experiment=mine"}, "my/experiment/mine.yaml:3:14: train.clip_norm: must be given");
}

TEST_F(WrongConfig, DuplicateKey) {
  experiment("mine", "train:\n  epochs: 3\n  epochs: 4\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:4:3: the key 'epochs' stands here twice, first at "
               "my/experiment/mine.yaml:3:11");
}

TEST_F(WrongConfig, TabIndentation) {
  experiment("mine", "train:\n\tepochs: 3\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:3:1: a tab indents this line; use spaces");
}

TEST_F(WrongConfig, TwoDocuments) {
  experiment("mine", "seed: 1\n---\nseed: 2\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:4:1: a second document starts here; a file holds one");
}

TEST_F(WrongConfig, EmptyFile) {
  write_file(folder_ / "my/experiment/mine.yaml", "");
  expect_start({"experiment=mine"}, "my/experiment/mine.yaml: the file is empty; ");
}

TEST_F(WrongConfig, NotUtf8) {
  experiment("mine", "name: M\xFCller\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:2:8: the file is not UTF-8 text here; save it as UTF-8");
}

TEST_F(WrongConfig, OverrideBeforeItsGroup) {
  write_file(folder_ / "my/extra/plain.yaml", "seed: 1\n");
  experiment("mine", "defaults:\n  - override /extra: plain\n  - /extra: plain\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:3:5: 'override extra: plain' stands before 'extra: "
               "plain'; overrides come last in a defaults list");
}

TEST_F(WrongConfig, PathThatIsAFolder) {
  std::filesystem::create_directories(folder_ / "my/experiment/mine.yaml");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml is a folder; a configuration is a file");
  write_file(folder_ / "file", "");
  expect_start({"--info", "--config-dir", "file"}, "--config-dir file: this is no folder");
  expect_start({"--info", "--config-path", "nowhere"},
               "--config-path nowhere: there is no such folder");
}

TEST_F(WrongConfig, ScalarOverASection) {
  experiment("mine", "train: 5\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:2:8: train: expected a section, found 5");
}

TEST_F(WrongConfig, ExperimentWithoutItsFirstLine) {
  write_file(folder_ / "my/experiment/mine.yaml", "seed: 1\n");
  expect_start({"experiment=mine"},
               "my/experiment/mine.yaml:1:1: experiment: unknown key; a file whose keys belong to "
               "the whole configuration begins with '# @package _global_'");
}

TEST_F(WrongConfig, OptionThatMustBeGiven) {
  const auto outcome = testing::run_program(folder_.path(), {"predict", "run=x", "out=z"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.text, "myoseg: input: must be given\n");
}

TEST_F(WrongConfig, FlagsAreCheckedToo) {
  expect_start({"--forse"}, "there is no flag '--forse'; did you mean '--force'?");
  expect_start({"--info", "tree"}, "--info does not know 'tree'");
  expect_start({"--force=yes"}, "--force takes no value, found 'yes'");
}

}  // namespace
}  // namespace myoseg
