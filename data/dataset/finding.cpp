#include "data/dataset/finding.h"

#include <map>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

struct Group {
  const Finding* first = nullptr;
  std::vector<std::string> subjects;
};

// By sentence, in the order of the first of each.
std::vector<Group> grouped(const std::vector<Finding>& findings, bool fatal) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> place;
  for (const Finding& finding : findings) {
    if (finding.fatal != fatal) continue;
    const auto [at, fresh] = place.emplace(finding.sentence, groups.size());
    if (fresh) groups.push_back({&finding, {}});
    groups[at->second].subjects.push_back(finding.subject);
  }
  return groups;
}

std::string line(const Group& group) {
  constexpr std::size_t kNamed = 4;
  std::vector<std::string> named = group.subjects;
  const std::size_t more = named.size() > kNamed ? named.size() - kNamed : 0;
  named.resize(named.size() - more);
  std::string text = join(named);
  if (more > 0) text += fmt::format(" and {} more", more);
  text += ": " + group.first->sentence;
  if (group.first->detail.empty()) return text;
  return text +
         fmt::format(" ({}{})", named.size() > 1 ? named.front() + ": " : "", group.first->detail);
}

}  // namespace

std::vector<std::string> finding_lines(const std::vector<Finding>& findings, bool fatal) {
  std::vector<std::string> lines;
  for (const Group& group : grouped(findings, fatal)) lines.push_back(line(group));
  return lines;
}

void refuse_fatal(const std::vector<Finding>& findings, const std::string& where) {
  const std::vector<Group> groups = grouped(findings, true);
  if (groups.empty()) return;
  const std::size_t more = groups.size() - 1;
  throw data_error("{}: {}{}", where, line(groups.front()),
                   more == 0 ? ""
                             : fmt::format("; {} more kinds of fault, which 'myoseg inspect "
                                           "data.root={}' lists",
                                           more, where));
}

}  // namespace myoseg
