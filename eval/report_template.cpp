#include "eval/report_page.h"

namespace myoseg {

// {{x}} is escaped text, {{{x}}} markup made by this program (style, script, SVG, data: URIs).
const char* const kReportTemplate = R"page(<!DOCTYPE html>
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
{{#paper}}<p class="cite">After {{paper}}</p>{{/paper}}
</header>
<dl class="numbers">
{{#numbers}}<div><dt>{{name}}</dt><dd>{{value}}{{#spread}} <small>± {{spread}}</small>{{/spread}}</dd><dd class="about">{{about}}</dd></div>
{{/numbers}}</dl>

<section class="block">
<h2>Segmentation accuracy</h2>
<p class="caption"><b>Table I.</b> {{table_caption}}</p>
<div class="scroll"><table>
<thead>
<tr><th rowspan="2" class="text">Region</th><th rowspan="2">n</th><th rowspan="2">Missed</th>{{#metrics}}<th class="group" colspan="{{span}}">{{title}}</th>{{/metrics}}</tr>
<tr>{{#metrics}}<th class="sub">{{source}}</th>{{#has_paper}}<th class="sub paper">paper</th>{{/has_paper}}{{/metrics}}</tr>
</thead>
<tbody>
{{#rows}}<tr><td>{{region}}</td><td>{{n}}</td><td{{#worry}} class="worry"{{/worry}}>{{missed}}</td>{{#cells}}<td{{#is_paper}} class="paper"{{/is_paper}}>{{text}}</td>{{/cells}}</tr>
{{/rows}}</tbody>
</table></div>
<div class="notes">{{#notes}}<p>{{.}}</p>{{/notes}}</div>
</section>

{{#has_notices}}<section class="block">
<h2>What to look at</h2>
<div class="scroll"><table>
<thead><tr><th class="text">Finding</th><th class="text">Case</th><th>Fold</th><th class="text">Details</th></tr></thead>
<tbody>
{{#notices}}<tr><td>{{kind}}</td><td class="text">{{case}}</td><td>{{fold}}</td><td class="text">{{details}}</td></tr>
{{/notices}}</tbody>
</table></div>
<div class="notes"><p>{{notices_note}}</p></div>
</section>
{{/has_notices}}{{^has_notices}}<section><h2>What to look at</h2><p class="fine">No missed or false structure and no outlier.</p></section>
{{/has_notices}}
<section class="block">
<h2>Distribution over cases</h2>
<figure><div class="scroll chart">{{{violin}}}</div>
<figcaption><b>Figure 1.</b> {{violin_caption}}</figcaption></figure>
</section>

{{#has_cases}}<section>
<h2>Best, median and worst case</h2>
<ul class="key">{{#key}}<li><i style="background:{{colour}}"></i>{{name}}</li>{{/key}}</ul>
<div class="panels"><span>Slice</span><span>Ground truth</span><span>Prediction</span></div>
{{#cases}}<figure class="case"><img alt="{{alt}}" src="{{{png}}}">
<figcaption><b>{{rank}}</b> · {{caption}}</figcaption></figure>
{{/cases}}<div class="notes"><p><b>Figure 2.</b> {{cases_note}}</p></div>
</section>
{{/has_cases}}
{{#has_stages}}<section class="block">
<h2>Effect of post-processing</h2>
<p class="caption"><b>Table II.</b> {{stages_caption}}</p>
<div class="scroll"><table>
<thead><tr><th class="text">Region</th><th>n</th><th>As predicted</th><th>After post-processing</th><th>Mean change</th></tr></thead>
<tbody>
{{#stages}}<tr><td>{{region}}</td><td>{{n}}</td><td>{{raw}}</td><td>{{final}}</td><td>{{change}}</td></tr>
{{/stages}}</tbody>
</table></div>
</section>
{{/has_stages}}
{{#has_curves}}<section class="block">
<h2>Training</h2>
<figure><div class="scroll chart">{{{curves}}}</div>
<figcaption><b>Figure {{curves_number}}.</b> {{curves_caption}}</figcaption></figure>
</section>
{{/has_curves}}
{{{sections}}}<section>
<h2>Every case</h2>
<p class="caption">{{cases_caption}}</p>
<div class="scroll tall"><table class="sortable">
<thead><tr>{{#columns}}<th{{#text}} class="text"{{/text}}><button class="sort" type="button">{{name}}</button></th>{{/columns}}</tr></thead>
<tbody>
{{#every}}<tr><td>{{case}}</td><td>{{fold}}</td>{{#values}}<td{{#worry}} class="worry"{{/worry}} data-v="{{exact}}">{{text}}</td>{{/values}}</tr>
{{/every}}</tbody>
</table></div>
</section>

<section>
<h2>Provenance</h2>
<dl class="origin">
{{#origin}}<dt>{{name}}</dt><dd>{{value}}</dd>
{{/origin}}</dl>
{{#config}}<details><summary>Resolved configuration</summary><pre>{{config}}</pre></details>{{/config}}
</section>
</main>
<script>{{{sort_script}}}</script>
</body>
</html>
)page";

}  // namespace myoseg
