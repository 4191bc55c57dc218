/**
 * The query of the address as it is by now. A navigation is rendered as a transition, a moment after
 * it happened: who changes the query that is rendered takes back what was done since.
 */
export const currentQuery = (): URLSearchParams => new URLSearchParams(window.location.search);
