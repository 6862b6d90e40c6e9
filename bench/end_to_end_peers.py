"""Times a whole experiment beside MONAI's and nnU-Net's own pipelines: load and prepare scans, train a number of steps, predict the
held-out cases into files, score them. Every peer has a comparison of its own, with its network, patches, loss, optimiser and number
of steps in both programs (end_to_end_monai.py, end_to_end_nnunet.py say what still differs); each run is a process of its own.

    python3 end_to_end_peers.py path/to/myoseg path/to/Dataset102_HippocampusMR [--peer monai nnunet] [--steps 40] [--rounds 1] [--threads N]

The data are scans of one MR channel with labels in nnU-Net's layout; every fifth case is held out. Dice shows that both have learnt
alike; it is that of few steps and differs between seeds by as much as 0.17 after 20, 0.1 after 60. `prepare`, `train`, `predict` (with
scores), `report` (no peer has one) are wall seconds from one such line of the program's log to the next; the rest starts the program.
"""

import argparse
import csv
import importlib.util
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import end_to_end_monai  # noqa: E402
import end_to_end_nnunet  # noqa: E402
from speed_table import AVX2, HIGH_LOAD  # noqa: E402

PEERS = {"monai": end_to_end_monai, "nnunet": end_to_end_nnunet}
STAGES = ("prepare", "train", "predict", "report")
COLUMNS = ("wall", "cpu", *STAGES)


def cases_of(options):
    """Names to (image, label), and the held-out names."""
    root = pathlib.Path(options.data).resolve()
    labels = sorted((root / "labelsTr").glob("*.nii.gz"))
    cases = {label.name.removesuffix(".nii.gz"): (root / "imagesTr" / label.name.replace(".nii.gz", "_0000.nii.gz"), label) for label in labels}
    return cases, list(cases)[::5]


def ours(options, peer, held_out, folder):
    """The command of `myoseg run` of everything, and where to run it."""
    overrides = [
        "experiment=kim2024", "report=none", "analyses=[]", f"data.root={options.data}", "data.merge=[]", "data.regions=[]",
        "preprocess.window_hu=[0,2000000]", "preprocess.normalise=zscore", "preprocess.gamma=1", "preprocess.crop=none",
        "preprocess.spacing_mm=[1,1,1]", "train.epochs=1", "train.validate_every=1", "validation.scheme=fixed",
        f"validation.test=[{','.join(held_out)}]", "validation.tuning_fraction=0.02", "metrics=[dice]", "report.metrics=[dice]",
        "report.agreement=[]", "report.case_overlays=0", f"loader.threads={options.threads}", f"train.kernels={options.kernels}",
        f"runtime.threads={options.threads}", f"seed={options.seed}", *peer.ours(options, folder)]
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    environment |= {"MYOSEG_RUNS": str(folder / "runs"), "MYOSEG_CACHE": str(folder / "cache")}
    return [str(options.program), "run", *overrides], environment


def our_dice(folder):
    run = next((folder / "runs").iterdir())
    with open(run / "scores.csv") as file:
        return statistics.mean(float(row["value"]) for row in csv.DictReader(file)
                               if row["metric"] == "dice" and row["stage"] == "final" and row["value"])


def timed(command, environment, log):
    """COLUMNS of a process: wall and CPU seconds with its children's, and its stages by the lines "I train ..." it prints."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    stage, since, seconds = None, start, dict.fromkeys(STAGES, 0.0)
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with open(log, "w", buffering=1) as file, subprocess.Popen(command, env=environment, **pipe) as process:
        for line in process.stdout:
            file.write(line)
            told = re.search(rf"\bI ({'|'.join(STAGES)})\b", line)
            if told and told[1] != stage:
                now = time.perf_counter()
                if stage:
                    seconds[stage] += now - since
                stage, since = told[1], now
    end, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}:\n{''.join(open(log).readlines()[-20:])}")
    if stage:
        seconds[stage] += end - since
    return [end - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, *seconds.values()]


def compare(options, name):
    peer, (_, held_out) = PEERS[name], cases_of(options)
    costs, dice = {peer.NAME: [], "myoseg": []}, {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as made:
            folder = pathlib.Path(made)  # the peer first: nnU-Net plans what both train
            command = [sys.executable, "-W", "ignore", __file__, *sys.argv[1:], "--as-peer", name, made]
            costs[peer.NAME].append(timed(command, dict(os.environ), folder / "peer.txt"))
            dice[peer.NAME] = json.loads((folder / "dice.json").read_text())
            costs["myoseg"].append(timed(*ours(options, peer, held_out, folder), folder / "ours.txt"))
            dice["myoseg"] = our_dice(folder)
    middle = {program: [statistics.median(column) for column in zip(*of)] for program, of in costs.items()}
    print(f"# beside {peer.NAME}: {peer.DIFFERS.format(threads=options.threads)}")
    print("program," + ",".join(f"{c}_s" for c in COLUMNS) + ",wall_ratio,cpu_ratio,dice")
    for program, row in middle.items():
        ratios = [middle[peer.NAME][i] / row[i] for i in (0, 1)]
        print(f"{program},{','.join(f'{s:.1f}' for s in row)},{ratios[0]:.2f},{ratios[1]:.2f},{dice[program]:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--peer", nargs="+", choices=list(PEERS), help="default: those that are installed")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--same-mirrors", action="store_true", help="nnU-Net averages two mirrored predictions as myoseg, not its eight")
    parser.add_argument("--kernels", default="auto")
    parser.add_argument("--isa", choices=["native", "avx2"], default="native")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--force", action="store_true", help="measure at a high load too")
    parser.add_argument("--as-peer", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_peer:
        name, folder = options.as_peer
        cases, held_out = cases_of(options)
        dice = PEERS[name].experiment(options, cases, held_out, pathlib.Path(folder))
        return (pathlib.Path(folder) / "dice.json").write_text(json.dumps(dice))
    load = os.getloadavg()[0]
    if load > HIGH_LOAD and not options.force:
        sys.exit(f"The load is {load:.1f}: times would be those of a busy machine; wait, or --force and compare CPU times alone")
    os.environ.update(AVX2 if options.isa == "avx2" else {})
    print(f"# {options.isa}, {options.threads} threads, load {load:.2f}, {options.steps} steps, kernels {options.kernels}")
    for name in options.peer or [name for name, peer in PEERS.items() if importlib.util.find_spec(peer.PACKAGE)]:
        compare(options, name)


if __name__ == "__main__":
    main()
