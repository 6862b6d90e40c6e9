// Files that are no weights, lie about themselves or attack: one sentence each, nothing executed.
#include "models/weights_file.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "tests/models/weights_samples.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::fault_of;
using testing::sample;

// Without write_file's wait for the disk.
void write_fast(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

TEST(HostileWeights, ExecutesNothing) {
  const testing::TemporaryFolder folder;
  fs::remove("executed");
  EXPECT_NE(fault_of(sample("evil_system.pt")).find("'posix.system'"), std::string::npos);
  EXPECT_NE(fault_of(sample("evil_eval.pth")).find("'__builtin__.eval'"), std::string::npos);
  EXPECT_FALSE(fs::exists("executed"));
}

TEST(HostileWeights, SaysWhatAFileIsInsteadOfWeights) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "model.pth";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "is empty"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "Git LFS pointer"},
      {"<!DOCTYPE html><html></html>", "web page"},
      {std::string("\x80\x04K\x01."), "is a pickle, but none of torch.save"},
      {std::string("\x89HDF\r\n\x1a\n"), "HDF5"},
      {"PK\x03\x04 and then nothing", "no directory"},
      {"just some text", "neither a safetensors file nor one of torch.save"}};
  for (const auto& [bytes, expected] : cases) {
    write_file(file, bytes);
    EXPECT_NE(fault_of(file).find(expected), std::string::npos) << fault_of(file);
  }
  EXPECT_NE(fault_of(folder.path()).find("is a folder"), std::string::npos);
  EXPECT_THROW((void)read_weights(folder / "absent.pt"), Error);
}

TEST(HostileWeights, RefusesEveryTruncation) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "cut.pt";
  for (const char* name : {"state_dict.pt", "legacy.pth"}) {
    const std::string whole = read_file(sample(name));
    for (std::size_t n = 0; n < whole.size(); n += 23) {
      write_fast(file, whole.substr(0, n));
      EXPECT_NE(fault_of(file), "") << name << " " << n;
    }
  }
}

// What a legacy file of one float tensor "w" says of its storage and itself.
std::string legacy_of(const std::string& numbers, const std::string& arguments) {
  const std::string magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  const std::string protocol("\x80\x02M\xe9\x03.", 6), system("\x80\x02}.", 4);
  const std::string state =
      "\x80\x02}U\x01wctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\n"
      "FloatStorage\nU\x01"
      "0U\x03"
      "cpu" +
      numbers + "NtQ" + arguments + "\x89NtRs.";
  const std::string keys(
      "\x80\x02]U\x01"
      "0a.",
      8);
  return magic + protocol + system + state + keys;
}

TEST(HostileWeights, AllocatesNothingThatAFileOnlyClaims) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "lies.pth";
  const std::string two("\2\0\0\0\0\0\0\0", 8), data("\0\0\x80\x3f\0\0\0\x40", 8);
  const auto fault = [&](const std::string& numbers, const std::string& arguments) {
    write_file(file, legacy_of(numbers, arguments) + two + data);
    return fault_of(file);
  };
  const std::string huge("\x8a\x08\0\0\0\0\0\0\0\x40", 10);  // 2^62
  // The honest one: offset 0, size (2,), stride (1,).
  write_file(file, legacy_of("K\2", std::string("K\0K\2\x85K\1\x85", 8)) + two + data);
  EXPECT_TRUE(at::equal(*read_weights(file).find("w"), at::arange(2, at::kFloat) + 1));

  EXPECT_NE(fault(huge, std::string("K\0K\2\x85K\1\x85", 8)).find("ends within"),
            std::string::npos);
  EXPECT_NE(fault("K\2", std::string("K\1K\2\x85K\1\x85", 8)).find("reaches outside the 2 numbers"),
            std::string::npos);
  EXPECT_NE(fault("K\2", std::string("K\0K\2\x85K\2\x85", 8)).find("reaches outside"),
            std::string::npos);
  // A stride of 0 would make any size fit into two numbers.
  EXPECT_NE(fault("K\2", std::string("K\0", 2) + huge + std::string("\x85K\0\x85", 4))
                .find("reaches outside"),
            std::string::npos);
  EXPECT_NE(fault("K\2", std::string("K\0", 2) + huge + huge + std::string("\x86K\0K\0\x86", 6))
                .find("reaches outside"),
            std::string::npos);
  EXPECT_NE(fault("K\2", std::string("J\xff\xff\xff\xffK\2\x85K\1\x85", 11)).find("outside"),
            std::string::npos);
  EXPECT_NE(fault("K\2", std::string("K\0K\2\x85)", 6)).find("no whole tensor"), std::string::npos);
}

TEST(HostileWeights, SurvivesNestingCyclesAndNonsense) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "odd.pth";
  const std::string start("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  const std::string two = start + "K\1.K\1.";
  std::string deep = two;
  for (int i = 0; i < 200000; ++i) deep += "]";
  for (int i = 0; i < 199999; ++i) deep += "a";
  write_file(file, deep + ".].");
  EXPECT_NE(fault_of(file).find("no state dict"), std::string::npos);
  std::string dicts = two + "}";
  for (int i = 0; i < 100000; ++i) dicts += "U\1k}";
  for (int i = 0; i < 100000; ++i) dicts += "s";
  write_file(file, dicts + ".].");
  EXPECT_NE(fault_of(file).find("no state dict"), std::string::npos);
  // A dict whose entries, by ten names, are the dict itself; also under the name of a state dict.
  std::string cycle = two + "}q" + std::string(1, '\0');
  for (char c = '0'; c <= '9'; ++c)
    cycle += std::string("U\1") + c + "h" + std::string(1, '\0') + "s";
  cycle += "U\nstate_dicth" + std::string(1, '\0') + "s";
  write_file(file, cycle + ".].");
  EXPECT_NE(fault_of(file).find("no state dict"), std::string::npos);
  // A call that is its own argument.
  const std::string wrap = "ctorch._utils\n_rebuild_parameter\n]q" + std::string(1, '\1') + "Rq" +
                           std::string(1, '\0') + "h" + std::string(1, '\1') + "h" +
                           std::string(1, '\0') + "a0";
  write_file(file, two + wrap + ".].");
  EXPECT_NE(fault_of(file).find("parameters of parameters"), std::string::npos);
  for (const char* nonsense : {"0.", "R.", "h\5.", "\x85.", "t.", "(t", "u.", "X\xff\xff\xff\x7f.",
                               "\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", "Ix\n.", "\xff.", "o."}) {
    write_file(file, two + nonsense + "].");
    EXPECT_NE(fault_of(file).find("the pickle"), std::string::npos) << nonsense;
  }
}

// Thousands of files with a few bytes changed: each is read or refused, none crashes, and none asks
// for more memory than a small multiple of its size (an address-sanitizer run of this test tells).
TEST(HostileWeights, SurvivesDamage) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "damaged";
  save_tensors(
      folder / "s.safetensors",
      {{{"x", at::arange(20, at::kFloat)}, {"y", at::arange(3, at::kByte)}}, {{"k", "v"}}});
  const std::vector<fs::path> originals{sample("state_dict.pt"), sample("legacy.pth"),
                                        sample("kinds.pt"), sample("nested.pth"),
                                        folder / "s.safetensors"};
  constexpr int kPerFile = 500;
  std::size_t refused = 0;
  for (const fs::path& original : originals) {
    const std::string whole = read_file(original);
    for (int i = 0; i < kPerFile; ++i) {
      Random random(7, "damage " + original.filename().string(), {static_cast<std::uint64_t>(i)});
      std::string bytes = whole;
      const auto changes = 1 + static_cast<int>(random.uniform(0, 4));
      for (int c = 0; c < changes; ++c)
        bytes[static_cast<std::size_t>(random.uniform(0, static_cast<double>(bytes.size())))] =
            static_cast<char>(random.uniform(0, 256));
      write_fast(file, bytes);
      try {
        const WeightsFile read = read_weights(file);
        std::size_t numbers = 0;
        for (const auto& [name, tensor] : read.tensors) numbers += tensor.numel();
        EXPECT_LT(numbers, 100 * whole.size());
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, originals.size() * kPerFile / 10);
}

}  // namespace
}  // namespace myoseg
