# A queue of job arrays in the folder $FAKE_SLURM, for machines without SLURM: what sbatch, squeue, sacct, scontrol and
# scancel of this folder share. An element N of array ID has the files jobs/ID/N.{state,reason,pid,code}.
set -u
shopt -s nullglob
jobs=$FAKE_SLURM/jobs
mkdir -p "$jobs"

state() { cat "$jobs/$1/$2.state"; }
set_state() { printf '%s\n' "$3" >"$jobs/$1/$2.new" && mv "$jobs/$1/$2.new" "$jobs/$1/$2.state"; }
ended() { case $(state "$1" "$2") in PENDING | RUNNING) return 1 ;; esac }
elements() { for file in "$jobs/$1"/*.state; do basename "$file" .state; done | sort -n; }
all_ended() {
  local n
  for n in $(elements "$1"); do ended "$1" "$n" || return 1; done
}
# The dependency of an element: met (0), not yet (1), or never (2).
may_begin() {
  local kind ids id
  read -r kind ids <"$jobs/$1/dependency" || return 0
  for id in $ids; do
    if [ "$kind" = aftercorr ]; then
      ended "$id" "$2" || return 1
      [ "$(state "$id" "$2")" = COMPLETED ] || return 2
    else
      all_ended "$id" || return 1
    fi
  done
}
