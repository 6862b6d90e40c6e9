#include "data/io/formats/metaimage.h"

#include <algorithm>
#include <bit>

#include "core/error.h"
#include "data/io/formats/header_text.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::pair<std::string_view, Scalar> kTypes[] = {
    {"MET_UCHAR", Scalar::uint8},       {"MET_CHAR", Scalar::int8},
    {"MET_USHORT", Scalar::uint16},     {"MET_SHORT", Scalar::int16},
    {"MET_UINT", Scalar::uint32},       {"MET_INT", Scalar::int32},
    {"MET_ULONG", Scalar::uint32},      {"MET_LONG", Scalar::int32},
    {"MET_ULONG_LONG", Scalar::uint64}, {"MET_LONG_LONG", Scalar::int64},
    {"MET_FLOAT", Scalar::float32},     {"MET_DOUBLE", Scalar::float64},
};

// The fields up to ElementDataFile, which is the last; `end` is where the header ends.
HeaderFields read_fields(const std::string& image, std::span<const std::byte> bytes,
                         std::size_t& end) {
  HeaderFields fields(image);
  HeaderLines lines(bytes);
  for (std::string line; !fields.has("ElementDataFile") && lines.next(line);) {
    const auto sign = line.find_first_of("=:");
    const std::string name(trimmed(std::string_view(line).substr(0, sign)));
    if (name.empty() && sign == std::string::npos) continue;
    if (name.empty() || sign == std::string::npos) break;
    fields.add(name, std::string_view(line).substr(sign + 1));
  }
  if (!fields.has("ElementDataFile") || !fields.has("NDims") || !fields.has("DimSize"))
    throw data_error("{}: its header cannot be read; the file is damaged or of another format",
                     image);
  end = lines.position();
  return fields;
}

// One field that has several names; "" when none is there.
std::string one_name(const std::string& image, const HeaderFields& fields,
                     std::initializer_list<const char*> names) {
  std::string found;
  for (const char* name : names) {
    if (!fields.has(name)) continue;
    if (!found.empty() && fields.text(found) != fields.text(name))
      throw data_error("{}: its header's '{}' and '{}' contradict each other", image, found, name);
    found = name;
  }
  return found;
}

bool truth(const std::string& image, const HeaderFields& fields, const std::string& name,
           bool otherwise) {
  const std::string value = lower_case(fields.text(name));
  if (value.empty()) return otherwise;
  if (value == "true" || value == "t" || value == "1") return true;
  if (value == "false" || value == "f" || value == "0") return false;
  throw data_error("{}: its header's '{}' is '{}', neither True nor False", image, name, value);
}

Geometry geometry_of(const std::string& image, const HeaderFields& fields) {
  constexpr std::int64_t kMostDimensions = 10;
  const auto dimensions = static_cast<std::size_t>(fields.whole("NDims", 1, 1));
  if (dimensions > kMostDimensions)
    throw data_error("{}: its header says {} dimensions; the file is damaged", image, dimensions);
  const auto size = fields.wholes("DimSize", dimensions, 1);
  for (std::size_t i = 3; i < dimensions; ++i)
    if (size[i] > 1)
      throw data_error(
          "{}: has {} dimensions (axis {} is {} long), not three; split it into one file per "
          "volume",
          image, dimensions, i + 1, size[i]);
  const std::string step = fields.has("ElementSpacing") ? "ElementSpacing" : "ElementSize";
  const auto spacing = fields.numbers(step, dimensions);
  const auto origin =
      fields.numbers(one_name(image, fields, {"Offset", "Position", "Origin"}), dimensions);
  const auto axes =
      fields.numbers(one_name(image, fields, {"TransformMatrix", "Rotation", "Orientation"}),
                     dimensions * dimensions);
  Geometry g;
  g.size = {1, 1, 1};  // a picture is one slice
  const std::size_t used = std::min<std::size_t>(dimensions, 3);
  for (std::size_t i = 0; i < used; ++i) {
    g.size[i] = size[i];
    if (!spacing.empty()) g.spacing[i] = spacing[i];
    if (!origin.empty()) g.origin[i] = origin[i];
    for (std::size_t r = 0; r < used && !axes.empty(); ++r)  // axis by axis
      g.direction[3 * r + i] = axes[i * dimensions + r];
  }
  return g;
}

void refuse_what_is_not_read(const std::string& image, const HeaderFields& fields) {
  if (const std::string kind = fields.text("ObjectType"); !kind.empty() && kind != "Image")
    throw data_error("{}: holds an object of type '{}', not an image", image, kind);
  if (!truth(image, fields, "BinaryData", true))
    throw data_error("{}: its voxels are written as text, which is not read; save them as binary",
                     image);
  if (const auto values = fields.whole("ElementNumberOfChannels", 1, 1); values != 1)
    throw data_error("{}: holds {} values per voxel (colour or a vector), not one", image, values);
  const auto slope = fields.numbers("ElementToIntensityFunctionSlope", 1);
  const auto offset = fields.numbers("ElementToIntensityFunctionOffset", 1);
  if ((!slope.empty() && slope[0] != 1) || (!offset.empty() && offset[0] != 0))
    throw data_error(
        "{}: asks for its values to be rescaled (ElementToIntensityFunction), which programs do or "
        "do not; save the rescaled values",
        image);
  const std::string unit = fields.text("DistanceUnits");
  if (!unit.empty() && unit != "mm" && unit != "?")
    throw data_error("{}: its lengths are in {}, not in mm; convert them", image, unit);
}

Scalar scalar_of(const std::string& image, const std::string& type) {
  for (const auto& [name, scalar] : kTypes)
    if (type == name) return scalar;
  throw data_error("{}: holds voxels of type '{}', not real numbers", image, type);
}

// Where the voxels begin in their file; `header_end` when they follow the header.
std::size_t offset_of(const VoxelSource& s, const HeaderFields& fields, std::size_t header_end) {
  const std::int64_t skip = fields.whole("HeaderSize", -1, 0);
  if (skip == 0) return header_end;
  const std::size_t size = s.file.bytes().size();
  if (skip > 0) {
    if (static_cast<std::size_t>(skip) < header_end)
      throw data_error("{}: its HeaderSize {} lies inside the header", s.name, skip);
    return static_cast<std::size_t>(skip);
  }
  if (s.packed && !s.length)
    throw data_error("{}: its compressed voxels end the file, and CompressedDataSize is missing",
                     s.name);
  const std::size_t wanted = s.length.value_or(s.voxel_bytes());
  return wanted > size - header_end ? header_end : size - wanted;  // check() finds too few
}

}  // namespace

VoxelSource open_metaimage(const fs::path& path) {
  VoxelSource s(path);
  std::size_t header_end = 0;
  const HeaderFields fields = read_fields(s.name, s.file.bytes(), header_end);
  refuse_what_is_not_read(s.name, fields);
  s.geometry = geometry_of(s.name, fields);
  s.scalar = scalar_of(s.name, fields.text("ElementType"));
  const std::string order =
      one_name(s.name, fields, {"BinaryDataByteOrderMSB", "ElementByteOrderMSB"});
  const bool big = std::endian::native == std::endian::big;
  s.swapped = truth(s.name, fields, order, big) != big;
  s.packed = truth(s.name, fields, "CompressedData", false);
  if (s.packed && fields.has("CompressedDataSize"))
    s.length = static_cast<std::size_t>(fields.whole("CompressedDataSize", 1, 0));
  const std::string data_file = fields.text("ElementDataFile");
  if (lower_case(data_file) != "local") {
    s.take_data_file(voxel_file(path, data_file));
    header_end = 0;
  }
  s.offset = offset_of(s, fields, header_end);
  return s;
}

}  // namespace myoseg
