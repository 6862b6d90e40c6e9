#include "experiments/run/case_source.h"

#include "core/error.h"
#include "core/hash.h"
#include "data/project/projected_folder.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/data_check.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::string cohort_hash(const Pick<CohortEntry>& cohort, std::int64_t seed) {
  const Node node = detail::Codec<Pick<CohortEntry>>::write(cohort, Written::hashed);
  return hash_text(node.text() + " seed " + std::to_string(seed));
}

// What decides the radiographs beside the cases. The number changes when the same options project
// in another way.
std::string projection_hash(const DataOptions& data, const std::string& cases) {
  constexpr int kVersion = 1;
  DataOptions deciding;
  deciding.merge = data.merge;
  deciding.max_patients = data.max_patients;
  deciding.patient_column = data.patient_column;
  deciding.projection = data.projection;
  return Hasher().add(cases).add(config_hash(deciding)).add(std::to_string(kVersion)).hex();
}

// Labels are merged before they are projected.
DataOptions of_radiographs(DataOptions data, const fs::path& root) {
  data.root = root;
  data.table = "";
  data.merge.clear();
  data.max_patients = 0;
  return data;
}

}  // namespace

CaseSource::CaseSource(DataOptions data, Pick<CohortEntry> cohort, std::int64_t seed,
                       const fs::path& cache)
    : data_(std::move(data)),
      cohort_(std::move(cohort)),
      seed_(seed),
      virtual_(data_.root.empty()),
      cache_(case_cache(cache)) {
  if (virtual_) {
    hashes_.all = cohort_hash(cohort_, seed_);
    data_.root = cache / fmt::format("cohort-{}-{}", cohort_.name(), shown_hash(hashes_.all));
  } else {
    hashes_ = hash_data(original(), cache_);
  }
  original_hash_ = hashes_.all;
  if (!data_.projection) return;
  if (!virtual_ && original().labels.ignored)
    throw usage_error(
        "data.projection: {} has ignored voxels (label 'ignore'), and a radiograph sums over them; "
        "label these voxels or remove the cases",
        data_.root.string());
  hashes_.all = projection_hash(data_, original_hash_);
  projected_ = of_radiographs(data_, cache / ("projected-" + shown_hash(hashes_.all)));
}

const Dataset& CaseSource::original() {
  if (!original_) {
    findings_.clear();
    original_ = load_dataset(data_, findings_);
    refuse_unusable(*original_, findings_);
  }
  return *original_;
}

const Dataset& CaseSource::dataset() {
  if (!data_.projection) return original();
  if (!radiographs_) radiographs_ = load_dataset(projected_);
  return *radiographs_;
}

void CaseSource::check(const std::vector<Fold>& folds) {
  if (!virtual_) check_data({original(), findings_, folds, original_hash_}, cache_);
}

std::optional<Job> CaseSource::making(const std::string& id) const {
  if (!virtual_) return std::nullopt;
  return Job{
      .id = id,
      .name = fmt::format("make the virtual cohort {} in {}", cohort_.name(), data_.root.string()),
      .marker = fs::path(data_.root).concat(".json"),
      .inputs = original_hash_,
      .outputs = {data_.root / "dataset.json"},
      .after = {},
      .shared = true,
      .work = [root = data_.root, cohort = cohort_, seed = seed_] {
        fs::remove_all(root);  // what a killed process left
        cohort.make(root, static_cast<std::uint64_t>(seed));
        return true;
      }};
}

std::optional<Job> CaseSource::projecting(const std::string& id) const {
  if (!data_.projection) return std::nullopt;
  return Job{.id = id,
             .name = fmt::format("project the cases of {} into {}", data_.root.string(),
                                 projected_.root.string()),
             .marker = fs::path(projected_.root).concat(".json"),
             .inputs = hashes_.all,
             .outputs = {projected_.root / "dataset.json"},
             .after = {},
             .shared = true,
             .work = [data = data_, out = projected_.root] {
               fs::remove_all(out);  // what a killed process left
               write_projected(out, load_dataset(data), data.patient_column, *data.projection);
               return true;
             }};
}

}  // namespace myoseg
