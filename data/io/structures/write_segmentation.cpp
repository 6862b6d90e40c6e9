// DICOM SEG objects.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/files.h"
#include "data/io/dicom/segmentation_class.h"
#include "data/io/structures/derived.h"

namespace myoseg {
namespace {

struct Frame {
  std::uint8_t value = 0;
  int segment = 0;  // from 1
  std::size_t slice = 0;
};

// CIELab as PS3.3 C.10.7.1.1 has it, of sRGB under D50 (by way of D65, Bradford left out).
std::array<int, 3> cielab(const std::array<std::uint8_t, 3>& rgb) {
  std::array<double, 3> linear{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double v = rgb[i] / 255.0;
    linear[i] = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  }
  const auto f = [](double t) {
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const auto& [r, g, b] = linear;
  const double x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const double y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const double z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  const auto scaled = [](double value, double low, double high) {
    return static_cast<int>(std::clamp((value - low) / (high - low), 0.0, 1.0) * 65535 + 0.5);
  };
  return {scaled(116 * y - 16, 0, 100), scaled(500 * (x - y), -128, 127),
          scaled(200 * (y - z), -128, 127)};
}

DicomObject segment_item(const Label& label, int number, const Maker& maker) {
  const StructureCodes codes = codes_of(label.name);
  DicomObject type = code_item("SCT", codes.type);
  if (!codes.side.value.empty()) type.item(0x00620011, code_item("SCT", codes.side));
  DicomObject algorithm;
  algorithm.item(0x0066002F, code_item("DCM", {"123109", "Artificial Intelligence"}));
  algorithm.text(0x00660036, "LO", maker.algorithm.substr(0, 64));
  algorithm.text(0x00660031, "LO", maker.version.substr(0, 64));
  DicomObject item;
  item.item(0x00620003, code_item("SCT", codes.category)).number(0x00620004, {number});
  item.text(0x00620005, "LO", label.name.substr(0, 64)).item(0x00620007, std::move(algorithm));
  item.text(0x00620008, "CS", "AUTOMATIC").text(0x00620009, "LO", maker.algorithm.substr(0, 64));
  const auto lab = cielab(label_colour(label.value));
  item.number(0x0062000D, {lab[0], lab[1], lab[2]}).item(0x0062000F, std::move(type));
  return item;
}

// Frames in the order of their segments, then of their places.
std::vector<Frame> frames_of(const LabelMap& map, const LabelSet& labels) {
  std::vector<std::set<std::uint8_t>> values;
  const auto size = static_cast<std::size_t>(map.slice_voxels());
  for (std::int64_t z = 0; z < map.geometry.size[2]; ++z) {
    const auto* first = map.voxels.data() + static_cast<std::size_t>(z) * size;
    values.emplace_back(first, first + size);
  }
  std::vector<Frame> frames;
  int segment = 0;
  for (const Label& label : labels.labels) {
    if (label.value == 0) continue;
    ++segment;
    for (std::size_t z = 0; z < values.size(); ++z)
      if (values[z].contains(label.value)) frames.push_back({label.value, segment, z});
  }
  // An object without a frame is none: of an empty map the first slice of the first segment.
  if (frames.empty()) frames.push_back({labels.labels.back().value, segment, 0});
  return frames;
}

std::string bits_of(const LabelMap& map, const std::vector<Frame>& frames) {
  const auto size = static_cast<std::size_t>(map.slice_voxels());
  std::string bits((size * frames.size() + 7) / 8, '\0');
  for (std::size_t f = 0; f < frames.size(); ++f)
    for (std::size_t i = 0; i < size; ++i) {
      if (map.voxels[frames[f].slice * size + i] != frames[f].value) continue;
      const std::size_t bit = f * size + i;
      bits[bit / 8] = static_cast<char>(bits[bit / 8] | 1 << (bit % 8));
    }
  return bits;
}

DicomObject frame_item(const Frame& frame, const SourceSeries& source) {
  const SourceSeries::Slice& slice = source.slices[frame.slice];
  DicomObject reference = reference_item(slice);
  reference.item(0x0040A170,
                 code_item("DCM", {"121322", "Source image for image processing operation"}));
  DicomObject derivation, content, position, identification, item;
  derivation.item(0x00082112, std::move(reference));
  derivation.item(0x00089215, code_item("DCM", {"113076", "Segmentation"}));
  content.longs(0x00209157, {static_cast<std::uint32_t>(frame.segment),
                             static_cast<std::uint32_t>(frame.slice + 1)});
  position.decimals(0x00200032, slice.position);
  identification.number(0x0062000B, {frame.segment});
  item.item(0x00089124, std::move(derivation)).item(0x00209111, std::move(content));
  item.item(0x00209113, std::move(position)).item(0x0062000A, std::move(identification));
  return item;
}

DicomObject shared_item(const Geometry& g) {
  const std::array<double, 6> axes{g.direction[0], g.direction[3], g.direction[6],
                                   g.direction[1], g.direction[4], g.direction[7]};
  DicomObject orientation, measures, item;
  orientation.decimals(0x00200037, axes);
  measures.decimals(0x00180050, std::array{g.spacing[2]});
  measures.decimals(0x00180088, std::array{g.spacing[2]});
  measures.decimals(0x00280030, std::array{g.spacing[1], g.spacing[0]});
  item.item(0x00209116, std::move(orientation)).item(0x00289110, std::move(measures));
  return item;
}

// By segment, then by place in the patient.
void add_dimensions(DicomObject& object, const std::string& uid) {
  DicomObject organization, segment, place;
  organization.text(0x00209164, "UI", uid);
  segment.text(0x00209164, "UI", uid).tag(0x00209165, 0x0062000B).tag(0x00209167, 0x0062000A);
  segment.text(0x00209421, "LO", "Segment Number");
  place.text(0x00209164, "UI", uid).tag(0x00209165, 0x00200032).tag(0x00209167, 0x00209113);
  place.text(0x00209421, "LO", "Image Position Patient");
  object.item(0x00209221, std::move(organization));
  object.items(0x00209222, {std::move(segment), std::move(place)});
}

void add_references(DicomObject& object, const SourceSeries& source) {
  std::vector<DicomObject> instances;
  std::set<std::string> named;
  for (SourceSeries::Slice slice : source.slices) {
    slice.frame = 0;
    if (named.insert(slice.instance_uid).second) instances.push_back(reference_item(slice));
  }
  DicomObject series;
  series.items(0x0008114A, std::move(instances)).text(0x0020000E, "UI", source.series_uid);
  object.item(0x00081115, std::move(series));
}

}  // namespace

void write_segmentation(const std::filesystem::path& file, const LabelMap& map,
                        const LabelSet& labels, const SourceSeries& source, const Maker& maker) {
  require_on_series(file, map, source);
  const std::vector<Frame> frames = frames_of(map, labels);
  DicomObject object = derived_object(source, maker, kSegmentationClass, "SEG", "Segmentation");
  add_references(object, source);
  add_dimensions(object, derived_uid(object.text_of(0x00080018) + "dimensions"));
  object.text(0x00080008, "CS", "DERIVED\\PRIMARY");
  object.text(0x00080023, "DA", object.text_of(0x00080021));
  object.text(0x00080033, "TM", object.text_of(0x00080031));
  object.number(0x00280002, {1}).text(0x00280004, "CS", "MONOCHROME2");
  object.text(0x00280008, "IS", fmt::format("{}", frames.size()));
  object.number(0x00280010, {static_cast<int>(map.geometry.size[1])});
  object.number(0x00280011, {static_cast<int>(map.geometry.size[0])});
  object.number(0x00280100, {1}).number(0x00280101, {1}).number(0x00280102, {0});
  object.number(0x00280103, {0}).text(0x00282110, "CS", "00");
  std::vector<DicomObject> segments, per_frame;
  for (const Label& label : labels.labels)
    if (label.value != 0)
      segments.push_back(segment_item(label, static_cast<int>(segments.size()) + 1, maker));
  for (const Frame& frame : frames) per_frame.push_back(frame_item(frame, source));
  object.text(0x00620001, "CS", "BINARY").items(0x00620002, std::move(segments));
  object.text(0x00620013, "CS", "NO").text(0x00700080, "CS", "SEGMENTATION");
  object.text(0x00700081, "LO", "Segmentation by myoseg").text(0x00700084, "PN", "myoseg^");
  object.item(0x52009229, shared_item(map.geometry)).items(0x52009230, std::move(per_frame));
  object.bytes(0x7FE00010, bits_of(map, frames));
  write_file(file, object.file(false));
}

}  // namespace myoseg
