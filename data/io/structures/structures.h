// Named structures of a patient, each a set of voxels, in the files that other programs write:
// DICOM SEG, RTSTRUCT, 3D Slicer's .seg.nrrd, folders with one mask a structure, label maps. What
// lies on another grid than the image is refused by name, never moved.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/volume.h"

namespace myoseg {

struct Structure {
  std::string name;
  int number = 0;  // segment, ROI or label value; in a folder of masks counted from 1
};

// An open file of structures.
class StructureSource {
 public:
  virtual ~StructureSource() = default;
  [[nodiscard]] virtual const std::vector<Structure>& structures() const = 0;
  // The grid that holds all of them; contours have none.
  [[nodiscard]] virtual std::optional<Geometry> grid() const = 0;
  // DICOM's Frame of Reference UID; "" where the file knows none.
  [[nodiscard]] virtual std::string frame_of_reference() const { return ""; }
  // Sets the voxels of one structure, by its place in structures(), to 1. Error(bad_data) naming
  // the file when the structure does not fit the grid.
  virtual void paint(std::size_t structure, const Geometry& grid,
                     std::span<std::uint8_t> mask) const = 0;
};

// Error(bad_data) for what is none of these. A folder is one of masks, a structure a file.
[[nodiscard]] std::unique_ptr<StructureSource> open_structures(const std::filesystem::path& path);
// Whether a DICOM file is a SEG or RTSTRUCT object, by its class. Never throws.
[[nodiscard]] bool is_structure_file(const std::filesystem::path& file);
// Whether it is an RTSTRUCT object, which has no grid of its own. Never throws.
[[nodiscard]] bool is_contour_file(const std::filesystem::path& file);

// Structures that become one label: those whose name matches one of the patterns, in which * stands
// for any letters and ? for one; capitals do not count.
struct LabelRule {
  std::string name;
  std::vector<std::string> from;
};
[[nodiscard]] bool matches(const LabelRule& rule, const std::string& structure);

struct TakenLabels {
  LabelMap map;  // rule i has the value i + 1
  std::vector<std::string>
      notes;  // structures that no rule takes; overlaps, which the later rule has
};
// At most 255 rules. Error(bad_data) as paint.
[[nodiscard]] TakenLabels take_labels(const StructureSource& source, const Geometry& grid,
                                      const std::vector<LabelRule>& rules);
// The structures by their own numbers on the file's own grid. Error(bad_data) naming `name` for
// contours, numbers beyond 255 and structures that overlap.
[[nodiscard]] LabelMap numbered_labels(const StructureSource& source, const std::string& name);

}  // namespace myoseg
