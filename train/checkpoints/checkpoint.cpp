#include "train/checkpoints/checkpoint.h"

#include <ATen/ATen.h>

#include <map>
#include <string_view>
#include <type_traits>

#include "core/error.h"
#include "core/table/table.h"
#include "models/weights/safetensors.h"
#include "models/weights/weights.h"

namespace myoseg {
namespace {

constexpr std::string_view kModel = "model/", kOptimizer = "optimizer/", kSchedule = "schedule/",
                           kTraining = "training/";
constexpr std::string_view kKindOfState = "myoseg training 1", kKindOfWeights = "myoseg weights 1";

at::Tensor stored(double value) { return at::scalar_tensor(value, at::kDouble); }
at::Tensor stored(std::int64_t value) { return at::scalar_tensor(value, at::kLong); }

// The one list of a training state's numbers, for writing and reading alike.
template <class State, class Visit>
void visit_state(State& s, const Visit& visit) {
  visit("epoch", s.epoch);
  visit("batch", s.batch);
  visit("updates", s.updates);
  visit("loss_sum", s.loss_sum);
  visit("seconds", s.seconds);
  visit("rate", s.rate);
  visit("best_score", s.best_score);
  visit("best_epoch", s.best_epoch);
  visit("scale", s.scale);
  visit("scale_good_steps", s.scale_good_steps);
  visit("finished", s.finished);
}

std::map<std::string, std::string> metadata(const Training& training, std::string_view kind) {
  return {{"format", "pt"},  // what Hugging Face's readers expect to be told of PyTorch's names
          {"kind", std::string(kind)},
          {"identity", training.identity},
          {"config_yaml", training.config_yaml}};
}

std::string text_of(const TensorFile& content, const std::string& key) {
  const auto found = content.metadata.find(key);
  return found == content.metadata.end() ? "" : found->second;
}

// The tensors whose names start with `prefix`, without it.
NamedTensors part(const TensorFile& content, std::string_view prefix) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : content.tensors)
    if (name.starts_with(prefix)) tensors.emplace_back(name.substr(prefix.size()), tensor);
  return tensors;
}

template <class Number>
void read_number(const TensorFile& content, const std::string& name,
                 const std::filesystem::path& file, Number& value) {
  constexpr at::ScalarType kType = std::is_same_v<Number, double> ? at::kDouble : at::kLong;
  const at::Tensor* tensor = content.find(name);
  if (tensor == nullptr || tensor->dim() != 0 || tensor->scalar_type() != kType)
    throw data_error("'{}' has no number '{}'; delete it to train from the start", file.string(),
                     name);
  value = tensor->item<Number>();
}

}  // namespace

void save_training(const std::filesystem::path& file, const Training& training,
                   const TrainingState& state) {
  TensorFile content;
  content.metadata = metadata(training, kKindOfState);
  const auto add = [&](std::string_view prefix, const NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors)
      content.tensors.emplace_back(std::string(prefix) + name, tensor);
  };
  add(kModel, state_of(training.network));
  add(kOptimizer, training.optimizer.state());
  for (const auto& [name, value] : training.schedule.state())
    content.tensors.emplace_back(std::string(kSchedule) + name, stored(value));
  visit_state(state, [&](const char* name, const auto& value) {
    content.tensors.emplace_back(std::string(kTraining) + name, stored(value));
  });
  content.metadata["tensors"] = std::to_string(content.tensors.size());
  save_tensors(file, content);
}

void save_best(const std::filesystem::path& file, const Training& training, std::int64_t epoch,
               double score) {
  TensorFile content{state_of(training.network), metadata(training, kKindOfWeights)};
  content.metadata["epoch"] = std::to_string(epoch);
  content.metadata["score"] = format_number(score);
  save_tensors(file, content);
}

TrainingState load_training(const std::filesystem::path& file, const Training& training) {
  const TensorFile content = load_tensors(file);
  if (text_of(content, "kind") != kKindOfState)
    throw data_error(
        "'{}' is not the state of a training (its kind is '{}'); move it away to train from the "
        "start",
        file.string(), text_of(content, "kind"));
  if (const std::string found = text_of(content, "identity"); found != training.identity)
    throw data_error(
        "'{}' belongs to another training ('{}', this one is '{}'); use another folder, or move "
        "the file away to train from the start",
        file.string(), found, training.identity);
  // An optimiser takes missing moments for those of parameters without gradients.
  if (text_of(content, "tensors") != std::to_string(content.tensors.size()))
    throw data_error("'{}' holds {} tensors instead of {}; delete it to train from the start",
                     file.string(), content.tensors.size(), text_of(content, "tensors"));
  TrainingState state;
  visit_state(state, [&](const char* name, auto& value) {
    read_number(content, std::string(kTraining) + name, file, value);
  });
  std::vector<std::pair<std::string, double>> schedule;
  for (const auto& [name, tensor] : part(content, kSchedule))
    read_number(content, std::string(kSchedule) + name, file,
                schedule.emplace_back(name, 0).second);
  load_state(training.network, content, file, kModel);
  try {
    training.optimizer.load_state(part(content, kOptimizer));
    training.schedule.load_state(schedule);
  } catch (const Error& error) {
    throw data_error("'{}': {}", file.string(), error.what());
  }
  return state;
}

void load_weights(Network& network, const std::filesystem::path& checkpoint) {
  const TensorFile content = load_tensors(checkpoint);
  load_state(network, content, checkpoint, text_of(content, "kind") == kKindOfState ? kModel : "");
}

std::string identity_of(const std::filesystem::path& checkpoint) {
  return text_of(load_tensors(checkpoint), "identity");
}

}  // namespace myoseg
