// The single cases of a report: a table of all, and of each its scores, findings and picture.
#pragma once

#include <string>
#include <vector>

#include "eval/report/figures.h"

namespace myoseg {

// A picture of a case as it is in the page.
struct EmbeddedPicture {
  CasePicture picture;
  std::string uri;  // data: of the image; empty where there is none
};

// The labels that the pictures show, with their colours.
[[nodiscard]] std::string key_markup(const ReportInput& input,
                                     const std::vector<EmbeddedPicture>& pictures);

// "slice 12", "slice 12, plane 80, surface": what a picture's rows are.
[[nodiscard]] std::string views_text(const CasePicture& picture);
// What the rows of such a picture show, as a clause.
[[nodiscard]] std::string views_note(const CasePicture& picture, const ReportOptions& options);

// Two sections' markup: the table, whose cases lead to their sheets, and the sheets, closed until
// asked for.
[[nodiscard]] std::string cases_markup(const ReportContents& contents,
                                       const std::vector<Notice>& notices,
                                       const std::vector<EmbeddedPicture>& pictures);

}  // namespace myoseg
