// data.merge: labels that become one.
#include "data/load/cache.h"
#include "tests/data/dataset/data_set_fixture.h"
#include "tests/data/load/case_fixture.h"

namespace myoseg {
namespace {

class DatasetMerge : public testing::DataSetTest {
 protected:
  void SetUp() override { add_three_cases(); }
  [[nodiscard]] DataOptions merged(const std::vector<RegionOptions>& merge) const {
    DataOptions o = options();
    o.merge = merge;
    return o;
  }
};

TEST_F(DatasetMerge, MapsWhatIsNamedAndMakesTheRestBackground) {
  const Dataset dataset = load_dataset(merged({{"front", {"rectus"}}}));
  ASSERT_EQ(dataset.labels.classes(), 2);
  EXPECT_EQ(dataset.labels.find("front")->value, 1);
  EXPECT_EQ(dataset.labels.find("psoas"), nullptr);
  ASSERT_EQ(dataset.regions.size(), 1U);
  EXPECT_EQ(dataset.regions[0].name, "front");
  const LabelMap map = read_label(dataset.cases[0]);
  EXPECT_EQ(map.at(1, 1, 0), 0);  // psoas in the file
  EXPECT_EQ(map.at(2, 1, 0), 1);
}

TEST_F(DatasetMerge, JoinsAndReorders) {
  const Dataset both = load_dataset(merged({{"muscle", {"rectus", "psoas"}}}));
  EXPECT_EQ(both.labels.classes(), 2);
  EXPECT_EQ(read_label(both.cases[1]).at(1, 1, 0), 1);
  EXPECT_EQ(read_label(both.cases[1]).at(2, 1, 0), 1);
  const Dataset every = load_dataset(merged({{"muscle", {}}}));
  EXPECT_EQ(read_label(every.cases[1]).voxels, read_label(both.cases[1]).voxels);
  const Dataset swapped = load_dataset(merged({{"rectus", {"rectus"}}, {"psoas", {"psoas"}}}));
  EXPECT_EQ(read_label(swapped.cases[1]).at(1, 1, 0), 2);
  EXPECT_EQ(read_label(swapped.cases[1]).at(2, 1, 0), 1);
}

TEST_F(DatasetMerge, RegionsAreUnionsOfTheMerged) {
  DataOptions o = merged({{"front", {"rectus"}}, {"deep", {"psoas"}}});
  o.regions = {{"all", {"front", "deep"}}};
  EXPECT_EQ(load_dataset(o).regions.back().values, (std::vector<std::uint8_t>{1, 2}));
  o.regions = {{"all", {"rectus"}}};
  expect_error(o, "data.regions: 'all' is made of 'rectus'", ExitCode::bad_usage);
}

TEST_F(DatasetMerge, RefusesWhatHasNoMeaning) {
  const auto refuse = [&](const std::vector<RegionOptions>& merge, const std::string& part) {
    expect_error(merged(merge), part, ExitCode::bad_usage);
  };
  refuse({{"front", {"rektus"}}}, "did you mean 'rectus'");
  refuse({{"a", {"psoas"}}, {"b", {"rectus", "psoas"}}}, "'psoas' stands in 'a' and in 'b'");
  refuse({{"a", {"psoas", "psoas"}}}, "'psoas' stands in 'a' and in 'a'");
  refuse({{"a", {"psoas"}}, {"a", {"rectus"}}}, "'a' is the name");
  refuse({{"background", {"psoas"}}}, "'background' is the name");
  refuse({{"a", {"background"}}}, "no structure");
}

TEST_F(DatasetMerge, IgnoredVoxelsStayIgnored) {
  json(R"({"channel_names": {"0": "CT"}, "file_ending": ".nrrd",
           "labels": {"background": 0, "psoas": 1, "rectus": 2, "ignore": 3}})");
  LabelMap map = label();
  map.at(0, 0, 1) = 3;
  write_label_map(folder_ / "labelsTr/a.nrrd", map, {});
  const Dataset dataset = load_dataset(merged({{"front", {"rectus"}}}));
  EXPECT_EQ(dataset.labels.ignored, 2);
  EXPECT_EQ(read_label(dataset.cases[0]).at(0, 0, 1), 2);
  EXPECT_EQ(read_label(dataset.cases[0]).at(1, 1, 0), 0);
}

TEST_F(DatasetMerge, ValuesThatNoLabelNamesAreRefused) {
  LabelMap map = label();
  map.at(0, 0, 1) = 7;
  write_label_map(folder_ / "labelsTr/a.nrrd", map, {});
  const Dataset dataset = load_dataset(merged({{"front", {"rectus"}}}));
  try {
    (void)read_label(dataset.cases[0]);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("value 7"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("a.nrrd"), std::string::npos) << error.what();
  }
}

TEST_F(DatasetMerge, PreparedCasesAreThoseOfTheMerge) {
  PreprocessOptions preprocess;
  preprocess.size = {{4, 3}};
  const auto psoas_of = [&](const Dataset& dataset) {
    std::vector<const Case*> cases;
    for (const Case& item : dataset.cases) cases.push_back(&item);
    const auto prepared = prepare_cases(cases, dataset, preprocess, folder_ / "cache");
    return testing::slice_of(prepared.front(), 0).label[5];  // x 1, y 1
  };
  const Dataset plain = load_dataset(options()),
                front = load_dataset(merged({{"front", {"rectus"}}})),
                swapped = load_dataset(merged({{"r", {"rectus"}}, {"p", {"psoas"}}}));
  EXPECT_EQ(psoas_of(plain), 1);
  EXPECT_EQ(psoas_of(front), 0);
  EXPECT_EQ(psoas_of(swapped), 2);
  EXPECT_EQ(psoas_of(plain), 1);
}

}  // namespace
}  // namespace myoseg
