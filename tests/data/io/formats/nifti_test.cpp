#include "data/io/formats/nifti.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/data/io/image_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::error_of;
using testing::oblique;

template <class T>
T at(const std::string& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <class T>
void put(std::string& bytes, std::size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

// The same voxels behind a NIfTI-2 header, at 0.25 mm along x from -7 mm.
std::string second_nifti() {
  std::string bytes(544 + 4, '\0');
  put<std::int32_t>(bytes, 0, 540);
  std::memcpy(bytes.data() + 4, "n+2\0\r\n\032\n", 8);
  put<std::int16_t>(bytes, 12, 4);
  put<std::int16_t>(bytes, 14, 16);
  const std::int64_t dim[] = {3, 2, 1, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < 8; ++i) put(bytes, 16 + 8 * i, dim[i]);
  for (std::size_t i = 0; i < 4; ++i) put(bytes, 104 + 8 * i, i == 1 ? 0.25 : 1.0);
  put<std::int64_t>(bytes, 168, 544);
  put<double>(bytes, 176, 2);
  put<std::int32_t>(bytes, 348, 1);
  for (std::size_t i = 0; i < 3; ++i) put(bytes, 400 + 32 * i + 8 * i, i == 0 ? 0.25 : 1.0);
  put<double>(bytes, 400 + 24, 7);
  put<std::int16_t>(bytes, 544, 3);
  put<std::int16_t>(bytes, 546, -4);
  return bytes;
}

// A plain NIfTI-1 file of 2 x 1 x 1 int16 voxels (3, -4), sform code 1 with unit axes.
std::string plain_nifti() {
  std::string bytes(352 + 4, '\0');
  put<std::int32_t>(bytes, 0, 348);
  const std::int16_t dim[] = {3, 2, 1, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < 8; ++i) put(bytes, 40 + 2 * i, dim[i]);
  put<std::int16_t>(bytes, 70, 4);
  put<std::int16_t>(bytes, 72, 16);
  for (std::size_t i = 0; i < 4; ++i) put(bytes, 76 + 4 * i, 1.0F);
  put(bytes, 108, 352.0F);
  put<std::int16_t>(bytes, 254, 1);
  for (std::size_t i = 0; i < 3; ++i) put(bytes, 280 + 16 * i + 4 * i, 1.0F);
  std::memcpy(bytes.data() + 344, "n+1", 4);
  put<std::int16_t>(bytes, 352, 3);
  put<std::int16_t>(bytes, 354, -4);
  return bytes;
}

class Nifti : public ::testing::Test {
 protected:
  Image read_bytes(const std::string& bytes) {
    write_file(folder_ / "x.nii", bytes);
    Image image = read_image(folder_ / "x.nii");
    EXPECT_EQ(testing::values_of(read_stored({folder_ / "x.nii"})), image.voxels);
    return image;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Nifti, HeaderHoldsTheGridInRas) {
  Geometry g = oblique();
  write_image(folder_ / "x.nii", Image(g, 1, 5.0F));
  const std::string bytes = read_file(folder_ / "x.nii");
  EXPECT_EQ(at<std::int32_t>(bytes, 0), 348);
  EXPECT_EQ(at<std::int16_t>(bytes, 40), 3);
  EXPECT_EQ(at<std::int16_t>(bytes, 42), 5);
  EXPECT_EQ(at<std::int16_t>(bytes, 44), 4);
  EXPECT_EQ(at<std::int16_t>(bytes, 46), 3);
  EXPECT_EQ(at<std::int16_t>(bytes, 70), 4);  // int16
  EXPECT_FLOAT_EQ(at<float>(bytes, 80), 0.75F);
  EXPECT_FLOAT_EQ(at<float>(bytes, 84), 0.8F);
  EXPECT_FLOAT_EQ(at<float>(bytes, 88), 5.0F);
  EXPECT_GT(at<std::int16_t>(bytes, 252), 0);  // qform
  EXPECT_GT(at<std::int16_t>(bytes, 254), 0);  // sform
  for (std::size_t r = 0; r < 3; ++r) {
    const double sign = r < 2 ? -1 : 1;  // LPS to RAS
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(at<float>(bytes, 280 + 16 * r + 4 * c),
                  sign * g.direction[3 * r + c] * g.spacing[c], 1e-5);
    EXPECT_NEAR(at<float>(bytes, 280 + 16 * r + 12), sign * g.origin[r], 1e-3);
    EXPECT_NEAR(at<float>(bytes, 268 + 4 * r), sign * g.origin[r], 1e-3);
  }
}

TEST_F(Nifti, PlainFileIsTurnedToLps) {
  const Image image = read_bytes(plain_nifti());
  EXPECT_EQ(image.voxels, (std::vector<float>{3, -4}));
  EXPECT_EQ(image.geometry.direction, (std::array<double, 9>{-1, 0, 0, 0, -1, 0, 0, 0, 1}));
}

TEST_F(Nifti, SlopeAndUnitsCount) {
  std::string bytes = plain_nifti();
  put(bytes, 112, 2.0F);
  put(bytes, 116, -10.0F);
  bytes[123] = 3;  // micrometres
  put(bytes, 280, 500.0F);
  const Image image = read_bytes(bytes);
  EXPECT_EQ(image.voxels, (std::vector<float>{-4, -18}));
  EXPECT_DOUBLE_EQ(image.geometry.spacing[0], 0.5);
  put(bytes, 112, 0.0F);  // no scaling, as the standard says
  EXPECT_EQ(read_bytes(bytes).voxels, (std::vector<float>{3, -4}));
}

TEST_F(Nifti, BigEndianIsRead) {
  std::string bytes = plain_nifti();
  const auto swap = [&](std::size_t offset, std::size_t size) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                 bytes.begin() + static_cast<std::ptrdiff_t>(offset + size));
  };
  swap(0, 4);
  for (std::size_t i = 40; i < 56; i += 2) swap(i, 2);
  for (const std::size_t i : {70U, 72U, 252U, 254U, 352U, 354U}) swap(i, 2);
  for (std::size_t i = 76; i < 120; i += 4) swap(i, 4);
  for (std::size_t i = 256; i < 328; i += 4) swap(i, 4);
  EXPECT_EQ(read_bytes(bytes).voxels, (std::vector<float>{3, -4}));
}

TEST_F(Nifti, FourDimensionsAreRefusedUnlessTheLastIsOne) {
  std::string bytes = plain_nifti();
  put<std::int16_t>(bytes, 40, 4);
  EXPECT_EQ(read_bytes(bytes).voxels.size(), 2U);
  put<std::int16_t>(bytes, 48, 2);
  bytes += "1234";
  const std::string error = error_of([&] { (void)read_bytes(bytes); });
  EXPECT_NE(error.find("4-D file (2 volumes)"), std::string::npos) << error;
}

TEST_F(Nifti, ShearedGridIsRefused) {
  std::string bytes = plain_nifti();
  put(bytes, 284, 0.1F);  // the second axis leans along x
  const std::string error = error_of([&] { (void)read_bytes(bytes); });
  EXPECT_NE(error.find("sheared"), std::string::npos) << error;
}

TEST_F(Nifti, TwoOrientationsWarn) {
  NiftiHeader header;
  header.dim = {3, 4, 4, 4, 1, 1, 1, 1};
  header.pixdim = {1, 1, 1, 2};
  header.qform_code = 1;
  header.sform_code = 2;
  header.srow = {1, 0, 0, 9, 0, 1, 0, 0, 0, 0, 2, 0};
  std::string warning;
  EXPECT_EQ(nifti_geometry("x", header, warning).origin[0], 0);  // the qform's
  EXPECT_NE(warning.find("the qform is used"), std::string::npos) << warning;
  header.sform_code = 1;
  EXPECT_EQ(nifti_geometry("x", header, warning).origin[0], -9);
  EXPECT_NE(warning.find("the sform is used"), std::string::npos) << warning;
  header.srow[3] = 0;
  warning.clear();
  (void)nifti_geometry("x", header, warning);
  EXPECT_EQ(warning, "");
  header.qform_code = header.sform_code = 0;
  EXPECT_EQ(nifti_geometry("x", header, warning).direction[0], 1);
  EXPECT_NE(warning.find("nothing of its orientation"), std::string::npos) << warning;
}

TEST_F(Nifti, QuaternionOfAHalfTurn) {  // about x: (a, b, c, d) = (0, 1, 0, 0), b rounded up
  NiftiHeader header;
  header.dim = {3, 4, 4, 4, 1, 1, 1, 1};
  header.pixdim = {-1, 1, 1, 2};
  header.qform_code = 1;
  header.quatern = {1.0000001F, 0, 0};
  std::string warning;
  const Geometry g = nifti_geometry("x", header, warning);
  const std::array<double, 9> turned{-1, 0, 0, 0, 1, 0, 0, 0, 1};  // RAS (1,-1,-1), z flipped back
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(g.direction[i], turned[i], 1e-9);
}

// What programs read of where a file lies: both forms with their codes, voxel sizes and unit.
std::string forms_of(const std::string& bytes) {
  return bytes.substr(76, 16) + bytes.substr(123, 1) + bytes.substr(252, 76);
}

TEST_F(Nifti, AMapCarriesTheFormsOfItsScan) {
  for (const int codes : {0, 1, 2, 3}) {  // qform only, sform only, both that disagree, none
    std::string bytes = plain_nifti();
    put<std::int16_t>(bytes, 252, codes == 1 || codes == 3 ? 0 : 1);
    put<std::int16_t>(bytes, 254, codes == 0 || codes == 3 ? 0 : 2);
    put(bytes, 76, -1.0F);
    put(bytes, 256, 1.0F);   // half a turn about x
    put(bytes, 268, 54.0F);  // the qform lies elsewhere
    bytes[123] = 2;
    const Image scan = read_bytes(bytes);
    write_label_map(folder_ / "map.nii", LabelMap(scan.geometry, 1, 7), {});
    EXPECT_EQ(forms_of(read_file(folder_ / "map.nii")), forms_of(bytes)) << codes;
    write_label_map(folder_ / "map.nii.gz", LabelMap(scan.geometry, 1, 7), {});
    EXPECT_EQ(difference(read_image(folder_ / "map.nii.gz").geometry, scan.geometry), "") << codes;
  }
}

TEST_F(Nifti, FormsOfAnotherGridAreNotWritten) {
  Geometry g = read_bytes(plain_nifti()).geometry;
  ASSERT_TRUE(g.forms.has_value());
  g.origin[0] += 10;  // cropped, say
  write_label_map(folder_ / "map.nii", LabelMap(g, 1, 7), {});
  EXPECT_EQ(difference(read_image(folder_ / "map.nii").geometry, g), "");
  g = read_bytes(plain_nifti()).geometry;
  g.spacing[2] = 3;
  write_label_map(folder_ / "map.nii", LabelMap(g, 1, 7), {});
  EXPECT_EQ(difference(read_image(folder_ / "map.nii").geometry, g), "");
}

TEST_F(Nifti, FlippedBitInGzipIsFound) {
  Image image(oblique(), 1);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    image.voxels[i] = static_cast<float>(i * i % 97);
  write_image(folder_ / "x.nii.gz", image);
  std::string bytes = read_file(folder_ / "x.nii.gz");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  write_file(folder_ / "x.nii.gz", bytes);
  EXPECT_NE(error_of([&] { (void)read_image(folder_ / "x.nii.gz"); }).find("damaged"),
            std::string::npos);
}

TEST_F(Nifti, TheSecondVersionIsRead) {
  const Image image = read_bytes(second_nifti());
  EXPECT_EQ(image.voxels, (std::vector<float>{6, -8}));
  EXPECT_EQ(image.geometry.spacing, (std::array<double, 3>{0.25, 1, 1}));
  EXPECT_EQ(image.geometry.origin[0], -7);
  EXPECT_EQ(image.geometry.direction[0], -1);
  std::string cut = second_nifti();
  cut.resize(400);
  EXPECT_NE(error_of([&] { (void)read_bytes(cut); }).find("ends early"), std::string::npos);
  std::string large = second_nifti();
  put<std::int64_t>(large, 24, std::int64_t{1} << 50);
  EXPECT_NE(error_of([&] { (void)read_bytes(large); }).find("ends early"), std::string::npos);
}

TEST_F(Nifti, ColourAndOtherFormsAreRefused) {
  std::string bytes = plain_nifti();
  put<std::int16_t>(bytes, 70, 128);
  EXPECT_NE(error_of([&] { (void)read_bytes(bytes); }).find("type 128"), std::string::npos);
  EXPECT_NE(error_of([&] { (void)read_bytes("hello"); }).find("too short"), std::string::npos);
  put<std::int32_t>(bytes, 0, 540);
  EXPECT_NE(error_of([&] { (void)read_bytes(bytes); }).find("NIfTI-2"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
