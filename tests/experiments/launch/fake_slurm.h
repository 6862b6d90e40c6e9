// A machine with a SLURM of shell scripts (fake_slurm/), which does the jobs of its arrays at once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/launch/launcher.h"

namespace myoseg::testing {

class FakeSlurm {
 public:
  // While it lives, sbatch and its like are those of fake_slurm/, with their queue in `folder`.
  explicit FakeSlurm(const std::filesystem::path& folder);
  ~FakeSlurm();
  FakeSlurm(const FakeSlurm&) = delete;
  FakeSlurm& operator=(const FakeSlurm&) = delete;

  // The launcher, with these of its options: "wait=false".
  [[nodiscard]] Pick<LauncherEntry> launcher(const std::vector<std::string>& options = {}) const;
  // A file of its folder changes what it does: hold (nothing begins), refuse (sbatch fails),
  // die_after_submission (sbatch ends whoever called it), silent (squeue fails), no_accounting.
  void set(const std::string& file) const;
  void unset(const std::string& file) const;
  // "train 0-3 aftercorr:101": name without its key, elements and dependency of every array.
  [[nodiscard]] std::vector<std::string> arrays() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string path_before_;
};

}  // namespace myoseg::testing
