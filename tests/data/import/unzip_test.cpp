#include "data/import/unzip.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/error.h"
#include "core/files.h"
#include "data/import/archive.h"
#include "tests/data/io/dicom/dicom_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::number;

std::uint32_t crc32(const std::string& text) {
  std::uint32_t sum = 0xFFFFFFFF;
  for (const char c : text) {
    sum ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320 : 0);
  }
  return ~sum;
}

// Of files as they are (method 0) or in one deflate block without compression (method 8).
std::string zip(const std::vector<std::pair<std::string, std::string>>& files, int method = 0) {
  std::string body, directory;
  for (const auto& [name, content] : files) {
    const auto size = static_cast<std::uint32_t>(content.size());
    const std::string packed =
        method == 0 ? content : '\1' + number(size, 2) + number(~size & 0xFFFF, 2) + content;
    const std::string sizes = number(crc32(content), 4) +
                              number(static_cast<std::uint32_t>(packed.size()), 4) +
                              number(size, 4);
    const std::string common =
        number(20, 2) + number(0, 2) + number(static_cast<std::uint32_t>(method), 2) +
        number(0, 4) + sizes + number(static_cast<std::uint32_t>(name.size()), 2) + number(0, 2);
    directory += "PK\1\2" + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) +
                 number(0, 4) + number(static_cast<std::uint32_t>(body.size()), 4) + name;
    body += "PK\3\4" + common + name + packed;
  }
  const auto count = static_cast<std::uint32_t>(files.size());
  return body + directory + "PK\5\6" + number(0, 4) + number(count, 2) + number(count, 2) +
         number(static_cast<std::uint32_t>(directory.size()), 4) +
         number(static_cast<std::uint32_t>(body.size()), 4) + number(0, 2);
}

class Unzip : public ::testing::Test {
 protected:
  std::string error_of(const std::string& bytes) {
    write_file(folder_ / "a.zip", bytes);
    try {
      unzip(folder_ / "a.zip", folder_ / "out");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
    return "no error";
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Unzip, FilesInFolders) {
  for (const int method : {0, 8}) {
    EXPECT_EQ(error_of(zip({{"study/", ""}, {"study/a", "hello"}, {"b", ""}}, method)), "no error");
    EXPECT_TRUE(is_zip(folder_ / "a.zip"));
    EXPECT_EQ(read_file(folder_ / "out/study/a"), "hello");
    EXPECT_EQ(read_file(folder_ / "out/b"), "");
  }
}

TEST_F(Unzip, WhatIsDamagedOrLeadsOutIsRefused) {
  const std::string good = zip({{"a", "hello, hello"}});
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(error_of(good.substr(0, size)), "no error") << size;
  std::string flipped = good;
  flipped[good.find("hello")] = 'j';
  EXPECT_NE(error_of(flipped).find("damaged"), std::string::npos);
  for (const char* name : {"../x", "/x", "a/../../x"})
    EXPECT_NE(error_of(zip({{name, "x"}})).find("leads out"), std::string::npos) << name;
  EXPECT_NE(error_of(zip({{"a", "x"}}, 12)).find("method 12"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "x"));
}

TEST_F(Unzip, AnExportInAnArchiveIsRead) {
  write_file(folder_ / "in/export.zip", zip({{"p/s/1", testing::dicom_file({.z = 0})},
                                             {"p/s/2", testing::dicom_file({.z = 1})}}));
  const Scratch scratch(folder_ / "ds");
  struct stat status {};
  ASSERT_EQ(::stat(scratch.folder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  const Archive archive = read_archive(folder_ / "in", scratch.folder());
  ASSERT_EQ(archive.series.size(), 1U);
  EXPECT_EQ(archive.series[0].files.size(), 2U);
}

}  // namespace
}  // namespace myoseg
