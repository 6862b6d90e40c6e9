#include "experiments/run/context.h"

#include <fmt/ranges.h>

#include "core/error.h"
#include "core/hash.h"
#include "data/load/loader_plan.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/run_data.h"
#include "experiments/run/starting_weights.h"
#include "models/network.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::string run_hash(const Experiment& experiment, const std::string& data) {
  Hasher hasher;
  hasher.add(config_hash(experiment)).add(data);
  if (const std::string weights = starting_weights_hash(experiment); !weights.empty())
    hasher.add(weights);
  return hasher.hex();
}

// Members of an ensemble see the same patches, so they all take slices or all take volumes.
void check_member(const Experiment& experiment, const Member& member) {
  const NetworkIo io = network_io(experiment, 1, 2);
  const auto network = member.network.make(io);
  const std::string name =
      member.alone() ? "model.name=" + member.name : "the ensemble's member " + member.name;
  const auto& patch = experiment.loader.patch;
  if (network->dims() == 3 && !patch)
    throw usage_error(
        "{}: takes volumes; say the size of the patches that it is trained on: "
        "loader.patch=[x,y,z]",
        name);
  if (network->dims() != (patch && (*patch)[2] > 1 ? 3 : 2))
    throw usage_error(
        "{}: takes {}, but loader.patch is {} voxels thick; choose another network (or, "
        "where it has the option, {}) or another loader.patch",
        name, network->dims() == 3 ? "volumes" : "slices", (*patch)[2],
        member.alone() ? "model.dims" : "its dims");
  if (!io.size.empty()) network->check_size(io.size, true);
}

// Before a cohort is made or a case prepared for it.
void check_networks(const Experiment& experiment, const std::vector<Member>& members) {
  for (const Member& member : members) check_member(experiment, member);
  const auto& patch = experiment.loader.patch;
  check_patch(experiment.loader, experiment.data.slices);
  const auto& size = experiment.preprocess.size;
  for (std::size_t a = 0; patch && size && a < size->size(); ++a)
    if ((*patch)[a] > (*size)[a])
      throw usage_error(
          "loader.patch=[{}]: is larger than the scans, which preprocess.size=[{}] makes; take smaller "
          "patches, or preprocess.size=null",
          fmt::join(*patch, ","), fmt::join(*size, ","));
}

// The values that are left out one by one are in the cohort's table.
void require_made(const CaseSource& source) {
  if (source.is_virtual() && !is_done(*source.making("cohort")))
    throw usage_error(
        "validation.scheme=leave_one_out: what the folds are is known only when the virtual cohort is "
        "made; make it with 'myoseg prepare ... validation.scheme=folds', then repeat this command");
}

std::optional<CaseSource> external_source(const Experiment& e) {
  if (!e.external) return std::nullopt;
  DataOptions options = e.data;
  options.root = e.external->root;
  options.table = e.external->table;
  options.max_patients = 0;
  return CaseSource(options, e.external->cohort, e.seed, e.runtime.cache);
}

}  // namespace

RunContext::RunContext(Experiment experiment, const RunOrigin& origin)
    : experiment_(std::move(experiment)),
      members_(members_of(experiment_)),
      source_(experiment_.data, experiment_.cohort, experiment_.seed, experiment_.runtime.cache),
      external_(external_source(experiment_)),
      hash_(run_hash(experiment_, source_.hashes().all)),
      folder_(run_folder(experiment_.runtime.runs, experiment_.name, origin.differs, hash_)) {
  const bool known = known_folds(experiment_.validation).has_value();
  if (!known) require_made(source_);
  if (!known || !source_.is_virtual()) (void)splits();  // which decide the number of folds
}

std::string RunContext::external_hash() const { return external_ ? external_->hashes().all : ""; }

void RunContext::check() {
  check_networks(experiment_, members_);
  if (!source_.is_virtual()) source_.check(splits());
  if (!external_ || external_->is_virtual()) return;
  if (!source_.is_virtual()) check_same_task(external_->original(), source_.original());
  external_->check({});
}

const Dataset& RunContext::dataset() { return source_.dataset(); }

NetworkIo RunContext::network_io() {
  return myoseg::network_io(experiment_, dataset().channels.size(), dataset().labels.classes());
}

const Dataset& RunContext::external_dataset() {
  check_same_task(external_->original(), source_.original());
  return external_->dataset();
}

int RunContext::folds() const {
  return splits_.empty() ? known_folds(experiment_.validation).value()
                         : static_cast<int>(splits_.size());
}

const std::vector<Fold>& RunContext::splits() {
  if (splits_.empty())
    splits_ = make_folds(source_.original(), experiment_.validation,
                         static_cast<std::uint64_t>(experiment_.seed));
  return splits_;
}

const Fold& RunContext::split(int fold) { return splits().at(static_cast<std::size_t>(fold)); }

std::vector<CachedCase> RunContext::prepared(const std::vector<std::string>& ids) {
  std::vector<const Case*> cases;
  for (const std::string& id : ids) cases.push_back(&dataset().find(id));
  return prepare_cases(cases, dataset(), experiment_.preprocess,
                       case_cache(experiment_.runtime.cache));
}

std::vector<PredictedCase> RunContext::cases_of_fold(int fold, const Member* member) {
  const fs::path folder = member == nullptr
                              ? fold_folder(folder_, fold)
                              : networks_of_fold(folder_, fold, {*member}).front().folder;
  std::vector<PredictedCase> cases;
  for (const std::string& id : split(fold).test)
    cases.push_back({&dataset().find(id), fold, folder});
  return cases;
}

std::vector<PredictedCase> RunContext::external_cases() {
  std::vector<PredictedCase> cases;
  for (const Case& item : external_dataset().cases) cases.push_back({&item, -1, external_folder()});
  return cases;
}

}  // namespace myoseg
