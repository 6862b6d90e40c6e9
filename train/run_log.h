// What a training tells of each epoch: a row of log.csv, points for TensorBoard and a line on the
// console.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "train/tensorboard.h"

namespace myoseg {

struct EpochRecord {
  std::int64_t epoch = 0;          // counted from 1
  std::int64_t step = 0;           // optimiser steps since the start
  double rate = 0;                 // learning rate of the last step
  double loss = 0;                 // mean over the training batches
  double validation_loss = 0;      // NaN in epochs without validation, as are the next two
  double score = 0;                // mean foreground Dice of the tuning samples; without them -loss
  std::vector<double> class_dice;  // of each foreground class; NaN for one that is nowhere
  double seconds = 0;
};

class RunLog {
 public:
  // Goes on with `folder`/log.csv after `epochs` finished epochs (0: starts it anew): later rows
  // are dropped, since their epochs come again. Error(bad_data) when the file is not such a log.
  RunLog(const std::filesystem::path& folder, const std::vector<std::string>& class_names,
         std::int64_t epochs, std::int64_t updates);

  // log.csv is complete when this returns. Error(failed) when it cannot be written.
  void add(const EpochRecord& record);

 private:
  std::filesystem::path file_;
  std::vector<std::string> class_names_;
  Table table_;
  TensorBoard board_;
};

}  // namespace myoseg
