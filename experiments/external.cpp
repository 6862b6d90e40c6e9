#include "experiments/external.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "data/dataset.h"
#include "data/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::vector<Scan> scans_of_files(const std::vector<fs::path>& files, std::size_t channels) {
  // A folder in nnU-Net's form ends every name in a channel; otherwise "_0012" may be a patient's
  // number.
  const bool numbered = std::all_of(files.begin(), files.end(), [](const fs::path& file) {
    return split_channel(image_stem(file)).second.has_value();
  });
  std::map<std::string, std::map<std::size_t, fs::path>> found;
  for (const fs::path& file : files) {
    const auto [name, channel] = split_channel(image_stem(file));
    if (numbered)
      found[name][*channel] = file;
    else
      found[image_stem(file)][0] = file;
  }
  std::vector<Scan> scans;
  for (const auto& [name, by_channel] : found) {
    Scan scan{name, {}};
    for (std::size_t c = 0; c < channels; ++c) {
      if (!by_channel.contains(c))
        throw data_error("{}: has no channel {}; the networks need {} (files ending in _{:04})",
                         name, c, channels, c);
      scan.files.push_back(by_channel.at(c));
    }
    scans.push_back(std::move(scan));
  }
  return scans;
}

}  // namespace

std::vector<Scan> find_scans(const fs::path& input, int channels) {
  if (!fs::exists(input))
    throw data_error("input={}: there is no such file or folder", input.string());
  if (!fs::is_directory(input)) {
    if (!is_image_name(input))
      throw data_error("input={}: is no image format that can be read", input.string());
    return scans_of_files({input}, static_cast<std::size_t>(channels));
  }
  std::vector<fs::path> files, folders;
  for (const fs::path& entry : sorted_entries(input)) {
    if (fs::is_directory(entry))
      folders.push_back(entry);
    else if (is_image_name(entry))
      files.push_back(entry);
  }
  if (!files.empty()) return scans_of_files(files, static_cast<std::size_t>(channels));
  if (channels != 1)
    throw data_error(
        "input={}: the networks need {} channels; give files ending in _0000, _0001 ...",
        input.string(), channels);
  if (folders.empty())
    return {{input.filename().empty() ? input.parent_path().filename().string()
                                      : input.filename().string(),
             {input}}};
  std::vector<Scan> scans;
  for (const fs::path& folder : folders) scans.push_back({folder.filename().string(), {folder}});
  return scans;
}

Table empty_quantities(const QuantityOptions& options) {
  Table table;
  table.columns = {"scan",         "reader",  "region", "volume_ml", "mean_area_cm2",
                   "max_area_cm2", "mean_hu", "sd_hu",  "slices"};
  for (const HuRange& range : options.ranges)
    for (const char* what : {"_ml", "_fraction", "_mean_hu"})
      table.columns.push_back(range.name + what);
  for (const char* last : {"smi_cm2_m2", "truncated", "cut_at_ends"})
    table.columns.emplace_back(last);
  return table;
}

void add_quantities(Table& table, const std::string& scan, const std::string& reader,
                    const std::vector<Quantity>& quantities) {
  for (const Quantity& q : quantities) {
    std::vector<std::string> row{scan,
                                 reader,
                                 q.region,
                                 format_number(q.volume_ml),
                                 format_number(q.mean_area_cm2),
                                 format_number(q.max_area_cm2),
                                 format_number(q.mean_hu),
                                 format_number(q.sd_hu),
                                 std::to_string(q.slices)};
    for (const TissuePart& part : q.parts)
      for (const double value : {part.volume_ml, part.fraction, part.mean_hu})
        row.push_back(format_number(value));
    row.push_back(format_number(q.smi_cm2_m2));
    row.emplace_back(q.truncated ? "yes" : "no");
    row.emplace_back(q.cut_at_ends ? "yes" : "no");
    table.rows.push_back(std::move(row));
  }
}

}  // namespace myoseg
