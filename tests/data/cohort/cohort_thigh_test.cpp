// The cohort `thigh`: anatomy, sizes and relations.
#include <algorithm>
#include <set>

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

void make(const std::filesystem::path& out, const Settings& settings, std::uint64_t seed = 7) {
  testing::make_cohort("thigh", out, settings, seed);
}

Dataset load(const std::filesystem::path& root, const std::vector<RegionOptions>& merge = {}) {
  DataOptions options;
  options.root = root;
  options.merge = merge;
  return load_dataset(options);
}

// How the experiment kim2025 reads the three functional groups.
const std::vector<RegionOptions> kGroups{
    {"extensor",
     {"sartorius", "rectus_femoris", "vastus_lateralis", "vastus_intermedius", "vastus_medialis"}},
    {"flexor", {"semitendinosus", "semimembranosus", "biceps_femoris"}},
    {"adductor",
     {"adductor_magnus", "adductor_brevis", "adductor_longus", "gracilis", "pectineus"}}};

struct Measured {
  double ml = 0, right_ml = 0, z_mm = 0, hu = 0;  // right: of the patient; z, hu: means
};

std::vector<Measured> measure(const Image& image, const LabelMap& map, int classes) {
  std::vector<Measured> all(static_cast<std::size_t>(classes));
  const Geometry& g = map.geometry;
  const double ml = g.spacing[0] * g.spacing[1] * g.spacing[2] / 1000;
  for (std::int64_t z = 0; z < g.size[2]; ++z)
    for (std::int64_t y = 0; y < g.size[1]; ++y)
      for (std::int64_t x = 0; x < g.size[0]; ++x) {
        Measured& m = all.at(map.at(x, y, z));
        m.ml += ml;
        m.right_ml += 2 * x < g.size[0] ? ml : 0;
        m.z_mm += ml * (g.origin[2] + static_cast<double>(z) * g.spacing[2]);
        m.hu += ml * image.at(x, y, z);
      }
  for (Measured& m : all) m.z_mm /= m.ml, m.hu /= m.ml;
  return all;
}

TEST(CohortThigh, HasAllClassesWhereTheyBelong) {
  const testing::TemporaryFolder folder;
  for (const std::string site : {"a", "b"}) {
    make(folder / site, {{"subjects", Node(2)}, {"size", Node(224)}, {"site", Node(site)}});
    const Dataset dataset = load(folder / site);
    ASSERT_EQ(dataset.labels.classes(), 30);
    EXPECT_EQ(dataset.labels.labels.at(1).name, "sartorius");
    EXPECT_EQ(dataset.labels.labels.at(24).name, "psoas");
    EXPECT_EQ(dataset.labels.labels.at(29).name, "iliac_bone");
    for (const Case& item : dataset.cases) {
      const LabelMap map = read_label(item);
      const auto found = measure(read_image(item.images.at(0)), map, 30);
      const auto of = [&](const char* name) { return found.at(dataset.labels.find(name)->value); };
      double muscle = 0;
      for (std::size_t i = 1; i < 30; ++i) {
        const std::string& name = dataset.labels.labels[i].name;
        EXPECT_GT(found[i].ml, 12) << item.id << " " << name;
        EXPECT_LT(found[i].ml, 2200) << item.id << " " << name;
        EXPECT_NEAR(found[i].right_ml / found[i].ml, 0.5, 0.12) << item.id << " " << name;
        if (i > 27) continue;
        muscle += found[i].ml;
        EXPECT_GT(found[i].hu, 0) << item.id << " " << name;
        EXPECT_LT(found[i].hu, 70) << item.id << " " << name;
      }
      EXPECT_NEAR(muscle, std::stod(item.attributes.at("muscle_ml")), 0.06 * muscle) << item.id;
      // From the trunk down to the knee.
      EXPECT_GT(of("multifidus").z_mm, of("gluteus_minimus").z_mm);
      EXPECT_GT(of("gluteus_minimus").z_mm, of("pectineus").z_mm);
      EXPECT_GT(of("pectineus").z_mm, of("adductor_magnus").z_mm);
      EXPECT_GT(of("adductor_magnus").z_mm, of("semimembranosus").z_mm);
      EXPECT_GT(of("vastus_lateralis").z_mm, of("vastus_medialis").z_mm);
      EXPECT_GT(of("femur").hu, 200);
      // Neighbours cannot be told apart by density.
      EXPECT_NEAR(of("vastus_lateralis").hu, of("vastus_intermedius").hu, 15);
      EXPECT_NEAR(of("adductor_longus").hu, of("adductor_brevis").hu, 15);
    }
  }
}

TEST(CohortThigh, MusclesLieUnderTheSkin) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(4)}, {"size", Node(256)}, {"slices", Node(20)}});
  const std::vector<Case> cases = load(folder.path()).cases;
  ASSERT_EQ(cases.size(), 4U);
  for (const Case& item : cases) {
    const Image image = read_image(item.images.at(0));
    const LabelMap map = read_label(item);
    std::int64_t muscle = 0, like_muscle = 0;
    for (std::int64_t z = 0; z < 20; ++z)
      for (std::int64_t y = 0; y < 256; ++y)
        for (std::int64_t x = 0; x < 256; ++x) {
          if (map.at(x, y, z) == 0) continue;
          ASSERT_GT(x * y, 0);
          ASSERT_LT(std::max(x, y), 255);
          const float hu = image.at(x, y, z);
          ASSERT_GT(hu, -500) << item.id << " " << x << " " << y << " " << z;
          if (map.at(x, y, z) > 27) continue;
          ++muscle;
          like_muscle += hu > -60 && hu < 130;
        }
    EXPECT_GT(static_cast<double>(like_muscle) / static_cast<double>(muscle), 0.85) << item.id;
  }
}

TEST(CohortThigh, MergesIntoTheFunctionalGroups) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(2)}, {"size", Node(192)}, {"slices", Node(60)}});
  const Dataset all = load(folder.path()), groups = load(folder.path(), kGroups);
  EXPECT_EQ(groups.labels.classes(), 4);
  for (std::size_t i = 0; i < 2; ++i) {
    const Image image = read_image(all.cases[i].images.at(0));
    const auto each = measure(image, read_label(all.cases[i]), 30),
               merged = measure(image, read_label(groups.cases[i]), 4);
    const std::array<std::array<double, 2>, 3> plausible{{{1100, 5500}, {450, 2300}, {500, 2600}}};
    for (std::size_t group = 0; group < 3; ++group) {
      double sum = 0;
      for (const std::string& name : kGroups[group].labels)
        sum += each.at(all.labels.find(name)->value).ml;
      EXPECT_NEAR(merged[group + 1].ml, sum, 1e-6);
      EXPECT_GT(sum, plausible[group][0]);
      EXPECT_LT(sum, plausible[group][1]);
    }
  }
}

Settings quick(int subjects, const Settings& more = {}) {
  Settings settings{{"subjects", Node(subjects)}, {"size", Node(96)}, {"slices", Node(12)}};
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

TEST(CohortThigh, CovariatesMeanSomething) {
  const testing::TemporaryFolder folder;
  make(folder.path(), quick(48));
  const Table t = read_csv(folder / "cases.csv");
  std::vector<double> expected, of_men, of_women;
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    const double height = t.number(i, t.column("height_m")), smi = t.number(i, t.column("smi"));
    const bool man = t.rows[i][t.column("sex")] == "M";
    expected.push_back(smi * height * height);
    (man ? of_men : of_women).push_back(t.number(i, t.column("muscle_ml")));
    EXPECT_EQ(t.rows[i][t.column("sarcopenia")], smi < (man ? 7.0 : 5.4) ? "1" : "0");
  }
  const auto muscle = numbers_of(t, "muscle_ml");
  EXPECT_GT(correlation(expected, muscle), 0.85);
  EXPECT_GT(mean_of(of_men), 1.2 * mean_of(of_women));
  EXPECT_LT(correlation(numbers_of(t, "age"), numbers_of(t, "muscle_hu")), -0.3);
  EXPECT_LT(correlation(numbers_of(t, "age"), numbers_of(t, "smi")), -0.1);
  const auto sarcopenic = numbers_of(t, "sarcopenia");
  EXPECT_GT(mean_of(sarcopenic), 0.15);
  EXPECT_LT(mean_of(sarcopenic), 0.75);
}

TEST(CohortThigh, SiteBIsAnotherHospital) {
  const testing::TemporaryFolder folder;
  std::map<std::string, Table> table;
  for (const std::string site : {"a", "b"}) {
    make(folder / site, quick(32, {{"site", Node(site)}}));
    table[site] = read_csv(folder / (site + "/cases.csv"));
  }
  const Table &a = table["a"], &b = table["b"];
  EXPECT_GT(mean_of(numbers_of(b, "age")), mean_of(numbers_of(a, "age")) + 3);
  EXPECT_LT(mean_of(numbers_of(b, "height_m")), mean_of(numbers_of(a, "height_m")) - 0.02);
  EXPECT_LT(mean_of(numbers_of(b, "muscle_hu")), mean_of(numbers_of(a, "muscle_hu")) - 1);
  EXPECT_LT(mean_of(numbers_of(b, "muscle_ml")), mean_of(numbers_of(a, "muscle_ml")));
  std::set<std::string> people;
  for (const Table* t : {&a, &b})
    for (const auto& row : t->rows) {
      EXPECT_TRUE(people.insert(row[t->column("patient")]).second);
      EXPECT_TRUE(people.insert(row[t->column("case")]).second);
    }

  // By themselves the sites choose the distance of slices; at full resolution a's kernel is soft.
  std::map<std::string, double> grain;
  for (const std::string site : {"a", "b"}) {
    make(folder / ("whole " + site),
         {{"subjects", Node(1)}, {"size", Node(64)}, {"site", Node(site)}});
    const Image whole = read_image(load(folder / ("whole " + site)).cases[0].images.at(0));
    EXPECT_NEAR(whole.geometry.spacing[2], site == "a" ? 5 : 4, 1e-6);
    EXPECT_NEAR(static_cast<double>(whole.geometry.size[2]) * whole.geometry.spacing[2], 520, 90);
    EXPECT_EQ(whole.at(0, 0, 0) == -1024, site == "a") << "a's pictures are round";

    make(folder / ("fine " + site),
         {{"subjects", Node(1)}, {"slices", Node(6)}, {"site", Node(site)}});
    const Dataset dataset = load(folder / ("fine " + site));
    const Image image = read_image(dataset.cases[0].images.at(0));
    const double steps = std::remainder(image.geometry.spacing[0], 0.05);
    EXPECT_EQ(std::abs(steps) < 1e-6, site == "b") << image.geometry.spacing[0];
    const LabelMap map = read_label(dataset.cases[0]);
    double squares = 0, n = 0;  // of differences between neighbours in the vastus lateralis
    for (std::size_t i = 1; i < map.voxels.size(); ++i)
      if (map.voxels[i] == 3 && map.voxels[i - 1] == 3) {
        squares += std::pow(image.voxels[i] - image.voxels[i - 1], 2);
        n += 1;
      }
    grain[site] = std::sqrt(squares / n);
  }
  EXPECT_GT(grain["b"], 1.3 * grain["a"]);
}

TEST(CohortThigh, ReadersDifferAtTheEdges) {
  const testing::TemporaryFolder folder;
  make(folder.path(),
       {{"subjects", Node(1)}, {"size", Node(256)}, {"slices", Node(10)}, {"readers", Node(2)}});
  const LabelMap one = read_label_map(folder / "labelsTr/THIGH_0001.nii.gz"),
                 two = read_label_map(folder / "labelsTr_reader2/THIGH_0001.nii.gz");
  double a = 0, b = 0, both = 0;
  for (std::size_t i = 0; i < one.voxels.size(); ++i) {
    a += one.voxels[i] > 0, b += two.voxels[i] > 0;
    both += one.voxels[i] > 0 && two.voxels[i] == one.voxels[i];
  }
  EXPECT_GT(2 * both / (a + b), 0.90);
  EXPECT_LT(2 * both / (a + b), 0.995);
}

TEST(CohortThigh, RefusesTwoWaysToSayTheDistance) {
  const testing::TemporaryFolder folder;
  const std::string message = testing::message_of([&] {
    make(folder / "x", quick(1, {{"thickness", Node(5.0)}}));
  });
  EXPECT_NE(message.find("slices or thickness"), std::string::npos) << message;
}

}  // namespace
}  // namespace myoseg
