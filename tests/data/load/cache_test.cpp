#include "data/load/cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/io/image_io.h"
#include "data/load/listed_voxels.h"
#include "tests/data/load/case_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::prepared_case;
using testing::slice_of;
using testing::TemporaryFolder;

std::string message_of(const auto& work) {
  try {
    work();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::bad_data);
    return e.what();
  }
  return "no error";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CaseFile, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  Prepared p = prepared_case(1, 5, 24, 20, 2);
  for (std::size_t i = 0; i < p.image.voxels.size() / 2; ++i)
    p.image.voxels[i] = p.image.voxels[i] * 500 - 200;
  p.native.size = {48, 40, 5};
  const CachedCase one = testing::write_case(folder.path(), "a_01", p);
  EXPECT_EQ(one.id(), "a_01");
  EXPECT_EQ(one.channels(), 2);
  EXPECT_TRUE(one.has_label());
  EXPECT_EQ(one.foreground_slices(), (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(one.prepared().origin, p.image.geometry.origin);
  EXPECT_EQ(difference(one.native(), p.native), "");
  EXPECT_EQ(one.label_counts()[1], 2 * 8 * 10);
  EXPECT_EQ(one.label_counts()[0] + one.label_counts()[1] + one.label_counts()[2], 24 * 20 * 5);
  for (std::int64_t z = 0; z < 5; ++z) {
    const auto [slice, label] = slice_of(one, z);
    for (std::size_t i = 0; i < slice.size(); ++i) {
      const int c = i < 480 ? 0 : 1;
      const float truth = p.image.voxels[p.image.index(0, 0, z, c) + i % 480];
      ASSERT_NEAR(slice[i], truth, c == 0 ? 500.0 / 120000 : 1.0 / 120000);
    }
    EXPECT_TRUE(std::equal(label.begin(), label.end(), p.label.voxels.begin() + z * 480));
  }
}

TEST(CaseFile, ConstantImagesAndMissingLabelsSurvive) {
  const TemporaryFolder folder;
  Prepared p = prepared_case(1, 2);
  std::fill(p.image.voxels.begin(), p.image.voxels.end(), 0.3f);
  p.label = {};
  const CachedCase one = testing::write_case(folder.path(), "b", p);
  EXPECT_FALSE(one.has_label());
  for (const float v : slice_of(one, 1).image) EXPECT_EQ(v, 0.3f);
  EXPECT_EQ(one.listed(0), 0U);
}

TEST(CaseFile, PatchesReachBeyondTheCase) {
  const TemporaryFolder folder;
  const Prepared p = prepared_case(1, 5, 24, 20, 2);
  const CachedCase one = testing::write_case(folder.path(), "p", p);
  const std::array<std::int64_t, 3> start{-3, 12, 2}, size{10, 11, 4};
  std::vector<float> image(2 * 10 * 11 * 4);
  std::vector<std::uint8_t> label(10 * 11 * 4, 9);
  one.copy_patch(start, size, image, label);
  const auto minimum = [&](int c) {
    const auto begin = p.image.voxels.begin() + c * 24 * 20 * 5;
    return *std::min_element(begin, begin + 24 * 20 * 5);
  };
  for (int c = 0; c < 2; ++c)
    for (std::int64_t z = 0; z < size[2]; ++z)
      for (std::int64_t y = 0; y < size[1]; ++y)
        for (std::int64_t x = 0; x < size[0]; ++x) {
          const std::int64_t i = x + start[0], j = y + start[1], k = z + start[2];
          const bool inside = i >= 0 && j < 20 && k < 5;
          const auto at = static_cast<std::size_t>((z * size[1] + y) * size[0] + x);
          ASSERT_NEAR(image[static_cast<std::size_t>(c) * label.size() + at],
                      inside ? p.image.at(i, j, k, c) : minimum(c), 1e-5);
          ASSERT_EQ(label[at], inside ? p.label.at(i, j, k) : 0);
        }
}

TEST(CaseFile, ListsVoxelsOfEveryLabel) {
  const TemporaryFolder folder;
  Prepared p = prepared_case(1, 50, 60, 50);  // label 1: 17 slices of 26 x 40
  for (std::int64_t y = 0; y < 50; ++y) p.image.at(3, y, 0) = -1;
  const CachedCase one = testing::write_case(folder.path(), "v", p);
  ASSERT_EQ(one.label_counts()[1], 17 * 26 * 40);
  for (const std::uint8_t label : {0, 1, 2}) {
    ASSERT_EQ(one.listed(label), kMostListed);
    for (std::size_t i = 0; i < kMostListed; ++i) {
      const std::uint32_t voxel = one.listed_voxel(label, i);
      ASSERT_EQ(p.label.voxels[voxel], label);
      ASSERT_TRUE(i == 0 || voxel > one.listed_voxel(label, i - 1));
      ASSERT_TRUE(label > 0 || p.image.voxels[voxel] > -1);  // where there is something
    }
  }
  EXPECT_EQ(one.listed(3), 0U);
  // Over the whole label, not its first part.
  EXPECT_GT(one.listed_voxel(1, kMostListed - 1) / (60 * 50), 45U);
}

TEST(CaseFile, AnyDamageIsSeen) {
  const TemporaryFolder folder;
  const std::string good = encode_case("c", prepared_case(1, 2));
  const fs::path file = folder / "c.case";
  const auto refused = [&](std::string bytes) {
    write_file(file, bytes);
    return message_of([&] { (void)CachedCase(file); });
  };
  for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{13}, std::size_t{20},
                               std::size_t{60}, good.size() / 2, good.size() - 1}) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    const std::string message = refused(bytes);
    EXPECT_TRUE(contains(message, "c.case") && contains(message, "delete it"))
        << at << ": " << message;
  }
  for (const std::size_t length :
       {std::size_t{1}, std::size_t{47}, std::size_t{60}, good.size() - 1})
    EXPECT_TRUE(contains(refused(good.substr(0, length)), "delete it")) << length;
}

// A data set of two cases on disk.
struct OnDisk {
  TemporaryFolder folder;
  Dataset dataset;

  OnDisk() {
    dataset.labels.labels = {{"background", 0}, {"psoas", 1}, {"wall", 2}};
    for (const std::string id : {"case_01", "case_02"}) {
      const Prepared p = prepared_case(id.back(), 4);
      Image image = p.image;
      for (float& v : image.voxels) v = std::round(v * 600 - 250);
      Case item;
      item.id = id;
      item.images = {folder / (id + "_0000.nii.gz")};
      item.label = folder / (id + ".nii.gz");
      write_image(item.images[0], image);
      write_label_map(item.label, p.label, dataset.labels);
      dataset.cases.push_back(item);
    }
  }
  [[nodiscard]] std::vector<CachedCase> prepare(const PreprocessOptions& o) const {
    std::vector<const Case*> cases;
    for (const Case& item : dataset.cases) cases.push_back(&item);
    return prepare_cases(cases, dataset, o, folder / "cache");
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder / "cache"), fs::directory_iterator{}));
  }
};

PreprocessOptions small() {
  PreprocessOptions o;
  o.size = {{32, 16}};
  return o;
}

TEST(PrepareCases, MakesEachCaseOnceAndAgainWhenSomethingChanged) {
  OnDisk d;
  const auto first = d.prepare(small());
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[1].id(), "case_02");
  EXPECT_EQ(first[0].prepared().size, (std::array<std::int64_t, 3>{32, 16, 4}));
  EXPECT_EQ(first[0].foreground_slices(), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(d.files(), 2u);
  (void)d.prepare(small());
  EXPECT_EQ(d.files(), 2u);
  PreprocessOptions other = small();
  other.window_hu = {-150, 250};
  (void)d.prepare(other);
  EXPECT_EQ(d.files(), 4u);
  LabelMap label = read_label_map(d.dataset.cases[0].label);
  label.at(3, 3, 0) = 1;
  write_label_map(d.dataset.cases[0].label, label, d.dataset.labels);
  EXPECT_EQ(d.prepare(small())[0].foreground_slices(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(d.files(), 5u);
}

TEST(PrepareCases, ADataFileCountsLikeItsHeader) {
  OnDisk d;
  Case& item = d.dataset.cases[0];
  const Image image = read_image(item.images[0]);
  item.images[0] = d.folder / "case_01_0000.mhd";
  write_image(item.images[0], image);
  (void)d.prepare(small());
  const auto before = d.files();
  Image other = image;
  other.voxels[5] += 1;
  write_image(item.images[0], other);  // the header stays the same
  (void)d.prepare(small());
  EXPECT_EQ(d.files(), before + 1);
}

TEST(PrepareCases, ErrorsNameCaseAndFile) {
  OnDisk d;
  LabelMap label = read_label_map(d.dataset.cases[1].label);
  label.at(2, 2, 2) = 9;
  write_label_map(d.dataset.cases[1].label, label, d.dataset.labels);
  std::string message = message_of([&] { (void)d.prepare(small()); });
  EXPECT_TRUE(contains(message, "case case_02") && contains(message, "case_02.nii.gz") &&
              contains(message, "value 9"))
      << message;
  label = LabelMap(label.geometry, 1);
  label.geometry.spacing[2] = 4;
  write_label_map(d.dataset.cases[1].label, label, d.dataset.labels);
  message = message_of([&] { (void)d.prepare(small()); });
  EXPECT_TRUE(contains(message, "case case_02") && contains(message, "case_02.nii.gz") &&
              contains(message, "spacing"))
      << message;
  fs::remove(d.dataset.cases[0].images[0]);
  message = message_of([&] { (void)d.prepare(small()); });
  EXPECT_TRUE(contains(message, "case case_01") && contains(message, "case_01_0000.nii.gz"))
      << message;
}

}  // namespace
}  // namespace myoseg
