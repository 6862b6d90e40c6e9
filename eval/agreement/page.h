// The agreement of readers on a page: tables and figures, alone or as a part of a report.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "eval/agreement/agreement.h"
#include "eval/measure/scores.h"

namespace myoseg {

// Writes tables/icc, tables/pairs (.csv, .md, .tex) and the figures of every region's volume into
// `folder`; gives the sections of a page that show them.
[[nodiscard]] std::string agreement_sections(const AgreementReport& report,
                                             const std::filesystem::path& folder);

// What is on the page of readers as equals.
struct AgreementPage {
  std::filesystem::path folder;    // report.html, tables/ and figures/ go here
  std::string data_note;           // whose masks of how many cases
  std::vector<Score> scores;       // run: "FIRST against SECOND"
  std::vector<std::string> shown;  // metrics of the table of overlaps
  AgreementReport agreement;
  std::vector<std::pair<std::string, std::string>> provenance;  // name, value
};
// Mean ± SD of the shown metrics, one row a pair of readers and region.
[[nodiscard]] Table overlap_table(const AgreementPage& page);
void write_agreement_page(const AgreementPage& page);

}  // namespace myoseg
