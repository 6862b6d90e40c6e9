#include "core/override.h"

#include <gtest/gtest.h>

#include "core/compose_error.h"

namespace myoseg {
namespace {

std::string value(const std::string& text) { return parse_override(text).value->node().text(); }

std::string refused(const std::string& text) {
  try {
    static_cast<void>(parse_override(text));
    return "accepted";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

// Where Hydra refuses text that can mean only one thing.
TEST(Override, TakesWhatFollowsTheFirstEqualSign) {
  EXPECT_EQ(value("ckpt=/logs/epoch=12-dice=0.91.ckpt"), "/logs/epoch=12-dice=0.91.ckpt");
  EXPECT_EQ(value("url=http://h/x?y=1&z=2"), "'http://h/x?y=1&z=2'");
  EXPECT_EQ(value("name=Müller#1"), "Müller#1");
  EXPECT_EQ(value("dir=~/data"), "~/data");
  EXPECT_EQ(value("a=${oc.env:X,${b}}"), "'${oc.env:X,${b}}'");
  EXPECT_EQ(value("a={'x': 1, \"y\": [2]} "), "{x: 1, y: [2]}");
}

TEST(Override, PointsAtTheFault) {
  EXPECT_EQ(
      refused("lr==0.1"),
      "override 'lr==0.1': expected a value; to give it as text, type lr=\"'=0.1'\" in the shell\n"
      "  lr==0.1\n"
      "     ^");
  EXPECT_EQ(refused("é=[1,"), "override 'é=[1,': expected a key\n  é=[1,\n  ^");
  EXPECT_NE(refused("a='é'x").find("\n  a='é'x\n       ^"), std::string::npos) << refused("a='é'x");
  EXPECT_NE(refused("a=rnage(3)").find("did you mean 'range'?"), std::string::npos);
  EXPECT_EQ(refused("a"), "override 'a': expected '=' after the key\n  a\n   ^");
}

TEST(Override, TextReadsBackAsTheSameValue) {
  for (const char* text :
       {"a=x y", "a=1,2", "a=[1,'2',{k:null}]", "a='it\\'s'", "a=C\\:\\\\x", "a=choice('1',b)",
        "a=str(1)", "a=1e-05", "a=['']", "a='\\\\'", "a=\"a'b\""}) {
    const Override first = parse_override(text);
    const auto texts = [](const Override& o) {
      std::string out;
      for (const Element& e : o.sweep ? o.sweep->items : std::vector<Element>{*o.value})
        out += e.node().text() + ';';
      return out;
    };
    std::string again;
    for (const Element& e : first.sweep ? first.sweep->items : std::vector<Element>{*first.value})
      again += parse_override("a=" + e.text()).value->node().text() + ';';
    EXPECT_EQ(again, texts(first)) << text;
  }
}

TEST(Override, ASweepIsTakenApart) {
  const Override o = parse_override("lr=range(start=0,stop=1,step=0.25)");
  ASSERT_TRUE(o.sweep);
  EXPECT_EQ(o.sweep->kind, Sweep::Kind::range);
  EXPECT_EQ(o.sweep->step.text(), "0.25");
  EXPECT_EQ(parse_override("m=glob(*,exclude=[a,b])").sweep->exclude.size(), 2u);
}

}  // namespace
}  // namespace myoseg
