#include "train/tensorboard.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <protozero/pbf_reader.hpp>

#include "core/error.h"
#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::TemporaryFolder;

// A checksum of its own making: bit by bit, without a table.
std::uint32_t slow_masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffu;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
  }
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

template <class Number>
Number take(std::string_view& bytes) {
  Number value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

// The payloads of a TFRecord file; every checksum is verified.
std::vector<std::string> records(const std::filesystem::path& file) {
  const std::string content = read_file(file);
  std::string_view rest = content;
  std::vector<std::string> found;
  while (!rest.empty()) {
    const std::string_view length_bytes = rest.substr(0, 8);
    const auto length = take<std::uint64_t>(rest);
    EXPECT_EQ(take<std::uint32_t>(rest), slow_masked_crc(length_bytes));
    found.emplace_back(rest.substr(0, length));
    rest.remove_prefix(length);
    EXPECT_EQ(take<std::uint32_t>(rest), slow_masked_crc(found.back()));
  }
  return found;
}

struct Event {
  double time = 0;
  std::int64_t step = 0;
  std::string version;
  int session_status = 0;
  std::map<std::string, float> scalars;
};

Event parse(const std::string& bytes) {
  Event event;
  for (protozero::pbf_reader e(bytes); e.next();) {
    if (e.tag() == 1)
      event.time = e.get_double();
    else if (e.tag() == 2)
      event.step = e.get_int64();
    else if (e.tag() == 3)
      event.version = e.get_string();
    else if (e.tag() == 7) {
      for (auto log = e.get_message(); log.next(1);) event.session_status = log.get_enum();
    } else if (e.tag() == 5) {
      for (auto summary = e.get_message(); summary.next(1);) {
        std::string name;
        float number = 0;
        for (auto value = summary.get_message(); value.next();)
          value.tag() == 1 ? static_cast<void>(name = value.get_string())
                           : static_cast<void>(number = value.get_float());
        event.scalars[name] = number;
      }
    } else {
      ADD_FAILURE() << "unknown field " << e.tag();
      e.skip();
    }
  }
  return event;
}

std::filesystem::path only_file(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  EXPECT_EQ(files.size(), 1u);
  return files.front();
}

TEST(TensorBoard, ChecksumIsCastagnoli) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, B.4
}

TEST(TensorBoard, RecordsComeBack) {
  const TemporaryFolder folder;
  {
    TensorBoard board(folder.path(), 41);
    const std::vector<std::pair<std::string, double>> first = {{"loss/train", 0.5},
                                                               {"score/validation", 0.25}};
    const std::vector<std::pair<std::string, double>> second = {
        {"loss/train", 0.125}, {"score/validation", std::numeric_limits<double>::quiet_NaN()}};
    board.scalars(41, first);
    board.scalars(1'000'000'000'000, second);
  }
  const auto file = only_file(folder.path());
  EXPECT_TRUE(file.filename().string().starts_with("events.out.tfevents."));
  const auto found = records(file);
  ASSERT_EQ(found.size(), 4u);
  const Event version = parse(found[0]), start = parse(found[1]), a = parse(found[2]),
              b = parse(found[3]);
  EXPECT_EQ(version.version, "brain.Event:2");
  EXPECT_GT(version.time, 1.5e9);
  EXPECT_EQ(start.session_status, 1);
  EXPECT_EQ(start.step, 41);
  EXPECT_EQ(a.step, 41);
  EXPECT_EQ(a.scalars,
            (std::map<std::string, float>{{"loss/train", 0.5f}, {"score/validation", 0.25f}}));
  EXPECT_EQ(b.step, 1'000'000'000'000);
  EXPECT_EQ(b.scalars, (std::map<std::string, float>{{"loss/train", 0.125f}}));
}

TEST(TensorBoard, EachStartHasItsFile) {
  const TemporaryFolder folder;
  { const TensorBoard first(folder.path(), 1); }
  { const TensorBoard second(folder.path(), 5); }
  const auto files = std::distance(std::filesystem::directory_iterator(folder.path()), {});
  EXPECT_EQ(files, 2);
}

TEST(TensorBoard, UnwritableFolderIsAFailure) {
  const TemporaryFolder folder;
  try {
    const TensorBoard board(folder / "absent", 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::failed);
    EXPECT_NE(std::string(error.what()).find("absent"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace myoseg
