// What stored numbers mean, by PS3.3 and PS3.5: every value here is computed by hand.
#include <gtest/gtest.h>

#include "tests/data/io/dicom/dicom_fixture.h"

namespace myoseg {
namespace {

using testing::DicomSlice;
using testing::number;

class DicomValues : public testing::DicomFolder {
 protected:
  // The first values of the one slice in the folder.
  std::vector<float> first(std::size_t count, const DicomSlice& slice) {
    add("one", slice);
    std::vector<float> values = read_image(folder_.path()).voxels;
    EXPECT_EQ(values.size(), 12U);
    values.resize(count);
    return values;
  }
  void expect_refused(const DicomSlice& slice, const std::string& part) {
    add("one", slice);
    expect_error(part);
  }
  // Twelve pixels that begin with `some`.
  static std::vector<std::uint32_t> pixels(std::vector<std::uint32_t> some) {
    some.resize(12);
    return some;
  }
};

using Values = std::vector<float>;

TEST_F(DicomValues, MonochromeOneOfAScanIsNotInverted) {
  for (const char* modality : {"CT", "MR", "PT"})
    EXPECT_EQ(first(2, {.modality = modality, .photometric = "MONOCHROME1", .first = 100}),
              (Values{-824, -822}))
        << modality;
}

TEST_F(DicomValues, MonochromeOneOfARadiographIs) {
  const DicomSlice slice{.modality = "DX",
                         .photometric = "MONOCHROME1",
                         .stored = 12,
                         .is_signed = 0,
                         .first = 100,
                         .intercept = "",
                         .slope = ""};
  EXPECT_EQ(first(2, slice), (Values{3995, 3994}));
}

TEST_F(DicomValues, HighBitAndOverlaysInUnusedBits) {
  const auto raw = pixels({0xABC5, 0x7FF0});
  EXPECT_EQ(first(2, {.stored = 12, .is_signed = 0, .high = 15, .raw = raw, .slope = "1"}),
            (Values{0xABC - 1024, 0x7FF - 1024}));
  EXPECT_EQ(first(2, {.stored = 12, .is_signed = 0, .raw = raw, .slope = "1"}),
            (Values{0xBC5 - 1024, 0xFF0 - 1024}));
  EXPECT_EQ(first(2, {.stored = 12, .is_signed = 1, .raw = raw, .slope = "1"}),
            (Values{0xBC5 - 4096 - 1024, 0xFF0 - 4096 - 1024}));
  EXPECT_EQ(first(2, {.stored = 12, .is_signed = 1, .high = 15, .raw = raw, .slope = "1"}),
            (Values{0xABC - 4096 - 1024, 0x7FF - 1024}));
  EXPECT_EQ(first(2, {.stored = 12, .is_signed = 0, .high = 13, .raw = raw, .slope = "1"}),
            (Values{(0xABC5 >> 2 & 0xFFF) - 1024, (0x7FF0 >> 2 & 0xFFF) - 1024}));
}

TEST_F(DicomValues, EveryWidthSignAndByteOrder) {
  for (const int bits : {8, 16, 32})
    for (const bool big : {false, true}) {
      const DicomSlice slice{.allocated = bits,
                             .stored = bits,
                             .is_signed = 1,
                             .raw = pixels({7, 0xFFFFFFFE}),
                             .intercept = "0.5",
                             .slope = "1",
                             .big_endian = big};
      if (bits == 8 && big) continue;  // see below
      EXPECT_EQ(first(2, slice), (Values{7.5, -1.5})) << bits << big;
    }
}

TEST_F(DicomValues, BytesInBigEndianWordsChangePlaces) {  // PS3.5, 8.1.1 and annex A.3
  EXPECT_EQ(first(2, {.allocated = 8,
                      .stored = 8,
                      .is_signed = 0,
                      .raw = pixels({1, 2}),
                      .intercept = "0",
                      .slope = "1",
                      .big_endian = true}),
            (Values{2, 1}));
}

TEST_F(DicomValues, ContradictoryHeadersAreRefused) {
  expect_refused({.stored = 12, .high = 10}, "12 bits stored of 16 allocated, the highest is 10");
  expect_refused({.stored = 17}, "17 bits stored");
  expect_refused({.stored = 0, .high = 0}, "0 bits stored");
  expect_refused({.stored = 12, .high = 16}, "the highest is 16");
  expect_refused({.is_signed = 2}, "Pixel Representation is 2");
  expect_refused({.allocated = 24, .stored = 12}, "takes 24 bits per pixel");
  expect_refused({.photometric = "PALETTE COLOR"}, "of kind 'PALETTE COLOR'");
}

TEST_F(DicomValues, TablesAreRefused) {
  expect_refused({.modality_lut = true}, "Modality LUT");
  expect_refused({.intercept = "", .slope = "", .modality_lut = true}, "Modality LUT");
}

TEST_F(DicomValues, UnitsOfACt) {
  EXPECT_EQ(first(1, {.first = 500, .rescale_type = "HU"}), (Values{-24}));
  expect_refused({.rescale_type = "US"}, "in 'US' (Rescale Type), not in Hounsfield units");
  EXPECT_EQ(first(1, {.first = 5, .intercept = "0", .slope = "1", .rescale_type = "US"}),
            (Values{5}));
  expect_refused({.rescale_type = "Z_EFF"}, "'Z_EFF'");
  expect_refused({.intercept = "", .slope = ""}, "a CT without Rescale Slope and Intercept");
  // Other scans have units of their own, or none.
  EXPECT_EQ(first(1, {.modality = "MR", .first = 5, .intercept = "", .slope = ""}), (Values{5}));
  EXPECT_EQ(first(1, {.modality = "MR", .first = 5, .rescale_type = "US"}), (Values{-1014}));
}

// GDCM reads the rescale of some classes only; a secondary capture's or an MR's is no less meant.
TEST_F(DicomValues, TheInterceptOfEveryClassCounts) {
  for (const char* sop : {"1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.4", "1.2.3.4"})
    EXPECT_EQ(first(1, {.sop_class = sop, .first = 500}), (Values{-24})) << sop;
}

TEST_F(DicomValues, HalfARescaleIsRefused) {
  expect_refused({.intercept = ""}, "its Rescale Intercept ''");
  expect_refused({.slope = ""}, "its Rescale Slope is ''");
  expect_refused({.slope = "0"}, "its Rescale Slope is '0'");
  expect_refused({.intercept = "-1,024"}, "'-1,024'");
  expect_refused({.slope = "1\\2"}, "'1\\2'");
  expect_refused({.modality = "PT", .slope = "nan"}, "'nan'");
  EXPECT_EQ(first(1, {.intercept = " -1.024E+3 ", .slope = "+1.0"}), (Values{-1024}));
}

// Streams of 4 x 3 pixels: enough of a header to be held against the file's.
std::string big(std::uint32_t value, std::size_t bytes) { return number(value, bytes, true); }
std::string jpeg(std::uint32_t rows, std::uint32_t columns, std::uint32_t bits,
                 std::uint32_t n = 1) {
  return "\xFF\xD8\xFF\xC3" + big(8 + 3 * n, 2) + big(bits, 1) + big(rows, 2) + big(columns, 2) +
         big(n, 1) + std::string(3 * n, '\1') + "\xFF\xD9";
}
std::string jpeg2000(std::uint32_t rows, std::uint32_t columns, std::uint32_t depth) {
  return "\xFF\x4F\xFF\x51" + big(41, 2) + big(0, 2) + big(columns, 4) + big(rows, 4) + big(0, 8) +
         big(columns, 4) + big(rows, 4) + big(0, 8) + big(1, 2) + big(depth, 1) + "\1\1" +
         "\xFF\xD9";
}
DicomSlice compressed(const std::string& stream, const std::string& syntax = "4.70") {
  return {.is_signed = 0, .syntax = "1.2.840.10008.1.2." + syntax, .fragments = {stream}};
}

TEST_F(DicomValues, CompressedPixelsAreHeldAgainstTheHeader) {
  for (const auto& [rows, columns] : {std::pair{6, 4}, {3, 2}, {2000, 4}}) {
    const auto r = static_cast<std::uint32_t>(rows), c = static_cast<std::uint32_t>(columns);
    const std::string part = fmt::format("its compressed pixels are {} x {} of 1", r, c);
    expect_refused(compressed(jpeg(r, c, 16)), part);
    expect_refused(compressed(jpeg2000(r, c, 15), "4.90"), part);
  }
  expect_refused(compressed(jpeg(3, 4, 16, 3)), "are 3 x 4 of 3");
  expect_refused(compressed(jpeg(3, 4, 8)), "its compressed pixels have 8 bits");
  expect_refused(compressed(jpeg2000(3, 4, 0x80 | 15), "4.90"), "have 16 bits, signed");
  DicomSlice few = compressed(jpeg(3, 4, 12));
  few.is_signed = 1;
  expect_refused(few, "its compressed pixels have 12 bits");
}

TEST_F(DicomValues, CompressedPixelsThatEndEarly) {
  std::string cut = jpeg(3, 4, 16);
  cut.resize(cut.size() - 2);
  expect_refused(compressed(cut), "damaged or end early");
  expect_refused(compressed(jpeg(3, 4, 16)), "damaged or cannot be decoded");  // no scan inside
  expect_refused(compressed("\xFF\xD8\xFF\xD9"), "damaged or end early");
  expect_refused(compressed("what is this?"), "compressed in a way that is not read");
}

TEST_F(DicomValues, MoreCompressedFramesThanTheHeaderSays) {
  DicomSlice slice = compressed(jpeg(3, 4, 16));
  slice.fragments.push_back(slice.fragments[0]);
  expect_refused(slice, "its header says 1 frames but it holds 2");
}

// Two byte planes of 12 pixels (PS3.5 annex G): high bytes 2, low bytes 0..11.
std::string run_lengths() {
  std::string low("\x0B", 1);
  for (char i = 0; i < 12; ++i) low += i;
  std::string head = number(2, 4) + number(64, 4) + number(66, 4);
  head.resize(64, '\0');
  return head + "\xF5\x02" + low;
}

TEST_F(DicomValues, RunLengths) {
  EXPECT_EQ(first(2, compressed(run_lengths(), "5")), (Values{2 * 512 - 1024, 2 * 513 - 1024}));
  std::string cut = run_lengths();
  cut.resize(cut.size() - 3);
  expect_refused(compressed(cut, "5"), "are not the 3 x 4 of 16 bits");
  DicomSlice taller = compressed(run_lengths(), "5");
  taller.rows = 6;
  DicomSlice lower = compressed(run_lengths(), "5");
  lower.rows = 2;
  expect_refused(lower, "are not the 2 x 4 of 16 bits");
  DicomSlice wide = compressed(run_lengths(), "5");
  wide.allocated = wide.stored = 32;
  expect_refused(wide, "are not the 3 x 4 of 32 bits");
  expect_refused(taller, "are not the 6 x 4 of 16 bits");
}

// Four byte planes, the highest first: 65536 * 2 + i.
TEST_F(DicomValues, RunLengthsOf32Bits) {
  std::string low("\x0B", 1);
  for (char i = 0; i < 12; ++i) low += i;
  std::string head = number(4, 4) + number(64, 4) + number(66, 4) + number(68, 4) + number(70, 4);
  head.resize(64, '\0');
  const std::string planes = std::string("\xF5\0", 2) + "\xF5\x02" + std::string("\xF5\0", 2);
  DicomSlice slice = compressed(head + planes + low, "5");
  slice.allocated = slice.stored = 32;
  EXPECT_EQ(first(2, slice), (Values{2 * 131072 - 1024, 2 * 131073 - 1024}));
}

}  // namespace
}  // namespace myoseg
