// Whole compositions, judged by what Hydra makes of them.
#include <gtest/gtest.h>

#include "core/config/compose/compose.h"
#include "tests/core/config/hydra_folder.h"

namespace myoseg {
namespace {

using testing::Json;
using testing::same;

Json defaults_json(const Composition& c) {
  Json list = Json::array();
  for (const MergedFile& f : c.defaults)
    if (!f.config.starts_with("hydra/")) list.push_back({f.config, f.package, f.parent, f.is_self});
  return list;
}

Json warnings_json(const Composition& c) {
  Json list = Json::array();
  for (const ComposeWarning& w : c.warnings) {
    if (w.kind == ComposeWarning::Kind::missing_self) list.push_back("MISSING_SELF");
    if (w.kind == ComposeWarning::Kind::search_path_not_available)
      list.push_back("SEARCHPATH_NOT_AVAILABLE");
  }
  return list;
}

std::string check_choices(const Composition& c, const Json& expected) {
  std::map<std::string, Json> found, wanted;
  for (const auto& [group, option] : c.choices) found[group] = option ? Json(*option) : Json();
  for (const auto& [group, option] : expected.items()) wanted[group] = option;
  return same("choices", Json(found), Json(wanted));
}

std::string check_output(const Composition& c, const Json& expected) {
  try {
    const std::string found = output_directory(c);
    return expected.contains("output_dir") ? same("output_dir", found, expected["output_dir"])
                                           : "output_dir is " + found;
  } catch (const ConfigError& error) {
    if (!expected.contains("output_dir_error")) return std::string("output_dir: ") + error.what();
    return same("output_dir error", std::string(fault_name(error.fault())),
                expected["output_dir_error"]["kind"]);
  }
}

std::string check_result(const Composition& c, const Json& one, const Json& expected,
                         bool resolved) {
  std::vector<std::string> wrong;
  const Json& unresolved =
      expected.contains("config_unresolved") ? expected["config_unresolved"] : expected["config"];
  wrong.push_back(testing::difference(c.unresolved, unresolved, "unresolved"));
  if (resolved) wrong.push_back(testing::difference(c.config, expected["config"], "config"));
  wrong.push_back(same("defaults", defaults_json(c), expected["defaults"]));
  wrong.push_back(check_choices(c, expected["choices"]));
  if (expected.contains("override_dirname"))
    wrong.push_back(same("override_dirname", c.override_dirname, expected["override_dirname"]));
  if (expected.contains("output_dir") || expected.contains("output_dir_error"))
    wrong.push_back(check_output(c, expected));
  if (expected.contains("output_dir") && !expected.contains("resolve_error"))
    wrong.push_back(same("missing", c.missing, expected.value("missing", Json::array())));
  if (expected.contains("output_dir"))
    wrong.push_back(same("warnings", warnings_json(c), expected.value("warnings", Json::array())));
  if (one.contains("access"))
    for (const auto& [key, value] : expected["access"].items()) {
      const Node* node = c.config.at_path(key);
      const bool missing = value.is_object() && value.value("error", Json()) == "MISSING_VALUE";
      wrong.push_back(node == nullptr
                          ? key + " is absent"
                          : testing::difference(*node, missing ? Json("???") : value, key));
    }
  for (std::string& sentence : wrong)
    if (!sentence.empty()) return std::move(sentence);
  return "";
}

std::string check_composition(const Json& one, const Json& file) {
  const testing::CaseFolder folder(one, file);
  ComposeRequest request = folder.request();
  const Json expected = folder.expected();
  try {
    if (expected.contains("resolve_error")) {
      // References are resolved at once here: the same fault, earlier.
      request.resolve = false;
      if (auto wrong = check_result(compose(request), one, expected, false); !wrong.empty())
        return wrong;
      request.resolve = true;
    }
    const Composition c = compose(request);
    if (expected.contains("error"))
      return "composed, where Hydra says " + expected["error"]["kind"].get<std::string>();
    if (expected.contains("resolve_error"))
      return "resolved, where Hydra says " + expected["resolve_error"]["kind"].get<std::string>();
    return check_result(c, one, expected, true);
  } catch (const ConfigError& error) {
    const char* where = expected.contains("error") ? "error" : "resolve_error";
    if (!expected.contains(where)) return std::string("refused: ") + error.what();
    return testing::error_difference(error, expected[where]);
  }
}

TEST(HydraConformance, Compose) {
  const Json file = testing::hydra_file("compose.json");
  testing::run_cases(file, [&](const Json& one) { return check_composition(one, file); });
}

}  // namespace
}  // namespace myoseg
