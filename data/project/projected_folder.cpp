#include "data/project/projected_folder.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/table/table.h"
#include "data/dataset/folds.h"
#include "data/io/image_io.h"
#include "data/project/projected_scan.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr const char* kEnding = ".nii.gz";

using Volumes = std::vector<double>;  // in ml, of each label by value

Volumes volumes_of(const LabelMap& map, const LabelSet& labels) {
  const LabelCounts counts = count_labels(map.voxels);
  Volumes ml;
  for (const Label& label : labels.labels)
    ml.push_back(static_cast<double>(counts[label.value]) * map.geometry.voxel_mm3() / 1000);
  return ml;
}

Volumes project_case(const Case& item, const Dataset& source, const ProjectionOptions& options,
                     const fs::path& out) {
  try {
    LabelMap label = read_label(item);
    for (std::size_t c = 0; c < item.images.size(); ++c) {
      const Radiograph made =
          project_scan(item.images[c], options, c == 0 ? &label : nullptr, item.label);
      write_image(out / "imagesTr" / fmt::format("{}_{:04}{}", item.id, c, kEnding), made.image);
      if (made.labels)
        write_label_map(out / "labelsTr" / (item.id + kEnding), *made.labels, source.labels);
    }
    return volumes_of(label, source.labels);
  } catch (const Error& error) {
    throw Error(error.code(), "case " + item.id + ": " + error.what());
  }
}

void add_columns(Table& table, const Dataset& source) {
  for (const Label& label : source.labels.labels) {
    if (label.value == 0) continue;
    if (table.find_column(ct_volume_column(label.name)))
      throw data_error("{}: has a column {}, which projecting the cases makes; rename it",
                       table.source, ct_volume_column(label.name));
    table.columns.push_back(ct_volume_column(label.name));
  }
}

// The source's table, or who the patients are.
Table attributes_of(const Dataset& source, const std::string& patient_column) {
  if (!source.table.empty()) return read_csv(source.table);
  Table table;
  table.columns = {"case"};
  if (!patient_column.empty()) table.columns.push_back(patient_column);
  return table;
}

std::vector<std::string> row_of(const Case& item, const Table& table, const RowIndex& rows,
                                const std::string& patient_column) {
  if (const auto row = rows.find(item.id)) return table.rows[*row];
  std::vector<std::string> cells(table.columns.size());
  cells[table.column("case")] = item.id;
  if (!patient_column.empty()) cells[table.column(patient_column)] = item.patient;
  return cells;
}

Table table_of(const Dataset& source, const std::vector<Volumes>& volumes,
               const std::string& patient_column) {
  const Table before = attributes_of(source, patient_column);
  const RowIndex rows(before, before.column("case"));
  Table table;
  table.source = before.source;
  table.columns = before.columns;
  add_columns(table, source);
  for (std::size_t i = 0; i < source.cases.size(); ++i) {
    auto cells = row_of(source.cases[i], before, rows, patient_column);
    for (std::size_t l = 1; l < volumes[i].size(); ++l)
      cells.push_back(format_number(volumes[i][l]));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string dataset_json(const Dataset& source) {
  nlohmann::ordered_json json;
  json["name"] = source.name;
  for (std::size_t c = 0; c < source.channels.size(); ++c)
    json["channel_names"][std::to_string(c)] = source.channels[c];
  for (const Label& label : source.labels.labels) json["labels"][label.name] = label.value;
  json["numTraining"] = source.cases.size();
  json["file_ending"] = kEnding;
  return json_text(json, 1) + "\n";
}

}  // namespace

std::string ct_volume_column(const std::string& label) { return "ct_volume_ml_" + label; }

void write_projected(const fs::path& out, const Dataset& source, const std::string& patient_column,
                     const ProjectionOptions& options) {
  std::vector<Volumes> volumes(source.cases.size());
  {
    Progress progress("project", static_cast<std::int64_t>(source.cases.size()), "cases");
    parallel_for(source.cases.size(), [&](std::size_t i) {
      volumes[i] = project_case(source.cases[i], source, options, out);
      progress.advance();
    });
  }
  write_file(out / "cases.csv", to_csv(table_of(source, volumes, patient_column)));
  if (const fs::path splits = source.root / kSplitsFile; fs::exists(splits))
    write_file(out / kSplitsFile, read_file(splits));
  write_file(out / "dataset.json", dataset_json(source));
}

}  // namespace myoseg
