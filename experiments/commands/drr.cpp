// drr: radiographs of CTs and of their masks.
#include <fmt/core.h>

#include <array>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/names.h"
#include "core/progress.h"
#include "core/threads.h"
#include "data/io/image_files.h"
#include "data/io/image_folder.h"
#include "data/io/image_io.h"
#include "data/load/cache.h"
#include "data/project/picture.h"
#include "data/project/projected_scan.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/jobs.h"
#include "experiments/predict/scans.h"
#include "experiments/run/failures.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMemory = ".myoseg";  // in the folder of radiographs, a folder for each scan

struct DrrCommand : ProjectionOptions {
  fs::path input, mask, out;
  std::optional<std::array<double, 2>> window;
  int threads = 0;
};
void describe(Fields& f, DrrCommand& o) {
  f("input", o.input, kAny.must_be_given(), "A CT, a DICOM series' folder, or a folder of CTs.");
  f("mask", o.mask, "Its label map, or a folder of label maps named as the CTs; empty: none.");
  f("out", o.out, kAny.must_be_given(),
    "Folder of the radiographs, NAME.nii.gz and NAME.png, and of masks/NAME.nii.gz.");
  describe(f, static_cast<ProjectionOptions&>(o));
  f("window", o.window,
    "Values that are black and white in the PNG: [LOW,HIGH]; null: each radiograph's least and "
    "largest, which are logged.");
  f("threads", o.threads, kNonNegative.without_effect(), "0: the cores this process may use.");
  f.require(!o.window || (*o.window)[0] < (*o.window)[1], "window must rise: [LOW,HIGH]");
}

struct Item {
  Scan scan;
  fs::path mask;  // empty: none
  fs::path radiograph, picture, flat_mask, memory;
};

// Gives each scan its mask; one without is a problem of its own.
void find_masks(std::vector<Item>& items, const fs::path& mask) {
  if (mask.empty()) return;
  if (!fs::exists(mask))
    throw data_error("mask={}: there is no such file or folder", mask.string());
  if (!fs::is_directory(mask)) {
    if (items.size() > 1)
      throw usage_error("mask={}: is one label map, but input has {} scans; name a folder",
                        mask.string(), items.size());
    items.front().mask = mask;
    return;
  }
  ImageFolder folder = list_images(mask);
  for (Item& item : items) {
    const auto found = folder.images.find(item.scan.name);
    if (found == folder.images.end()) {
      item.scan.problem = fmt::format("has no mask of its name in mask={}", mask.string());
      continue;
    }
    if (found->second.size() > 1)
      item.scan.problem =
          fmt::format("has two masks in mask={}: {} and {}", mask.string(),
                      found->second[0].filename().string(), found->second[1].filename().string());
    item.mask = found->second.front();
    folder.images.erase(found);
  }
  std::vector<std::string> unused;
  for (const auto& [name, files] : folder.images) unused.push_back(name);
  if (!unused.empty())
    log::info("mask={}: {} masks have no scan ({})", mask.string(), unused.size(),
              join_some(unused));
}

std::vector<Item> items_of(const DrrCommand& o) {
  const auto [scans, skipped] = find_scans(o.input, 1, o.out);
  for (const std::string& kind : skipped) log::info("{}: skipped {}", o.input.string(), kind);
  std::vector<Item> items;
  for (const Scan& scan : scans)
    items.push_back({scan,
                     {},
                     o.out / (scan.name + ".nii.gz"),
                     o.out / (scan.name + ".png"),
                     o.out / "masks" / (scan.name + ".nii.gz"),
                     o.out / kMemory / hash_text(scan.name)});
  find_masks(items, o.mask);
  std::vector<fs::path> inputs, outputs;
  for (const Item& item : items) {
    inputs.insert(inputs.end(), item.scan.files.begin(), item.scan.files.end());
    if (!item.mask.empty()) inputs.push_back(item.mask);
    outputs.insert(outputs.end(), {item.radiograph, item.picture, item.flat_mask});
  }
  keep_inputs(inputs, outputs);
  return items;
}

LabelMap mask_of(const Item& item) {
  LabelMap mask = read_label_map(item.mask);
  if (count_labels(mask.voxels)[0] == mask.geometry.voxels())
    throw data_error(
        "{}: labels nothing, every voxel is 0; leave mask out to project the scan alone",
        item.mask.string());
  return mask;
}

void project_item(const Item& item, const DrrCommand& o) {
  std::optional<LabelMap> mask;
  if (!item.mask.empty()) mask = mask_of(item);
  const Radiograph made =
      project_scan(item.scan.files.front(), o, mask ? &*mask : nullptr, item.mask);
  const auto window = o.window ? *o.window : range_of(made.image);
  if (made.labels) write_label_map(item.flat_mask, *made.labels, {});
  write_image(item.radiograph, made.image);
  write_picture(item.picture, made.image, window);
  const Geometry& g = made.image.geometry;
  log::info("{}: {} x {} pixels of {:g} x {:g} mm, black is {:g} and white is {:g}", item.scan.name,
            g.size[0], g.size[1], g.spacing[0], g.spacing[1], window[0], window[1]);
}

Job project_job(const Item& item, const DrrCommand& o, FileHashes& hashes) {
  Hasher hasher;
  hasher.add(config_hash(static_cast<const ProjectionOptions&>(o))).add(item.scan.name);
  for (const fs::path& file : item.scan.files) hasher.add(hash_image(file, hashes));
  hasher.add(item.mask.empty() ? "" : hash_image(item.mask, hashes));
  hasher.add(o.window ? fmt::format("{} {}", (*o.window)[0], (*o.window)[1]) : "");
  Job job{.id = item.scan.name,
          .name = "project " + item.scan.name,
          .marker = item.memory / "done.json",
          .inputs = hasher.hex(),
          .outputs = {item.radiograph, item.picture},
          .after = {},
          .work = [&item, &o] {
            project_item(item, o);
            return true;
          }};
  if (!item.mask.empty()) job.outputs.push_back(item.flat_mask);
  return job;
}

}  // namespace

std::vector<FieldHelp> drr_options() { return help_fields(DrrCommand{}); }

int drr_command(const Request& request) {
  const auto options = only_options<DrrCommand>(request.overrides);
  set_thread_count(options.threads);
  const std::vector<Item> items = items_of(options);
  FileHashes hashes(options.out / kMemory / kRememberedHashes);
  remove_abandoned(options.out);
  Failures failures;
  std::size_t made = 0, kept = 0;
  bool stopped = false;
  {
    Progress progress("project", static_cast<std::int64_t>(items.size()), "scans");
    for (const Item& item : items) {
      if ((stopped = stop_requested())) break;
      failures.survives(item.scan.name, [&] {
        if (!item.scan.problem.empty()) throw data_error("{}", item.scan.problem);
        const Job job = project_job(item, options, hashes);
        if (request.force) forget(job);
        if (is_done(job)) return void(++kept);
        if (perform(job) == Performed::elsewhere)
          throw data_error("is being projected by another process");
        ++made;
      });
      progress.advance();
    }
  }
  fmt::print("{} of {} scans projected ({} now, {} before) into {}\n", made + kept, items.size(),
             made, kept, options.out.string());
  if (stopped) return 130;
  failures.throw_if_any(items.size(), "scans");
  return 0;
}

}  // namespace myoseg
