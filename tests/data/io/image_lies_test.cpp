// Files whose headers, names or streams do not tell the truth: refused with a sentence, at once and
// without the memory that they ask for.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/data/io/dicom/deflate_fixture.h"
#include "tests/data/io/image_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::gzipped;
using testing::zlibbed;

// Headers of one-byte voxels, for sizes like "4 1 1".
std::string nrrd(const std::string& size, const std::string& fields) {
  return "NRRD0004\ntype: uchar\ndimension: 3\nsizes: " + size + "\n" + fields + "\n";
}
std::string mha(const std::string& size, const std::string& fields) {
  return "NDims = 3\nElementType = MET_UCHAR\nDimSize = " + size + "\n" + fields +
         "ElementDataFile = LOCAL\n";
}
std::string nifti(std::int16_t x, std::int16_t y, std::int16_t z) {
  std::string bytes(352, '\0');
  const auto put = [&](std::size_t at, auto value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  };
  put(0, std::int32_t{348});
  const std::int16_t dim[] = {3, x, y, z, 1, 1, 1, 1};
  for (std::size_t i = 0; i < 8; ++i) put(40 + 2 * i, dim[i]);
  put(70, std::int16_t{2});
  for (std::size_t i = 0; i < 4; ++i) put(76 + 4 * i, 1.0F);
  put(108, 352.0F);
  put(252, std::int16_t{1});
  std::memcpy(bytes.data() + 344, "n+1", 4);
  return bytes;
}

class ImageLies : public ::testing::Test {
 protected:
  std::string refusal(const std::string& name, const std::string& bytes) {
    write_file(folder_ / name, bytes);
    const std::string error = error_of([&] { (void)read_label_map(folder_ / name); });
    EXPECT_NE(error.find(name), std::string::npos) << error;
    return error;
  }
  std::vector<std::uint8_t> read(const std::string& name, const std::string& bytes) {
    write_file(folder_ / name, bytes);
    return read_label_map(folder_ / name).voxels;
  }
  testing::TemporaryFolder folder_;
};

const std::vector<std::uint8_t> kOneToFour{1, 2, 3, 4};

TEST_F(ImageLies, SizesBeyondTheFile) {
  const std::string few = "\1\2\3\4";
  for (const std::string size : {"5 1 1", "3000 3000 3000", "9000000000 9000000000 9000000000"}) {
    const bool nearly = size == "5 1 1";
    for (const auto& [name, bytes] : std::initializer_list<std::pair<const char*, std::string>>{
             {"raw.nrrd", nrrd(size, "encoding: raw\n") + few},
             {"packed.nrrd", nrrd(size, "encoding: gzip\n") + gzipped(few)},
             {"raw.mha", mha(size, "") + few},
             {"packed.mha", mha(size, "CompressedData = True\n") + zlibbed(few)},
             {"raw.nii", (nearly ? nifti(5, 1, 1) : nifti(30000, 30000, 30000)) + few},
             {"packed.nii.gz",
              gzipped((nearly ? nifti(5, 1, 1) : nifti(30000, 30000, 30000)) + few)}}) {
      const std::string error = refusal(name, bytes);
      EXPECT_NE(error.find("early"), std::string::npos) << size << ": " << error;
    }
  }
}

TEST_F(ImageLies, VoxelsBeyondTheSize) {
  const std::string many = "\1\2\3\4\5\6";
  for (const auto& [name, bytes] : std::initializer_list<std::pair<const char*, std::string>>{
           {"raw.nrrd", nrrd("4 1 1", "encoding: raw\n") + many},
           {"packed.nrrd", nrrd("4 1 1", "encoding: gzip\n") + gzipped(many)},
           {"raw.mha", mha("4 1 1", "") + many},
           {"packed.mha", mha("4 1 1", "CompressedData = True\n") + zlibbed(many)},
           {"raw.nii", nifti(4, 1, 1) + many},
           {"packed.nii.gz", gzipped(nifti(4, 1, 1) + many)}})
    EXPECT_NE(refusal(name, bytes).find("header promises"), std::string::npos) << name;
  const std::string padded = "\1\2\3\4" + std::string(156, '\0');  // to a block of 512 bytes
  EXPECT_EQ(read("x.nii", nifti(4, 1, 1) + padded), kOneToFour);
  EXPECT_EQ(read("x.nii.gz", gzipped(nifti(4, 1, 1) + padded)), kOneToFour);
}

// In a process of its own, whose memory is bounded to little more than it has.
void read_with_little_memory(const fs::path& file) {
  constexpr rlim_t kMore = 32 << 20;
  std::ifstream status("/proc/self/statm");
  rlim_t pages = 0;
  status >> pages;
  const rlim_t most = pages * 4096 + kMore;
  const rlimit limit{most, most};
  setrlimit(RLIMIT_AS, &limit);
  std::string error;
  try {
    (void)read_label_map(file);
  } catch (const Error& e) {
    error = e.what();
  }
  std::fprintf(stderr, "%s\n", error.c_str());
  std::_Exit(error.empty() ? 1 : 0);
}

TEST_F(ImageLies, BombsTakeNoMemory) {
  const std::string zeros(100 << 20, '\0');
  write_file(folder_ / "x.nii.gz", gzipped(nifti(4, 1, 1) + zeros));
  write_file(folder_ / "x.nrrd", nrrd("4 1 1", "encoding: gzip\n") + gzipped(zeros));
  write_file(folder_ / "x.mha", mha("4 1 1", "CompressedData = True\n") + zlibbed(zeros));
  for (const char* name : {"x.nii.gz", "x.nrrd", "x.mha"})
    EXPECT_EXIT(read_with_little_memory(folder_ / name), ::testing::ExitedWithCode(0),
                "holds more than");
}

TEST_F(ImageLies, EveryFlippedBitOfAStreamIsFound) {
  std::string voxels;
  for (int i = 0; i < 64; ++i) voxels += static_cast<char>(i * i % 61);
  const auto flip_each = [&](const std::string& name, const std::string& header,
                             const std::string& stream) {
    for (std::size_t at = 2; at < stream.size(); ++at) {  // behind the magic number
      std::string damaged = stream;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      write_file(folder_ / name, header + damaged);
      try {  // a flag, time or name in gzip's header may change without harm
        EXPECT_EQ(read_label_map(folder_ / name).voxels,
                  std::vector<std::uint8_t>(voxels.begin(), voxels.end()))
            << name << " at " << at;
        EXPECT_LT(at, 10U) << name;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_data);
      }
    }
  };
  flip_each("x.mha", mha("64 1 1", "CompressedData = True\n"), zlibbed(voxels));
  flip_each("x.nrrd", nrrd("64 1 1", "encoding: gzip\n"), gzipped(voxels));
  flip_each("x.nii.gz", "", gzipped(nifti(64, 1, 1) + voxels));
}

TEST_F(ImageLies, StreamsOfSeveralMembersAreRead) {
  const std::string bytes = nifti(4, 1, 1) + "\1\2\3\4";
  const std::string members = gzipped(bytes.substr(0, 100)) + gzipped("") +
                              gzipped(bytes.substr(100, 254)) + gzipped(bytes.substr(354));
  EXPECT_EQ(read("x.nii.gz", members), kOneToFour);
  EXPECT_EQ(read_image(folder_ / "x.nii.gz").geometry.size[0], 4);
  EXPECT_EQ(read("x.nrrd", nrrd("4 1 1", "encoding: gzip\n") + gzipped("\1\2") + gzipped("\3\4")),
            kOneToFour);
  EXPECT_EQ(read("zeros.nii.gz", members + std::string(5, '\0')), kOneToFour);
  EXPECT_NE(refusal("x.nii.gz", members + "junk").find("something else"), std::string::npos);
  EXPECT_NE(refusal("x.nii.gz", members.substr(0, members.size() - 3)).find("early"),
            std::string::npos);
}

TEST_F(ImageLies, DataFilesStayBesideTheirHeader) {
  fs::create_directories(folder_ / "in/below");
  write_file(folder_ / "out.raw", "\1\2\3\4");
  write_file(folder_ / "in/below/x.raw", "\1\2\3\4");
  fs::create_symlink(folder_ / "out.raw", folder_ / "in/link.raw");
  fs::create_symlink(folder_.path(), folder_ / "in/up");
  fs::create_symlink("loop.raw", folder_ / "in/loop.raw");
  fs::create_symlink("/dev/zero", folder_ / "in/zero.raw");
  const std::string header =
      "NDims = 3\nElementType = MET_UCHAR\nDimSize = 4 1 1\nElementDataFile = ";
  for (const std::string& name :
       {(folder_ / "out.raw").string(), std::string("../out.raw"),
        std::string("below/../../out.raw"), std::string("link.raw"), std::string("up/out.raw"),
        std::string("loop.raw"), std::string("zero.raw"), std::string("/dev/zero"),
        std::string("missing.raw"), std::string("%s%n.raw 1 6 1"), std::string("x%03d.raw 1 4 1"),
        std::string("LIST"), std::string("below"), std::string("x.mhd"), std::string("a\1b.raw"),
        std::string()}) {
    write_file(folder_ / "in/x.mhd", header + name + "\n");
    EXPECT_NE(error_of([&] { (void)read_image(folder_ / "in/x.mhd"); }), "no error") << name;
    write_file(folder_ / "in/x.nrrd", nrrd("4 1 1", "encoding: raw\ndata file: " + name + "\n"));
    EXPECT_NE(error_of([&] { (void)read_image(folder_ / "in/x.nrrd"); }), "no error") << name;
  }
  write_file(folder_ / "in/x.mhd", header + "below/x.raw\n");
  EXPECT_EQ(read_label_map(folder_ / "in/x.mhd").voxels, kOneToFour);
  fs::create_symlink(folder_ / "in/x.mhd", folder_ / "linked.mhd");  // voxels beside the real one
  EXPECT_EQ(read_label_map(folder_ / "linked.mhd").voxels, kOneToFour);
}

TEST_F(ImageLies, PipesDevicesAndLoopsAreNotWaitedFor) {
  for (const std::string ending : {".nii.gz", ".nii", ".nrrd", ".mha", ".mhd"}) {
    const fs::path pipe = folder_ / ("pipe" + ending), loop = folder_ / ("loop" + ending),
                   zero = folder_ / ("zero" + ending);
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    fs::create_symlink(loop.filename(), loop);
    fs::create_symlink("/dev/zero", zero);
    EXPECT_NE(error_of([&] { (void)read_image(pipe); }).find("a pipe"), std::string::npos);
    EXPECT_NE(error_of([&] { (void)read_image(loop); }).find("leads to itself"), std::string::npos);
    EXPECT_NE(error_of([&] { (void)read_label_map(zero); }).find("device"), std::string::npos);
  }
  EXPECT_NE(error_of([&] { (void)MappedFile(folder_ / "pipe.nii"); }).find("not a file"),
            std::string::npos);
}

TEST_F(ImageLies, OffsetsAreBehindTheHeader) {
  const auto at = [](float offset) {
    std::string bytes = nifti(4, 1, 1);
    std::memcpy(bytes.data() + 108, &offset, sizeof offset);
    return bytes;
  };
  EXPECT_EQ(read("x.nii", at(0) + "\1\2\3\4"), kOneToFour);
  EXPECT_EQ(read("x.nii.gz", gzipped(at(0) + "\1\2\3\4")), kOneToFour);
  EXPECT_EQ(read("x.nii", at(0).substr(0, 348) + "\1\2\3\4"), kOneToFour);
  for (const float wrong : {4.0F, -352.0F, 352.5F, std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()})
    EXPECT_NE(refusal("x.nii", at(wrong) + "\1\2\3\4").find("begin at byte"), std::string::npos)
        << wrong;
  EXPECT_NE(refusal("x.nii", at(1e9F) + "\1\2\3\4").find("early"), std::string::npos);
}

TEST_F(ImageLies, VoxelsThatAreNoNumberAreNamedWithTheirFile) {
  Image image(testing::oblique(), 1);
  image.at(2, 1, 0) = std::numeric_limits<float>::quiet_NaN();
  image.at(3, 3, 2) = std::numeric_limits<float>::infinity();
  write_image(folder_ / "b.nrrd", image);
  write_image(folder_ / "a.nrrd", Image(testing::oblique(), 1));
  const std::string error = error_of([&] {
    (void)read_channels({folder_ / "a.nrrd", folder_ / "b.nrrd"});
  });
  EXPECT_NE(error.find("b.nrrd: has 2 voxels that are no finite number, the first at (2, 1, 0)"),
            std::string::npos)
      << error;
}

TEST_F(ImageLies, EndingsCountInAnyCase) {
  EXPECT_EQ(read("x.NII.GZ", gzipped(nifti(4, 1, 1) + "\1\2\3\4")), kOneToFour);
  EXPECT_EQ(read("x.Nrrd", nrrd("4 1 1", "encoding: raw\n") + "\1\2\3\4"), kOneToFour);
  EXPECT_EQ(image_stem("case_01.NII.GZ"), "case_01");
}

}  // namespace
}  // namespace myoseg
