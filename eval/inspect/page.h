// A look at a data set: a picture of each case with its label, so that a wrong orientation or a
// shifted label is seen.
#pragma once

#include <filesystem>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/finding.h"

namespace myoseg {

struct InspectionPage {
  const Dataset& dataset;
  std::vector<Finding> findings;
  std::filesystem::path folder;  // inspect.html in it, the pictures inside
  int most = 100;                // cases that are drawn
};
// Cases in the order of their worst finding: fatal ones, others, none. Each with its fullest slice
// and coronal plane, with and without the label's outline. A case whose image or label cannot be
// read says why. Returns how many cases are drawn.
std::size_t write_inspection_page(const InspectionPage& page);

// In that order, at most `most`.
[[nodiscard]] std::vector<const Case*> worst_first(const Dataset& dataset,
                                                   const std::vector<Finding>& findings, int most);

}  // namespace myoseg
