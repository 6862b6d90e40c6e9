#include "models/runtime/chosen_methods.h"

namespace myoseg {
namespace {

thread_local ChosenMethods* running_methods = nullptr;

}  // namespace

ChosenMethods::ChosenMethods() { running_methods = this; }
ChosenMethods::~ChosenMethods() { running_methods = nullptr; }
ChosenMethods* ChosenMethods::running() { return running_methods; }

void ChosenMethods::add(const std::string& convolution, std::optional<kernels::Method> method) {
  const std::string name(method ? name_of(*method) : "library");
  ++counts_[name];
  lines_.push_back(convolution + ": " + name);
}

std::string ChosenMethods::summary() const {
  std::string text;
  for (const auto& [name, count] : counts_)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  return text;
}

}  // namespace myoseg
