// RTSTRUCT objects.
#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "data/io/dicom/segmentation_class.h"
#include "data/io/structures/derived.h"
#include "data/io/structures/polygon.h"

namespace myoseg {
namespace {

constexpr const char* kStudyClass = "1.2.840.10008.3.1.2.3.1";  // what a referenced study is called

// Points of an outline in mm.
std::vector<double> points_of(const Polygon& polygon, const SourceSeries::Slice& slice,
                              const Geometry& g) {
  std::vector<double> points;
  for (const Point& point : polygon)
    for (std::size_t r = 0; r < 3; ++r)
      points.push_back(slice.position[r] + g.direction[3 * r] * g.spacing[0] * point[0] +
                       g.direction[3 * r + 1] * g.spacing[1] * point[1]);
  return points;
}

std::vector<DicomObject> contours_of(const LabelMap& map, std::uint8_t value,
                                     const SourceSeries& source) {
  std::vector<DicomObject> contours;
  const auto size = static_cast<std::size_t>(map.slice_voxels());
  std::vector<std::uint8_t> mask(size);
  for (std::size_t z = 0; z < source.slices.size(); ++z) {
    const auto* voxels = map.voxels.data() + z * size;
    if (std::find(voxels, voxels + size, value) == voxels + size) continue;
    std::transform(voxels, voxels + size, mask.begin(),
                   [value](std::uint8_t v) { return v == value ? 1 : 0; });
    for (const Polygon& polygon :
         with_keyholes(trace(mask, map.geometry.size[0], map.geometry.size[1]))) {
      DicomObject contour;
      contour.item(0x30060016, reference_item(source.slices[z]));
      contour.text(0x30060042, "CS", "CLOSED_PLANAR");
      contour.text(0x30060046, "IS", fmt::format("{}", polygon.size()));
      contour.decimals(0x30060050, points_of(polygon, source.slices[z], map.geometry));
      contours.push_back(std::move(contour));
    }
  }
  return contours;
}

// Frame of reference, study, series and images that the contours lie on.
DicomObject references(const SourceSeries& source) {
  std::vector<DicomObject> images;
  for (const SourceSeries::Slice& slice : source.slices) images.push_back(reference_item(slice));
  DicomObject series, study, frame;
  series.text(0x0020000E, "UI", source.series_uid).items(0x30060016, std::move(images));
  study.text(0x00081150, "UI", kStudyClass).text(0x00081155, "UI", source.study_uid);
  study.item(0x30060014, std::move(series));
  frame.text(0x00200052, "UI", source.frame_of_reference).item(0x30060012, std::move(study));
  return frame;
}

struct Rois {
  std::vector<DicomObject> names, contours, observations;
};

void add_roi(Rois& rois, const Label& label, const LabelMap& map, const SourceSeries& source) {
  const std::string number = fmt::format("{}", rois.names.size() + 1);
  const auto colour = label_colour(label.value);
  DicomObject name, contour, observation;
  name.text(0x30060022, "IS", number).text(0x30060024, "UI", source.frame_of_reference);
  name.text(0x30060026, "LO", label.name.substr(0, 64)).text(0x30060036, "CS", "AUTOMATIC");
  contour.text(0x3006002A, "IS", fmt::format("{}\\{}\\{}", colour[0], colour[1], colour[2]));
  // A structure that is nowhere has no such sequence: it may not be empty.
  if (auto all = contours_of(map, label.value, source); !all.empty())
    contour.items(0x30060040, std::move(all));
  contour.text(0x30060084, "IS", number);
  observation.text(0x30060082, "IS", number).text(0x30060084, "IS", number);
  observation.text(0x300600A4, "CS", "").text(0x300600A6, "PN", "");
  rois.names.push_back(std::move(name));
  rois.contours.push_back(std::move(contour));
  rois.observations.push_back(std::move(observation));
}

}  // namespace

void write_contours(const std::filesystem::path& file, const LabelMap& map, const LabelSet& labels,
                    const SourceSeries& source, const Maker& maker) {
  require_on_series(file, map, source);
  Rois rois;
  for (const Label& label : labels.labels)
    if (label.value != 0) add_roi(rois, label, map, source);
  DicomObject object =
      derived_object(source, maker, kStructureSetClass, "RTSTRUCT", "Structure set");
  object.text(0x00081070, "PN", "");
  object.text(0x30060002, "SH", "myoseg").text(0x30060004, "LO", maker.algorithm.substr(0, 64));
  object.text(0x30060008, "DA", object.text_of(0x00080021));
  object.text(0x30060009, "TM", object.text_of(0x00080031));
  object.item(0x30060010, references(source)).items(0x30060020, std::move(rois.names));
  object.items(0x30060039, std::move(rois.contours));
  object.items(0x30060080, std::move(rois.observations));
  object.text(0x300E0002, "CS", "UNAPPROVED");
  write_file(file, object.file(true));
}

}  // namespace myoseg
