// The networks of an experiment: the one of `model`, or the members of its ensemble.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "experiments/experiment.h"

namespace myoseg {

struct Member {
  std::string name;   // of its network; the second of the same network is NAME_2
  std::string place;  // its folder in a fold's; empty: the one network of `model`
  Pick<NetworkEntry> network;
  double weight = 1;  // of its probabilities; those of all members sum up to 1
  // Decides its initial weights, and the order and augmentation of what it sees; the first
  // member's is the experiment's.
  std::uint64_t seed = 0;

  [[nodiscard]] bool alone() const { return place.empty(); }
};
// At least one.
[[nodiscard]] std::vector<Member> members_of(const Experiment& experiment);
// "manet", or of an ensemble "unetplusplus+manet".
[[nodiscard]] std::string model_name(const Experiment& experiment);

// A member as one fold trains it.
struct FoldNetwork {
  Member member;
  int fold = 0;
  std::filesystem::path folder;  // of its log and checkpoints

  [[nodiscard]] std::filesystem::path checkpoint() const { return folder / "best.safetensors"; }
  // What its checkpoints are checkpoints of, in the run of that hash.
  [[nodiscard]] std::string identity(const std::string& run_hash) const;
  // "fold 0", or of an ensemble "fold 0, manet".
  [[nodiscard]] std::string title() const;
};
// Of a member's scores.csv and quantities.csv; the ensemble's are in the run's folder itself.
[[nodiscard]] std::filesystem::path scores_folder(const std::filesystem::path& run,
                                                  const Member& member);
[[nodiscard]] std::filesystem::path fold_folder(const std::filesystem::path& run, int fold);
[[nodiscard]] std::vector<FoldNetwork> networks_of_fold(const std::filesystem::path& run, int fold,
                                                        const std::vector<Member>& members);
// Of every fold whose folder is there, whether it is trained or not, by fold, then member.
[[nodiscard]] std::vector<FoldNetwork> networks_in(const std::filesystem::path& run,
                                                   const Experiment& experiment);

}  // namespace myoseg
