// The virtual cohort as its users meet it: through the table, on disk.
#include "data/cohort.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/table.h"
#include "core/threads.h"
#include "data/dataset.h"
#include "data/image_io.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using Settings = std::vector<std::pair<std::string, Node>>;

struct Holder {
  Pick<CohortEntry> cohort;
};
void describe(Fields& f, Holder& o) { f("cohort", o.cohort, "The cohort."); }

void make(const fs::path& out, const Settings& settings, std::uint64_t seed = 7) {
  Node options;
  options.set("name", Node("l3"));
  for (const auto& [key, value] : settings) options.set(key, value);
  Node node;
  node.set("cohort", options);
  bind<Holder>(node).cohort.make(out, seed);
}

Settings small(int subjects, const Settings& more = {}) {
  Settings settings{{"subjects", Node(subjects)}, {"size", Node(64)}};
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

// Every file below a folder with its bytes.
std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
  return files;
}

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
  return "";
}

double correlation(const Table& t, std::string_view a, std::string_view b) {
  const auto n = static_cast<double>(t.rows.size());
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    const double x = t.number(i, t.column(a)), y = t.number(i, t.column(b));
    sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
  }
  return (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
}

TEST(CohortL3, DoesNotDependOnThreads) {
  const testing::TemporaryFolder folder;
  const int before = thread_count();
  set_thread_count(1);
  make(folder / "one", small(5));
  set_thread_count(3);
  make(folder / "three", small(5));
  set_thread_count(before);
  EXPECT_EQ(files_of(folder / "one"), files_of(folder / "three"));
}

TEST(CohortL3, ASubjectDoesNotDependOnTheOthers) {
  const testing::TemporaryFolder folder;
  const Settings mixed{{"site", Node("mixed")}};
  make(folder / "all", small(4, mixed));
  Settings later = mixed;
  later.emplace_back("first", Node(3));
  make(folder / "last", small(2, later));
  const auto all = files_of(folder / "all"), last = files_of(folder / "last");
  for (const char* file : {"imagesTr/L3_0003_0000.nii.gz", "labelsTr/L3_0004.nii.gz"})
    EXPECT_TRUE(all.at(file) == last.at(file)) << file;
  const Table some = read_csv(folder / "last/cases.csv");
  EXPECT_EQ(some.rows[1], read_csv(folder / "all/cases.csv").rows[3]);
}

TEST(CohortL3, AnotherSeedGivesOtherPatients) {
  const testing::TemporaryFolder folder;
  make(folder / "a", small(1), 1);
  make(folder / "b", small(1), 2);
  EXPECT_FALSE(read_file(folder / "a/imagesTr/L3_0001_0000.nii.gz") ==
               read_file(folder / "b/imagesTr/L3_0001_0000.nii.gz"));
}

// At the scans' real size: what the paper's experiment is given.
TEST(CohortL3, IsAPlausibleDataSetThatAThresholdDoesNotSolve) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(10)}});
  DataOptions options;
  options.root = folder.path();
  const Dataset dataset = load_dataset(options);
  ASSERT_EQ(dataset.cases.size(), 10U);
  EXPECT_EQ(dataset.labels.labels.at(4).name, "quadratus_lumborum");
  const Table table = read_csv(folder / "cases.csv");
  double dice_sum = 0;
  for (std::size_t i = 0; i < dataset.cases.size(); ++i) {
    const Image image = read_image(dataset.cases[i].images.at(0));
    const LabelMap label = read_label_map(dataset.cases[i].label);
    EXPECT_EQ(difference(image.geometry, label.geometry), "");
    EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{512, 512, 5}));
    EXPECT_EQ(image.geometry.spacing[2], 5);
    EXPECT_GE(image.geometry.spacing[0], 0.6999);
    EXPECT_LE(image.geometry.spacing[0], 0.9001);
    EXPECT_EQ(image.geometry.direction, Geometry{}.direction);

    const double pixel_cm2 = image.geometry.spacing[0] * image.geometry.spacing[1] / 100;
    double threshold = 0, muscle = 0, both = 0;
    for (std::int64_t z = 0; z < 5; ++z) {
      std::array<double, 6> area{};
      for (std::int64_t y = 0; y < 512; ++y)
        for (std::int64_t x = 0; x < 512; ++x) {
          const auto value = label.at(x, y, z);
          ASSERT_LE(value, 5);
          area.at(value) += pixel_cm2;
          if (z == 0 || z == 4) continue;
          const float hu = image.at(x, y, z);
          const bool in_range = hu >= -20 && hu <= 200;
          threshold += in_range, muscle += value > 0, both += in_range && value > 0;
        }
      for (std::size_t l = 1; l < area.size(); ++l)
        if (z == 0 || z == 4) {
          EXPECT_EQ(area.at(l), 0) << "slice " << z;
        } else {
          EXPECT_GT(area.at(l), 2) << "label " << l;  // cm^2, left and right together
          EXPECT_LT(area.at(l), 130) << "label " << l;
        }
    }
    dice_sum += 2 * both / (threshold + muscle);
    EXPECT_GT(both / muscle, 0.88) << "muscle must look like muscle";
    const double height = table.number(i, table.column("height_m"));
    const double smi = table.number(i, table.column("smi"));
    EXPECT_NEAR(muscle * pixel_cm2 / 3 / (height * height), smi, 0.06 * smi);
    EXPECT_GT(smi, 28);
    EXPECT_LT(smi, 72);
  }
  EXPECT_LT(dice_sum / 10, 0.75);
  EXPECT_GT(dice_sum / 10, 0.5);
}

TEST(CohortL3, CovariatesMeanSomething) {
  const testing::TemporaryFolder folder;
  make(folder.path(), small(90, {{"slices", Node(1)}, {"labelled_slices", Node(1)}}));
  const Table t = read_csv(folder / "cases.csv");
  EXPECT_LT(correlation(t, "age", "muscle_hu"), -0.35);
  EXPECT_GT(correlation(t, "bmi", "smi"), 0.1);
  EXPECT_GT(correlation(t, "height_m", "muscle_area_cm2"), 0.4);
  std::array<double, 2> smi{}, count{};
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    const std::size_t male = t.rows[i][t.column("sex")] == "M" ? 1 : 0;
    smi.at(male) += t.number(i, t.column("smi"));
    count.at(male) += 1;
    const double height = t.number(i, t.column("height_m"));
    EXPECT_NEAR(t.number(i, t.column("weight_kg")) / (height * height),
                t.number(i, t.column("bmi")), 0.01);
  }
  EXPECT_GT(smi[1] / count[1], smi[0] / count[0] + 5);
}

TEST(CohortL3, SiteBIsScannedOtherwise) {
  const testing::TemporaryFolder folder;
  std::map<std::string, double> corner, enhanced;
  for (const std::string site : {"a", "b"}) {
    make(folder / site, small(30, {{"site", Node(site)}}));
    corner[site] = read_image(folder / (site + "/imagesTr/L3_0001_0000.nii.gz")).at(0, 0, 0);
    for (const auto& row : read_csv(folder / (site + "/cases.csv")).rows) {
      EXPECT_EQ(row[2], site);
      enhanced[site] += row.back() == "arterial";
    }
  }
  EXPECT_EQ(corner["a"], -1024);  // a's pictures are round
  EXPECT_GT(corner["b"], -1024);
  EXPECT_GT(enhanced["b"], enhanced["a"]);
}

TEST(CohortL3, ReadersDifferAtTheEdges) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(1)}, {"size", Node(256)}, {"readers", Node(2)}});
  const LabelMap one = read_label_map(folder / "labelsTr/L3_0001.nii.gz");
  const LabelMap two = read_label_map(folder / "labelsTr_reader2/L3_0001.nii.gz");
  double a = 0, b = 0, both = 0;
  for (std::size_t i = 0; i < one.voxels.size(); ++i) {
    a += one.voxels[i] > 0, b += two.voxels[i] > 0;
    both += one.voxels[i] > 0 && two.voxels[i] > 0;
  }
  EXPECT_GT(2 * both / (a + b), 0.90);
  EXPECT_LT(2 * both / (a + b), 0.99);
}

TEST(CohortL3, AnInterruptedFolderIsCompletedToTheSameBytes) {
  const testing::TemporaryFolder folder;
  const fs::path out = folder / "cohort";
  make(out, small(3));
  const auto whole = files_of(out);
  // As after a crash: the last files are missing, dataset.json with them.
  for (const char* file : {"dataset.json", "cases.csv", "labelsTr/L3_0003.nii.gz"})
    fs::remove(out / file);
  make(out, small(3));
  EXPECT_EQ(files_of(out), whole);
  const auto written = fs::last_write_time(out / "dataset.json");
  make(out, small(3));
  EXPECT_EQ(fs::last_write_time(out / "dataset.json"), written) << "nothing was left to do";
}

TEST(CohortL3, RefusesAFolderThatIsNotItsOwn) {
  const testing::TemporaryFolder folder;
  make(folder / "cohort", small(1));
  const std::string other = message_of([&] { make(folder / "cohort", small(2)); });
  EXPECT_NE(other.find("other settings"), std::string::npos) << other;
  write_file(folder / "thesis/chapter.txt", "mine");
  const std::string foreign = message_of([&] { make(folder / "thesis", small(1)); });
  EXPECT_NE(foreign.find("chapter.txt"), std::string::npos) << foreign;
  EXPECT_EQ(files_of(folder / "thesis").size(), 1U);
}

TEST(CohortL3, RefusesStacksWithoutAMiddle) {
  const testing::TemporaryFolder folder;
  const std::string message = message_of([&] {
    make(folder / "x", small(1, {{"slices", Node(4)}}));
  });
  EXPECT_NE(message.find("labelled_slices"), std::string::npos) << message;
}

}  // namespace
}  // namespace myoseg
