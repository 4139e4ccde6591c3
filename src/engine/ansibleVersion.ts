/** The version of ansible-core whose language this is, in the form of `ansible_version`. */
export const ANSIBLE_VERSION = { full: '2.19.0', major: 2, minor: 19, revision: 0, string: '2.19.0' };
