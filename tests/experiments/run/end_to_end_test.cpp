// From nothing to the report and back to new scans, on a tiny virtual cohort.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/files.h"
#include "core/hash.h"
#include "core/table/table.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"
#include "eval/measure/scores.h"
#include "tests/data/io/dicom/dicom_fixture.h"
#include "tests/experiments/program.h"
#include "tests/experiments/tiny.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;
using testing::tiny;

fs::path only_run(const fs::path& folder) {
  return fs::directory_iterator(folder / "runs")->path();
}

// One run shared by the tests of this file: it takes most of their time.
class EndToEnd : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    first_ = new Outcome(run_program(folder_->path(), tiny("run")));
  }
  static void TearDownTestSuite() {
    delete first_;
    delete folder_;
  }
  static fs::path run() { return only_run(folder_->path()); }
  static fs::path cohort() {
    for (const auto& entry : fs::directory_iterator(folder_->path() / "cache"))
      if (entry.path().filename().string().starts_with("cohort-")) return entry.path();
    return {};
  }
  static testing::TemporaryFolder* folder_;
  static Outcome* first_;
};
testing::TemporaryFolder* EndToEnd::folder_ = nullptr;
Outcome* EndToEnd::first_ = nullptr;

TEST_F(EndToEnd, LeavesTablesFiguresAndReport) {
  ASSERT_EQ(first_->code, 0) << first_->text;
  EXPECT_NE(first_->text.find("| combined"), std::string::npos) << first_->text;
  EXPECT_NE(first_->text.find("report.html"), std::string::npos);
  for (const char* file :
       {"config.yaml", "provenance.json", "dataset.json", "splits.json", "log.txt", "scores.csv",
        "report.html", "fold_0/best.safetensors", "fold_1/last.safetensors", "fold_1/log.csv"})
    EXPECT_TRUE(fs::exists(run() / file)) << file;
}

TEST_F(EndToEnd, ScoresEveryCaseOnceForEachRegionAndMetric) {
  const auto scores = read_scores(run() / "scores.csv");
  const auto dice = std::count_if(scores.begin(), scores.end(), [](const Score& s) {
    return s.metric == "dice" && s.stage == Stage::final;
  });
  EXPECT_EQ(dice, 6 * 6);  // subjects x (five muscles + combined)
}

TEST_F(EndToEnd, AskedAgainDoesNothing) {
  const std::string weights = hash_file(run() / "fold_0/best.safetensors");
  const Outcome again = run_program(
      folder_->path(), tiny("run", {"runtime.threads=1"}));  // threads do not name a run
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(again.text.find("training slices"), std::string::npos) << again.text;
  EXPECT_EQ(hash_file(run() / "fold_0/best.safetensors"), weights);
}

TEST_F(EndToEnd, DryRunSaysWhatWouldBeDone) {
  const Outcome plan = run_program(folder_->path(), tiny("run", {"train.epochs=3", "--dry-run"}));
  EXPECT_EQ(plan.code, 0) << plan.text;
  EXPECT_NE(plan.text.find("to do    train fold 1"), std::string::npos) << plan.text;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_->path() / "runs"), {}), 1);
}

TEST_F(EndToEnd, PredictsNewScansInTheirOwnGeometry) {
  const fs::path scan = cohort() / "imagesTr/L3_0001_0000.nii.gz";
  const Outcome done =
      run_program(folder_->path(), {"predict", "run=" + run().string(), "input=" + scan.string(),
                                    "out=new", "formats=[.nii.gz,.seg.nrrd]"});
  ASSERT_EQ(done.code, 0) << done.text;
  for (const char* file : {"new/L3_0001.nii.gz", "new/L3_0001.seg.nrrd"})
    EXPECT_EQ(difference(read_image(scan).geometry, read_label_map(*folder_ / file).geometry), "")
        << file;
  EXPECT_EQ(read_csv(*folder_ / "new/quantities.csv").rows.size(), 6U);
}

// A scan of the cohort as one DICOM slice, with what an object made of it has to refer to.
void write_as_dicom(const fs::path& file, const Image& scan) {
  testing::DicomSlice slice;
  slice.rows = static_cast<int>(scan.geometry.size[1]);
  slice.columns = static_cast<int>(scan.geometry.size[0]);
  slice.slope = "1";
  std::vector<std::uint32_t> values;
  for (std::size_t i = 0; i < static_cast<std::size_t>(scan.slice_voxels()); ++i)
    values.push_back(static_cast<std::uint16_t>(std::lround(scan.voxels[i]) + 1024));
  slice.raw = values;
  slice.extra = testing::element(0x20, 0x52, "UI", "1.2.3.9");
  write_file(file, testing::dicom_file(slice));
}

TEST_F(EndToEnd, ADicomSeriesComesBackAsDicomObjects) {
  write_as_dicom(*folder_ / "pacs/st/se/one",
                 read_image(cohort() / "imagesTr/L3_0001_0000.nii.gz"));
  const std::vector<std::string> command{"predict", "run=" + run().string(), "input=pacs/st",
                                         "out=back", "formats=[.nii.gz,dicom_seg,rtstruct]"};
  const Outcome done = run_program(folder_->path(), command);
  ASSERT_EQ(done.code, 0) << done.text;
  const LabelMap map = read_label_map(*folder_ / "back/se.nii.gz");
  EXPECT_GT(std::count_if(map.voxels.begin(), map.voxels.end(), [](auto v) { return v > 0; }), 100);
  for (const char* file : {"back/se.seg.dcm", "back/se.rtstruct.dcm"}) {
    const auto source = open_structures(*folder_ / file);
    std::vector<LabelRule> rules;
    for (const Structure& one : source->structures()) rules.push_back({one.name, {one.name}});
    EXPECT_EQ(take_labels(*source, map.geometry, rules).map.voxels, map.voxels) << file;
  }
  const Outcome none = run_program(
      folder_->path(), {"predict", "run=" + run().string(), "out=x", "formats=[dicom_seg]",
                        "input=" + (cohort() / "imagesTr/L3_0001_0000.nii.gz").string()});
  EXPECT_EQ(none.code, 3);
  EXPECT_NE(none.text.find("is no DICOM series, which an object of formats=[dicom_seg]"),
            std::string::npos)
      << none.text;
}

TEST_F(EndToEnd, APictureGivesAMaskButNoAreasUntilItsPixelSizeIsGiven) {
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < 80 * 60; ++i)
    rgb.insert(rgb.end(), 3, static_cast<std::uint8_t>(i % 80 > 20 && i / 80 > 20 ? 160 : 20));
  write_png(*folder_ / "pictures/knee.png", 80, 60, rgb);
  const auto predict = [&](const std::string& out, const std::vector<std::string>& more) {
    std::vector<std::string> words{"predict", "run=" + run().string(), "input=pictures",
                                   "out=" + out, "formats=[.png,.nii.gz]"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome done = run_program(folder_->path(), words);
    EXPECT_EQ(done.code, 0) << done.text;
    EXPECT_EQ(read_label_map(*folder_ / out / "knee.png").voxels,
              read_label_map(*folder_ / out / "knee.nii.gz").voxels);
    EXPECT_EQ(done.text.find("knee.png: states no pixel size") != std::string::npos, more.empty())
        << done.text;
    return read_csv(*folder_ / out / "quantities.csv");
  };
  const Table unknown = predict("unknown", {}), known = predict("known", {"spacing_mm=[0.5,0.4]"});
  ASSERT_EQ(unknown.rows.size(), 6U);
  for (std::size_t r = 0; r < 6; ++r)
    for (const char* column : {"volume_ml", "mean_area_cm2", "max_area_cm2", "smi_cm2_m2"})
      EXPECT_EQ(unknown.rows[r][unknown.column(column)], "NA") << column;
  EXPECT_NE(known.rows[5][known.column("mean_area_cm2")], "NA");
  EXPECT_NE(known.rows[5][known.column("volume_ml")], "NA");
}

// Heights of the cohort's table; its index was measured when the patients were drawn.
TEST_F(EndToEnd, SkeletalMuscleIndexIsAreaOverSquaredHeight) {
  const Table patients = read_csv(cohort() / "cases.csv");
  const auto of_patient = [&](const std::string& id, const char* column) {
    for (std::size_t r = 0; r < patients.rows.size(); ++r)
      if (patients.rows[r][patients.column("case")] == id)
        return patients.number(r, patients.column(column));
    return -1.0;
  };
  const Table found = read_csv(run() / "quantities.csv");
  const std::size_t smi = found.column("smi_cm2_m2"), area = found.column("mean_area_cm2");
  std::size_t labels = 0;
  for (std::size_t r = 0; r < found.rows.size(); ++r) {
    const std::string& id = found.rows[r][found.column("scan")];
    const double height = of_patient(id, "height_m");
    if (found.number(r, area) == 0)
      EXPECT_TRUE(std::isnan(found.number(r, smi))) << id;
    else
      EXPECT_NEAR(found.number(r, smi), found.number(r, area) / (height * height), 1e-9) << id;
    if (found.rows[r][found.column("region")] != "combined" ||
        found.rows[r][found.column("reader")] != "label")
      continue;
    // The table's is of the true outlines; the cohort's reader draws by hand.
    EXPECT_NEAR(found.number(r, smi) / of_patient(id, "smi"), 1, 0.1) << id;
    ++labels;
  }
  EXPECT_EQ(labels, 6U);

  const std::string scans = (cohort() / "imagesTr").string();
  write_file(*folder_ / "cases.csv", "case,height_cm,l3_slice\nL3_0001,200,all\n");
  const std::vector<std::string> predict{"predict", "run=" + run().string(), "input=" + scans,
                                         "cases=cases.csv", "out=indexed"};
  const Outcome done = run_program(folder_->path(), predict);
  ASSERT_EQ(done.code, 0) << done.text;
  EXPECT_NE(done.text.find("does not name L3_0002"), std::string::npos) << done.text;
  const Table indexed = read_csv(*folder_ / "indexed/quantities.csv");
  std::size_t measured = 0;
  for (std::size_t r = 0; r < indexed.rows.size(); ++r) {
    const double value = indexed.number(r, indexed.column("smi_cm2_m2"));
    const double area_cm2 = indexed.number(r, indexed.column("mean_area_cm2"));
    const bool has_index = indexed.rows[r][0] == "L3_0001" && area_cm2 > 0;
    EXPECT_EQ(std::isnan(value), !has_index);
    if (!has_index) continue;
    EXPECT_NEAR(value, area_cm2 / 4, 1e-9);
    ++measured;
  }
  EXPECT_GT(measured, 0U);
  write_file(*folder_ / "cases.csv", "case,height_m\nL3_0001,175\n");
  const Outcome wrong = run_program(folder_->path(), predict);
  EXPECT_EQ(wrong.code, 3);
  EXPECT_NE(wrong.text.find("height_m is 175"), std::string::npos) << wrong.text;
}

TEST_F(EndToEnd, AnySoftwaresMasksGoThroughTheSameHarness) {
  const fs::path labels = cohort() / "labelsTr";
  const Outcome done = run_program(folder_->path(), {"evaluate", "predictions=" + labels.string(),
                                                     "labels=" + labels.string(), "out=same"});
  ASSERT_EQ(done.code, 0) << done.text;
  std::size_t dice = 0;
  for (const Score& score : read_scores(*folder_ / "same/scores.csv")) {
    if (score.metric != "dice") continue;
    EXPECT_EQ(score.value, 1.0) << score.case_id;
    ++dice;
  }
  EXPECT_EQ(dice, 6U * 5U);  // subjects x muscles
}

TEST_F(EndToEnd, ACheckpointOfAnotherModelIsRefused) {
  const fs::path copy = *folder_ / "other";
  fs::copy(run(), copy, fs::copy_options::recursive);
  std::string config = read_file(copy / "config.yaml");
  config.replace(config.find("bottleneck: 16"), 14, "bottleneck: 24");
  write_file(copy / "config.yaml", config);
  const Outcome refused =
      run_program(folder_->path(),
                  {"predict", "run=other", "input=" + (cohort() / "imagesTr").string(), "out=x"});
  EXPECT_EQ(refused.code, 3) << refused.text;
  EXPECT_NE(refused.text.find("best.safetensors"), std::string::npos) << refused.text;
}

TEST_F(EndToEnd, AFullDiskIsOneSentenceAndLosesNothing) {
  testing::TemporaryFolder folder;
  const Outcome full = run_program(
      folder.path(), tiny("run", {"runtime.cache=" + (*folder_ / "cache").string()}), 20);
  EXPECT_EQ(full.code, 1) << full.text;
  EXPECT_NE(full.text.find("cannot be written"), std::string::npos) << full.text;
  EXPECT_FALSE(fs::exists(only_run(folder.path()) / "fold_0/best.safetensors"));
}

}  // namespace
}  // namespace myoseg
