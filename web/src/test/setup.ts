import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);
configure({ asyncUtilTimeout: 10_000 }); // on a busy machine an answer is slow, not missing

// happy-dom lays nothing out; a virtual list in a scroller without height would show nothing,
// and one of rows without height everything.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { get: () => 600 });
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { get: () => 80 });
