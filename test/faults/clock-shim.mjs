// Loaded before the daemon: the wall clock of this program is off by SUAN_TEST_SKEW_MS.
const RealDate = Date
const skewMs = Number(process.env['SUAN_TEST_SKEW_MS'] ?? 0)
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + skewMs] : args))
  }
  static now() {
    return RealDate.now() + skewMs
  }
}
