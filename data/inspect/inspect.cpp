#include "data/inspect/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/names.h"
#include "core/parallel.h"
#include "data/inspect/modality.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace {

// What one case leaves behind when its voxels are gone.
struct CaseResult {
  std::vector<Finding> findings;
  std::string hash;  // of the voxels of all channels; empty when unreadable
  std::optional<CaseFacts> facts;
};

bool may_be_ct(const std::string& channel) {
  const std::string modality = modality_of_channel(channel);
  return modality.empty() || modality == "CT";
}

// What speaks against Hounsfield units, or "".
std::string range_doubt(double low, double high) {
  if (low == high) return "all voxels have one value";
  if (low >= 0 && high <= 1)
    return "values lie within 0..1: normalised before, no Hounsfield units";
  if (low >= 0 && high <= 255)
    return "values lie within 0..255: an 8-bit picture rather than Hounsfield units";
  if (low >= 0) return "no value is below 0: rescale intercept (often -1024) lost?";
  if (low > -500) return "no air, which a CT has around -1000 HU; cropped, clipped or no CT?";
  if (high < 100) return "no bone or contrast (no value above 100); clipped or no CT?";
  return "";
}

void check_values(const Image& image, const Case& item, const std::string& file,
                  const std::string& channel, CaseResult& out) {
  std::size_t no_number = 0;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const float v : image.voxels) {
    if (!std::isfinite(v)) {
      ++no_number;
      continue;
    }
    low = std::min<double>(low, v);
    high = std::max<double>(high, v);
  }
  if (no_number > 0)
    out.findings.push_back({true, item.id, "has voxels that are NaN or infinite",
                            fmt::format("{} in {}", no_number, file)});
  if (!may_be_ct(channel) || no_number == image.voxels.size()) return;
  if (const std::string doubt = range_doubt(low, high); !doubt.empty())
    out.findings.push_back(
        {false, item.id, doubt, fmt::format("{:g} to {:g} in {}", low, high, file)});
}

void check_spacing(const Geometry& g, const Case& item, CaseResult& out) {
  if (!g.has_pixel_size()) {
    out.findings.push_back(
        {false, item.id, "states no pixel size: its areas, volumes and distances are NA", ""});
    return;
  }
  const auto note = [&](const char* why) {
    out.findings.push_back({false, item.id, fmt::format("spacing {}", why),
                            fmt::format("{:.4g} mm", fmt::join(g.spacing, " x "))});
  };
  const auto [low, high] = std::minmax_element(g.spacing.begin(), g.spacing.end());
  if (*low < 0.1 || *high > 20) return note("is outside 0.1 to 20 mm; a wrong unit or header?");
  if (g.size[2] > 1 && *high > 10 * *low) note("differs more than tenfold between axes");
}

void check_label(const Geometry& grid, const Case& item, const LabelSet& labels, CaseResult& out) {
  const LabelMap map = read_label(item);
  if (const std::string differing = difference(grid, map.geometry); !differing.empty())
    out.findings.push_back({true, item.id, "image and label lie on different grids", differing});
  LabelCounts counts = count_labels(map.voxels);
  const std::int64_t ignored = labels.ignored ? std::exchange(counts[*labels.ignored], 0) : 0;
  std::vector<std::string> unknown;
  for (std::size_t v = static_cast<std::size_t>(labels.classes()); v < counts.size(); ++v)
    if (counts[v] > 0) unknown.push_back(fmt::format("{} ({} voxels)", v, counts[v]));
  if (!unknown.empty())
    out.findings.push_back(
        {true, item.id, "its label has values that dataset.json does not name", join(unknown)});
  if (counts[0] + ignored == static_cast<std::int64_t>(map.voxels.size()))
    out.findings.push_back({false, item.id,
                            ignored > 0 ? "its label is empty: background and ignored voxels only"
                                        : "its label is empty: background only"});
  out.facts = CaseFacts{map.geometry, counts};
}

CaseResult check_case(const Case& item, const Dataset& dataset) {
  CaseResult out;
  try {
    Hasher hasher;
    Geometry grid;
    for (std::size_t c = 0; c < item.images.size(); ++c) {
      const Image image = read_image(item.images[c]);
      const std::string file = item.images[c].filename().string();
      if (c == 0) {
        grid = image.geometry;
        check_spacing(grid, item, out);
      } else if (const auto differing = difference(grid, image.geometry); !differing.empty()) {
        out.findings.push_back({true, item.id,
                                fmt::format("its channels 0 and {} lie on different grids", c),
                                differing});
      }
      check_values(image, item, file, dataset.channels[c], out);
      if (const std::string doubt = modality_doubt(item.images[c], dataset.channels[c]);
          !doubt.empty())
        out.findings.push_back({false, item.id, "is of another modality than its channel", doubt});
      hasher.add(std::as_bytes(std::span(image.geometry.size)));
      hasher.add(std::as_bytes(std::span(image.voxels)));
    }
    out.hash = hasher.hex();
    if (!item.label.empty()) check_label(grid, item, dataset.labels, out);
  } catch (const Error& error) {
    out.findings.push_back({true, item.id, "cannot be read", error.what()});
  }
  return out;
}

// Labels of training cases that have none of them.
void check_absent_labels(const Dataset& dataset, Inspection& inspection) {
  for (const Label& label : dataset.labels.labels) {
    if (label.value == 0) continue;
    const auto has = [&](const auto& entry) { return entry.second.counts[label.value] > 0; };
    if (std::none_of(inspection.facts.begin(), inspection.facts.end(), has))
      inspection.findings.push_back({false, label.name, "is a label that no case has"});
  }
}

}  // namespace

Inspection inspect(const Dataset& dataset) {
  std::vector<const Case*> cases;
  for (const auto* some : {&dataset.cases, &dataset.test})
    for (const Case& item : *some) cases.push_back(&item);
  std::vector<CaseResult> results(cases.size());
  parallel_for(cases.size(), [&](std::size_t i) { results[i] = check_case(*cases[i], dataset); });

  Inspection inspection;
  auto& findings = inspection.findings;
  std::map<std::string, std::string> first_of;
  std::vector<Finding> doubled;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CaseResult& result = results[i];
    findings.insert(findings.end(), result.findings.begin(), result.findings.end());
    if (i < dataset.cases.size() && result.facts) inspection.facts[cases[i]->id] = *result.facts;
    if (result.hash.empty()) continue;
    const auto [first, fresh] = first_of.emplace(result.hash, cases[i]->id);
    if (!fresh)
      doubled.push_back(
          {true, cases[i]->id,
           fmt::format("has the same voxels as case {}: one scan under two names", first->second)});
  }
  findings.insert(findings.end(), doubled.begin(), doubled.end());
  if (!inspection.facts.empty()) check_absent_labels(dataset, inspection);
  return inspection;
}

LabelsOfCases labels_of(const Inspection& inspection) {
  LabelsOfCases labels;
  for (const auto& [id, facts] : inspection.facts)
    for (std::size_t value = 0; value < facts.counts.size(); ++value)
      if (facts.counts[value] > 0) labels[id].push_back(static_cast<std::uint8_t>(value));
  return labels;
}

}  // namespace myoseg
