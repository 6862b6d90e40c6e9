#include "data/io/image_ending.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <fstream>
#include <span>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"
#include "data/io/formats/header_text.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// Longer endings first: ".seg.nrrd" ends in ".nrrd" too.
constexpr std::string_view kEndings[] = {".nii.gz", ".nii", ".seg.nrrd", ".nrrd", ".mha",
                                         ".mhd",    ".png", ".tiff",     ".tif"};
constexpr std::string_view kDicomEndings[] = {".seg.dcm", ".dcm", ".dicom", ".ima"};

// The one of `endings`, in lower case, whatever the name's; "" for none.
std::string_view ending_among(std::span<const std::string_view> endings, const fs::path& file) {
  const std::string name = lower_case(file.filename().string());
  for (const auto ending : endings)
    if (name.size() > ending.size() && name.ends_with(ending)) return ending;
  return "";
}

}  // namespace

std::string_view ending_of(const fs::path& file) { return ending_among(kEndings, file); }

bool is_picture(std::string_view ending) {
  return ending == ".png" || ending == ".tif" || ending == ".tiff";
}

std::string_view require_ending(const fs::path& file) {
  const auto ending = ending_of(file);
  if (ending.empty())
    throw data_error(
        "{}: is of no format that is read or written; those are {}, a DICOM file and a folder with "
        "one DICOM series",
        file.string(), fmt::join(kEndings, ", "));
  return ending;
}

bool is_image_name(const fs::path& file) { return !ending_of(file).empty(); }

bool is_picture_name(const fs::path& file) { return is_picture(ending_of(file)); }

std::string image_stem(const fs::path& file) {
  const std::string name = file.filename().string();
  std::string_view ending = ending_of(file);
  if (ending.empty()) ending = ending_among(kDicomEndings, file);
  return name.substr(0, name.size() - ending.size());
}

bool is_dicom_file(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  std::ifstream in(file, std::ios::binary);
  std::array<char, 1024> start{};
  in.read(start.data(), start.size());
  return begins_as_dicom(
      std::as_bytes(std::span(start)).first(static_cast<std::size_t>(in.gcount())));
}

bool is_radiograph_file(const fs::path& file) {
  if (!is_dicom_file(file)) return false;
  try {
    constexpr std::uint32_t kModality = 0x00080060;
    return is_radiograph(parse_dicom(MappedFile(file).bytes()).text(kModality));
  } catch (const Error&) {  // whoever reads it says so
    return false;
  }
}

}  // namespace myoseg
