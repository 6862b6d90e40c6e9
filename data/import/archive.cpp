#include "data/import/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/error.h"
#include "core/files.h"
#include "core/progress.h"
#include "data/import/attributes.h"
#include "data/import/unzip.h"
#include "data/io/dicom/file.h"
#include "data/io/dicom/segmentation_class.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// All files, sorted, without what operating systems leave.
std::vector<fs::path> files_below(const fs::path& source) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator
           entry(source, fs::directory_options::skip_permission_denied, error),
       end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code unknown;
    if (name.starts_with('.') || name == "__MACOSX") {
      if (entry->is_directory(unknown)) entry.disable_recursion_pending();
      continue;
    }
    if (entry->is_regular_file(unknown)) files.push_back(entry->path());
  }
  if (error) throw data_error("{}: cannot be listed: {}", source.string(), error.message());
  std::sort(files.begin(), files.end());
  return files;
}

// UIDs of the series that an object refers to: SEG (PS3.3, C.12.4), RTSTRUCT (C.8.8.5).
std::set<std::string> referenced_series(const DicomFile& file) {
  constexpr std::uint32_t kSeries = 0x0020000E;
  std::set<std::string> found;
  for (const DicomItem& series : file.items(0x00081115)) found.insert(series.text(kSeries));
  for (const DicomItem& frame : file.items(0x30060010))
    for (const DicomItem& study : frame.items(0x30060012))
      for (const DicomItem& series : study.items(0x30060014)) found.insert(series.text(kSeries));
  found.erase("");
  return found;
}

class Reader {
 public:
  Reader(const fs::path& source, const fs::path& scratch) : source_(source), scratch_(scratch) {}

  Archive read() {
    std::error_code error;
    std::vector<fs::path> files =
        fs::is_directory(source_, error) ? files_below(source_) : std::vector{source_};
    unpack(files);
    Progress progress("read headers", static_cast<std::int64_t>(files.size()), "files");
    for (const fs::path& path : files) {
      try {
        add(path);
      } catch (const Error& error) {
        archive_.damaged.emplace(path, error.what());
      }
      progress.advance();
    }
    for (auto& [key, series] : series_) archive_.series.push_back(std::move(series));
    for (const auto& [folder, masks] : masks_) add_masks(folder, masks);
    return std::move(archive_);
  }

 private:
  // Puts what is in zip archives in their place.
  void unpack(std::vector<fs::path>& files) {
    std::vector<fs::path> archives;
    std::copy_if(files.begin(), files.end(), std::back_inserter(archives), is_zip);
    if (archives.empty()) return;
    std::erase_if(files, is_zip);
    for (std::size_t i = 0; i < archives.size(); ++i) {
      try {
        const fs::path folder = scratch_ / fmt::format("{}", i);
        unzip(archives[i], folder);
        for (fs::path& file : files_below(folder)) files.push_back(std::move(file));
      } catch (const Error& error) {
        if (error.code() != ExitCode::bad_data) throw;
        archive_.damaged.emplace(archives[i], error.what());
      }
    }
  }

  void add(const fs::path& path) {
    const MappedFile mapped(path);
    if (!begins_as_dicom(mapped.bytes())) return add_other(path);
    const DicomFile file = parse_dicom(mapped.bytes());
    const std::string sop = sop_class_of(file);
    if (is_segmentation_class(sop) || is_contour_class(sop)) return add_label(path, file);
    if (path.filename() == "DICOMDIR" || is_companion(file))
      return void(++archive_.others["DICOM objects without an image"]);
    if (!file.has_pixels && file.damage.empty())
      return void(++archive_.others["DICOM objects without an image"]);
    const std::string uid = file.text(0x0020000E);
    const std::string study = file.text(0x0020000D);
    ArchivedSeries& series = series_[{patient_of(file), study, uid}];
    if (series.files.empty()) series = series_of(file);
    series.files.push_back(path);
    if (!file.damage.empty()) {
      ++series.damaged;
      archive_.damaged.emplace(path, file.damage);
    }
    folders_.insert(path.parent_path());
  }

  void add_label(const fs::path& path, const DicomFile& file) {
    if (!file.damage.empty()) throw data_error("{}", file.damage);
    ArchivedLabel label{path, file.text(0x0020000D), file.text(0x00200052), file.text(0x0008103E),
                        referenced_series(file)};
    if (label.description.empty()) label.description = file.text(0x30060002);
    if (label.frame_of_reference.empty())
      label.frame_of_reference = file.item(0x30060020).text(0x30060024);
    archive_.labels.push_back(std::move(label));
  }

  void add_other(const fs::path& path) {
    if (is_image_name(path) && !is_picture_name(path))
      masks_[path.parent_path()].push_back(path);
    else
      ++archive_.others["files of other kinds"];
  }

  // Beside a series each file stands for itself; a folder of its own is one with a mask a
  // structure.
  void add_masks(const fs::path& folder, const std::vector<fs::path>& files) {
    if (folders_.contains(folder)) {
      for (const fs::path& file : files) archive_.labels.push_back(beside(file));
    } else if (folders_.contains(folder.parent_path())) {
      archive_.labels.push_back(beside(folder));
    } else {
      archive_.others["images of other formats, beside no series"] += files.size();
    }
  }
  static ArchivedLabel beside(const fs::path& path) {
    ArchivedLabel label;
    label.path = path;
    label.description = image_stem(path);
    label.dicom = false;
    return label;
  }

  struct Key {
    std::string patient, study, series;
    auto operator<=>(const Key&) const = default;
  };

  fs::path source_, scratch_;
  Archive archive_;
  std::map<Key, ArchivedSeries> series_;
  std::set<fs::path> folders_;
  std::map<fs::path, std::vector<fs::path>> masks_;
};

}  // namespace

Archive read_archive(const fs::path& source, const fs::path& scratch) {
  std::error_code error;
  if (!fs::exists(source, error))
    throw data_error("source={}: there is no such file or folder", source.string());
  if (!fs::is_directory(source, error) && !is_zip(source))
    throw data_error("source={}: is neither a folder nor a zip archive", source.string());
  return Reader(source, scratch).read();
}

}  // namespace myoseg
