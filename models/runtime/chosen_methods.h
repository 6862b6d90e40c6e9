// Which methods the convolutions of a forward pass took: for the log.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/kernels/choice.h"

namespace myoseg {

// Notes the convolutions of our own kernels that run on this thread while it lives. Not nested.
class ChosenMethods {
 public:
  ChosenMethods();
  ~ChosenMethods();
  ChosenMethods(const ChosenMethods&) = delete;
  ChosenMethods& operator=(const ChosenMethods&) = delete;

  // The one that is running on this thread, or null.
  [[nodiscard]] static ChosenMethods* running();

  // `convolution` says its kernel, channels and size.
  void add(const std::string& convolution, std::optional<kernels::Method> method);
  // "14 winograd_f4, 3 direct, 1 library": forward passes; empty: none.
  [[nodiscard]] std::string summary() const;
  // A convolution each: "3x3 32 -> 64 at 4x1x128x128: winograd_f4".
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::map<std::string, std::int64_t> counts_;
  std::vector<std::string> lines_;
};

}  // namespace myoseg
