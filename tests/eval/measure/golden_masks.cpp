#include "tests/eval/measure/golden_masks.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace myoseg::testing {
namespace {

using Index = std::vector<std::int64_t>;

bool inside(const Json& shape, const Index& at, std::int64_t flat) {
  const auto kind = shape.at("shape").get<std::string>();
  if (kind == "ellipsoid") {
    double sum = 0;
    for (std::size_t a = 0; a < at.size(); ++a) {
      const double d = (static_cast<double>(at[a]) - number(shape.at("center")[a])) /
                       number(shape.at("radius")[a]);
      sum += d * d;
    }
    return sum <= 1;
  }
  if (kind == "box") {
    for (std::size_t a = 0; a < at.size(); ++a)
      if (at[a] < shape.at("lo")[a].get<std::int64_t>() ||
          at[a] >= shape.at("hi")[a].get<std::int64_t>())
        return false;
    return true;
  }
  if (kind == "voxels") {
    for (const Json& voxel : shape.at("list"))
      if (voxel.get<Index>() == at) return true;
    return false;
  }
  if (kind == "speckle")
    return formula(shape.at("seed_string").get<std::string>(), static_cast<std::uint64_t>(flat)) <
           number(shape.at("p"));
  throw std::invalid_argument("shape " + kind);
}

}  // namespace

Geometry record_grid(const Json& record) {
  const auto shape = record.at("shape").get<Index>();
  const auto spacing = record.at("spacing").get<std::vector<double>>();
  Geometry g;
  g.size = {1, 1, 1};
  for (std::size_t a = 0; a < shape.size(); ++a) {
    g.size[shape.size() - 1 - a] = shape[a];
    g.spacing[shape.size() - 1 - a] = spacing[a];
  }
  return g;
}

LabelMap paint(const Json& record, const Json& shapes) {
  const auto extent = record.at("shape").get<Index>();
  LabelMap map(record_grid(record), 1);
  for (const Json& shape : shapes) {
    Index at(extent.size(), 0);
    for (std::int64_t flat = 0; flat < map.geometry.voxels(); ++flat) {
      std::uint8_t& voxel = map.voxels[static_cast<std::size_t>(flat)];
      if (inside(shape, at, flat)) {
        const auto op = shape.value("op", "label");
        if (op == "label") {
          voxel = shape.at("label").get<std::uint8_t>();
        } else if (op == "add") {
          voxel = 1;
        } else if (op == "remove") {
          voxel = 0;
        } else if (op == "toggle") {
          voxel = 1 - voxel;
        } else {
          throw std::invalid_argument("op " + op);
        }
      }
      for (std::size_t a = at.size(); a-- > 0;) {
        if (++at[a] < extent[a]) break;
        at[a] = 0;
      }
    }
  }
  return map;
}

std::string voxel_hash(const LabelMap& map) {
  return fmt::format(
      "{:016x}", fnv1a64({reinterpret_cast<const char*>(map.voxels.data()), map.voxels.size()}));
}

EmptyRule undefined_is(double value) {
  return {.both = {}, .truth = {}, .prediction = {}, .undefined = value};
}
EmptyRule both_empty_is(double value) { return {.both = value, .truth = {}, .prediction = {}}; }
EmptyRule ignore_empty(bool yes) {
  return yes ? EmptyRule{.both = kNaN, .truth = kNaN, .prediction = {}} : both_empty_is(1);
}

std::array<std::int64_t, 4> confusion(const Overlap& o) {
  return {o.both, o.prediction - o.both, o.voxels - o.truth - o.prediction + o.both,
          o.truth - o.both};
}

void expect_equal(double ours, const Json& theirs, double tolerance, const std::string& what) {
  const double expected = number(theirs);
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(ours)) << what << " is " << ours << ", not NaN";
  } else if (std::isinf(expected)) {
    EXPECT_EQ(ours, expected) << what;
  } else {
    EXPECT_NEAR(ours, expected, tolerance) << what;
  }
}

}  // namespace myoseg::testing
