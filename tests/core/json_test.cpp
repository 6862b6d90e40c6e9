#include "core/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace myoseg {
namespace {

std::string refusal(const std::string& text) {
  try {
    (void)parse_json(text, "x.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << text.substr(0, 80);
  return "";
}

TEST(Json, WhatCannotBeReadIsOneSentence) {
  for (const std::string& text :
       {std::string(""), std::string("{\"a\": 1,}"), std::string("{\"a\": 1e999}"),
        std::string("[-1e400]"), std::string("\"\xff\""), std::string("\"\\ud800\""),
        std::string("\"a\x1b\""), std::string("{\"a\": nan}"), std::string("{} {}"),
        std::string(1'000'000, '['),
        std::string("{\"a\":") + std::string(100, '[') + "1" + std::string(100, ']') + "}"}) {
    const std::string sentence = refusal(text);
    EXPECT_TRUE(sentence.starts_with("x.json: ")) << sentence;
    EXPECT_EQ(sentence.find("json.exception"), std::string::npos) << sentence;
    EXPECT_TRUE(parse_json_or_null(text).is_null());
  }
  EXPECT_NE(refusal("{\n\"a\": }").find("line 2"), std::string::npos);
  EXPECT_NE(refusal("{\"a\": {\"b\": 1, \"b\": 2}}").find("key 'b' twice"), std::string::npos);
  EXPECT_FALSE(parse_json("[{\"b\": 1}, {\"b\": 2}]", "x").is_null());
  EXPECT_NE(refusal("[1e999]").find("1e999"), std::string::npos);
}

TEST(Json, MembersOfAnotherKindAreAbsent) {
  const auto json = parse_json(R"({"a": "x", "b": 2.5, "c": null, "d": [1]})", "x.json");
  EXPECT_EQ(text_at(json, "a"), "x");
  EXPECT_EQ(text_at(json, "b", "no"), "no");
  EXPECT_EQ(text_at(json, "z"), "");
  EXPECT_EQ(number_at(json, "b"), 2.5);
  EXPECT_EQ(number_at(json, "a", 7), 7);
  EXPECT_EQ(number_at(json, "d"), 0);
  EXPECT_EQ(text_at(nullptr, "a"), "");
}

TEST(Json, NamesOfAnyBytesAreWritten) {
  EXPECT_EQ(json_text({{"caf\xe9", "\x1b\"\\"}}), "{\"caf\uFFFD\":\"\\u001b\\\"\\\\\"}");
}

}  // namespace
}  // namespace myoseg
