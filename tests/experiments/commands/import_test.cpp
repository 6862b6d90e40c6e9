// import: an export of an archive in, a data set that names nobody out.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/files.h"
#include "core/table/table.h"
#include "data/dataset/dataset.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"
#include "data/io/structures/write.h"
#include "tests/data/io/dicom/dicom_fixture.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::element;

// Everything in a header that tells who a person is, with a word that no output may hold.
std::string identity(const std::string& id) {
  return element(8, 0x50, "SH", "ACCESSION1") + element(8, 0x80, "LO", "Charite Mitte") +
         element(8, 0x90, "PN", "REFERRER^DR") + element(8, 0x1070, "PN", "OPERATOR^O") +
         element(0x10, 0x10, "PN", "DOE^JANE") + element(0x10, 0x20, "LO", id) +
         element(0x10, 0x30, "DA", "19610203") + element(0x10, 0x40, "CS", "F") +
         element(0x10, 0x1040, "LO", "HOMESTREET 7") + element(8, 0x20, "DA", "20200104") +
         element(0x18, 0x1210, "SH", "B30f") + element(8, 0x103E, "LO", "thigh 3mm") +
         element(8, 0x1010, "SH", "STATION9") + element(0x20, 0x52, "UI", "1.2.99.7");
}
const std::vector<std::string> kIdentifying{
    "DOE",    "JANE",       "ID4711",   "19610203", "ACCESSION1", "Charite", "REFERRER",
    "OPERAT", "HOMESTREET", "STATION9", "1.2.99.7", "1.2.77",     "IMG_"};

class Import : public testing::ProgramTest {
 protected:
  // A series of slices 2.5 mm apart, in folders that say whose it is.
  void add_series(const std::string& patient, const std::string& series, int count,
                  const std::string& modality = "CT") {
    for (int k = 0; k < count; ++k) {
      testing::DicomSlice slice;
      slice.series = series;
      slice.modality = modality;
      slice.z = 2.5 * k;
      slice.first = static_cast<std::int16_t>(100 * k);
      slice.extra = identity(patient);
      write_file(folder_ / fmt::format("export/DOE_JANE_{}/{}/IMG_{}", patient, series, k),
                 testing::dicom_file(slice));
    }
  }
  [[nodiscard]] fs::path series_folder(const std::string& patient,
                                       const std::string& series) const {
    return folder_.path() / "export" / ("DOE_JANE_" + patient) / series;
  }
  // A label of the series as this program's SEG.
  void add_label(const std::string& patient, const std::string& series) {
    const fs::path folder = series_folder(patient, series);
    const auto source = source_series(folder);
    ASSERT_TRUE(source.has_value());
    LabelMap map(source->geometry, 1);
    map.voxels[5] = 1, map.voxels[6] = 2;
    write_segmentation(folder.parent_path() / "labels/IMG_S", map,
                       {{{"background", 0}, {"muscle", 1}, {"fat", 2}}}, *source,
                       {"test", "1", "hash"});
  }
  // Each file below the data set, and what it holds.
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "ds"))
      if (entry.is_regular_file())
        all[fs::relative(entry.path(), folder_.path() / "ds").string()] = read_file(entry.path());
    return all;
  }
  [[nodiscard]] Table cases() const { return read_csv(folder_.path() / "ds/cases.csv"); }
};

TEST_F(Import, ChoosesSeriesAndMakesADataSet) {
  add_series("ID4711", "1.2.77.1", 4);
  add_label("ID4711", "1.2.77.1");
  add_series("ID4711", "1.2.77.2", 3);  // fewer slices of the same study
  add_series("ID4711", "1.2.77.3", 4, "MR");
  add_series("ID4712", "1.2.77.4", 5);  // has no label
  expect_words(run({"import", "source=export", "out=ds", "--dry-run"}),
               {"modality MR", "another series of the study is preferred", "thigh 3mm", "B30f",
                "2 of 4 series are taken; labels: fat, muscle"});
  EXPECT_FALSE(fs::exists(folder_ / "ds"));
  const std::vector<std::string> command{"import", "source=export", "out=ds",
                                         "labels=[{name: muscle, from: ['MUS*']}, {name: fat}]"};
  expect_words(run(command), {"2 cases in ds"});
  const Table table = cases();
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][table.column("age")], "58");
  EXPECT_EQ(table.rows[0][table.column("sex")], "F");
  EXPECT_EQ(table.rows[0][table.column("kernel")], "B30f");
  EXPECT_EQ(table.rows[0][table.column("thickness_mm")], "2.5");
  EXPECT_EQ(table.rows[0][table.column("site")].size(), 5U);
  DataOptions options;
  options.root = folder_ / "ds";
  const Dataset dataset = load_dataset(options);
  ASSERT_EQ(dataset.cases.size(), 1U);
  ASSERT_EQ(dataset.test.size(), 1U);
  const Image image = read_image(dataset.cases[0].images[0]);
  EXPECT_EQ(image.voxels, read_image(series_folder("ID4711", "1.2.77.1")).voxels);
  const LabelMap label = read_label(dataset.cases[0]);
  EXPECT_EQ(difference(image.geometry, label.geometry), "");
  EXPECT_EQ(label.voxels[5], 1);
  EXPECT_EQ(label.voxels[6], 2);
  // Asked again, nothing is done anew and names stay.
  const auto before = files();
  const auto written = fs::last_write_time(dataset.cases[0].images[0]);
  run(command);
  EXPECT_EQ(files(), before);
  EXPECT_EQ(fs::last_write_time(dataset.cases[0].images[0]), written);
}

TEST_F(Import, NothingThatNamesAPersonLeavesTheManifest) {
  add_series("ID4711", "1.2.77.1", 4);
  add_label("ID4711", "1.2.77.1");
  add_series("ID4712", "1.2.77.5", 4);
  fs::remove(series_folder("ID4712", "1.2.77.5") / "IMG_2");  // a gap, which is refused with names
  add_series("ID4713", "1.2.77.6", 4);
  fs::resize_file(series_folder("ID4713", "1.2.77.6") / "IMG_2", 500);
  const std::string text = run({"import", "source=export", "out=ds"}).text;
  for (const std::string& word : kIdentifying) {
    EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << text;
    for (const auto& [name, content] : files()) {
      EXPECT_EQ(name.find(word), std::string::npos) << word << " in the name " << name;
      if (name != "manifest.json") {
        EXPECT_EQ(content.find(word), std::string::npos) << word << " in " << name;
      }
    }
  }
  EXPECT_NE(read_file(folder_ / "ds/manifest.json").find("ID4711"), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "ds/manifest.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_NE(text.find("1 of its files are damaged"), std::string::npos) << text;
  EXPECT_NE(text.find("a slice is missing"), std::string::npos) << text;
}

TEST_F(Import, ALabelOnAnotherGridCostsItsCaseAlone) {
  add_series("ID4711", "1.2.77.1", 4);
  add_series("ID4712", "1.2.77.2", 4);
  LabelMap map(read_image(series_folder("ID4711", "1.2.77.1")).geometry, 1);
  map.voxels[0] = 1;
  map.geometry.origin[0] += 0.2;
  write_label_map(series_folder("ID4711", "1.2.77.1") / "masks/psoas.nii.gz", map, {});
  expect_words(run({"import", "source=export", "out=ds"}, 3),
               {"does not fit the image: its voxels lie 0.4 of a voxel beside", "1 cases in ds",
                "1 of 2 series failed"});
  EXPECT_EQ(cases().rows.size(), 1U);
}

TEST_F(Import, AnExportOfWhichNothingIsTakenMakesNoDataSet) {
  add_series("ID4711", "1.2.77.1", 4);
  expect_words(run({"import", "source=export", "out=ds", "modality=[MR]"}, 3),
               {"no: modality CT", "no series is taken"});
  fs::create_directories(folder_ / "empty");
  expect_words(run({"import", "source=empty", "out=ds"}, 3), {"holds no DICOM series"});
  expect_words(run({"import", "source=nowhere", "out=ds"}, 3), {"there is no such file or folder"});
  EXPECT_FALSE(fs::exists(folder_ / "ds"));
}

TEST_F(Import, RulesOfAFileAndOfTheCommandLine) {
  add_series("ID4711", "1.2.77.1", 4);
  write_file(folder_ / "rules.yaml", "min_slices: 9\nkernel: ['B*']\n");
  expect_words(run({"import", "source=export", "out=ds", "rules=rules.yaml", "--dry-run"}),
               {"4 slices are fewer than 9"});
  expect_words(
      run({"import", "source=export", "out=ds", "rules=rules.yaml", "min_slices=2", "--dry-run"}),
      {"1 of 1 series are taken"});
  expect_words(run({"import", "source=export", "out=ds", "kernel=[I70f]", "--dry-run"}),
               {"kernel B30f"});
  expect_words(run({"import", "source=export", "out=export/ds"}, 2), {"lies in the export"});
}

}  // namespace
}  // namespace myoseg
