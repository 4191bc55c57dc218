import { useSearchParams } from "react-router";
import { forgetTyped } from "@/components/search-field";
import { currentQuery } from "@/lib/address";
import { withFilter } from "@/lib/filters";

/** Shows every task again. */
export function useClearFilters(): () => void {
  const [, setParams] = useSearchParams();
  return () => {
    forgetTyped();
    setParams(withFilter(currentQuery(), {}), { replace: true });
  };
}
