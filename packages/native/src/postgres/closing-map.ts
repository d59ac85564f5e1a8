/** A map whose values are closed when they leave it. */
export class ClosingMap<Value extends { close(): void }> extends Map<string, Value> {
  override delete(name: string): boolean {
    this.get(name)?.close();
    return super.delete(name);
  }

  override clear(): void {
    for (const value of this.values()) value.close();
    super.clear();
  }
}
