#include "experiments/run/failures.h"

#include <new>

#include "core/error.h"
#include "core/log.h"

namespace myoseg {

void Failures::add(const std::string& item, const std::string& sentence) {
  log::error("{}: {}", item, sentence);
  const std::lock_guard lock(mutex_);
  sentences_.emplace(item, sentence);
}

bool Failures::survives(const std::string& item, const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.code() != ExitCode::bad_data) throw;
    add(item, error.what());
  } catch (const std::bad_alloc&) {
    add(item, "does not fit into memory");
  }
  return false;
}

void Failures::throw_if_any(std::size_t all, const std::string& items) const {
  if (sentences_.empty()) return;
  std::string list;
  for (const auto& [item, sentence] : sentences_) list += fmt::format("\n  {}: {}", item, sentence);
  throw data_error("{} of {} {} failed:{}", sentences_.size(), all, items, list);
}

}  // namespace myoseg
