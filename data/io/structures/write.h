// Label maps as DICOM objects that refer to the series they were made of.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/labels.h"
#include "data/volume.h"

namespace myoseg {

// The series that an image was read from.
struct SourceSeries {
  struct Slice {
    std::string sop_class, instance_uid;
    int frame = 0;  // of a file of several, from 1; else 0
    std::array<double, 3> position{0, 0, 0};
  };
  Geometry geometry;
  std::vector<Slice> slices;  // by z
  std::map<std::uint32_t, std::string>
      elements;  // of patient and study, as they stand in the files
  std::string study_uid, series_uid, series_number, frame_of_reference;
};
// Nothing where the image is no DICOM series. Error(bad_data) for a series without the UIDs that an
// object has to refer to, and as reading the image.
[[nodiscard]] std::optional<SourceSeries> source_series(const std::filesystem::path& image);

// Who made the labels.
struct Maker {
  std::string algorithm, version;  // "myoseg nnunet", "1f3a..."
  std::string content_hash;        // of all that decides the labels: UIDs follow from it
};

// A binary segmentation (PS3.3, A.51), a segment a label by its value, frames that are empty left
// out. Error(bad_data) when the map does not lie on the series' grid.
void write_segmentation(const std::filesystem::path& file, const LabelMap& map,
                        const LabelSet& labels, const SourceSeries& source, const Maker& maker);
// A structure set (PS3.3, A.19), closed planar contours on each slice, holes by keyholes.
void write_contours(const std::filesystem::path& file, const LabelMap& map, const LabelSet& labels,
                    const SourceSeries& source, const Maker& maker);

}  // namespace myoseg
