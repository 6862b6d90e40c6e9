#include "experiments/members.h"

#include <map>
#include <numeric>

#include "core/names.h"
#include "core/random.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::uint64_t seed_of(std::int64_t seed, std::size_t member) {
  const auto own = static_cast<std::uint64_t>(seed);
  return member == 0 ? own : Random(own, "member", {member}).bits();
}

}  // namespace

std::vector<Member> members_of(const Experiment& experiment) {
  if (experiment.ensemble.empty())
    return {{std::string(experiment.model.name()), "", experiment.model, 1,
             seed_of(experiment.seed, 0)}};
  const std::vector<double>& weights = experiment.ensemble_weights;
  const double sum = weights.empty() ? static_cast<double>(experiment.ensemble.size())
                                     : std::accumulate(weights.begin(), weights.end(), 0.0);
  std::map<std::string_view, int> uses;
  std::vector<Member> members;
  for (const Pick<NetworkEntry>& network : experiment.ensemble) {
    const int use = ++uses[network.name()];
    std::string name(network.name());
    if (use > 1) name += fmt::format("_{}", use);
    const std::size_t m = members.size();
    members.push_back({name, name, network, (weights.empty() ? 1 : weights[m]) / sum,
                       seed_of(experiment.seed, m)});
  }
  return members;
}

std::string model_name(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const Member& member : members_of(experiment)) names.push_back(member.name);
  return join(names, "+");
}

std::string FoldNetwork::identity(const std::string& run_hash) const {
  const std::string of_fold = fmt::format("{} fold {}", run_hash, fold);
  return member.alone() ? of_fold : of_fold + " member " + member.name;
}

std::string FoldNetwork::title() const {
  return member.alone() ? fmt::format("fold {}", fold)
                        : fmt::format("fold {}, {}", fold, member.name);
}

fs::path scores_folder(const fs::path& run, const Member& member) {
  return run / "members" / member.place;
}

fs::path fold_folder(const fs::path& run, int fold) { return run / fmt::format("fold_{}", fold); }

std::vector<FoldNetwork> networks_of_fold(const fs::path& run, int fold,
                                          const std::vector<Member>& members) {
  std::vector<FoldNetwork> networks;
  for (const Member& member : members) {
    const fs::path folder = fold_folder(run, fold);
    networks.push_back({member, fold, member.alone() ? folder : folder / member.place});
  }
  return networks;
}

std::vector<FoldNetwork> networks_in(const fs::path& run, const Experiment& experiment) {
  const std::vector<Member> members = members_of(experiment);
  std::vector<FoldNetwork> networks;
  for (int fold = 0; fs::exists(fold_folder(run, fold)); ++fold)
    for (FoldNetwork& one : networks_of_fold(run, fold, members))
      networks.push_back(std::move(one));
  return networks;
}

}  // namespace myoseg
