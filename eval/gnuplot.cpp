#include "eval/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/files.h"
#include "core/log.h"
#include "core/text.h"

namespace myoseg {
namespace {

// Sizes are those of the page: the PDF has a point and the PNG two pixels per pixel; the cairo
// terminals count 96 dots an inch in their fonts, hence 3/4.
constexpr const char* kTerminals =
    R"(# Draw again with: gnuplot -e "format='svg'" {0}.gp   (svg, pdf or png)
if (!exists("format")) format = "svg"
if (format eq "svg") {{
  set terminal svg size {1},{2} dynamic noenhanced font "Liberation Sans,12" background "#ffffff"
}}
if (format eq "pdf") {{
  set terminal pdfcairo size {3:.4f}in,{4:.4f}in noenhanced font "Liberation Sans,12" fontscale 0.75 linewidth 1
}}
if (format eq "png") {{
  set terminal pngcairo size {5},{6} noenhanced font "Liberation Sans,12" fontscale 1.5 linewidth 2 pointscale 2
}}
set output "{0}." . format
set encoding utf8
set datafile separator "\t"
set datafile missing "NA"
set border 3 linecolor rgb "#8a8f94" linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb "#33383d"
set grid ytics linetype 1 linecolor rgb "#e6e8ea" linewidth 0.6
set key off
)";

// The program's exit status, its words in `words`; -1 with the reason in `words` when it cannot be
// started.
int run_gnuplot(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
                std::string& words) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    words = std::strerror(errno);
    return -1;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    words = error == ENOENT ? "gnuplot is not installed" : std::strerror(error);
    return -1;
  }
  char buffer[512];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR);)
    if (n > 0) words.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::string gnuplot_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : printable(text)) {
    // Between double quotes gnuplot runs what stands in backquotes as a command.
    if (c == '"' || c == '\\' || c == '`') quoted += '\\';
    quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return quoted + '"';
}

bool draw(const std::filesystem::path& folder, const Figure& figure) {
  const int w = figure.width, h = figure.height;
  write_file(folder / (figure.name + ".gp"),
             "# " + one_line(figure.title) + "\n" +
                 fmt::format(kTerminals, figure.name, w, h, w / 72.0, h / 72.0, 2 * w, 2 * h) +
                 figure.script);
  write_file(folder / (figure.name + ".tsv"), figure.data);
  for (const std::string format : {"svg", "pdf", "png"}) {
    std::string words;
    const int status = run_gnuplot(
        folder, {"gnuplot", "-d", "-e", "format='" + format + "'", figure.name + ".gp"}, words);
    if (status == 0) continue;
    for (const std::string drawn : {"svg", "pdf", "png"})
      std::filesystem::remove(folder / (figure.name + "." + drawn));
    log::warn(
        "The figure {} was not drawn: {}. Its script and data are kept; install gnuplot (Debian: "
        "gnuplot-nox) "
        "and run 'gnuplot {}.gp' in {}.",
        figure.name, words.empty() ? fmt::format("gnuplot ended with status {}", status) : words,
        figure.name, folder.string());
    return false;
  }
  return true;
}

}  // namespace myoseg
