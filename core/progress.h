// Progress of a counted piece of work with rate and time left: a bar on a terminal, a plain line
// now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace myoseg {

class Progress {
 public:
  // `what`: "predict", "epoch 3"; `unit`: what is counted, plural ("slices").
  Progress(std::string what, std::int64_t total, std::string unit);
  ~Progress();  // ends the bar's line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Thread-safe. `note` stands after the rate ("loss 0.31").
  void advance(std::int64_t by = 1, const std::string& note = "");

 private:
  void show(bool last);

  std::mutex mutex_;
  std::string what_, unit_, note_;
  std::int64_t total_, done_ = 0;
  std::chrono::steady_clock::time_point start_, shown_;
  bool terminal_;
};

}  // namespace myoseg
