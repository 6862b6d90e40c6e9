// The rule by which a convolution's method follows from its shape.
#include "models/kernels/choice.h"

#include <gtest/gtest.h>

namespace myoseg::kernels {
namespace {

using Size = std::array<std::int64_t, 3>;

constexpr ConvShape kImage{.in = 32, .out = 32, .kernel = {1, 3, 3}, .padding = {0, 1, 1}};
constexpr ConvShape kVolume{.in = 32, .out = 32, .kernel = {3, 3, 3}, .padding = {1, 1, 1}};

TEST(KernelChoice, TheLibraryIsAsked) {
  EXPECT_EQ(method_for(kImage, 4, {1, 256, 256}, Kernels::library), std::nullopt);
}

TEST(KernelChoice, ATileIsTakenWhereverItFits) {
  for (const Size size : {Size{1, 256, 256}, Size{1, 1, 1}}) {
    EXPECT_EQ(method_for(kImage, 1, size, Kernels::f2), Method::winograd_f2);
    EXPECT_EQ(method_for(kImage, 1, size, Kernels::f4), Method::winograd_f4);
  }
  ConvShape strided = kImage;
  strided.stride = {1, 2, 2};
  for (const Kernels kernels : {Kernels::f2, Kernels::f4, Kernels::automatic})
    EXPECT_EQ(method_for(strided, 1, {1, 256, 256}, kernels), Method::direct);
}

TEST(KernelChoice, ByShapeFewSquaresAreSmall) {
  EXPECT_EQ(method_for(kImage, 4, {1, 16, 16}, Kernels::automatic), Method::winograd_f4);
  EXPECT_EQ(method_for(kImage, 4, {1, 15, 12}, Kernels::automatic), Method::winograd_f2);
  EXPECT_EQ(method_for(kVolume, 1, {8, 16, 16}, Kernels::automatic), Method::winograd_f4);
  EXPECT_EQ(method_for(kVolume, 1, {6, 16, 16}, Kernels::automatic), Method::winograd_f2);
}

TEST(KernelChoice, TransposedOnesAskForManySquaresOfFour) {
  const ConvShape up{.in = 32,
                     .out = 16,
                     .kernel = {1, 4, 4},
                     .stride = {1, 2, 2},
                     .padding = {0, 1, 1},
                     .transposed = true};
  EXPECT_EQ(method_for(up, 4, {1, 32, 32}, Kernels::automatic), Method::winograd_f4);
  EXPECT_EQ(method_for(up, 4, {1, 16, 16}, Kernels::automatic), Method::direct);
  EXPECT_EQ(method_for(up, 4, {1, 32, 32}, Kernels::f2), Method::direct);
  ConvShape two = up;
  two.kernel = {1, 2, 2};
  two.padding = {};
  EXPECT_EQ(method_for(two, 4, {1, 32, 32}, Kernels::automatic), Method::direct);
}

}  // namespace
}  // namespace myoseg::kernels
