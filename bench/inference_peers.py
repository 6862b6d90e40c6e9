"""Times a whole scan through MONAI's SlidingWindowInferer in turn with inference_speed: the same
weights, scan, windows and cores.

    python3 inference_peers.py path/to/inference_speed [--network basic_unet] [--kernels auto] [--size 512 512 400] [--window 96] [--overlap 0.25] [--threads N]

Each program is a process of its own, so that its peak of resident memory is its own; the medians of
the rounds are compared. `stitching` is what is not the network's forward pass, in shares of CPU
time. `differ` is the share of voxels with another label: ties within rounding.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from speed_networks import NETWORKS  # noqa: E402

CLASSES = 30
STEPS = 1024  # of a value of 1 in the scan's 16 bits


def network(options):
    return NETWORKS[options.network].peer().eval()


def make(options, folder):
    """Weights whose classes differ from place to place, and a scan of smooth noise."""
    import nibabel
    import numpy
    import torch

    torch.manual_seed(1)
    model = network(options)
    with torch.no_grad():
        model(torch.rand(1, 1, 64, 64, 64))
        for name, tensor in model.state_dict().items():
            if name.endswith("running_var"):
                tensor.fill_(0.3)
    torch.save(model.state_dict(), folder / "weights.pt")
    x, y, z = options.size
    coarse = torch.rand(1, 1, z // 8 + 2, y // 8 + 2, x // 8 + 2)
    plane = torch.rand(y, x)
    header = nibabel.Nifti1Header()
    header.set_data_shape(options.size)
    header.set_data_dtype(numpy.int16)
    header.set_sform(numpy.eye(4), 1)
    header.set_slope_inter(1 / STEPS, 0)
    with open(folder / "scan.nii", "wb") as out:
        header["vox_offset"] = 352
        out.write(header.binaryblock + bytes(4))
        for i in range(z):  # plane by plane: the peer's peak is its own
            low, part = divmod(i, 8)
            mixed = coarse[:, :, low] * (1 - part / 8) + coarse[:, :, low + 1] * (part / 8)
            smooth = torch.nn.functional.interpolate(mixed, size=(y, x), mode="bilinear")[0, 0]
            out.write((STEPS * (smooth + 0.1 * plane.roll(i, 1))).round().numpy().astype(numpy.int16).tobytes())


class Timed:
    def __init__(self, model):
        self.model, self.wall, self.cpu, self.windows = model, 0.0, 0.0, 0

    def __call__(self, x):
        wall, cpu = time.perf_counter(), time.process_time()
        y = self.model(x)
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        self.windows += len(x)
        return y


def peer(options, folder):
    import numpy
    import torch
    from monai.inferers import SlidingWindowInferer

    torch.set_num_threads(options.threads)
    model = network(options)
    model.load_state_dict(torch.load(folder / "weights.pt"))
    x, y, z = options.size
    stored = numpy.fromfile(folder / "scan.nii", numpy.int16, offset=352)
    scan = torch.from_numpy(stored.astype(numpy.float32) / STEPS).reshape(1, 1, z, y, x)
    window = (options.window,) * 3
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    timed = Timed(model)
    wall, cpu = time.perf_counter(), time.process_time()
    with torch.inference_mode():
        logits = SlidingWindowInferer(window, 1, options.overlap, mode="gaussian", progress=False)(scan, timed)
        label = logits.argmax(1).to(torch.uint8)
    result = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu,
              "network_wall_s": timed.wall, "network_cpu_s": timed.cpu, "windows": timed.windows,
              "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, "peak_before_gb": before}
    label.numpy().tofile(folder / "peer.raw")
    print(json.dumps(result))


def ours(options, folder):
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    command = [options.program, NETWORKS[options.network].ours, folder / "weights.pt", CLASSES, folder / "scan.nii",
               ",".join([str(options.window)] * 3), options.overlap,
               options.threads, folder / "ours.raw", options.kernels]
    command += [options.memory_gb] if options.memory_gb else []
    return subprocess.run(list(map(str, command)), env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--size", type=int, nargs=3, default=[512, 512, 400], help="x, y, z")
    parser.add_argument("--window", type=int, default=96)
    parser.add_argument("--overlap", type=float, default=0.25)
    parser.add_argument("--network", default="monai_unet", choices=["monai_unet", "basic_unet", "dynunet"])
    parser.add_argument("--kernels", default="auto", choices=["auto", "library", "f2", "f4"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--memory-gb", type=float, help="of ours")
    parser.add_argument("--only", choices=["ours", "monai"])
    parser.add_argument("--as-peer", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_peer:
        return peer(options, options.as_peer)

    import numpy

    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r}); "
                        f"import argparse, pathlib, inference_peers; inference_peers.make(argparse.Namespace("
                        f"network={options.network!r}, size={options.size}), pathlib.Path({made!r}))"], check=True)
        runs = {"monai": [], "myoseg": []}
        for _ in range(options.rounds):
            if options.only != "ours":
                command = [sys.executable, __file__, *sys.argv[1:], "--as-peer", made]
                runs["monai"].append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
            if options.only != "monai":
                runs["myoseg"].append(json.loads(ours(options, folder)))
        differ = float("nan")
        if not options.only:
            a, b = (numpy.fromfile(folder / name, numpy.uint8) for name in ("peer.raw", "ours.raw"))
            differ = (a != b).mean()
            print(f"# {len(numpy.unique(a))} classes are found")
    print(f"# {options.threads} threads, load {os.getloadavg()[0]:.2f}, {options.size}, window {options.window}, "
          f"overlap {options.overlap}, {CLASSES} classes, differ {differ:.2e}")
    print("program,windows,wall_s,cpu_s,network_cpu_s,stitching,peak_gb,peak_before_gb,cpu_ratio")
    cpu = {name: statistics.median(r["cpu_s"] for r in of) for name, of in runs.items() if of}
    for name, of in runs.items():
        if not of:
            continue
        middle = {key: statistics.median(r[key] for r in of) for key in of[0]}
        print(f"{name},{middle['windows']:.0f},{middle['wall_s']:.1f},{middle['cpu_s']:.1f},{middle['network_cpu_s']:.1f},"
              f"{1 - middle['network_cpu_s'] / middle['cpu_s']:.3f},{middle['peak_gb']:.2f},"
              f"{middle['peak_before_gb']:.2f},{cpu.get('monai', float('nan')) / middle['cpu_s']:.2f}")


if __name__ == "__main__":
    main()
