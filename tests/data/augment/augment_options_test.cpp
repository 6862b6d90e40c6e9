#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/error.h"
#include "data/augment/augment.h"
#include "tests/data/augment/augment_fixture.h"

namespace myoseg {
namespace {

using testing::everything;
using testing::Slice;

TEST(AugmentOptions, OptionsAreCheckedTogether) {
  EXPECT_TRUE(bind<AugmentOptions>(Node{Node::Map{}}).enabled);
  const auto with_swaps = [](std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
    Node node{Node::Map{}};
    node.set("flip_swaps", Node(Node::List{Node(Node::List{Node(a), Node(b)}),
                                           Node(Node::List{Node(c), Node(d)})}));
    return bind<AugmentOptions>(node);
  };
  EXPECT_EQ(with_swaps(1, 2, 3, 4).flip_swaps.size(), 2u);
  EXPECT_THROW((void)with_swaps(1, 2, 2, 3), Error);
  EXPECT_THROW((void)with_swaps(1, 2, 0, 3), Error);
}

std::string fault_of(const std::string& name, Node value) {
  Node node{Node::Map{}};
  node.set(name, std::move(value));
  try {
    (void)bind<AugmentOptions>(node);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

TEST(AugmentOptions, EachWrongOptionIsOneSentence) {
  const auto range = [](double a, double b) { return Node(Node::List{Node(a), Node(b)}); };
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, Node>>{{"low_resolution", range(0.9, 0.5)},
                                                 {"low_resolution", range(0.5, 1.5)},
                                                 {"low_resolution_probability", Node(1.5)},
                                                 {"rotation_x_deg", Node(-1.0)},
                                                 {"rotation_y_deg", Node(181.0)},
                                                 {"mirror_y_probability", Node(-0.1)},
                                                 {"mirror_z_probability", Node(2.0)},
                                                 {"rotate90_probability", Node(2.0)}}) {
    const std::string fault = fault_of(name, value);
    EXPECT_NE(fault.find(name), std::string::npos) << name;
    EXPECT_EQ(fault.find('\n'), std::string::npos) << fault;
  }
}

TEST(AugmentOptions, WhatCameLaterStaysOutOfHashes) {
  const Node hashed = write_fields(AugmentOptions{}, Written::hashed);
  for (const char* name :
       {"rotation_x_deg", "rotation_y_deg", "mirror_y_probability", "mirror_z_probability",
        "rotate90_probability", "low_resolution_probability", "low_resolution"})
    EXPECT_EQ(hashed.find(name), nullptr) << name;
  EXPECT_NE(hashed.find("rotation_deg"), nullptr);
}

TEST(AugmentOptions, WhatOnlyVolumesHaveDoesNothingToASlice) {
  AugmentOptions o = everything();
  Slice a, b;
  augment(a.view(), o, Random(1, "augment"));
  o.rotation_x_deg = o.rotation_y_deg = 90;
  o.mirror_z_probability = 1;
  augment(b.view(), o, Random(1, "augment"));
  EXPECT_EQ(a.image, b.image);
  EXPECT_EQ(a.label, b.label);
}

}  // namespace
}  // namespace myoseg
