// Something odd or wrong that a check has found.
#pragma once

#include <string>
#include <vector>

namespace myoseg {

struct Finding {
  bool fatal = false;    // training would be wrong
  std::string subject;   // case id or file
  std::string sentence;  // the same for every case that has it, so that they can be listed together
  std::string detail = "";  // what is particular to this one
};

// The fatal ones or the others, one line per sentence: a few subjects by name, how many more there
// are, and the first one's detail.
[[nodiscard]] std::vector<std::string> finding_lines(const std::vector<Finding>& findings,
                                                     bool fatal);

// Error(bad_data) with the first fatal finding and how many more there are; nothing when none is
// fatal. `where` begins the sentence.
void refuse_fatal(const std::vector<Finding>& findings, const std::string& where);

}  // namespace myoseg
