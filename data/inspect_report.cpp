#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/parallel.h"
#include "data/image_io.h"
#include "data/inspect.h"

namespace myoseg {
namespace {

struct Facts {
  bool readable = false;
  Geometry geometry;
  std::array<std::int64_t, 256> counts{};
};

std::vector<Facts> gather(const Dataset& dataset) {
  std::vector<Facts> all(dataset.cases.size());
  parallel_for(all.size(), [&](std::size_t i) {
    try {
      const LabelMap map = read_label(dataset.cases[i]);
      all[i].geometry = map.geometry;
      for (const std::uint8_t v : map.voxels) ++all[i].counts[v];
      all[i].readable = true;
    } catch (const Error&) {  // is among the findings
    }
  });
  std::erase_if(all, [](const Facts& facts) { return !facts.readable; });
  return all;
}

// "90..107 x 88..101 x 59": the range of a property along each axis.
template <class Get>
std::string ranges(const std::vector<Facts>& all, const Get& get) {
  std::vector<std::string> axes;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double low = get(all[0].geometry)[axis], high = low;
    for (const Facts& facts : all) {
      low = std::min<double>(low, static_cast<double>(get(facts.geometry)[axis]));
      high = std::max<double>(high, static_cast<double>(get(facts.geometry)[axis]));
    }
    axes.push_back(low == high ? fmt::format("{:.4g}", low)
                               : fmt::format("{:.4g}..{:.4g}", low, high));
  }
  return join(axes, " x ");
}

std::string label_table(const std::vector<Facts>& all, const LabelSet& labels) {
  double voxels = 0;
  for (const Facts& facts : all) voxels += static_cast<double>(facts.geometry.voxels());
  std::string text =
      fmt::format("  {:>5}  {:<24} {:>9}  {}\n", "value", "label", "voxels", "cases");
  for (const Label& label : labels.labels) {
    double count = 0;
    std::size_t cases = 0;
    for (const Facts& facts : all) {
      count += static_cast<double>(facts.counts[label.value]);
      cases += facts.counts[label.value] > 0 ? 1 : 0;
    }
    text += fmt::format("  {:>5}  {:<24} {:>7.3f} %  {} of {}\n", label.value, label.name,
                        100 * count / voxels, cases, all.size());
  }
  return text;
}

// One line per finding; the same sentence about many cases is one line.
std::string lines(const std::vector<Finding>& findings, bool fatal) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_sentence;
  for (const Finding& finding : findings) {
    if (finding.fatal != fatal) continue;
    const auto found = std::find_if(by_sentence.begin(), by_sentence.end(), [&](const auto& entry) {
      return entry.first == finding.sentence;
    });
    if (found != by_sentence.end()) {
      found->second.push_back(finding.subject);
    } else {
      by_sentence.push_back({finding.sentence, {finding.subject}});
    }
  }
  constexpr std::size_t kNamed = 4;
  std::string text;
  for (auto& [sentence, subjects] : by_sentence) {
    const std::size_t more = subjects.size() > kNamed ? subjects.size() - kNamed : 0;
    subjects.resize(subjects.size() - more);
    text += fmt::format("  {}  {}{}: {}\n", fatal ? "FATAL" : "note ", join(subjects),
                        more > 0 ? fmt::format(" and {} more", more) : "", sentence);
  }
  return text;
}

}  // namespace

std::string report_text(const std::vector<Finding>& findings, const Dataset& dataset) {
  std::set<std::string> patients;
  for (const Case& item : dataset.cases) patients.insert(item.patient);
  std::string text =
      fmt::format("{} ({})\n  {} cases of {} patients, {} test cases, channels: {}\n", dataset.name,
                  dataset.root.string(), dataset.cases.size(), patients.size(), dataset.test.size(),
                  join(dataset.channels));
  if (const auto all = gather(dataset); !all.empty()) {
    text += fmt::format("  size {} voxels, spacing {} mm\n",
                        ranges(all, [](const Geometry& g) { return g.size; }),
                        ranges(all, [](const Geometry& g) { return g.spacing; }));
    text += label_table(all, dataset.labels);
  }
  const auto fatal = std::count_if(findings.begin(), findings.end(),
                                   [](const Finding& finding) { return finding.fatal; });
  if (findings.empty()) return text + "nothing found to be wrong\n";
  return text +
         fmt::format("{} fatal, {} other findings\n", fatal,
                     static_cast<std::ptrdiff_t>(findings.size()) - fatal) +
         lines(findings, true) + lines(findings, false);
}

}  // namespace myoseg
