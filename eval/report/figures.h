// The report's figures: what is computed here, drawn by gnuplot or as pictures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "eval/draw/gnuplot.h"
#include "eval/report/notices.h"

namespace myoseg {

// Distribution of the headline metric per region: density, every case, mean and SD (Kreher et al.
// 2022, Figure 2).
[[nodiscard]] Figure violin_figure(const ReportContents& contents);

// Training loss, validation score and learning rate against the epoch, one line a fold; panels
// whose column no log has are left out. An empty script when no panel is left.
[[nodiscard]] Figure curves_figure(const ReportInput& input);

// Slice, ground truth and prediction side by side (Kreher et al. 2022, Figure 1), a row a view, by
// the case's name in `folder`/cases, and those with a rank also as `folder`/case_RANK.png.
struct CasePicture {
  Shown shown;
  std::vector<View> views;           // that it shows, from above
  std::int64_t slice = 0;            // z of the axial view, from 0
  std::int64_t coronal = 0;          // y of the coronal one
  std::vector<std::uint8_t> labels;  // values that are seen
  std::filesystem::path png;
  std::filesystem::path small;  // truth and prediction only, in a fifth of the bytes
  std::string missing;          // why there is no picture
};
// Of a case whose files are not there, the picture that an earlier report kept.
[[nodiscard]] std::vector<CasePicture> case_pictures(const ReportInput& input,
                                                     const ReportOptions& options,
                                                     const std::vector<Shown>& shown,
                                                     const std::filesystem::path& folder);

// "#rrggbb": a label's display colour; grey for a union.
[[nodiscard]] std::string region_colour(const ReportInput& input, std::string_view region);

}  // namespace myoseg
