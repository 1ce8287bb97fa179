import { useSyncExternalStore } from "react";
import { useHub } from "../api/queries";
import { reachability } from "../api/reachability";
import { liveStatus } from "../live/status";
import { clockTime, stamp } from "../words/time";
import { plural } from "../words/numbers";
import { Icon } from "./icons";

export const useReachability = () => useSyncExternalStore(reachability.subscribe, reachability.get);
export const useLiveStatus = () => useSyncExternalStore(liveStatus.subscribe, liveStatus.get);

const at = (moment: number) => clockTime(new Date(moment).toISOString());

export function HubBanner() {
  const { lostAt, tries, lastGoodAt } = useReachability();
  if (lostAt === null) return null;
  return (
    <div className="banner tone-bad" role="alert">
      <Icon name="cut" />
      <p>
        <strong>Hub unreachable since {at(lostAt)}</strong> <span aria-hidden="true">({plural(tries, "try", "tries")}).</span>{" "}
        {lastGoodAt !== null && <>Data as of {at(lastGoodAt)}. </>}
        Actions are disabled; sites keep running their last orders. On a site, <code>depops-agent rollout status</code> still
        answers.
      </p>
    </div>
  );
}

// What the hub could not do by itself: it stays until that is well again.
export function AlarmBanners() {
  const alarms = useHub().data?.alarms ?? [];
  return alarms.map(({ name, since, what }) => (
    <div key={name} className="banner tone-bad" role="alert">
      <Icon name="alert" />
      <p>
        <strong>Alarm since <time dateTime={since}>{stamp(since)}</time></strong>: {what}
      </p>
    </div>
  ));
}

export function LiveMark() {
  const { word, since } = useLiveStatus();
  const { lostAt } = useReachability();
  if (lostAt !== null) return <span className="live tone-quiet"><Icon name="cut" /> Offline</span>;
  if (word === "live") return <span className="live tone-good"><span className="live-dot" /> Live</span>;
  if (word === "connecting") return <span className="live tone-quiet"><Icon name="clock" /> Connecting</span>;
  return (
    <span className="live tone-wait" title={`since ${at(since)}; the page reads again every 15 s`}>
      <Icon name="cut" /> Live updates lost
    </span>
  );
}
