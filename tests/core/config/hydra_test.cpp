// Single overrides and YAML documents, judged by what Hydra makes of them.
#include <gtest/gtest.h>

#include "core/config/config_error.h"
#include "core/config/override/override.h"
#include "core/config/tree/yaml.h"
#include "tests/core/config/hydra_cases.h"

namespace myoseg {
namespace {

using testing::Json;

std::string compare_error(const ConfigError& error, const Json& expected) {
  if (!expected.contains("error")) return std::string("refused: ") + error.what();
  const std::string wanted = expected["error"]["kind"];
  return fault_name(error.fault()) == wanted
             ? ""
             : std::string(fault_name(error.fault())) + " instead of " + wanted;
}

std::string texts(const std::vector<std::string>& found, const Json& expected) {
  return Json(found) == expected ? "" : Json(found).dump() + " instead of " + expected.dump();
}

std::string compare_sweep(const Sweep& sweep, const Json& expected) {
  std::string wrong;
  const auto check = [&](std::string found) {
    if (wrong.empty()) wrong = std::move(found);
  };
  if (expected.contains("items")) {
    Node::List items;
    std::vector<std::string> values;
    for (const Element& item : sweep.items) {
      items.push_back(item.node());
      values.push_back(item.text());
    }
    check(testing::difference(Node(std::move(items)), expected["items"]));
    if (expected.contains("value_strings")) check(texts(values, expected["value_strings"]));
  }
  if (expected.contains("start"))
    check(testing::difference(sweep.start, expected["start"], "start"));
  if (expected.contains("stop")) check(testing::difference(sweep.stop, expected["stop"], "stop"));
  if (expected.contains("end")) check(testing::difference(sweep.stop, expected["end"], "end"));
  if (expected.contains("step")) check(testing::difference(sweep.step, expected["step"], "step"));
  if (expected.contains("include")) check(texts(sweep.include, expected["include"]));
  if (expected.contains("exclude")) check(texts(sweep.exclude, expected["exclude"]));
  if (expected.contains("tags")) check(texts(sweep.tags, expected["tags"]));
  if (expected.contains("shuffle") && sweep.shuffle != expected["shuffle"].get<bool>())
    check("shuffle differs");
  return wrong;
}

std::string compare_value(const Element& value, const Json& expected) {
  std::string wrong = testing::difference(value.node(), expected["value"]);
  const std::string quote = expected.value("quote", "");
  const std::string found = value.quote == '\'' ? "single" : value.quote == '"' ? "double" : "";
  const std::string wanted = expected["value_string"];
  if (wrong.empty() && value.text() != wanted)
    wrong = "text " + value.text() + " instead of " + wanted;
  if (wrong.empty() && quote != found) wrong = "quote '" + found + "' instead of '" + quote + "'";
  return wrong;
}

std::string value_type(const Override& given) {
  if (given.value) return "element";
  if (!given.sweep) return "";
  switch (given.sweep->kind) {
    case Sweep::Kind::simple:
      return "simple_choice_sweep";
    case Sweep::Kind::choice:
      return "choice_sweep";
    case Sweep::Kind::range:
      return "range_sweep";
    case Sweep::Kind::interval:
      return "interval_sweep";
    case Sweep::Kind::glob:
      return "glob_choice_sweep";
  }
  return "";
}

std::string check_override(const Json& one) {
  const Json& expected = one["expect"];
  Override given;
  try {
    given = parse_override(one["input"].get<std::string>());
  } catch (const ConfigError& error) {
    return compare_error(error, expected);
  }
  if (expected.contains("error"))
    return "accepted, where Hydra says " + expected["error"]["kind"].get<std::string>();
  constexpr std::string_view kOps[] = {"change", "add", "force_add", "del"};
  if (kOps[static_cast<int>(given.op)] != expected["op"].get<std::string>())
    return "operation differs";
  if (given.key != expected["key_or_group"].get<std::string>()) return "key is " + given.key;
  const Json package = given.package ? Json(*given.package) : Json();
  if (package != expected["package"]) return "package is " + package.dump();
  if (given.key_element() != expected["key_element"].get<std::string>())
    return "key element is " + given.key_element();
  const Json type = expected["value_type"];
  if (value_type(given) != (type.is_null() ? "" : type.get<std::string>()))
    return "value is " + value_type(given);
  if (given.value) return compare_value(*given.value, expected);
  return given.sweep ? compare_sweep(*given.sweep, expected["sweep"]) : "";
}

std::string check_yaml(const Json& one) {
  const Json& expected = one["expect"];
  try {
    const Node found = parse_yaml(one["yaml"].get<std::string>(), "case.yaml");
    if (expected.contains("error")) return "accepted: " + found.text();
    return testing::difference(found, expected["value"]);
  } catch (const ConfigError& error) {
    return compare_error(error, expected);
  }
}

TEST(HydraConformance, Overrides) {
  testing::run_cases(testing::hydra_file("overrides.json"), check_override);
}

TEST(HydraConformance, Yaml) { testing::run_cases(testing::hydra_file("yaml.json"), check_yaml); }

}  // namespace
}  // namespace myoseg
