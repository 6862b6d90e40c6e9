#include "data/child.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/data/image_fixture.h"

namespace myoseg {
namespace {

using testing::error_of;

TEST(Child, CrashBecomesASentence) {
  const std::string error = error_of(
      [] { (void)read_in_child("case 7", [](const Checkpoint&) -> Image { std::abort(); }); });
  EXPECT_NE(error.find("case 7"), std::string::npos);
  EXPECT_NE(error.find("crashed"), std::string::npos);
}

TEST(Child, ErrorsAndOutputPassThrough) {
  EXPECT_EQ(error_of([] {
              (void)read_in_child("x", [](const Checkpoint&) -> Image { throw data_error("bad"); });
            }),
            "bad");
  const Image image = read_in_child("x", [](const Checkpoint& checkpoint) {
    std::fputs("Corrupt", stderr);
    Geometry g;
    g.size = {static_cast<std::int64_t>(checkpoint().size()), 1, 1};
    return Image(g, 1, 2.5F);
  });
  EXPECT_EQ(image.voxels, std::vector<float>(7, 2.5F));
}

}  // namespace
}  // namespace myoseg
