"""Writes the sample files of this folder with Python's PyTorch: tensors are counted through (0, 1/8, 2/8 ...)."""
import argparse
import os
import sys
from collections import OrderedDict

import numpy
import torch
from torch import nn


def filled(module):
    for _, tensor in module.state_dict().items():
        tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape) / (8 if tensor.is_floating_point() else 1))
    return module


class Evil:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def main(folder):
    torch.manual_seed(0)
    os.chdir(folder)
    net = filled(nn.Sequential(OrderedDict(conv=nn.Conv2d(1, 2, 3), norm=nn.BatchNorm2d(2))))
    state = net.state_dict()
    torch.save(state, "state_dict.pt")
    torch.save(state, "protocol_4.pt", pickle_protocol=4)
    torch.save(state, "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(net, "whole_module.pt")
    traced = torch.jit.trace(net, torch.ones(1, 1, 4, 4))
    filled(traced).save("torchscript.ts")  # after tracing, which moves the running statistics

    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.ones(1, 1, 4, 4)).sum().backward()
    optimizer.step()
    filled(net)
    torch.save(
        {
            "epoch": 3,
            "args": argparse.Namespace(lr=0.1, name="run"),
            "best": numpy.float64(0.5),
            "curve": numpy.arange(3.0),
            "optimizer": optimizer.state_dict(),
            "state_dict": OrderedDict(("module." + k, nn.Parameter(v.clone()) if v.is_floating_point() else v)
                                      for k, v in state.items()),
        },
        "nested.pth",
    )

    base = torch.arange(24.0).reshape(4, 6)
    cycle = {"x": torch.arange(3.0)}
    cycle["again"] = cycle
    torch.save(
        {
            "part": base[1:3, 2:4],
            "turned": base.t(),
            "half": torch.arange(5).half(),
            "bfloat": torch.arange(5).bfloat16(),
            "double": torch.arange(3).double() / 3,
            "long": torch.tensor([2**40, -1]),
            "int": torch.arange(3).int(),
            "short": torch.arange(3).short(),
            "char": torch.arange(-1, 2).char(),
            "byte": torch.arange(253, 256).byte(),
            "flag": torch.tensor([True, False]),
            "scalar": torch.tensor(7),
            "empty": torch.zeros(0, 4),
            "inner": cycle,
            "note": "text",
        },
        "kinds.pt",
    )

    torch.save({"conv.weight": torch.ones(2), "x": Evil(os.system, "touch executed")}, "evil_system.pt")
    torch.save(Evil(eval, "open('executed', 'w')"), "evil_eval.pth", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main(sys.argv[1])
