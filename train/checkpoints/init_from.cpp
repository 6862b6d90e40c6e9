#include "train/checkpoints/init_from.h"

#include <algorithm>

#include "core/error.h"
#include "core/names.h"
#include "models/blocks/layers.h"

namespace myoseg {
namespace {

[[nodiscard]] Error fits_nothing(const std::string& key, const std::string& prefix,
                                 const NamedTensors& parameters) {
  std::vector<std::string> parts;
  for (const auto& [name, parameter] : parameters)
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
      if (std::string part = name.substr(0, dot);
          std::find(parts.begin(), parts.end(), part) == parts.end())
        parts.push_back(std::move(part));
  return usage_error(
      "fine_tune.{}: no parameter's name begins with '{}'{}; 'myoseg info' lists the "
      "network's layers",
      key, prefix, did_you_mean(prefix, parts));
}

}  // namespace

void describe(Fields& f, RateFactor& o) {
  f("names", o.names, kAny.must_be_given(), "Beginning of the parameters' names: encoder.layer1.");
  f("factor", o.factor, kNonNegative, "Times the learning rate.");
}

void describe(Fields& f, FineTuneOptions& o) {
  f("load", o.load,
    "What init_from must fill: the whole network with nothing left over, the whole encoder and "
    "nothing else, or anything that fits.");
  f("new_head", o.new_head,
    "Layers whose number of classes differs from the file's begin anew, instead of an error.");
  f("repeat_channels", o.repeat_channels,
    "A first layer for another number of input channels repeats the file's channels in turn, "
    "scaled "
    "to keep the sum, instead of an error; for one channel they are always summed.");
  f("anew", o.anew, "Beginnings of names that are not taken from the file: segmentation_head.");
  f("freeze", o.freeze,
    "Beginnings of names of parameters that do not move, here and in batch norms' statistics.");
  f("rates", o.rates,
    "Learning-rate factors by beginnings of names; the longest that fits counts, others keep 1.");
}

bool name_begins(std::string_view name, std::string_view prefix) {
  if (prefix.ends_with('.')) prefix.remove_suffix(1);
  return name.starts_with(prefix) && (name.size() == prefix.size() || name[prefix.size()] == '.');
}

void freeze(const NamedTensors& parameters, const FineTuneOptions& options) {
  for (const std::string& prefix : options.freeze) {
    bool fits = false;
    for (const auto& [name, parameter] : parameters) {
      if (!name_begins(name, prefix)) continue;
      at::Tensor(parameter).set_requires_grad(false);
      fits = true;
    }
    if (!fits) throw fits_nothing("freeze", prefix, parameters);
  }
  const auto moves = [](const auto& item) { return item.second.requires_grad(); };
  if (std::none_of(parameters.begin(), parameters.end(), moves))
    throw usage_error("fine_tune.freeze: every parameter is frozen, so there is nothing to train");
}

std::vector<double> rate_factors(const NamedTensors& parameters, const FineTuneOptions& options) {
  std::vector<double> factors(parameters.size(), 1);
  std::vector<std::size_t> longest(parameters.size(), 0);
  for (const RateFactor& rate : options.rates) {
    bool fits = false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (!name_begins(parameters[i].first, rate.names)) continue;
      fits = true;
      if (rate.names.size() < longest[i]) continue;
      longest[i] = rate.names.size();
      factors[i] = rate.factor;
    }
    if (!fits) throw fits_nothing("rates", rate.names, parameters);
  }
  return factors;
}

void training_mode(Network& network) {
  network.train();
  for (const auto& module : network.modules(/*include_self=*/false)) {
    if (dynamic_cast<BatchNorm*>(module.get()) == nullptr) continue;
    const auto parameters = module->parameters(/*recurse=*/false);
    if (!parameters.empty() && !parameters.front().requires_grad()) module->eval();
  }
}

}  // namespace myoseg
