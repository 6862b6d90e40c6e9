#include "tests/core/config/hydra_folder.h"

#include <cstdlib>
#include <fstream>

namespace myoseg::testing {

CaseFolder::CaseFolder(const Json& one, const Json& file) : case_(one) {
  const Json& files =
      one.contains("tree") ? file["trees"][one["tree"].get<std::string>()] : one["files"];
  for (const auto& [name, text] : files.items()) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << expanded(text.get<std::string>());
  }
  if (!one.contains("env")) return;
  for (const auto& [name, value] : one["env"].items()) {
    variables_.push_back(name);
    if (value.is_null())
      unsetenv(name.c_str());
    else
      setenv(name.c_str(), value.get<std::string>().c_str(), 1);
  }
}

CaseFolder::~CaseFolder() {
  for (const std::string& name : variables_) unsetenv(name.c_str());
}

std::string CaseFolder::expanded(std::string text) const {
  for (std::size_t at = text.find("<DIR>"); at != std::string::npos; at = text.find("<DIR>", at))
    text.replace(at, 5, path().string());
  return text;
}

Json CaseFolder::expected() const { return Json::parse(expanded(case_["expect"].dump())); }

ComposeRequest CaseFolder::request() const {
  ComposeRequest request;
  request.search_path = {folder_ / case_["config_dir"].get<std::string>()};
  if (!case_["config_name"].is_null()) request.config_name = case_["config_name"];
  for (const Json& text : case_["overrides"])
    request.overrides.push_back(expanded(text.get<std::string>()));
  request.job_name = "app";
  request.cwd = "/CWD";
  request.now = recorded_time();
  return request;
}

std::tm recorded_time() {
  std::tm now{};
  now.tm_year = 2024 - 1900;
  now.tm_mon = 2;
  now.tm_mday = 5;
  now.tm_hour = 6;
  now.tm_min = 7;
  now.tm_sec = 9;
  return now;
}

std::string same(const std::string& what, const Json& found, const Json& expected) {
  return found == expected ? "" : what + " is " + found.dump() + " instead of " + expected.dump();
}

std::string error_difference(const ConfigError& error, const Json& expected) {
  if (auto wrong = same("kind", std::string(fault_name(error.fault())), expected["kind"]);
      !wrong.empty())
    return wrong + ": " + error.what();
  if (expected.contains("mentions"))
    for (const Json& word : expected["mentions"])
      if (std::string(error.what()).find(word.get<std::string>()) == std::string::npos)
        return "the message does not name " + word.dump() + ": " + error.what();
  return "";
}

}  // namespace myoseg::testing
