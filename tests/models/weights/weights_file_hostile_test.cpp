// Files that are no weights, lie about themselves or attack: one sentence each, nothing executed.
#include "models/weights/weights_file.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "tests/models/weights/weights_samples.h"
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

// A state {"w": value} or {"w": value, more} in the oldest format, with two floats, 1 and 2, as
// storage "0".
std::string state_of(const std::string& value, const std::string& more = "",
                     const std::string& machine = "}") {
  const std::string start("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  const std::string rest(
      "]U\1"
      "0a.\2\0\0\0\0\0\0\0\0\0\x80\x3f\0\0\0\x40",
      22);
  return start + "M\xe9\x03." + machine + ".}U\1w" + value + "s" + more + "." + rest;
}
std::string rebuilt(const std::string& function, const std::string& last_arguments,
                    const std::string& storage = "FloatStorage") {
  return "ctorch._utils\n" + function + "\n((U\7storagectorch\n" + storage +
         "\nU\1"
         "0U\3cpuK\2NtQ" +
         std::string("K\0K\2\x85K\1\x85\x89", 9) + "}" + last_arguments + "tR";
}

TEST(HostileWeights, ViewsAreHonouredOrRefused) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "views.pth";
  const auto read = [&](const std::string& value) {
    write_file(file, state_of(value));
    return *read_weights(file).find("w");
  };
  const at::Tensor w = at::arange(2, at::kFloat) + 1;
  const std::string v2 = "_rebuild_tensor_v2", neg = "}U\3neg\x88s", off = "}U\3neg\x89s";
  EXPECT_TRUE(at::equal(read(rebuilt(v2, "")), w));
  EXPECT_TRUE(at::equal(read(rebuilt(v2, "N")), w));
  EXPECT_TRUE(at::equal(read(rebuilt(v2, neg)), -w));
  EXPECT_TRUE(at::equal(read(rebuilt(v2, off)), w));
  EXPECT_TRUE(at::equal(read(rebuilt(v2, "}U\4conj\x88s")), w));
  const std::string v3 = "_rebuild_tensor_v3", type = "ctorch\nfloat32\n";
  EXPECT_TRUE(at::equal(read(rebuilt(v3, type)), w));
  EXPECT_TRUE(at::equal(read(rebuilt(v3, type + neg)), -w));
  const auto fault = [&](const std::string& value) {
    write_file(file, state_of(value));
    return fault_of(file);
  };
  for (const std::string& value :
       {rebuilt(v2, "}U\4zero\x88s"), rebuilt(v2, "}U\3negK\1s"), rebuilt(v2, "K\1"),
        rebuilt(v3, "ctorch\nfloat8_e5m2\n"), rebuilt(v2, "", "UntypedStorage"),
        rebuilt("_rebuild_sparse_tensor", ""), rebuilt("_rebuild_qtensor", "")})
    EXPECT_NE(fault(value).find("'w' is a tensor of a kind that cannot be held"), std::string::npos)
        << fault(value);
  // A size beyond 64 bits is no 0.
  const std::string huge("\x8a\x09\0\0\0\0\0\0\0\0\1", 11);
  std::string value = rebuilt(v2, "");
  value.replace(value.find("K\2\x85"), 2, huge);
  EXPECT_NE(fault(value).find("no whole tensor"), std::string::npos) << fault(value);
}

TEST(HostileWeights, OneThatCannotBeHeldBlocksNoOther) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "mixed.pth";
  write_file(file, state_of(rebuilt("_rebuild_tensor_v2", ""),
                            "U\1x" + rebuilt("_rebuild_sparse_tensor", "") + "s"));
  EXPECT_NE(fault_of(file).find("'x'"), std::string::npos);
  Unheld unheld;
  const WeightsFile read = read_weights(file, &unheld);
  ASSERT_EQ(read.tensors.size(), 1U);
  EXPECT_EQ(read.tensors[0].first, "w");
  EXPECT_EQ(unheld, Unheld{"'x' (torch._utils._rebuild_sparse_tensor)"});
}

TEST(HostileWeights, ADictReachedTwiceIsThereTwice) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "twice.pth";
  const std::string tensor = rebuilt("_rebuild_tensor_v2", "");
  write_file(file, state_of("}q\1U\1a" + tensor + "s", "U\1vh\1sU\1l]" + tensor + "as"));
  const WeightsFile read = read_weights(file);
  ASSERT_EQ(read.tensors.size(), 3U);
  EXPECT_EQ(read.tensors[0].first, "w.a");
  EXPECT_EQ(read.tensors[1].first, "v.a");
  EXPECT_EQ(read.tensors[2].first, "l.0");
  write_file(file, state_of(tensor, "U\1w" + tensor + "s"));
  EXPECT_NE(fault_of(file).find("two tensors in it are named 'w'"), std::string::npos);
  // Dicts that double forty times.
  std::string doubling = "}q" + std::string(1, '\0') + "U\1a" + tensor + "s";
  for (char i = 1; i <= 40; ++i)
    doubling += std::string("0}q") + i + "U\1ah" + char(i - 1) + "sU\1bh" + char(i - 1) + "s";
  write_file(file, state_of(doubling));
  EXPECT_NE(fault_of(file).find("without end"), std::string::npos);
}

TEST(HostileWeights, OnlyListedNamesArePassed) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "names.pth";
  const auto fault = [&](const std::string& more) {
    write_file(file, state_of(rebuilt("_rebuild_tensor_v2", ""), "U\1x" + more + "s"));
    return fault_of(file);
  };
  for (const std::string name :
       {"builtins\ngetattr", "pickle\nloads", "torch\nload", "torch.hub\nload", "code\ninteract",
        "torch.storage\n_load_from_bytes", "numpy.testing\nrunstring", "mine\nrun",
        "torch.nn.functional\nrelu"})
    EXPECT_NE(fault("c" + name + "\n)R").find("to run"), std::string::npos) << name;
  EXPECT_NE(fault("cos\nsystem\n").find("'os.system'"), std::string::npos);  // kept, not called
  EXPECT_NE(fault("cfunctools\npartial\ncos\nsystem\n\x85R").find("'os.system'"),
            std::string::npos);
  EXPECT_NE(fault("ccollections\nOrderedDict\n)R)R").find("another call"), std::string::npos);
  for (const std::string fine :
       {"ccollections\nOrderedDict\n)R", "cargparse\nNamespace\n)\x81}b", "cmine\nNet\n)\x81}b",
        "ctorch\nfloat32\n", "ctorch.nn.modules.batchnorm\nBatchNorm2d\n"})
    EXPECT_EQ(fault(fine), "") << fine;
}

TEST(HostileWeights, TheOldestFormatsOfOtherMachinesAreRefused) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder / "big.pth";
  write_file(file, state_of(rebuilt("_rebuild_tensor_v2", ""), "", "}U\x0dlittle_endian\x89s"));
  EXPECT_NE(fault_of(file).find("another byte order"), std::string::npos);
  write_file(file, std::string(257, 'x') + "ustar");
  EXPECT_NE(fault_of(file).find("tar archive"), std::string::npos);
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
