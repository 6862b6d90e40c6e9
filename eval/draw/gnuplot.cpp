#include "eval/draw/gnuplot.h"

#include <set>
#include <vector>

#include "core/files.h"
#include "core/log.h"
#include "core/program.h"
#include "core/text.h"
#include "eval/draw/fonts.h"

namespace myoseg {
namespace fs = std::filesystem;
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

bool draw_format(const fs::path& folder, const Figure& figure, const std::string& script,
                 const std::string& format) {
  const ProgramOutput gnuplot =
      run_to_end({"gnuplot", "-d", "-e", "format='" + format + "'", script}, folder);
  const int status = gnuplot.status;
  if (status == 0) return true;
  const std::string words = gnuplot.missing ? "gnuplot is not installed" : gnuplot.errors;
  for (const std::string drawn : {"svg", "pdf", "png"})
    fs::remove(folder / (figure.name + "." + drawn));
  log::warn(
      "The figure {} was not drawn: {}. Its script and data are kept; {}run 'gnuplot {}.gp' in {}.",
      figure.name, words.empty() ? fmt::format("gnuplot ended with status {}", status) : words,
      status == -1 ? "install gnuplot (Debian: gnuplot-nox) and " : "correct the script and ",
      figure.name, folder.string());
  return false;
}

// Figures of one report lack the same letters.
void tell_once(const std::string& missing) {
  static std::set<std::string> told;
  if (told.insert(missing).second)
    log::warn(
        "No font of this machine has the letters {}: PDF and PNG figures show '?' for them; "
        "install "
        "one that does (Debian: fonts-noto-cjk, fonts-noto-core)",
        missing);
}

// A PDF and a PNG hold the letters that this machine draws; for an SVG a browser finds others.
bool draw_fixed_letters(const fs::path& folder, const Figure& figure, const std::string& script) {
  const Drawable drawable = with_drawable_letters(script);
  std::string name = figure.name + ".gp";
  if (!drawable.missing.empty()) {
    tell_once(drawable.missing);
    name = figure.name + ".letters.gp";
    write_file(folder / name, drawable.text);
  }
  const bool drawn =
      draw_format(folder, figure, name, "pdf") && draw_format(folder, figure, name, "png");
  if (!drawable.missing.empty()) fs::remove(folder / name);
  return drawn;
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
  // In quotes, because a backslash at the end of a comment joins the next line to it.
  const std::string script =
      "# " + gnuplot_text(one_line(figure.title)) + "\n" +
      fmt::format(kTerminals, figure.name, w, h, w / 72.0, h / 72.0, 2 * w, 2 * h) +
      fmt::format("data = {}\n", gnuplot_text(figure.name + ".tsv")) + figure.script;
  write_file(folder / (figure.name + ".gp"), script);
  write_file(folder / (figure.name + ".tsv"), figure.data);
  return draw_format(folder, figure, figure.name + ".gp", "svg") &&
         draw_fixed_letters(folder, figure, script);
}

}  // namespace myoseg
