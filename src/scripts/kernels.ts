import type { KernelSpec } from '@jupyterlab/services';

/** An environment in which a script can run. */
export interface IEnvironment {
  /** Of the kernelspec. */
  readonly name: string;
  readonly label: string;
}

/** The kernelspecs whose kernels run Python, as people read them; the default first. */
export function environments(
  specs: KernelSpec.ISpecModels | null
): readonly IEnvironment[] {
  const found: IEnvironment[] = [];
  for (const [name, spec] of Object.entries(specs?.kernelspecs ?? {})) {
    if (spec?.language.toLowerCase() === 'python') {
      found.push({ name, label: spec.display_name || name });
    }
  }
  const isDefault = ({ name }: IEnvironment): number =>
    name === specs?.default ? 0 : 1;
  return found.sort(
    (one, other) =>
      isDefault(one) - isDefault(other) || one.label.localeCompare(other.label)
  );
}
