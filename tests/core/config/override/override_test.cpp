#include "core/config/override/override.h"

#include <gtest/gtest.h>

#include "core/config/config_error.h"

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
  EXPECT_EQ(refused("lr==0.1"),
            "override 'lr==0.1': one '=' is enough; to give it as text, type 'lr=\"=0.1\"'\n"
            "  lr==0.1\n"
            "     ^");
  EXPECT_EQ(refused("a"), "override 'a': expected '=' after the key\n  a\n   ^");
  EXPECT_NE(refused("a='é'x").find("nothing may follow the closing quote\n  a='é'x\n       ^"),
            std::string::npos)
      << refused("a='é'x");
  EXPECT_NE(refused("a=rnage(3)").find("did you mean 'range'?"), std::string::npos);
}

// A character is never shown in part.
TEST(Override, AFaultAtAWideCharacterShowsAllOfIt) {
  EXPECT_EQ(refused("m=[a\uff0cb]"),
            "override 'm=[a\uff0cb]': expected ',' or ']', not '\uff0c'; to give it as text, type "
            "'m=\"[a\uff0cb]\"'\n  m=[a\uff0cb]\n      ^");
  EXPECT_EQ(value("dir=m\u00fcller\uff0c\U0001F9B4"), "m\u00fcller\uff0c\U0001F9B4");
}

// A blank ends a word in the shell, so brackets that are still open were mostly not quoted.
TEST(Override, ABracketLeftOpenIsOftenAnUnquotedBlank) {
  EXPECT_EQ(refused("é=[1,"), "override 'é=[1,': expected a key\n  é=[1,\n  ^");
  EXPECT_EQ(refused("a=[1,"),
            "override 'a=[1,': expected a value, but the text ends; if a blank follows, quote all "
            "of it: 'a=[1, ...'\n  a=[1,\n       ^");
  for (const char* open : {"a=[1", "a={x:", "a={x", "a=choice(1", "a=[[1],", "a={x:{y:1}"})
    EXPECT_NE(refused(open).find("the text ends"), std::string::npos) << refused(open);
  EXPECT_EQ(refused("a=[1}").find("the text ends"), std::string::npos) << refused("a=[1}");
}

// What the message says to type arrives as the text that was meant, after the shell and the
// grammar have each taken their quotes.
TEST(Override, TheExactQuotingIsShown) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"name=it's", R"q('name="it'\''s"')q"},
      {"name=a(b", R"q('name="a(b"')q"},
      {"name=x,", R"q('name="x,"')q"},
      {"name=say \"it's\"", R"q('name='\''say "it\'\''s"'\''')q"},
      {"+name=$(x)", R"q('+name="$(x)"')q"},
      {"name=f(x)", R"q('name="f(x)"')q"}};
  for (const auto& [typed, quoted] : cases)
    EXPECT_NE(refused(typed).find("to give it as text, type " + quoted + '\n'), std::string::npos)
        << refused(typed);
  EXPECT_EQ(value("name=\"it's\""), "it's");
  EXPECT_EQ(value("name='say \"it\\'s\"'"), "say \"it's\"");
  EXPECT_NE(refused("name='open").find("this quote is not closed\n  name='open\n       ^"),
            std::string::npos)
      << refused("name='open");
}

TEST(Override, QuotesAndReferencesThatDoNotCloseAreNamed) {
  EXPECT_NE(refused("name=a'b'c").find("around a whole value"), std::string::npos);
  EXPECT_NE(refused("name=x y (z)")
                .find("unexpected '('; to give it as text, type 'name=\"x y (z)\"'\n"
                      "  name=x y (z)\n           ^"),
            std::string::npos)
      << refused("name=x y (z)");
  EXPECT_NE(refused("name=${x").find("'${' is not closed"), std::string::npos);
}

TEST(Override, ListsHaveItemsAddedAndRemoved) {
  const Override add = parse_override("tags+=[a,b]");
  EXPECT_EQ(add.op, Override::Op::append);
  EXPECT_EQ(add.key, "tags");
  EXPECT_EQ(add.key_element(), "tags+");
  const Override gone = parse_override("a.tags-=b");
  EXPECT_EQ(gone.op, Override::Op::remove_items);
  EXPECT_EQ(gone.key, "a.tags");
  EXPECT_EQ(parse_override("m.0-=1").key, "m.0");
  EXPECT_EQ(parse_override("m.0+=1").op, Override::Op::append);
  EXPECT_EQ(parse_override("early-stop=1").key, "early-stop");
  EXPECT_NE(refused("+a+=1").find("expected '=' after the key"), std::string::npos);
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

TEST(Override, ZipAndScaledIntervalsAreSweeps) {
  const Override zip = parse_override("m=zip(a,'b c',group=size)");
  ASSERT_TRUE(zip.sweep);
  EXPECT_EQ(zip.sweep->items.size(), 2u);
  EXPECT_EQ(zip.sweep->zip, "size");
  EXPECT_EQ(parse_override("m=zip(range(3))").sweep->kind, Sweep::Kind::range);
  EXPECT_TRUE(parse_override("m=interval(1e-4,1e-1,scale=log)").sweep->logarithmic());
  EXPECT_TRUE(parse_override("m=tag(log,interval(1,8))").sweep->logarithmic());
  EXPECT_TRUE(parse_override("m=interval(1,8)").sweep->whole);
  EXPECT_FALSE(parse_override("m=interval(1,8.0)").sweep->whole);
  EXPECT_FALSE(parse_override("m=float(interval(1,8))").sweep->whole);
  EXPECT_NE(refused("m=interval(1,8,scale=cubic)").find("linear or log"), std::string::npos);
  EXPECT_NE(refused("m=zip()").find("at least one value"), std::string::npos);
  EXPECT_NE(refused("m=zip(1,set=a)").find("group=NAME"), std::string::npos);
  EXPECT_NE(refused("m=shuffle(zip(1,2))").find("choice() or range()"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
