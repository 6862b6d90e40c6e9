#include "models/kernels/instruction_set.h"

#include <gtest/gtest.h>

#include <tuple>

#include "models/kernels/micro/products.h"
#include "models/kernels/micro/rows.h"

namespace myoseg::kernels {
namespace {

TEST(InstructionSetTest, PlainIsEverywhereAndTheUsedOneIsThere) {
  EXPECT_TRUE(has(InstructionSet::plain));
  EXPECT_TRUE(has(instruction_set()));
}

TEST(InstructionSetTest, AnotherIsUsedForAWhile) {
  const InstructionSet before = instruction_set();
  {
    const UsedInstructionSet plain(InstructionSet::plain);
    EXPECT_EQ(instruction_set(), InstructionSet::plain);
  }
  EXPECT_EQ(instruction_set(), before);
}

TEST(InstructionSetTest, KernelsAreThoseOfTheUsedOne) {
  for (const auto& [set, products, rows] :
       {std::tuple{InstructionSet::plain, &kMicroPlain, &kRowsPlain},
        std::tuple{InstructionSet::avx2, &kMicroAvx2, &kRowsAvx2},
        std::tuple{InstructionSet::avx512, &kMicroAvx512, &kRowsAvx512}}) {
    if (!has(set)) continue;
    const UsedInstructionSet used(set);
    EXPECT_EQ(&micro_kernels(), products);
    EXPECT_EQ(&row_kernels(), rows);
  }
}

}  // namespace
}  // namespace myoseg::kernels
