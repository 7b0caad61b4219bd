/** Items that were rejected for the same reason. */
export interface RejectionCount {
  readonly kind: "prediction" | "outcome";
  /** Code of the error that they were answered with. */
  readonly reason: string;
  readonly count: number;
  /** What the newest of them was answered. */
  readonly message: string;
  /** When that was, milliseconds since 1970. */
  readonly at: number;
}

/** An item that was not taken. */
export interface Rejected {
  readonly project: string;
  readonly kind: "prediction" | "outcome";
  readonly code: string;
  readonly message: string;
  readonly at: number;
  /** Default 1. */
  readonly count?: number;
}

/** What was rejected since the start, by project. */
export interface Rejections {
  add(rejected: Rejected): void;
  /** Most first. */
  of(project: string): RejectionCount[];
  forget(project: string): void;
}

/** Projects above this number are counted no more: names of projects are the caller's. */
const mostProjects = 1000;

/** Counts rejected items of each project by their reason, and keeps what the newest of each was told. */
export function countRejections(): Rejections {
  const projects = new Map<string, Map<string, RejectionCount>>();
  return {
    add({ project, kind, code, message, at, count = 1 }) {
      const reasons = projects.get(project) ?? new Map<string, RejectionCount>();
      if (reasons.size === 0) {
        if (projects.size >= mostProjects) return;
        projects.set(project, reasons);
      }
      const before = reasons.get(`${kind} ${code}`)?.count ?? 0;
      reasons.set(`${kind} ${code}`, { kind, reason: code, count: before + count, message, at });
    },
    of: (project) => [...(projects.get(project)?.values() ?? [])].sort((a, b) => b.count - a.count || b.at - a.at),
    forget: (project) => void projects.delete(project),
  };
}
