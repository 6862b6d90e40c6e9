#include "eval/inspect/page.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

// Two cases: the second's label lies beside its image.
Dataset two_cases(const std::filesystem::path& folder) {
  Geometry g;
  g.size = {12, 10, 6};
  Image scan(g, 1, 40);
  LabelMap label(g, 1);
  label.at(4, 5, 2) = 1;
  Dataset dataset;
  dataset.name = "two";
  dataset.root = folder;
  dataset.labels = {{{"background", 0}, {"muscle", 1}}};
  dataset.channels = {"CT"};
  for (const char* id : {"a", "b"}) {
    Case item;
    item.id = item.patient = id;
    item.images = {folder / (std::string(id) + "_0000.nii.gz")};
    item.label = folder / (std::string(id) + ".nii.gz");
    write_image(item.images[0], scan);
    write_label_map(item.label, label, dataset.labels);
    label.geometry.origin[0] = 3;
    dataset.cases.push_back(item);
  }
  return dataset;
}

TEST(InspectionPage, ShowsTheWorstFirstAndSaysWhyThereIsNoPicture) {
  const testing::TemporaryFolder folder;
  const Dataset dataset = two_cases(folder.path());
  const std::vector<Finding> findings{{true, "b", "its label lies on another grid <x>"},
                                      {false, "a", "is small"}};
  EXPECT_EQ(write_inspection_page({dataset, findings, folder / "out"}), 2U);
  const std::string page = read_file(folder / "out/inspect.html");
  EXPECT_LT(page.find("<h3 id=\"b\">"), page.find("<h3 id=\"a\">"));
  EXPECT_NE(page.find("another grid &lt;x&gt;"), std::string::npos);
  EXPECT_NE(page.find("No picture: image and label lie on different grids"), std::string::npos);
  EXPECT_NE(page.find("slice 3 of 6"), std::string::npos);
  EXPECT_NE(page.find("src=\"data:image/png;base64,"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "out/picture.png"));
}

TEST(InspectionPage, DrawsAtMostAsManyAsAreAskedFor) {
  const testing::TemporaryFolder folder;
  const Dataset dataset = two_cases(folder.path());
  EXPECT_EQ(write_inspection_page({dataset, {{true, "b", "bad"}}, folder / "out", 1}), 1U);
  const std::string page = read_file(folder / "out/inspect.html");
  EXPECT_EQ(page.find("<h3 id=\"a\">"), std::string::npos);
  EXPECT_NE(page.find("1 more cases are not drawn"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
