#include "models/runtime/chosen_methods.h"

namespace myoseg {
namespace {

thread_local ChosenMethods* running_methods = nullptr;

std::string name_of_method(const std::optional<kernels::Method>& method) {
  return std::string(method ? name_of(*method) : "library");
}

}  // namespace

ChosenMethods::ChosenMethods() { running_methods = this; }
ChosenMethods::~ChosenMethods() { running_methods = nullptr; }
ChosenMethods* ChosenMethods::running() { return running_methods; }

void ChosenMethods::add(const std::string& convolution, const kernels::PassMethods& methods) {
  ++counts_[name_of_method(methods.forward)];
  lines_.push_back(convolution + ": " + name_of_method(methods.forward) + ", back " +
                   name_of_method(methods.backward_data) + ", " +
                   name_of_method(methods.backward_weights));
}

std::string ChosenMethods::summary() const {
  std::string text;
  for (const auto& [name, count] : counts_)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  return text;
}

}  // namespace myoseg
