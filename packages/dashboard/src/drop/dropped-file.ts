import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";

/** The file that was dropped last, on whichever page. */
export const droppedFile: Signal<File | null> = signal(null);

/** A file hovers over the page. */
export const isFileOver: Signal<boolean> = signal(false);

/** Takes files dropped on any page, and goes to the page that reports on them. */
export function useDroppedFiles(): void {
  const { path, route } = useLocation();
  useEffect(() => {
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const over = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      isFileOver.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isFileOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      if (!hasFile(event) || event.defaultPrevented) return;
      event.preventDefault();
      isFileOver.value = false;
      droppedFile.value = event.dataTransfer?.files[0] ?? null;
      if (path !== "/drop") route("/drop");
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
    };
  }, [path, route]);
}
