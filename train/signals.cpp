#include "train/signals.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <string_view>

#include "data/io/itk/child.h"

namespace myoseg {
namespace {

constexpr std::time_t kSameRequest = 5;  // seconds

std::atomic<bool> g_stop = false;
std::atomic<std::time_t> g_asked = 0;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may use it only then");
static_assert(std::atomic<std::time_t>::is_always_lock_free);

// Only calls that POSIX allows in a signal handler.
void on_signal(int number) {
  const std::time_t now = time(nullptr);
  if (g_stop.exchange(true)) {
    // A cluster tells every process of a job, and the job's script tells its program once more.
    if (number != SIGINT && now - g_asked.load() < kSameRequest) return;
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  g_asked.store(now);
  end_children();  // what is read there may never come
  constexpr std::string_view kNotice =
      "\nStopping after this step; the same command goes on from there. Once more ends at once.\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kNotice.data(), kNotice.size());
}

}  // namespace

void stop_on_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // reading and writing files goes on undisturbed
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGUSR1, &action, nullptr);  // a cluster's warning before its time limit
}

bool stop_requested() { return g_stop.load(); }
void request_stop() { g_stop.store(true); }
void withdraw_stop() { g_stop.store(false); }

}  // namespace myoseg
