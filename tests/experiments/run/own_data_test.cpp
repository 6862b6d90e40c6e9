// A user's own data set and scans: what is checked, kept, counted and said.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/table/table.h"
#include "data/io/image_io.h"
#include "eval/measure/scores.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;

class OwnData : public testing::ProgramTest {
 protected:
  static Image scan(int seed) {
    Geometry g;
    g.size = {16, 16, 2};
    g.spacing = {1, 1, 5};
    Image image(g, 1, -1000);
    for (std::int64_t y = 4; y < 12; ++y)
      for (std::int64_t x = 4; x < 12; ++x)
        image.at(x, y, 0) = image.at(x, y, 1) = static_cast<float>(40 + seed);
    image.at(0, 0, 0) = 1200;
    return image;
  }
  void add_case(const std::string& id, int seed) {
    const Image image = scan(seed);
    LabelMap label(image.geometry, 1);
    for (std::int64_t y = 4; y < 12; ++y)
      for (std::int64_t x = 4; x < 8; ++x) label.at(x, y, 0) = 1;
    write_image(folder_ / "ds/imagesTr" / (id + "_0000.nii.gz"), image);
    write_label_map(folder_ / "ds/labelsTr" / (id + ".nii.gz"), label, {});
  }
  void data_set() {
    for (int i = 0; i < 6; ++i) add_case("c" + std::to_string(i), i);
    write_file(
        folder_ / "ds/dataset.json",
        R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": 1}, "numTraining": 6})");
  }
  static std::vector<std::string> command(const std::string& name,
                                          const std::vector<std::string>& more) {
    std::vector<std::string> words{"preprocess.spacing_mm=[1,1]", "loader.batch_size=4"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::tiny_own(name, words);
  }
  // The folder of the one run of that name.
  std::vector<fs::path> runs(const std::string& name) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_ / "runs"))
      if (entry.path().filename().string().starts_with(name)) found.push_back(entry.path());
    return found;
  }
  std::string trained() {
    data_set();
    run(command("train", {"name=net", "fold=0"}));
    return runs("net").front().string();
  }
};

TEST_F(OwnData, TheHashOfEveryFileIsKeptOnceForAllRuns) {
  const auto read = [](const fs::path& file) { return parse_json(read_file(file), file.string()); };
  const std::string data = text_at(read(fs::path(trained()) / "provenance.json"), "data");
  const auto files = read(folder_ / "cache" / "data" / (data + ".json"));
  EXPECT_EQ(files.size(), 1 + 2 * 6U);  // dataset.json, scan and label of each
  EXPECT_TRUE(files.contains("imagesTr/c3_0000.nii.gz"));
}

TEST_F(OwnData, PredictGoesOnAfterABadScanAndKeepsWhatIsThere) {
  const std::string network = trained();
  for (const char* name : {"pat_0000", "pat_0001", "pat_2019"})
    write_image(folder_ / "in" / (std::string(name) + ".nii.gz"), scan(name[7]));
  write_file(folder_ / "in/bad.nii.gz", "no gzip");
  write_file(folder_ / "in/._pat_0000.nii.gz", "x");
  write_file(folder_ / "in/notes.txt", "x");
  Image holes = scan(1);
  holes.voxels[7] = std::numeric_limits<float>::quiet_NaN();
  write_image(folder_ / "in/holes.nii.gz", holes);
  const std::vector<std::string> predict{"predict", "run=" + network, "input=in", "out=out"};
  expect_words(run(predict, 3), {"3 of 5 scans predicted (3 now, 0 before)", "2 of 5 scans failed",
                                 "bad: ", "holes: ", "1 hidden", "1 no images (notes.txt)"});
  for (const char* name : {"pat_0000", "pat_0001", "pat_2019"})
    EXPECT_TRUE(fs::exists(folder_ / "out" / (std::string(name) + ".nii.gz"))) << name;
  const auto written = fs::last_write_time(folder_ / "out/pat_0001.nii.gz");
  fs::remove(folder_ / "out/pat_2019.nii.gz");
  fs::remove(folder_ / "in/bad.nii.gz");
  fs::remove(folder_ / "in/holes.nii.gz");
  expect_words(run(predict), {"3 of 3 scans predicted (1 now, 2 before)"});
  EXPECT_EQ(fs::last_write_time(folder_ / "out/pat_0001.nii.gz"), written);
  // Another scan under the name is predicted anew; rows of earlier commands stay.
  write_image(folder_ / "in/pat_0001.nii.gz", scan(9));
  expect_words(run({"predict", "run=" + network, "input=in/pat_0001.nii.gz", "out=out"}),
               {"1 of 1 scans predicted (1 now, 0 before)", "quantities.csv of 3 scans"});
  EXPECT_EQ(read_csv(folder_ / "out/quantities.csv").rows.size(), 3U);
}

TEST_F(OwnData, PredictRefusesWhatWouldBeLost) {
  const std::string network = trained();
  write_image(folder_ / "in/a.nii.gz", scan(1));
  const std::string before = read_file(folder_ / "in/a.nii.gz");
  fs::create_directory_symlink("in", folder_ / "link");
  for (const char* out : {"in", "link", "in/../in"})
    expect_words(run({"predict", "run=" + network, "input=in", "out=" + std::string(out)}, 2),
                 {"a.nii.gz", "would be written over"});
  EXPECT_EQ(read_file(folder_ / "in/a.nii.gz"), before);
  write_image(folder_ / "in/a.nrrd", scan(2));
  expect_words(run({"predict", "run=" + network, "input=in", "out=out"}, 3),
               {"in/a.nii.gz", "in/a.nrrd", "two scans of one name"});
  ASSERT_EQ(::mkfifo((folder_ / "pipe.nii.gz").c_str(), 0600), 0);
  run({"predict", "run=" + network, "input=pipe.nii.gz", "out=out"}, 3);
}

TEST_F(OwnData, IgnoredVoxelsAreScoredAsIfTheyWereNotThere) {
  data_set();
  write_file(folder_ / "ds/dataset.json",
             R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": 1, "ignore": 2}})");
  for (int i = 0; i < 6; ++i) {
    const fs::path file = folder_ / "ds/labelsTr" / ("c" + std::to_string(i) + ".nii.gz");
    LabelMap label = read_label_map(file);
    for (std::int64_t y = 0; y < 16; ++y)
      for (std::int64_t x = 8; x < 16; ++x) label.at(x, y, 0) = label.at(x, y, 1) = 2;
    write_label_map(file, label, {});
  }
  run(command("run", {"name=r", "metrics=[dice,accuracy]"}));
  const fs::path folder = runs("r").front();
  std::size_t compared = 0;
  for (const Score& score : read_scores(folder / "scores.csv")) {
    if (score.metric != "accuracy" || score.stage != Stage::final) continue;
    const LabelMap truth = read_label_map(folder_ / "ds/labelsTr" / (score.case_id + ".nii.gz")),
                   found = read_label_map(folder / fmt::format("fold_{}", score.fold) /
                                          "predictions/final" / (score.case_id + ".nii.gz"));
    double right = 0, all = 0;
    for (std::size_t i = 0; i < truth.voxels.size(); ++i) {
      if (truth.voxels[i] == 2) continue;
      right += truth.voxels[i] == found.voxels[i];
      ++all;
    }
    EXPECT_DOUBLE_EQ(score.value, right / all) << score.case_id;
    ++compared;
  }
  EXPECT_EQ(compared, 6U);
}

TEST_F(OwnData, TheTableThatAnOptionNamesDecidesTheRun) {
  data_set();
  const auto table = [&](const char* patients) {
    std::ofstream out(folder_ / "ds/who.csv");
    out << "case,patient\n";
    for (int i = 0; i < 6; ++i) out << 'c' << i << ',' << patients[i] << '\n';
  };
  table("AABBCC");
  expect_words(run(command("prepare", {"name=t", "data.table=who.csv"})),
               {"6 cases of 3 patients, by column patient of who.csv"});
  table("ABCABC");
  run(command("prepare", {"name=t", "data.table=who.csv"}));
  EXPECT_EQ(runs("t").size(), 2U);
}

TEST_F(OwnData, FatalFindingsEndBeforeTheFirstJob) {
  data_set();
  write_file(folder_ / "ds/splits_final.json",
             R"([{"train": ["c0", "c1"], "val": ["c2", "c3"]},
                 {"train": ["c0"], "val": ["c3", "c4", "c5"]}])");
  expect_words(run(command("run", {"name=r"}), 3), {"held out in fold 0 and again in fold 1"});
  write_file(folder_ / "ds/splits_final.json", R"([{"train": ["c0", "c1"], "val": ["c2", "c3"]}])");
  expect_words(run(command("prepare", {"name=r"})), {"c0, c1, c4, c5: is held out in no fold"});
  fs::remove_all(folder_ / "runs");
  LabelMap label(scan(0).geometry, 1);
  label.voxels[3] = 7;
  write_label_map(folder_ / "ds/labelsTr/c4.nii.gz", label, {});
  expect_words(run(command("train", {"name=r"}), 3), {"c4", "does not name", "7 (1 voxels)"});
  expect_words(run(command("run", {"-m", "name=r", "seed=1,2"}), 3), {"c4", "does not name"});
  EXPECT_FALSE(fs::exists(folder_ / "runs"));
}

TEST_F(OwnData, EvaluateScoresTheCasesThatCanBeRead) {
  data_set();
  write_file(folder_ / "l.json", R"({"background": 0, "a": 1})");
  fs::copy(folder_ / "ds/labelsTr", folder_ / "p");
  write_file(folder_ / "p/c3.nii.gz", "damaged");
  const std::vector<std::string> evaluate{"evaluate", "predictions=p",  "labels=ds/labelsTr",
                                          "out=o",    "dataset=l.json", "metrics=[dice]"};
  expect_words(run(evaluate, 3), {"5 of 6 cases scored", "1 of 6 cases failed", "p/c3.nii.gz"});
  std::set<std::string> scored;
  for (const Score& score : read_scores(folder_ / "o/scores.csv")) scored.insert(score.case_id);
  EXPECT_EQ(scored, (std::set<std::string>{"c0", "c1", "c2", "c4", "c5"}));
  std::vector<std::string> twice = evaluate;
  twice.back() = "metrics=[dice,dice]";
  expect_words(run(twice, 2), {"'dice' twice"});
  write_file(folder_ / "cases.csv", "Case\nc0\n C0\n");
  std::vector<std::string> cases = evaluate;
  cases.emplace_back("cases=cases.csv");
  expect_words(run(cases, 3), {"'C0' stands twice"});
  std::vector<std::string> into_input = evaluate;
  into_input[3] = "out=p";
  expect_words(run(into_input, 2), {"out=p", "predictions"});
  fs::create_hard_link(folder_ / "o/scores.csv", folder_ / "mine.csv");
  expect_words(
      run({"statistics", "tables=[mine.csv]", "columns=[value,fold]", "out=o/scores.csv"}, 2),
      {"mine.csv", "would be written over"});
}

TEST_F(OwnData, StandardOutputThatIsFullIsAFailure) {
  data_set();
  const Outcome outcome = testing::run_program(folder_.path(), {"inspect", "data.root=ds"}, 0);
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  const std::string full = std::string("cd '") + folder_.path().string() + "' && '" +
                           MYOSEG_PROGRAM + "' inspect data.root=ds > /dev/full 2> message";
  const int status = std::system(full.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_NE(read_file(folder_ / "message").find("standard output"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
