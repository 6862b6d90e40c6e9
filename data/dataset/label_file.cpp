// Which labels a data set is trained on and scored by: those of its files, merged, and unions of
// them.
#include <algorithm>

#include "core/error.h"
#include "core/names.h"
#include "data/dataset/dataset.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace {

// The label values that a union names; every foreground value when it names none.
std::vector<std::uint8_t> values_of(const char* option, const RegionOptions& options,
                                    const LabelSet& labels) {
  std::vector<std::uint8_t> values;
  std::vector<std::string> names;
  for (const Label& label : labels.labels) names.push_back(label.name);
  for (const std::string& name : options.labels) {
    const Label* label = labels.find(name);
    if (label == nullptr)
      throw usage_error(
          "{}: '{}' is made of '{}', which is no label of the data set{}; its labels are {}",
          option, options.name, name, did_you_mean(name, names), join(names));
    values.push_back(label->value);
  }
  if (options.labels.empty())
    for (const Label& label : labels.labels)
      if (label.value > 0) values.push_back(label.value);
  return values;
}

}  // namespace

void describe(Fields& f, RegionOptions& o) {
  f("name", o.name, kAny.must_be_given(), "Name of the union.");
  f("labels", o.labels, "Labels it is made of; empty: every foreground label.");
}

MergedLabels merged_labels(const LabelSet& stored, const std::vector<RegionOptions>& merge) {
  if (merge.empty()) return {stored, {}};
  MergedLabels merged;
  merged.labels.labels.push_back(stored.labels.front());
  merged.merge.assign(stored.labels.size(), 0);
  for (const RegionOptions& options : merge) {
    if (merged.labels.find(options.name) != nullptr)
      throw usage_error("data.merge: '{}' is the name of the background or of another merge",
                        options.name);
    const auto value = static_cast<std::uint8_t>(merged.labels.labels.size());
    merged.labels.labels.push_back({options.name, value});
    for (const std::uint8_t label : values_of("data.merge", options, stored)) {
      const std::string& name = stored.labels[label].name;
      if (label == 0)
        throw usage_error("data.merge: '{}' takes in '{}', which is no structure", options.name,
                          name);
      if (merged.merge[label] != 0)
        throw usage_error("data.merge: '{}' stands in '{}' and in '{}'; a label has one place",
                          name, merged.labels.labels[merged.merge[label]].name, options.name);
      merged.merge[label] = value;
    }
  }
  if (stored.ignored) {
    merged.labels.ignored = static_cast<std::uint8_t>(merged.labels.labels.size());
    merged.merge.push_back(*merged.labels.ignored);
  }
  return merged;
}

LabelMap read_label(const Case& item) {
  LabelMap map = read_label_map(item.label);
  merge_labels(map.voxels, item.merge, item.label.string());
  return map;
}

std::vector<Region> regions_of(const LabelSet& labels, const std::vector<RegionOptions>& unions) {
  std::vector<Region> regions;
  for (const Label& label : labels.labels)
    if (label.value > 0) regions.push_back({label.name, {label.value}});
  for (const RegionOptions& options : unions) {
    const bool taken = std::any_of(regions.begin(), regions.end(),
                                   [&](const Region& r) { return r.name == options.name; });
    if (taken)
      throw usage_error("data.regions: '{}' is the name of a label or of another region",
                        options.name);
    regions.push_back({options.name, values_of("data.regions", options, labels)});
  }
  return regions;
}

}  // namespace myoseg
