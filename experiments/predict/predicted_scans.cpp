#include "experiments/predict/predicted_scans.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <span>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/names.h"
#include "data/io/image_files.h"
#include "data/io/image_io.h"
#include "data/io/structures/write.h"
#include "eval/agreement/quantity_table.h"
#include "eval/predict/postprocess.h"
#include "experiments/run/version.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMemory = ".myoseg";  // in the folder of predictions, a folder for each scan

Body body_of_scan(const Scan& scan, const ScanPrediction& how) {
  const auto body = how.bodies.find(match_key(scan.name));
  return body == how.bodies.end() ? Body() : body->second;
}

std::string text_of(const Body& body) {
  return fmt::format("{} {}", body.height_m.value_or(0), body.l3_slice.value_or(-2));
}

std::string inputs_of(const Scan& scan, const ScanPrediction& how, FileHashes& hashes) {
  Hasher hasher;
  hasher.add(how.networks).add(scan.name).add(text_of(body_of_scan(scan, how)));
  for (const fs::path& file : scan.files) hasher.add(hash_image(file, hashes));
  if (!how.spacing_mm.empty())
    hasher.add(fmt::format("spacing {}", fmt::join(how.spacing_mm, " ")));
  return hasher.hex();
}

// The pixel size that was given, for an image that states none.
void give_pixel_size(Geometry& geometry, const ScanPrediction& how) {
  if (geometry.has_pixel_size() || how.spacing_mm.empty()) return;
  geometry.spacing = {how.spacing_mm.front(), how.spacing_mm.back(), geometry.spacing[2]};
  geometry.pixel_size = PixelSize::stated;
}

void warn_of_pixel_size(const Geometry& geometry, const Scan& scan) {
  const std::string doubt = pixel_size_doubt(geometry, scan.files.front());
  if (!doubt.empty())
    log::warn("{}{}", doubt, geometry.has_pixel_size() ? "" : "; spacing_mm=[x,y] gives it");
}

// Networks that have seen projections know nothing of a CT's slices.
void require_radiograph(const StoredImage& image, const Scan& scan, const ScanPrediction& how) {
  const auto& projection = how.experiment.data.projection;
  if (projection && image.geometry.size[2] > 1)
    throw data_error(
        "{}: is a volume of {} slices, but the run's networks have seen radiographs; project it "
        "first, 'myoseg drr view={} ray={}' with all options of the run's data.projection",
        scan.files.front().string(), image.geometry.size[2], name_of(projection->view),
        name_of(projection->ray));
}

StoredImage read(const Scan& scan, const ScanPrediction& how) {
  StoredImage image = read_stored(scan.files);
  require_radiograph(image, scan, how);
  give_pixel_size(image.geometry, how);
  warn_of_pixel_size(image.geometry, scan);
  return image;
}

bool is_dicom_object(const std::string& format) {
  return format == "dicom_seg" || format == "rtstruct";
}

// The end of the file's name that a format has.
std::string ending_of_format(const std::string& format) {
  if (format == "dicom_seg") return ".seg.dcm";
  if (format == "rtstruct") return ".rtstruct.dcm";
  return format;
}

// What DICOM objects of the scan refer to; nothing where none is asked for.
std::optional<SourceSeries> source_of(const Scan& scan, const ScanPrediction& how) {
  const auto asked = std::find_if(how.formats.begin(), how.formats.end(), is_dicom_object);
  if (asked == how.formats.end()) return std::nullopt;
  auto source = source_series(scan.files.front());
  if (!source)
    throw data_error("{}: is no DICOM series, which an object of formats=[{}] has to refer to",
                     scan.files.front().string(), *asked);
  return source;
}

Maker maker_of(const LabelMap& map, const ScanPrediction& how) {
  Hasher hasher;
  hasher.add(how.networks).add(std::as_bytes(std::span(map.voxels)));
  return {"myoseg " + how.experiment.name,
          fmt::format("{}, run {}", program_version(), how.run.substr(0, 12)), hasher.hex()};
}

void write_map(const fs::path& file, const std::string& format, const LabelMap& map,
               const std::optional<SourceSeries>& source, const ScanPrediction& how) {
  const LabelSet& labels = how.data.labels;
  if (format == "dicom_seg")
    return write_segmentation(file, map, labels, *source, maker_of(map, how));
  if (format == "rtstruct") return write_contours(file, map, labels, *source, maker_of(map, how));
  write_label_map(file, map, labels);
}

void predict(const Scan& scan, const ScanPrediction& how) {
  const auto source = source_of(scan, how);
  const StoredImage image = read(scan, how);
  LabelMap map = how.predictor(image, scan.name);
  postprocess(map, image, how.experiment.postprocess);
  const std::vector<fs::path> files = maps_of(scan, how);
  for (std::size_t i = 0; i < files.size(); ++i)
    write_map(files[i], how.formats[i], map, source, how);
  Table quantities = empty_quantities();
  add_quantities(quantities, scan.name, "prediction",
                 measure(image, map, how.data.regions, {}, body_of_scan(scan, how)));
  write_file(memory_of(scan, how.out) / kQuantitiesFile, to_csv(quantities));
}

}  // namespace

fs::path memory_of(const Scan& scan, const fs::path& out) {
  return out / kMemory / hash_text(scan.name);
}

std::vector<fs::path> maps_of(const Scan& scan, const ScanPrediction& how) {
  std::vector<fs::path> files;
  for (const std::string& format : how.formats)
    files.push_back(how.out / (scan.name + ending_of_format(format)));
  return files;
}

Job predict_job(const Scan& scan, const ScanPrediction& how, FileHashes& hashes) {
  const fs::path memory = memory_of(scan, how.out);
  std::vector<fs::path> outputs = maps_of(scan, how);
  outputs.push_back(memory / kQuantitiesFile);
  return {.id = scan.name,
          .name = "predict " + scan.name,
          .marker = memory / "done.json",
          .inputs = inputs_of(scan, how, hashes),
          .outputs = std::move(outputs),
          .after = {},
          .work = [&scan, &how] {
            predict(scan, how);
            return true;
          }};
}

std::vector<Table> remembered(const fs::path& out, const char* file) {
  std::map<std::string, Table> by_scan;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(out / kMemory, error)) {
    if (!fs::exists(entry.path() / "done.json") || !fs::exists(entry.path() / file)) continue;
    Table rows = read_csv(entry.path() / file);
    if (!rows.rows.empty()) by_scan[rows.rows.front().front()] = std::move(rows);
  }
  std::vector<Table> tables;
  for (auto& [scan, table] : by_scan) tables.push_back(std::move(table));
  return tables;
}

std::size_t write_quantities(const ScanPrediction& how) {
  std::vector<Table> of_scans = remembered(how.out, kQuantitiesFile);
  Table all = empty_quantities();
  for (Table& table : of_scans)
    for (auto& row : table.rows) all.rows.push_back(std::move(row));
  write_file(how.out / kQuantitiesFile, to_csv(all));
  return of_scans.size();
}

}  // namespace myoseg
