#include "data/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <span>

#include "core/error.h"
#include "core/hash.h"
#include "core/names.h"
#include "core/parallel.h"
#include "data/folds.h"
#include "data/image_io.h"

namespace myoseg {
namespace {

// What one case leaves behind when its voxels are gone.
struct CaseResult {
  std::vector<Finding> findings;
  std::string hash;  // of the voxels of all channels; empty when unreadable
};

bool may_be_ct(std::string channel) {
  std::transform(channel.begin(), channel.end(), channel.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  const auto starts = [&](std::string_view with) { return channel.starts_with(with); };
  return !starts("MR") && !starts("T1") && !starts("T2") && !starts("PET") && !starts("FLAIR") &&
         !starts("ADC");
}

// What speaks against Hounsfield units, or "".
std::string range_doubt(double low, double high) {
  if (low == high) return fmt::format("all voxels have the value {:g}", low);
  if (low >= 0 && high <= 1)
    return "values lie within 0..1: normalised before, no Hounsfield units";
  if (low >= 0 && high <= 255)
    return "values lie within 0..255: an 8-bit picture rather than Hounsfield units";
  if (low >= 0)
    return fmt::format(
        "values lie within {:g}..{:g}, none below 0: rescale intercept (often -1024) "
        "lost?",
        low, high);
  if (low > -500)
    return fmt::format(
        "the lowest value is {:g}: no air, which a CT has around -1000 HU; cropped, "
        "clipped or no CT?",
        low);
  if (high < 100)
    return fmt::format("the highest value is {:g}: no bone or contrast; clipped or no CT?", high);
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
    out.findings.push_back(
        {true, item.id, fmt::format("{} voxels of {} are NaN or infinite", no_number, file)});
  if (!may_be_ct(channel) || no_number == image.voxels.size()) return;
  if (const std::string doubt = range_doubt(low, high); !doubt.empty())
    out.findings.push_back({false, item.id, fmt::format("{}: {}", file, doubt)});
}

void check_spacing(const Geometry& g, const Case& item, CaseResult& out) {
  const auto note = [&](const char* why) {
    out.findings.push_back(
        {false, item.id, fmt::format("spacing {:.4g} mm {}", fmt::join(g.spacing, " x "), why)});
  };
  const auto [low, high] = std::minmax_element(g.spacing.begin(), g.spacing.end());
  if (*low < 0.1 || *high > 20) return note("is outside 0.1 to 20 mm; a wrong unit or header?");
  if (g.size[2] > 1 && *high > 10 * *low) note("differs more than tenfold between axes");
}

void check_label(const Geometry& grid, const Case& item, const LabelSet& labels, CaseResult& out) {
  const LabelMap map = read_label(item);
  if (const std::string differing = difference(grid, map.geometry); !differing.empty())
    out.findings.push_back({true, item.id, fmt::format("image and label differ in {}", differing)});
  std::array<std::int64_t, 256> counts{};
  for (const std::uint8_t v : map.voxels) ++counts[v];
  std::vector<std::string> unknown;
  for (std::size_t v = static_cast<std::size_t>(labels.classes()); v < counts.size(); ++v)
    if (counts[v] > 0) unknown.push_back(fmt::format("{} ({} voxels)", v, counts[v]));
  if (!unknown.empty())
    out.findings.push_back({true, item.id,
                            fmt::format("its label has values that dataset.json does "
                                        "not name: {}",
                                        join(unknown))});
  if (counts[0] == static_cast<std::int64_t>(map.voxels.size()))
    out.findings.push_back({false, item.id, "its label is empty: background only"});
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
        out.findings.push_back(
            {true, item.id, fmt::format("its channels 0 and {} differ in {}", c, differing)});
      }
      check_values(image, item, file, dataset.channels[c], out);
      hasher.add(std::as_bytes(std::span(image.geometry.size)));
      hasher.add(std::as_bytes(std::span(image.voxels)));
    }
    out.hash = hasher.hex();
    if (!item.label.empty()) check_label(grid, item, dataset.labels, out);
  } catch (const Error& error) {
    out.findings.push_back({true, item.id, error.what()});
  }
  return out;
}

// A patient held out in two folds is scored twice; one on both sides of a fold is trained on.
std::vector<Finding> check_splits(const Dataset& dataset) {
  const auto file = dataset.root / "splits_final.json";
  if (!std::filesystem::exists(file)) return {};
  ValidationOptions options;
  options.tuning_fraction = 0;
  std::vector<Fold> folds;
  try {
    folds = make_folds(dataset, options, 0);
  } catch (const Error& error) {
    return {{true, file.filename().string(), error.what()}};
  }
  std::map<std::string, std::size_t> held_out;
  std::vector<Finding> findings;
  for (std::size_t k = 0; k < folds.size(); ++k)
    for (const std::string& id : folds[k].test) {
      const std::string& patient = dataset.find(id).patient;
      const auto [other, fresh] = held_out.emplace(patient, k);
      if (!fresh && other->second != k)
        findings.push_back({true, id,
                            fmt::format("its patient {} is held out in fold {} and again in "
                                        "fold {} of splits_final.json",
                                        patient, other->second, k)});
    }
  for (const Case& item : dataset.cases)
    if (!held_out.contains(item.patient))
      findings.push_back({false, item.id, "is held out in no fold of splits_final.json"});
  return findings;
}

}  // namespace

std::vector<Finding> inspect(const Dataset& dataset) {
  std::vector<const Case*> cases;
  for (const auto* some : {&dataset.cases, &dataset.test})
    for (const Case& item : *some) cases.push_back(&item);
  std::vector<CaseResult> results(cases.size());
  parallel_for(cases.size(), [&](std::size_t i) { results[i] = check_case(*cases[i], dataset); });

  std::vector<Finding> findings;
  for (const auto& result : results)
    findings.insert(findings.end(), result.findings.begin(), result.findings.end());
  std::map<std::string, std::string> first_of;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (results[i].hash.empty()) continue;
    const auto [first, fresh] = first_of.emplace(results[i].hash, cases[i]->id);
    if (!fresh)
      findings.push_back({true, cases[i]->id,
                          fmt::format("has the same voxels as case {}: one scan "
                                      "under two names",
                                      first->second)});
  }
  const auto of_splits = check_splits(dataset);
  findings.insert(findings.end(), of_splits.begin(), of_splits.end());
  return findings;
}

}  // namespace myoseg
