#include "eval/report/case_views.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace myoseg {
namespace {

// A radiograph of line integrals, 1 to 4 from left to right.
Image radiograph() {
  Geometry g;
  g.size = {16, 16, 1};
  Image image(g, 1);
  for (std::int64_t y = 0; y < 16; ++y)
    for (std::int64_t x = 0; x < 16; ++x) image.at(x, y, 0) = 1 + static_cast<float>(x) / 5;
  return image;
}

// The least and the largest grey of the panel without labels.
std::pair<int, int> greys(const ReportOptions& options) {
  const Image scan = radiograph();
  const LabelMap none(scan.geometry, 1);
  const CaseViews views = case_views(scan, none, none, options);
  const auto first = views.large.rgb.begin();
  const auto [least, largest] = std::minmax_element(first, first + 3 * 480);
  return {*least, *largest};
}

TEST(CaseViews, AWindowOrTheScansOwnRangeDecidesTheGreys) {
  ReportOptions options;
  EXPECT_LT(greys(options).second - greys(options).first, 4);  // all water in a window of CT
  options.window_hu.reset();
  EXPECT_EQ(greys(options), std::make_pair(0, 255));
  options.window_hu = {{1, 8}};
  EXPECT_EQ(greys(options).first, 0);
  EXPECT_NEAR(greys(options).second, 255 * 3 / 7, 2);
}

}  // namespace
}  // namespace myoseg
