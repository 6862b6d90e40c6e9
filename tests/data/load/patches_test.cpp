// Patches of volumes: where they are taken and what a batch of them looks like.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "data/load/loader.h"
#include "data/load/patch_centre.h"
#include "tests/data/load/case_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::prepared_case;
using testing::TemporaryFolder;
using testing::write_case;

constexpr std::array<int, 3> kPatch{8, 6, 4};

struct Volumes {
  TemporaryFolder folder;
  std::vector<CachedCase> all;
  std::vector<Prepared> prepared;
  Volumes() {
    prepared.push_back(prepared_case(1, 9));
    prepared.push_back(prepared_case(2, 3, 18, 20));  // thinner than a patch
    for (std::size_t i = 0; i < prepared.size(); ++i)
      all.push_back(
          write_case(folder.path(), std::string(1, static_cast<char>('a' + i)), prepared[i]));
  }
};

LoaderOptions patches() {
  LoaderOptions o;
  o.batch_size = 4;
  o.threads = 0;
  o.patch = kPatch;
  return o;
}

AugmentOptions unchanged() {
  AugmentOptions o;
  o.enabled = false;
  return o;
}

std::vector<Batch> epoch_of(Loader& loader, std::int64_t epoch) {
  loader.start_epoch(epoch);
  std::vector<Batch> batches;
  for (Batch batch; loader.next(batch);) batches.push_back(batch);
  return batches;
}

// As a data set with labels 0, 1 and 2 for 'ignore' has it.
TEST(Patches, IgnoredVoxelsAreNoForegroundAndHaveNoClass) {
  const TemporaryFolder folder;
  Prepared prepared = prepared_case(1, 9);  // slices 1, 4, 7 have labels
  std::fill_n(prepared.label.voxels.begin(), prepared.label.slice_voxels(), std::uint8_t{2});
  write_file(folder / "a.case", encode_case("a", prepared, std::uint8_t{2}));
  const CachedCase one(folder / "a.case");
  EXPECT_EQ(one.ignored(), 2);
  EXPECT_EQ(one.foreground_slices(), (std::vector<std::int64_t>{1, 4, 7}));

  LoaderOptions o = patches();
  o.foreground_share = 1;
  o.samples_per_epoch = 64;
  o.patch = {{1, 1, 1}};  // its centre alone
  for (const Balance balance : {Balance::voxels, Balance::classes}) {
    o.balance = balance;
    const AugmentOptions augment = unchanged();
    Loader training({one}, Slices::all, o, &augment, 1);
    for (const Batch& batch : epoch_of(training, 0))
      EXPECT_TRUE(batch.label.eq(1).all().item<bool>());
  }
  Loader evaluation({one}, Slices::all, patches(), nullptr, 1);
  std::int64_t ignored = 0;
  for (const Batch& batch : epoch_of(evaluation, 0)) {
    EXPECT_FALSE(batch.label.eq(2).any().item<bool>());
    ignored += batch.label.eq(kIgnoredVoxel).sum().item<std::int64_t>();
  }
  EXPECT_GE(ignored, prepared.label.slice_voxels());
}

TEST(Patches, EvaluationCoversEveryCase) {
  const Volumes v;
  Loader loader(v.all, Slices::all, patches(), nullptr, 1);
  const auto batches = epoch_of(loader, 0);
  // 24 x 20 x 9: 3 x 4 x 3 tiles; 18 x 20 x 3: 3 x 4 x 1.
  EXPECT_EQ(loader.samples_per_epoch(), 36 + 12);
  EXPECT_EQ(batches[0].image.sizes(), (at::IntArrayRef{4, 1, 4, 6, 8}));
  EXPECT_EQ(batches[0].label.sizes(), (at::IntArrayRef{4, 4, 6, 8}));
  EXPECT_EQ(batches[0].names[1], "a from (8, 0, 0)");
  EXPECT_EQ(batches.back().names.back(), "b from (10, 14, 0)");
  std::int64_t foreground = 0;
  for (const Batch& batch : batches) {
    const auto* label = batch.label.data_ptr<std::int64_t>();
    foreground += std::count_if(label, label + batch.label.numel(), [](auto l) { return l > 0; });
  }
  const auto of_case = [](const CachedCase& one) {
    return one.label_counts()[1] + one.label_counts()[2];
  };
  EXPECT_GE(foreground, of_case(v.all[0]) + of_case(v.all[1]));
}

TEST(Patches, OfOneCaseFollowEachOther) {
  const Volumes v;
  LoaderOptions o = patches();
  o.patches_per_case = 4;
  const AugmentOptions augment = unchanged();
  Loader loader(v.all, Slices::all, o, &augment, 1);
  EXPECT_EQ(loader.samples_per_epoch(), 8);
  for (const Batch& batch : epoch_of(loader, 3))
    for (const std::string& name : batch.names) EXPECT_EQ(name[0], batch.names[0][0]);
  const auto first = epoch_of(loader, 1), again = epoch_of(loader, 1), other = epoch_of(loader, 2);
  EXPECT_EQ(first[0].names, again[0].names);
  EXPECT_NE(first[0].names, other[0].names);
}

// What is at the middle of drawn patches.
std::map<int, int> middles(const Volumes& v, const LoaderOptions& o, int draws) {
  const PatchCentre centre(o, {8, 6, 4}, Slices::all);
  std::map<int, int> counts;
  for (int i = 0; i < draws; ++i) {
    const auto start = centre.draw(v.all[0], Random(5, "test", {static_cast<std::uint64_t>(i)}));
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_GE(start[a], 0);
      EXPECT_LE(start[a] + (*o.patch)[a], v.all[0].prepared().size[a]);
    }
    ++counts[v.prepared[0].label.at(start[0] + 4, start[1] + 3, start[2] + 2)];
  }
  return counts;
}

TEST(Patches, AreCentredAsAsked) {
  const Volumes v;
  LoaderOptions o = patches();
  o.foreground_share = 1;
  // Labels in slices 1, 4 and 7; patches about slice 1 would begin before the case and are moved.
  auto counts = middles(v, o, 600);
  EXPECT_NEAR(counts[1] + counts[2], 400, 60);
  o.foreground_share = 0;
  o.others = Others::background;
  counts = middles(v, o, 600);
  EXPECT_GT(counts[0], 420);
  o.others = Others::anywhere;
  counts = middles(v, o, 600);
  EXPECT_GT(counts[1] + counts[2], 60);
}

TEST(Patches, ClassesAlikeFindTheRareOne) {
  TemporaryFolder folder;
  Prepared p = prepared_case(1, 9);
  p.label.at(12, 10, 4) = 3;
  const CachedCase one = write_case(folder.path(), "rare", p);
  LoaderOptions o = patches();
  o.foreground_share = 1;
  const auto share = [&](Balance balance) {
    o.balance = balance;
    const PatchCentre centre(o, {8, 6, 4}, Slices::all);
    int found = 0;
    for (std::uint64_t i = 0; i < 300; ++i)
      found += centre.draw(one, Random(1, "rare", {i})) == std::array<std::int64_t, 3>{8, 7, 2};
    return found / 300.0;
  };
  EXPECT_NEAR(share(Balance::classes), 1.0 / 3, 0.1);
  EXPECT_LT(share(Balance::voxels), 0.05);
}

TEST(Patches, WhatCannotBeTrainedOnIsRefused) {
  const Volumes v;
  EXPECT_THROW(Loader(v.all, Slices::labelled, patches(), nullptr, 1), Error);
  const auto bound = [](const std::string& yaml) {
    return bind<LoaderOptions>(parse_yaml(yaml, "test"));
  };
  EXPECT_EQ((*bound("patch: [96, 96, 64]").patch)[2], 64);
  EXPECT_THROW((void)bound("patch: [96, 96]"), Error);
  EXPECT_THROW((void)bound("patch: [96, 0, 96]"), Error);
  EXPECT_THROW((void)bound("patches_per_case: 4"), Error);
}

}  // namespace
}  // namespace myoseg
