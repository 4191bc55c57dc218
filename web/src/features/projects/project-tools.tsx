import { useSearchParams } from "react-router";
import { currentQuery } from "@/lib/address";
import { SearchField } from "@/components/search-field";
import { Select } from "@/components/select";
import { queryFrom } from "@/lib/filters";
import { sorts, type Sort } from "./projects-api";

const sortName: Readonly<Record<Sort, string>> = {
  "-updatedAt": "Last updated",
  name: "Name",
  "-createdAt": "Newest",
};

/** Search, order and the way to what is archived; all of it stands in the address. */
export function ProjectTools({ className = "" }: { className?: string }) {
  const [params, setParams] = useSearchParams();
  const archived = params.get("archived") === "true";
  const sort = sorts.find((one) => one === params.get("sort")) ?? sorts[0];
  const set = (name: string, value: string) => {
    const next = currentQuery();
    if (value === "") next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  return (
    <div className={`mb-4 flex flex-wrap items-center gap-2 ${className}`}>
      <SearchField
        label="Search your projects"
        value={queryFrom(params)}
        onChange={(q) => set("q", q)}
        className="max-sm:basis-full sm:w-56"
      />
      <div role="group" aria-label="Which projects" className="flex rounded-md bg-sunken p-0.5">
        {[false, true].map((which) => (
          <button
            key={String(which)}
            type="button"
            aria-pressed={archived === which}
            onClick={() => set("archived", which ? "true" : "")}
            className="min-h-7 rounded-sm px-2.5 text-sm font-medium text-ink-soft hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-1"
          >
            {which ? "Archived" : "Active"}
          </button>
        ))}
      </div>
      <label className="ml-auto flex items-center gap-2 text-sm text-ink-soft">
        Sorted by
        <Select small value={sort} onChange={(event) => set("sort", event.target.value)}>
          {sorts.map((one) => (
            <option key={one} value={one}>
              {sortName[one]}
            </option>
          ))}
        </Select>
      </label>
    </div>
  );
}
