// What speaks against the folds: sides without foreground or without a label.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "data/inspect/inspect.h"

namespace myoseg {
namespace {

std::set<std::uint8_t> values_in(const std::vector<std::string>& ids, const LabelsOfCases& labels) {
  std::set<std::uint8_t> values;
  for (const std::string& id : ids)
    if (const auto found = labels.find(id); found != labels.end())
      values.insert(found->second.begin(), found->second.end());
  return values;
}

// A label that no case at all has is not the fold's fault.
void check_side(const std::string& fold, const std::string& side,
                const std::set<std::uint8_t>& present, const std::set<std::uint8_t>& anywhere,
                const LabelSet& labels, std::vector<Finding>& findings) {
  for (const Label& label : labels.labels)
    if (label.value > 0 && anywhere.contains(label.value) && !present.contains(label.value))
      findings.push_back(
          {false, fold, fmt::format("no {} case has the label {}", side, label.name)});
}

}  // namespace

std::vector<Finding> inspect_folds(const std::vector<Fold>& folds, const Dataset& dataset,
                                   const LabelsOfCases& labels) {
  std::vector<Finding> findings;
  std::vector<std::string> all;
  for (const Case& item : dataset.cases) all.push_back(item.id);
  const std::set<std::uint8_t> anywhere = values_in(all, labels);
  std::set<std::string> held_out;
  for (std::size_t k = 0; k < folds.size(); ++k) {
    const std::string name = fmt::format("fold {}", k);
    const auto training = values_in(folds[k].train, labels);
    if (training.empty() || *training.rbegin() == 0)
      findings.push_back({true, name, "its training cases have no foreground"});
    else
      check_side(name, "training", training, anywhere, dataset.labels, findings);
    check_side(name, "held-out", values_in(folds[k].test, labels), anywhere, dataset.labels,
               findings);
    held_out.insert(folds[k].test.begin(), folds[k].test.end());
  }
  for (const Case& item : dataset.cases)
    if (!held_out.contains(item.id))
      findings.push_back({false, item.id, "is held out in no fold of splits_final.json"});
  return findings;
}

}  // namespace myoseg
