// A lock on a piece of work: one process holds it at a time, also among machines that share a file
// system.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace myoseg {

struct HeldLock;

struct LockOwner {
  std::string host;
  int pid = 0;
  std::string since;  // local time of the owner

  [[nodiscard]] std::string text() const;  // "process 123 on host since 2026-01-31 10:15:02"
};

// While held, the lock's file exists, names its owner and is touched every few seconds. An owner on
// this machine is alive while its process is; one on another machine while its file was touched in
// the last minute (so the machines' clocks must agree to some seconds).
class WorkLock {
 public:
  // Takes the lock, also from a dead owner. None while a living process has it. Throws
  // Error(failed) when the file cannot be made.
  [[nodiscard]] static std::optional<WorkLock> try_take(const std::filesystem::path& file);

  // Throws Error(failed) when another process took the lock over meanwhile, because this one looked
  // dead for a minute (it was suspended, or its file system was away): the work must not be called
  // done.
  void check() const;

  WorkLock(WorkLock&&) noexcept;
  WorkLock& operator=(WorkLock&&) noexcept;
  ~WorkLock();  // gives the lock back

 private:
  explicit WorkLock(std::shared_ptr<HeldLock> held);
  std::shared_ptr<HeldLock> held_;
};

// Who holds the lock now; none when nobody living does.
[[nodiscard]] std::optional<LockOwner> living_owner(const std::filesystem::path& file);

}  // namespace myoseg
