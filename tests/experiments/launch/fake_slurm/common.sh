# A queue of job arrays in the folder $FAKE_SLURM, for machines without SLURM: what sbatch, squeue, sacct, scontrol and
# scancel of this folder share. An element N of array ID has the files jobs/ID/N.{state,pid,code}. Without a process for
# every look: $got and $numbers are what was asked for.
set -u
shopt -s nullglob
jobs=$FAKE_SLURM/jobs
mkdir -p "$jobs"

state() { read -r got <"$jobs/$1/$2.state"; }
set_state() { printf '%s\n' "$3" >"$jobs/$1/$2.new" && mv "$jobs/$1/$2.new" "$jobs/$1/$2.state"; }
ended() {
  state "$1" "$2"
  [[ $got != PENDING && $got != RUNNING ]]
}
elements() {
  local file
  numbers=()
  for file in "$jobs/$1"/*.state; do
    file=${file##*/}
    numbers+=("${file%.state}")
  done
}
all_ended() {
  local n
  elements "$1"
  for n in "${numbers[@]}"; do ended "$1" "$n" || return 1; done
}
code() {
  got=0:0
  [ ! -e "$jobs/$1/$2.code" ] || read -r got <"$jobs/$1/$2.code"
}
# The dependency of an element: met (0), not yet (1), or never (2).
may_begin() {
  local kind ids id
  read -r kind ids <"$jobs/$1/dependency" || return 0
  for id in $ids; do
    if [ "$kind" = aftercorr ]; then
      ended "$id" "$2" || return 1
      [ "$got" = COMPLETED ] || return 2
    else
      all_ended "$id" || return 1
    fi
  done
}
