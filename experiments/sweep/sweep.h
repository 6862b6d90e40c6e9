// A sweep (-m): runs of one experiment that differ in what its overrides sweep over.
//
//   runs/sweeps/NAME,KEYS-HASH/  sweep.json  table.csv  report.html  figures/
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/ledger/run_folder.h"
#include "experiments/run/run.h"

namespace myoseg {

class RunSweep {
 public:
  // Composes every run before anything is done. Throws Error(bad_usage) naming the first run whose
  // configuration is wrong, and when there is no run.
  RunSweep(const ComposeRequest& request, std::string command_line);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Run>>& runs() const { return runs_; }
  [[nodiscard]] const Experiment& first() const { return runs_.front()->experiment(); }

  struct Ending {
    bool stopped = false;  // asked to stop; the same command goes on
    bool pending = false;  // left in a cluster's queue; the same command goes on
    std::size_t failed = 0;
  };
  // Does what is missing of all runs, by successive halving when the options ask for it, and writes
  // the report.
  Ending launch(std::string_view last, std::optional<int> fold, bool fail_fast);
  // What the launcher would hand on, for --dry-run.
  [[nodiscard]] std::string preview(std::string_view last, std::optional<int> fold);
  // The report's table and where it is, for the terminal.
  [[nodiscard]] std::string summary() const;

 private:
  struct Point {
    std::size_t run;                    // of runs_; several points may be one run
    std::vector<std::string> settings;  // one for each of keys_
  };
  // "optimizer.lr=0.01 seed=1"
  [[nodiscard]] std::string label(const Run& run) const;
  // The runs that are worth going on with. None when the launch ended early, and how.
  std::optional<std::vector<Run*>> halve(Launcher& launcher, std::optional<int> fold,
                                         bool fail_fast, Ending& early);
  // The best runs against each other, as sections of the report.
  [[nodiscard]] std::string study(const std::vector<RunRecord>& records) const;
  void write_report() const;

  std::string command_line_;
  std::vector<std::string> keys_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<Point> points_;
  std::filesystem::path folder_;
};

}  // namespace myoseg
