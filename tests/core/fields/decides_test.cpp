// What fields decide: what hashes hold, and what stays the same when a field is added.
#include <gtest/gtest.h>

#include "core/fields/fields.h"

namespace myoseg {
namespace {

struct Look {
  std::string title = "Report";
};
void describe(Fields& f, Look& o) { f("title", o.title, "Title."); }

// As it was described at first: everything was hashed.
struct Before {
  std::int64_t seed = 0;
  std::string root;
  Look look;
};
void describe(Fields& f, Before& o) {
  f("seed", o.seed, "Seed.");
  f("root", o.root, "Folder.");
  f("look", o.look, "Look.");
}

// As it is now: two fields decide no network any more, and two came later.
struct Now {
  std::int64_t seed = 0;
  std::string root;
  Look look;
  int smoothing = 3;
  std::vector<std::string> extras = {};
};
void describe(Fields& f, Now& o) {
  f("seed", o.seed, "Seed.");
  f("root", o.root, kAny.deciding(Decides::content).in_hashes_as(Node("")), "Folder.");
  f("look", o.look,
    kAny.deciding(Decides::report).in_hashes_as(write_fields(Look{}, Written::hashed)), "Look.");
  f("smoothing", o.smoothing, kAny.added_with(Node(2)), "Smoothing.");
  f("extras", o.extras, kAny.deciding(Decides::report), "Extras.");
}

TEST(Decides, WhatDecidesNoNetworkLeavesTheHashAsItWas) {
  Now now;
  now.smoothing = 2;  // the value that it came with
  const std::string before = config_hash(Before{});
  EXPECT_EQ(config_hash(now), before);
  now.root = "/elsewhere";
  now.look.title = "Another";
  now.extras = {"more"};
  EXPECT_EQ(config_hash(now), before);
  now.seed = 1;
  EXPECT_NE(config_hash(now), before);
}

// The default moved from 2 to 3 since: runs that do not state it are others now.
TEST(Decides, AnAddedFieldCountsOnceItHasAnotherValue) {
  EXPECT_NE(config_hash(Now{}), config_hash(Before{}));
}

TEST(Decides, OnlyDecidingFieldsAreWrittenOnRequest) {
  EXPECT_EQ(write_fields(Now{}, Written::deciding).text(), "{seed: 0, smoothing: 3}");
  EXPECT_EQ(write_fields(Now{}).text(),
            "{seed: 0, root: '', look: {title: Report}, smoothing: 3, extras: []}");
}

TEST(Decides, IsAskedByPath) {
  const std::vector<FieldHelp> fields = help_fields(Now{});
  EXPECT_EQ(what_decides(fields, "seed"), Decides::network);
  EXPECT_EQ(what_decides(fields, "root"), Decides::content);
  EXPECT_EQ(what_decides(fields, "look"), Decides::report);
  EXPECT_EQ(what_decides(fields, "look.title"), Decides::report);
  EXPECT_EQ(what_decides(fields, "nothing.of.ours"), Decides::network);
}

}  // namespace
}  // namespace myoseg
