// Sample files of weights, and what a reader says to them.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/error.h"
#include "models/weights/weights_file.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

// tests/data/weights/make_samples.py wrote these.
inline std::filesystem::path sample(const std::string& name) {
  return testing::source_folder() / "tests/data/weights" / name;
}

// The sentence with which it is refused; empty: it is read.
inline std::string fault_of(const std::filesystem::path& file) {
  try {
    (void)read_weights(file);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::bad_data);
    const std::string message = e.what();
    EXPECT_EQ(message.find(file.string()), 0U) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  return "";
}

// 0, 1/8, 2/8 ...
inline at::Tensor counted(at::IntArrayRef shape) {
  std::int64_t n = 1;
  for (const std::int64_t size : shape) n *= size;
  return (at::arange(n, at::kFloat) / 8).view(shape);
}

}  // namespace myoseg::testing
