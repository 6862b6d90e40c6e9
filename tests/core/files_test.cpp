#include "core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

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

TEST(Files, WritesThroughLinks) {
  const testing::TemporaryFolder folder;
  write_file(folder / "deep/real", "old");
  std::filesystem::create_symlink("deep/real", folder / "link");
  std::filesystem::create_symlink("link", folder / "second");
  write_file(folder / "second", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "second"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "deep/real"), "new");
  std::filesystem::create_symlink("not/there", folder / "dangling");
  write_file(folder / "dangling", "made");
  EXPECT_EQ(read_file(folder / "not/there"), "made");
}

TEST(Files, ReplacesNothingButFiles) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "dir");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0666), 0);
  std::filesystem::create_symlink("circle", folder / "circle");
  std::filesystem::create_symlink("pipe", folder / "to_pipe");
  for (const char* name : {"dir", "pipe", "circle", "to_pipe"})
    EXPECT_THROW(write_file(folder / name, "x"), Error) << name;
  EXPECT_THROW(write_file("/dev/null", "x"), Error);
  EXPECT_TRUE(std::filesystem::is_fifo(folder / "pipe"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(Files, AnInputIsNoOutput) {
  const testing::TemporaryFolder folder;
  write_file(folder / "a/in.csv", "x");
  std::filesystem::create_symlink("a", folder / "b");
  std::filesystem::create_hard_link(folder / "a/in.csv", folder / "hard");
  const std::vector<std::filesystem::path> inputs{folder / "a/in.csv", folder / "missing"};
  const auto refused = [&](const std::filesystem::path& output) {
    try {
      keep_inputs(inputs, {{output}});
      return false;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_usage);
      return true;
    }
  };
  EXPECT_TRUE(refused(folder / "a/in.csv"));
  EXPECT_TRUE(refused(folder / "a/../b/./in.csv"));
  EXPECT_TRUE(refused(folder / "hard"));
  EXPECT_FALSE(refused(folder / "a/out.csv"));
  EXPECT_FALSE(refused(folder / "missing"));
}

TEST(Files, NamesAsLongAsTheSystemAllows) {
  const testing::TemporaryFolder folder;
  const std::string name = std::string(248, 'n') + ".nii.gz";
  write_file(folder / name, "x");
  EXPECT_EQ(read_file(folder / name), "x");
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
