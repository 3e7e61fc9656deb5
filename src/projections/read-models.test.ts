import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readModelsContract, WAIT_MS } from '../../test/contracts/read-models.contract.ts'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { FolderHome, inlineOpener, startReadModels, type ReadModelService } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'suan-read-models-'))
let models: ReadModelService

readModelsContract({
  name: 'PGlite in this thread',
  async start(source) {
    const template = await readModelsTemplate()
    const home = new FolderHome({ folder, opener: inlineOpener, template })
    models = startReadModels({ source, home, patienceMs: WAIT_MS })
    return models
  },
  async stop() {
    await models.close()
    rmSync(folder, { recursive: true })
  },
})
