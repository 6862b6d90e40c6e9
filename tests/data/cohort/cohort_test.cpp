// What every virtual cohort promises, whichever it is: tested by being in the table.
#include "core/names.h"
#include "core/threads.h"
#include "data/dataset/dataset.h"
#include "data/io/image_io.h"
#include "tests/data/cohort/cohort_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::files_of;
using testing::message_of;
using testing::Settings;

class Cohort : public ::testing::TestWithParam<std::string> {
 protected:
  void make(const std::string& to, int subjects, const Settings& more = {},
            std::uint64_t seed = 7) const {
    Settings settings{{"subjects", Node(subjects)}, {"size", Node(48)}, {"slices", Node(5)}};
    settings.insert(settings.end(), more.begin(), more.end());
    testing::make_cohort(GetParam(), folder_ / to, settings, seed);
  }
  [[nodiscard]] std::vector<std::string> images(const std::string& of) const {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : files_of(folder_ / of))
      if (name.starts_with("imagesTr/")) names.push_back(name);
    return names;
  }

  testing::TemporaryFolder folder_;
};

TEST_P(Cohort, DoesNotDependOnThreads) {
  const int before = thread_count();
  set_thread_count(1);
  make("one", 4, {{"readers", Node(2)}});
  set_thread_count(3);
  make("three", 4, {{"readers", Node(2)}});
  set_thread_count(before);
  EXPECT_EQ(files_of(folder_ / "one"), files_of(folder_ / "three"));
}

TEST_P(Cohort, ASubjectDoesNotDependOnTheOthers) {
  make("all", 4);
  make("last", 2, {{"first", Node(3)}});
  const auto all = files_of(folder_ / "all"), last = files_of(folder_ / "last");
  for (const std::string& name : images("last")) EXPECT_TRUE(all.at(name) == last.at(name)) << name;
  EXPECT_EQ(read_csv(folder_ / "last/cases.csv").rows[1],
            read_csv(folder_ / "all/cases.csv").rows[3]);
}

TEST_P(Cohort, AnotherSeedGivesOtherPatients) {
  make("a", 1, {}, 1);
  make("b", 1, {}, 2);
  const std::string name = images("a").at(0);
  EXPECT_FALSE(files_of(folder_ / "a").at(name) == files_of(folder_ / "b").at(name));
  EXPECT_NE(read_csv(folder_ / "a/cases.csv").rows, read_csv(folder_ / "b/cases.csv").rows);
}

TEST_P(Cohort, IsADataSetWithWhatReportsAskFor) {
  make("a", 3);
  make("b", 3, {{"site", Node("b")}});
  for (const std::string site : {"a", "b"}) {
    DataOptions options;
    options.root = folder_ / site;
    const Dataset dataset = load_dataset(options);
    ASSERT_EQ(dataset.cases.size(), 3U);
    for (const Case& item : dataset.cases) {
      EXPECT_EQ(item.attributes.at("site"), site);
      for (const char* column : {"patient", "age", "sex", "height_m", "bmi", "smi", "muscle_hu"})
        EXPECT_NE(item.attributes.at(column), "") << column;
      const Image image = read_image(item.images.at(0));
      const LabelMap label = read_label(item);
      EXPECT_EQ(difference(image.geometry, label.geometry), "");
      EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{48, 48, 5}));
      EXPECT_EQ(image.geometry.direction, Geometry{}.direction);
      for (const std::uint8_t value : label.voxels) ASSERT_LT(value, dataset.labels.classes());
    }
  }
}

TEST_P(Cohort, AnInterruptedFolderIsCompletedToTheSameBytes) {
  make("cohort", 3);
  const fs::path out = folder_ / "cohort";
  const auto whole = files_of(out);
  // As after a crash: the last files are missing, dataset.json with them.
  for (const std::string& file :
       {std::string("dataset.json"), std::string("cases.csv"), images("cohort").back()})
    fs::remove(out / file);
  make("cohort", 3);
  EXPECT_EQ(files_of(out), whole);
  const auto written = fs::last_write_time(out / "dataset.json");
  make("cohort", 3);
  EXPECT_EQ(fs::last_write_time(out / "dataset.json"), written) << "nothing was left to do";
}

TEST_P(Cohort, RefusesAFolderThatIsNotItsOwn) {
  make("cohort", 1);
  const std::string other = message_of([&] { make("cohort", 2); });
  EXPECT_NE(other.find("other settings"), std::string::npos) << other;
  write_file(folder_ / "thesis/chapter.txt", "mine");
  const std::string foreign = message_of([&] { make("thesis", 1); });
  EXPECT_NE(foreign.find("chapter.txt"), std::string::npos) << foreign;
  EXPECT_EQ(files_of(folder_ / "thesis").size(), 1U);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const CohortEntry* entry : table(static_cast<const CohortEntry*>(nullptr)))
    all.emplace_back(entry->name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Table, Cohort, ::testing::ValuesIn(names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace myoseg
