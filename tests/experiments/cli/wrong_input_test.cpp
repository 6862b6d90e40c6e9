// What a user does wrong is answered in one sentence with exit code 2 (command line, config) or 3
// (data).
#include <gtest/gtest.h>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/experiments/program.h"
#include "tests/experiments/tiny.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;

class WrongInput : public ::testing::Test {
 protected:
  void expect(const std::vector<std::string>& arguments, int code,
              const std::vector<std::string>& mentioned) {
    const Outcome outcome = run_program(folder_.path(), arguments);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    for (const std::string& word : mentioned)
      EXPECT_NE(outcome.text.find(word), std::string::npos)
          << "no '" << word << "' in: " << outcome.text;
    EXPECT_EQ(outcome.text.find("terminate"), std::string::npos);
  }

  // Two patients with a label each, in nnU-Net's layout.
  fs::path data_set() {
    const fs::path root = folder_ / "data";
    Geometry geometry;
    geometry.size = {16, 12, 2};
    for (const char* name : {"a", "b", "c", "d"}) {
      Image image(geometry, 1, -1000.0F);
      LabelMap label(geometry, 1);
      for (std::int64_t x = 2; x < 8; ++x) {
        image.at(x, 5, 0) = 50.0F + static_cast<float>(name[0]);
        label.at(x, 5, 0) = 1;
      }
      write_image(root / "imagesTr" / (std::string(name) + "_0000.nii.gz"), image);
      write_label_map(root / "labelsTr" / (std::string(name) + ".nii.gz"), label, {});
    }
    write_file(
        root / "dataset.json",
        R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "muscle": 1}, "numTraining": 4, "file_ending": ".nii.gz"})");
    return root;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(WrongInput, MisspeltCommand) { expect({"trian"}, 2, {"trian", "did you mean 'train'"}); }
TEST_F(WrongInput, AnOptionTypedAsAFlag) {
  expect({"evaluate", "predictions=p", "--labels", "truth"}, 2, {"--labels", "labels=truth"});
  expect({"evaluate", "predictions=p", "--resample-to"}, 2, {"--resample-to labels|last"});
}
TEST_F(WrongInput, MisspeltKey) {
  expect({"run", "experiment=kreher2022", "train.epoch=3"}, 2,
         {"train.epoch", "did you mean 'epochs'"});
}
TEST_F(WrongInput, MisspeltExperiment) {
  expect({"run", "experiment=kreer2022"}, 2, {"kreer2022", "kreher2022"});
}
TEST_F(WrongInput, ValueOutOfRange) {
  expect({"run", "experiment=kreher2022", "optimizer.lr=-1"}, 2, {"optimizer.lr", "-1"});
}
TEST_F(WrongInput, WrongType) {
  expect({"run", "experiment=kreher2022", "train.epochs=many"}, 2,
         {"train.epochs", "whole number", "many"});
}
TEST_F(WrongInput, MissingDataRoot) {
  expect({"run", "experiment=kreher2022", "data.root=nowhere"}, 3, {"nowhere"});
}
TEST_F(WrongInput, FoldThatIsNotThere) {
  expect({"train", "experiment=kreher2022", "fold=10"}, 2, {"fold=10", "0 to 9"});
}
TEST_F(WrongInput, OptionOfAnotherCommand) {
  expect({"predict", "run=x", "inputs=y", "out=z"}, 2, {"inputs", "input"});
}
TEST_F(WrongInput, MissingOption) {
  expect({"predict", "run=x", "input=y"}, 2, {"out", "must be given"});
}
TEST_F(WrongInput, NoRunFolder) {
  expect({"predict", "run=x", "input=y", "out=z"}, 3, {"x: is no run", "hash"});
}

TEST_F(WrongInput, TruncatedImage) {
  const fs::path root = data_set();
  const fs::path file = root / "imagesTr/a_0000.nii.gz";
  fs::resize_file(file, fs::file_size(file) / 2);
  expect(testing::tiny("run", {"data.root=" + root.string()}), 3, {"a_0000.nii.gz"});
  expect({"inspect", "data.root=" + root.string()}, 3, {"a_0000.nii.gz"});
}

TEST_F(WrongInput, UnknownLabelValue) {
  const fs::path root = data_set();
  LabelMap label = read_label_map(root / "labelsTr/b.nii.gz");
  label.at(0, 0, 0) = 7;
  write_label_map(root / "labelsTr/b.nii.gz", label, {});
  expect(testing::tiny("run", {"data.root=" + root.string()}), 3, {"b", "7"});
  expect({"inspect", "data.root=" + root.string()}, 3, {"b", "7"});
}

TEST_F(WrongInput, ImageAndLabelOfDifferentShape) {
  const fs::path root = data_set();
  Geometry geometry;
  geometry.size = {16, 13, 2};
  write_label_map(root / "labelsTr/c.nii.gz", LabelMap(geometry, 1, 1), {});
  expect(testing::tiny("run", {"data.root=" + root.string()}), 3, {"c", "12", "13"});
  expect({"inspect", "data.root=" + root.string()}, 3, {"c", "12", "13"});
}

TEST_F(WrongInput, EmptyDicomFolder) {
  fs::create_directories(folder_ / "series");
  const fs::path run = folder_ / "run";
  write_file(run / "dataset.json",
             R"({"name": "x", "channels": ["CT"], "labels": {"background": 0}, "regions": {}})");
  write_file(run / "config.yaml", "name: x\n");
  write_file(run / "fold_0/best.safetensors", "no checkpoint");
  expect({"predict", "run=run", "input=series", "out=z"}, 3, {"series", "no scan"});
  expect({"inspect", "data.root=series"}, 3, {"dataset.json"});
}

}  // namespace
}  // namespace myoseg
