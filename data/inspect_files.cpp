#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/table.h"
#include "data/dataset_json.h"
#include "data/image_io.h"
#include "data/inspect.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// The images of a folder by stem ("case_0000"), and what else lies there.
struct Listing {
  std::map<std::string, std::vector<std::string>> files;
  std::vector<std::string> others;
};

Listing list(const fs::path& folder) {
  Listing out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".")) continue;
    if (is_image_name(name) || entry.is_directory()) {
      out.files[image_stem(name)].push_back(name);
    } else if (entry.path().extension() != ".raw" && entry.path().extension() != ".zraw") {
      out.others.push_back(name);  // .raw and .zraw are the voxels of an .mhd
    }
  }
  for (auto& [stem, names] : out.files) std::sort(names.begin(), names.end());
  std::sort(out.others.begin(), out.others.end());
  return out;
}

class Check {
 public:
  Check(const fs::path& root, const DatasetJson& json) : root_(root), json_(json) {}

  // One pair of folders; every image needs its label when `labels_needed`.
  std::set<std::string> folders(const std::string& images, const std::string& labels,
                                bool labels_needed) {
    const Listing image_files = list(root_ / images), label_files = list(root_ / labels);
    std::map<std::string, std::set<std::size_t>> channels;
    for (const auto& [stem, names] : image_files.files) {
      const auto [id, channel] = split_channel(stem);
      channels[id].insert(channel.value_or(0));
      once(images, names);
    }
    std::set<std::string> ids;
    for (const auto& [id, found] : channels) {
      ids.insert(id);
      for (std::size_t c = 0; c < json_.channels.size(); ++c)
        if (!found.contains(c))
          add(true, id, fmt::format("{}/{}_{:04}{} is missing", images, id, c, json_.file_ending));
      for (const std::size_t c : found)
        if (c >= json_.channels.size())
          add(false, id,
              fmt::format("has a channel {} that dataset.json does not name; it is not used", c));
      if (labels_needed && !label_files.files.contains(id))
        add(true, id, fmt::format("{}/{}{} is missing", labels, id, json_.file_ending));
    }
    for (const auto& [stem, names] : label_files.files) {
      once(labels, names);
      if (!ids.contains(stem))
        add(false, stem, fmt::format("{}/{} has no image in {}", labels, names[0], images));
    }
    for (const auto* listing : {&image_files, &label_files})
      for (const std::string& name : listing->others)
        add(false, (listing == &image_files ? images : labels) + "/" + name,
            "is no image; it is not used");
    return ids;
  }

  void count(const std::set<std::string>& ids) {
    if (json_.training_count && *json_.training_count != static_cast<std::int64_t>(ids.size()))
      add(false, "dataset.json",
          fmt::format("says numTraining {} but imagesTr holds {} cases", *json_.training_count,
                      ids.size()));
    if (!json_.training) return;
    const std::set<std::string> listed(json_.training->begin(), json_.training->end());
    for (const std::string& id : listed)
      if (!ids.contains(id))
        add(true, id, "is in dataset.json's list 'training' but not in imagesTr");
    for (const std::string& id : ids)
      if (!listed.contains(id))
        add(false, id, "is not in dataset.json's list 'training'; it is not used");
  }

  void table(const fs::path& file, const std::set<std::string>& ids) {
    const Table table = read_csv(file);
    const std::size_t column = table.column("case");
    std::set<std::string> rows;
    for (const auto& row : table.rows) rows.insert(row[column]);
    for (const std::string& id : rows)
      if (!ids.contains(id))
        add(false, id, fmt::format("has a row in {} but no image", file.filename().string()));
    for (const std::string& id : ids)
      if (!rows.contains(id))
        add(false, id,
            fmt::format("has no row in {}; it counts as a patient of its own",
                        file.filename().string()));
  }

  void add(bool fatal, std::string subject, std::string sentence) {
    findings_.push_back({fatal, std::move(subject), std::move(sentence)});
  }
  [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

 private:
  void once(const std::string& folder, const std::vector<std::string>& names) {
    if (names.size() > 1)
      add(false, folder, fmt::format("holds both {} and {}; only one is used", names[0], names[1]));
  }

  fs::path root_;
  const DatasetJson& json_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> inspect_files(const DataOptions& options) {
  require_dataset_folder(options.root);
  const DatasetJson json = read_dataset_json(options.root / "dataset.json");
  Check check(options.root, json);
  std::set<std::string> training = check.folders("imagesTr", "labelsTr", true);
  const std::set<std::string> test = check.folders("imagesTs", "labelsTs", false);
  check.count(training);
  for (const std::string& id : test)
    if (!training.insert(id).second)
      check.add(true, id, "is the name of a case in imagesTr and of another in imagesTs");
  if (const auto table = attribute_table(options)) check.table(*table, training);
  return check.take();
}

}  // namespace myoseg
