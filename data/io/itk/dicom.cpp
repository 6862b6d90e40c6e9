// A folder of DICOM slices, or one file, to one image. Libraries decompress pixels and do no more:
// ITK's own reader inverts, rescales and masks by rules of its own.
#include <algorithm>
#include <new>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/frames.h"
#include "data/io/dicom/regular.h"
#include "data/io/dicom/series.h"
#include "data/io/dicom/stream.h"
#include "data/io/dicom/values.h"
#include "data/io/itk/child.h"
#include "data/io/itk/decode.h"
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

bool is_dicom_path(const fs::path& file) {
  return named_like_dicom(file) || begins_as_dicom(MappedFile(file).bytes());
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

// Whether images of this kind stand beside a scan rather than being one: segmentations, doses.
bool stands_beside(std::string_view modality) {
  return modality == "SEG" || modality == "RTDOSE" || modality == "RTIMAGE";
}

// Whether the file is an image of a scan, or calls itself one: reading it says what is wrong.
bool is_scan_image(const fs::path& path) {
  const MappedFile mapped(path);
  const DicomFile file = parse_dicom(mapped.bytes());
  if (!file.dicom) return named_like_dicom(path);
  return !is_companion(file) && !stands_beside(file.text(0x00080060));
}

bool holds(const fs::path& folder, bool (*wanted)(const fs::path&)) {
  const auto files = files_in(folder);
  return std::any_of(files.begin(), files.end(), wanted);
}

// The only one; the folder itself where none holds an image.
fs::path folder_of_images(const fs::path& folder) {
  const std::vector<fs::path> found = dicom_folders(folder);
  if (found.size() > 1)
    throw data_error(
        "{}: holds DICOM images in {} folders below it ({}, {} ...); give one of them, or sort them "
        "with 'myoseg import source={}'",
        folder.string(), found.size(), fs::relative(found[0], folder).string(),
        fs::relative(found[1], folder).string(), folder.string());
  return found.empty() ? folder : found.front();
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
    for (SliceHeader& slice : slice_headers(file, path)) slices.push_back(std::move(slice));
  }
  const auto beside = [](const SliceHeader& slice) { return stands_beside(slice.modality); };
  if (!std::all_of(slices.begin(), slices.end(), beside)) std::erase_if(slices, beside);
  return slices;
}

// A file of slices that follow one another, parsed once.
class OpenFile {
 public:
  explicit OpenFile(const fs::path& path)
      : path_(path), mapped_(path), file_(parse_dicom(mapped_.bytes())), groups_(file_) {}
  [[nodiscard]] const fs::path& path() const { return path_; }

  void read(std::size_t frame, const Checkpoint& checkpoint, std::span<float> out) const {
    const std::string name = path_.string();
    const DicomPixels pixels = pixels_of(file_, groups_, frame, name);
    if (!file_.has_pixels || static_cast<std::size_t>(pixels.frame_values()) != out.size() ||
        frame >= static_cast<std::size_t>(pixels.frames))
      throw data_error("{}: changed while it was read; try again", name);
    if (pixels.allocated == 1)
      throw data_error("{}: its pixels are single bits, not those of a scan", name);
    if (!file_.encapsulated) return native_values(file_, pixels, name, frame, out);
    const auto stream = frame_stream(file_, frame, static_cast<std::size_t>(pixels.frames), name);
    const FrameStream kind = require_stream(file_, pixels, stream, name);
    to_values(pixels, decode_frame(kind, pixels, stream, name, checkpoint), out);
  }

 private:
  fs::path path_;
  MappedFile mapped_;
  DicomFile file_;
  FrameGroups groups_;
};

std::vector<float> read_slices(const Series& series, const Checkpoint& checkpoint) {
  const SliceHeader& first = series.slices.front();
  const auto slice_values = static_cast<std::size_t>(first.columns * first.rows);
  limit_memory(series.slices.size() * slice_values * sizeof(float) * (series.regular ? 1 : 3));
  std::vector<float> values(series.slices.size() * slice_values);
  std::optional<OpenFile> open;
  for (std::size_t z = 0; z < series.slices.size(); ++z) {
    const SliceHeader& slice = series.slices[z];
    checkpoint();
    if (!open || open->path() != slice.path) open.emplace(slice.path);
    open->read(slice.frame, checkpoint, std::span(values).subspan(z * slice_values, slice_values));
  }
  return values;
}

Image read_series(const Series& series, const std::string& name, const Checkpoint& checkpoint) {
  try {
    std::vector<float> values = read_slices(series, checkpoint);
    if (!series.regular) return onto_regular_grid(series, values);
    Image image;
    image.geometry = series.geometry;
    image.voxels = std::move(values);
    return image;
  } catch (const std::bad_alloc&) {
    throw data_error("{}: {} voxels do not fit into memory", name, series.geometry.voxels());
  }
}

}  // namespace

std::vector<fs::path> dicom_folders(const fs::path& folder) {
  if (holds(folder, is_dicom_path)) return {folder};
  std::vector<fs::path> scans, others;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;
    if (!entry->is_directory(unknown)) continue;
    if (holds(entry->path(), is_scan_image))
      scans.push_back(entry->path());
    else if (holds(entry->path(), is_dicom_path))
      others.push_back(entry->path());
  }
  std::vector<fs::path>& found = scans.empty() ? others : scans;
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<SliceHeader> dicom_slices(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return scan({path}, [] { return std::string(); });
  return scan(files_in(folder_of_images(path)), [] { return std::string(); });
}

std::vector<SliceHeader> dicom_slices(const std::vector<fs::path>& files) {
  return scan(files, [] { return std::string(); });
}

Image read_dicom(const fs::path& path) {
  return read_in_child(path.string(), [&](const Checkpoint& checkpoint) {
    std::error_code error;
    const bool is_folder = fs::is_directory(path, error);
    const fs::path folder = is_folder ? folder_of_images(path) : path.parent_path();
    const auto slices = scan(is_folder ? files_in(folder) : std::vector{path}, checkpoint);
    return read_series(only_series(folder.string(), slices), path.string(), checkpoint);
  });
}

Image read_dicom(const std::string& name, const std::vector<SliceHeader>& slices,
                 const SeriesOptions& options) {
  return read_in_child(name, [&](const Checkpoint& checkpoint) {
    return read_series(arrange_series(name, slices, options), name, checkpoint);
  });
}

Volume<std::uint8_t> decode_frames(const fs::path& path) {
  return read_in_child<std::uint8_t>(path.string(), [&](const Checkpoint& checkpoint) {
    const std::string name = path.string();
    const MappedFile mapped(path);
    const DicomFile file = parse_dicom(mapped.bytes());
    const DicomPixels pixels = pixel_layout(file, name);
    limit_memory(2 * (pixels.bytes() + static_cast<std::size_t>(pixels.frames)));
    Volume<std::uint8_t> out;
    for (std::size_t f = 0; f < static_cast<std::size_t>(pixels.frames); ++f) {
      checkpoint();
      const auto stream = frame_stream(file, f, static_cast<std::size_t>(pixels.frames), name);
      const FrameStream kind = require_stream(file, pixels, stream, name);
      const auto bytes = decode_frame(kind, pixels, stream, name, checkpoint);
      for (const std::byte b : bytes) out.voxels.push_back(std::to_integer<std::uint8_t>(b));
    }
    return out;
  });
}

}  // namespace myoseg::itk_io
