// Networks from options, small ones for the contract tests.
#pragma once

#include <memory>
#include <string>

#include "core/node.h"
#include "core/pick.h"
#include "models/layers.h"
#include "models/network.h"

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
  return options;
}

}  // namespace myoseg::testing
