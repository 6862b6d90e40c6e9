// The sub-commands, one line each in their table.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "experiments/config_folders.h"

namespace myoseg {

// What the user typed after the sub-command.
struct Request {
  std::string command_line;            // as typed, for provenance
  std::vector<std::string> words;      // all that was typed after the program's name
  std::vector<std::string> overrides;  // "key=value", "group=option", "~key" ...
  ConfigSource configs;                // -cd, -cn, -cp
  bool dry_run = false;                // print the plan only
  bool show_config = false;            // print the resolved config with origins only
  bool multirun = false;               // -m: the overrides may sweep over values
  bool force = false;                  // redo what is done already
  bool fail_fast = false;              // the first failed job stops the others
  std::filesystem::path rerun;         // repeat or vary the run in this folder
};

struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view usage;      // after "myoseg NAME"
  int (*run)(const Request&);  // exit code; throws Error; null: manual_commands.h
  bool composes = true;        // takes the groups and keys of an experiment
  bool computes = true;        // false: answers at once, from configs and tables
  std::vector<FieldHelp> (*options)() = nullptr;  // its own options, beside those
};
[[nodiscard]] std::span<const Command> commands();

int synthesize_command(const Request&);
int import_command(const Request&);
int inspect_command(const Request&);
int prepare_command(const Request&);
int train_command(const Request&);
int run_command(const Request&);
int info_command(const Request&);
int predict_command(const Request&);
int drr_command(const Request&);
int convert_command(const Request&);
int evaluate_command(const Request&);
int agreement_command(const Request&);
int statistics_command(const Request&);
int report_command(const Request&);
int compare_command(const Request&);
int runs_command(const Request&);
int launch_command(const Request&);
int doctor_command(const Request&);

std::vector<FieldHelp> synthesize_options();
std::vector<FieldHelp> import_options();
std::vector<FieldHelp> inspect_options();
std::vector<FieldHelp> jobs_options();
std::vector<FieldHelp> info_options();
std::vector<FieldHelp> runs_options();
std::vector<FieldHelp> launch_options();
std::vector<FieldHelp> doctor_options();
std::vector<FieldHelp> predict_options();
std::vector<FieldHelp> drr_options();
std::vector<FieldHelp> convert_options();
std::vector<FieldHelp> evaluate_options();
std::vector<FieldHelp> agreement_options();
std::vector<FieldHelp> statistics_options();
std::vector<FieldHelp> report_options();
std::vector<FieldHelp> compare_options();

}  // namespace myoseg
