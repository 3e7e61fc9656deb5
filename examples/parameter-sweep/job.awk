# The cycle that x -> r x (1 - x) settles into: prints r, its length (0 when longer than 64) and a
# point of it. Use: awk -v r=3.2 -f job.awk
BEGIN {
  x = 0.5
  for (i = 0; i < 200000; i++) x = r * x * (1 - x)
  first = x
  cycle = 0
  for (n = 1; n <= 64 && cycle == 0; n++) {
    x = r * x * (1 - x)
    distance = x > first ? x - first : first - x
    if (distance < 0.000000001) cycle = n
  }
  printf "%s,%d,%.6f\n", r, cycle, first
}
