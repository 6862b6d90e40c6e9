#include "data/io/itk/child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <mutex>
#include <span>

#include "core/error.h"

namespace myoseg {
namespace {

constexpr unsigned kSecondsOfSilence = 120;
constexpr int kSecondsOfWork = 30;
constexpr const char* kNoMemory =
    ": takes more memory to read than a scan of its size needs; a file is damaged";
// Beside the image: what a decoder takes for a frame of the largest size that is read.
constexpr std::size_t kDecoderMemory = std::size_t{6} << 30;

// Children that are waited for; more than these are not ended early.
std::array<std::atomic<pid_t>, 256> g_children{};
std::atomic<bool> g_ended = false;
static_assert(std::atomic<pid_t>::is_always_lock_free, "a signal handler uses it");

// A child's place among them while it lives.
class Listed {
 public:
  explicit Listed(pid_t child) {
    for (auto& place : g_children) {
      pid_t none = 0;
      if (!place.compare_exchange_strong(none, child)) continue;
      place_ = &place;
      break;
    }
    if (g_ended) ::kill(child, SIGKILL);  // the signal came before the child had its place
  }
  ~Listed() {
    if (place_ != nullptr) place_->store(0);
  }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  std::atomic<pid_t>* place_ = nullptr;
};

// What the child leaves in the shared file: this, then the voxels or the sentence of its Error.
struct Header {
  bool complete = false;
  bool failed = false;
  ExitCode code = ExitCode::bad_data;
  std::size_t bytes = 0;
  Geometry geometry;
  int channels = 1;
};

// An anonymous file that both processes see; it vanishes with its last descriptor.
class SharedFile {
 public:
  SharedFile() : fd_(::memfd_create("myoseg", MFD_CLOEXEC)) {
    if (fd_ < 0) throw failure("cannot make a memory file: {}", std::strerror(errno));
  }
  ~SharedFile() { ::close(fd_); }
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;

  bool write(const void* data, std::size_t size, std::size_t at) const {
    const char* from = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t n = ::pwrite(fd_, from, size, static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      from += n, at += static_cast<std::size_t>(n), size -= static_cast<std::size_t>(n);
    }
    return true;
  }
  bool read(void* data, std::size_t size, std::size_t at) const {
    char* to = static_cast<char*>(data);
    while (size > 0) {
      const ssize_t n = ::pread(fd_, to, size, static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      to += n, at += static_cast<std::size_t>(n), size -= static_cast<std::size_t>(n);
    }
    return true;
  }
  [[nodiscard]] std::size_t size() const {
    struct stat status {};
    return ::fstat(fd_, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
  }
  // What this process prints goes into the file from now on.
  void take_output() const {
    ::dup2(fd_, STDOUT_FILENO);
    ::dup2(fd_, STDERR_FILENO);
  }

 private:
  int fd_;
};

void leave(const SharedFile& file, Header header, std::span<const std::byte> payload) {
  header.bytes = payload.size();
  header.complete = file.write(payload.data(), payload.size(), sizeof header);
  file.write(&header, sizeof header, 0);
}

void leave_error(const SharedFile& file, ExitCode code, const std::string& sentence) {
  Header header;
  header.failed = true;
  header.code = code;
  leave(file, header, std::as_bytes(std::span(sentence)));
}

// A decoder that runs without end is stopped even where the processor is shared by many.
void limit_time() {
  ::alarm(kSecondsOfSilence);
  const itimerval busy{{0, 0}, {kSecondsOfWork, 0}};
  ::setitimer(ITIMER_PROF, &busy, nullptr);
}

template <class T>
[[noreturn]] void run_child(const SharedFile& file, const std::string& subject,
                            const ChildWork<T>& read) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGINT, SIG_IGN);  // a terminal sends it to both; the parent decides
  const SharedFile printed;
  printed.take_output();
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  for (const int signal : {SIGALRM, SIGPROF, SIGABRT, SIGSEGV, SIGBUS, SIGFPE})
    ::signal(signal, SIG_DFL);
  limit_time();
  limit_memory(0);
  const Checkpoint checkpoint = [&printed, seen = std::size_t{0}]() mutable {
    limit_time();
    std::string text(printed.size() - seen, ' ');
    printed.read(text.data(), text.size(), seen);
    seen += text.size();
    return text;
  };
  try {
    const Volume<T> image = read(checkpoint);
    Header header;
    header.geometry = image.geometry;
    header.channels = image.channels;
    leave(file, header, std::as_bytes(std::span(image.voxels)));
  } catch (const Error& error) {
    leave_error(file, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    leave_error(file, ExitCode::bad_data, subject + kNoMemory);
  } catch (const std::exception& error) {
    leave_error(file, ExitCode::failed, error.what());
  }
  ::_exit(0);  // the parent's exit handlers are not the child's to run
}

int wait_for(pid_t child) {
  {
    const Listed listed(child);  // until it has ended, but its number is still its own
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) < 0 &&
           errno == EINTR) {
    }
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw failure("lost a child process: {}", std::strerror(errno));
  return status;
}

}  // namespace

void end_children() noexcept {
  g_ended = true;
  const int before = errno;
  for (const auto& place : g_children)
    if (const pid_t child = place.load(); child > 0) ::kill(child, SIGKILL);
  errno = before;
}

std::shared_mutex& library_mutex() {
  static std::shared_mutex mutex;
  return mutex;
}

void limit_memory(std::size_t bytes) {
  std::size_t pages = 0;  // of address space that the program has already
  std::ifstream("/proc/self/statm") >> pages;
  const std::size_t now = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  rlimit limit{};
  if (pages == 0 || ::getrlimit(RLIMIT_AS, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(now + bytes + kDecoderMemory, limit.rlim_max);
  ::setrlimit(RLIMIT_AS, &limit);
}

namespace {

// What is wrong with a child that a signal ended.
[[noreturn]] void throw_ended(const std::string& subject, int signal) {
  if (g_ended) throw failure("{}: reading it was interrupted", subject);
  if (signal == SIGKILL)
    throw failure("{}: reading it was ended from outside, is memory full?", subject);
  if (signal == SIGALRM || signal == SIGPROF)
    throw data_error(
        "{}: gave up after {} s without progress in one file; a file is damaged or the "
        "disk does not answer",
        subject, signal == SIGALRM ? static_cast<int>(kSecondsOfSilence) : kSecondsOfWork);
  throw data_error("{}: a file is so damaged that the decoder crashed ({}); export the scan again",
                   subject, ::strsignal(signal));
}

}  // namespace

template <class T>
Volume<T> read_in_child(const std::string& subject,
                        const std::type_identity_t<ChildWork<T>>& read) {
  const SharedFile file;
  pid_t child = -1;
  {
    const std::unique_lock alone(library_mutex());
    child = ::fork();
    if (child == 0) run_child<T>(file, subject, read);
  }
  if (child < 0)
    throw failure("cannot start a process to read {}: {}", subject, std::strerror(errno));
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) throw_ended(subject, WTERMSIG(status));
  Header header;
  if (!file.read(&header, sizeof header, 0) || !header.complete)
    throw failure("{}: could not be handed over, is memory full?", subject);
  if (header.failed) {
    std::string sentence(header.bytes, ' ');
    file.read(sentence.data(), header.bytes, sizeof header);
    throw Error(header.code, sentence);
  }
  Volume<T> image;
  image.geometry = header.geometry;
  image.channels = header.channels;
  image.voxels.resize(header.bytes / sizeof(T));
  file.read(image.voxels.data(), header.bytes, sizeof header);
  return image;
}

template Volume<float> read_in_child<float>(const std::string&, const ChildWork<float>&);
template Volume<std::uint8_t> read_in_child<std::uint8_t>(const std::string&,
                                                          const ChildWork<std::uint8_t>&);

}  // namespace myoseg
