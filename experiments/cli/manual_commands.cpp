#include "experiments/cli/manual_commands.h"

#include <cstdio>

#include "core/error.h"
#include "core/names.h"
#include "experiments/cli/completion.h"
#include "experiments/cli/manual_pages.h"
#include "experiments/config_folders.h"

namespace myoseg {
namespace {

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return 0;
}

int help(const Manual& manual, const SearchPath& search_path,
         const std::vector<std::string>& words) {
  if (words.empty()) return print(overview_page(manual, search_path));
  for (const std::string& what : words) {
    if (&what != &words.front()) print("\n");
    print(help_page(manual, search_path, what));
  }
  return 0;
}

int list(const Manual& manual, const SearchPath& search_path,
         const std::vector<std::string>& words) {
  if (words.empty()) return print(list_page(manual, search_path, ""));
  for (const std::string& what : words) {
    if (&what != &words.front()) print("\n");
    print(list_page(manual, search_path, what));
  }
  return 0;
}

// The folders that the words before the last one add; a wrong line must not stop completion.
SearchPath search_path_of_typed(std::vector<std::string> words) {
  try {
    if (!words.empty()) words.pop_back();
    return config_folders(read_command_line(std::move(words)).request.configs);
  } catch (const Error&) {
    return config_folders({});
  }
}

// The scripts call back with `completion words -- WORDS...`; a build takes the manual with
// `completion manual`.
int completion(const Manual& manual, std::vector<std::string> words) {
  if (words.empty() || (words.size() > 1 && words.front() != "words"))
    throw usage_error("completion takes the name of a shell: myoseg completion bash|zsh");
  if (words.front() == "manual") return print(manual_json(manual));
  if (words.front() != "words") return print(completion_script(words.front()));
  words.erase(words.begin());
  for (const std::string& word : completions(manual, search_path_of_typed(words), words))
    print(word + '\n');
  return 0;
}

}  // namespace

std::optional<int> answer_from_manual(const Manual& manual, const CommandLine& line) {
  const std::vector<std::string>& words = line.request.overrides;
  if (line.version) return print(manual.version + '\n');
  if (line.command.empty()) return help(manual, config_folders(line.request.configs), {});
  if (manual.find_command(line.command) == nullptr) {
    std::vector<std::string> names;
    for (const CommandHelp& command : manual.commands) names.push_back(command.name);
    throw usage_error("there is no command '{}'{}; the commands are {}", line.command,
                      did_you_mean(line.command, names), join(names));
  }
  if (line.help) return help(manual, config_folders(line.request.configs), {line.command});
  if (line.command == "help") return help(manual, config_folders(line.request.configs), words);
  if (line.command == "list") return list(manual, config_folders(line.request.configs), words);
  if (line.command == "completion") return completion(manual, words);
  return std::nullopt;
}

}  // namespace myoseg
