#include "experiments/launch/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "core/error.h"

namespace myoseg {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// This process' environment with some variables set.
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& changes) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  for (const auto& [name, value] : changes) {
    const std::string assignment = name + "=";
    std::erase_if(all, [&](const std::string& entry) { return entry.starts_with(assignment); });
    all.push_back(assignment + value);
  }
  return all;
}

int open_log(const std::filesystem::path& log) {
  std::filesystem::create_directories(log.parent_path());
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (out < 0)
    throw failure("cannot write {}: {}", log.string(), std::generic_category().message(errno));
  return out;
}

}  // namespace

WorkerProcess::WorkerProcess(const std::vector<std::string>& arguments,
                             const std::vector<std::pair<std::string, std::string>>& environment,
                             std::filesystem::path log)
    : log_(std::move(log)) {
  // Everything that allocates comes before the fork: only calls safe in a signal handler are
  // allowed between it and the new program.
  std::vector<std::string> words{"myoseg"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings = environment_with(environment);
  const std::vector<char*> argv = pointers(words), envp = pointers(settings);
  const int out = log_.empty() ? -1 : open_log(log_);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);  // it died before that was set
    ::setpgid(0, 0);                        // Ctrl-C reaches the launcher, which passes it on once
    if (out >= 0) {
      ::dup2(out, STDOUT_FILENO);
      ::dup2(out, STDERR_FILENO);
    }
    ::execve("/proc/self/exe", argv.data(), envp.data());
    ::_exit(127);
  }
  if (out >= 0) ::close(out);
  if (pid_ < 0)
    throw failure("cannot start a worker process: {}", std::generic_category().message(errno));
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : log_(std::move(other.log_)),
      pid_(std::exchange(other.pid_, -1)),
      code_(std::exchange(other.code_, std::nullopt)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  std::swap(log_, other.log_);
  std::swap(pid_, other.pid_);
  std::swap(code_, other.code_);
  return *this;
}

WorkerProcess::~WorkerProcess() {
  if (pid_ < 0 || ended()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<int> WorkerProcess::ended() {
  int status = 0;
  if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return code_;
}

void WorkerProcess::ask_to_stop() {
  if (!ended()) ::kill(pid_, SIGTERM);
}

std::string WorkerProcess::last_line() const {
  constexpr std::streamoff kTail = 2000;
  std::ifstream in(log_, std::ios::binary | std::ios::ate);
  const std::streamoff size = in.tellg();
  in.seekg(std::max<std::streamoff>(0, size - kTail));
  std::string tail((std::istreambuf_iterator<char>(in)), {});
  std::replace(tail.begin(), tail.end(), '\r', '\n');
  const auto end = tail.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const auto start = tail.rfind('\n', end);
  return tail.substr(start == std::string::npos ? 0 : start + 1, end - (start + 1) + 1);
}

}  // namespace myoseg
