// The floors of docs/architecture.md, checked over the source: who may include whom, and which
// library stays where.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "core/files.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>> kMayInclude{
    {"core", {"core"}},
    {"data", {"core", "data"}},
    {"models", {"core", "models"}},
    {"losses", {"core", "losses"}},
    {"eval", {"core", "data", "models", "eval"}},
    {"train", {"core", "data", "models", "losses", "eval", "train"}},
    {"experiments", {"core", "data", "models", "losses", "eval", "train", "experiments"}},
};

// Third-party headers that only the files beginning with one of these may include.
const std::map<std::string, std::vector<std::string>> kConfined{
    {"itk", {"data/itk"}},
    {"gdcm", {"data/itk"}},
    {"yaml-cpp/", {"core/"}},
    {"Eigen/", {"eval/"}},
    {"CLI/", {"experiments/"}},
    {"protozero/", {"train/"}},
    {"spdlog/", {"core/log.cpp"}},
    {"torch/", {"models/", "losses/", "train/", "experiments/provenance.cpp"}},
};

struct Include {
  std::string file, header;
};

std::vector<Include> all_includes() {
  static const std::regex kInclude("^\\s*#include [<\"]([^>\"]+)[>\"]");
  const fs::path root = testing::source_folder();
  std::vector<Include> includes;
  for (const auto& [floor, allowed] : kMayInclude)
    for (const auto& entry : fs::recursive_directory_iterator(root / floor)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      const std::string text = read_file(entry.path());
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        std::smatch match;
        if (std::regex_search(line, match, kInclude))
          includes.push_back({fs::relative(entry.path(), root).generic_string(), match[1]});
        at = end + 1;
      }
    }
  return includes;
}

TEST(Layering, AFolderIncludesOnlyFromTheFloorsBelow) {
  const auto includes = all_includes();
  ASSERT_GT(includes.size(), 100U);
  for (const auto& [file, header] : includes) {
    const std::string floor = file.substr(0, file.find('/'));
    const std::string from = header.substr(0, header.find('/'));
    if (!kMayInclude.contains(from) || header.find('/') == std::string::npos) continue;
    EXPECT_TRUE(kMayInclude.at(floor).contains(from)) << file << " must not include " << header;
  }
}

TEST(Layering, LibrariesStayInTheirRooms) {
  for (const auto& [file, header] : all_includes())
    for (const auto& [library, rooms] : kConfined) {
      if (!header.starts_with(library)) continue;
      const bool allowed =
          std::any_of(rooms.begin(), rooms.end(),
                      [&file = file](const std::string& room) { return file.starts_with(room); });
      EXPECT_TRUE(allowed) << file << " must not include <" << header << ">";
    }
}

}  // namespace
}  // namespace myoseg
