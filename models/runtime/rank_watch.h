// Who of several processes is alive: each says so every two seconds, and each listens.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <vector>

#include "core/error.h"
#include "models/runtime/ranks.h"

namespace myoseg {

class RankWatch {
 public:
  // `store`: a connection of its own, since a thread that waits on one blocks it.
  RankWatch(const Ranks& ranks, c10::intrusive_ptr<c10d::TCPStore> store);
  ~RankWatch();
  RankWatch(const RankWatch&) = delete;
  RankWatch& operator=(const RankWatch&) = delete;

  // This process has come to its next sum; those that count fewer are late.
  void come_to_sum() { ++sums_; }
  // Error when a process is silent or has told a failure.
  void throw_if_broken();
  // Error that names the processes which have not come to this sum.
  [[noreturn]] void throw_who_is_late();
  // After a sum that broke off: waits until it is known who is missing, and names it.
  [[noreturn]] void throw_who_is_missing(const std::string& what);
  // The others end with this error.
  void tell_failure(const Error& error);

  // Of LibTorch's messages, whose other lines are where they come from.
  [[nodiscard]] static std::string first_line(const std::string& what);

 private:
  using Clock = std::chrono::steady_clock;
  struct Other {
    std::string name;      // "rank 1 (process 123 on host)"
    std::string last;      // what it said last
    Clock::time_point at;  // when that changed
    std::int64_t sums = 0;
  };

  void watch();
  void look();
  void say_alive();
  void listen_to(int rank);
  void hear_failure();
  void break_off(const Error& error);
  [[nodiscard]] std::string text_of(const std::string& key);

  Ranks ranks_;
  c10::intrusive_ptr<c10d::TCPStore> store_;
  std::timed_mutex store_mutex_;  // held for as long as rank 0 does not answer
  std::atomic<std::int64_t> sums_{0};
  std::int64_t beats_ = 0;
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool ending_ = false;
  Clock::time_point looked_ = Clock::now();  // last, without being kept waiting
  std::vector<Other> others_;
  std::optional<Error> broken_;
  std::thread thread_;
};

}  // namespace myoseg
