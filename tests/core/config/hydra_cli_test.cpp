// The command line, judged by what Hydra's own programs do.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "core/config/tree/yaml.h"
#include "core/files.h"
#include "tests/core/config/hydra_app.h"
#include "tests/core/config/hydra_folder.h"

namespace myoseg {
namespace {

using testing::Json;
using testing::same;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// The recorded form of what depends on the clock of recorded_time().
std::string undated(const std::string& text) {
  return replaced(replaced(text, "2024-03-05", "<DATE>"), "06-07-09", "<TIME>");
}

std::string job_lines(const std::string& out) {
  std::istringstream lines(out);
  std::string kept;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("JOB ") || line.starts_with("CWD ")) kept += line + '\n';
  return kept;
}

// The files below a folder that were not there before, folders that are empty with a '/'.
std::vector<std::string> new_files(const std::filesystem::path& folder, const Json& given) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_directory() && std::filesystem::is_empty(entry.path()))
      names.push_back(undated(name + '/'));
    else if (entry.is_regular_file() && !given.contains(name))
      names.push_back(undated(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string check_contents(const std::filesystem::path& folder, const Json& expected) {
  for (const auto& [name, text] : expected.items()) {
    const std::string path = replaced(replaced(name, "<DATE>", "2024-03-05"), "<TIME>", "06-07-09");
    const std::string found = load_yaml(folder / path).text();
    const std::string wanted = parse_yaml(text.get<std::string>(), name).text();
    if (found != wanted) return name + " is " + found + " instead of " + wanted;
  }
  return "";
}

std::string check_command_line(const Json& one, const Json& file) {
  const testing::CaseFolder folder(one, file);
  const Json expected = folder.expected();
  const Json& given =
      one.contains("tree") ? file["trees"][one["tree"].get<std::string>()] : one["files"];
  std::vector<std::string> argv;
  for (const Json& word : one["argv"]) argv.push_back(folder.expanded(word.get<std::string>()));
  const testing::AppResult result = testing::run_app(folder.path(), argv, testing::recorded_time());
  std::vector<std::string> wrong;
  wrong.push_back(same("exit code", result.exit_code, expected["exit_code"]));
  const std::string out = expected["stdout"];
  wrong.push_back(same("output", undated(job_lines(result.out)), job_lines(out)));
  if (one["category"] == "cfg" && expected["exit_code"] == 0)
    wrong.push_back(same("configuration", parse_yaml(result.out, "--cfg").text(),
                         parse_yaml(out, "expected").text()));
  wrong.push_back(same("files", new_files(folder.path(), given), expected["files"]));
  for (std::string& sentence : wrong)
    if (!sentence.empty()) return sentence + "; " + result.error;
  return check_contents(folder.path(), expected["contents"]);
}

TEST(HydraConformance, CommandLine) {
  const Json file = testing::hydra_file("cli.json");
  testing::run_cases(file, [&](const Json& one) { return check_command_line(one, file); });
}

}  // namespace
}  // namespace myoseg
