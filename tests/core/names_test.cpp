// Names as text of terminals and of files.
#include "core/names.h"

#include <gtest/gtest.h>

#include <set>

namespace myoseg {
namespace {

TEST(Names, ControlCharactersAreShown) {
  EXPECT_EQ(printable("a\x1b[31mb\tc\nd"), "a\\x1b[31mb\tc\nd");
  EXPECT_EQ(printable_line("a\nb\r"), "a\\x0ab\\x0d");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");  // CSI in one character
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "x"),
            "\\u202ex");  // right-to-left override
  EXPECT_EQ(printable("ÄÖ 腰大筋 عضلة"), "ÄÖ 腰大筋 عضلة");
}

TEST(Names, WhatIsNoUtf8IsShown) {
  EXPECT_EQ(printable("\xc4"), "\\xc4");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(printable("\xe8\x85"), "\\xe8\\x85");           // cut
}

TEST(Names, WidthIsColumns) {
  EXPECT_EQ(terminal_width("ÄÖ"), 2U);
  EXPECT_EQ(terminal_width("腰大筋"), 6U);
  EXPECT_EQ(terminal_width("e\xcc\x81"), 1U);
  EXPECT_EQ(cut_to_width("腰大筋", 5), "腰大");
  EXPECT_EQ(cut_to_width("ÄÖÜ", 2), "ÄÖ");
}

TEST(Names, FilesOfTwoNamesAreTwo) {
  EXPECT_EQ(file_stem("case_01-b.c"), "case_01-b.c");
  const std::string longest(255, 'a');
  const std::vector<std::string> names{"a b", "a_b",   "a/b",         "..",
                                       ".",   "",      "ÄÖ",          "腰大筋",
                                       "a~b", longest, longest + "b", longest.substr(0, 60)};
  std::set<std::string> stems;
  for (const std::string& name : names) {
    const std::string stem = file_stem(name);
    EXPECT_TRUE(stems.insert(stem).second) << name;
    EXPECT_LE(stem.size(), 70U);
    EXPECT_EQ(stem.find('/'), std::string::npos);
    EXPECT_FALSE(stem.starts_with('.')) << stem;
  }
}

}  // namespace
}  // namespace myoseg
