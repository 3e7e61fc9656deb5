/** Running programs: run, ps, logs, stop, allocation. */
export const en = {
  'help.run': 'buy a place and run a program there, with its log, to its end',
  'help.runCommand': 'program and arguments, after --',
  'help.image': 'container image; without it the program runs in the node’s own sandbox',
  'help.env': 'environment variable (repeatable)',
  'help.file': 'bring a file or folder along (repeatable); inside defaults to its name',
  'help.out': 'bring a file or folder back after the end; here defaults to its name',
  'help.workdir': 'folder to start in',
  'help.onAllocation': 'run on this allocation instead of buying one',
  'help.replace': 'start again on another machine if this one is lost, within --max-price',
  'help.noRetry': 'end when the machine does not start, instead of trying the next one',
  'help.keep': 'keep the allocation open after the program has ended',
  'help.witness':
    'look after every minute with a tiny program beside yours, and report failed ones',
  'help.detach': 'print the id of the workload and leave it running',
  'help.grace': 'time to end by itself after a stop, such as 10s',
  'help.ps': 'own workloads: those that wait or run, with -a all',
  'help.logs': 'log of a workload',
  'help.stats': 'what a running workload uses, live',
  'help.statsText':
    'processor time and memory of the lease of a running workload, once a second, as its machine counts; it bills nothing',
  'help.statsOnce': 'one line, and end',
  'help.statsBytes': 'bytes that it moved through the exchange so far, also after its end',
  'help.follow': 'go on until it ends',
  'help.tail': 'only the last lines',
  'help.stream': 'stdout, stderr or both',
  'help.stop': 'ask workloads to end; they are killed after the grace',
  'help.suspend': 'halt what runs in an allocation; it stays yours, and is billed',
  'help.suspendLong':
    'halt what runs in an allocation until `suan resume`: it keeps its memory and uses no processor; the machine stays reserved for you, so it is billed as before',
  'help.resume': 'let a suspended allocation go on where it was',
  'help.wait': 'wait until it has ended',
  'help.allocation': 'what was bought: list, get, close, duration',
  'help.allocationList': 'own allocations',
  'help.allocationGet': 'one allocation with its cost',
  'help.allocationClose': 'give it back; billing stops',
  'help.allocationDuration': 'let it end by itself after a time, or "never"',
  'example.run':
    "\nExamples:\n  suan run --cpu 1 --memory 256MiB --max-price 0.50 -y -- sh -c 'echo hello'\n  suan run --cpu 2 --memory 1GiB -p 0.50 -y --file data.csv --out result -- python3 fit.py",

  'error.noFile': 'there is no file {path}',
  'error.fileTooLarge': '{path} has {size} bytes; an input may have {limit}',
  'error.tooManyFiles': '{count} files are too many; a workload takes {limit}. Pack them first',
  'error.witnessDetached':
    '--witness counts as long as this runs, so it does not go with --detach; suan witness ALLOCATION begins it later',
  'error.outDetached': '--out needs the end of the program, so it does not go with --detach',
  'error.tailFollow': '--tail does not go with --follow',

  'stage.quoted': 'quoted    {units} × {symbol} at {price}, holding {held}, isolation {isolation}',
  'stage.quotedSandbox':
    'quoted    {units} × {symbol} at {price}, holding {held}, isolation {isolation} (sandbox: play money)',
  'stage.ordered': 'ordered   {id}: {units} × {symbol}',
  'stage.matched': 'matched   {allocation} on {node} at {price} a unit-hour',
  'stage.opening': 'opening   {id} on {node} ({status})',
  'stage.retried': 'retrying  {node} did not start: {allocation} on {next} at {price} a unit-hour',
  'stage.replaced': 'replaced  {node} was lost: {allocation} on {next} at {price} a unit-hour',
  'stage.running': 'running   {id} after {took}',
  'stage.terminating': 'stopping  {id}',

  'run.left': 'Left. {workload} may still run: `suan ps`, `suan stop {workload}`.',
  'run.noWitness': 'No witness: {why}',
  'run.noNext': '{node} did not start, and no other machine is tried ({code}).',
  'run.noOther': '{node} was lost, and no other machine takes its place ({code}).',
  'run.stopping': 'Stopping {workload}; Ctrl-C again leaves at once.',
  'run.leftOut': 'left out of the output, because it would lie outside of the folder: {name}',
  'run.noOutput': 'There is no output at {path}.',
  'run.detached': 'Next: suan logs -f {id}, suan stop {id}',
  'run.notExited': '{words} ({reason})',
  'run.cost': 'ended     exit code {code}, {seconds} on {node}, cost {cost}',
  'run.costSoFar':
    'ended     exit code {code}, {seconds} on {node}, cost so far {cost} (not settled yet)',
  'logs.ended': '{state}, exit code {code}',
  'stats.moved':
    'objects: {objectsIn} bytes in, {objectsOut} out · tunnels: {tunnelsIn} in, {tunnelsOut} out',
  'stats.line':
    '{cores} cores · {seconds} s of processor time, {waited} s held back · memory {held}, at most {peak}',

  'done.stopping': '{id} was asked to stop.',
  'done.stopped': '{id} has ended ({end}).',
  'notice.reclaim': 'taken back in {time}',
  'notice.end': 'ends in {time}',

  'done.suspended':
    '{id} is suspended. It stays reserved for you and is billed {price} an hour as before (DLV-033): suan resume {id}',
  'done.resumed': '{id} goes on.',
  'done.closed': '{id} is closed: {seconds}, cost {cost}.',
  'done.closing': '{id} is closing: {seconds}, cost so far {cost} (not settled yet).',
  'done.openEnded': '{id} goes on until it is closed.',
  'done.duration': '{id} ends {time} after its start.',

  'empty.workloads':
    "Nothing is running. Start something: suan run --cpu 1 --memory 256MiB --max-price 0.50 -y -- sh -c 'echo hello'. All that ever ran: suan ps -a.",
  'empty.allocations':
    'Nothing is bought now. Start with `suan search`; all there ever were: --all.',
}

export const zh: Record<keyof typeof en, string> = {
  'help.run': '购买算力并运行程序，显示日志直到结束',
  'help.runCommand': '程序及参数，写在 -- 之后',
  'help.image': '容器镜像；不填则在节点自带的沙箱中运行',
  'help.env': '环境变量（可重复）',
  'help.file': '带上文件或文件夹，格式 本地:内部（可重复）；内部默认为其名称',
  'help.out': '结束后取回文件或文件夹，格式 内部:本地；本地默认为其名称',
  'help.workdir': '起始文件夹',
  'help.onAllocation': '在此分配上运行，不另购买',
  'help.replace': '机器中途丢失时，在 --max-price 以内换一台重新运行',
  'help.noRetry': '机器未能启动时就结束，不换下一台',
  'help.keep': '程序结束后保留分配',
  'help.witness': '用旁边的小程序逐分钟查看，并报告未交付的分钟',
  'help.detach': '输出作业编号后离开，作业继续运行',
  'help.grace': '停止后留给程序自行结束的时间，如 10s',
  'help.ps': '自己的作业：等待和运行中的；-a 为全部',
  'help.logs': '作业日志',
  'help.stats': '运行中作业的实时用量',
  'help.statsText': '运行中作业所在租约的处理器时间与内存，每秒一行，以其机器的计数为准；不作计费',
  'help.statsOnce': '只打印一行',
  'help.statsBytes': '至今经交易所传输的字节数，作业结束后也可查看',
  'help.follow': '持续显示直到结束',
  'help.tail': '只显示最后几行',
  'help.stream': 'stdout、stderr 或 both',
  'help.stop': '请求作业结束，宽限期后强制结束',
  'help.suspend': '挂起一个分配中运行的程序；分配仍为你保留，并照常计费',
  'help.suspendLong':
    '挂起一个分配中运行的程序，直到 `suan resume`：内存保留，不占用处理器；机器仍为你保留，因此照常计费',
  'help.resume': '让已挂起的分配从原处继续',
  'help.wait': '等待其结束',
  'help.allocation': '已购分配：列表、查看、关闭、时长',
  'help.allocationList': '自己的分配',
  'help.allocationGet': '查看一个分配及其费用',
  'help.allocationClose': '归还并停止计费',
  'help.allocationDuration': '到时自动结束，或 "never" 不限期',
  'example.run':
    "\n示例：\n  suan run --cpu 1 --memory 256MiB --max-price 0.50 -y -- sh -c 'echo hello'\n  suan run --cpu 2 --memory 1GiB -p 0.50 -y --file data.csv --out result -- python3 fit.py",

  'error.noFile': '没有文件 {path}',
  'error.fileTooLarge': '{path} 为 {size} 字节；单个输入上限为 {limit}',
  'error.tooManyFiles': '{count} 个文件过多；一个作业最多 {limit} 个，请先打包',
  'error.witnessDetached':
    '--witness 只在本命令运行期间计量，不能与 --detach 同用；之后可用 suan witness 分配编号',
  'error.outDetached': '--out 须等到程序结束，不能与 --detach 同用',
  'error.tailFollow': '--tail 不能与 --follow 同用',

  'stage.quoted': '已报价  {units} × {symbol}，{price}，冻结 {held}，隔离 {isolation}',
  'stage.quotedSandbox':
    '已报价  {units} × {symbol}，{price}，冻结 {held}，隔离 {isolation}（沙盒：模拟资金）',
  'stage.ordered': '已委托  {id}：{units} × {symbol}',
  'stage.matched': '已成交  {allocation}，节点 {node}，每单位时 {price}',
  'stage.opening': '开通中  {id}，节点 {node}（{status}）',
  'stage.retried': '重试中  {node} 未能启动：改为 {allocation}，节点 {next}，每单位时 {price}',
  'stage.replaced': '已更换  {node} 丢失：改为 {allocation}，节点 {next}，每单位时 {price}',
  'stage.running': '运行中  {id}，用时 {took}',
  'stage.terminating': '停止中  {id}',

  'run.left': '已离开。{workload} 可能仍在运行：`suan ps`，`suan stop {workload}`。',
  'run.noWitness': '未启用见证：{why}',
  'run.noNext': '{node} 未能启动，也没有换用其他机器（{code}）。',
  'run.noOther': '{node} 丢失，也没有换用其他机器（{code}）。',
  'run.stopping': '正在停止 {workload}；再按一次 Ctrl-C 立即离开。',
  'run.leftOut': '未取回（会落在文件夹之外）：{name}',
  'run.noOutput': '{path} 没有输出。',
  'run.detached': '下一步：suan logs -f {id}，suan stop {id}',
  'run.notExited': '{words}（{reason}）',
  'run.cost': '已结束  退出码 {code}，运行 {seconds}，节点 {node}，费用 {cost}',
  'run.costSoFar':
    '已结束  退出码 {code}，运行 {seconds}，节点 {node}，目前费用 {cost}（尚未结清）',
  'logs.ended': '{state}，退出码 {code}',
  'stats.moved':
    '对象：入 {objectsIn} 字节，出 {objectsOut} · 隧道：入 {tunnelsIn}，出 {tunnelsOut}',
  'stats.line': '{cores} 核 · 处理器时间 {seconds} 秒，受限 {waited} 秒 · 内存 {held}，峰值 {peak}',

  'done.stopping': '已请求停止 {id}。',
  'done.stopped': '{id} 已结束（{end}）。',
  'notice.reclaim': '{time}后被收回',
  'notice.end': '{time}后结束',

  'done.suspended':
    '{id} 已挂起。机器仍为你保留，照常按每小时 {price} 计费（DLV-033）：suan resume {id}',
  'done.resumed': '{id} 已继续运行。',
  'done.closed': '{id} 已关闭：{seconds}，费用 {cost}。',
  'done.closing': '{id} 正在关闭：{seconds}，目前费用 {cost}（尚未结清）。',
  'done.openEnded': '{id} 将持续到被关闭。',
  'done.duration': '{id} 将在开始后 {time} 结束。',

  'empty.workloads':
    "没有运行中的作业。可运行：suan run --cpu 1 --memory 256MiB --max-price 0.50 -y -- sh -c 'echo hello'。历史：suan ps -a。",
  'empty.allocations': '目前没有已购分配。可从 `suan search` 开始；历史用 --all。',
}
