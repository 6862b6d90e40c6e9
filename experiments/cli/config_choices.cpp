#include "experiments/cli/config_choices.h"

#include <sstream>

#include "core/config/compose/compose.h"
#include "core/files.h"

namespace myoseg {
namespace {

void add_groups(const SearchPath& search_path, const std::string& above,
                std::vector<std::string>& groups) {
  for (const std::string& name : list_groups(search_path, above)) {
    const std::string group = above.empty() ? name : above + '/' + name;
    if (!list_options(search_path, group).empty()) groups.push_back(group);
    add_groups(search_path, group, groups);
  }
}

std::string leading_comment(const std::string& text) {
  std::istringstream lines(text);
  std::string comment;
  for (std::string line; std::getline(lines, line) && line.starts_with('#');) {
    const std::size_t from = line.find_first_not_of("# \t");
    const bool blank = from == std::string::npos;
    if (blank && !comment.empty()) break;
    if (blank || line[from] == '@') continue;
    const std::size_t to = line.find_last_not_of(" \t\r") + 1;
    comment += (comment.empty() ? "" : " ") + line.substr(from, to - from);
  }
  return comment;
}

}  // namespace

std::vector<std::string> all_groups(const SearchPath& search_path) {
  std::vector<std::string> groups;
  add_groups(search_path, "", groups);
  return groups;
}

std::string choice_comment(const SearchPath& search_path, const std::string& group,
                           const std::string& option) {
  for (const auto& folder : search_path) {
    const std::filesystem::path file = folder / group / (option + ".yaml");
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) return leading_comment(read_file(file));
  }
  return "";
}

std::string first_sentence(const std::string& text) {
  const std::size_t end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

std::optional<ConfigFile> read_choice(const SearchPath& search_path, const std::string& group,
                                      const std::string& option) {
  ConfigFolders folders(search_path);
  const ConfigFile* file = folders.load(group + '/' + option);
  if (file == nullptr) return std::nullopt;
  return *file;
}

}  // namespace myoseg
