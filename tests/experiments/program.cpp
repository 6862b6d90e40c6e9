#include "tests/experiments/program.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace myoseg::testing {

namespace {

// The program started, with the end of a pipe that its output comes out of.
struct Started {
  pid_t process = -1;
  int output = -1;
};

Started start(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
              int limit_kib) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    if (limit_kib > 0) {
      const rlimit limit{static_cast<rlim_t>(limit_kib) * 1024,
                         static_cast<rlim_t>(limit_kib) * 1024};
      setrlimit(RLIMIT_FSIZE, &limit);
      std::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
    }
    std::vector<char*> argv{const_cast<char*>("myoseg")};
    for (const std::string& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    setenv("GOMP_SPINCOUNT", "10000", 0);  // else the program sets it and starts itself once more
    if (chdir(folder.c_str()) == 0) execv(MYOSEG_PROGRAM, argv.data());
    _exit(127);
  }
  close(ends[1]);
  return {child, ends[0]};
}

std::string read_all(const Started& started) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(started.output, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  close(started.output);
  return text;
}

int exit_code(const Started& started) {
  int status = 0;
  waitpid(started.process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome run_program(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
                    int limit_kib) {
  const Started started = start(folder, arguments, limit_kib);
  std::string text = read_all(started);
  return {exit_code(started), std::move(text)};
}

Outcome run_and_kill(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
                     double seconds) {
  const Started started = start(folder, arguments, 0);
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    kill(started.process, SIGKILL);
  });
  std::string text = read_all(started);
  killer.join();  // before the process is waited for: its number is its own until then
  return {exit_code(started), std::move(text)};
}

}  // namespace myoseg::testing
