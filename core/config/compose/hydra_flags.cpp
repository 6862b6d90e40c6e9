#include "core/config/compose/hydra_flags.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

using Cfg = ConfigFlags::Cfg;
using Info = ConfigFlags::Info;

struct Spelling {
  const char* brief;
  const char* full;
};
constexpr Spelling kMultirun{"-m", "--multirun"};
constexpr Spelling kRun{"-r", "--run"};
constexpr Spelling kCfg{"-c", "--cfg"};
constexpr Spelling kResolve{"", "--resolve"};
constexpr Spelling kPackage{"-p", "--package"};
constexpr Spelling kInfo{"-i", "--info"};
constexpr Spelling kConfigName{"-cn", "--config-name"};
constexpr Spelling kConfigDir{"-cd", "--config-dir"};
constexpr Spelling kConfigPath{"-cp", "--config-path"};
constexpr std::array kSpellings{kMultirun, kRun,        kCfg,       kResolve,   kPackage,
                                kInfo,     kConfigName, kConfigDir, kConfigPath};

const std::vector<std::pair<std::string, Cfg>> kCfgChoices{
    {"job", Cfg::job}, {"hydra", Cfg::hydra}, {"all", Cfg::all}};
const std::vector<std::pair<std::string, Info>> kInfoChoices{{"all", Info::all},
                                                             {"config", Info::config},
                                                             {"defaults", Info::defaults},
                                                             {"defaults-tree", Info::defaults_tree},
                                                             {"searchpath", Info::searchpath}};

class Reader {
 public:
  explicit Reader(std::vector<std::string>& words) : words_(words) {}

  ConfigFlags run() {
    ConfigFlags flags;
    for (; at_ < words_.size(); ++at_) {
      if (words_[at_] == "--") {
        rest_.insert(rest_.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_) + 1,
                     words_.end());
        break;
      }
      split();
      if (!read(flags)) rest_.push_back(words_[at_]);
    }
    if (!flags.cfg && (flags.resolve || !flags.package.empty()))
      throw usage_error("{} only shapes what --cfg prints; give it together with --cfg job",
                        flags.resolve ? "--resolve" : "--package");
    words_ = std::move(rest_);
    return flags;
  }

 private:
  // "--flag=value" -> flag and value; an override is never a flag, whatever follows its '='.
  void split() {
    flag_ = words_[at_];
    attached_.reset();
    const std::size_t equal = flag_.find('=');
    if (!flag_.starts_with('-') || equal == std::string::npos) return;
    attached_ = flag_.substr(equal + 1);
    flag_.resize(equal);
  }

  [[nodiscard]] bool is(const Spelling& spelling) const {
    return flag_ == spelling.full || (*spelling.brief != '\0' && flag_ == spelling.brief);
  }

  bool read(ConfigFlags& flags) {
    if (is(kMultirun))
      plain(), flags.multirun = true;
    else if (is(kRun))
      plain(), flags.multirun = false;
    else if (is(kResolve))
      plain(), flags.resolve = true;
    else if (is(kCfg))
      flags.cfg = choice(kCfgChoices, Cfg::origins);
    else if (is(kInfo))
      flags.info = choice(kInfoChoices, Info::all);
    else if (is(kPackage))
      flags.package = value();
    else if (is(kConfigName))
      flags.config_name = value();
    else if (is(kConfigDir))
      flags.config_dirs.emplace_back(value());
    else if (is(kConfigPath))
      flags.config_path = value();
    else
      return false;
    return true;
  }

  void plain() const {
    if (attached_) throw usage_error("{} takes no value, found '{}'", flag_, *attached_);
  }

  std::string value() {
    std::string text = attached_ ? *attached_ : next_is_value() ? words_[++at_] : std::string();
    if (text.empty()) throw usage_error("{} needs a value: {} VALUE", flag_, flag_);
    return text;
  }

  [[nodiscard]] bool next_is_value() const {
    return at_ + 1 < words_.size() && !words_[at_ + 1].starts_with('-');
  }

  // The flag alone means `alone`; a following override or flag is not its value.
  template <class T>
  T choice(const std::vector<std::pair<std::string, T>>& known, T alone) {
    std::string text;
    if (attached_)
      text = *attached_;
    else if (next_is_value() && words_[at_ + 1].find('=') == std::string::npos &&
             !words_[at_ + 1].starts_with('~'))
      text = words_[++at_];
    else
      return alone;
    std::vector<std::string> names;
    for (const auto& [name, meaning] : known) {
      if (name == text) return meaning;
      names.push_back(name);
    }
    throw usage_error("{} does not know '{}'{}; it takes {}", flag_, text,
                      did_you_mean(text, names), join(names, ", "));
  }

  std::vector<std::string>& words_;
  std::vector<std::string> rest_;
  std::size_t at_ = 0;
  std::string flag_;                     // of the word being read
  std::optional<std::string> attached_;  // what follows '=' in it
};

}  // namespace

ConfigFlags take_config_flags(std::vector<std::string>& words) { return Reader(words).run(); }

const std::vector<std::string>& config_flag_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Spelling& spelling : kSpellings) {
      if (*spelling.brief != '\0') all.emplace_back(spelling.brief);
      all.emplace_back(spelling.full);
    }
    return all;
  }();
  return names;
}

}  // namespace myoseg
