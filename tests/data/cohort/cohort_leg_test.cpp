// The cohort `leg`: anatomy, volumes and relations.
#include <algorithm>

#include "data/dataset/dataset.h"
#include "data/io/image_io.h"
#include "tests/data/cohort/cohort_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::correlation;
using testing::mean_of;
using testing::numbers_of;
using testing::Settings;

void make(const std::filesystem::path& out, const Settings& settings) {
  testing::make_cohort("leg", out, settings);
}

std::vector<Case> cases_of(const std::filesystem::path& root) {
  DataOptions options;
  options.root = root;
  return load_dataset(options).cases;
}

// What a radiograph from the front shows of the mask, pixel by pixel: x fastest, rows by rising z.
std::vector<bool> seen_from_front(const LabelMap& map) {
  const Geometry& g = map.geometry;
  std::vector<bool> seen(static_cast<std::size_t>(g.size[0] * g.size[2]), false);
  for (std::int64_t z = 0; z < g.size[2]; ++z)
    for (std::int64_t y = 0; y < g.size[1]; ++y)
      for (std::int64_t x = 0; x < g.size[0]; ++x)
        if (map.at(x, y, z) > 0) seen[static_cast<std::size_t>(z * g.size[0] + x)] = true;
  return seen;
}

double seen_cm2(const LabelMap& map) {
  const auto seen = seen_from_front(map);
  return static_cast<double>(std::count(seen.begin(), seen.end(), true)) * map.geometry.spacing[0] *
         map.geometry.spacing[2] / 100;
}

double cross_section_cm2(const LabelMap& map, std::int64_t z) {
  const Geometry& g = map.geometry;
  const auto from = map.voxels.begin() + static_cast<std::ptrdiff_t>(map.index(0, 0, z));
  const auto count = std::count(from, from + g.size[0] * g.size[1], std::uint8_t{1});
  return static_cast<double>(count) * g.spacing[0] * g.spacing[1] / 100;
}

// The slice this share of the scan above its lower end.
std::int64_t slice_at(const LabelMap& map, double share) {
  return static_cast<std::int64_t>(share * static_cast<double>(map.geometry.size[2] - 1));
}

TEST(CohortLeg, IsTwoLegsFromHipToAnkle) {
  const testing::TemporaryFolder folder;
  for (const std::string site : {"a", "b"}) {
    make(folder / site,
         {{"subjects", Node(1)}, {"size", Node(128)}, {"slices", Node(100)}, {"site", Node(site)}});
    for (const Case& item : cases_of(folder / site)) {
      const Image image = read_image(item.images.at(0));
      const LabelMap map = read_label(item);
      const Geometry& g = map.geometry;
      EXPECT_NEAR(static_cast<double>(g.size[2]) * g.spacing[2], 830, 150) << item.id;
      const auto section = [&](double share) {
        return cross_section_cm2(map, slice_at(map, share));
      };
      // Thick at the thigh, thin at the knee, thicker at the calf, nothing but tendons at the
      // ankle.
      EXPECT_GT(section(0.75), 3 * section(0.46)) << item.id;
      EXPECT_GT(section(0.33), 1.5 * section(0.46)) << item.id;
      EXPECT_GT(section(0.33), 10 * section(0.02)) << item.id;
      EXPECT_GT(section(0.92), 80) << item.id;

      // Below the joint of the knee nothing but air lies between the legs, and each has its bone.
      for (const double share : {0.43, 0.3, 0.1}) {
        const std::int64_t z = slice_at(map, share), y0 = g.size[1] / 8, y1 = g.size[1] * 5 / 8;
        bool gap = false;
        std::array<float, 2> densest{-1000, -1000};
        for (std::int64_t x = 0; x < g.size[0]; ++x) {
          float column = -1000;
          for (std::int64_t y = y0; y < y1; ++y) column = std::max(column, image.at(x, y, z));
          gap = gap || (std::abs(x - g.size[0] / 2) < 12 && column < -700);
          float& side = densest.at(2 * x < g.size[0] ? 0 : 1);
          side = std::max(side, column);
        }
        EXPECT_TRUE(gap) << item.id << " " << share;
        EXPECT_GT(std::min(densest[0], densest[1]), 250) << item.id << " " << share;
      }
    }
  }
}

TEST(CohortLeg, TheMaskHoldsMuscle) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(2)}, {"slices", Node(30)}});
  for (const Case& item : cases_of(folder.path())) {
    const Image image = read_image(item.images.at(0));
    const LabelMap map = read_label(item);
    std::int64_t muscle = 0, like_muscle = 0, right = 0;
    for (std::size_t i = 0; i < map.voxels.size(); ++i) {
      if (map.voxels[i] == 0) continue;
      ++muscle;
      right += 2 * (static_cast<std::int64_t>(i) % map.geometry.size[0]) < map.geometry.size[0];
      like_muscle += image.voxels[i] > -60 && image.voxels[i] < 130;
      ASSERT_GT(image.voxels[i], -700) << item.id;
    }
    EXPECT_GT(static_cast<double>(like_muscle) / static_cast<double>(muscle), 0.85) << item.id;
    EXPECT_NEAR(static_cast<double>(right) / static_cast<double>(muscle), 0.5, 0.06) << item.id;
  }
}

TEST(CohortLeg, TheTableHasTheMasksVolume) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(2)}, {"size", Node(64)}, {"slices", Node(40)}});
  for (const Case& item : cases_of(folder.path())) {
    const LabelMap map = read_label(item);
    double ml = 0;
    for (std::int64_t z = 0; z < map.geometry.size[2]; ++z)
      ml += cross_section_cm2(map, z) * map.geometry.spacing[2] / 10;
    EXPECT_NEAR(std::stod(item.attributes.at("muscle_volume_ml")), ml, 0.1) << item.id;
    EXPECT_GT(ml, 2500);
    EXPECT_LT(ml, 14000);
  }
}

// The paper's finding: sex and the square of the projected area tell the volume, age adds nothing.
TEST(CohortLeg, VolumeDependsOnSexAndProjectedArea) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(48)}, {"size", Node(64)}, {"slices", Node(16)}});
  const Table t = read_csv(folder / "cases.csv");
  std::vector<double> volume, square;
  std::array<std::vector<double>, 2> ratio, age, of_sex;  // women, men
  for (const Case& item : cases_of(folder.path())) {
    const double cm2 = seen_cm2(read_label(item));
    volume.push_back(std::stod(item.attributes.at("muscle_volume_ml")));
    square.push_back(cm2 * cm2);
    const std::size_t man = item.attributes.at("sex") == "M" ? 1 : 0;
    of_sex.at(man).push_back(volume.back());
    ratio.at(man).push_back(volume.back() / square.back());
    age.at(man).push_back(std::stod(item.attributes.at("age")));
  }
  ASSERT_EQ(volume.size(), 48U);
  EXPECT_GT(correlation(volume, square), 0.95);
  EXPECT_GT(mean_of(of_sex[1]), 1.25 * mean_of(of_sex[0]));
  EXPECT_GT(mean_of(ratio[1]), 1.03 * mean_of(ratio[0])) << "at the same area men have more";
  EXPECT_LT(correlation(numbers_of(t, "age"), numbers_of(t, "muscle_hu")), -0.3);
  for (const std::size_t man : {0, 1})
    EXPECT_LT(std::abs(correlation(age.at(man), ratio.at(man))), 0.35) << man;
}

TEST(CohortLeg, RefusesTwoWaysToSayTheDistance) {
  const testing::TemporaryFolder folder;
  const std::string message = testing::message_of([&] {
    make(folder / "x", {{"slices", Node(12)}, {"thickness", Node(5.0)}});
  });
  EXPECT_NE(message.find("slices or thickness"), std::string::npos) << message;
}

}  // namespace
}  // namespace myoseg
