/**
 * Matrix products by OpenBLAS, called from Python, since Node calls no library. The library of the
 * system comes first, else the one inside numpy. Elements are small integers, so the product is exact
 * in both precisions, and sums of its rows are compared with A·(B·1), worked out without the library.
 */
export const OPENBLAS_PROGRAM = String.raw`
import ctypes, json, os, sys, time
from array import array

N, RUNS, RUN_MS = 1024, int(sys.argv[1]), int(sys.argv[2])
THREADS = int(sys.argv[3])
left = [(i * 7 + j * 13) % 17 - 8 for i in range(N) for j in range(N)]
right = [(i * 5 + j * 11) % 19 - 7 for i in range(N) for j in range(N)]
sums = [sum(right[k * N:(k + 1) * N]) for k in range(N)]
wanted = [sum(a * b for a, b in zip(left[i * N:(i + 1) * N], sums)) for i in range(N)]

def mapped():
    try:
        lines = open('/proc/self/maps').read().splitlines()
    except OSError:
        return None
    paths = [line.split()[-1] for line in lines if 'openblas' in line.split()[-1].lower()]
    return paths[0] if paths else None

def by_ctypes():
    library = None
    for name in ('libopenblas.so.0', 'libopenblas.so', 'libopenblas.dylib'):
        try:
            library = ctypes.CDLL(name)
            break
        except OSError:
            pass
    if library is None:
        return None
    library.openblas_get_config.restype = ctypes.c_char_p
    library.openblas_set_num_threads(THREADS)
    def product(kind, real):
        a, b, c = array(kind, left), array(kind, right), array(kind, bytes(array(kind).itemsize * N * N))
        at = lambda one: ctypes.c_void_p(one.buffer_info()[0])
        call = library.cblas_dgemm if kind == 'd' else library.cblas_sgemm
        def once():
            call(101, 111, 111, N, N, N, real(1), at(a), N, at(b), N, real(0), at(c), N)
        return once, lambda: [sum(c[i * N:(i + 1) * N]) for i in range(N)]
    return library.openblas_get_config().decode(), {
        'd': lambda: product('d', ctypes.c_double), 's': lambda: product('f', ctypes.c_float)}

def by_numpy():
    os.environ['OPENBLAS_NUM_THREADS'] = str(THREADS)
    try:
        import numpy
    except ImportError:
        return None
    if mapped() is None:
        return None
    def product(kind):
        a, b = (numpy.array(one, dtype=kind).reshape(N, N) for one in (left, right))
        c = numpy.zeros((N, N), dtype=kind)
        return lambda: numpy.matmul(a, b, out=c), lambda: c.sum(axis=1, dtype='float64').tolist()
    return 'OpenBLAS of numpy ' + numpy.__version__, {
        'd': lambda: product('float64'), 's': lambda: product('float32')}

found = by_ctypes() or by_numpy()
if found is None:
    print(json.dumps({'absent': True}))
    sys.exit(0)
version, kinds = found
answer = {'version': version, 'library': mapped(), 'exact': True}
for kind, make in kinds.items():
    once, rows = make()
    once()
    runs, shares = [], []
    for _ in range(RUNS):
        count, wall, cpu = 0, time.perf_counter(), time.process_time()
        while True:
            once()
            count += 1
            took = time.perf_counter() - wall
            if took * 1000 >= RUN_MS:
                break
        runs.append(2 * N ** 3 * count / took / 1e6)
        shares.append((time.process_time() - cpu) * 1000 / took / THREADS)
    answer['exact'] = answer['exact'] and rows() == wanted
    answer[kind] = {'runs': runs, 'shares': shares}
print(json.dumps(answer))
`
