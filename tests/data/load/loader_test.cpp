#include "data/load/loader.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "tests/data/load/case_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::prepared_case;
using testing::TemporaryFolder;
using testing::write_case;

struct Cases {
  TemporaryFolder folder;
  std::vector<CachedCase> all;
  Cases() {
    all.push_back(write_case(folder.path(), "a", prepared_case(1, 5)));
    all.push_back(write_case(folder.path(), "b", prepared_case(2, 6)));
  }
};

std::vector<Batch> epoch_of(Loader& loader, std::int64_t epoch) {
  loader.start_epoch(epoch);
  std::vector<Batch> batches;
  for (Batch batch; loader.next(batch);) batches.push_back(batch);
  return batches;
}

std::vector<std::string> names_of(const std::vector<Batch>& batches) {
  std::vector<std::string> names;
  for (const auto& b : batches) names.insert(names.end(), b.names.begin(), b.names.end());
  return names;
}

LoaderOptions with(int batch_size, int threads) {
  LoaderOptions o;
  o.batch_size = batch_size;
  o.threads = threads;
  return o;
}

TEST(Loader, EvaluationGivesEachSliceOnceInOrder) {
  const Cases c;
  Loader loader(c.all, Slices::all, with(4, 2), nullptr, 1);
  EXPECT_EQ(loader.batches_per_epoch(), 3);
  const auto batches = epoch_of(loader, 0);
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[0].image.sizes(), (at::IntArrayRef{4, 1, 20, 24}));
  EXPECT_EQ(batches[2].label.sizes(), (at::IntArrayRef{3, 20, 24}));
  EXPECT_EQ(batches[0].image.scalar_type(), at::kFloat);
  EXPECT_EQ(batches[0].label.scalar_type(), at::kLong);
  EXPECT_EQ(names_of(batches),
            (std::vector<std::string>{"a z=0", "a z=1", "a z=2", "a z=3", "a z=4", "b z=0", "b z=1",
                                      "b z=2", "b z=3", "b z=4", "b z=5"}));
  const auto [slice, label] = testing::slice_of(c.all[1], 1);
  const float* row = batches[1].image.data_ptr<float>() + 2 * 480;
  EXPECT_TRUE(std::equal(slice.begin(), slice.end(), row));
  EXPECT_TRUE(
      std::equal(label.begin(), label.end(), batches[1].label.data_ptr<std::int64_t>() + 2 * 480));
}

TEST(Loader, LabelledSlicesOnly) {
  const Cases c;
  Loader loader(c.all, Slices::labelled, with(8, 1), nullptr, 1);
  EXPECT_EQ(names_of(epoch_of(loader, 0)),
            (std::vector<std::string>{"a z=1", "a z=4", "b z=1", "b z=4"}));
}

TEST(Loader, SameForAnyNumberOfThreads) {
  const Cases c;
  AugmentOptions augment;
  augment.elastic_probability = augment.flip_probability = 0.5;
  std::vector<std::vector<Batch>> runs;
  for (const int threads : {0, 1, 2, 5}) {
    Loader loader(c.all, Slices::all, with(3, threads), &augment, 42);
    auto batches = epoch_of(loader, 1);
    const auto more = epoch_of(loader, 2);
    batches.insert(batches.end(), more.begin(), more.end());
    runs.push_back(batches);
  }
  for (const auto& run : runs) {
    ASSERT_EQ(run.size(), 8u);
    for (std::size_t b = 0; b < run.size(); ++b) {
      EXPECT_EQ(run[b].names, runs[0][b].names);
      EXPECT_TRUE(at::equal(run[b].image, runs[0][b].image));
      EXPECT_TRUE(at::equal(run[b].label, runs[0][b].label));
    }
  }
  EXPECT_NE(names_of({runs[0].begin(), runs[0].begin() + 4}),
            names_of({runs[0].begin() + 4, runs[0].end()}));
}

TEST(Loader, TrainingSeesEverySliceAndFillsUpTheLastBatch) {
  const Cases c;
  AugmentOptions augment;
  augment.enabled = false;
  Loader loader(c.all, Slices::all, with(4, 2), &augment, 7);
  const auto batches = epoch_of(loader, 3);
  const auto names = names_of(batches);
  ASSERT_EQ(names.size(), 12u);
  EXPECT_EQ(names[11], names[0]);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 11u);
  Loader wide(c.all, Slices::labelled, with(10, 2), &augment, 7);
  const auto one = epoch_of(wide, 0);
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].image.size(0), 10);
  EXPECT_EQ(one[0].names[0], one[0].names[4]);
}

TEST(Loader, DrawsTheShareOfForegroundAsked) {
  const Cases c;
  AugmentOptions augment;
  augment.enabled = false;
  LoaderOptions o = with(10, 1);
  o.samples_per_epoch = 200;
  o.foreground_share = 0.5;
  Loader loader(c.all, Slices::all, o, &augment, 7);
  EXPECT_EQ(loader.batches_per_epoch(), 20);
  std::map<std::string, int> counts;
  for (const auto& name : names_of(epoch_of(loader, 0))) ++counts[name];
  int foreground = 0;
  for (const std::string name : {"a z=1", "a z=4", "b z=1", "b z=4"}) {
    EXPECT_NEAR(counts[name], 25 + 9, 2);
    foreground += counts[name];
  }
  EXPECT_NEAR(foreground, 136, 4);  // 100 + 4/11 of 100
}

TEST(Loader, AnEpochCanBeLeftEarly) {
  const Cases c;
  const AugmentOptions augment;
  Loader loader(c.all, Slices::all, with(2, 3), &augment, 42);
  const auto whole = epoch_of(loader, 5);
  loader.start_epoch(4);
  Batch batch;
  ASSERT_TRUE(loader.next(batch));
  const auto again = epoch_of(loader, 5);
  ASSERT_EQ(again.size(), whole.size());
  for (std::size_t b = 0; b < whole.size(); ++b)
    EXPECT_TRUE(at::equal(again[b].image, whole[b].image));
  loader.start_epoch(6);  // and dropped while threads are at work
}

TEST(Loader, AFailureNamesCaseSliceAndTransform) {
  const Cases c;
  AugmentOptions augment;
  augment.intensity_probability = 1;
  augment.brightness = 0;
  augment.contrast = {1e39, 1e39};
  std::string first;
  for (const int threads : {0, 1, 3}) {
    Loader loader(c.all, Slices::all, with(4, threads), &augment, 42);
    loader.start_epoch(0);
    Batch batch;
    try {
      loader.next(batch);
      FAIL() << "no error";
    } catch (const Error& e) {
      const std::string message = e.what();
      EXPECT_NE(message.find(" z="), std::string::npos) << message;
      EXPECT_NE(message.find("'contrast'"), std::string::npos) << message;
      if (first.empty()) first = message;
      EXPECT_EQ(message, first);
    }
  }
}

TEST(Loader, RefusesWhatDoesNotFitIntoOneBatch) {
  Cases c;
  EXPECT_THROW(Loader({}, Slices::all, with(4, 0), nullptr, 1), Error);
  c.all.push_back(write_case(c.folder.path(), "wide", prepared_case(3, 2, 32)));
  EXPECT_THROW(Loader(c.all, Slices::all, with(4, 0), nullptr, 1), Error);
  Prepared unlabelled = prepared_case(3, 2);
  unlabelled.label = {};
  c.all.back() = write_case(c.folder.path(), "bare", unlabelled);
  EXPECT_THROW(Loader(c.all, Slices::all, with(4, 0), nullptr, 1), Error);
}

}  // namespace
}  // namespace myoseg
