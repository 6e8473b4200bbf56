// Lengths of time in words, as `therapy/recording/time_words.py` writes them on the server.

/** @param {number} number @returns {string} */
export const two = (number) => String(number).padStart(2, "0");

/** @param {number} seconds @returns {string} */
export function lengthOf(seconds) {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes >= 2880) return `${Math.floor(minutes / 1440)} days`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** How old something is.
 * @param {number} seconds @returns {string} */
export const ageOf = (seconds) => (seconds < 5 ? "now" : lengthOf(seconds));

/** What is left until a moment, or how late it is. The words beside it say "in" or "late by"; between the moment itself
 * and the next look of the server, it is simply now.
 * @param {number} seconds @param {boolean} isLate @returns {string} */
export function countdownOf(seconds, isLate) {
  if (seconds < 0 && !isLate) return "now";
  const size = Math.abs(seconds);
  return size < 3600 ? `${Math.floor(size / 60)}:${two(size % 60)} min` : lengthOf(size);
}
