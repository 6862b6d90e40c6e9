// Scores and quantities of masks, case by case.
#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/parallel.h"
#include "data/io/image_io.h"
#include "data/labels.h"
#include "data/prepare/onto_grid.h"
#include "eval/agreement/quantity_table.h"
#include "experiments/evaluate/foreign_masks.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// Everything about one case.
struct CaseResults {
  std::vector<std::vector<Score>> scores;         // by pair of readers
  std::vector<std::vector<Quantity>> quantities;  // by reader
};

std::string grid_text(const Geometry& g) {
  return fmt::format("{} x {} x {} voxels of {:g} x {:g} x {:g} mm from ({:g}, {:g}, {:g})",
                     g.size[0], g.size[1], g.size[2], g.spacing[0], g.spacing[1], g.spacing[2],
                     g.origin[0], g.origin[1], g.origin[2]);
}

void check_values(const LabelMap& map, const fs::path& file, const LabelSet& labels) {
  LabelCounts counts = count_labels(map.voxels);
  std::vector<std::string> named;
  if (labels.ignored) counts[*labels.ignored] = 0;
  for (const Label& label : labels.labels) {
    counts[label.value] = 0;
    named.push_back(std::to_string(label.value));
  }
  const auto unknown =
      std::find_if(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
  if (unknown != counts.end())
    throw data_error(
        "{}: has the value {}, but the labels have names for {}; name them all in "
        "dataset=FILE.json",
        file.string(), unknown - counts.begin(), join(named));
}

std::vector<LabelMap> read_part(const ForeignMasks& masks, const ForeignMasks::Part& part,
                                const MaskOptions& options) {
  std::vector<LabelMap> maps;
  for (const fs::path& file : part.files) {
    maps.push_back(read_label_map(file));
    LabelMap& map = maps.back();
    if (!part.one_structure) check_values(map, file, masks.labels);
    if (part.one_structure)
      for (std::uint8_t& value : map.voxels) value = value == 0 ? 0 : 1;
  }
  const Geometry& grid = maps.back().geometry;
  for (std::size_t r = 0; r + 1 < maps.size(); ++r) {
    const std::string found = difference(maps[r].geometry, grid);
    if (found.empty()) continue;
    if (!options.resample)
      throw data_error(
          "{} ({}) and {} ({}) lie on different grids: {}; {} brings the first "
          "onto the grid of the second, by nearest voxel",
          part.files[r].string(), grid_text(maps[r].geometry), part.files.back().string(),
          grid_text(grid), found, options.resample_option);
    maps[r] = onto_grid(maps[r], grid);
  }
  return maps;
}

// What is known of a region without a scan.
Quantity volume_only(const LabelCounts& counts, const Region& region, const Geometry& grid) {
  Quantity q;
  q.region = region.name;
  std::int64_t count = 0;
  for (const std::uint8_t value : std::set(region.values.begin(), region.values.end()))
    count += counts[value];
  q.volume_ml = grid.has_pixel_size() ? static_cast<double>(count) * grid.voxel_mm3() / 1000
                                      : std::numeric_limits<double>::quiet_NaN();
  return q;
}

CaseResults evaluate_case(const ForeignMasks& masks, const ForeignMasks::Item& item,
                          const MaskOptions& options) {
  const std::size_t readers = masks.readers.size();
  CaseResults results;
  ScoreOptions compared = options.scores;
  compared.ignored = masks.labels.ignored;
  results.scores.resize(readers * (readers - 1) / 2);
  results.quantities.resize(readers);
  const Image scan = item.image.empty() ? Image() : read_image(item.image);
  for (const ForeignMasks::Part& part : item.parts) {
    std::vector<LabelMap> maps = read_part(masks, part, options);
    std::size_t pair = 0;
    for (std::size_t a = 0; a < readers; ++a)
      for (std::size_t b = a + 1; b < readers; ++b, ++pair)
        for (Score& score : score_case(maps[a], maps[b], part.regions, compared)) {
          score.run = masks.readers[a].name + " against " + masks.readers[b].name;
          score.case_id = item.name;
          score.stage = Stage::final;
          results.scores[pair].push_back(std::move(score));
        }
    for (std::size_t r = 0; compared.ignored && r + 1 < readers; ++r) {
      LabelMap truth = maps.back();
      leave_out(maps[r], truth, *compared.ignored);
    }
    for (std::size_t r = 0; r < readers; ++r) {
      auto& of_reader = results.quantities[r];
      if (item.image.empty()) {
        const LabelCounts counts = count_labels(maps[r].voxels);
        for (const Region& region : part.regions)
          of_reader.push_back(volume_only(counts, region, maps[r].geometry));
      } else {
        for (Quantity& q : measure(scan, maps[r], part.regions, options.quantities, item.body))
          of_reader.push_back(std::move(q));
      }
    }
  }
  return results;
}

}  // namespace

MaskResults evaluate_masks(ForeignMasks& masks, const MaskOptions& options, Failures& failures) {
  std::vector<CaseResults> of_case(masks.cases.size());
  const std::size_t all = of_case.size();
  parallel_for(all, [&](std::size_t i) {
    failures.survives(masks.cases[i].name,
                      [&] { of_case[i] = evaluate_case(masks, masks.cases[i], options); });
  });
  if (failures.count() == all) failures.throw_if_any(all, "cases");
  std::erase_if(of_case, [](const CaseResults& one) { return one.quantities.empty(); });
  std::erase_if(masks.cases,
                [&](const ForeignMasks::Item& item) { return failures.has(item.name); });
  MaskResults results;
  for (std::size_t pair = 0; pair < of_case.front().scores.size(); ++pair)
    for (const CaseResults& one : of_case)
      results.scores.insert(results.scores.end(), one.scores[pair].begin(), one.scores[pair].end());
  const bool with_scans = !masks.cases.front().image.empty();
  results.quantities = empty_quantities(options.quantities);
  if (!with_scans) results.quantities.columns = {"scan", "reader", "region", "volume_ml"};
  for (std::size_t c = 0; c < of_case.size(); ++c)
    for (std::size_t r = 0; r < masks.readers.size(); ++r) {
      const auto& quantities = of_case[c].quantities[r];
      const std::string &scan = masks.cases[c].name, &reader = masks.readers[r].name;
      if (with_scans) {
        add_quantities(results.quantities, scan, reader, quantities);
        continue;
      }
      for (const Quantity& q : quantities)
        results.quantities.rows.push_back({scan, reader, q.region, format_number(q.volume_ml)});
    }
  std::vector<std::string> readers;
  for (const Reader& reader : masks.readers) readers.push_back(reader.name);
  results.ratings =
      ratings_of(results.quantities, readers, compared_quantities(results.quantities));
  return results;
}

}  // namespace myoseg
