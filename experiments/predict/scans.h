// New scans in a file or folder: what is one scan, and what it is called.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace myoseg {

// One scan to predict; several files when it has several channels.
struct Scan {
  std::string name;
  std::vector<std::filesystem::path> files;
  std::string problem;  // why it cannot be read; empty when nothing is known to speak against it
};
struct FoundScans {
  std::vector<Scan> scans;           // by name
  std::vector<std::string> skipped;  // what is in the folder beside scans, a sentence for each kind
};
// A file (of DICOM too), a DICOM series' folder, or a folder of scans, of DICOM folders and of
// radiographs; names by data/io/image_folder.h. A folder with several series in folders below it,
// as an archive exports a patient, is a scan each, PATIENT_STUDY_SERIES. `out` is no scan where it
// lies in the folder. Error(bad_data) when there is none, or two of one name.
[[nodiscard]] FoundScans find_scans(const std::filesystem::path& input, int channels,
                                    const std::filesystem::path& out);

}  // namespace myoseg
