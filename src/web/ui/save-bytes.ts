/** Lets the browser keep a stream of bytes as a file. */
export async function saveBytes(stream: ReadableStream<Uint8Array>, name: string): Promise<void> {
  const chunks: BlobPart[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(new Uint8Array(value))
  }
  const url = URL.createObjectURL(new Blob(chunks))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken the address by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
