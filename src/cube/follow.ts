/** Calls `look`, which never throws, whenever there may be something new. Returns the function that ends it. */
export type Follow = (look: () => Promise<void>) => () => void;

/** Looks, and again so long after each look has ended. */
export const everyMs =
  (ms: number): Follow =>
  look => {
    let isOver = false;
    let timer: NodeJS.Timeout;
    const wait = () => {
      if (isOver) return;
      timer = setTimeout(() => void look().finally(wait), ms);
      timer.unref();
    };
    wait();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  };
