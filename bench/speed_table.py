"""One table: a training step and a prediction of each network, in this program and in its peer, from the same weights on the
same batches, with the same loss and AdamW.

    python3 speed_table.py path/to/training_speed [--network unet basic_unet ...] [--isa avx2] [--threads N] [--force]
    python3 speed_table.py path/to/training_speed --device cuda

The peer of U-Nets in 2D is the same network in plain PyTorch, of UNet++, MANet and SegFormer segmentation_models.pytorch, of
volumes MONAI; each as it comes and with its switches (channels-last, torch.compile, both; bf16). Every run is a process of its
own, so that its peak of memory is its own; programs take turns, and medians of all steps but the first of each run are compared. The losses of
the first step show that both compute the same. `--isa avx2` keeps every library to AVX2, as on a processor that has no more.
On a machine that is not idle only CPU time compares; refused there unless forced.

`--device cuda` times UNet++, UNETR and nnU-Net's 3D U-Net on the first GPU: the peer as it comes and with its switches (fused
AdamW with bf16), this program in fp32, in bf16 and in bf16 with train.cuda_graph. A step is repeated before a loss is read, in
both, and wall time is compared.
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

# What keeps oneDNN, ATen, MKL and OpenBLAS (and the kernels here, which follow ATen's) to AVX2.
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2", "OPENBLAS_CORETYPE": "Haswell"}
SWITCHES = {"": (), "channels_last": ("channels_last",), "compile": ("compile",), "compile channels_last": ("compile", "channels_last"),
            "bf16": ("bf16",), "bf16 channels_last": ("bf16", "channels_last"), "bf16 compile channels_last": ("bf16", "compile", "channels_last")}
GPU_PEERS = ["", "channels_last", "bf16 channels_last", "bf16 compile channels_last"]
GPU_OURS = ["fp32", "bf16", "bf16 graph"]
GPU_NETWORKS = ["unetplusplus", "unetr", "dynunet"]
GPU_REPEATS = 20  # steps of a batch until its loss is read
HIGH_LOAD = 1.5
LEFT_OUT = 1  # first steps: buffers and compiled code are made


def batches(torch, network, steps):
    """Balls of all classes in noise: something to learn within a few steps."""
    torch.manual_seed(1)
    shape = network.size
    label = torch.zeros(steps, network.batch, *shape, dtype=torch.long)
    axes = torch.meshgrid(*[torch.arange(n) for n in shape], indexing="ij")
    for sample in label.view(-1, *shape):
        for value in range(1, network.classes):
            inside = sum((axis - torch.randint(n // 4, 3 * n // 4, (1,))) ** 2 for axis, n in zip(axes, shape))
            sample[inside < (shape[0] // 8) ** 2] = value
        sample.view(-1)[-1] = network.classes - 1
    image = label.unsqueeze(2).float() / network.classes + 0.2 * torch.randn(steps, network.batch, network.channels, *shape)
    return image, label


def make(options, name, folder):
    import torch

    network = NETWORKS[name]
    torch.manual_seed(2)
    # Without what MONAI names twice (DynUNet) or has and never uses (UNETR).
    state = {k: v for k, v in network.peer().state_dict().items() if not k.startswith("skip_layers.") and "cross_attn" not in k}
    torch.save(state, folder / "weights.pt")
    image, label = batches(torch, network, options.steps)
    torch.save({"image": image, "label": label}, folder / "batches.pt")


def clocked(work, read, repeats):
    """What `read` makes of the first of `repeats` results, and ms of wall and CPU time of one of them."""
    wall, cpu = time.perf_counter(), time.process_time()
    results = [work() for _ in range(repeats)][:1]
    result = read(results[0])
    return result, 1e3 * (time.perf_counter() - wall) / repeats, 1e3 * (time.process_time() - cpu) / repeats


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_peer(name, switches, folder, threads, device):
    import torch

    torch.set_num_threads(threads)
    repeats = GPU_REPEATS if device == "cuda" else 1
    network, switches = NETWORKS[name], SWITCHES[switches]
    data = torch.load(folder / "batches.pt")
    last = torch.channels_last if len(network.size) == 2 else torch.channels_last_3d
    laid = (lambda x: x.to(memory_format=last)) if "channels_last" in switches else (lambda x: x)
    model, loss = network.peer(), network.loss()
    model.load_state_dict(torch.load(folder / "weights.pt"), strict=False)
    model = laid(model.to(device)).train()
    tuned = {"fused": True} if device == "cuda" and "bf16" in switches else {}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, **tuned)
    called = torch.compile(model) if "compile" in switches else model
    before = peak_mib()
    result = {"losses": [], "steps": [], "predictions": [], "before_mib": before, "torch": torch.__version__}

    def forward(x):
        with torch.autocast(device, torch.bfloat16, enabled="bf16" in switches):
            return called(laid(x)).float()

    def step(x, y):
        optimizer.zero_grad()
        value = loss(forward(x), y)
        value.backward()
        optimizer.step()
        return value.detach()

    for x, y in zip(data["image"].to(device), data["label"].to(device)):
        value, *cost = clocked(lambda: step(x, y), lambda loss: loss.item(), repeats)
        result["losses"].append(value)
        result["steps"].append(cost)
    result["peak_mib"] = peak_mib()
    model.eval()
    with torch.no_grad():
        for x in data["image"].to(device):
            result["predictions"].append(clocked(lambda: forward(x).argmax(1).to(torch.uint8), lambda answer: answer.cpu(), repeats)[1:])
    print(json.dumps(result))


def run_ours(options, name, switches, folder, environment):
    network = NETWORKS[name]
    kernels, precision = (switches, "fp32") if switches not in ("bf16", *GPU_OURS) else ("library", switches.split()[0])
    command = [options.program, network.ours, folder / "weights.pt", folder / "batches.pt", precision, options.threads, network.our_loss, kernels]
    if options.device == "cuda":
        command += ["cuda", GPU_REPEATS, *switches.split()[1:]]
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in environment.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    return json_of(list(map(str, command)), environment, options.longest)


def json_of(command, environment, longest):
    try:
        out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=longest)
        return json.loads(out.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        print(f"# {' '.join(command[-6:])}: took more than {longest} s", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"# {' '.join(command[-6:])}: {error.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return None


def median(runs, key, column):
    return statistics.median(cost[column] for run in runs for cost in run[key][LEFT_OUT:])


def summary(runs):
    """Of one program: medians in ms, the peak beyond what was there before, and its first loss and the mean of its last half."""
    half = runs[0]["losses"][len(runs[0]["losses"]) // 2:]
    return {"step": median(runs, "steps", 0), "step_cpu": median(runs, "steps", 1), "predict": median(runs, "predictions", 0),
            "predict_cpu": median(runs, "predictions", 1), "peak_mib": statistics.median(r["peak_mib"] - r["before_mib"] for r in runs),
            "first_loss": runs[0]["losses"][0], "loss": statistics.mean(half)}


def measure(options, name, environment):
    """A summary for each program: ("peer" or "myoseg", its switches)."""
    programs = [("peer", s) for s in options.peer] + [("myoseg", s) for s in options.ours]
    runs = {program: [] for program in programs}
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        again = [sys.executable, __file__, "-", "--steps", str(options.steps), "--threads", str(options.threads), "--device", options.device]
        subprocess.run([*again, "--as-maker", name, made], env=environment, check=True)
        for _ in range(options.rounds):
            for program in programs:
                if runs[program] is None:
                    continue
                kind, switches = program
                found = (json_of([*again, "--as-peer", name, switches, made], environment, options.longest) if kind == "peer"
                         else run_ours(options, name, switches, folder, environment))
                runs[program] = runs[program] + [found] if found else None
    return {program: summary(of) for program, of in runs.items() if of}


def row(options, name, found):
    """The Markdown row of one network: its peer as it comes and with the best switch, then this program."""
    by = "_cpu" if options.by == "cpu" else ""
    peers = {s: of for (kind, s), of in found.items() if kind == "peer"}
    fp32 = {s: of for s, of in peers.items() if "bf16" not in s}
    ours = {s: of for (kind, s), of in found.items() if kind == "myoseg" and s != "bf16"}
    if not fp32 or not ours:
        return f"| {NETWORKS[name].title} | failed |"
    mine = ours.get("auto", list(ours.values())[-1])
    cells = [NETWORKS[name].title]
    for what in ("step", "predict"):
        key = what + by
        best = min(fp32, key=lambda s: fp32[s][key])
        first = fp32.get("", fp32[best])
        cells += [f"{first[key]:.0f}", f"{fp32[best][key]:.0f} ({best or 'as it comes'})",
                  *[f"{ours[s][key]:.0f}" if s in ours else "" for s in ("library", "auto")],
                  f"{first[key] / mine[key]:.2f}, {fp32[best][key] / mine[key]:.2f}"]
    cells += [f"{fp32.get('', next(iter(fp32.values())))['peak_mib']:.0f}", f"{mine['peak_mib']:.0f}"]
    return "| " + " | ".join(cells) + " |"


def gpu_row(name, found):
    """The Markdown row of one network on a GPU: ms a step and a prediction of every program."""
    cells = [NETWORKS[name].title]
    for what in ("step", "predict"):
        peers = {s: found["peer", s][what] for s in GPU_PEERS if ("peer", s) in found}
        ours = {s: found["myoseg", s][what] for s in GPU_OURS if ("myoseg", s) in found}
        cells += [f"{peers[s]:.2f}" if s in peers else "failed" for s in GPU_PEERS]
        cells += [f"{ours[s]:.2f}" if s in ours else "failed" for s in GPU_OURS]
        cells.append(f"{peers[''] / min(ours.values()):.2f}, {min(peers.values()) / min(ours.values()):.2f}" if "" in peers and ours else "")
    return "| " + " | ".join(cells) + " |"


def gpu_head():
    one = " | ".join([*(f"peer {s or 'as it comes'}" for s in GPU_PEERS), *(f"ours {s}" for s in GPU_OURS), "times: as it comes, best"])
    return f"\n| network | step, ms: {one} | prediction, ms: {one} |\n|" + " --- |" * (1 + 2 * (len(GPU_PEERS) + len(GPU_OURS) + 1))


def require_gpu():
    import torch

    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU here, so there is nothing to time with --device cuda; leave it out to time the processor")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--network", nargs="+", choices=list(NETWORKS), help="default: all, on a GPU " + " ".join(GPU_NETWORKS))
    parser.add_argument("--peer", nargs="+", default=["", "channels_last", "compile", "compile channels_last"], choices=list(SWITCHES), metavar="SWITCHES")
    parser.add_argument("--ours", nargs="+", default=["library", "auto"], choices=["library", "auto", "f2", "f4", "bf16"])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="cuda: all of its own switches")
    parser.add_argument("--isa", choices=["native", "avx2"], default="native")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--longest", type=float, default=900, help="seconds that one run may take")
    parser.add_argument("--by", choices=["wall", "cpu"], default="wall", help="what the Markdown table holds and compares")
    parser.add_argument("--force", action="store_true", help="measure at a high load too")
    parser.add_argument("--as-maker", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--as-peer", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_maker:
        return make(options, options.as_maker[0], pathlib.Path(options.as_maker[1]))
    if options.as_peer:
        name, switches, folder = options.as_peer
        return run_peer(name, switches, pathlib.Path(folder), options.threads, options.device)
    if options.device == "cuda":
        require_gpu()
        options.peer, options.ours = GPU_PEERS, GPU_OURS
    options.network = options.network or (GPU_NETWORKS if options.device == "cuda" else list(NETWORKS))

    load = os.getloadavg()[0]
    if load > HIGH_LOAD and options.device == "cpu" and not options.force:
        sys.exit(f"The load is {load:.1f}: times would be those of a busy machine; wait, or --force and compare CPU times alone (--by cpu)")
    environment = {**os.environ, **(AVX2 if options.isa == "avx2" else {})}
    print(f"# {options.device}, {options.isa}, {options.threads} threads, load {load:.2f} at the start, {options.rounds} rounds of {options.steps} steps")
    print("network,program,switches,step_ms,step_cpu_ms,predict_ms,predict_cpu_ms,peak_mib,first_loss,loss,load", flush=True)
    rows = []
    for name in options.network:
        found = measure(options, name, environment)
        for (kind, switches), s in found.items():
            print(f"{name},{kind},{switches},{s['step']:.4g},{s['step_cpu']:.4g},{s['predict']:.4g},{s['predict_cpu']:.4g},"
                  f"{s['peak_mib']:.0f},{s['first_loss']:.5f},{s['loss']:.4f},{os.getloadavg()[0]:.2f}", flush=True)
        rows.append(gpu_row(name, found) if options.device == "cuda" else row(options, name, found))
    if options.device == "cuda":
        return print("\n".join([gpu_head(), *rows]))
    unit = "CPU" if options.by == "cpu" else "wall"
    print(f"\n| network | step, ms of {unit}: peer | with its best switch | library | auto | times | prediction: peer | with its best switch "
          "| library | auto | times | peak, MiB: peer | ours |\n|" + " --- |" * 13)
    print("\n".join(rows))


if __name__ == "__main__":
    main()
