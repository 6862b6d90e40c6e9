// PNG and TIFF pictures: what is read, what is refused, and that no pixel size is made up.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "core/files.h"
#include "data/io/image_folder.h"
#include "data/io/image_io.h"
#include "tests/data/io/dicom/deflate_fixture.h"
#include "tests/data/io/image_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::error_of;
using testing::zlibbed;

std::string big(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(value >> static_cast<unsigned>(shift) & 255U);
  return out;
}
std::string chunk(const std::string& type, const std::string& data) {
  const std::string summed = type + data;
  return big(static_cast<std::uint32_t>(data.size())) + summed +
         big(libdeflate_crc32(0, summed.data(), summed.size()));
}

struct Png {
  std::uint32_t width = 3, height = 2;
  char bits = 8, colour = 0, interlaced = 0;
  // Rows behind the numbers of their filters.
  std::string stream = std::string("\0\1\2\3", 4) + std::string("\0\4\5\6", 4);
  std::string extra{};
  std::string packed = zlibbed(stream);
};

std::string bytes_of(const Png& p) {
  const std::string header =
      big(p.width) + big(p.height) + p.bits + p.colour + std::string("\0\0", 2) + p.interlaced;
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + p.extra + chunk("IDAT", p.packed) +
         chunk("IEND", "");
}

std::string small(std::uint32_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 255U);
  return out;
}

struct Tiff {
  std::uint32_t width = 3, height = 2, bits = 8, samples = 1, photometric = 1, format = 1, next = 0;
  std::uint32_t orientation = 1;  // rows from the top
  std::string pixels = "\1\2\3\4\5\6";
};

std::string bytes_of(const Tiff& t) {
  const std::vector<std::array<std::uint32_t, 3>> entries{
      {256, 4, t.width},       {257, 4, t.height},
      {258, 3, t.bits},        {259, 3, 1},
      {262, 3, t.photometric}, {273, 4, 8},
      {274, 3, t.orientation}, {277, 3, t.samples},
      {278, 4, t.height},      {279, 4, static_cast<std::uint32_t>(t.pixels.size())},
      {339, 3, t.format}};
  std::string out = "II" + small(42, 2) +
                    small(static_cast<std::uint32_t>(8 + t.pixels.size()), 4) + t.pixels +
                    small(static_cast<std::uint32_t>(entries.size()), 2);
  for (const auto& [tag, type, value] : entries)
    out += small(tag, 2) + small(type, 2) + small(1, 4) + small(value, 4);
  return out + small(t.next, 4);
}

class Pictures : public ::testing::Test {
 protected:
  Image read(const std::string& name, const std::string& bytes) {
    write_file(folder_ / name, bytes);
    return read_image(folder_ / name);
  }
  void refuse(const std::string& name, const std::string& bytes, const std::string& part) {
    const std::string error = error_of([&] { (void)read(name, bytes); });
    EXPECT_NE(error.find(name), std::string::npos) << error;
    EXPECT_NE(error.find(part), std::string::npos) << error;
  }
  testing::TemporaryFolder folder_;
};

const std::vector<float> kSix{1, 2, 3, 4, 5, 6};

TEST_F(Pictures, HaveNoPixelSizeAndAreSeenFromTheFront) {
  for (const auto& [name, bytes] : {std::pair<std::string, std::string>{"a.png", bytes_of(Png{})},
                                    {"a.TIF", bytes_of(Tiff{})}}) {
    const Image image = read(name, bytes);
    EXPECT_EQ(image.voxels, kSix) << name;
    EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{3, 2, 1}));
    EXPECT_EQ(image.geometry.direction, (std::array<double, 9>{1, 0, 0, 0, 0, 1, 0, -1, 0}));
    EXPECT_FALSE(image.geometry.has_pixel_size()) << name;
    EXPECT_TRUE(is_image_name(name));
    EXPECT_EQ(image_stem(name), "a");
  }
  EXPECT_EQ(list_images(folder_.path()).images.at("a").size(), 2U);
}

TEST_F(Pictures, PngOfSixteenBitsAndEveryFilter) {
  EXPECT_EQ(
      read("w.png",
           bytes_of(Png{
               .width = 1, .height = 2, .bits = 16, .stream = std::string("\0\1\2\0\xff\xfe", 6)}))
          .voxels,
      (std::vector<float>{258, 65534}));
  // The rows 10 20 30 and five times 11 22 33, filtered in every way.
  const std::string rows = std::string("\0\x0a\x14\x1e", 4) + "\1\x0b\x0b\x0b" +
                           std::string("\2\0\0\0", 4) + "\3\6\6\6" + std::string("\4\0\0\0", 4);
  const Image image = read("f.png", bytes_of(Png{.height = 5, .stream = rows}));
  for (std::size_t i = 3; i < 15; ++i) EXPECT_EQ(image.voxels[i], 11 * (1 + i % 3)) << i;
}

TEST_F(Pictures, PngOfSevenPasses) {
  // 3 x 2 pixels: pass 1 holds (0,0), pass 4 (2,0), pass 6 (1,0), pass 7 the second row.
  const std::string rows = std::string("\0\1\0\3\0\2\0\4\5\6", 10);
  EXPECT_EQ(read("i.png", bytes_of(Png{.interlaced = 1, .stream = rows})).voxels, kSix);
}

TEST_F(Pictures, PngOfSevenPassesAndSixteenBits) {
  const std::string rows = std::string("\0\1\1\0\3\1\0\2\1\0\4\1\5\1\6\1", 16);  // as above
  EXPECT_EQ(read("i.png", bytes_of(Png{.bits = 16, .interlaced = 1, .stream = rows})).voxels,
            (std::vector<float>{257, 513, 769, 1025, 1281, 1537}));
}

TEST_F(Pictures, PngOfAnyGammaKeepsWhatIsStored) {
  // Gamma, significant bits, a transparent grey, and a colour profile that is none.
  for (const std::string& extra :
       {chunk("gAMA", big(22000)), chunk("sBIT", "\4"), chunk("tRNS", std::string("\0\3", 2)),
        chunk("iCCP", "nonsense")})
    EXPECT_EQ(read("e.png", bytes_of(Png{.extra = extra})).voxels, kSix) << extra.substr(4, 4);
}

TEST_F(Pictures, ColourIsTakenWhereItIsGrey) {
  const auto rgb = [](const std::string& stream, char colour) {
    return bytes_of(Png{.width = 1, .height = 1, .colour = colour, .stream = stream});
  };
  EXPECT_EQ(read("g.png", rgb(std::string("\0\7\7\7", 4), 2)).voxels, (std::vector<float>{7}));
  EXPECT_EQ(read("g.png", rgb(std::string("\0\7\7\7\xff", 5), 6)).voxels, (std::vector<float>{7}));
  refuse("g.png", rgb(std::string("\0\7\7\6", 4), 2), "colour");
  refuse("g.png", rgb(std::string("\0\7\x80", 3), 4), "transparent");
  EXPECT_EQ(read("g.tif", bytes_of(Tiff{.width = 1,
                                        .height = 2,
                                        .bits = 8,
                                        .samples = 3,
                                        .photometric = 2,
                                        .pixels = "\7\7\7\x9\x9\x9"}))
                .voxels,
            (std::vector<float>{7, 9}));
}

TEST_F(Pictures, PngsThatLieAreRefused) {
  const std::string whole = bytes_of(Png{});
  for (const std::size_t length : {std::size_t{4}, std::size_t{20}, whole.size() - 13})
    refuse("p.png", whole.substr(0, length), length < 8 ? "is none" : "ends early");
  refuse("p.png", "", "");
  refuse("p.png", bytes_of(Png{.bits = 1}), "1 bits");
  refuse("p.png", bytes_of(Png{.colour = 3}), "palette");
  refuse("p.png", bytes_of(Png{.extra = chunk("acTL", big(2) + big(0))}), "animated");
  refuse("p.png", bytes_of(Png{.width = 2000000000, .height = 2000000000}), "no picture");
  refuse("p.png", bytes_of(Png{.width = 16000, .height = 16000}), "ends early");
  refuse("p.png", bytes_of(Png{.height = 3}), "ends early");
  refuse("p.png", bytes_of(Png{.height = 1}), "more than");
  refuse("p.png", bytes_of(Png{.stream = "\5\1\2\3\5\4\5\6"}), "damaged");
}

TEST_F(Pictures, PngsWithAWrongSumAreRefused) {
  const std::string text = chunk("tEXt", "Title"), whole = bytes_of(Png{.extra = text});
  constexpr std::size_t kHeaderEnd = 33;
  // The last byte of the header, the text, the pixels and the end.
  for (const std::size_t at :
       {kHeaderEnd - 1, kHeaderEnd + text.size() - 1, whole.size() - 13, whole.size() - 1}) {
    std::string spoilt = whole;
    spoilt[at] = static_cast<char>(spoilt[at] ^ 1);
    refuse("p.png", spoilt, "CRC error");
  }
  std::string packed = zlibbed(Png{}.stream);
  packed.back() = static_cast<char>(packed.back() ^ 1);
  refuse("p.png", bytes_of(Png{.packed = packed}), "damaged");
  refuse("p.png", bytes_of(Png{.packed = zlibbed(Png{}.stream) + "more"}), "damaged");
  refuse("p.png", bytes_of(Png{.packed = "no stream"}), "damaged");
  refuse("p.png", bytes_of(Png{.width = 0}), "damaged");
}

TEST_F(Pictures, TiffsThatLieAreRefused) {
  const std::string whole = bytes_of(Tiff{});
  refuse("p.tif", "PNG or so", "is none");
  refuse("p.tif", whole.substr(0, 40), "ends early");
  refuse("p.tif", bytes_of(Tiff{.bits = 1}), "1 bits");
  refuse("p.tif", bytes_of(Tiff{.photometric = 0}), "WhiteIsZero");
  refuse("p.tif", bytes_of(Tiff{.photometric = 3}), "palette");
  refuse("p.tif", bytes_of(Tiff{.format = 2}), "signed");
  refuse("p.tif", bytes_of(Tiff{.next = 8}), "several pages");
  refuse("p.tif", bytes_of(Tiff{.orientation = 3}), "laid out as is not read");
  refuse("p.tif", bytes_of(Tiff{.width = 4000000000, .height = 4000000000}), "no picture");
  refuse("p.tif", bytes_of(Tiff{.width = 12000, .height = 12000}), "");
}

TEST_F(Pictures, TiffOfSixteenBits) {
  EXPECT_EQ(read("w.tiff",
                 bytes_of(Tiff{.width = 1, .bits = 16, .pixels = std::string("\2\1\xfe\xff", 4)}))
                .voxels,
            (std::vector<float>{258, 65534}));
}

TEST_F(Pictures, BesideScansAreNoScans) {
  for (const char* name : {"a.png", "b.png", "a.nii.gz"}) write_file(folder_ / name, "x");
  const ImageFolder found = list_images(folder_.path());
  EXPECT_EQ(found.images.size(), 1U);
  EXPECT_EQ(found.images.at("a").size(), 1U);
  EXPECT_EQ(found.others, (std::vector<std::string>{"a.png", "b.png"}));
}

TEST_F(Pictures, LabelMapsGoRoundInThem) {
  LabelMap map;
  map.geometry.size = {3, 2, 1};
  map.voxels = {0, 1, 2, 3, 4, 255};
  for (const char* name : {"m.png", "m.tif", "M.PNG"}) {
    write_label_map(folder_ / name, map, {});
    const LabelMap back = read_label_map(folder_ / name);
    EXPECT_EQ(back.voxels, map.voxels) << name;
    EXPECT_EQ(difference(back.geometry, map.geometry), "")
        << "a picture lies on any grid of its size";
  }
  map.geometry.size = {3, 1, 2};
  EXPECT_NE(error_of([&] { write_label_map(folder_ / "n.png", map, {}); }).find("one slice"),
            std::string::npos);
  EXPECT_NE(
      error_of([&] { write_image(folder_ / "n.png", Image(map.geometry, 1)); }).find("picture"),
      std::string::npos);
}

}  // namespace
}  // namespace myoseg
