import { Button } from "@/components/button";
import { Empty } from "@/components/states";
import { useClearFilters } from "./use-clear-filters";

/** A project has tasks, but none that the filters let through. */
export function NothingMatches() {
  const clear = useClearFilters();
  return (
    <div className="grow">
      <Empty title="No task matches" action={<Button onClick={clear}>Clear filters</Button>}>
        Every task of this project is hidden by the filters above.
      </Empty>
    </div>
  );
}
