#include <gtest/gtest.h>

#include "core/files.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

// Weights, inputs and targets of every other golden record come from this formula.
TEST(GoldenFormula, EqualsItsTestVectors) {
  const auto record = testing::Json::parse(read_file(testing::golden_folder() / "formula.json"));
  ASSERT_FALSE(record.at("fnv1a64_hex").empty());
  ASSERT_FALSE(record.at("uniform").empty());
  for (const auto& [text, hex] : record.at("fnv1a64_hex").items())
    EXPECT_EQ(testing::fnv1a64(text), std::stoull(hex.get<std::string>(), nullptr, 16)) << text;
  for (const auto& vector : record.at("uniform"))
    EXPECT_EQ(testing::formula(vector.at("seed_string").get<std::string>(),
                               vector.at("index").get<std::uint64_t>()),
              vector.at("u").get<double>());
}

}  // namespace
}  // namespace myoseg
