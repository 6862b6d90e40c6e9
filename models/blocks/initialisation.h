// How the weights of a part of a network start where its reference does not leave them to PyTorch.
#pragma once

#include <cstdint>
#include <string>

namespace myoseg {

class Conv;

// All with biases of zero. Fans count as in PyTorch, the gain is that of ReLU but where another is
// named.
enum class ConvInit {
  kaiming_normal_fan_in,
  kaiming_normal_leaky,  // by fan-in too, with the gain of a leaky ReLU of slope 0.01
  kaiming_normal_fan_out,
  kaiming_uniform_fan_in,
  xavier_uniform,
};

// A module whose convolutions, its children's included, start in this way.
class InitialisedPart {
 public:
  explicit InitialisedPart(ConvInit init) : conv_init_(init) {}
  [[nodiscard]] ConvInit conv_init() const { return conv_init_; }

 protected:
  ~InitialisedPart() = default;

 private:
  ConvInit conv_init_;
};

// Draws from (seed, parameter name), as Layer::initialise does.
void initialise_conv(Conv& conv, ConvInit init, std::uint64_t seed, const std::string& path);

}  // namespace myoseg
