#include "eval/draw/page.h"

#include <fmt/core.h>

#include <kainjow/mustache.hpp>

#include "core/text.h"

namespace myoseg {
namespace {

using kainjow::mustache::data;

// {{x}} is escaped text, {{{x}}} markup made by this program.
constexpr const char* kPage = R"page(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>{{{style}}}</style>
</head>
<body>
<main>
<header>
<h1>{{title}}</h1>
<p class="data">{{data}}</p>
{{#paper}}<p class="cite">After {{paper}}</p>
{{/paper}}</header>
{{#has_numbers}}<dl class="numbers">
{{#numbers}}<div><dt>{{name}}</dt><dd>{{value}}{{#spread}} <small>± {{spread}}</small>{{/spread}}</dd><dd class="about">{{about}}</dd></div>
{{/numbers}}</dl>
{{/has_numbers}}
{{{body}}}<section>
<h2>Provenance</h2>
{{{origin}}}{{#config}}<details><summary>Resolved configuration</summary><pre>{{config}}</pre></details>
{{/config}}</section>
</main>
<script>{{{script}}}</script>
</body>
</html>
)page";

}  // namespace

std::string page_markup(const Page& page) {
  data all, numbers(data::type::list);
  for (const PageNumber& number : page.numbers) {
    data d;
    d.set("name", number.name);
    d.set("value", number.value);
    d.set("about", number.about);
    if (!number.spread.empty()) d.set("spread", number.spread);
    numbers << d;
  }
  all.set("title", page.title);
  all.set("style", kPageStyle);
  all.set("script", kPageScript);
  all.set("data", page.data_note);
  if (!page.paper.empty()) all.set("paper", page.paper);
  all.set("has_numbers", !page.numbers.empty());
  all.set("numbers", numbers);
  all.set("body", page.body);
  all.set("origin", list_markup(page.provenance));
  if (!page.config_yaml.empty()) all.set("config", page.config_yaml);
  kainjow::mustache::mustache layout{std::string(kPage)};
  layout.set_custom_escape([](const std::string& text) { return escaped(text); });
  return layout.render(all);
}

std::string escaped(std::string_view text) {
  return kainjow::mustache::html_escape(printable(text));
}

std::string section_markup(std::string_view title, std::string_view markup, bool whole,
                           std::string_view kind) {
  return fmt::format("<section class=\"{}{}{}\">\n<h2>{}</h2>\n{}</section>\n\n", kind,
                     whole && !kind.empty() ? " " : "", whole ? "block" : "", escaped(title),
                     markup);
}

std::string notes_markup(const std::vector<std::string>& notes) {
  if (notes.empty()) return "";
  std::string markup = "<div class=\"notes\">";
  for (const std::string& note : notes) markup += "<p>" + escaped(note) + "</p>\n";
  return markup + "</div>\n";
}

std::string list_markup(const NamedTexts& texts) {
  std::string markup = "<dl class=\"origin\">\n";
  for (const auto& [name, value] : texts)
    markup += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
  return markup + "</dl>\n";
}

}  // namespace myoseg
