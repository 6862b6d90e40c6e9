#include "experiments/cli/flags.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

constexpr std::array kFlags{
    Flag{"-c", "--cfg", "job|hydra|all", true,
         "Print the resolved config, each value with the place it comes from, and do nothing; with "
         "a word, the composed YAML as Hydra prints it."},
    Flag{"", "--resolve", "", false, "With --cfg job: references replaced by their values."},
    Flag{"-p", "--package", "KEY", false, "With --cfg job: only this part."},
    Flag{"-i", "--info", "all|config|defaults|defaults-tree|searchpath", true,
         "Print how the config is put together, and do nothing."},
    Flag{"", "--dry-run", "", false, "Print what would be done, and do nothing."},
    Flag{"-m", "--multirun", "", false, "Run every combination of the values swept over."},
    Flag{"-r", "--run", "", false, "One run, even where a config asks for a sweep."},
    Flag{"", "--force", "", false, "Redo what is done already."},
    Flag{"", "--fail-fast", "", false, "Stop at the first job that fails."},
    Flag{"", "--rerun", "DIR", false, "Repeat the run in this folder, with overrides to vary it."},
    Flag{"", "--resample-to", "labels|last", false,
         "evaluate, agreement: the same as the option resample_to."},
    Flag{"-cd", "--config-dir", "DIR", false, "Folder of own configs, searched first."},
    Flag{"-cn", "--config-name", "NAME", false, "Another config to start from than myoseg.yaml."},
    Flag{"-cp", "--config-path", "DIR", false, "Another folder in place of the program's configs."},
    Flag{"-h", "--help", "", false, "Explain the program or a command."},
    Flag{"", "--version", "", false, "Print the version."},
};

std::vector<std::string> flag_names() {
  std::vector<std::string> names;
  for (const Flag& flag : kFlags)
    for (const std::string_view name : {flag.full, flag.brief})
      if (!name.empty()) names.emplace_back(name);
  return names;
}

// The flags that core/config/compose/hydra_flags.h leaves.
class Reader {
 public:
  Reader(std::vector<std::string> words, CommandLine& line)
      : words_(std::move(words)), line_(line) {}

  void run() {
    for (; at_ < words_.size(); ++at_) {
      if (words_[at_].size() > 1 && words_[at_].front() == '-')
        read_flag();
      else if (line_.command.empty())
        line_.command = words_[at_];
      else
        line_.request.overrides.push_back(words_[at_]);
    }
  }

 private:
  void read_flag() {
    const std::string& word = words_[at_];
    const std::size_t equal = word.find('=');
    const std::string name = word.substr(0, equal);
    const auto flag = std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& f) {
      return name == f.full || (!f.brief.empty() && name == f.brief);
    });
    if (flag == kFlags.end())
      throw usage_error("there is no flag '{}'{}; 'myoseg help' lists them", name,
                        did_you_mean(name, flag_names()) + as_option(name, equal));
    if (flag->value.empty() && equal != std::string::npos)
      throw usage_error("{} takes no value, found '{}'", name, word.substr(equal + 1));
    Request& request = line_.request;
    if (flag->full == "--rerun")
      request.rerun = value(equal, "folder", flag->value);
    else if (flag->full == "--resample-to")
      request.overrides.push_back("resample_to=" + value(equal, "value", flag->value));
    else if (flag->full == "--dry-run")
      request.dry_run = true;
    else if (flag->full == "--force")
      request.force = true;
    else if (flag->full == "--fail-fast")
      request.fail_fast = true;
    else if (flag->full == "--help")
      line_.help = true;
    else if (flag->full == "--version")
      line_.version = true;
  }

  // "; options are written without dashes: threads=2" for what looks like one of those.
  [[nodiscard]] std::string as_option(const std::string& name, std::size_t equal) const {
    if (!name.starts_with("--") || name.size() < 4 || !did_you_mean(name, flag_names()).empty())
      return "";
    std::string key = name.substr(2);
    std::replace(key.begin(), key.end(), '-', '_');
    const bool next = at_ + 1 < words_.size() && words_[at_ + 1].find('=') == std::string::npos;
    const std::string given = equal != std::string::npos ? words_[at_].substr(equal + 1)
                              : next                     ? words_[at_ + 1]
                                                         : "VALUE";
    return fmt::format("; an option is written without dashes: {}={}", key, given);
  }

  std::string value(std::size_t equal, std::string_view what, std::string_view form) {
    const std::string& word = words_[at_];
    std::string text;
    if (equal != std::string::npos)
      text = word.substr(equal + 1);
    else if (at_ + 1 < words_.size() && !words_[at_ + 1].starts_with('-'))
      text = words_[++at_];
    if (text.empty()) throw usage_error("{0} needs a {1}: {0} {2}", word, what, form);
    return text;
  }

  std::vector<std::string> words_;
  CommandLine& line_;
  std::size_t at_ = 0;
};

}  // namespace

std::span<const Flag> flags() { return kFlags; }

CommandLine read_command_line(std::vector<std::string> words) {
  CommandLine line;
  line.request.words = words;
  const auto end = std::find(words.begin(), words.end(), "--");
  const std::vector<std::string> as_they_are(end == words.end() ? end : end + 1, words.end());
  words.erase(end, words.end());
  line.config = take_config_flags(words);
  line.request.configs.extra = line.config.config_dirs;
  line.request.configs.main = line.config.config_path;
  if (!line.config.config_name.empty()) line.request.configs.name = line.config.config_name;
  line.request.multirun = line.config.multirun;
  line.request.show_config = line.config.cfg.has_value();
  Reader(std::move(words), line).run();
  line.request.overrides.insert(line.request.overrides.end(), as_they_are.begin(),
                                as_they_are.end());
  return line;
}

}  // namespace myoseg
