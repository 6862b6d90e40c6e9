#include "data/import/rules.h"

#include <set>

namespace myoseg {

void describe(Fields& f, LabelRule& o) {
  f("name", o.name, kAny.must_be_given(), "Name of the label.");
  f("from", o.from,
    "Structures that become it, by patterns such as psoas_*; empty: the one of its name.");
  f.require(!o.name.empty(), "a label needs a name");
}

void describe(Fields& f, ImportRules& o) {
  f("modality", o.modality, "DICOM's Modality of the series that are taken.");
  f("description", o.description,
    "Series Description must be like one of these (* any letters, ? one); empty: any.");
  f("not_description", o.not_description, "And like none of these.");
  f("kernel", o.kernel, "Convolution Kernel must be like one of these; empty: any.");
  f("min_thickness", o.min_thickness, kNonNegative.in("mm"), "Least distance of slices.");
  f("max_thickness", o.max_thickness, kPositive.in("mm"), "Largest distance of slices.");
  f("min_slices", o.min_slices, at_least(1), "Series of fewer slices are not taken.");
  f("contrast", o.contrast, "Whether a contrast agent is to be named in the header.");
  f("one_per", o.one_per, "Of which there is at most one case.");
  f("prefer", o.prefer, "Which of several that are left.");
  f("untilt", o.untilt, "Series of a tilted gantry are moved onto a grid with right angles.");
  f("even_out", o.even_out,
    "Series with uneven gaps are interpolated at the usual distance of their slices.");
  f("labels", o.labels,
    "Labels by name in the order of their values, e.g. [{name: muscle, from: [psoas_*, "
    "*muscle*]}]; where structures overlap the later label counts. Empty: every structure is a "
    "label of its name.");
  f("label_description", o.label_description,
    "Segmentations and structure sets are taken whose description or label is like one of these; "
    "empty: all.");
  f("only_labelled", o.only_labelled, "Series without a label are not taken.");
  std::set<std::string> names;
  for (const LabelRule& rule : o.labels) names.insert(rule.name);
  f.require(names.size() == o.labels.size(), "labels names a label twice");
  f.require(!names.contains("background"), "labels: the background is no label");
  f.require(o.min_thickness <= o.max_thickness, "min_thickness is more than max_thickness");
}

bool like_one_of(const std::vector<std::string>& patterns, const std::string& text) {
  return patterns.empty() || matches({"", patterns}, text);
}

}  // namespace myoseg
