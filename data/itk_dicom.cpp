#include <itkGDCMImageIO.h>
#include <itkMetaDataObject.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "data/child.h"
#include "data/dicom_file.h"
#include "data/dicom_series.h"
#include "data/itk.h"
#include "data/itk_buffer.h"

namespace myoseg::itk_io {
namespace fs = std::filesystem;
namespace {

std::string tag(const itk::MetaDataDictionary& header, const std::string& key) {
  std::string value;
  itk::ExposeMetaData<std::string>(header, key, value);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.pop_back();
  return value;
}

// N numbers separated by backslashes, or nothing when the value is anything else.
template <std::size_t N>
std::optional<std::array<double, N>> numbers(const std::string& value) {
  std::array<double, N> out{};
  const char* at = value.data();
  const char* const end = at + value.size();
  for (std::size_t i = 0; i < N; ++i) {
    while (at != end && (*at == ' ' || *at == '+')) ++at;
    const auto [next, error] = std::from_chars(at, end, out[i]);
    if (error != std::errc() || !std::isfinite(out[i])) return std::nullopt;
    at = next;
    while (at != end && *at == ' ') ++at;
    if (i + 1 < N && (at == end || *at++ != '\\')) return std::nullopt;
  }
  return at == end ? std::optional(out) : std::nullopt;
}

std::optional<double> number(const std::string& value) {
  const auto one = numbers<1>(value);
  return one ? std::optional((*one)[0]) : std::nullopt;
}

bool named_like_dicom(const fs::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return ending == ".dcm" || ending == ".ima" || ending == ".dicom";
}

// Objects that stand beside scans in an export and hold no pixels: reports, presentation states,
// registrations, documents, waveforms, radiotherapy structures and plans.
bool is_companion(const std::string& sop) {
  const std::string storage = "1.2.840.10008.5.1.4.1.1.";
  if (!sop.starts_with(storage)) return false;
  const std::string kind = sop.substr(storage.size());
  if (kind == "481.1" || kind == "481.2") return false;  // RT image, RT dose
  for (const char* prefix : {"481.", "88.", "11.", "104.", "9."})
    if (kind.starts_with(prefix)) return true;
  return kind == "66" || kind == "66.1" || kind == "66.2" || kind == "66.3";
}

SliceHeader header_of(const itk::GDCMImageIO& io, const fs::path& file) {
  const auto& header = io.GetMetaDataDictionary();
  SliceHeader slice;
  slice.file = file.filename().string();
  slice.series_uid = tag(header, "0020|000e");
  slice.series_number = tag(header, "0020|0011");
  slice.series_description = tag(header, "0008|103e");
  slice.modality = tag(header, "0008|0060");
  slice.columns = static_cast<std::int64_t>(io.GetDimensions(0));
  slice.rows = static_cast<std::int64_t>(io.GetDimensions(1));
  slice.frames =
      io.GetNumberOfDimensions() > 2 ? static_cast<std::int64_t>(io.GetDimensions(2)) : 1;
  slice.samples_per_pixel = static_cast<int>(io.GetNumberOfComponents());
  slice.position = numbers<3>(tag(header, "0020|0032"));
  slice.orientation = numbers<6>(tag(header, "0020|0037"));
  slice.spacing = numbers<2>(tag(header, "0028|0030"));
  slice.thickness = number(tag(header, "0018|0088"));
  if (!slice.thickness) slice.thickness = number(tag(header, "0018|0050"));
  return slice;
}

itk::GDCMImageIO::Pointer open(const fs::path& file) {
  auto io = itk::GDCMImageIO::New();
  io->SetFileName(file.string());
  try {
    io->ReadImageInformation();
  } catch (const itk::ExceptionObject&) {
    throw data_error("{}: is damaged or holds no image; export the scan again", file.string());
  }
  return io;
}

// Headers of every DICOM image right in the folder; other files are passed over unless their name
// says DICOM.
std::vector<SliceHeader> scan(const fs::path& folder, const Checkpoint& checkpoint) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != "DICOMDIR")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<SliceHeader> slices;
  for (const auto& file : files) {
    checkpoint();
    const MappedFile mapped(file);
    const DicomOutline outline = outline_dicom(mapped.bytes());
    if (is_companion(outline.sop_class)) continue;
    const bool dicom = itk::GDCMImageIO::New()->CanReadFile(file.c_str());
    if (!dicom && !named_like_dicom(file)) continue;
    if (!dicom)
      throw data_error("{}: is named like a DICOM file but is none, or its header is damaged",
                       file.string());
    if (!outline.complete)
      throw data_error("{}: ends early, its pixels are not complete; copy or export the scan again",
                       file.string());
    slices.push_back(header_of(*open(file), file));
  }
  return slices;
}

// What libjpeg prints, and no more than prints, when it fills damaged data with grey.
bool complains(const std::string& printed) {
  return printed.find("Corrupt JPEG") != std::string::npos ||
         printed.find("Premature end of JPEG") != std::string::npos;
}

Image read_here(const fs::path& folder, bool with_voxels, const Checkpoint& checkpoint) {
  itk::Object::SetGlobalWarningDisplay(false);
  const Series series = arrange_series(folder.string(), scan(folder, checkpoint));
  Image image;
  image.geometry = series.geometry;
  if (!with_voxels) return image;
  image = Image(series.geometry, 1);
  const auto slice_voxels = static_cast<std::size_t>(image.slice_voxels());
  for (std::size_t z = 0; z < series.slices.size(); ++z) {
    const fs::path file = folder / series.slices[z].file;
    read_voxels(*open(file), file.string(),
                std::span(image.voxels).subspan(z * slice_voxels, slice_voxels));
    if (complains(checkpoint()))
      throw data_error("{}: its compressed pixels are damaged; export the scan again",
                       file.string());
  }
  return image;
}

}  // namespace

Image read_dicom(const fs::path& folder, bool with_voxels) {
  return read_in_child(folder.string(), [&](const Checkpoint& checkpoint) {
    return read_here(folder, with_voxels, checkpoint);
  });
}

}  // namespace myoseg::itk_io
