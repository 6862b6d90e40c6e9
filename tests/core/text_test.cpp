#include "core/text.h"

#include <gtest/gtest.h>

#include <set>

namespace myoseg {
namespace {

TEST(Text, WhatATerminalWouldObeyIsShown) {
  EXPECT_EQ(printable("é 筋肉 🦵 %_&<"), "é 筋肉 🦵 %_&<");
  EXPECT_EQ(printable("a\nb\tc"), "a\nb\tc");
  EXPECT_EQ(printable("\x1b[31mred\r\x07"), "\\x1b[31mred\\x0d\\x07");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(printable("a\u202e\u0085b"), "a\\u202e\\u0085b");
  EXPECT_EQ(one_line("a\nb\tc\x1b"), "a b c\\x1b");
}

// Overlong forms, halves of pairs, cut and stray bytes: none is a character.
TEST(Text, BytesThatAreNoUtf8AreShown) {
  EXPECT_EQ(printable("\xc3"), "\\xc3");
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80");
  EXPECT_EQ(printable("\xe0\x80\x80"), "\\xe0\\x80\\x80");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(printable("caf\xe9"), "caf\\xe9");
}

TEST(Text, ColumnsOfATerminal) {
  EXPECT_EQ(columns_of(""), 0U);
  EXPECT_EQ(columns_of("é–x"), 3U);
  EXPECT_EQ(columns_of("筋肉a"), 5U);
}

TEST(Text, PlainNamesStayAsNamesOfFiles) {
  for (const char* name : {"case_1", "HU-3.5+a=b", "x"}) EXPECT_EQ(file_word(name), name);
}

TEST(Text, OtherNamesStayReadable) {
  EXPECT_TRUE(file_word("Ä 筋 IMAT% x").starts_with("_IMAT_x-"));
  EXPECT_TRUE(file_word("../x").starts_with("_._x-"));
}

TEST(Text, OtherNamesShareNoFile) {
  std::set<std::string> words;
  const std::string names[] = {"",
                               ".",
                               "..",
                               "../x",
                               "a/b",
                               "a b",
                               "a_b",
                               ".a",
                               "-a",
                               "_a",
                               "筋",
                               "肉",
                               "é",
                               "e\u0301",
                               "\x1b[0",
                               "a\n",
                               "a\t",
                               "a\xff",
                               "a\xfe",
                               "$HOME",
                               "%s",
                               std::string(80, 'x'),
                               std::string(300, 'x'),
                               std::string(301, 'x')};
  for (const std::string& name : names) {
    const std::string word = file_word(name);
    EXPECT_TRUE(words.insert(word).second) << name << " " << word;
    EXPECT_LE(word.size(), 80U);
    EXPECT_EQ(
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "._=+-"),
        std::string::npos)
        << word;
    EXPECT_NE(word.substr(0, 1), ".");
  }
}

}  // namespace
}  // namespace myoseg
