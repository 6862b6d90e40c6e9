#include "data/dataset/dataset.h"

#include "tests/data/dataset/data_set_fixture.h"
#include "tests/testing/golden.h"
#include "tests/testing/unpacked.h"

namespace myoseg {
namespace {

class DatasetLayout : public testing::DataSetTest {
 protected:
  void expect_json_error(const std::string& text, const std::string& part) {
    json(text);
    expect_error(options(), part);
  }
};

std::vector<std::string> ids(const std::vector<Case>& cases) {
  std::vector<std::string> out;
  for (const Case& item : cases) out.push_back(item.id);
  return out;
}

TEST_F(DatasetLayout, NnUnetLayout) {
  add_three_cases();
  write_image(folder_ / "imagesTs/t_0000.nrrd", scan(9));
  const Dataset dataset = load_dataset(options());
  EXPECT_EQ(ids(dataset.cases), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(ids(dataset.test), (std::vector<std::string>{"t"}));
  EXPECT_EQ(dataset.test[0].label, "");
  EXPECT_EQ(dataset.channels, std::vector<std::string>{"CT"});
  EXPECT_EQ(dataset.file_ending, ".nrrd");
  EXPECT_EQ(dataset.labels.find("rectus")->value, 2);
  ASSERT_EQ(dataset.regions.size(), 2U);
  EXPECT_EQ(dataset.regions[0].name, "psoas");
  EXPECT_EQ(dataset.find("b").patient, "b");
  EXPECT_EQ(dataset.find("b").images[0].filename(), "b_0000.nrrd");
  EXPECT_THROW((void)dataset.find("x"), Error);
}

TEST_F(DatasetLayout, ListsOfValuesAreRegions) {
  add_three_cases();
  json(R"({"channel_names": {"0": "CT"}, "file_ending": ".nrrd", "regions_class_order": [1, 2],
           "labels": {"background": 0, "thigh": [1, 2], "core": [2]}})");
  const Dataset dataset = load_dataset(options());
  ASSERT_EQ(dataset.labels.labels.size(), 3U);
  EXPECT_EQ(dataset.labels.labels[1].name, "value_1");  // has no name of its own
  EXPECT_EQ(dataset.labels.labels[2].name, "core");
  ASSERT_EQ(dataset.regions.size(), 3U);
  EXPECT_EQ(dataset.regions[2].name, "thigh");
  EXPECT_EQ(dataset.regions[2].values, (std::vector<std::uint8_t>{1, 2}));
}

TEST_F(DatasetLayout, TwoChannels) {
  json(R"({"channel_names": {"1": "late CT", "0": "early CT"}, "labels": {"background": 0, "m": 1},
           "numTraining": 1, "file_ending": ".nrrd"})");
  add_case("a", 1);
  expect_error(options(), "a_0001.nrrd");
  write_image(folder_ / "imagesTr/a_0001.nrrd", scan(2));
  const Dataset dataset = load_dataset(options());
  EXPECT_EQ(dataset.channels, (std::vector<std::string>{"early CT", "late CT"}));
  ASSERT_EQ(dataset.cases.size(), 1U);
  EXPECT_EQ(dataset.cases[0].images[1].filename(), "a_0001.nrrd");
}

TEST_F(DatasetLayout, PicturesAreCases) {
  json(R"({"channel_names": {"0": "radiograph"}, "labels": {"background": 0, "muscle": 1},
           "numTraining": 1, "file_ending": ".png"})");
  LabelMap grey;
  grey.geometry.size = {3, 2, 1};
  grey.voxels = {9, 8, 7, 6, 5, 4};
  write_label_map(folder_ / "imagesTr/a_0000.png", grey, {});
  grey.voxels = {0, 0, 1, 1, 0, 0};
  write_label_map(folder_ / "labelsTr/a.png", grey, {});
  const Dataset dataset = load_dataset(options());
  ASSERT_EQ(ids(dataset.cases), (std::vector<std::string>{"a"}));
  EXPECT_EQ(dataset.file_ending, ".png");
  EXPECT_EQ(read_label(dataset.cases[0]).voxels, grey.voxels);
}

TEST_F(DatasetLayout, DecathlonForm) {
  const std::string head = R"({"modality": {"0": "CT"}, "labels": {"1": "psoas", "0": "background"},
      "training": [{"image": "./imagesTr/case_0002.nii.gz", "label": "./labelsTr/case_0002.nii.gz"}]})";
  json(head);
  write_image(folder_ / "imagesTr/case_0002.nii.gz", scan(1));  // the number is no channel
  write_label_map(folder_ / "labelsTr/case_0002.nii.gz", label(), {});
  const Dataset dataset = load_dataset(options());
  ASSERT_EQ(ids(dataset.cases), (std::vector<std::string>{"case_0002"}));
  EXPECT_EQ(dataset.labels.find("psoas")->value, 1);
  expect_json_error(
      R"({"modality": {"0": "T1", "1": "T2"}, "labels": {"0": "background", "1": "x"},
          "training": [{"image": "./imagesTr/case_0002.nii.gz"}]})",
      "a 4-D file is not read");
}

TEST_F(DatasetLayout, FolderOfDicomSlicesIsAnImage) {
  add_three_cases();
  std::filesystem::remove(folder_ / "imagesTr/a_0000.nrrd");
  std::filesystem::create_directories(folder_ / "imagesTr/a_0000");
  EXPECT_EQ(load_dataset(options()).find("a").images[0].filename(), "a_0000");
}

TEST_F(DatasetLayout, AttributesAndPatients) {
  add_three_cases();
  write_file(folder_ / "cases.csv", "case,patient,age\na,P1,60\nb,P1,70\nc,P2,50\n");
  const Dataset dataset = load_dataset(options());
  EXPECT_EQ(dataset.find("b").patient, "P1");
  EXPECT_EQ(dataset.find("c").attributes.at("age"), "50");
  write_file(folder_ / "cases.csv", "case,patient\na,P1\na,P2\n");
  expect_error(options(), "'a' stands twice in its column case");
  write_file(folder_ / "cases.csv", "case,patient\na,\nb,P1\nc,P1\n");
  expect_error(options(), "the patient of case a is ''");
  write_file(folder_ / "cases.csv", "case,patient\na,#N/A\nb,P1\nc,P1\n");
  expect_error(options(), "the patient of case a is '#N/A'");
  DataOptions named = options();
  named.patient_column = "subject";
  expect_error(named, "no column 'subject'");
}

TEST_F(DatasetLayout, TablesAsTheyAreTyped) {
  add_three_cases();
  for (const char* text : {"Case, Patient \nA,P1\n b ,p1\nC,P2\n",
                           "\xEF\xBB\xBF"
                           "patient;CASE\r\nP1;a\r\n P1;b\r\nP2;c\r\n"}) {
    write_file(folder_ / "cases.csv", text);
    const Dataset dataset = load_dataset(options());
    EXPECT_EQ(dataset.find("a").patient, dataset.find("b").patient) << text;
    EXPECT_NE(dataset.find("a").patient, dataset.find("c").patient) << text;
    EXPECT_TRUE(cases_text(dataset).starts_with("3 cases of 2 patients, by column ")) << text;
    EXPECT_TRUE(cases_text(dataset).ends_with("atient of cases.csv")) << text;
  }
}

TEST_F(DatasetLayout, TablesThatNameNothing) {
  add_three_cases();
  const auto refused = [&](const char* text, const char* part) {
    write_file(folder_ / "cases.csv", text);
    expect_error(options(), part);
  };
  refused("case,patient_id\na,P1\nb,P1\nc,P2\n", "data.patient_column=patient_id");
  refused("case,Subject\na,P1\nb,P1\nc,P2\n", "data.patient_column=Subject");
  refused("case,age\na,1\nb,2\nc,3\n", "has no column 'patient'");
  refused("case,patient\nx,P1\ny,P1\n", "names none of the cases");
  refused("id,patient\na,P1\n", "has no column 'case'");
  refused("case,patient,Patient\na,P1,x\n", "'patient' and 'Patient'");
  DataOptions own = options();
  own.patient_column = "";
  write_file(folder_ / "cases.csv", "case,age\na,1\nb,2\nc,3\n");
  EXPECT_EQ(cases_text(load_dataset(own)), "3 cases of 3 patients, each case a patient of its own");
}

TEST_F(DatasetLayout, IdsThatLostTheirZeros) {
  json(testing::kDatasetJson);
  for (const char* id : {"007", "010", "100"}) add_case(id, id[2] + id[1]);
  write_file(folder_ / "cases.csv", "case,patient\n7,1\n10,1\n100,2\n");
  expect_error(options(), "has no row for case 007 but one for '7'");
}

TEST_F(DatasetLayout, NothingIsThereTwice) {
  add_three_cases();
  write_image(folder_ / "imagesTr/a.nrrd", scan(5));
  expect_error(options(), "imagesTr holds it twice; keep one (a.nrrd and a_0000.nrrd)");
  std::filesystem::remove(folder_ / "imagesTr/a.nrrd");
  write_label_map(folder_ / "labelsTr/b.mha", label(), {});
  expect_error(options(), "labelsTr holds it twice; keep one (b.mha and b.nrrd)");
}

TEST_F(DatasetLayout, FirstPatients) {
  add_three_cases();
  write_file(folder_ / "groups.csv", "case,patient\na,P2\nb,P1\nc,P1\n");
  DataOptions some = options();
  some.max_patients = 1;
  const Dataset dataset = load_dataset(some);
  EXPECT_EQ(ids(dataset.cases), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(dataset.left_out, std::vector<std::string>{"a"});
}

TEST_F(DatasetLayout, Regions) {
  add_three_cases();
  DataOptions with = options();
  with.regions = {{"all", {}}, {"one", {"rectus"}}};
  const Dataset dataset = load_dataset(with);
  ASSERT_EQ(dataset.regions.size(), 4U);
  EXPECT_EQ(dataset.regions[2].values, (std::vector<std::uint8_t>{1, 2}));
  EXPECT_EQ(dataset.regions[3].values, (std::vector<std::uint8_t>{2}));
  with.regions = {{"x", {"rektus"}}};
  expect_error(with, "did you mean 'rectus'", ExitCode::bad_usage);
  with.regions = {{"psoas", {}}};
  expect_error(with, "is the name of a label", ExitCode::bad_usage);
}

TEST_F(DatasetLayout, StructuresInPlaceOfALabelMapAreNamed) {
  add_three_cases();
  std::filesystem::remove(folder_ / "labelsTr/a.nrrd");
  write_label_map(folder_ / "labelsTr/a/psoas.nii.gz", label(), {});
  expect_error(options(), "labelsTr/a is a folder of masks");
  expect_error(options(), "'myoseg import source=EXPORT out=DATASET'");
  std::filesystem::remove_all(folder_ / "labelsTr/a");
  const std::string io = "tests/data/io/dicom_io/";
  write_file(folder_ / "labelsTr/a.dcm",
             testing::unpacked(testing::source_folder() / (io + "sts_041_contours.dcm.gz")));
  expect_error(options(), "labelsTr/a.dcm holds contours (RTSTRUCT)");
  // A segmentation is a label map, by its numbers.
  write_file(folder_ / "labelsTr/a.dcm",
             testing::unpacked(testing::source_folder() / (io + "liver.dcm.gz")));
  const Dataset dataset = load_dataset(options());
  EXPECT_EQ(dataset.cases.front().label.filename(), "a.dcm");
  EXPECT_GT(count_labels(read_label(dataset.cases.front()).voxels)[1], 0);
}

TEST_F(DatasetLayout, IgnoredVoxelsAreNoLabel) {
  add_three_cases();
  json(R"({"channel_names": {"0": "CT"}, "file_ending": ".nrrd",
           "labels": {"background": 0, "psoas": 1, "ignore": 2}})");
  const Dataset plain = load_dataset(options());
  EXPECT_EQ(plain.labels.classes(), 2);
  EXPECT_EQ(plain.labels.ignored, 2);
  ASSERT_EQ(plain.regions.size(), 1U);
  // The union of labels leaves them out, as a region of nnU-Net's does.
  json(R"({"channel_names": {"0": "CT"}, "file_ending": ".nrrd", "labels":
           {"background": 0, "all": [1, 2], "deep": 2, "ignore": 3}})");
  const Dataset regions = load_dataset(options());
  EXPECT_EQ(regions.labels.ignored, 3);
  EXPECT_EQ(regions.regions.back().values, (std::vector<std::uint8_t>{1, 2}));
}

TEST_F(DatasetLayout, MissingThings) {
  expect_error({}, "data.root is empty", ExitCode::bad_usage);
  expect_error(options(), "has no dataset.json");
  DataOptions nowhere;
  nowhere.root = folder_ / "nowhere";
  expect_error(nowhere, "there is no such folder");
  json(testing::kDatasetJson);
  expect_error(options(), "imagesTr");
  add_three_cases();
  std::filesystem::remove(folder_ / "labelsTr/b.nrrd");
  expect_error(options(), "b: has an image but no label");
}

TEST_F(DatasetLayout, WrongJson) {
  expect_json_error("{\"labels\": {},\n\"channel_names\": }", "line 2");
  expect_json_error("[1]", "JSON object");
  const std::string head = R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, )";
  expect_json_error(head + R"("a": 2, "ignore": 1}})", "left out have the highest value");
  expect_json_error(head + R"("a": 1, "ignore": [2]}})", "'ignore' is [2]");
  expect_json_error(head + R"("a": 1, "ignore": 255}})", "'ignore' is 255 where 2 is expected");
  expect_json_error(head + R"("ignore": 1}})", "at least one label");
  expect_json_error(head + R"("whole": [1, 0]}})", "a list of label values without 0");
  expect_json_error(head + R"("a": 1, "b": 3}})", "'b' is 3 where 2 is expected");
  expect_json_error(head + R"("a": 300}})", "300");
  expect_json_error(head + R"("a": "one"}})", "\"one\"");
  expect_json_error(R"({"channel_names": {"0": "CT"}})", "has no labels");
  expect_json_error(R"({"labels": {"background": 0, "a": 1}})", "has no channel_names");
  expect_json_error(R"({"channel_names": {"1": "CT"}, "labels": {"background": 0, "a": 1}})",
                    "0 is missing");
  expect_json_error(head + R"("a": 1}, "file_ending": ".jpg"})", ".jpg");
}

TEST_F(DatasetLayout, BackgroundIsZeroAndNothingElseIs) {
  const auto labels = [](const std::string& list) {
    return R"({"channel_names": {"0": "CT"}, "labels": {)" + list + "}}";
  };
  expect_json_error(labels(R"("background": 1, "fat": 0)"), "'fat' has the value 0");
  expect_json_error(labels(R"("fat": 0, "muscle": 1)"), "'fat' has the value 0");
  expect_json_error(labels(R"("Background": 2, "fat": 1)"), "'Background' has the value 2");
  expect_json_error(labels(R"("0": "fat", "1": "background")"), "'fat' has the value 0");
  expect_json_error(labels(R"("fat": 1, "muscle": 2)"), "\"background\": 0");
  expect_json_error(labels(R"("background": 0, "a": 1, "b": 1)"), "'a' and 'b'");
  expect_json_error(labels(R"("background": 0, "": 1)"), "has no name");
}

TEST_F(DatasetLayout, NumbersOfAnySizeAreAnswered) {
  const std::string head = R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": )";
  expect_json_error(head + "1e999}}", "1e999");
  expect_json_error(head + "18446744073709551615}}", "18446744073709551615");
  expect_json_error(head + "-9223372036854775808}}", "-9223372036854775808");
  expect_json_error(head + "99999999999999999999999}}", "a label is");
  expect_json_error(head + "1.5}}", "1.5");
  expect_json_error(head + std::string(500, '[') + std::string(500, ']') + "}}", "nested");
  expect_json_error(head + "1}, \"x\": \"\xff\"}", "no valid JSON");
}

// What is only scored may leave values out.
TEST_F(DatasetLayout, GapsBetweenLabelValues) {
  json(R"({"background": 0, "gluteus": 5, "iliacus": 13})");
  const LabelSet labels = read_labels(folder_ / "dataset.json");
  ASSERT_EQ(labels.labels.size(), 3U);
  EXPECT_EQ(labels.find("iliacus")->value, 13);
  const auto regions = regions_of(labels, {{"both", {"iliacus", "gluteus"}}});
  EXPECT_EQ(regions[1].values, std::vector<std::uint8_t>{13});
  EXPECT_EQ(regions[2].values, (std::vector<std::uint8_t>{13, 5}));
  json(R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "gluteus": 5}})");
  expect_error(options(), "to be trained on, but 'gluteus' is 5");
}

}  // namespace
}  // namespace myoseg
