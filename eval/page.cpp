#include "eval/page.h"

#include <kainjow/mustache.hpp>

#include "core/files.h"

namespace myoseg {
namespace {

// gnuplot's SVG as a part of a page: only the element itself, with ids that no other figure has.
std::string inline_svg(const std::filesystem::path& file, const Figure& figure) {
  std::string svg = read_file(file);
  const auto start = svg.find("<svg");
  if (start == std::string::npos) return "";
  svg.erase(0, start);
  const auto replace_all = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = svg.find(from, at)) != std::string::npos; at += to.size())
      svg.replace(at, from.size(), to);
  };
  for (const std::string quote : {"'", "\""}) {
    replace_all("id=" + quote + "gp", "id=" + quote + figure.name + "_gp");
    replace_all("id=" + quote + "gnuplot", "id=" + quote + figure.name + "_gnuplot");
    replace_all("href=" + quote + "#gp", "href=" + quote + "#" + figure.name + "_gp");
  }
  replace_all("url(#gp", "url(#" + figure.name + "_gp");
  replace_all("<title>Gnuplot</title>",
              "<title>" + kainjow::mustache::html_escape(figure.title) + "</title>");
  replace_all("font-family=\"Liberation Sans\"",
              "font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\"");
  return svg;
}

}  // namespace

std::string figure_markup(const std::filesystem::path& folder, const Figure& figure) {
  if (draw(folder, figure)) return inline_svg(folder / (figure.name + ".svg"), figure);
  return "<p class=\"fine\">Not drawn here because gnuplot is missing or failed; its script and "
         "data "
         "are in the folder <code>figures</code>.</p>";
}

}  // namespace myoseg
