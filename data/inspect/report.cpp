// An inspection as text for the terminal.
#include <fmt/format.h>

#include <algorithm>

#include "core/names.h"
#include "data/inspect/inspect.h"

namespace myoseg {
namespace {

using Facts = std::vector<CaseFacts>;

// "90..107 x 88..101 x 59": the range of a property along each axis.
template <class Get>
std::string ranges(const Facts& all, const Get& get) {
  std::vector<std::string> axes;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double low = get(all[0].geometry)[axis], high = low;
    for (const CaseFacts& facts : all) {
      low = std::min<double>(low, static_cast<double>(get(facts.geometry)[axis]));
      high = std::max<double>(high, static_cast<double>(get(facts.geometry)[axis]));
    }
    axes.push_back(low == high ? fmt::format("{:.4g}", low)
                               : fmt::format("{:.4g}..{:.4g}", low, high));
  }
  return join(axes, " x ");
}

std::string label_table(const Facts& all, const LabelSet& labels) {
  double voxels = 0;
  for (const CaseFacts& facts : all) voxels += static_cast<double>(facts.geometry.voxels());
  std::string text =
      fmt::format("  {:>5}  {:<24} {:>9}  {}\n", "value", "label", "voxels", "cases");
  for (const Label& label : labels.labels) {
    double count = 0;
    std::size_t cases = 0;
    for (const CaseFacts& facts : all) {
      count += static_cast<double>(facts.counts[label.value]);
      cases += facts.counts[label.value] > 0 ? 1 : 0;
    }
    text += fmt::format("  {:>5}  {:<24} {:>7.3f} %  {} of {}\n", label.value, label.name,
                        100 * count / voxels, cases, all.size());
  }
  return text;
}

}  // namespace

std::string report_text(const Inspection& inspection, const Dataset& dataset) {
  const auto& findings = inspection.findings;
  std::string text = fmt::format("{} ({})\n  {}; {} test cases, channels: {}\n", dataset.name,
                                 dataset.root.string(), cases_text(dataset), dataset.test.size(),
                                 join(dataset.channels));
  Facts all;
  for (const auto& [id, facts] : inspection.facts) all.push_back(facts);
  if (!all.empty()) {
    text += fmt::format("  size {} voxels, spacing {} mm\n",
                        ranges(all, [](const Geometry& g) { return g.size; }),
                        ranges(all, [](const Geometry& g) { return g.spacing; }));
    text += label_table(all, dataset.labels);
  }
  if (findings.empty()) return text + "nothing found to be wrong\n";
  const auto fatal = std::count_if(findings.begin(), findings.end(),
                                   [](const Finding& finding) { return finding.fatal; });
  text += fmt::format("{} fatal, {} other findings\n", fatal,
                      static_cast<std::ptrdiff_t>(findings.size()) - fatal);
  for (const std::string& line : finding_lines(findings, true)) text += "  FATAL  " + line + "\n";
  for (const std::string& line : finding_lines(findings, false)) text += "  note   " + line + "\n";
  return text;
}

}  // namespace myoseg
