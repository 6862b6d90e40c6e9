#include "core/config/tree/yaml.h"

#include <gtest/gtest.h>

#include "core/config/config_error.h"
#include "core/config/tree/yaml_scalar.h"

namespace myoseg {
namespace {

std::string refused(const std::string& text) {
  try {
    return "accepted: " + parse_yaml(text, "f.yaml").text();
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(Yaml, KnowsWhereValuesStand) {
  const Node root = parse_yaml("a:\n  b: [1, two]\n# c\nd: &x {e: 5}\nf: *x\n", "f.yaml");
  EXPECT_EQ(root.at_path("a.b.1")->origin.text(), "f.yaml:2:10");
  EXPECT_EQ(root.at_path("d.e")->origin.text(), "f.yaml:4:11");
  EXPECT_EQ(root.at_path("f.e")->origin.text(), "f.yaml:4:11")
      << "an alias stands for what the anchor says";
  EXPECT_EQ(root.at_path("f.x"), nullptr);
}

TEST(Yaml, SaysWhereAndWhatIsWrong) {
  EXPECT_EQ(refused("a: 1\nb: 2\na: 3\n"),
            "f.yaml:3:1: the key 'a' stands here twice, first at f.yaml:1:4");
  EXPECT_EQ(refused("a: 1\n---\nb: 2\n"),
            "f.yaml:3:1: a second document starts here; a file holds one");
  EXPECT_EQ(refused("a: x\ty\n"), "f.yaml:1:5: a tab cannot stand here; use spaces");
  EXPECT_EQ(refused("a: 'x\n"), "f.yaml:1:4: this quote is never closed");
  EXPECT_EQ(refused("a: \xff\n"), "f.yaml:1:4: the file is not UTF-8 text here; save it as UTF-8");
  EXPECT_EQ(refused("a: [1, , 2]\n"), "f.yaml:1:8: there is nothing between these commas");
  EXPECT_NE(refused("a: {b: ${c}}\n").find("quote it"), std::string::npos);
  EXPECT_NE(refused("a:\n- b\n c: 1\n").find("f.yaml:3:"), std::string::npos);
}

TEST(Yaml, TabsMayStandInQuotesBlocksAndComments) {
  EXPECT_EQ(parse_yaml("a: 'x\ty' # \t\nb: |\n  p\tq\nc: \"\t\"\n", "f").text(),
            "{a: \"x\\ty\", b: \"p\\tq\\n\", c: \"\\t\"}");
}

TEST(Yaml, MergeKeys) {
  EXPECT_EQ(parse_yaml("b: &b {x: 1, y: 2}\nc:\n  y: 3\n  <<: *b\n", "f").find("c")->text(),
            "{x: 1, y: 3}");
  EXPECT_EQ(refused("a: {<<: 3}\n"), "f.yaml:1:5: '<<' takes a mapping or a list of mappings");
}

TEST(Yaml, WritesTextThatReadsBackAsText) {
  for (const char* text :
       {"yes", "1",      "1e-3", "null", "~",          "",    " x",   "x ",   "a: b", "a #b", "- x",
        "-",   "?",      "???",  "=",    "<<",         "{a}", "[a]",  "it's", "\"",   "a\nb", "\t",
        "#",   "@x",     "0x10", "1:30", "...",        "---", "é",    "&a",   "*a",   "!t",   "%",
        "`",   "${a.b}", "x:",   ":",    "2024-01-31", "08",  ".inf", "a,b"}) {
    Node map(Node::Map{});
    map.set("k", Node(text));
    map.set("l", Node(Node::List{Node(text), Node(text)}));
    EXPECT_EQ(parse_yaml(to_yaml(map), "f").text(), map.text()) << text;
    EXPECT_EQ(parse_yaml(map.text(), "f").text(), map.text()) << text;
    const auto* back = parse_yaml(to_yaml(map), "f").at_path("l.1")->get_if<std::string>();
    EXPECT_NE(back, nullptr) << text;
  }
}

TEST(Yaml, NumbersKeepTheirShortestForm) {
  EXPECT_EQ(float_text(0.1), "0.1");
  EXPECT_EQ(float_text(1), "1.0");
  EXPECT_EQ(float_text(1e-5), "1e-05");
  EXPECT_EQ(float_text(0.0001), "0.0001");
  EXPECT_EQ(float_text(1e16), "1e+16");
  EXPECT_EQ(float_text(123456789012345680.0), "1.2345678901234568e+17");
  EXPECT_EQ(float_text(-2.5e-300), "-2.5e-300");
  EXPECT_EQ(float_text(-0.0), "-0.0");
}

TEST(Yaml, NestedBlocks) {
  const std::string text = "a:\n  b:\n  - 1\n  - - 2\n    - 3\n  - c: 4\n    d: {}\ne: []\n0: x\n";
  EXPECT_EQ(to_yaml(parse_yaml(text, "f")), text);
}

}  // namespace
}  // namespace myoseg
