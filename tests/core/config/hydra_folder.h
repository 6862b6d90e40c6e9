// The files, environment and request of one conformance case.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "core/config/compose/compose.h"
#include "tests/core/config/hydra_cases.h"
#include "tests/testing/temporary.h"

namespace myoseg::testing {

// Writes a case's files into a folder of its own and sets its environment, both as long as it
// lives.
class CaseFolder {
 public:
  CaseFolder(const Json& one, const Json& file);
  ~CaseFolder();
  CaseFolder(const CaseFolder&) = delete;
  CaseFolder& operator=(const CaseFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  // `<DIR>` becomes this folder.
  [[nodiscard]] std::string expanded(std::string text) const;
  [[nodiscard]] Json expected() const;
  // With the program's name, time and current directory that all cases were recorded with.
  [[nodiscard]] ComposeRequest request() const;

 private:
  const Json& case_;
  TemporaryFolder folder_;
  std::vector<std::string> variables_;
};

// 2024-03-05 06:07:09, when all cases happened.
[[nodiscard]] std::tm recorded_time();

// "" when equal, else what differs.
[[nodiscard]] std::string same(const std::string& what, const Json& found, const Json& expected);

// "" when the error is of the expected kind and names what it should.
[[nodiscard]] std::string error_difference(const ConfigError& error, const Json& expected);

}  // namespace myoseg::testing
