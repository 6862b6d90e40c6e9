#include "train/run_log.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"

namespace myoseg {
namespace {

std::vector<std::string> columns_for(const std::vector<std::string>& class_names) {
  std::vector<std::string> columns = {"epoch",           "step",  "rate",   "loss",
                                      "validation_loss", "score", "seconds"};
  for (const std::string& name : class_names) columns.push_back("dice_" + name);
  return columns;
}

// The rows of the first `epochs` epochs.
Table earlier_rows(const std::filesystem::path& file, const std::vector<std::string>& columns,
                   std::int64_t epochs) {
  Table table{.source = file.string(), .columns = columns, .rows = {}};
  if (epochs == 0) return table;
  if (!std::filesystem::exists(file)) {
    log::warn("'{}' is gone: its first {} epochs are missing from the log", file.string(), epochs);
    return table;
  }
  Table found = read_csv(file);
  if (found.columns != columns)
    throw data_error(
        "'{}' has other columns than this training writes; move it away to go on without its rows",
        file.string());
  for (std::size_t row = 0; row < found.rows.size(); ++row)
    if (found.number(row, 0) <= static_cast<double>(epochs)) table.rows.push_back(found.rows[row]);
  return table;
}

}  // namespace

RunLog::RunLog(const std::filesystem::path& folder, const std::vector<std::string>& class_names,
               std::int64_t epochs, std::int64_t updates)
    : file_(folder / "log.csv"),
      class_names_(class_names),
      table_(earlier_rows(file_, columns_for(class_names), epochs)),
      board_(folder, updates + 1) {}

void RunLog::add(const EpochRecord& r) {
  std::vector<std::string> row = {
      std::to_string(r.epoch),         std::to_string(r.step),           format_number(r.rate),
      format_number(r.loss),           format_number(r.validation_loss), format_number(r.score),
      fmt::format("{:.3f}", r.seconds)};
  std::vector<std::pair<std::string, double>> scalars = {{"loss/train", r.loss},
                                                         {"loss/validation", r.validation_loss},
                                                         {"score/validation", r.score},
                                                         {"learning_rate", r.rate}};
  for (std::size_t i = 0; i < class_names_.size(); ++i) {
    const double dice =
        i < r.class_dice.size() ? r.class_dice[i] : std::numeric_limits<double>::quiet_NaN();
    row.push_back(format_number(dice));
    scalars.emplace_back("dice/" + class_names_[i], dice);
  }
  table_.rows.push_back(std::move(row));
  write_file(file_, to_csv(table_));
  board_.scalars(r.step, scalars);
}

}  // namespace myoseg
