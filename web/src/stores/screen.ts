/** Whether the page is as narrow as a phone; the same bound as in the styles. */
import { MediaQuery } from 'svelte/reactivity';

export const phone = new MediaQuery('max-width: 899px');
