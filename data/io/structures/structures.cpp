#include "data/io/structures/structures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/segmentation_class.h"
#include "data/io/formats/nrrd.h"
#include "data/io/structures/kinds.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Whether the whole of `text` is what the pattern says.
bool like(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, back = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++, back = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1, t = ++back;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string class_of(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return "";
  const MappedFile mapped(file);
  if (!begins_as_dicom(mapped.bytes())) return "";
  return sop_class_of(parse_dicom(mapped.bytes()));
}

// A .seg.nrrd by its content; a .nrrd without names of segments is a label map.
bool has_segments(const fs::path& path) {
  NrrdLayers layers;
  (void)open_nrrd(path, layers);
  return layers.count > 1 || !layers.segments.empty();
}

// Which rule takes each structure; -1: none.
std::vector<int> rules_of(const StructureSource& source, const std::vector<LabelRule>& rules) {
  std::vector<int> taken;
  for (const Structure& structure : source.structures()) {
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const LabelRule& one) {
      return matches(one, structure.name);
    });
    taken.push_back(rule == rules.end() ? -1 : static_cast<int>(rule - rules.begin()));
  }
  return taken;
}

// Paints a structure over what is there; counts the voxels that it takes from another label.
void paint_over(const std::vector<std::uint8_t>& mask, std::uint8_t value, LabelMap& map,
                std::map<std::uint8_t, std::int64_t>& lost) {
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    if (map.voxels[i] != 0 && map.voxels[i] != value) ++lost[map.voxels[i]];
    map.voxels[i] = value;
  }
}

}  // namespace

bool matches(const LabelRule& rule, const std::string& structure) {
  return std::any_of(rule.from.begin(), rule.from.end(),
                     [&](const std::string& pattern) { return like(pattern, structure); });
}

bool is_structure_file(const fs::path& file) {
  try {
    const std::string sop = class_of(file);
    return is_segmentation_class(sop) || is_contour_class(sop);
  } catch (const Error&) {
    return false;
  }
}

bool is_contour_file(const fs::path& file) {
  try {
    return is_contour_class(class_of(file));
  } catch (const Error&) {
    return false;
  }
}

std::unique_ptr<StructureSource> open_structures(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return open_masks(path);
  const std::string sop = class_of(path);
  if (is_segmentation_class(sop)) return open_segmentation(path);
  if (is_contour_class(sop)) return open_contours(path);
  if (!sop.empty())
    throw data_error(
        "{}: is a DICOM object, but neither a segmentation (SEG) nor contours (RTSTRUCT)",
        path.string());
  std::string name = path.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), lower);
  if (name.ends_with(".nrrd") && has_segments(path)) return open_layers(path);
  return open_label_map(path);
}

TakenLabels take_labels(const StructureSource& source, const Geometry& grid,
                        const std::vector<LabelRule>& rules) {
  if (rules.size() > 255)
    throw usage_error("{} labels are more than the 255 that a label map holds", rules.size());
  TakenLabels taken{LabelMap(grid, 1), {}};
  const std::vector<int> rule_of = rules_of(source, rules);
  const auto& structures = source.structures();
  for (std::size_t i = 0; i < structures.size(); ++i)
    if (rule_of[i] < 0)
      taken.notes.push_back(fmt::format("no label takes '{}'", structures[i].name));
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    std::vector<std::uint8_t> mask;
    for (std::size_t i = 0; i < structures.size(); ++i) {
      if (rule_of[i] != static_cast<int>(rule)) continue;
      mask.resize(taken.map.voxels.size());
      source.paint(i, grid, mask);
    }
    std::map<std::uint8_t, std::int64_t> lost;
    paint_over(mask, static_cast<std::uint8_t>(rule + 1), taken.map, lost);
    for (const auto& [value, count] : lost)
      taken.notes.push_back(fmt::format("{} voxels are {} and {}; they become {}", count,
                                        rules[value - 1U].name, rules[rule].name,
                                        rules[rule].name));
  }
  return taken;
}

LabelMap numbered_labels(const StructureSource& source, const std::string& name) {
  const auto grid = source.grid();
  if (!grid)
    throw data_error(
        "{}: holds contours, which have no grid of their own; import it with its scan ('myoseg "
        "import')",
        name);
  LabelMap map(*grid, 1);
  const auto& structures = source.structures();
  std::map<std::uint8_t, std::string> name_of;
  for (std::size_t i = 0; i < structures.size(); ++i) {
    if (structures[i].number < 1 || structures[i].number > 255)
      throw data_error("{}: its structure '{}' has the number {}; a label map holds 1 to 255", name,
                       structures[i].name, structures[i].number);
    const auto value = static_cast<std::uint8_t>(structures[i].number);
    name_of[value] = structures[i].name;
    std::vector<std::uint8_t> mask(map.voxels.size());
    source.paint(i, *grid, mask);
    std::map<std::uint8_t, std::int64_t> lost;
    paint_over(mask, value, map, lost);
    if (!lost.empty())
      throw data_error(
          "{}: its structures '{}' and '{}' overlap in {} voxels, and a label map holds one value a "
          "voxel; say which counts in the labels of 'myoseg import'",
          name, name_of[lost.begin()->first], structures[i].name, lost.begin()->second);
  }
  return map;
}

}  // namespace myoseg
