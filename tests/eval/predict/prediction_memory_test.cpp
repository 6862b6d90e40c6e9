#include "eval/predict/prediction_memory.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/memory.h"
#include "eval/predict/predictor.h"
#include "eval/predict/row_groups.h"
#include "tests/eval/predict/predict_fixture.h"

namespace myoseg {
namespace {

using testing::above_100;
using testing::as_it_is;
using testing::Rule;
using testing::scan;

// A whole body in 30 classes, as a network that ends in no pointwise convolution sees it.
struct WholeBody {
  WindowGrid grid = volume_windows({800, 512, 512}, {96, 96, 96}, 0.25);
  Strips strips;
  Sampling sampling;
  PredictionSize size{grid, strips, sampling, 1, 30, 30, 1, true};

  WholeBody() {
    Geometry native;
    native.size = {512, 512, 800};
    PreprocessOptions options;
    options.size.reset();
    sampling = sampling_of(native, options);
    for (std::size_t r = 0; r < grid.y.size(); ++r)
      strips.push_back({grid.y[r], r + 1 < grid.y.size() ? grid.y[r + 1] : 512});
  }
};

TEST(RowGroups, EveryStripIsInOneAndSeenByAllItsWindows) {
  const WholeBody body;
  for (std::size_t count = 1; count < 10; ++count) {
    std::size_t next = 0;
    for (const WindowRows& rows : row_groups(body.grid, body.strips, count)) {
      EXPECT_EQ(rows.first_strip, next);
      // The row of windows before its strips reaches into the first of them, the one before not.
      EXPECT_EQ(rows.first + (rows.first_strip > 0 ? 1U : 0U), rows.first_strip);
      next = rows.end;
    }
    EXPECT_EQ(next, body.strips.size());
  }
}

TEST(PredictionMemory, ScarceMemoryMakesParts) {
  const WholeBody body;
  const WindowRows all{0, 0, body.strips.size()};
  const auto whole = static_cast<double>(prediction_bytes(body.size, all));
  EXPECT_GT(whole, 2e9);
  EXPECT_LT(whole, 3e9);
  const auto in_use = static_cast<double>(memory_now().value().in_use);
  EXPECT_EQ(groups_in_memory(body.size, (in_use + 1.1 * whole) / 1e9).size(), 1);
  const auto parts = groups_in_memory(body.size, (in_use + 0.85 * whole) / 1e9);
  EXPECT_EQ(parts.size(), 2);
  for (const WindowRows& rows : parts) EXPECT_LT(prediction_bytes(body.size, rows), 0.85 * whole);
}

TEST(PredictionMemory, TooLittleIsRefusedWithTheNumbers) {
  const WholeBody body;
  try {
    (void)groups_in_memory(body.size, 0.5);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::failed);
    const std::string text = error.what();
    EXPECT_NE(text.find("512 x 512 x 800 prepared voxels of 30 classes need"), std::string::npos);
    EXPECT_NE(text.find("predict.memory_gb allows 0.5 GB"), std::string::npos) << text;
  }
  PredictOptions options;
  options.memory_gb = 1e-3;
  const Predictor predictor({std::make_shared<Rule>(above_100, 3)}, 2, as_it_is(), options);
  EXPECT_THROW((void)predictor(scan()), Error);
}

}  // namespace
}  // namespace myoseg
