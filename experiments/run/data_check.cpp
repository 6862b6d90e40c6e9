#include "experiments/run/data_check.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "data/inspect/inspect.h"
#include "data/io/image_files.h"
#include "data/load/cache.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace {

// What an inspection without a fatal finding leaves.
struct Found {
  std::vector<Finding> findings;
  LabelsOfCases labels;
};

// The data set's content, what its label values mean, and the test images, which may be cases of
// the training set again.
fs::path memory_of(const CheckedData& data, const fs::path& cache) {
  FileHashes hashes(cache / kRememberedHashes);
  Hasher hasher;
  hasher.add(data.hash);
  for (const Label& label : data.dataset.labels.labels) hasher.add(label.name);
  if (data.dataset.labels.ignored)
    hasher.add(fmt::format("ignored {}", *data.dataset.labels.ignored));
  for (const Case& item : data.dataset.cases)
    hasher.add(item.id).add(std::as_bytes(std::span(item.merge)));
  for (const Case& item : data.dataset.test) {
    for (const fs::path& image : item.images) hasher.add(hash_image(image, hashes));
    if (!item.label.empty()) hasher.add(hash_image(item.label, hashes));
  }
  return cache / "inspected" / (hasher.hex() + ".json");
}

std::optional<Found> remembered(const fs::path& file) {
  if (!fs::exists(file)) return std::nullopt;
  const Json json = parse_json_or_null(read_file(file));
  try {
    Found found;
    for (const Json& f : json.at("findings"))
      found.findings.push_back({false, f.at(0), f.at(1), f.at(2)});
    found.labels = json.at("labels").get<LabelsOfCases>();
    return found;
  } catch (const Json::exception&) {
    return std::nullopt;  // a file of another version: made anew
  }
}

void remember(const fs::path& file, const Found& found) {
  Json findings = Json::array();
  for (const Finding& f : found.findings) findings.push_back({f.subject, f.sentence, f.detail});
  write_file(file, json_text(Json{{"findings", findings}, {"labels", found.labels}}));
}

Found inspected(const CheckedData& data, const fs::path& cache) {
  const fs::path memory = memory_of(data, cache);
  if (auto found = remembered(memory)) return std::move(*found);
  log::info("checking {} cases of {}", data.dataset.cases.size() + data.dataset.test.size(),
            data.dataset.name);
  Inspection inspection = inspect(data.dataset);
  refuse_fatal(inspection.findings, data.dataset.root.string());
  Found found{std::move(inspection.findings), labels_of(inspection)};
  remember(memory, found);
  return found;
}

}  // namespace

void check_data(const CheckedData& data, const fs::path& cache) {
  log::info("{}: {}", data.dataset.name, cases_text(data.dataset));
  Found found = inspected(data, cache);
  found.findings.insert(found.findings.begin(), data.of_files.begin(), data.of_files.end());
  if (!data.folds.empty()) {
    const auto of_folds = inspect_folds(data.folds, data.dataset, found.labels);
    refuse_fatal(of_folds, data.dataset.root.string());
    found.findings.insert(found.findings.end(), of_folds.begin(), of_folds.end());
  }
  for (const std::string& line : finding_lines(found.findings, false)) log::warn("{}", line);
}

}  // namespace myoseg
