#include "core/files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "core/hash.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(Files, WritesMakeParentsAndLeaveNothingBeside) {
  const testing::TemporaryFolder folder;
  write_file(folder / "a/b/c.txt", "first");
  write_file(folder / "a/b/c.txt", "second");
  EXPECT_EQ(read_file(folder / "a/b/c.txt"), "second");
  EXPECT_EQ(files_in(folder / "a/b"), 1U);
}

TEST(Files, AFailedWriteKeepsTheOldFile) {
  const testing::TemporaryFolder folder;
  write_file(folder / "x.nii.gz", "old");
  EXPECT_THROW(write_file_with(folder / "x.nii.gz",
                               [](const std::filesystem::path& temporary) {
                                 EXPECT_TRUE(temporary.string().ends_with(".nii.gz"));
                                 std::ofstream(temporary) << "half";
                                 throw failure("disk full");
                               }),
               Error);
  EXPECT_EQ(read_file(folder / "x.nii.gz"), "old");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(Files, AFullDiskIsOneSentence) {
  try {
    write_file("/dev/full/x", "bytes");  // a device is no folder
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::failed);
  }
}

TEST(Files, MissingAndEmptyFiles) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW((void)read_file(folder / "none"), Error);
  EXPECT_THROW((void)read_file(folder.path()), Error);
  write_file(folder / "empty", "");
  EXPECT_EQ(read_file(folder / "empty"), "");
}

TEST(Hash, KnowsItsPublishedValue) {
  // XXH3-128 of no input with seed 0, from the xxHash specification's reference implementation
  // (xxhsum -H2).
  EXPECT_EQ(Hasher().hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, LengthsSeparateParts) {
  EXPECT_NE(Hasher().add("ab").add("c").hex(), Hasher().add("a").add("bc").hex());
  const testing::TemporaryFolder folder;
  write_file(folder / "x", "abc");
  EXPECT_EQ(hash_file(folder / "x"), Hasher().add(std::as_bytes(std::span("abc", 3))).hex());
}

}  // namespace
}  // namespace myoseg
