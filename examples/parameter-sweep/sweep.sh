#!/bin/sh
# Runs job.awk once for each growth rate, four at a time, on one rented core, and puts the results
# into one table. Use: sweep.sh [table.csv]; SUAN is the command to use, by default ./suan.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suan=${SUAN:-$here/../../suan}
table=${1:-sweep.csv}
rates='2.5 2.8 3.2 3.4 3.46 3.5 3.55 3.56 3.566 3.628 3.702 3.74 3.83 3.845 3.9 3.906'
results=$(mktemp -d)

# 1. One allocation for all jobs: it ends by itself after a quarter of an hour at the latest.
allocation=$($suan buy --cpu 1 --memory 256MiB --max-price 0.50 -d 15m -y -o name)
trap '$suan allocation close "$allocation" >&2; rm -r "$results"' EXIT

# 2. One job for each rate; what it prints is its result.
job="$suan run --allocation $allocation --file $here/job.awk -- awk -f job.awk -v"
printf '%s\n' $rates |
  xargs -P 4 -I RATE sh -c "$job r=RATE > '$results/RATE' 2> '$results/RATE.log' || { cat '$results/RATE.log' >&2; exit 1; }"

# 3. One table, in the order of the rates.
{
  echo 'rate,cycle,point'
  for rate in $rates; do cat "$results/$rate"; done
} > "$table"
echo "$table"
