// Figures of a page.
#include <fmt/core.h>

#include <algorithm>

#include "core/files.h"
#include "eval/draw/page.h"

namespace myoseg {
namespace {

constexpr int kWidest = 960;  // px: the page's own width
constexpr const char* kNotDrawn =
    "<p class=\"fine\">Not drawn here because gnuplot is missing or failed; its script and data "
    "are in the folder <code>figures</code>.</p>";

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
  replace_all("<title>Gnuplot</title>", "<title>" + escaped(figure.title) + "</title>");
  replace_all("font-family=\"Liberation Sans\"",
              "font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\"");
  return svg;
}

}  // namespace

PageChart page_chart(std::string title, const std::filesystem::path& folder, const Figure& figure) {
  PageChart chart{std::move(title), "", figure.caption, figure.width};
  if (figure.script.empty()) return chart;
  chart.markup =
      draw(folder, figure) ? inline_svg(folder / (figure.name + ".svg"), figure) : kNotDrawn;
  return chart;
}

std::string figure_markup(const PageChart& chart, int number) {
  if (chart.markup.empty())
    return "<p class=\"fine\">Left out. " + escaped(chart.caption) + "</p>\n";
  // Letters stay readable on a narrow page: from some width on the figure scrolls.
  return fmt::format(
      "<figure><div class=\"scroll chart\" style=\"max-width:{}px; --least:{}px\">{}</div>\n"
      "<figcaption>{}{}</figcaption></figure>\n",
      std::min(chart.width, kWidest), 4 * chart.width / 5, chart.markup,
      number > 0 ? fmt::format("<b>Figure {}.</b> ", number) : "", escaped(chart.caption));
}

std::string charts_markup(const std::vector<PageChart>& charts, int first) {
  std::string markup;
  for (const PageChart& chart : charts)
    markup +=
        section_markup(chart.title, figure_markup(chart, chart.markup.empty() ? 0 : first++), true);
  return markup;
}

}  // namespace myoseg
