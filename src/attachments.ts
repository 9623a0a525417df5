import type { Kernel } from '@jupyterlab/services';
import type { Attachment, CellSource } from './kernel';
import { attach } from './kernel';

/**
 * Loads the kernel side once per kernel, and again after a restart.
 *
 * A change of the kernel makes a new connection object, so connections are the keys.
 */
export class Attachments {
  /**
   * Load the kernel side unless this kernel, since its last start, has it. If
   * there is something to send, it is sent before this function returns.
   *
   * @param cells - Called for the code cells of the notebook when they are sent.
   */
  get(
    kernel: Kernel.IKernelConnection,
    cells: () => readonly CellSource[]
  ): Promise<Attachment> {
    const known = this._known.get(kernel);
    if (known) {
      return known;
    }
    const attaching = attach(kernel, cells());
    this._known.set(kernel, attaching);
    void attaching.then(attachment => {
      if (
        attachment.status !== 'attached' &&
        this._known.get(kernel) === attaching
      ) {
        this.forget(kernel);
      }
    });
    this._watch(kernel);
    return attaching;
  }

  /** Ask this kernel again next time. */
  forget(kernel: Kernel.IKernelConnection): void {
    this._known.delete(kernel);
  }

  private _watch(kernel: Kernel.IKernelConnection): void {
    if (this._watched.has(kernel)) {
      return;
    }
    this._watched.add(kernel);
    kernel.statusChanged.connect((_, status) => {
      if (
        status === 'restarting' ||
        status === 'autorestarting' ||
        status === 'dead'
      ) {
        this.forget(kernel);
      }
    });
    // A restart while the connection was lost goes unseen.
    kernel.connectionStatusChanged.connect(() => this.forget(kernel));
  }

  private readonly _known = new WeakMap<
    Kernel.IKernelConnection,
    Promise<Attachment>
  >();
  private readonly _watched = new WeakSet<Kernel.IKernelConnection>();
}
