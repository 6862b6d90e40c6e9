#include "experiments/doctor/checks.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"

namespace myoseg::doctor {

std::vector<Check> check_all(const std::filesystem::path& runs,
                             const std::filesystem::path& cache) {
  return {check_program(),
          check_libtorch(),
          check_processor(),
          check_memory(),
          check_gpus(),
          check_processes(),
          check_gnuplot(),
          check_fonts(),
          check_slurm(),
          check_folder("runs", runs),
          check_folder("cache", cache)};
}

std::string text_of(const std::vector<Check>& checks) {
  std::size_t width = 0;
  for (const Check& check : checks) width = std::max(width, check.what.size());
  std::string text;
  for (const Check& check : checks) {
    const char* mark = check.state == State::good     ? "ok"
                       : check.state == State::absent ? "-"
                                                      : "MISSING";
    text += fmt::format("{:<8} {:<{}}  {}\n", mark, check.what, width, one_line(check.found));
    if (!check.to_do.empty())
      text += fmt::format("{:<8} {:<{}}  {}\n", "", "", width, one_line(check.to_do));
  }
  const auto missing = std::count_if(checks.begin(), checks.end(), [](const Check& check) {
    return check.state == State::missing;
  });
  return text + (missing == 0
                     ? "Nothing is missing.\n"
                     : fmt::format("{} of {} things are missing.\n", missing, checks.size()));
}

}  // namespace myoseg::doctor
