#include "core/json.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/error.h"

namespace myoseg {
namespace {

using Json = nlohmann::ordered_json;

// Reading takes any depth, but what copies or prints a value calls itself once a level.
constexpr int kDeepest = 64;

// "[json.exception.out_of_range.406] number overflow parsing '1e999'" without what is in brackets.
std::string sentence_of(const Json::exception& error) {
  const std::string what = error.what();
  const auto end = what.find("] ");
  return end == std::string::npos ? what : what.substr(end + 2);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& source) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open; the last is the inmost
  const auto watch = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > kDeepest)
      throw data_error("{}: is nested more than {} levels deep, which no such file is", source,
                       kDeepest);
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      throw data_error("{}: has the key '{}' twice in one object; keep one", source,
                       parsed.get<std::string>());
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception& error) {
    throw data_error("{}: is no valid JSON: {}", source, sentence_of(error));
  }
}

Json parse_json_or_null(std::string_view text) {
  try {
    return parse_json(text, "");
  } catch (const Error&) {
    return nullptr;
  }
}

std::string text_at(const Json& json, const char* name, const char* otherwise) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

double number_at(const Json& json, const char* name, double otherwise) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<double>() : otherwise;
}

std::string json_text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace myoseg
