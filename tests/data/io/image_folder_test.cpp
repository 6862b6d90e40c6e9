#include "data/io/image_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

class ImageFolders : public ::testing::Test {
 protected:
  // Names of the cases that files of these names are.
  std::vector<std::string> cases(const std::vector<std::string>& files, std::size_t channels = 1,
                                 const std::set<std::string>& labels = {}) {
    const testing::TemporaryFolder folder;
    for (const std::string& file : files) write_file(folder / file, "x");
    std::vector<std::string> names;
    for (const auto& [name, images] : group_images(list_images(folder.path()), channels, labels))
      names.push_back(name);
    return names;
  }
  using Names = std::vector<std::string>;
};

TEST_F(ImageFolders, SplitFromTheStem) {
  EXPECT_EQ(split_channel("case_01_0002"),
            std::pair(std::string("case_01"), std::optional<std::size_t>(2)));
  EXPECT_EQ(split_channel("case_012").second, std::nullopt);
  EXPECT_EQ(split_channel("_0000").first, "_0000");
}

TEST_F(ImageFolders, OneChannelIsOneFileACase) {
  EXPECT_EQ(cases({"a_0000.nii.gz", "b_0000.nrrd"}), (Names{"a", "b"}));
  EXPECT_EQ(cases({"pat_0000.nii", "pat_0001.nii", "pat_0002.nii"}),
            (Names{"pat_0000", "pat_0001", "pat_0002"}));
  EXPECT_EQ(cases({"pat_2019.nii.gz"}), Names{"pat_2019"});
  EXPECT_EQ(cases({"a_0000.nii", "b.nii"}), (Names{"a_0000", "b"}));
}

TEST_F(ImageFolders, LabelsDecide) {
  EXPECT_EQ(cases({"pat_0000.nii"}, 1, {"pat_0000"}), Names{"pat_0000"});
  EXPECT_EQ(cases({"a_0000.nii", "b.nii"}, 1, {"a", "b"}), (Names{"a", "b"}));
  EXPECT_EQ(cases({"a_0000.nii", "a_0001.nii", "b_0000.nii"}, 1, {"a", "b"}), (Names{"a", "b"}));
}

TEST_F(ImageFolders, SeveralChannelsAreNumbered) {
  EXPECT_EQ(cases({"a_0000.nii", "a_0001.nii", "b_0000.nii"}, 2), (Names{"a", "b"}));
}

TEST_F(ImageFolders, OneNameTwiceIsSeen) {
  const testing::TemporaryFolder folder;
  for (const char* file : {"a.nii", "a.nii.gz", "a_0000.mha"}) write_file(folder / file, "x");
  const auto found = group_images(list_images(folder.path()), 1, {"a"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at("a").channels.at(0).size(), 3U);
}

TEST_F(ImageFolders, LitterAndOthersAreApart) {
  const testing::TemporaryFolder folder;
  for (const char* file : {"._a.nii.gz", "a.nii.gz", ".DS_Store", "Thumbs.db", "notes.txt", "m.mhd",
                           "m.raw", "__MACOSX/b.nii"})
    write_file(folder / file, "x");
  std::filesystem::create_directory(folder / "series");
  std::filesystem::create_directory_symlink("loop", folder / "loop");
  const ImageFolder found = list_images(folder.path());
  ASSERT_EQ(found.images.size(), 3U);
  EXPECT_TRUE(found.images.contains("series"));
  EXPECT_EQ(found.litter, (Names{".DS_Store", "._a.nii.gz", "Thumbs.db", "__MACOSX"}));
  EXPECT_EQ(found.others, (Names{"loop", "notes.txt"}));
  EXPECT_TRUE(list_images(folder / "missing").images.empty());
}

}  // namespace
}  // namespace myoseg
