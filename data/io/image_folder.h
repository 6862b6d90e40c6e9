// What lies in a folder of scans or masks, and which files are one case: the one rule of names for
// data sets and predictions.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace myoseg {

struct ImageFolder {
  // Image files, and folders (of DICOM slices, or of masks), by their name without its ending;
  // several entries of one name are for the reader to refuse.
  std::map<std::string, std::vector<std::filesystem::path>> images;
  std::vector<std::string> others;  // of what is no image, pictures beside other formats too
  std::vector<std::string> litter;  // hidden, or left by an operating system: ._x.nii.gz, __MACOSX
};
// Nothing when there is no such folder. Error(bad_data) when it cannot be read.
[[nodiscard]] ImageFolder list_images(const std::filesystem::path& folder);

// Whether it is a folder with image files in it, which a series of DICOM does not have.
[[nodiscard]] bool holds_image_files(const std::filesystem::path& folder);

// The folders that each hold the images of a DICOM scan: `folder` itself, or those below it, as
// patient, study and series often are folders in folders. Error(bad_data) for what cannot be
// listed.
[[nodiscard]] std::vector<std::filesystem::path> scan_folders(const std::filesystem::path& folder);

// "case_01_0002" -> ("case_01", 2); without a channel's number the whole stem.
[[nodiscard]] std::pair<std::string, std::optional<std::size_t>> split_channel(
    const std::string& stem);

// The files of one case by channel; more than one file for a channel is a fault of the folder.
struct ImageSet {
  std::map<std::size_t, std::vector<std::filesystem::path>> channels;
  std::vector<std::filesystem::path> unnumbered;  // where several channels are needed
};
// Cases by their names. Several channels: "_" and four digits at the end are the channel. One
// channel: a file is a case; "_0000" is no part of its name when every file of the folder ends so
// (nnU-Net), any other number is. Where `labels` has a case of the whole or the shortened name,
// that decides.
[[nodiscard]] std::map<std::string, ImageSet> group_images(const ImageFolder& folder,
                                                           std::size_t channels,
                                                           const std::set<std::string>& known);

}  // namespace myoseg
