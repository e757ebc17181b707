import type { Profile } from './profile.js';

/** The standard and nothing else. */
export const generic: Profile = { name: 'generic', title: 'The OneRoster standard', demands: [] };
