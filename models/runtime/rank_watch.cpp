#include "models/runtime/rank_watch.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "core/names.h"
#include "core/process.h"

namespace myoseg {
namespace {

constexpr std::chrono::seconds kBeat{2};
constexpr std::chrono::seconds kSilent{25};  // after which a process counts as dead
const char* const kFailure = "failure";

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
std::string key_of(int rank) { return fmt::format("alive/{}", rank); }

}  // namespace

RankWatch::RankWatch(const Ranks& ranks, c10::intrusive_ptr<c10d::TCPStore> store)
    : ranks_(ranks), store_(std::move(store)), others_(static_cast<std::size_t>(ranks.size)) {
  for (int r = 0; r < ranks_.size; ++r) {
    others_[static_cast<std::size_t>(r)].name = fmt::format("rank {}", r);
    others_[static_cast<std::size_t>(r)].at = Clock::now();
  }
  thread_ = std::thread([this] { watch(); });
}

RankWatch::~RankWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::string RankWatch::first_line(const std::string& what) {
  return what.substr(0, what.find('\n'));
}

void RankWatch::watch() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    look();
    lock.lock();
  } while (!wake_.wait_for(lock, kBeat, [this] { return ending_; }));
}

void RankWatch::look() {
  try {
    say_alive();
    hear_failure();
    for (int r = 0; r < ranks_.size; ++r)
      if (r != ranks_.rank) listen_to(r);
    const std::lock_guard lock(mutex_);
    looked_ = Clock::now();
  } catch (const std::exception&) {
    // The keys are kept by rank 0.
    const std::string leader = [this] {
      const std::lock_guard lock(mutex_);
      return others_.front().name;
    }();
    break_off(failure("the training ended because {} is gone; its log says why", leader));
  }
}

void RankWatch::say_alive() {
  const std::string text =
      fmt::format("{} {} process {} on {}", beats_++, sums_.load(), ::getpid(), host_name());
  const std::lock_guard lock(store_mutex_);
  store_->set(key_of(ranks_.rank), bytes_of(text));
}

std::string RankWatch::text_of(const std::string& key) {
  const std::lock_guard lock(store_mutex_);
  if (!store_->check({key})) return "";
  const std::vector<std::uint8_t> bytes = store_->get(key);
  return {bytes.begin(), bytes.end()};
}

void RankWatch::listen_to(int rank) {
  const std::string text = text_of(key_of(rank));
  std::unique_lock lock(mutex_);
  Other& other = others_[static_cast<std::size_t>(rank)];
  const auto now = Clock::now();
  if (text != other.last) {
    other.last = text;
    other.at = now;
    long long beats = 0, sums = 0;
    int at = 0;
    if (std::sscanf(text.c_str(), "%lld %lld %n", &beats, &sums, &at) == 2) {
      other.sums = sums;
      other.name = fmt::format("rank {} ({})", rank, text.substr(static_cast<std::size_t>(at)));
    }
    return;
  }
  if (text.empty() || now - other.at < kSilent) return;  // not started yet, or alive
  const std::string name = other.name;
  lock.unlock();
  break_off(
      failure("the training ended because {} died or its machine was lost: it has been "
              "silent for {} s; the same command goes on from the last checkpoint",
              name, kSilent.count()));
}

void RankWatch::hear_failure() {
  const std::string text = text_of(kFailure);
  int code = 0, from = 0, at = 0;
  if (std::sscanf(text.c_str(), "%d %d %n", &code, &from, &at) != 2 || from == ranks_.rank) return;
  break_off(Error(static_cast<ExitCode>(code),
                  fmt::format("rank {}: {}", from, text.substr(static_cast<std::size_t>(at)))));
}

void RankWatch::break_off(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    if (!broken_) broken_ = error;
  }
  wake_.notify_all();
}

void RankWatch::throw_if_broken() {
  const std::lock_guard lock(mutex_);
  if (broken_) throw *broken_;
}

void RankWatch::throw_who_is_late() {
  std::vector<std::string> late;
  {
    const std::lock_guard lock(mutex_);
    if (Clock::now() - looked_ > kSilent)  // the keys are with rank 0
      late.push_back(others_.front().name);
    else
      for (std::size_t r = 0; r < others_.size(); ++r)
        if (static_cast<int>(r) != ranks_.rank && others_[r].sums < sums_.load())
          late.push_back(others_[r].name);
  }
  throw failure(
      "the training ended because {} {} not come to the same step: it hangs or is much "
      "slower than the others; the same command goes on from the last checkpoint",
      late.empty() ? std::string("another rank") : join(late), late.size() > 1 ? "have" : "has");
}

void RankWatch::throw_who_is_missing(const std::string& what) {
  {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, kSilent + 3 * kBeat, [this] { return broken_.has_value(); });
    if (broken_) throw *broken_;
  }
  throw failure("the training ended because the connection to another rank broke: {}", what);
}

void RankWatch::tell_failure(const Error& error) {
  try {
    const std::unique_lock lock(store_mutex_, kBeat);
    if (!lock.owns_lock()) return;  // rank 0 does not answer; each finds out for itself
    store_->set(kFailure, bytes_of(fmt::format("{} {} {}", static_cast<int>(error.code()),
                                               ranks_.rank, error.what())));
  } catch (const std::exception&) {
    // Rank 0 is gone: the others know already.
  }
}

}  // namespace myoseg
