#include "experiments/run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "experiments/provenance.h"
#include "experiments/run_data.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShownHash = 8;  // digits in a folder's name

std::string cohort_hash(const Experiment& e) {
  Node node = detail::Codec<Pick<CohortEntry>>::write(e.cohort, true);
  return hash_text(node.text() + " seed " + std::to_string(e.seed));
}

// What decides a run's results: everything but where the data lie (their content counts instead)
// and how results are shown.
std::string run_hash(Experiment e, const std::string& data) {
  e.data.root.clear();
  e.report = {};
  return Hasher().add(config_hash(e)).add(data).hex();
}

std::vector<const Case*> cases_of(const Dataset& dataset, const std::vector<std::string>& ids) {
  std::vector<const Case*> cases;
  for (const std::string& id : ids) cases.push_back(&dataset.find(id));
  return cases;
}

}  // namespace

Run::Run(Experiment experiment, std::string command_line)
    : experiment_(std::move(experiment)), command_line_(std::move(command_line)) {
  std::string data;
  if (virtual_data()) {
    data = cohort_hash(experiment_);
    data_root_ = experiment_.runtime.cache /
                 fmt::format("cohort-{}-{}", experiment_.cohort.name(), data.substr(0, kShownHash));
  } else {
    data_root_ = experiment_.data.root;
    data = fingerprint(dataset());
  }
  hash_ = run_hash(experiment_, data);
  folder_ = experiment_.runtime.runs /
            fmt::format("{}-{}", experiment_.name, hash_.substr(0, kShownHash));
}

int Run::folds() const {
  return splits_.empty() ? experiment_.validation.folds : static_cast<int>(splits_.size());
}

fs::path Run::fold_folder(int fold) const { return folder_ / fmt::format("fold_{}", fold); }

const Dataset& Run::dataset() {
  if (!dataset_) {
    DataOptions options = experiment_.data;
    options.root = data_root_;
    dataset_ = load_dataset(options);
    splits_ =
        make_folds(*dataset_, experiment_.validation, static_cast<std::uint64_t>(experiment_.seed));
  }
  return *dataset_;
}

const Fold& Run::split(int fold) {
  (void)dataset();  // decides the splits
  return splits_.at(static_cast<std::size_t>(fold));
}

std::vector<CachedCase> Run::prepared(const std::vector<std::string>& ids) {
  return prepare_cases(cases_of(dataset(), ids), dataset(), experiment_.preprocess,
                       experiment_.runtime.cache / "cases");
}

Job Run::job(const std::string& name, const fs::path& marker, const std::string& more_inputs,
             std::function<bool()> work) const {
  return {name, marker, Hasher().add(hash_).add(name).add(more_inputs).hex(), std::move(work)};
}

std::vector<Job> Run::plan(Until last, std::optional<int> fold) {
  if (fold && (*fold < 0 || *fold >= folds()))
    throw usage_error("fold={}: there are folds 0 to {} (validation.folds={})", *fold, folds() - 1,
                      folds());
  std::vector<Job> jobs;
  if (virtual_data())
    jobs.push_back({fmt::format("make the virtual cohort {} in {}", experiment_.cohort.name(),
                                data_root_.string()),
                    data_root_ / "done.json", cohort_hash(experiment_), [this] {
                      experiment_.cohort.make(data_root_,
                                              static_cast<std::uint64_t>(experiment_.seed));
                      return true;
                    }});
  jobs.push_back(
      job("prepare the cases", folder_ / "prepared.json", "", [this] { return prepare(); }));
  if (last == Until::prepared) return jobs;
  for (int k = fold.value_or(0); k < (fold ? *fold + 1 : folds()); ++k) {
    jobs.push_back(job(fmt::format("train fold {}", k), fold_folder(k) / "trained.json", "",
                       [this, k] { return train_fold(k); }));
    if (last == Until::reported)
      jobs.push_back(job(fmt::format("predict fold {}", k), fold_folder(k) / "predicted.json", "",
                         [this, k] { return predict_fold(k); }));
  }
  if (last != Until::reported || fold) return jobs;
  jobs.push_back(job("score", folder_ / "scored.json", "", [this] { return score(); }));
  jobs.push_back(job("report", folder_ / "reported.json", config_hash(experiment_.report),
                     [this] { return report(); }));
  return jobs;
}

void Run::open() {
  log::add_file(folder_ / "log.txt");
  Experiment stated = experiment_;
  if (virtual_data()) stated.data.root.clear();
  write_file(folder_ / "config.yaml", to_yaml(write_fields(stated)));
  if (!fs::exists(folder_ / "provenance.json"))
    write_file(folder_ / "provenance.json", provenance(command_line_, hash_));
  log::info("run folder {}", folder_.string());
}

}  // namespace myoseg
