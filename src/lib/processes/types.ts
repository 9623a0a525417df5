import type { ProfileDocument } from '../../document';

/** A process of the person that runs on the machine of the server. */
export interface IProcess {
  /** Null for a kernel that runs on another machine. */
  readonly pid: number | null;
  /** Program and script, without arguments. */
  readonly name: string;
  /** Bytes of memory. */
  readonly rss: number | null;
  /** Percent of one processor since the list before. */
  readonly cpu: number | null;
  /** ISO 8601, UTC. */
  readonly started: string | null;
  readonly parent: number | null;
}

/** A kernel of the server. */
export interface IKernel extends IProcess {
  readonly kernelId: string;
  readonly kernelName: string;
  readonly displayName: string;
  /** `idle`, `busy`, `starting` and what else Jupyter says. */
  readonly state: string;
  /** Of the notebooks and consoles that use it. */
  readonly paths: readonly string[];
}

/** What runs. */
export interface IListing {
  readonly kernels: readonly IKernel[];
  readonly processes: readonly IProcess[];
  /** Why none of them can be looked into here; null where it can. */
  readonly refusal: string | null;
}

/** What a thread waits for; null when it does not, or nobody knows. */
export type Wait = 'lock' | 'sleep' | 'io' | 'other' | null;

/** A variable of a frame. */
export interface ILocal {
  readonly name: string;
  readonly value: string;
  readonly argument: boolean;
}

/** A call that goes on. */
export interface IFrame {
  readonly name: string;
  readonly file: string;
  /** 1-based; 0 when it is not known. */
  readonly line: number;
  /** Cell of the notebook, if the file is a cell that is known. */
  readonly cellId?: string;
  readonly native?: boolean;
  readonly locals?: readonly ILocal[];
}

/** A thread at one moment. */
export interface IThread {
  readonly id: number;
  readonly name: string;
  readonly gil: boolean;
  readonly active: boolean;
  readonly waits: Wait;
  /** The innermost first. */
  readonly frames: readonly IFrame[];
}

/** A process at one moment. */
export interface IProcessDump {
  readonly pid: number;
  readonly name: string;
  readonly parent: number | null;
  readonly threads: readonly IThread[];
}

/** Where a process and maybe its children are at one moment. */
export interface IDump {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly taken: string;
  /** Version of its Python. */
  readonly python: string | null;
  readonly processes: readonly IProcessDump[];
  /** Sentences that a person should read first. */
  readonly notes: readonly string[];
}

/** A function or a line; shares are 0…1 of the samples. */
export interface IRow {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly cellId?: string;
  /** It was the innermost frame. */
  readonly own: number;
  /** It was anywhere on the stack. */
  readonly total: number;
  /** Of the last three seconds. */
  readonly ownNow: number;
  readonly totalNow: number;
}

/** Both tables of a live view. */
export interface IRows {
  readonly functions: readonly IRow[];
  readonly lines: readonly IRow[];
}

export type LookKind = 'watch' | 'record';

/** Something that looks at a process for a while. */
export interface ILook {
  readonly id: string;
  readonly kind: LookKind;
  readonly pid: number | null;
  readonly status: 'running' | 'stopping' | 'done' | 'failed';
  /** Why it ended, or what is wrong, as a sentence. */
  readonly problem: string | null;
  /** Seconds so far. */
  readonly seconds: number;
  /** Seconds that were asked for; null until it is stopped. */
  readonly wanted: number | null;
  readonly samples: number;
  readonly paused: boolean;
  /** Samples in a second. */
  readonly rate: number;
  readonly notes: readonly string[];
  readonly rows: IRows | null;
  /** Share of the samples in which a thread held the GIL. */
  readonly gil: number | null;
  /** Of a recording that is done. */
  readonly document: ProfileDocument | null;
}

/** What is looked into. */
export type ITarget =
  | {
      readonly kind: 'kernel';
      readonly kernelId: string;
      readonly name: string;
      /** Of its notebook. */
      readonly path?: string;
    }
  | { readonly kind: 'process'; readonly pid: number; readonly name: string };

/** How to take a dump. */
export interface IDumpOptions {
  /** Frames of compiled code, too. */
  readonly native: boolean;
  /** Values of variables, which may be secret. */
  readonly locals: boolean;
  readonly subprocesses: boolean;
}

/** How to watch or record. */
export interface ILookOptions {
  /** Samples in a second, 1…1000. */
  readonly rate: number;
  /** Threads that wait, too. */
  readonly idle: boolean;
  readonly native: boolean;
  /** Only threads that hold the GIL. */
  readonly gil: boolean;
  readonly subprocesses: boolean;
}

/** How to record. */
export interface IRecordAnswers {
  /** Null until it is stopped. */
  readonly seconds: number | null;
  readonly options: ILookOptions;
}

/** Code cells of a notebook, so that their lines can be named. */
export interface IKnownCells {
  /** Of the notebook. */
  readonly path: string;
  /** Pairs of id and source. */
  readonly cells: readonly (readonly [string, string])[];
}

/** Says where something is now. */
export interface IWhere {
  /**
   * @throws Error with a sentence when it cannot be seen
   */
  where(target: ITarget, options: IDumpOptions): Promise<IDump>;
}
