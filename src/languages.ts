import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * The languages of kernels: what the kernel itself says or, until it has said it,
 * what its specification promises.
 */
export class Languages {
  /** Emitted when a kernel has told its language. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The language of a session's kernel; null without a kernel, or when unknown. */
  get(context: ISessionContext): string | null {
    const kernel = context.session?.kernel;
    if (!kernel) {
      return null;
    }
    if (!this._told.has(kernel)) {
      this._told.set(kernel, null);
      kernel.info
        .then(info => {
          this._told.set(kernel, info.language_info?.name ?? null);
          this._changed.emit();
        })
        .catch(() => {
          // The kernel went away before it told.
        });
    }
    return (
      this._told.get(kernel) ??
      context.specsManager.specs?.kernelspecs[kernel.name]?.language ??
      null
    );
  }

  private readonly _told = new WeakMap<
    Kernel.IKernelConnection,
    string | null
  >();
  private readonly _changed = new Signal<this, void>(this);
}
