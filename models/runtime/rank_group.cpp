#include "models/runtime/rank_group.h"

#include <fmt/core.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>
#include <thread>
#include <vector>

#include "models/runtime/rank_sums.h"
#include "models/runtime/rank_watch.h"
#include "models/runtime/torch_compat.h"

namespace myoseg {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kMeeting{300};   // for all processes to have started
constexpr std::chrono::seconds kPatience{50};   // for one that is alive but does not come to a sum
constexpr std::chrono::milliseconds kLook{20};  // between two looks for a key
constexpr std::chrono::milliseconds kPoll{1};   // between two looks at a sum of a GPU

c10d::TCPStoreOptions store_options(const Ranks& ranks, bool serves) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(ranks.port);
  options.isServer = serves;
  options.waitWorkers = false;
  options.timeout = kMeeting;
  compat::use_plain_sockets(options);
  return options;
}

c10::intrusive_ptr<c10d::TCPStore> connect(const Ranks& ranks, bool serves) {
  try {
    return c10::make_intrusive<c10d::TCPStore>(ranks.address, store_options(ranks, serves));
  } catch (const std::exception& error) {
    throw failure(
        "rank {} cannot meet the other {} processes at {}:{}: {}; is the port free, and is "
        "that the machine of rank 0?",
        ranks.rank, ranks.size - 1, ranks.address, ranks.port, RankWatch::first_line(error.what()));
  }
}

}  // namespace

struct RankGroup::State {
  explicit State(const Ranks& of)
      : ranks(of), store(connect(of, of.rank == 0 && !of.served)), watch(of, connect(of, false)) {}

  Ranks ranks;
  c10::intrusive_ptr<c10d::TCPStore> store;
  RankWatch watch;
  std::unique_ptr<RankSums> sums;

  std::vector<RankSums::Pending> begun;  // on a GPU

  void complete(const RankSums::Pending& work, bool on_gpu) {
    watch.come_to_sum();
    if (!on_gpu) return await(work, /*on_gpu=*/false);
    try {
      work->wait();  // its stream waits
    } catch (const std::exception& error) {
      watch.throw_who_is_missing(RankWatch::first_line(error.what()));
    }
    begun.push_back(work);
  }

  void settle() {
    for (const RankSums::Pending& work : begun) await(work, /*on_gpu=*/true);
    begun.clear();
  }

  void await(const RankSums::Pending& work, bool on_gpu) {
    const auto start = Clock::now();
    while (!work->isCompleted()) {
      // NCCL takes a wait of limited time for a sum that must be over by then.
      if (on_gpu) std::this_thread::sleep_for(kPoll);
      try {
        if (!on_gpu) work->wait(std::chrono::seconds(1));
      } catch (const std::exception&) {
        // Not yet, or never: what isCompleted() tells.
      }
      watch.throw_if_broken();
      if (!work->isCompleted() && Clock::now() - start > kPatience) watch.throw_who_is_late();
    }
    try {
      work->wait();
    } catch (const std::exception& error) {
      watch.throw_who_is_missing(RankWatch::first_line(error.what()));
    }
  }
};

RankGroup::RankGroup(const Ranks& ranks) {
  if (!RankSums::available())
    throw failure(
        "this myoseg was built without Gloo, so only one process can train a network; "
        "install libgloo-dev and build it again");
  state_ = std::make_unique<State>(ranks);
  try {
    state_->sums = std::make_unique<RankSums>(ranks, state_->store);
  } catch (const std::exception& error) {
    state_->watch.throw_who_is_missing(RankWatch::first_line(error.what()));
  }
}

RankGroup::~RankGroup() = default;

at::Device RankGroup::device_for(at::Device device) const {
  return state_->sums->device_for(device);
}
void RankGroup::sum(const at::Tensor& tensor) {
  state_->complete(state_->sums->sum(tensor), tensor.is_cuda());
}
void RankGroup::broadcast(const at::Tensor& tensor) {
  state_->complete(state_->sums->broadcast(tensor), tensor.is_cuda());
}
void RankGroup::settle() { state_->settle(); }

void RankGroup::tell(const std::string& key, const std::string& text) {
  try {
    state_->store->set(key, {text.begin(), text.end()});
  } catch (const std::exception& error) {
    state_->watch.throw_who_is_missing(RankWatch::first_line(error.what()));
  }
}

std::string RankGroup::hear(const std::string& key) {
  try {
    while (!state_->store->check({key})) {
      state_->watch.throw_if_broken();
      std::this_thread::sleep_for(kLook);
    }
    const std::vector<std::uint8_t> bytes = state_->store->get(key);
    return {bytes.begin(), bytes.end()};
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    state_->watch.throw_who_is_missing(RankWatch::first_line(error.what()));
  }
}

void RankGroup::tell_failure(const Error& error) { state_->watch.tell_failure(error); }

}  // namespace myoseg
