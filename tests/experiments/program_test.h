// A test that runs the program in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/experiments/program.h"
#include "tests/testing/temporary.h"

namespace myoseg::testing {

class ProgramTest : public ::testing::Test {
 protected:
  // Runs it and expects this exit code.
  Outcome run(const std::vector<std::string>& arguments, int code = 0) {
    Outcome outcome = run_program(folder_.path(), arguments);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    return outcome;
  }
  void expect_words(const Outcome& outcome, const std::vector<std::string>& words) {
    for (const std::string& word : words)
      EXPECT_NE(outcome.text.find(word), std::string::npos)
          << "no '" << word << "' in: " << outcome.text;
  }

  TemporaryFolder folder_;
};

}  // namespace myoseg::testing
