// Batches that are taken from the loader ahead of their step. Device meta stands for a GPU: what is
// copied there has shapes and no numbers.
#include "train/device_batches.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/data/load/case_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::prepared_case;
using testing::TemporaryFolder;
using testing::write_case;

class DeviceBatchesTest : public ::testing::Test {
 protected:
  DeviceBatchesTest() {
    options_.batch_size = 2;
    augment_.intensity_probability = 1;
    for (const std::uint64_t i : {1, 2, 3})
      cases_.push_back(write_case(folder_.path(), std::to_string(i), prepared_case(i, 3)));
  }
  [[nodiscard]] Loader loader() const { return {cases_, Slices::all, options_, &augment_, 7}; }

  TemporaryFolder folder_;
  std::vector<CachedCase> cases_;
  LoaderOptions options_;
  AugmentOptions augment_;
};

// As a training takes them.
template <class Batches>
std::vector<Batch> rest_of(Batches& batches) {
  std::vector<Batch> all;
  for (Batch batch; batches.next(batch);) {
    all.push_back(batch);
    if constexpr (requires { batches.prefetch(); }) batches.prefetch();
  }
  return all;
}

TEST_F(DeviceBatchesTest, GivesTheLoadersBatchesInItsOrder) {
  Loader plain = loader(), ahead = loader();
  plain.start_epoch(4);
  const std::vector<Batch> expected = rest_of(plain);
  ASSERT_EQ(expected.size(), 5u);
  DeviceBatches batches(ahead, at::kCPU);
  for (const std::int64_t skipped : {0, 2}) {
    batches.start_epoch(4, skipped);
    const std::vector<Batch> got = rest_of(batches);
    ASSERT_EQ(std::ssize(got), 5 - skipped);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const Batch& same = expected[i + static_cast<std::size_t>(skipped)];
      EXPECT_EQ(got[i].names, same.names);
      EXPECT_TRUE(got[i].image.equal(same.image));
      EXPECT_TRUE(got[i].label.equal(same.label));
    }
  }
  EXPECT_GT(batches.waited(), 0);
}

TEST_F(DeviceBatchesTest, CopiesThemToTheDevice) {
  Loader plain = loader(), ahead = loader();
  plain.start_epoch(0);
  const std::vector<Batch> expected = rest_of(plain);
  DeviceBatches batches(ahead, at::kMeta);
  batches.start_epoch(0);
  const std::vector<Batch> got = rest_of(batches);
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].names, expected[i].names);
    EXPECT_EQ(got[i].image.device(), at::Device(at::kMeta));
    EXPECT_EQ(got[i].image.sizes(), expected[i].image.sizes());
    EXPECT_EQ(got[i].label.device(), at::Device(at::kMeta));
  }
}

TEST_F(DeviceBatchesTest, AnErrorComesWithItsBatchNotBefore) {
  augment_.brightness = 0;
  augment_.contrast = {1e39, 1e39};  // overflows, which the transform says
  for (const int threads : {0, 2}) {
    options_.threads = threads;
    Loader broken = loader();
    DeviceBatches batches(broken, at::kCPU);
    batches.start_epoch(0);
    Batch batch;
    EXPECT_NO_THROW(batches.prefetch());
    EXPECT_THROW(batches.next(batch), Error);
  }
}

TEST_F(DeviceBatchesTest, StopsAndBeginsAnewWithABatchTakenAhead) {
  Loader plain = loader(), ahead = loader();
  plain.start_epoch(1);
  const std::vector<Batch> expected = rest_of(plain);
  DeviceBatches batches(ahead, at::kCPU);
  batches.start_epoch(0);
  Batch batch;
  ASSERT_TRUE(batches.next(batch));
  batches.prefetch();
  batches.start_epoch(1);
  EXPECT_EQ(rest_of(batches).front().names, expected.front().names);
  EXPECT_FALSE(batches.next(batch));
  batches.start_epoch(2);
  batches.prefetch();  // and ends with it
}

}  // namespace
}  // namespace myoseg
