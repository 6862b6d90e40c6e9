// The run's report from its scores alone: tables, figures and one self-contained page.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.h"
#include "core/fields/fields.h"
#include "core/table/table.h"
#include "data/dataset/dataset.h"
#include "eval/draw/table_text.h"
#include "eval/measure/scores.h"
#include "eval/report/paper_values.h"

namespace myoseg {

// Of a case: the axial and the coronal plane with the most labelled voxels, the labels' surfaces
// from the front.
enum class View { axial, coronal, surface };
constexpr std::array<std::string_view, 3> choice_names(View) {
  return {"axial", "coronal", "surface"};
}

struct ReportOptions {
  std::string title = "Cross-validation";
  std::string paper = "";  // citation
  std::vector<std::string> metrics{"dice", "hamming_similarity",
                                   "jaccard"};  // columns of the main table
  std::vector<std::string> regions;  // rows, in order; empty: unions first, then the labels
  std::vector<PaperValue> paper_values;
  std::vector<std::string> notes;  // remarks on the paper's numbers, printed under the main table
  std::string headline = "dice";   // metric of the violin plot and of best/median/worst
  std::string headline_region =
      "combined";  // region that ranks the cases; absent: mean of all regions
  std::vector<std::string> agreement{"volume_ml"};  // columns of quantities.csv that are compared
  std::vector<View> views{View::axial};             // rows of a case's picture
  // Of these pictures, black and white; none: each scan's least and largest value.
  std::optional<std::array<double, 2>> window_hu{{-160, 240}};
  int case_overlays = 24;  // single cases whose picture is in the page, see shown_cases()
};
void describe(Fields& f, ReportOptions& o);

// What the report is made of; everything comes from the run's folder.
struct ReportInput {
  std::filesystem::path folder;  // report.html, tables/ and figures/ go here
  std::string data_note;         // "virtual cohort l3, 40 subjects" or the data set's name
  std::vector<Score> scores;
  std::vector<Region> regions;
  LabelSet labels;
  std::map<std::string, std::string> patients;  // of cases; a case without one is its own patient
  // Per case: scan, truth and prediction files, for the pictures of best, median and worst.
  struct CaseFiles {
    std::filesystem::path scan, truth, prediction;
    LabelMerge merge = {};  // of the truth's values
  };
  std::map<std::string, CaseFiles> files;
  std::string model;     // name of the run's network; empty: not known
  std::string no_files;  // a sentence that says why cases that have files are not in `files`
  struct LearningCurve {
    std::string name;  // "fold 0"; of an ensemble's member "fold 0, manet"
    Table log;
  };
  std::vector<LearningCurve> learning_curves;
  std::vector<std::pair<std::string, std::string>> provenance;  // name, value
  std::string config_yaml;
  std::string sections;  // markup after the statistics: agreement_sections(), study_sections()
};

// Made of the two by report_contents() in eval/report/contents.h.
struct ReportContents;

// The main table ("Table I") with one row per region: mean±SD of each metric and the volume
// correlation, the paper's value beside each.
[[nodiscard]] Table main_table(const ReportContents& contents);

// Writes everything; figures that gnuplot cannot draw here keep their script and data, with a
// warning.
void write_report(const ReportContents& contents);

}  // namespace myoseg
