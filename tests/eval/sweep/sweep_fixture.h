// A small sweep for tests.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "eval/sweep/report.h"

namespace myoseg {

inline SweepRow done(const std::string& run, std::vector<std::string> settings, double dice,
                     double seconds = std::numeric_limits<double>::quiet_NaN()) {
  SweepRow row;
  row.run = run;
  row.settings = std::move(settings);
  row.state = RunState::done;
  row.scores = {dice};
  row.seconds = seconds;
  return row;
}

inline SweepRow failed(const std::string& run, std::vector<std::string> settings,
                       const std::string& sentence) {
  SweepRow row = done(run, std::move(settings), std::numeric_limits<double>::quiet_NaN());
  row.state = RunState::failed;
  row.failure = sentence;
  return row;
}

// Two models, three rates; the run with the highest score has failed after it was scored.
inline SweepReportInput small_sweep() {
  SweepReportInput input;
  input.title = "Sweep";
  input.keys = {"model", "rate"};
  input.score_names = {"Dice"};
  input.rows = {done("a", {"unet", "0.001"}, 0.5, 10),
                done("b", {"unet", "0.01"}, 0.75, 20),
                done("c", {"unet", "0.1"}, 0.25, 10),
                done("d", {"fcn", "0.001"}, 0.75, 5),
                failed("e", {"fcn", "0.01"}, "No room."),
                done("f", {"fcn", "1e-1"}, std::numeric_limits<double>::quiet_NaN(), 7)};
  input.rows[4].scores = {0.99};
  return input;
}

}  // namespace myoseg
