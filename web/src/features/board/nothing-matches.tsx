import { useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Empty } from "@/components/states";
import { withFilter } from "@/lib/filters";

/** A project has tasks, but none that the filters let through. */
export function NothingMatches() {
  const [params, setParams] = useSearchParams();
  return (
    <div className="grow">
      <Empty
        title="No task matches"
        action={
          <Button onClick={() => setParams(withFilter(params, {}), { replace: true })}>Clear filters</Button>
        }
      >
        Every task of this project is hidden by the filters above.
      </Empty>
    </div>
  );
}
