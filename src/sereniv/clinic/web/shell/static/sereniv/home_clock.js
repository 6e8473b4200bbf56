// The home's clock on a page: as the server told it last, going on by itself.

/** @type {number | null} */
let toldMs = null;
let heardMs = 0,
  rate = 1;

/** Takes the home's clock as it was told just now, or at `heard`.
 * @param {string} now @param {number} itsRate @param {number} [heard] */
export function tell(now, itsRate, heard = Date.now()) {
  toldMs = Date.parse(now);
  heardMs = heard;
  rate = itsRate;
}

export const isTold = () => toldMs !== null;

// By the tablet's own clock, whose minutes go on while the tablet sleeps; whether it goes right is of no matter.
export const homeNow = () => (toldMs === null ? Date.now() : toldMs + (Date.now() - heardMs) * rate);

const offsetMs = () => Number(document.documentElement.dataset.offsetMin || 0) * 60000;

/** A moment as the clock on the clinic's wall shows it, its hours and minutes read as if they were UTC.
 * @param {number} moment */
export const onTheWall = (moment) => new Date(moment + offsetMs());

/** @param {number} moment */
export const timeOfDay = (moment) => onTheWall(moment).toISOString().slice(11, 16);
