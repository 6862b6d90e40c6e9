#include "eval/agreement_page.h"

#include <fmt/core.h>

#include <kainjow/mustache.hpp>

#include "core/files.h"
#include "core/log.h"
#include "eval/agreement_figures.h"
#include "eval/page.h"
#include "eval/report_tables.h"

namespace myoseg {
namespace {

using kainjow::mustache::data;
using statistics::Estimate;
using statistics::Interval;

constexpr const char* kDrawn = "volume_ml";
constexpr std::size_t kMostFigures = 12;
constexpr std::size_t kLongTable = 32;  // rows, from which on a table scrolls

constexpr const char* kSections = R"html(<section>
<h2>Agreement of {{readers}}</h2>
<p class="caption">{{icc_caption}}</p>
<div class="scroll{{#long}} tall{{/long}}"><table>
<thead><tr><th>Quantity</th><th class="name">Region</th><th>n</th><th>{{form}}</th><th>95 % CI</th></tr></thead>
<tbody>
{{#icc}}<tr><td>{{quantity}}</td><td class="name">{{region}}</td><td>{{n}}</td><td title="{{why}}">{{value}}</td><td>{{ci}}</td></tr>
{{/icc}}</tbody>
</table></div>
<p class="caption" style="margin-top:26px">{{pairs_caption}}</p>
<div class="scroll{{#long}} tall{{/long}}"><table>
<thead><tr><th>Quantity</th><th class="name">Region</th>{{#many}}<th class="name">Readers</th>{{/many}}<th>Lin's CCC</th><th>Pearson's r</th><th>Bias</th><th>95 % CI</th><th>Limits of agreement</th><th>p of slope</th></tr></thead>
<tbody>
{{#pairs}}<tr><td>{{quantity}}</td><td class="name">{{region}}</td>{{#many}}<td class="name">{{who}}</td>{{/many}}<td>{{lin}}</td><td>{{r}}</td><td>{{bias}}</td><td>{{bias_ci}}</td><td>{{limits}}</td><td>{{slope_p}}</td></tr>
{{/pairs}}</tbody>
</table></div>
<div class="notes"><p>A dash: not defined; <code>tables/icc.csv</code> and <code>tables/pairs.csv</code> say why and hold all six forms of the ICC and every interval.</p>
<p>Limits of agreement: bias ± 1.96 SD of the differences (Bland &amp; Altman 1986). A small p of slope: the differences change with the size.</p></div>
{{#figures}}<figure class="block" style="margin-top:26px"><div class="scroll chart">{{{svg}}}</div><figcaption>{{caption}}</figcaption></figure>
{{/figures}}{{#figures_note}}<div class="notes"><p>{{figures_note}}</p></div>{{/figures_note}}
</section>
)html";

constexpr const char* kPage = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inter-rater agreement</title>
<style>{{{style}}}</style>
</head>
<body>
<main>
<header>
<h1>Inter-rater agreement</h1>
<p class="data">{{data}}</p>
</header>
<section class="block">
<h2>Overlap and distance</h2>
<p class="caption">Mean ± SD over the cases that have a value; the first reader stands for the prediction, the second for the truth.</p>
<div class="scroll"><table>
<thead><tr>{{#heads}}<th class="{{kind}}">{{name}}</th>{{/heads}}</tr></thead>
<tbody>
{{#rows}}<tr>{{#cells}}<td class="{{kind}}">{{text}}</td>{{/cells}}</tr>
{{/rows}}</tbody>
</table></div>
</section>
{{{sections}}}
<section>
<h2>Provenance</h2>
<dl class="origin">
{{#origin}}<dt>{{name}}</dt><dd>{{value}}</dd>
{{/origin}}</dl>
</section>
</main>
</body>
</html>
)html";

std::string text(const Estimate& estimate, int decimals) {
  return estimate.defined() ? fmt::format("{:.{}f}", estimate.value, decimals) : "–";
}
std::string text(const Interval& interval, int decimals) {
  return interval.defined()
             ? fmt::format("{:.{}f} to {:.{}f}", interval.low, decimals, interval.high, decimals)
             : "–";
}
std::string p_text(const Estimate& p) {
  if (!p.defined()) return "–";
  return p.value < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p.value);
}
// Decimals that show the spread of the differences with three digits.
int decimals_for(const Estimate& sd) {
  if (!sd.defined() || sd.value >= 100) return 1;
  return sd.value >= 1 || sd.value == 0 ? 2 : sd.value >= 0.01 ? 3 : 5;
}

std::string joined_readers(const std::vector<std::string>& readers) {
  std::string all = readers.front();
  for (std::size_t r = 1; r < readers.size(); ++r)
    all += (r + 1 == readers.size() ? " and " : ", ") + readers[r];
  return all;
}

data named(const Agreement& agreement) {
  data row;
  row.set("quantity", quantity_title(agreement.ratings.quantity));
  row.set("region", region_title(agreement.ratings.region));
  row.set("n", std::to_string(agreement.ratings.cases.size()));
  return row;
}

data pair_row(const AgreementReport& report, const Agreement& agreement,
              const PairAgreement& pair) {
  data row = named(agreement);
  const int decimals = decimals_for(pair.limits.sd);
  row.set("many", report.readers.size() > 2);
  row.set("who", report.readers[pair.first] + " − " + report.readers[pair.second]);
  row.set("lin", text(pair.lin.ccc, 3));
  row.set("r", text(pair.pearson.coefficient, 3));
  row.set("bias", text(pair.limits.bias, decimals));
  row.set("bias_ci", text(pair.limits.ci_bias, decimals));
  row.set("limits", pair.limits.lower.defined()
                        ? text(Interval(pair.limits.lower.value, pair.limits.upper.value), decimals)
                        : "–");
  row.set("slope_p", p_text(pair.limits.slope.p));
  return row;
}

}  // namespace

std::string agreement_sections(const AgreementReport& report, const std::filesystem::path& folder) {
  write_file(folder / "tables/icc.csv", to_csv(icc_table(report)));
  write_file(folder / "tables/pairs.csv", to_csv(pairs_table(report)));
  data page, icc(data::type::list), pairs(data::type::list), figures(data::type::list);
  std::size_t drawn = 0, undrawn = 0;
  for (const Agreement& agreement : report.agreements) {
    data row = named(agreement);
    const statistics::IccEstimate& estimate = agreement.icc[report.form];
    row.set("value", text(estimate.value, 3));
    row.set("why", estimate.value.reason);
    row.set("ci", text(estimate.ci, 3));
    icc << row;
    for (const PairAgreement& pair : agreement.pairs) {
      pairs << pair_row(report, agreement, pair);
      if (agreement.ratings.quantity != kDrawn) continue;
      if (drawn == kMostFigures) {
        ++undrawn;
        continue;
      }
      const Figure figure = agreement_figure(report, agreement, pair);
      data d;
      d.set("caption", figure.caption);
      d.set("svg", figure.script.empty() ? "" : figure_markup(folder / "figures", figure));
      if (!figure.script.empty()) ++drawn;
      figures << d;
    }
  }
  page.set("readers", joined_readers(report.readers));
  page.set("form", std::string(icc_name(report.form)));
  page.set("many", report.readers.size() > 2);
  page.set("icc_caption",
           fmt::format("{} over the cases in which every reader has a value; a region that no "
                       "reader has in a case is no measurement.",
                       icc_name(report.form)));
  page.set("pairs_caption",
           report.readers.size() > 2
               ? std::string("Every pair of readers; differences are the first minus the second.")
               : fmt::format("Differences are {} minus {}.", report.readers.front(),
                             report.readers.back()));
  page.set("long", report.agreements.size() > kLongTable);
  page.set("icc", icc);
  page.set("pairs", pairs);
  page.set("figures", figures);
  if (undrawn > 0)
    page.set("figures_note",
             fmt::format("{} more are in tables/pairs.csv and not drawn.", undrawn));
  kainjow::mustache::mustache layout{std::string(kSections)};
  return layout.render(page);
}

Table overlap_table(const AgreementPage& page) {
  Table table;
  table.columns = {"readers", "region", "n"};
  for (const std::string& metric : page.shown)
    table.columns.push_back(find_metric(metric).header());
  std::vector<std::string> runs;
  for (const Score& score : page.scores)
    if (runs.empty() || runs.back() != score.run) runs.push_back(score.run);
  for (const std::string& run : runs) {
    std::vector<Score> of_run;
    for (const Score& score : page.scores)
      if (score.run == run) of_run.push_back(score);
    const std::vector<Summary> summaries = summarise(of_run);
    std::vector<std::string> row;
    for (const Summary& summary : summaries) {
      if (summary.metric != page.shown.front()) continue;
      row = {run, region_title(summary.region), std::to_string(summary.n)};
      for (const std::string& metric : page.shown) {
        const Summary* found = find_summary(summaries, summary.region, summary.stage, metric);
        row.push_back(found == nullptr ? "–" : mean_and_sd(found->mean, found->sd));
      }
      table.rows.push_back(row);
    }
  }
  return table;
}

void write_agreement_page(const AgreementPage& input) {
  const Table overlaps = overlap_table(input);
  write_file(input.folder / "tables/overlap.csv", to_csv(overlaps));
  data page, heads(data::type::list), rows(data::type::list), origin(data::type::list);
  const auto kind = [](std::size_t c) { return std::string(c < 2 ? "name" : ""); };
  for (std::size_t c = 0; c < overlaps.columns.size(); ++c) {
    data d;
    d.set("kind", kind(c));
    d.set("name", c < 2 ? region_title(overlaps.columns[c]) : overlaps.columns[c]);
    heads << d;
  }
  for (const auto& cells : overlaps.rows) {
    data row, list(data::type::list);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      data d;
      d.set("kind", kind(c));
      d.set("text", cells[c]);
      list << d;
    }
    row.set("cells", list);
    rows << row;
  }
  for (const auto& [name, value] : input.provenance) {
    data d;
    d.set("name", name);
    d.set("value", value);
    origin << d;
  }
  page.set("style", kPageStyle);
  page.set("data", input.data_note);
  page.set("heads", heads);
  page.set("rows", rows);
  page.set("sections", agreement_sections(input.agreement, input.folder));
  page.set("origin", origin);
  kainjow::mustache::mustache layout{std::string(kPage)};
  write_file(input.folder / "report.html", layout.render(page));
  log::info("Report: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
