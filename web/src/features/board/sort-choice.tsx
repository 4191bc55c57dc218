import { Select } from "@/components/select";
import { sortName, sorts, type Sort } from "./tasks-query";

/** The order of a list, where there is no room for its columns' headers. */
export function SortChoice({ value, onChange }: { value: Sort; onChange: (sort: Sort) => void }) {
  return (
    <label className="flex items-center gap-2 text-sm text-ink-soft sm:hidden">
      Sorted by
      <Select small value={value} onChange={(event) => onChange(event.target.value as Sort)}>
        {sorts.map((sort) => (
          <option key={sort} value={sort}>
            {sortName[sort]}
          </option>
        ))}
      </Select>
    </label>
  );
}
