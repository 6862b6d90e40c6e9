#include "experiments/run/result_files.h"

#include <system_error>

namespace myoseg {
namespace fs = std::filesystem;

std::vector<fs::path> result_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const char* name : {"scores.csv", "quantities.csv", "summary.csv", "report.html"})
    files.push_back(folder / name);
  std::error_code error;
  for (const char* place : {"tables", "figures"})
    for (fs::recursive_directory_iterator entry(folder / place, error), end; entry != end;
         entry.increment(error))
      files.push_back(entry->path());
  return files;
}

}  // namespace myoseg
