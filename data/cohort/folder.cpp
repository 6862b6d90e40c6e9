#include "data/cohort/folder.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/table/table.h"
#include "data/io/formats/nifti_write.h"

namespace myoseg::cohort {
namespace fs = std::filesystem;
namespace {

// Written first: says what the folder is going to be. dataset.json is written last: without it no
// reader takes the folder for a data set.
constexpr const char* kStamp = "cohort.yaml";

std::string case_name(const FolderPlan& plan, int number) {
  return fmt::format("{}_{:04}", plan.prefix, number);
}

std::string label_folder(int reader) {
  return reader == 0 ? "labelsTr" : fmt::format("labelsTr_reader{}", reader + 1);
}

bool is_complete(const fs::path& out, const FolderPlan& plan) {
  if (!fs::exists(out / "dataset.json") || !fs::exists(out / "cases.csv")) return false;
  for (int number = plan.first; number < plan.first + plan.subjects; ++number) {
    const std::string name = case_name(plan, number);
    if (!fs::exists(out / "imagesTr" / (name + "_0000.nii.gz"))) return false;
    for (int reader = 0; reader < plan.readers; ++reader)
      if (!fs::exists(out / label_folder(reader) / (name + ".nii.gz"))) return false;
  }
  return true;
}

// True when there is nothing left to do.
bool claim(const fs::path& out, const FolderPlan& plan) {
  if (fs::exists(out) && !fs::is_directory(out))
    throw usage_error("cannot make the cohort {} in {}: it is a file; give a folder", plan.cohort,
                      out.string());
  const std::string stamp = to_yaml(plan.settings);
  if (fs::exists(out / kStamp)) {
    if (read_file(out / kStamp) != stamp)
      throw usage_error(
          "cannot make the cohort {} in {}: {} there shows another cohort or other settings; give "
          "another folder, or delete this one",
          plan.cohort, out.string(), kStamp);
    if (is_complete(out, plan)) return true;
    fs::remove(out / "dataset.json");
    return false;
  }
  if (fs::exists(out) && !fs::is_empty(out))
    throw usage_error(
        "cannot make the cohort {} in {}: the folder holds other files (such as '{}'); give an "
        "empty or new folder",
        plan.cohort, out.string(), fs::directory_iterator(out)->path().filename().string());
  write_file(out / kStamp, stamp);
  return false;
}

std::string dataset_json(const FolderPlan& plan) {
  nlohmann::ordered_json json;
  json["name"] = plan.name;
  json["description"] = plan.description;
  json["channel_names"]["0"] = "CT";
  for (std::size_t value = 0; value < plan.labels.size(); ++value)
    json["labels"][plan.labels[value]] = value;
  json["numTraining"] = plan.subjects;
  json["file_ending"] = ".nii.gz";
  return json_text(json, 1) + "\n";
}

}  // namespace

void write_folder(const fs::path& out, const FolderPlan& plan,
                  const std::function<CohortCase(int number)>& make_case) {
  if (claim(out, plan)) {
    log::info("the cohort {} in {} is complete already", plan.cohort, out.string());
    return;
  }
  const auto n = static_cast<std::size_t>(plan.subjects);
  Table table;
  table.rows.resize(n);
  {
    Progress progress("synthesize " + plan.cohort, plan.subjects, "subjects");
    parallel_for(n, [&](std::size_t i) {
      const int number = plan.first + static_cast<int>(i);
      const std::string name = case_name(plan, number);
      const CohortCase made = make_case(number);
      write_nifti(out / "imagesTr" / (name + "_0000.nii.gz"), made.stack.image);
      for (int reader = 0; reader < plan.readers; ++reader)
        write_nifti(out / label_folder(reader) / (name + ".nii.gz"),
                    made.stack.labels[static_cast<std::size_t>(reader)]);
      table.rows[i].push_back(name);
      for (const auto& [column, cell] : made.attributes) table.rows[i].push_back(cell);
      if (i == 0) {
        table.columns.push_back("case");
        for (const auto& [column, cell] : made.attributes) table.columns.push_back(column);
      }
      progress.advance();
    });
  }
  write_file(out / "cases.csv", to_csv(table));
  write_file(out / "dataset.json", dataset_json(plan));
}

}  // namespace myoseg::cohort
