#include "data/import/case_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/table/table.h"
#include "data/io/image_io.h"
#include "data/io/itk/itk.h"
#include "data/labels.h"

namespace myoseg {
namespace {

std::string cell(const std::optional<double>& value) { return value ? format_number(*value) : ""; }

// The oldest are few enough to be known by their age: 90 stands for all of them.
std::optional<double> shown_age(const std::optional<double>& age) {
  return age ? std::optional(std::min(*age, 90.0)) : age;
}

std::vector<std::string> row_of(const PlannedSeries& p, const Geometry& grid,
                                const Pseudonyms& pseudonyms) {
  const ArchivedSeries& s = p.series;
  const std::string scanner =
      s.manufacturer + (s.manufacturer.empty() || s.model.empty() ? "" : " ") + s.model;
  return {p.case_id,
          p.patient,
          cell(shown_age(s.age)),
          s.sex,
          pseudonyms.site(s.institution),
          scanner,
          s.modality,
          s.kernel,
          s.contrast ? "yes" : "no",
          format_number(std::round(grid.spacing[2] * 1e4) / 1e4),
          cell(s.kvp),
          cell(s.mas),
          cell(s.ctdi_mgy)};
}

void require_same_frame(const StructureSource& source, const ArchivedLabel& label,
                        const ArchivedSeries& series) {
  const std::string& a = source.frame_of_reference();
  if (a.empty() || series.frame_of_reference.empty() || a == series.frame_of_reference) return;
  throw data_error("{}: its structures lie in another frame of reference than the image",
                   label.path.string());
}

// Structures of several files in one map: no label may come from two.
TakenLabels label_of(const PlannedSeries& p, const Geometry& grid,
                     const std::vector<LabelRule>& rules) {
  TakenLabels all{LabelMap(grid, 1), {}};
  std::vector<int> from(rules.size() + 1, -1);
  for (std::size_t i = 0; i < p.labels.size(); ++i) {
    const auto source = open_structures(p.labels[i].path);
    require_same_frame(*source, p.labels[i], p.series);
    TakenLabels one = take_labels(*source, grid, rules);
    const LabelCounts counts = count_labels(one.map.voxels);
    for (std::size_t value = 1; value < from.size(); ++value) {
      if (counts[value] == 0) continue;
      if (from[value] >= 0)
        throw data_error(
            "its label '{}' is drawn in {} of {} objects; choose with label_description=[...]",
            rules[value - 1].name, "several", p.labels.size());
      from[value] = static_cast<int>(i);
    }
    for (std::size_t v = 0; v < all.map.voxels.size(); ++v)
      all.map.voxels[v] = std::max(all.map.voxels[v], one.map.voxels[v]);
    all.notes.insert(all.notes.end(), one.notes.begin(), one.notes.end());
  }
  return all;
}

LabelSet label_set(const std::vector<LabelRule>& rules) {
  LabelSet set;
  set.labels.push_back({"background", 0});
  for (const LabelRule& rule : rules)
    set.labels.push_back({rule.name, static_cast<std::uint8_t>(set.labels.size())});
  return set;
}

std::string without_label_names(std::string sentence, const PlannedSeries& p) {
  for (std::size_t i = 0; i < p.labels.size(); ++i)
    for (const std::string& name :
         {p.labels[i].path.string(), p.labels[i].path.filename().string()})
      if (const auto at = sentence.find(name); at != std::string::npos)
        sentence.replace(at, name.size(), fmt::format("label object {}", i + 1));
  return without_names(std::move(sentence), p.series);
}

}  // namespace

const std::vector<std::string>& case_columns() {
  static const std::vector<std::string> kColumns{
      "case",   "patient",  "age",          "sex", "site", "scanner", "modality",
      "kernel", "contrast", "thickness_mm", "kvp", "mas",  "ctdi_mgy"};
  return kColumns;
}

CaseFiles case_files(const PlannedSeries& p, const std::filesystem::path& out) {
  const bool labelled = !p.labels.empty();
  return {out / (labelled ? "imagesTr" : "imagesTs") / (p.case_id + "_0000.nii.gz"),
          labelled ? out / "labelsTr" / (p.case_id + ".nii.gz") : std::filesystem::path()};
}

ImportedCase import_case(const PlannedSeries& p, const ImportRules& rules,
                         const std::vector<LabelRule>& labels, const Pseudonyms& pseudonyms,
                         const std::filesystem::path& out) {
  try {
    const CaseFiles files = case_files(p, out);
    const Image image =
        itk_io::read_dicom(p.case_id, stack_of(p.series), {rules.untilt, rules.even_out});
    ImportedCase imported{row_of(p, image.geometry, pseudonyms), {}};
    if (!files.label.empty()) {
      const TakenLabels taken = label_of(p, image.geometry, labels);
      imported.notes = taken.notes;
      write_label_map(files.label, taken.map, label_set(labels));
    }
    write_image(files.image, image);
    return imported;
  } catch (const Error& error) {
    throw Error(error.code(), without_label_names(error.what(), p));
  }
}

}  // namespace myoseg
