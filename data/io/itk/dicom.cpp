// A folder of DICOM slices, or one file, to one image; GDCM, which is ITK's DICOM reader too,
// decompresses pixels and does no more: ITK's own reader inverts, rescales and masks by rules of
// its own.
#include <gdcmImageReader.h>

#include <algorithm>
#include <new>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/series.h"
#include "data/io/dicom/stream.h"
#include "data/io/dicom/values.h"
#include "data/io/itk/child.h"
#include "data/io/itk/itk.h"

namespace myoseg::itk_io {
namespace fs = std::filesystem;
namespace {

bool named_like_dicom(const fs::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  // What begins with a dot is not an export's: macOS leaves "._x.dcm" beside x.dcm.
  return !file.filename().string().starts_with('.') &&
         (ending == ".dcm" || ending == ".ima" || ending == ".dicom");
}

// The files right in the folder, sorted; subfolders are passed over.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;
    const fs::file_status status = fs::status(entry->path(), unknown);
    if (status.type() == fs::file_type::directory) continue;
    if (status.type() != fs::file_type::regular)
      throw data_error(
          "{}: is no file but a pipe, a device or a link that leads nowhere; remove it from the "
          "folder of the scan",
          entry->path().string());
    if (entry->path().filename() != "DICOMDIR") files.push_back(entry->path());
  }
  if (error) throw data_error("{}: cannot be listed: {}", folder.string(), error.message());
  std::sort(files.begin(), files.end());
  return files;
}

// Headers of every DICOM image among the files; others are passed over unless their name says
// DICOM.
std::vector<SliceHeader> scan(const std::vector<fs::path>& files, const Checkpoint& checkpoint) {
  std::vector<SliceHeader> slices;
  for (const fs::path& path : files) {
    checkpoint();
    const MappedFile mapped(path);
    const DicomFile file = parse_dicom(mapped.bytes());
    if (!file.dicom && !named_like_dicom(path)) continue;
    if (!file.dicom)
      throw data_error("{}: is named like a DICOM file but is none, or its header is damaged",
                       path.string());
    if (is_companion(file)) continue;
    if (!file.damage.empty()) throw data_error("{}: {}", path.string(), file.damage);
    if (!file.has_pixels)
      throw data_error("{}: holds no image; leave only the slices of the scan in the folder",
                       path.string());
    slices.push_back(slice_header(file, pixels_of(file, path.string()), path.filename().string()));
  }
  return slices;
}

// What libjpeg prints, and no more than prints, when it fills damaged data with grey.
bool complains(const std::string& printed) {
  return printed.find("Corrupt JPEG") != std::string::npos ||
         printed.find("Premature end of JPEG") != std::string::npos;
}

void decoded_values(const fs::path& path, const DicomPixels& pixels, const Checkpoint& checkpoint,
                    std::span<float> out) {
  (void)checkpoint();  // what was printed so far is about other files
  gdcm::ImageReader reader;
  reader.SetFileName(path.c_str());
  std::vector<std::byte> raw;
  bool decoded = reader.Read();
  if (decoded) {
    const gdcm::Image& image = reader.GetImage();
    raw.resize(image.GetBufferLength());
    decoded = image.GetDimension(0) == pixels.columns && image.GetDimension(1) == pixels.rows &&
              image.GetPixelFormat().GetBitsAllocated() == pixels.allocated &&
              raw.size() == pixels.bytes() && image.GetBuffer(reinterpret_cast<char*>(raw.data()));
  }
  if (complains(checkpoint()) || !decoded)
    throw data_error(
        "{}: its compressed pixels are damaged or cannot be decoded; export the scan again",
        path.string());
  to_values(pixels, raw, out);
}

void read_slice(const fs::path& path, const Checkpoint& checkpoint, std::span<float> out) {
  checkpoint();
  const std::string name = path.string();
  const MappedFile mapped(path);
  const DicomFile file = parse_dicom(mapped.bytes());
  const DicomPixels pixels = pixels_of(file, name);
  if (!file.has_pixels || static_cast<std::size_t>(pixels.rows * pixels.columns) != out.size())
    throw data_error("{}: changed while it was read; try again", name);
  if (!file.encapsulated) return native_values(file, pixels, name, out);
  require_stream(file, pixels, name);
  decoded_values(path, pixels, checkpoint, out);
}

Image read_here(const fs::path& path, const Checkpoint& checkpoint) {
  std::error_code error;
  const bool is_folder = fs::is_directory(path, error);
  const fs::path folder = is_folder ? path : path.parent_path();
  const Series series = arrange_series(
      folder.string(), scan(is_folder ? files_in(path) : std::vector{path}, checkpoint));
  Image image;
  try {
    image = Image(series.geometry, 1);
  } catch (const std::bad_alloc&) {
    throw data_error("{}: {} voxels do not fit into memory", folder.string(),
                     series.geometry.voxels());
  }
  const auto slice_voxels = static_cast<std::size_t>(image.slice_voxels());
  for (std::size_t z = 0; z < series.slices.size(); ++z)
    read_slice(folder / series.slices[z].file, checkpoint,
               std::span(image.voxels).subspan(z * slice_voxels, slice_voxels));
  return image;
}

}  // namespace

Image read_dicom(const fs::path& path) {
  return read_in_child(path.string(),
                       [&](const Checkpoint& checkpoint) { return read_here(path, checkpoint); });
}

}  // namespace myoseg::itk_io
