#include "data/project/projected_scan.h"

#include <variant>

#include "core/error.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

template <class Scan>
Radiograph project_with(const Scan& scan, const fs::path& file, const ProjectionOptions& options,
                        LabelMap* labels, const fs::path& label_file) {
  Radiograph radiograph;
  if (labels != nullptr) {
    if (const std::string gap = difference(labels->geometry, scan.geometry); !gap.empty())
      throw data_error("{} does not lie on the grid of {} ({}); export both on one grid",
                       label_file.string(), file.string(), gap);
    labels->geometry = scan.geometry;  // what rounding may have made of it casts no other rays
    radiograph.labels = project(*labels, options, label_file.string());
  }
  radiograph.image = project(scan, options, file.string());
  return radiograph;
}

}  // namespace

Radiograph project_scan(const fs::path& file, const ProjectionOptions& options, LabelMap* labels,
                        const fs::path& label_file) {
  return std::visit(
      [&](const auto& scan) { return project_with(scan, file, options, labels, label_file); },
      read_stored_scan(file));
}

}  // namespace myoseg
