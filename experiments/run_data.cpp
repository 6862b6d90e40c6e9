#include "experiments/run_data.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/parallel.h"
#include "data/image_io.h"
#include "models/layers.h"
#include "train/checkpoint.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

DataSummary data_summary(const Dataset& dataset) {
  return {dataset.labels, dataset.regions, dataset.channels};
}

std::string describe_data(const Dataset& dataset) {
  Json json{{"name", dataset.name},
            {"channels", dataset.channels},
            {"labels", Json::object()},
            {"regions", Json::object()}};
  for (const Label& label : dataset.labels.labels) json["labels"][label.name] = label.value;
  for (const Region& region : dataset.regions) json["regions"][region.name] = region.values;
  return json.dump(1) + "\n";
}

DataSummary read_data_summary(const fs::path& file) {
  const Json json = Json::parse(read_file(file), nullptr, false);
  if (!json.is_object())
    throw data_error("{}: is no JSON object; the run's folder is damaged", file.string());
  DataSummary data;
  try {
    data.channels = json.at("channels").get<std::vector<std::string>>();
    for (const auto& [name, value] : json.at("labels").items())
      data.labels.labels.push_back({name, value.get<std::uint8_t>()});
    for (const auto& [name, values] : json.at("regions").items())
      data.regions.push_back({name, values.get<std::vector<std::uint8_t>>()});
  } catch (const Json::exception& error) {
    throw data_error("{}: {}; the run's folder is damaged", file.string(), error.what());
  }
  return data;
}

std::string describe_splits(const std::vector<Fold>& splits) {
  Json json = Json::array();
  for (const Fold& fold : splits)
    json.push_back({{"train", fold.train}, {"tuning", fold.tuning}, {"test", fold.test}});
  return json.dump(1) + "\n";
}

std::string fingerprint(const Dataset& dataset) {
  std::vector<fs::path> files{dataset.root / "dataset.json"};
  for (const char* name : {"cases.csv", "groups.csv", "splits_final.json"})
    if (fs::exists(dataset.root / name)) files.push_back(dataset.root / name);
  for (const Case& item : dataset.cases) {
    files.insert(files.end(), item.images.begin(), item.images.end());
    if (!item.label.empty()) files.push_back(item.label);
  }
  std::vector<std::string> hashes(files.size());
  parallel_for(files.size(), [&](std::size_t i) { hashes[i] = hash_file(files[i]); });
  Hasher hasher;
  for (std::size_t i = 0; i < files.size(); ++i)
    hasher.add(files[i].filename().string()).add(hashes[i]);
  return hasher.hex();
}

Image read_channels(const std::vector<fs::path>& files) {
  Image image = read_image(files.front());
  for (std::size_t c = 1; c < files.size(); ++c) {
    const Image channel = read_image(files[c]);
    const std::string differs = difference(image.geometry, channel.geometry);
    if (!differs.empty())
      throw data_error("{} and {} are channels of one case but differ: {}", files.front().string(),
                       files[c].string(), differs);
    image.voxels.insert(image.voxels.end(), channel.voxels.begin(), channel.voxels.end());
    ++image.channels;
  }
  return image;
}

Predictor load_predictor(const Experiment& experiment, const DataSummary& data,
                         const std::vector<fs::path>& checkpoints, const std::string& device) {
  std::vector<std::shared_ptr<Network>> networks;
  for (const fs::path& checkpoint : checkpoints) {
    networks.push_back(experiment.model.make(
        NetworkIo{static_cast<int>(data.channels.size()), data.labels.classes()}));
    load_weights(*networks.back(), checkpoint);
  }
  return {std::move(networks), data.labels.classes(), experiment.preprocess, experiment.predict,
          device};
}

}  // namespace myoseg
