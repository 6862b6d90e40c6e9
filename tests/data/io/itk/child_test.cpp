#include "data/io/itk/child.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "tests/data/io/image_fixture.h"

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

// In a process of its own: reading stays ended.
void wait_for_what_never_comes() {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    end_children();
  }).detach();
  std::string said;
  for (int i = 0; i < 2; ++i) try {
      (void)read_in_child("case 7", [](const Checkpoint&) -> Image {
        for (;;) ::pause();
      });
    } catch (const Error& error) {
      said += error.what();
    }
  std::fputs(said.c_str(), stderr);
  std::_Exit(7);
}

TEST(Child, AWaitIsEndedOnRequest) {
  EXPECT_EXIT(wait_for_what_never_comes(), ::testing::ExitedWithCode(7),
              "case 7: reading it was interrupted.*case 7: reading it was interrupted");
}

}  // namespace
}  // namespace myoseg
