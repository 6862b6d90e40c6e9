// safetensors files: what is written is read, and what lies is refused.
#include "models/weights/safetensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

std::string with_length(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  return bytes + header + data;
}

class Safetensors : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder;
  std::filesystem::path file = folder / "t.safetensors";

  std::string fault_of(const std::string& bytes) {
    write_file(file, bytes);
    try {
      (void)load_tensors(file);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::bad_data);
      const std::string message = e.what();
      EXPECT_EQ(message.find(file.string()), 0u) << message;
      return message;
    }
    return "";
  }
  std::string fault(const std::string& header, std::size_t data) {
    return fault_of(with_length(header, std::string(data, '\0')));
  }
};

TEST_F(Safetensors, RoundTripKeepsTypesShapesOrderAndMetadata) {
  TensorFile content;
  content.metadata = {{"config", "model:\n  name: unet\n"}, {"quote\"", "\xc3\xa4"}};
  content.tensors = {{"b", at::arange(7, at::kByte)},
                     {"a/x", at::arange(24, at::kFloat).view({2, 3, 4})},
                     {"n", at::scalar_tensor(12345678901, at::kLong)},
                     {"h", at::arange(5, at::kHalf)},
                     {"bf", at::arange(5, at::kBFloat16)},
                     {"d", at::arange(3, at::kDouble) / 3},
                     {"i", at::arange(3, at::kInt)},
                     {"flag", at::tensor(std::vector<std::int64_t>{1, 0, 1}).to(at::kBool)},
                     {"none", at::empty({0, 4})}};
  save_tensors(file, content);
  const TensorFile read = load_tensors(file);
  EXPECT_EQ(read.metadata, content.metadata);
  ASSERT_EQ(read.tensors.size(), content.tensors.size());
  for (std::size_t i = 0; i < read.tensors.size(); ++i) {
    EXPECT_EQ(read.tensors[i].first, content.tensors[i].first);
    EXPECT_EQ(read.tensors[i].second.scalar_type(), content.tensors[i].second.scalar_type());
    EXPECT_TRUE(at::equal(read.tensors[i].second, content.tensors[i].second))
        << read.tensors[i].first;
  }
  EXPECT_NE(read.find("a/x"), nullptr);
  EXPECT_EQ(read.find("a"), nullptr);
}

TEST_F(Safetensors, StoresInRowMajorOrderWhateverTheLayout) {
  const at::Tensor x = at::arange(24, at::kFloat).view({1, 2, 3, 4});
  save_tensors(
      file, {{{"x", x.contiguous(at::MemoryFormat::ChannelsLast)}, {"t", x.view({6, 4}).t()}}, {}});
  const TensorFile read = load_tensors(file);
  EXPECT_TRUE(at::equal(read.tensors[0].second, x));
  EXPECT_TRUE(at::equal(read.tensors[1].second, x.view({6, 4}).t()));
}

TEST_F(Safetensors, WritesTheBytesTheFormatAsksFor) {
  save_tensors(file, {{{"x", at::arange(2, at::kByte)}, {"y", at::ones({1})}}, {}});
  const std::string bytes = read_file(file);
  const auto length = static_cast<unsigned char>(bytes[0]);
  EXPECT_EQ(length % 8, 0);
  const std::string header = bytes.substr(8, length);
  EXPECT_EQ(
      header.find(
          R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"y":{"dtype":"F32","shape":[1],)"
          R"("data_offsets":[0,4]}})"),
      0u)
      << header;
  EXPECT_EQ(bytes.substr(8 + length), std::string("\0\0\x80\x3f\0\1", 6));
}

TEST_F(Safetensors, ReadsAFileMadeByHand) {
  write_file(file, with_length(R"({"w":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}})",
                               std::string("\1\0\0\0\xff\xff\xff\xff", 8)));
  const TensorFile read = load_tensors(file);
  EXPECT_TRUE(
      at::equal(read.tensors.at(0).second, at::tensor(std::vector<int>{1, -1}).to(at::kInt)));
}

TEST_F(Safetensors, RefusesWhatLiesAboutItself) {
  EXPECT_NE(fault_of("").find("too few"), std::string::npos);
  EXPECT_NE(fault_of("1234567").find("too few"), std::string::npos);
  EXPECT_NE(fault_of(std::string(8, '\xff') + "{}").find("claims a header"), std::string::npos);
  EXPECT_NE(fault_of(std::string("\x40\0\0\0\0\0\0\0{}", 10))
                .find("claims a header of 64 bytes in a file of 10"),
            std::string::npos);
  EXPECT_NE(fault("{\"a\":", 0).find("no JSON"), std::string::npos);
  EXPECT_NE(fault("[]", 0).find("no map"), std::string::npos);
  EXPECT_NE(fault(R"({"a":3})", 0).find("not by a map"), std::string::npos);
  EXPECT_NE(fault(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4).find("no 'dtype'"),
            std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", 1).find("'F8_E4M3'"),
      std::string::npos);
  EXPECT_NE(fault(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4).find("no list 'shape'"),
            std::string::npos);
  EXPECT_NE(fault(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4).find("-1"),
            std::string::npos);
  EXPECT_NE(fault(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4).find("1.5"),
            std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4).find("do not fill"),
      std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4).find("data_offsets"),
      std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4).find("data_offsets"),
      std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4).find("incomplete"),
      std::string::npos);
  // 2^62 * 4 bytes wraps round to 0; an empty dimension must not hide it.
  EXPECT_NE(fault(R"({"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}})", 0)
                .find("do not fill"),
            std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"F32","shape":[18446744073709551615,0],"data_offsets":[0,0]}})", 0)
          .find("do not fill"),
      std::string::npos);
  EXPECT_NE(fault(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                  R"("b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]}})",
                  5)
                .find("neither overlap"),
            std::string::npos);
  EXPECT_NE(fault(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2).find("gaps"),
            std::string::npos);
  EXPECT_NE(
      fault(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 3).find("last 2 bytes"),
      std::string::npos);
  EXPECT_NE(fault(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                  R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                  0)
                .find("'a' twice"),
            std::string::npos);
  EXPECT_NE(fault(R"({"__metadata__":{"a":1}})", 0).find("no text"), std::string::npos);
  EXPECT_NE(fault(std::string(R"({"a":)") + std::string(100000, '['), 0).find("too deeply"),
            std::string::npos);
  EXPECT_NE(
      fault_of(with_length(R"({"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}})", "\2"))
          .find("BOOL"),
      std::string::npos);
}

TEST_F(Safetensors, RefusesEveryTruncation) {
  save_tensors(
      file, {{{"x", at::arange(20, at::kFloat)}, {"y", at::arange(3, at::kByte)}}, {{"k", "v"}}});
  const std::string whole = read_file(file);
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_NE(fault_of(whole.substr(0, n)), "") << n;
  EXPECT_EQ(fault_of(whole), "");
}

TEST_F(Safetensors, RefusesToWriteWhatItCouldNotRead) {
  EXPECT_THROW(save_tensors(file, {{{"c", at::zeros({2}, at::kComplexFloat)}}, {}}), Error);
  EXPECT_THROW(save_tensors(file, {{{"a", at::zeros({2})}, {"a", at::zeros({2})}}, {}}), Error);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace myoseg
