// import: a data set from an export of an archive.
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/names.h"
#include "core/progress.h"
#include "core/table/table.h"
#include "core/text.h"
#include "data/import/case_files.h"
#include "data/import/manifest.h"
#include "data/import/plan.h"
#include "data/import/tables.h"
#include "data/import/unzip.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/jobs.h"
#include "experiments/run/failures.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRow = "row.csv";

struct ImportCommand {
  fs::path source, out, rules_file;
  ImportRules rules;
};
void describe(Fields& f, ImportCommand& o) {
  f("source", o.source, kAny.must_be_given(),
    "Folder of an export, of any depth and naming, zip archives among its files; or one.");
  f("out", o.out, kAny.must_be_given(), "Folder of the new data set; asked again it goes on.");
  f("rules", o.rules_file, "YAML file of the options below; what is typed counts before it.");
  describe(f, o.rules);
}

ImportCommand options_of(const Request& request) {
  std::vector<std::string> words = request.overrides;
  const Node given = take_options_node<ImportCommand>(words);
  refuse_other_overrides(words, write_fields(ImportCommand{}));
  Node all{Node::Map{}};
  if (const Node* file = given.find("rules")) {
    const Node rules = load_yaml(file->get_if<std::string>() != nullptr
                                     ? *file->get_if<std::string>()
                                     : throw usage_error("rules takes the name of a file"));
    if (const auto* map = rules.get_if<Node::Map>())
      for (const auto& [key, value] : *map) all.set(key, value);
  }
  for (const auto& [key, value] : *given.get_if<Node::Map>()) all.set(key, value);
  return bind<ImportCommand>(all);
}

std::size_t taken_of(const std::vector<PlannedSeries>& plan) {
  return static_cast<std::size_t>(
      std::count_if(plan.begin(), plan.end(), [](const auto& p) { return p.taken(); }));
}

void show_plan(const std::vector<PlannedSeries>& plan, const Archive& archive,
               const std::vector<LabelRule>& labels) {
  std::fputs(printable(plan_text(plan)).c_str(), stdout);
  for (const PlannedSeries& p : plan)
    for (const std::string& note : p.notes) fmt::print("{}: {}\n", p.case_id, printable(note));
  std::vector<std::string> names;
  for (const LabelRule& rule : labels) names.push_back(rule.name);
  fmt::print("{} of {} series are taken; labels: {}\n", taken_of(plan), plan.size(),
             names.empty() ? "none" : printable(join(names)));
  for (const auto& [kind, count] : archive.others) fmt::print("not read: {} {}\n", count, kind);
  if (!archive.damaged.empty())
    fmt::print("{} files are damaged; {} says which\n", archive.damaged.size(), kManifest);
}

// Names, sizes and times of the files that a case is made of, and what is made of them.
std::string inputs_of(const PlannedSeries& p, const ImportRules& rules,
                      const std::vector<LabelRule>& labels) {
  Hasher hasher;
  const auto add = [&](const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return;
    hasher.add(fmt::format("{} {} {} {}", file.string(), status.st_size, status.st_mtim.tv_sec,
                           status.st_mtim.tv_nsec));
  };
  for (const fs::path& file : p.series.files) add(file);
  for (const ArchivedLabel& label : p.labels) {
    add(label.path);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(label.path, error)) add(entry.path());
  }
  hasher.add(fmt::format("{} {}", rules.untilt, rules.even_out));
  if (!p.labels.empty())
    for (const LabelRule& rule : labels) hasher.add(rule.name).add(join(rule.from, "\n"));
  return hasher.hex();
}

fs::path memory_of(const PlannedSeries& p, const fs::path& out) {
  return out / ".myoseg" / p.case_id;
}

struct Importing {
  const ImportRules& rules;
  const std::vector<LabelRule>& labels;
  const Pseudonyms& pseudonyms;
  fs::path out;
};

Job job_of(const PlannedSeries& p, const Importing& how) {
  const CaseFiles files = case_files(p, how.out);
  const fs::path memory = memory_of(p, how.out);
  std::vector<fs::path> outputs{files.image, memory / kRow};
  if (!files.label.empty()) outputs.push_back(files.label);
  return {.id = p.case_id,
          .name = "import " + p.case_id,
          .marker = memory / "done.json",
          .inputs = inputs_of(p, how.rules, how.labels),
          .outputs = std::move(outputs),
          .after = {},
          .work = [&p, &how, memory] {
            const ImportedCase imported =
                import_case(p, how.rules, how.labels, how.pseudonyms, how.out);
            for (const std::string& note : imported.notes) log::warn("{}: {}", p.case_id, note);
            Table row;
            row.columns = case_columns();
            row.rows.push_back(imported.row);
            write_file(memory / kRow, to_csv(row));
            return true;
          }};
}

// False: asked to stop.
bool import_cases(const std::vector<PlannedSeries>& plan, const Importing& how, bool force,
                  Failures& failures) {
  remove_abandoned(how.out);
  Progress progress("import", static_cast<std::int64_t>(taken_of(plan)), "series");
  for (const PlannedSeries& p : plan) {
    if (!p.taken()) continue;
    if (stop_requested()) return false;
    failures.survives(p.case_id, [&] {
      const Job job = job_of(p, how);
      if (force) forget(job);
      if (!is_done(job)) perform(job);
    });
    progress.advance();
  }
  return true;
}

// Of the cases that are there: cases.csv, dataset.json.
void write_tables(const std::vector<PlannedSeries>& plan, const Importing& how,
                  const Failures& failures) {
  std::vector<std::vector<std::string>> rows;
  std::size_t labelled = 0;
  for (const PlannedSeries& p : plan) {
    if (!p.taken() || failures.has(p.case_id) || !fs::exists(memory_of(p, how.out) / kRow))
      continue;
    rows.push_back(read_csv(memory_of(p, how.out) / kRow).rows.front());
    labelled += p.labels.empty() ? 0 : 1;
  }
  write_dataset_tables(how.out, rows, labelled, how.rules, how.labels);
}

}  // namespace

std::vector<FieldHelp> import_options() { return help_fields(ImportCommand{}); }

int import_command(const Request& request) {
  const ImportCommand options = options_of(request);
  std::error_code error;
  const fs::path source = fs::weakly_canonical(options.source, error),
                 out = fs::weakly_canonical(options.out, error);
  if (std::mismatch(source.begin(), source.end(), out.begin(), out.end()).first == source.end())
    throw usage_error("out={}: lies in the export that is read; write somewhere else",
                      options.out.string());
  const Pseudonyms pseudonyms(import_salt(options.out));
  const Scratch scratch(options.out);
  const Archive archive = read_archive(options.source, scratch.folder());
  const std::vector<PlannedSeries> plan = plan_import(archive, options.rules, pseudonyms);
  const std::vector<LabelRule> labels = labels_of(plan, options.rules);
  show_plan(plan, archive, labels);
  if (request.dry_run) return 0;
  const std::size_t taken = taken_of(plan);
  if (taken == 0)
    throw data_error("source={}: {}", options.source.string(),
                     plan.empty() ? "holds no DICOM series"
                                  : "no series is taken; the table says why, and 'myoseg help "
                                    "import' which rules decide");
  write_manifest(options.out, plan, archive, pseudonyms);
  const Importing how{options.rules, labels, pseudonyms, options.out};
  Failures failures;
  const bool whole = import_cases(plan, how, request.force, failures);
  write_tables(plan, how, failures);
  if (!whole) return 130;
  fmt::print("{} cases in {}; whom they are of says {} (keep it to yourself)\n",
             taken - failures.count(), options.out.string(), kManifest);
  failures.throw_if_any(taken, "series");
  return 0;
}

}  // namespace myoseg
