#include "experiments/run/run_data.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/names.h"
#include "core/parallel.h"
#include "data/io/image_files.h"
#include "data/load/cache.h"
#include "models/network.h"
#include "models/networks.h"
#include "train/checkpoints/checkpoint.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace {

// models.json: every hash is a text.
Json read_stamp(const fs::path& file) {
  Json json = parse_json(read_file(file), file.string());
  bool whole = json.is_object() && json.contains("data") && json["data"].is_string() &&
               json.contains("models") && json["models"].is_object();
  if (whole)
    for (const auto& [model, hash] : json["models"].items()) whole = whole && hash.is_string();
  if (!whole)
    throw data_error("{}: does not name the models; the run's folder is damaged", file.string());
  return json;
}

void require_checkpoint(const FoldNetwork& network) {
  if (!network.member.alone() && !fs::exists(network.checkpoint()))
    throw data_error(
        "member {} of the ensemble is not trained in fold {}: there is no {}; train it with 'myoseg "
        "train'",
        network.member.name, network.fold, network.checkpoint().string());
}

// An ensemble's folders are easily mixed up, and another training's weights would fit.
void load_member(Network& into, const FoldNetwork& network, const std::string& run_hash) {
  if (network.member.alone()) return load_weights(into, network.checkpoint());
  require_checkpoint(network);
  const std::string expected = network.identity(run_hash);
  const std::string found = identity_of(network.checkpoint());
  if (found != expected)
    throw data_error(
        "member {} of the ensemble: {} is a checkpoint of another training ('{}' instead of '{}'); "
        "remove it and train that fold again",
        network.member.name, network.checkpoint().string(), found, expected);
  load_weights(into, network.checkpoint());
}

}  // namespace

DataSummary data_summary(const Dataset& dataset) {
  DataSummary summary{
      dataset.name, dataset.labels, dataset.regions, dataset.channels, {}, dataset.grouping, {}};
  for (const Case& item : dataset.cases) {
    if (item.patient != item.id) summary.patients[item.id] = item.patient;
    if (!item.attributes.empty()) summary.attributes[item.id] = item.attributes;
  }
  return summary;
}

std::set<std::string> unions_of(const DataSummary& data) {
  std::set<std::string> unions;
  for (const Region& region : data.regions)
    if (data.labels.is_union(region.name)) unions.insert(region.name);
  return unions;
}

std::string describe_data(const Dataset& dataset) {
  Json json{{"name", dataset.name},
            {"channels", dataset.channels},
            {"labels", Json::object()},
            {"regions", Json::object()}};
  for (const Label& label : dataset.labels.labels) json["labels"][label.name] = label.value;
  for (const Region& region : dataset.regions) json["regions"][region.name] = region.values;
  const DataSummary summary = data_summary(dataset);
  json["patients"] = summary.patients;
  json["grouping"] = summary.grouping;
  json["attributes"] = summary.attributes;
  return json_text(json, 1) + "\n";
}

DataSummary read_data_summary(const fs::path& file) {
  const Json json = parse_json(read_file(file), file.string());
  if (!json.is_object())
    throw data_error("{}: is no JSON object; the run's folder is damaged", file.string());
  DataSummary data;
  try {
    data.name = json.at("name").get<std::string>();
    data.channels = json.at("channels").get<std::vector<std::string>>();
    for (const auto& [name, value] : json.at("labels").items())
      data.labels.labels.push_back({name, value.get<std::uint8_t>()});
    for (const auto& [name, values] : json.at("regions").items())
      data.regions.push_back({name, values.get<std::vector<std::uint8_t>>()});
    data.patients = json.value("patients", std::map<std::string, std::string>());
    data.grouping = json.value("grouping", "");
    data.attributes = json.value("attributes", decltype(data.attributes)());
  } catch (const Json::exception& error) {
    throw data_error("{}: {}; the run's folder is damaged", file.string(), error.what());
  }
  return data;
}

std::string describe_splits(const std::vector<Fold>& splits) {
  Json json = Json::array();
  for (const Fold& fold : splits) {
    json.push_back({{"train", fold.train}, {"tuning", fold.tuning}, {"test", fold.test}});
    if (!fold.name.empty()) json.back()["held_out"] = fold.name;
  }
  return json_text(json, 1) + "\n";
}

void check_same_task(const Dataset& external, const Dataset& trained) {
  const auto names = [](const Dataset& data) {
    std::vector<std::string> all;
    for (const Label& label : data.labels.labels) all.push_back(label.name);
    return join(all);
  };
  if (names(external) != names(trained))
    throw data_error(
        "external.root={}: its labels are {}, but the networks were trained on {}; data.merge can "
        "make them the same",
        external.root.string(), names(external), names(trained));
  if (external.channels.size() != trained.channels.size())
    throw data_error("external.root={}: has {} channels, but the networks take {}",
                     external.root.string(), external.channels.size(), trained.channels.size());
}

fs::path case_cache(const fs::path& cache) { return cache / "cases"; }

DataHashes hash_data(const Dataset& dataset, const fs::path& cache) {
  std::vector<fs::path> files{dataset.root / "dataset.json"};
  if (!dataset.table.empty()) files.push_back(dataset.table);
  if (const fs::path splits = dataset.root / kSplitsFile; fs::exists(splits))
    files.push_back(splits);
  for (const Case& item : dataset.cases) {
    files.insert(files.end(), item.images.begin(), item.images.end());
    if (!item.label.empty()) files.push_back(item.label);
  }
  FileHashes hash(cache / kRememberedHashes);
  DataHashes data;
  data.files.resize(files.size());
  parallel_for(files.size(), [&](std::size_t i) {
    data.files[i] = {files[i].lexically_relative(dataset.root).string(),
                     hash_image(files[i], hash)};
  });
  Hasher hasher;
  for (std::size_t i = 0; i < files.size(); ++i)
    hasher.add(files[i].filename().string()).add(data.files[i].second);
  data.all = hasher.hex();
  return data;
}

std::string describe_models(const fs::path& run_folder, const std::vector<FoldNetwork>& networks,
                            const std::string& data_hash) {
  Json models = Json::object();
  for (const FoldNetwork& network : networks) {
    require_checkpoint(network);
    const fs::path file = network.checkpoint();
    models[file.lexically_relative(run_folder).string()] = hash_file(file);
  }
  return json_text({{"models", models}, {"data", data_hash}}, 1) + "\n";
}

std::string read_models(const fs::path& file) {
  const Json json = read_stamp(file);
  std::string text = fmt::format("data {}, predicted by", json["data"].get<std::string>());
  for (const auto& [model, hash] : json["models"].items())
    text += fmt::format(" {} ({})", model, hash.get<std::string>());
  return text;
}

std::string external_data(const fs::path& run_folder) {
  const fs::path file = run_folder / "external/models.json";
  return fs::exists(file) ? read_stamp(file)["data"].get<std::string>() : "";
}

std::int64_t network_parameters(const fs::path& run_folder, const Experiment& experiment) {
  if (!fs::exists(run_folder / "dataset.json")) return 0;
  const DataSummary data = read_data_summary(run_folder / "dataset.json");
  const NetworkIo io = network_io(experiment, data.channels.size(), data.labels.classes());
  std::int64_t count = 0;
  for (const Member& member : members_of(experiment))
    for (const auto& parameter : member.network.make(io)->parameters()) count += parameter.numel();
  return count;
}

std::vector<std::int64_t> trained_size(const Experiment& e) {
  std::vector<int> size;  // x, y, z
  if (e.loader.patch)
    size.assign(e.loader.patch->begin(), e.loader.patch->end());
  else if (e.preprocess.size)
    size = {(*e.preprocess.size)[0], (*e.preprocess.size)[1], 1};
  if (!size.empty() && size[2] == 1) size.pop_back();
  return {size.rbegin(), size.rend()};
}

NetworkIo network_io(const Experiment& experiment, std::size_t channels, int classes) {
  return {static_cast<int>(channels), classes, trained_size(experiment)};
}

Predictor load_predictor(const Experiment& experiment, const DataSummary& data,
                         const std::vector<FoldNetwork>& networks, const std::string& run_hash,
                         at::Device device) {
  const NetworkIo io = network_io(experiment, data.channels.size(), data.labels.classes());
  std::vector<std::shared_ptr<Network>> loaded;
  std::vector<double> weights;
  for (const FoldNetwork& network : networks) {
    loaded.push_back(network.member.network.make(io));
    load_member(*loaded.back(), network, run_hash);
    weights.push_back(network.member.weight);
  }
  const std::vector<std::int64_t> trained = trained_size(experiment);
  return {
      std::move(loaded),
      data.labels.classes(),
      experiment.preprocess,
      experiment.predict,
      forward_setup(device, experiment.predict.precision, {}, experiment.train.kernels),
      trained.size() == 3 ? std::vector<int>(trained.rbegin(), trained.rend()) : std::vector<int>(),
      weights};
}

}  // namespace myoseg
