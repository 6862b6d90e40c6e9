#include "data/inspect/modality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct Kind {
  std::string_view modality;  // of DICOM (PS3.3, C.7.3.1.1.1)
  std::array<std::string_view, 14> words;
};

// A channel is of a kind when one of the words of its name is; MR channels go by their sequences.
constexpr std::array<Kind, 5> kKinds{{
    {"CT", {"CT", "CBCT", "CECT", "NCCT", "LDCT"}},
    {"MR",
     {"MR", "MRI", "MRT", "T1", "T2", "T1W", "T2W", "T1C", "T1CE", "FLAIR", "DWI", "ADC", "PD",
      "DIXON"}},
    {"PT", {"PET", "PT", "SUV", "FDG"}},
    {"US", {"US", "ULTRASOUND"}},
    {"DX", {"DX", "CR", "XR", "XRAY", "RADIOGRAPH", "RADIOGRAPHY", "DRR"}},
}};

std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char letter : name) {
    const auto c = static_cast<unsigned char>(letter);
    if (std::isalnum(c) != 0)
      words.back() += static_cast<char>(std::toupper(c));
    else if (!words.back().empty())
      words.emplace_back();
  }
  return words;
}

// Of the file, or of the first image in the folder, by name; "" without one.
std::string modality_in(const fs::path& image) {
  std::vector<fs::path> files;
  std::error_code error, unknown;
  if (is_dicom_file(image)) files.push_back(image);
  for (fs::directory_iterator entry(image, error), end; !error && entry != end;
       entry.increment(error))
    if (fs::is_regular_file(entry->path(), unknown)) files.push_back(entry->path());
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    try {
      const MappedFile mapped(path);
      const DicomFile file = parse_dicom(mapped.bytes());
      if (file.has_pixels && !is_companion(file)) return file.text(0x00080060);
    } catch (const Error&) {  // whoever reads the scan says so
      continue;
    }
  }
  return "";
}

}  // namespace

std::string modality_of_channel(const std::string& channel) {
  std::string found;
  for (const std::string& word : words_of(channel))
    for (const Kind& kind : kKinds) {
      if (word.empty() || std::find(kind.words.begin(), kind.words.end(), word) == kind.words.end())
        continue;
      if (!found.empty() && found != kind.modality) return "";
      found = kind.modality;
    }
  return found;
}

std::string modality_doubt(const fs::path& image, const std::string& channel) {
  const std::string trained = modality_of_channel(channel);
  if (trained.empty()) return "";
  const std::string found = modality_in(image);
  // One kind of radiograph is as good as another.
  if (found.empty() || (is_radiograph(found) ? "DX" : found) == trained) return "";
  return fmt::format(
      "{}: is of modality {} by its DICOM header but channel '{}' is {}; results on another kind "
      "of "
      "scan mean nothing",
      image.string(), found, channel, trained);
}

}  // namespace myoseg
