// The runs of a folder: their states, scores and what differs; the difference of two.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/names.h"
#include "core/table/table.h"
#include "core/text.h"
#include "eval/report/report.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/experiment.h"
#include "experiments/launch/slurm/queued_runs.h"
#include "experiments/ledger/run_folder.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

enum class Sorting { name, score, seconds, started };
constexpr std::array<std::string_view, 4> choice_names(Sorting) {
  return {"name", "score", "seconds", "started"};
}
enum class Format { text, csv, markdown };
constexpr std::array<std::string_view, 3> choice_names(Format) {
  return {"text", "csv", "markdown"};
}

struct RunsOptions {
  fs::path runs;
  std::string experiment, state, where;
  Sorting sort = Sorting::name;
  std::vector<fs::path> diff;
  Format format = Format::text;
};
// Every state, and "" for any of them.
std::vector<std::string> state_choices() {
  std::vector<std::string> names{""};
  for (const std::string_view name : choice_names(RunState{})) names.emplace_back(name);
  return names;
}
void describe(Fields& f, RunsOptions& o) {
  f("runs", o.runs, "Folder of the runs; empty: $MYOSEG_RUNS or 'runs'.");
  f("experiment", o.experiment, "Only runs whose name starts with this.");
  f("state", o.state, one_of(state_choices()), "Only runs in this state.");
  f("where", o.where, "Only runs whose config says so: 'model.name=unet train.epochs=50'.");
  f("sort", o.sort,

    "Order: best score, longest, or latest first.");
  f("diff", o.diff, "Two runs, by hash or folder, whose configs are to be compared.");
  f("format", o.format, "How the table is printed.");
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::lround(seconds));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

// The config of a run, with the options that came after it at the values that they came with.
Node whole_config(const fs::path& folder) {
  try {
    return write_fields(read_experiment(folder / "config.yaml"));
  } catch (const Error&) {
    return load_yaml(folder / "config.yaml");  // of a later program: as it stands
  }
}

// Whether every "key=value" of `where` stands in the run's config.
bool says(const fs::path& folder, const std::string& where) {
  if (where.empty()) return true;
  const Node config = whole_config(folder);
  for (std::size_t from = 0; from < where.size();) {
    const std::size_t end = std::min(where.find(' ', from), where.size());
    const std::string item = where.substr(from, end - from);
    from = end + 1;
    if (item.empty()) continue;
    const Node* found = config.at_path(item.substr(0, item.find('=')));
    if (item.find('=') == std::string::npos || found == nullptr)
      throw usage_error("where={}: {} has no key '{}'; write key=value", where, folder.string(),
                        item.substr(0, item.find('=')));
    if (found->text() != option_value(item).text()) return false;
  }
  return true;
}

bool comes_first(const RunRecord& a, const RunRecord& b, Sorting sort) {
  if (sort == Sorting::score) return a.score.value_or(-INFINITY) > b.score.value_or(-INFINITY);
  if (sort == Sorting::seconds) return a.seconds > b.seconds;
  if (sort == Sorting::started) return a.started > b.started;
  return a.folder < b.folder;
}

std::string aligned(const Table& table) {
  std::vector<std::size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(columns_of(column));
  for (const auto& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(row[i]));
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{:<{}}", one_line(row[i]), i + 1 < row.size() ? widths[i] + 2 : 0);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  add(table.columns);
  for (const auto& row : table.rows) add(row);
  return text;
}

void print(const Table& table, Format format) {
  fmt::print("{}", format == Format::csv        ? to_csv(table)
                   : format == Format::markdown ? to_markdown(table) + "\n"
                                                : aligned(table));
}

Table table_of(const std::vector<RunRecord>& records) {
  Table table;
  table.columns = {"run", "state", "jobs", "score", "time", "started", "folder"};
  for (const RunRecord& r : records)
    table.rows.push_back({hash_of_run(r.folder), std::string(name_of(r.state)),
                          fmt::format("{}/{}", r.done, r.jobs),
                          r.score ? fmt::format("{:.4f}", *r.score) : "", duration(r.seconds),
                          r.started, r.folder.string()});
  return table;
}

void collect(const Node& node, const std::string& path, std::map<std::string, std::string>& out) {
  const auto* map = node.get_if<Node::Map>();
  if (map == nullptr || map->empty()) {
    out[path] = node.text();
    return;
  }
  for (const auto& [key, value] : *map) collect(value, path.empty() ? key : path + '.' + key, out);
}

// Where the two configs differ, one row a key.
Table difference_of(const fs::path& a, const fs::path& b) {
  std::map<std::string, std::string> left, right;
  collect(whole_config(a), "", left);
  collect(whole_config(b), "", right);
  std::set<std::string> keys;
  for (const auto& [key, value] : left) keys.insert(key);
  for (const auto& [key, value] : right) keys.insert(key);
  Table table;
  table.columns = {"key", hash_of_run(a), hash_of_run(b)};
  const auto value = [](const auto& config, const std::string& key) {
    const auto found = config.find(key);
    return found == config.end() ? std::string("(absent)") : found->second;
  };
  for (const std::string& key : keys)
    if (value(left, key) != value(right, key))
      table.rows.push_back({key, value(left, key), value(right, key)});
  return table;
}

// Completes the records with what SLURM knows of them; a line on each run that it is at.
std::vector<std::string> add_queue(std::vector<RunRecord>& records, const fs::path& runs) {
  std::vector<std::string> lines;
  std::map<fs::path, slurm::QueuedRun> in_queue;
  try {
    in_queue = slurm::queued_runs(runs / "queue");
  } catch (const Error& error) {
    return {error.what()};
  }
  for (RunRecord& r : records) {
    const auto found = in_queue.find(fs::absolute(r.folder).lexically_normal());
    if (found == in_queue.end() || r.state == RunState::done) continue;
    const slurm::QueuedRun& queued = found->second;
    if (r.failure.empty()) r.failure = queued.failure;
    if (queued.running > 0)
      r.state = RunState::running;
    else if (!r.failure.empty())
      r.state = RunState::failed;
    else if (queued.pending > 0 && r.state != RunState::running)
      r.state = RunState::pending;
    if (queued.running + queued.pending > 0)
      lines.push_back(fmt::format("{}: in SLURM's queue {} jobs are running, {} pending{}",
                                  hash_of_run(r.folder), queued.running, queued.pending,
                                  queued.pending == 0 ? "" : " (" + queued.reason + ")"));
  }
  return lines;
}

}  // namespace

std::vector<FieldHelp> runs_options() { return help_fields(RunsOptions{}); }

int runs_command(const Request& request) {
  const auto options = only_options<RunsOptions>(request.overrides);
  const fs::path runs = options.runs.empty() ? default_runs_folder() : options.runs;
  if (!options.diff.empty()) {
    if (options.diff.size() != 2)
      throw usage_error("diff needs two runs: 'diff=[HASH,HASH]', not {}", options.diff.size());
    print(difference_of(find_run(options.diff[0], runs), find_run(options.diff[1], runs)),
          options.format);
    return 0;
  }
  std::vector<RunRecord> records = read_run_records(runs);
  const std::vector<std::string> queued = add_queue(records, runs);
  std::erase_if(records, [&](const RunRecord& r) {
    return !r.folder.filename().string().starts_with(options.experiment) ||
           (!options.state.empty() && name_of(r.state) != options.state) ||
           !says(r.folder, options.where);
  });
  std::stable_sort(records.begin(), records.end(), [&](const RunRecord& a, const RunRecord& b) {
    return comes_first(a, b, options.sort);
  });
  print(table_of(records), options.format);
  for (const RunRecord& r : records)
    if (!r.failure.empty()) fmt::print("\n{}: {}\n", hash_of_run(r.folder), r.failure);
  if (!queued.empty()) fmt::print("\n");
  for (const std::string& line : queued) fmt::print("{}\n", line);
  return 0;
}

}  // namespace myoseg
