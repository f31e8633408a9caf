/**
 * The longest argument, and the longest NAME=VALUE of an environment, that Linux passes to a program: 32 pages of 4 KiB,
 * the zero byte at the end included (MAX_ARG_STRLEN, execve(2)).
 */
export const maxArgumentBytes = 32 * 4096 - 1;
