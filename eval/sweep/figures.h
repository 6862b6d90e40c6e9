// The figures of a sweep's report. Each is drawn over the runs that have a headline score. One
// that would say nothing has an empty script; its caption then is the sentence why.
#pragma once

#include "eval/draw/gnuplot.h"
#include "eval/sweep/contents.h"

namespace myoseg {

// One panel a setting: the mean headline score of each of its values over everything else that was
// swept, with the single runs.
[[nodiscard]] Figure main_effects_figure(const SweepContents& contents);

// One axis a setting and one for the headline score; a run is a line through its values
// (Inselberg 1985, The plane with parallel coordinates).
[[nodiscard]] Figure parallel_figure(const SweepContents& contents);

// Headline score against the seconds of all jobs; marked are the runs that no other beats in both.
[[nodiscard]] Figure cost_figure(const SweepContents& contents);

}  // namespace myoseg
