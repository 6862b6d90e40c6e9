#include "core/choice.h"

#include <gtest/gtest.h>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/fields/fields.h"
#include "core/fields/help.h"

namespace myoseg {
namespace {

enum class Way { left, right, straight_on };
constexpr auto choice_names(Way) {
  return std::to_array<std::string_view>({"left", "right", "straight_on"});
}
static_assert(name_of(Way::straight_on) == "straight_on");
static_assert(choice_of<Way>("right") == Way::right && !choice_of<Way>("back"));

// The same fields twice: of an enum, and of text as a file has it.
struct Walk {
  Way first = Way::right, turn = Way::left;
  std::optional<Way> last;
  std::vector<Way> between{Way::left};
  std::array<Way, 2> pair{Way::right, Way::left};
};
void describe(Fields& f, Walk& o) {
  f("first", o.first, "Any way.");
  f("turn", o.turn, one_of({Way::right, Way::left}), "Not straight on.");
  f("last", o.last, "Any way or none.");
  f("between", o.between, "Ways.");
  f("pair", o.pair, one_of({Way::left, Way::right}), "Two turns.");
}
struct WalkInText {
  std::string first = "right", turn = "left";
  std::optional<std::string> last;
  std::vector<std::string> between{"left"};
  std::array<std::string, 2> pair{"right", "left"};
};
void describe(Fields& f, WalkInText& o) {
  const Limits any = one_of({"left", "right", "straight_on"});
  f("first", o.first, any, "Any way.");
  f("turn", o.turn, one_of({"right", "left"}), "Not straight on.");
  f("last", o.last, any, "Any way or none.");
  f("between", o.between, any, "Ways.");
  f("pair", o.pair, one_of({"left", "right"}), "Two turns.");
}

// What reading it says, or what is written of it then.
template <class T>
std::string round_trip(const std::string& text) {
  try {
    return write_fields(bind<T>(parse_yaml(text, "run.yaml"))).text();
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Choices, AreReadByName) {
  const auto w = bind<Walk>(parse_yaml(
      "{first: straight_on, turn: right, last: left, between: [right, left], pair: [left, left]}",
      "run.yaml"));
  EXPECT_EQ(w.first, Way::straight_on);
  EXPECT_EQ(w.turn, Way::right);
  EXPECT_EQ(w.last, Way::left);
  EXPECT_EQ(w.between, (std::vector{Way::right, Way::left}));
  EXPECT_EQ(w.pair, (std::array{Way::left, Way::left}));
  EXPECT_EQ(bind<Walk>(parse_yaml("last: null", "run.yaml")).last, std::nullopt);
}

TEST(Choices, SayWhichNamesThereAre) {
  EXPECT_EQ(round_trip<Walk>("first: rigt"),
            "run.yaml:1:8: first: 'rigt' is not one of: left, right, straight_on; did you mean "
            "'right'?");
  EXPECT_EQ(round_trip<Walk>("turn: straight_on"),
            "run.yaml:1:7: turn: 'straight_on' is not one of: right, left");
  EXPECT_EQ(round_trip<Walk>("between: [left, back]"),
            "run.yaml:1:17: between.1: 'back' is not one of: left, right, straight_on");
}

TEST(Choices, AreToAFileWhatTextIs) {
  for (const char* text :
       {"{}", "{first: left, last: straight_on, between: []}", "first: x", "first: 1",
        "first: '?\?\?'", "turn: straight_on", "last: y", "between: [left, right, left]",
        "between: left", "between: [left, z]", "pair: [left]", "pair: [left, straight_on]"})
    EXPECT_EQ(round_trip<Walk>(text), round_trip<WalkInText>(text)) << text;
  EXPECT_EQ(help_text(help_fields(Walk{})), help_text(help_fields(WalkInText{})));
  EXPECT_NE(help_text(help_fields(Walk{})).find("one of left, right,"), std::string::npos);
  EXPECT_EQ(config_hash(Walk{}), config_hash(WalkInText{}));
}

}  // namespace
}  // namespace myoseg
