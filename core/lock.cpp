#include "core/lock.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "core/process.h"

namespace myoseg {
namespace fs = std::filesystem;

struct HeldLock {
  fs::path file;
  std::string record;  // what the file says while the lock is ours
  std::atomic<bool> lost = false;
};

namespace {

constexpr std::chrono::seconds kTouch{5};
constexpr double kSilent = 60;  // seconds after which an owner elsewhere counts as dead

std::string own_record() {
  static std::atomic<int> count{0};
  const auto now = fmt::localtime(std::time(nullptr));
  return json_text({{"host", host_name()},
                    {"pid", getpid()},
                    {"since", fmt::format("{:%Y-%m-%d %H:%M:%S}", now)},
                    {"machine", machine_id()},
                    {"start", process_start(getpid())},
                    {"lock", count++}});
}

// The lock's file, held for the moment in which it is read and rewritten.
class Guarded {
 public:
  Guarded(const fs::path& file, bool make) {
    for (;;) {
      fd_ = ::open(file.c_str(), O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0666);
      if (fd_ < 0) {
        if (!make && errno == ENOENT) return;
        throw failure("cannot lock {}: {}", file.string(), std::generic_category().message(errno));
      }
      while (::flock(fd_, LOCK_EX) != 0)
        if (errno != EINTR) {
          const std::string reason = std::generic_category().message(errno);
          ::close(fd_);
          throw failure("cannot lock {}: {}", file.string(), reason);
        }
      // The owner may have given the lock back, and its file away, while this process waited.
      struct stat opened {
      }, named{};
      if (::fstat(fd_, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
          opened.st_ino == named.st_ino)
        return;
      ::close(fd_);
    }
  }
  ~Guarded() {
    if (fd_ >= 0) ::close(fd_);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  [[nodiscard]] bool exists() const { return fd_ >= 0; }
  [[nodiscard]] std::string read() const {
    std::array<char, 2048> text{};
    const ssize_t n = ::pread(fd_, text.data(), text.size(), 0);
    return {text.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
  }
  [[nodiscard]] bool write(const std::string& text) const {
    return ::ftruncate(fd_, 0) == 0 &&
           ::pwrite(fd_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  }
  void touch() const { ::futimens(fd_, nullptr); }
  [[nodiscard]] double silent_for() const {
    struct stat status {};
    if (::fstat(fd_, &status) != 0) return 0;
    return std::difftime(std::time(nullptr), status.st_mtim.tv_sec);
  }

 private:
  int fd_ = -1;
};

std::optional<LockOwner> alive(const Guarded& file) {
  const auto json = parse_json_or_null(file.read());
  if (!json.is_object()) return std::nullopt;  // new, or its owner died while writing it
  const LockOwner owner{text_at(json, "host"), static_cast<int>(number_at(json, "pid")),
                        text_at(json, "since")};
  const bool living = text_at(json, "machine") == machine_id()
                          ? process_start(owner.pid) == text_at(json, "start", "?")
                          : file.silent_for() < kSilent;
  if (!living) return std::nullopt;
  return owner;
}

// Touches the files of all locks that this process holds.
class Heartbeat {
 public:
  static Heartbeat& instance() {
    static Heartbeat heartbeat;
    return heartbeat;
  }
  void add(const std::shared_ptr<HeldLock>& held);
  ~Heartbeat() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void beat();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<std::weak_ptr<HeldLock>> held_;
  std::thread thread_;
};

}  // namespace

std::string LockOwner::text() const {
  return fmt::format("process {} on {} since {}", pid, host, since);
}

std::optional<WorkLock> WorkLock::try_take(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error)
    throw failure("cannot make the folder {}: {}", file.parent_path().string(), error.message());
  const Guarded guarded(file, true);
  if (alive(guarded)) return std::nullopt;
  auto held = std::make_shared<HeldLock>();
  held->file = file;
  held->record = own_record();
  if (!guarded.write(held->record))
    throw failure("cannot lock {}: {}", file.string(), std::generic_category().message(errno));
  Heartbeat::instance().add(held);
  return WorkLock(std::move(held));
}

void WorkLock::check() const {
  const Guarded guarded(held_->file, false);
  if (held_->lost || !guarded.exists() || guarded.read() != held_->record)
    throw failure(
        "the lock {} was taken over by another process, because this one did not answer for {:g} "
        "seconds; the other does the work now",
        held_->file.string(), kSilent);
}

WorkLock::WorkLock(std::shared_ptr<HeldLock> held) : held_(std::move(held)) {}
WorkLock::WorkLock(WorkLock&&) noexcept = default;
WorkLock& WorkLock::operator=(WorkLock&& other) noexcept {
  std::swap(held_, other.held_);
  return *this;
}

WorkLock::~WorkLock() {
  if (!held_) return;
  try {
    const Guarded guarded(held_->file, false);
    if (!guarded.exists() || guarded.read() != held_->record) return;
    std::error_code error;
    fs::remove(held_->file, error);
  } catch (const Error&) {
    // What cannot be given back counts as dead as soon as this process ends.
  }
}

namespace {

void Heartbeat::add(const std::shared_ptr<HeldLock>& held) {
  const std::lock_guard lock(mutex_);
  held_.push_back(held);
  if (!thread_.joinable()) thread_ = std::thread([this] { beat(); });
}

void Heartbeat::beat() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kTouch, [this] { return ending_; })) {
    std::erase_if(held_, [](const auto& held) { return held.expired(); });
    for (const auto& entry : held_) {
      const auto held = entry.lock();
      if (!held) continue;
      try {
        const Guarded guarded(held->file, false);
        if (guarded.exists() && guarded.read() == held->record)
          guarded.touch();
        else
          held->lost = true;
      } catch (const Error&) {
        // The next beat may reach the file system again; check() tells whether that was in time.
      }
    }
  }
}

}  // namespace

std::optional<LockOwner> living_owner(const fs::path& file) {
  const Guarded guarded(file, false);
  if (!guarded.exists()) return std::nullopt;
  return alive(guarded);
}

}  // namespace myoseg
