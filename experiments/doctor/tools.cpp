// Programs and folders that runs use.
#include <fmt/core.h>
#include <unistd.h>

#include <system_error>

#include "core/program.h"
#include "experiments/doctor/checks.h"

namespace myoseg::doctor {
namespace fs = std::filesystem;
namespace {

constexpr double kGiB = 1 << 30;
constexpr double kLittleRoom = 5;  // GiB

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// The folder itself, or the nearest above it that exists: the one in which it would be made.
fs::path existing(fs::path folder) {
  std::error_code error;
  folder = fs::absolute(folder, error).lexically_normal();
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

}  // namespace

Check check_gnuplot() {
  const auto answer = run_to_end({"gnuplot", "--version"});
  if (answer.status == 0) return {State::good, "gnuplot", first_line(answer.out), ""};
  return {State::missing, "gnuplot", "not found: reports are made without figures",
          "install it (Debian: gnuplot-nox); 'myoseg report RUN' then draws them"};
}

Check check_fonts() {
  const auto answer = run_to_end({"fc-list", ":family=Liberation Sans", "family"});
  if (answer.missing)
    return {State::missing, "fonts", "fc-list not found, so nothing is known of them",
            "install fontconfig and fonts-liberation"};
  if (answer.status == 0 && !answer.out.empty())
    return {State::good, "fonts", "Liberation Sans", ""};
  return {State::missing, "fonts", "Liberation Sans not found: figures look other than in the docs",
          "install it (Debian: fonts-liberation)"};
}

Check check_slurm() {
  const auto version = run_to_end({"squeue", "--version"});
  if (version.missing)
    return {State::absent, "SLURM", "not installed; launcher=serial and launcher=local work", ""};
  const auto answer = run_to_end({"sinfo", "--noheader", "--format", "%P %a %l %D nodes"});
  if (answer.status != 0)
    return {
        State::missing, "SLURM",
        fmt::format("{}, but it does not answer: {}", first_line(version.out),
                    first_line(answer.errors)),
        "launcher=slurm needs its controller; ask whoever keeps the cluster, or set SLURM_CONF"};
  std::string partitions = answer.out.substr(0, answer.out.find_last_not_of('\n') + 1);
  for (std::size_t at = 0; (at = partitions.find('\n', at)) != std::string::npos;)
    partitions.replace(at, 1, ", ");
  return {State::good, "SLURM", fmt::format("{}: {}", first_line(version.out), partitions), ""};
}

Check check_folder(const std::string& name, const fs::path& folder) {
  const fs::path place = existing(folder);
  const std::string where = fs::absolute(folder).lexically_normal().string();
  std::error_code error;
  if (!fs::is_directory(place, error))
    return {State::missing, name, fmt::format("{}: {} is no folder", where, place.string()),
            fmt::format("name another one with runtime.{}=FOLDER", name)};
  if (::access(place.c_str(), W_OK | X_OK) != 0)
    return {State::missing, name, fmt::format("{}: {} cannot be written to", where, place.string()),
            fmt::format("name another one with runtime.{}=FOLDER, or change its rights", name)};
  const fs::space_info room = fs::space(place, error);
  const double free = error ? 0 : static_cast<double>(room.available) / kGiB;
  if (free < kLittleRoom)
    return {State::missing, name, fmt::format("{}: {:.1f} GiB free", where, free),
            fmt::format("make room, or name another folder with runtime.{}=FOLDER", name)};
  return {State::good, name, fmt::format("{}: {:.0f} GiB free", where, free), ""};
}

}  // namespace myoseg::doctor
