// What lies in an export of an archive: a tree of DICOM files of any depth and naming, and files of
// other programs beside them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "data/io/dicom/frames.h"

namespace myoseg {

// One series as the header of its first file tells of it. Identifying: never written but into the
// manifest.
struct ArchivedSeries : SeriesHeader {
  std::string patient;  // Patient ID; without one name and birth date; without those the study
  std::string patient_id, study_uid, kernel, manufacturer, model, institution;
  bool contrast = false;
  std::optional<double> age, kvp, mas, ctdi_mgy;  // years; kV; mAs; mGy
  std::string sex;                                // F, M, O or ""
  std::vector<std::filesystem::path> files;       // sorted
  std::size_t damaged = 0;                        // files that end early: the series is not whole
};

// A file or folder that holds structures.
struct ArchivedLabel {
  std::filesystem::path path;
  std::string study_uid, frame_of_reference, description;
  std::set<std::string> series;  // that it refers to; none where it does not say
  bool dicom = true;             // else it belongs to the series whose folder it lies in
};

struct Archive {
  std::vector<ArchivedSeries> series;  // by patient, study and series
  std::vector<ArchivedLabel> labels;
  std::map<std::string, std::size_t> others;  // what else there was, by kind
  // Files that are or are named like DICOM and cannot be used, with the reason.
  std::map<std::filesystem::path, std::string> damaged;
};

// Each file's header is read once. Follows no links to folders; zip archives are unpacked into
// `scratch`. Error(bad_data) for a source that is neither a folder nor a zip archive.
[[nodiscard]] Archive read_archive(const std::filesystem::path& source,
                                   const std::filesystem::path& scratch);

}  // namespace myoseg
