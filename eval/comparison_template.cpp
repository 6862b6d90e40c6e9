#include "eval/comparison_page.h"

namespace myoseg {

// {{x}} is escaped text, {{{x}}} markup made by this program (style, script, SVG).
const char* const kComparisonTemplate = R"page(<!DOCTYPE html>
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
</header>
<dl class="numbers">
{{#numbers}}<div><dt>{{name}}</dt><dd>{{value}}</dd><dd class="about">{{about}}</dd></div>
{{/numbers}}</dl>

{{#tables}}<section>
<h2>{{title}}</h2>
<div class="scroll tall"><table class="sortable">
<thead><tr>{{#columns}}<th{{#text}} class="name"{{/text}}><button class="sort" type="button">{{name}}</button></th>{{/columns}}</tr></thead>
<tbody>
{{#rows}}<tr>{{#cells}}<td{{#class}} class="{{class}}"{{/class}} data-v="{{exact}}">{{text}}</td>{{/cells}}</tr>
{{/rows}}</tbody>
</table></div>
</section>
{{/tables}}
<section>
<div class="notes">{{#notes}}<p>{{.}}</p>
{{/notes}}</div>
</section>
{{#charts}}<section class="block">
<h2>{{title}}</h2>
{{#markup}}<figure><div class="scroll chart" style="max-width:{{width}}px; --least:{{least}}px">{{{markup}}}</div>
<figcaption><b>Figure {{number}}.</b> {{caption}}</figcaption></figure>{{/markup}}
{{^markup}}<p class="fine">Left out. {{caption}}</p>{{/markup}}
</section>
{{/charts}}
<section>
<h2>Runs</h2>
<dl class="origin">
{{#runs}}<dt>{{name}}</dt><dd>{{value}}</dd>
{{/runs}}</dl>
<h2>Provenance</h2>
<dl class="origin">
{{#origin}}<dt>{{name}}</dt><dd>{{value}}</dd>
{{/origin}}</dl>
</section>
</main>
<script>{{{sort_script}}}</script>
</body>
</html>
)page";

}  // namespace myoseg
