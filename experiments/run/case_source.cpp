#include "experiments/run/case_source.h"

#include "core/hash.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/data_check.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::string cohort_hash(const Pick<CohortEntry>& cohort, std::int64_t seed) {
  const Node node = detail::Codec<Pick<CohortEntry>>::write(cohort, Written::hashed);
  return hash_text(node.text() + " seed " + std::to_string(seed));
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
    hashes_ = hash_data(dataset(), cache_);
  }
}

const Dataset& CaseSource::dataset() {
  if (!dataset_) {
    findings_.clear();
    dataset_ = load_dataset(data_, findings_);
    refuse_unusable(*dataset_, findings_);
  }
  return *dataset_;
}

void CaseSource::check(const std::vector<Fold>& folds) {
  if (!virtual_) check_data({dataset(), findings_, folds, hashes_.all}, cache_);
}

std::optional<Job> CaseSource::making(const std::string& id) const {
  if (!virtual_) return std::nullopt;
  return Job{
      .id = id,
      .name = fmt::format("make the virtual cohort {} in {}", cohort_.name(), data_.root.string()),
      .marker = fs::path(data_.root).concat(".json"),
      .inputs = hashes_.all,
      .outputs = {data_.root / "dataset.json"},
      .after = {},
      .shared = true,
      .work = [root = data_.root, cohort = cohort_, seed = seed_] {
        fs::remove_all(root);  // what a killed process left
        cohort.make(root, static_cast<std::uint64_t>(seed));
        return true;
      }};
}

}  // namespace myoseg
