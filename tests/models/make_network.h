// Networks from options, small ones for the contract tests.
#pragma once

#include <memory>
#include <string>

#include "core/config/tree/node.h"
#include "core/fields/pick.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg::testing {

struct NetworkHolder {
  Pick<NetworkEntry> network;
};
inline void describe(Fields& f, NetworkHolder& h) { f("network", h.network, "The network."); }

// {name: ..., options ...} -> the network; its weights are zero.
inline std::shared_ptr<Network> make_network(const Node& options, const NetworkIo& io) {
  Node section(Node::Map{});
  section.set("network", options);
  return bind<NetworkHolder>(section).network.make(io);
}

// Options that make the entry of that name small; an entry without any here is tested as it is.
inline Node tiny(const std::string& name) {
  Node options(Node::Map{});
  options.set("name", Node(name));
  if (name == "unet") {
    options.set("widths", Node(Node::List{Node(4), Node(8), Node(8)}));
    options.set("bottleneck", Node(16));
  }
  if (name == "encoder_unet" || name == "unetplusplus" || name == "manet") {
    Node encoder(Node::Map{});
    encoder.set("name", Node(name == "manet" ? "resnet18" : "resnet50"));
    // MANet's gates have a sixteenth of the channels, and no gradient where the ReLUs of all of
    // them are off.
    encoder.set("width", Node(name == "manet" ? 32 : 8));
    if (name == "encoder_unet") {
      encoder = Node(Node::Map{});
      encoder.set("name", Node("densenet121"));
      encoder.set("growth", Node(4));
    }
    options.set("encoder", encoder);
    options.set("decoder_channels",
                Node(Node::List{Node(16), Node(16), Node(8), Node(8), Node(8)}));
  }
  if (name == "dense_block_unet") {
    options.set("growth", Node(4));
    options.set("stem", Node(8));
    options.set("layers", Node(Node::List{Node(2), Node(2), Node(2)}));
    options.set("bottleneck", Node(2));
  }
  if (name == "monai_unet") {
    options.set("channels", Node(Node::List{Node(4), Node(8), Node(8)}));
    options.set("strides", Node(Node::List{Node(2), Node(Node::List{Node(1), Node(2), Node(2)})}));
  }
  if (name == "basic_unet")
    options.set("features", Node(Node::List{Node(4), Node(4), Node(8), Node(8), Node(8), Node(4)}));
  if (name == "unetr") {
    options.set("image_size", Node(Node::List{Node(16), Node(32), Node(32)}));
    options.set("feature_size", Node(4));
    options.set("hidden_size", Node(24));
    options.set("mlp_dim", Node(32));
    options.set("heads", Node(4));
  }
  if (name == "dynunet") {
    const auto through = [](std::vector<int> numbers) {
      return Node(Node::List(numbers.begin(), numbers.end()));
    };
    options.set("kernels", Node(Node::List{through({1, 3, 3}), Node(3), Node(3)}));
    options.set("strides", Node(Node::List{Node(1), through({1, 2, 2}), Node(2)}));
    options.set("filters", through({4, 8, 8}));
    options.set("residual", Node(true));
  }
  if (name == "segformer") {
    Node encoder(Node::Map{});
    encoder.set("name", Node("mit_b0"));
    encoder.set("widths", Node(Node::List{Node(8), Node(8), Node(16), Node(16)}));
    encoder.set("heads", Node(Node::List{Node(1), Node(2), Node(2), Node(4)}));
    encoder.set("depths", Node(Node::List{Node(1), Node(1), Node(1), Node(1)}));
    options.set("encoder", encoder);
    options.set("decoder_channels", Node(16));
  }
  return options;
}

}  // namespace myoseg::testing
