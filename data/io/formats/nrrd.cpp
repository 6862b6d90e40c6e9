#include "data/io/formats/nrrd.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "core/error.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct TypeNames {
  Scalar scalar;
  std::string_view names;  // between bars
};
constexpr TypeNames kTypes[] = {
    {Scalar::int8, "|signed char|int8|int8_t|"},
    {Scalar::uint8, "|uchar|unsigned char|uint8|uint8_t|"},
    {Scalar::int16, "|short|short int|signed short|signed short int|int16|int16_t|"},
    {Scalar::uint16, "|ushort|unsigned short|unsigned short int|uint16|uint16_t|"},
    {Scalar::int32, "|int|signed int|int32|int32_t|"},
    {Scalar::uint32, "|uint|unsigned int|uint32|uint32_t|"},
    {Scalar::int64,
     "|longlong|long long|long long int|signed long long|signed long long int|int64|int64_t|"},
    {Scalar::uint64, "|ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t|"},
    {Scalar::float32, "|float|"},
    {Scalar::float64, "|double|"},
};

constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"datafile", "data file"}, {"lineskip", "line skip"}, {"byteskip", "byte skip"},
    {"axismins", "axis mins"}, {"axismaxs", "axis maxs"}, {"centers", "centerings"},
};

std::string field_name(std::string_view text) {
  std::string name = lower_case(trimmed(text));
  for (const auto& [other, usual] : kOtherNames)
    if (name == other) return std::string(usual);
  return name;
}

// The fields up to the empty line behind which the voxels begin, at `end`; 0 when there is none.
HeaderFields read_fields(const std::string& image, std::span<const std::byte> bytes,
                         std::size_t& end) {
  HeaderLines lines(bytes);
  std::string line;
  if (!lines.next(line) || line.size() != 8 || !line.starts_with("NRRD000") || line[7] < '1' ||
      line[7] > '5')
    throw data_error("{}: its header cannot be read; the file is damaged or of another format",
                     image);
  HeaderFields fields(image);
  end = 0;
  while (lines.next(line)) {
    if (line.empty()) {
      end = lines.position();
      return fields;
    }
    const auto colon = line.find(':');
    if (line[0] == '#') continue;
    if (colon != std::string::npos && line.substr(colon, 2) == ":=") {  // a key of a program's own
      const std::string key = ':' + line.substr(0, colon);
      if (!fields.has(key)) fields.add(key, std::string_view(line).substr(colon + 2));
      continue;
    }
    if (colon == std::string::npos)
      throw data_error("{}: its header has a line that is no field; the file is damaged", image);
    fields.add(field_name(std::string_view(line).substr(0, colon)),
               std::string_view(line).substr(colon + 1));
  }
  return fields;
}

Scalar scalar_of(const std::string& image, const std::string& type) {
  const std::string wanted = '|' + lower_case(type) + '|';
  for (const auto& [scalar, names] : kTypes)
    if (names.find(wanted) != std::string_view::npos) return scalar;
  throw data_error("{}: holds voxels of type '{}', not real numbers", image, type);
}

bool is_swapped(const VoxelSource& s, const HeaderFields& fields) {
  if (bytes_of(s.scalar) == 1) return false;
  const std::string order = lower_case(fields.text("endian"));
  if (order != "little" && order != "big")
    throw data_error("{}: its header's 'endian' is '{}', neither little nor big", s.name, order);
  return (order == "big") != (std::endian::native == std::endian::big);
}

bool is_packed(const std::string& image, const std::string& encoding) {
  if (encoding == "raw") return false;
  if (encoding == "gzip" || encoding == "gz") return true;
  throw data_error("{}: its voxels are encoded as '{}', which is not read; save them raw or gzip",
                   image, encoding);
}

// Lines are skipped in the file, bytes behind them; inside the stream when that is compressed.
void skip(VoxelSource& s, const HeaderFields& fields) {
  const auto bytes = s.file.bytes();
  for (std::int64_t n = fields.whole("line skip", 0, 0); n > 0; --n) {
    const auto rest = bytes.subspan(s.offset);
    const auto end = std::find(rest.begin(), rest.end(), std::byte{'\n'});
    if (end == rest.end())
      throw data_error("{}: ends early: it has fewer lines than its header skips", s.name);
    s.offset += static_cast<std::size_t>(end - rest.begin()) + 1;
  }
  const std::int64_t n = fields.whole("byte skip", s.packed ? 0 : -1, 0);
  if (n >= 0 && s.packed)
    s.skip = static_cast<std::size_t>(n);
  else if (n >= 0)
    s.offset += std::min(static_cast<std::size_t>(n), bytes.size());  // check() finds too few
  else if (s.voxel_bytes() <= bytes.size() - s.offset)
    s.offset = bytes.size() - s.voxel_bytes();
}

// "Segment0_Name" and so on, counted from 0 until there is none.
std::vector<NrrdSegment> segments_of(const HeaderFields& fields) {
  std::vector<NrrdSegment> segments;
  for (int i = 0; fields.has(fmt::format(":Segment{}_ID", i)); ++i) {
    const auto key = [i](const char* name) { return fmt::format(":Segment{}_{}", i, name); };
    NrrdSegment segment{fields.text(key("Name")), i + 1, 0};
    if (segment.name.empty()) segment.name = fields.text(key("ID"));
    // Slicer before 4.11 writes neither: one layer a segment, whose value is 1.
    segment.value = static_cast<int>(std::min<std::int64_t>(fields.whole(key("LabelValue"), 0, 1),
                                                            std::numeric_limits<int>::max()));
    segment.layer = fields.whole(key("Layer"), 0, fields.has(key("LabelValue")) ? 0 : i);
    segments.push_back(std::move(segment));
  }
  return segments;
}

VoxelSource open_header(const fs::path& path, NrrdLayers* layers) {
  VoxelSource s(path);
  const HeaderFields fields = read_fields(s.name, s.file.bytes(), s.offset);
  for (const char* name : {"dimension", "type", "sizes", "encoding"})
    if (!fields.has(name))
      throw data_error("{}: its header has no field '{}'; the file is damaged", s.name, name);
  s.geometry = nrrd_geometry(s.name, fields, layers == nullptr ? nullptr : &layers->count);
  if (layers != nullptr) {
    s.values_per_voxel = layers->count;
    layers->segments = segments_of(fields);
  }
  s.scalar = scalar_of(s.name, fields.text("type"));
  s.swapped = is_swapped(s, fields);
  s.packed = is_packed(s.name, lower_case(fields.text("encoding")));
  if (fields.has("data file")) {
    s.take_data_file(voxel_file(path, fields.text("data file")));
    s.offset = 0;
  } else if (s.offset == 0) {
    throw data_error("{}: ends early, inside its header", s.name);
  }
  skip(s, fields);
  return s;
}

}  // namespace

VoxelSource open_nrrd(const fs::path& path) { return open_header(path, nullptr); }

VoxelSource open_nrrd(const fs::path& path, NrrdLayers& layers) {
  return open_header(path, &layers);
}

}  // namespace myoseg
