#include "data/dataset/cases.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/table/table.h"
#include "data/io/image_folder.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

class CaseFinder {
 public:
  CaseFinder(const CaseFolders& folders, const std::vector<std::string>& channels,
             const std::string& ending, std::vector<Finding>& findings)
      : folders_(folders),
        channels_(channels),
        ending_(ending),
        findings_(findings),
        label_files_(list_images(folders.root / folders.labels)) {
    take_structures();
    for (const auto& [stem, found] : label_files_.images) labels_.insert(stem);
  }

  std::vector<Case> find(const std::optional<std::vector<std::string>>& listed) {
    const ImageFolder files = list_images(folders_.root / folders_.images);
    std::set<std::string> known = labels_;
    if (listed) known.insert(listed->begin(), listed->end());
    std::map<std::string, ImageSet> sets = group_images(files, channels_.size(), known);
    if (listed) keep_listed(sets, *listed);
    std::vector<Case> cases;
    for (const auto& [id, images] : sets) {
      Case item;
      item.id = item.patient = id;
      const bool whole = find_channels(item, images);
      if (find_label(item) && whole) cases.push_back(std::move(item));
    }
    for (const auto& [stem, found] : label_files_.images)
      if (!sets.contains(stem))
        note(stem, fmt::format("its label has no image in {}", folders_.images),
             folders_.labels + "/" + found.front().filename().string());
    others(folders_.images, files);
    others(folders_.labels, label_files_);
    return cases;
  }

 private:
  void fatal(const std::string& id, std::string sentence, std::string detail = "") {
    findings_.push_back({true, id, std::move(sentence), std::move(detail)});
  }
  void note(const std::string& id, std::string sentence, std::string detail = "") {
    findings_.push_back({false, id, std::move(sentence), std::move(detail)});
  }

  void others(const std::string& folder, const ImageFolder& listing) {
    for (const std::string& name : listing.others)
      note(folder + "/" + name, "is no image; it is not used");
  }

  void keep_listed(std::map<std::string, ImageSet>& sets, const std::vector<std::string>& listed) {
    const std::set<std::string> wanted(listed.begin(), listed.end());
    for (const std::string& id : wanted)
      if (!sets.contains(id))
        fatal(id,
              fmt::format("is in dataset.json's list 'training' but not in {}", folders_.images));
    std::erase_if(sets, [&](const auto& entry) {
      if (wanted.contains(entry.first)) return false;
      note(entry.first, "is not in dataset.json's list 'training'; it is not used");
      return true;
    });
  }

  // The one of several files; two are a fault.
  std::optional<fs::path> only(const std::string& id, const std::string& folder,
                               const std::vector<fs::path>& files) {
    if (files.size() == 1) return files.front();
    fatal(id, fmt::format("{} holds it twice; keep one", folder),
          fmt::format("{} and {}", files[0].filename().string(), files[1].filename().string()));
    return std::nullopt;
  }

  bool find_channels(Case& item, const ImageSet& images) {
    const std::size_t count = channels_.size();
    if (!images.unnumbered.empty() && images.channels.empty()) {
      fatal(item.id,
            fmt::format("its image stands for {} channels; a 4-D file is not read, split it into "
                        "one file per channel (CASE_0000{}, CASE_0001{} ...)",
                        count, ending_, ending_),
            images.unnumbered.front().string());
      return false;
    }
    for (const auto& [channel, files] : images.channels)
      if (channel >= count)
        note(item.id,
             fmt::format("has a channel {} that dataset.json does not name; it is not used",
                         channel));
    for (std::size_t c = 0; c < count; ++c) {
      const auto files = images.channels.find(c);
      if (files == images.channels.end())
        fatal(item.id, fmt::format("its channel {} ({}) is missing", c, channels_[c]),
              fmt::format("there is no {}/{}_{:04}{}", folders_.images, item.id, c, ending_));
      else if (const auto file = only(item.id, folders_.images, files->second))
        item.images.push_back(*file);
    }
    return item.images.size() == count;
  }

  bool find_label(Case& item) {
    const auto files = label_files_.images.find(item.id);
    if (files != label_files_.images.end()) {
      const auto file = only(item.id, folders_.labels, files->second);
      if (file) item.label = *file;
      return file.has_value();
    }
    if (!folders_.labels_needed) return true;
    if (const std::string found = structures_of(item); !found.empty())
      fatal(item.id,
            "has structures where a label map should be; 'myoseg import source=EXPORT out=DATASET' "
            "makes label maps of DICOM scans and the structures beside them",
            found);
    else
      fatal(item.id, "has an image but no label",
            fmt::format("there is no {}/{}{}", folders_.labels, item.id, ending_));
    return false;
  }

  // DICOM SEG is a label map by its numbers; contours and folders of masks are not.
  void take_structures() {
    const fs::path folder = folders_.root / folders_.labels;
    std::erase_if(label_files_.others, [&](const std::string& name) {
      if (!is_structure_file(folder / name)) return false;
      const std::string stem = image_stem(name);
      if (is_contour_file(folder / name))
        structures_[stem] = folders_.labels + "/" + name + " holds contours (RTSTRUCT)";
      else
        label_files_.images[stem].push_back(folder / name);
      return true;
    });
    std::erase_if(label_files_.images, [&](const auto& entry) {
      if (entry.second.size() != 1 || !holds_image_files(entry.second.front())) return false;
      structures_[entry.first] = folders_.labels + "/" + entry.first + " is a folder of masks";
      return true;
    });
  }

  // What lies where a label map should, or among the slices of the scan; "" for nothing.
  std::string structures_of(const Case& item) const {
    if (const auto found = structures_.find(item.id); found != structures_.end())
      return found->second;
    std::error_code error;
    if (item.images.empty() || !fs::is_directory(item.images.front(), error)) return "";
    for (const std::string& name : list_images(item.images.front()).others)
      if (is_structure_file(item.images.front() / name))
        return fmt::format("{} in {}/{} holds structures", name, folders_.images,
                           item.images.front().filename().string());
    return "";
  }

  const CaseFolders& folders_;
  const std::vector<std::string>& channels_;
  const std::string& ending_;
  std::vector<Finding>& findings_;
  ImageFolder label_files_;
  std::map<std::string, std::string> structures_;  // by case: what lies there
  std::set<std::string> labels_;
};

// What spreadsheets and data frames write for "not known".
bool is_unknown(const std::string& cell) {
  static const std::set<std::string> kUnknown{"", "na", "n/a", "#n/a", "nan", "none", "null", "?"};
  return kUnknown.contains(match_key(cell));
}

std::optional<std::size_t> patient_column_of(const Table& table, const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (const auto column = table.find_column(name)) return column;
  std::vector<std::string> alike;
  for (const std::string& column : table.columns)
    if (match_key(column).find("patient") != std::string::npos ||
        match_key(column).find("subject") != std::string::npos)
      alike.push_back(column);
  throw data_error(
      "{}: has no column '{}' that says which cases are one patient's; its columns are {}; name "
      "one (data.patient_column={}), or none (data.patient_column=) when each case is a patient of "
      "its own",
      table.source, name, join(table.columns), alike.empty() ? "NAME" : alike.front());
}

void refuse_lost_zeros(const RowIndex& rows, const std::vector<std::string>& absent,
                       const Table& table) {
  for (const std::string& id : absent)
    if (const auto bare = rows.without_zeros(id))
      throw data_error(
          "{}: has no row for case {} but one for '{}': a spreadsheet took the zeros away; store "
          "the column as text",
          table.source, id, *bare);
}

}  // namespace

std::vector<Case> find_cases(const CaseFolders& folders, const std::vector<std::string>& channels,
                             const std::string& file_ending,
                             const std::optional<std::vector<std::string>>& listed,
                             std::vector<Finding>& findings) {
  return CaseFinder(folders, channels, file_ending, findings).find(listed);
}

void add_attributes(Dataset& dataset, const fs::path& file, const std::string& patient_column,
                    std::vector<Finding>& findings) {
  const Table table = read_csv(file);
  dataset.table = file;
  const std::size_t ids = table.column("case");
  const RowIndex rows(table, ids);
  const auto patients = patient_column_of(table, patient_column);
  const std::string name = file.filename().string();
  if (patients) dataset.grouping = fmt::format("column {} of {}", table.columns[*patients], name);
  std::map<std::string, std::string> spelling;  // of a patient, as the first row has it
  std::vector<std::string> absent;
  std::set<std::size_t> used;
  for (auto* cases : {&dataset.cases, &dataset.test})
    for (Case& item : *cases) {
      const auto row = rows.find(item.id);
      if (!row) {
        absent.push_back(item.id);
        continue;
      }
      used.insert(*row);
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (c != ids) item.attributes[match_key(table.columns[c])] = table.rows[*row][c];
      if (!patients) continue;
      const std::string& patient = table.rows[*row][*patients];
      if (is_unknown(patient))
        throw data_error("{}: row {}: the patient of case {} is '{}'; name the patient",
                         file.string(), *row + 2, item.id, patient);
      item.patient = spelling.emplace(match_key(patient), patient).first->second;
    }
  refuse_lost_zeros(rows, absent, table);
  if (used.empty())
    throw data_error(
        "{}: names none of the cases in its column '{}', which has {}; the cases are "
        "{}",
        file.string(), table.columns[ids],
        table.rows.empty() ? "no row" : "'" + table.rows.front()[ids] + "' ...", join_some(absent));
  for (const std::string& id : absent)
    findings.push_back(
        {false, id, fmt::format("has no row in {}; it counts as a patient of its own", name)});
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    if (!used.contains(row))
      findings.push_back(
          {false, table.rows[row][ids], fmt::format("has a row in {} but no image", name)});
}

}  // namespace myoseg
