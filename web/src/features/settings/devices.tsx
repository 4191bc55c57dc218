import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { Button } from "@/components/button";
import { FormError } from "@/components/field";
import { Failure } from "@/components/states";
import { auth } from "@/lib/api";
import type { Device } from "@/lib/api-types";
import { messageOf } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";
import { ago } from "@/lib/words";
import { deviceName, isPhone } from "./user-agent";

/** Every session of the account; one that is unknown can be ended from here. */
export function Devices() {
  const client = useQueryClient();
  const refetchAll = () => client.invalidateQueries({ queryKey: queryKeys.devices });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: queryKeys.devices,
    queryFn: ({ signal }) => auth.devices(signal),
    staleTime: 0,
  });
  const endOne = useMutation({ mutationFn: (id: string) => auth.endSession(id), onSettled: refetchAll });
  const endOthers = useMutation({ mutationFn: () => auth.endOtherSessions(), onSettled: refetchAll });
  const failure = endOne.error ?? endOthers.error;

  if (isPending) return <div role="status" aria-label="Loading your sessions" className="skeleton h-32" />;
  if (!data)
    return <Failure small title="Your sessions did not load" error={error} onRetry={() => void refetch()} />;
  return (
    <div className="grid gap-4">
      <FormError>{failure && messageOf(failure)}</FormError>
      <ul aria-label="Sessions" className="divide-y divide-line rounded-lg border border-line">
        {data.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            ending={endOne.isPending && endOne.variables === device.id}
            onEnd={() => endOne.mutate(device.id)}
          />
        ))}
      </ul>
      {data.length > 1 && (
        <div>
          <Button saves busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {endOthers.isPending ? "Signing out…" : "Sign out everywhere else"}
          </Button>
        </div>
      )}
    </div>
  );
}

function DeviceRow({ device, ending, onEnd }: { device: Device; ending: boolean; onEnd: () => void }) {
  const { userAgent = "", ip, lastSeen, createdAt, current } = device;
  const name = deviceName(userAgent);
  const Icon = isPhone(userAgent) ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Icon size={20} aria-hidden className="shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{name}</p>
        <p className="text-sm text-ink-soft">
          {current ? (
            <span className="font-medium text-success">This device</span>
          ) : (
            `Last seen ${ago(lastSeen)}`
          )}
          {ip !== undefined && ip !== "" && ` · ${ip}`}
          <span className="max-sm:hidden"> · signed in {ago(createdAt)}</span>
        </p>
      </div>
      {!current && (
        <Button saves small busy={ending} aria-label={`Sign out ${name}`} onClick={onEnd}>
          Sign out
        </Button>
      )}
    </li>
  );
}
