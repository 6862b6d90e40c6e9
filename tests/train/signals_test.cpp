#include "train/signals.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

namespace myoseg {
namespace {

TEST(Signals, RequestAndWithdrawal) {
  withdraw_stop();
  EXPECT_FALSE(stop_requested());
  request_stop();
  EXPECT_TRUE(stop_requested());
  withdraw_stop();
  EXPECT_FALSE(stop_requested());
}

// Signals are sent in child processes: the handlers must not outlive the test.
void one_signal(int number) {
  stop_on_signals();
  raise(number);
  std::exit(stop_requested() ? 7 : 8);
}
void two_signals(int first, int second) {
  stop_on_signals();
  raise(first);
  raise(second);
  std::exit(8);
}

TEST(Signals, FirstOneOnlyAsks) {
  EXPECT_EXIT(one_signal(SIGINT), ::testing::ExitedWithCode(7), "Stopping after this step");
  EXPECT_EXIT(one_signal(SIGTERM), ::testing::ExitedWithCode(7), "Stopping after this step");
}

TEST(Signals, SecondOneEnds) {
  EXPECT_EXIT(two_signals(SIGINT, SIGINT), ::testing::KilledBySignal(SIGINT), "");
  EXPECT_EXIT(two_signals(SIGTERM, SIGINT), ::testing::KilledBySignal(SIGINT), "");
}

TEST(Signals, WhatAClusterSaysTwiceIsOneRequest) {
  EXPECT_EXIT(two_signals(SIGTERM, SIGTERM), ::testing::ExitedWithCode(8), "");
  EXPECT_EXIT(two_signals(SIGUSR1, SIGTERM), ::testing::ExitedWithCode(8), "");
}

}  // namespace
}  // namespace myoseg
