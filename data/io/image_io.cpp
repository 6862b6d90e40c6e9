#include "data/io/image_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/values.h"
#include "data/io/formats/metaimage.h"
#include "data/io/formats/nifti.h"
#include "data/io/formats/nifti_write.h"
#include "data/io/formats/nrrd.h"
#include "data/io/formats/picture.h"
#include "data/io/itk/itk.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// Longer endings first: ".seg.nrrd" ends in ".nrrd" too.
constexpr std::string_view kEndings[] = {".nii.gz", ".nii", ".seg.nrrd", ".nrrd", ".mha",
                                         ".mhd",    ".png", ".tiff",     ".tif"};
constexpr std::string_view kDicomEndings[] = {".dcm", ".dicom", ".ima"};

// The one of `endings`, in lower case, whatever the name's; "" for none.
std::string_view ending_among(std::span<const std::string_view> endings, const fs::path& file) {
  const std::string name = lower_case(file.filename().string());
  for (const auto ending : endings)
    if (name.size() > ending.size() && name.ends_with(ending)) return ending;
  return "";
}

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

// What `path` leads to: a file or a folder, nothing that could be waited for without end.
fs::file_type kind_of(const fs::path& path) {
  std::error_code error;
  const fs::file_type kind = fs::status(path, error).type();
  if (error == std::errc::too_many_symbolic_link_levels)
    throw data_error("{}: is a link that leads to itself", path.string());
  if (kind == fs::file_type::not_found)
    throw data_error("{}: there is no such file or folder", path.string());
  if (error) throw data_error("{}: cannot be read: {}", path.string(), error.message());
  if (kind != fs::file_type::regular && kind != fs::file_type::directory)
    throw data_error("{}: is neither a file nor a folder but a pipe, socket or device",
                     path.string());
  return kind;
}

bool is_folder(const fs::path& path) { return kind_of(path) == fs::file_type::directory; }

VoxelSource open(const fs::path& file) {
  const auto ending = require_ending(file);
  VoxelSource source = ending.starts_with(".nii")  ? open_nifti(file)
                       : ending.ends_with(".nrrd") ? open_nrrd(file)
                                                   : open_metaimage(file);
  check(source);
  return source;
}

// What is no array behind a header: DICOM and pictures.
std::optional<Image> read_decoded(const fs::path& path) {
  if (is_folder(path)) return itk_io::read_dicom(path);
  const std::string_view ending = ending_of(path);
  if (ending == ".png") return read_png(path);
  if (is_picture(ending)) return itk_io::read_tiff(path);
  if (ending.empty() && is_dicom_file(path)) return itk_io::read_dicom(path);
  return std::nullopt;
}

void write_picture(const fs::path& file, const LabelMap& map) {
  const auto& size = map.geometry.size;
  if (size[2] != 1)
    throw data_error("{}: a picture holds one slice and the label map has {}; write it as .nii.gz",
                     file.string(), size[2]);
  itk_io::write_grey(file, size[0], size[1], map.voxels);
}

void require_finite(const StoredImage& image, const fs::path& file) {
  if (const std::string found = not_finite(image); !found.empty())
    throw data_error("{}: has {}; export the scan again", file.string(), found);
}

void require_same_grid(const Geometry& first_grid, const fs::path& first, const Geometry& grid,
                       const fs::path& file) {
  if (const std::string gap = difference(first_grid, grid); !gap.empty())
    throw data_error("{} does not lie on the grid of {} ({}); export both on one grid",
                     file.string(), first.string(), gap);
}

StoredImage read_one_stored(const fs::path& path) {
  StoredImage image;
  if (auto decoded = read_decoded(path)) {
    auto floats = std::make_shared<const Image>(std::move(*decoded));
    image = StoredImage(*floats);
    image.channels.front().owner = std::move(floats);
  } else {
    VoxelSource source = open(path);
    image.geometry = source.geometry;
    image.channels.push_back(stored_channel(std::move(source)));
  }
  return image;
}

std::string colour_text(std::uint8_t value) {
  const auto c = label_colour(value);
  return fmt::format("{:.6g} {:.6g} {:.6g}", c[0] / 255.0, c[1] / 255.0, c[2] / 255.0);
}

// The keys by which 3D Slicer knows a segmentation (its .seg.nrrd format, one layer).
std::map<std::string, std::string> segment_keys(const LabelMap& map, const LabelSet& labels) {
  const auto& size = map.geometry.size;
  const std::string extent = fmt::format("0 {} 0 {} 0 {}", size[0] - 1, size[1] - 1, size[2] - 1);
  std::map<std::string, std::string> keys{
      {"Segmentation_MasterRepresentation", "Binary labelmap"},
      {"Segmentation_SourceRepresentation", "Binary labelmap"},  // the same in Slicer >= 5.2
      {"Segmentation_ContainedRepresentationNames", "Binary labelmap|"},
      {"Segmentation_ReferenceImageExtentOffset", "0 0 0"},
  };
  int number = 0;
  for (const auto& label : labels.labels) {
    if (label.value == 0) continue;
    const std::string segment = fmt::format("Segment{}_", number++);
    keys[segment + "ID"] = fmt::format("Segment_{}", label.value);
    keys[segment + "Name"] = label.name;
    keys[segment + "NameAutoGenerated"] = "0";
    keys[segment + "Color"] = colour_text(label.value);
    keys[segment + "ColorAutoGenerated"] = "0";
    keys[segment + "LabelValue"] = fmt::format("{}", label.value);
    keys[segment + "Layer"] = "0";
    keys[segment + "Extent"] = extent;
    keys[segment + "Tags"] = "Segmentation.Status:completed|";
  }
  return keys;
}

template <class T>
std::string_view as_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// MetaImage's two files are written here, not by ITK, which would name the second after the
// temporary name of the first. The voxels come first: a header never stands without them.
void write_mhd(const fs::path& file, const Geometry& g, std::string_view type,
               std::string_view voxels) {
  const auto& d = g.direction;
  const fs::path raw = fs::path(file).replace_extension(".raw");
  write_file(raw, voxels);
  write_file(
      file, fmt::format("ObjectType = Image\nNDims = 3\nBinaryData = True\n"
                        "BinaryDataByteOrderMSB = {}\nCompressedData = False\n"
                        "TransformMatrix = {} {} {} {} {} {} {} {} {}\nOffset = {}\n"
                        "ElementSpacing = {}\nDimSize = {}\nElementType = {}\n"
                        "ElementDataFile = {}\n",
                        std::endian::native == std::endian::big ? "True" : "False",  //
                        d[0], d[3], d[6], d[1], d[4], d[7], d[2], d[5], d[8],  // column by column
                        fmt::join(g.origin, " "), fmt::join(g.spacing, " "), fmt::join(g.size, " "),
                        type, raw.filename().string()));
}

template <class T>
void write(const fs::path& file, const Volume<T>& volume, itk_io::Stored type,
           const std::map<std::string, std::string>& keys = {}) {
  const auto ending = require_ending(file);
  if (is_picture(ending))
    throw data_error("{}: a picture holds label maps only; write the image as .nii.gz",
                     file.string());
  const auto& geometry = volume.geometry;
  const auto& voxels = volume.voxels;
  if (static_cast<std::int64_t>(voxels.size()) != geometry.voxels())
    throw failure("cannot write {}: {} voxels for a grid of {}; several channels need a file each",
                  file.string(), voxels.size(), geometry.voxels());
  if (ending.starts_with(".nii")) return write_nifti(file, volume);
  if (ending == ".mhd") {
    const std::string_view name = type == itk_io::Stored::uint8   ? "MET_UCHAR"
                                  : type == itk_io::Stored::int16 ? "MET_SHORT"
                                                                  : "MET_FLOAT";
    return write_mhd(file, geometry, name, as_bytes(voxels));
  }
  itk_io::write_file(file, geometry, type, voxels.data(), keys);
}

}  // namespace

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
  char magic[4] = {};
  in.seekg(128).read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "DICM";
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

Image read_image(const fs::path& path) {
  if (auto decoded = read_decoded(path)) return std::move(*decoded);
  return read_floats(open(path));
}

std::string pixel_size_doubt(const Geometry& geometry, const fs::path& file) {
  if (!geometry.has_pixel_size())
    return fmt::format("{}: states no pixel size, so its areas and volumes are not known (NA)",
                       file.string());
  if (geometry.pixel_size == PixelSize::detector)
    return fmt::format(
        "{}: states the pixel size at the detector ({:g} x {:g} mm); the body's is smaller by a "
        "magnification that the file does not state",
        file.string(), geometry.spacing[0], geometry.spacing[1]);
  if (geometry.pixel_size == PixelSize::corrected)
    return fmt::format(
        "{}: its pixel size of {:.4g} x {:.4g} mm is the detector's divided by the magnification "
        "that the file states",
        file.string(), geometry.spacing[0], geometry.spacing[1]);
  return "";
}

Image read_channels(const std::vector<fs::path>& files) {
  Image image = read_image(files.front());
  require_finite(image, files.front());
  for (std::size_t c = 1; c < files.size(); ++c) {
    const Image channel = read_image(files[c]);
    require_finite(channel, files[c]);
    require_same_grid(image.geometry, files.front(), channel.geometry, files[c]);
    image.voxels.insert(image.voxels.end(), channel.voxels.begin(), channel.voxels.end());
    ++image.channels;
  }
  return image;
}

StoredImage read_stored(const std::vector<fs::path>& files) {
  StoredImage image;
  for (const fs::path& file : files) {
    StoredImage channel = read_one_stored(file);
    require_finite(channel, file);
    if (&file == &files.front())
      image.geometry = channel.geometry;
    else
      require_same_grid(image.geometry, files.front(), channel.geometry, file);
    image.channels.push_back(std::move(channel.channels.front()));
  }
  return image;
}

LabelMap read_label_map(const fs::path& path) {
  if (const auto decoded = read_decoded(path)) return labels_of(path.string(), *decoded);
  return read_labels(open(path));
}

void write_label_map(const fs::path& file, const LabelMap& map, const LabelSet& labels) {
  const std::string_view ending = require_ending(file);
  if (is_picture(ending)) return write_picture(file, map);
  const bool segmentation = ending == ".seg.nrrd";
  write(file, map, itk_io::Stored::uint8,
        segmentation ? segment_keys(map, labels) : std::map<std::string, std::string>{});
}

void write_image(const fs::path& file, const Image& image) {
  const bool whole = std::all_of(image.voxels.begin(), image.voxels.end(), [](float v) {
    return v >= -32768 && v <= 32767 && v == std::floor(v);
  });
  if (!whole) return write(file, image, itk_io::Stored::float32);
  Volume<std::int16_t> rounded;
  rounded.geometry = image.geometry;
  rounded.channels = image.channels;
  rounded.voxels.assign(image.voxels.begin(), image.voxels.end());
  write(file, rounded, itk_io::Stored::int16);
}

namespace {

template <class T>
void require_pixels(const fs::path& file, int width, int height, const std::vector<T>& values,
                    std::size_t channels) {
  if (width < 1 || height < 1 ||
      values.size() !=
          channels * static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
    throw failure("cannot write {}: {} values for a picture of {} x {}", file.string(),
                  values.size(), width, height);
}

}  // namespace

void write_png(const fs::path& file, int width, int height, const std::vector<std::uint8_t>& rgb) {
  require_pixels(file, width, height, rgb, 3);
  itk_io::write_png(file, width, height, rgb);
}
void write_png(const fs::path& file, int width, int height,
               const std::vector<std::uint16_t>& grey) {
  require_pixels(file, width, height, grey, 1);
  itk_io::write_grey(file, width, height, grey);
}

}  // namespace myoseg
